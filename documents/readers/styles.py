"""What Word paragraphs inherit from their styles, as far as the words depend on it: numbering, fonts, headings."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from documents.readers.numbering import child, local, number, value

_HEADING = re.compile(r"(?i)(heading|tiêu đề|đề mục)\s*\d|^title$")
_CONTENTS = re.compile(r"(?i)^(toc|mục lục)\s*\d")


class Styles:
    """The styles of a document by id."""

    def __init__(self, root: Element | None) -> None:
        """Read styles.xml; None where the file has none."""
        self._nodes: dict[str, Element] = {}
        self._default: str | None = None
        self._font = value(child(root, "docDefaults", "rPrDefault", "rPr", "rFonts"), "ascii")
        for node in root if root is not None else ():
            if local(node) == "style" and (name := value(node, "styleId")):
                self._nodes[name] = node
                if value(node, "default") in ("1", "true") and value(node, "type") == "paragraph":
                    self._default = name

    def _chain(self, style: str | None) -> Iterator[Element]:
        """The style and those it is based on, nearest first."""
        seen: set[str] = set()
        while style and style not in seen and (node := self._nodes.get(style)) is not None:
            seen.add(style)
            yield node
            style = value(child(node, "basedOn"))

    def list_styles(self) -> dict[str, str]:
        """The ids of list styles, and the list (numId) each stands for."""
        pairs = ((n, value(child(node, "pPr", "numPr", "numId"))) for n, node in self._nodes.items())
        return {name: found for name, found in pairs if found}

    def numbered(self, style: str | None) -> tuple[str, int | None, str] | None:
        """The list, the level if said, and the style that says so, of paragraphs in `style`."""
        for node in self._chain(style or self._default):
            numbering = child(node, "pPr", "numPr")
            if numbering is not None and (found := value(child(numbering, "numId"))):
                level = value(child(numbering, "ilvl"))
                return found, number(level, 0) if level else None, value(node, "styleId") or ""
        return None

    def font(self, style: str | None) -> str | None:
        """The font of runs in `style`."""
        for node in self._chain(style or self._default):
            if found := value(child(node, "rPr", "rFonts"), "ascii"):
                return found
        return self._font

    def is_heading(self, style: str | None) -> bool:
        """Whether it is, or is based on, one of Word's headings."""
        return any(
            _HEADING.search(value(child(node, "name")) or "") or child(node, "pPr", "outlineLvl") is not None
            for node in self._chain(style)
        )

    def is_contents(self, style: str | None) -> bool:
        """Whether it is a line of a table of contents."""
        node = self._nodes.get(style or "")
        return _CONTENTS.search(value(child(node, "name")) or "") is not None
