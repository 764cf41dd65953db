"""Word files (.docx, .docm): the text as printed, with all tracked changes accepted.

Numbers and bullets that Word makes by itself are written out; headers, footers, comments, macros and the table of
contents are left out; foot and end notes follow the body.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from documents.readers.archive import Archive
from documents.readers.blocks import Block, Content, Paragraph
from documents.readers.encodings import by_font
from documents.readers.errors import Broken
from documents.readers.numbering import Numbering, child, is_on, local, number, value
from documents.readers.styles import Styles
from documents.readers.word_tables import Row, RowCell, table_blocks

_THROUGH = frozenset(
    {"ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo", "ruby",
     "rubyBase"}
)  # fmt: skip
_GONE = frozenset({"del", "moveFrom"})
_PLAIN = {"tab": " ", "ptab": " ", "cr": "\n", "noBreakHyphen": "-"}


def read(data: bytes, name: str) -> Content:
    """The content of a Word file; raises `Broken`, `Unsafe`, `Protected` or `TooLarge`."""
    archive = Archive(data, name, "Word")
    main = _main_part(archive)
    body = child(archive.xml(main), "body")
    if body is None:
        raise Broken(name, main, format="Word")
    folder = main.rpartition("/")[0]
    styles = Styles(archive.xml(f"{folder}/styles.xml"))
    numbering = Numbering.of(archive.xml(f"{folder}/numbering.xml"), styles.list_styles())
    reader = _Reader(styles, numbering, any(local(n) == "lastRenderedPageBreak" for n in body.iter()))
    content = Content("docx", list(reader.blocks(body)))
    for part in ("footnotes", "endnotes"):
        content.footnotes += reader.notes(archive.xml(f"{folder}/{part}.xml"))
    content.remarks = _remarks(reader, archive)
    return content


def _main_part(archive: Archive) -> str:
    """The part that [Content_Types].xml calls the document; by rule it may have any name."""
    types = archive.xml("[Content_Types].xml")
    for node in types if types is not None else ():
        if local(node) == "Override" and (value(node, "ContentType") or "").endswith(".main+xml"):
            return (value(node, "PartName") or "").lstrip("/")
    return "word/document.xml"


def _remarks(reader: "_Reader", archive: Archive) -> list[str]:
    remarks: list[str] = []
    if reader.changes:
        remarks.append(f"Có {reader.changes} chỗ sửa theo dõi (track changes), đọc như đã chấp nhận.")
    if reader.hidden:
        remarks.append(f"Đã bỏ {reader.hidden} đoạn chữ ẩn.")
    if any(name.endswith("vbaProject.bin") for name in archive.names()):
        remarks.append("Tệp có macro; macro không được chạy.")
    return remarks


@dataclass(slots=True)
class _Words:
    """The words of one paragraph, and the text boxes that hang on it."""

    parts: list[str] = field(default_factory=list[str])
    boxes: list[Element] = field(default_factory=list[Element])


@dataclass(slots=True)
class _Reader:
    styles: Styles
    numbering: Numbering
    paged: bool
    page: int = 1
    changes: int = 0
    hidden: int = 0

    def blocks(self, parent: Element) -> Iterator[Block]:
        """The paragraphs and tables under `parent`; a paragraph whose mark was deleted runs into the next one."""
        open_end: Paragraph | None = None
        for node in _children(parent):
            if local(node) == "tbl":
                yield from table_blocks(self._rows(node), _widths(node))
            elif local(node) == "p":
                made, boxes = self._paragraph(node)
                if open_end is not None:
                    made = replace(open_end, text=open_end.text + made.text)
                open_end = made if child(node, "pPr", "rPr", "del") is not None else None
                if open_end is None:
                    yield made
                for box in boxes:
                    yield from self.blocks(box)
        if open_end is not None:
            yield open_end

    def notes(self, root: Element | None) -> list[Paragraph]:
        """The foot or end notes, each with its number; Word's separators are none."""
        found: list[Paragraph] = []
        for node in root if root is not None else ():
            if value(node, "type") in (None, "normal"):
                texts = [b.text for b in self.blocks(node) if isinstance(b, Paragraph)]
                found.append(Paragraph(" ".join(texts).replace("\n", " "), mark=f"[{value(node, 'id')}]"))
        return found

    def _paragraph(self, node: Element) -> tuple[Paragraph, list[Element]]:
        properties = child(node, "pPr")
        style = value(child(properties, "pStyle"))
        page = self.page if self.paged else None
        words = _Words()
        self._walk(node, words, self.styles.font(style))
        mark = self._mark(properties, style)
        text = "" if self.styles.is_contents(style) else "".join(words.parts)
        heading = self.styles.is_heading(style) or child(properties, "outlineLvl") is not None
        return Paragraph(text, page, heading, mark), words.boxes

    def _mark(self, properties: Element | None, style: str | None) -> str | None:
        inherited = self.styles.numbered(style)
        direct = child(properties, "numPr")
        list_id = value(child(direct, "numId")) or (inherited[0] if inherited else None)
        level = value(child(direct, "ilvl"))
        if list_id is None or list_id == "0" or child(direct, "ins") is None and is_on(child(direct, "del")):
            return None
        if level is None and inherited:
            tied = inherited[1] if inherited[1] is not None else None
            at = tied if tied is not None else self.numbering.level_of_style(list_id, inherited[2])
            return self.numbering.mark(list_id, at)
        return self.numbering.mark(list_id, number(level, 0))

    def _walk(self, parent: Element, words: _Words, font: str | None) -> None:
        for node in parent:
            tag = local(node)
            if tag == "r":
                self._run(node, words, font)
            elif tag in _GONE:
                self.changes += 1
            elif tag in _THROUGH:
                self.changes += tag in ("ins", "moveTo")
                self._walk(node, words, font)
            elif tag in ("oMath", "oMathPara"):
                words.parts += [t.text or "" for t in node.iter() if local(t) == "t"]

    def _run(self, node: Element, words: _Words, font: str | None) -> None:
        properties = child(node, "rPr")
        if is_on(child(properties, "vanish")):
            self.hidden += 1
            return
        own = value(child(properties, "rFonts"), "ascii") or font
        for piece in node:
            tag = local(piece)
            if tag == "t":
                words.parts.append(by_font(piece.text or "", own))
            elif tag == "lastRenderedPageBreak":
                self.page += 1
            elif tag == "br":
                words.parts.append("\n")
            elif tag == "sym":
                words.parts.append(_symbol(piece))
            elif tag in ("drawing", "pict", "AlternateContent", "object"):
                words.boxes += _boxes(piece)
            else:
                words.parts.append(_PLAIN.get(tag, ""))

    def _rows(self, table: Element) -> Iterator[Row]:
        for node in _children(table):
            if local(node) != "tr":
                continue
            properties = child(node, "trPr")
            if child(properties, "del") is not None:
                self.changes += 1
                continue
            before = number(value(child(properties, "gridBefore")), 0)
            yield Row(before, [self._cell(c) for c in _children(node) if local(c) == "tc"])

    def _cell(self, node: Element) -> RowCell:
        properties = child(node, "tcPr")
        merge = child(properties, "vMerge")
        across = child(properties, "hMerge")
        deleted = child(properties, "cellDel") is not None
        return RowCell(
            [] if deleted else list(self.blocks(node)),
            max(1, min(1_000, number(value(child(properties, "gridSpan")), 1))),
            continues=merge is not None and value(merge) != "restart",
            joined=across is not None and value(across) != "restart",
        )


def _children(parent: Element) -> Iterator[Element]:
    """The children, seen through content controls, custom XML and tracked insertions."""
    for node in parent:
        if local(node) in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
            yield from _children(node)
        elif local(node) == "AlternateContent":
            yield from _children(node[0]) if len(node) else ()
        elif local(node) not in _GONE:
            yield node


def _boxes(node: Element) -> Iterable[Element]:
    """The text boxes in a drawing; of an AlternateContent only the first choice, the other says the same."""
    if local(node) == "AlternateContent":
        node = node[0] if len(node) else node
    found: list[Element] = []
    pending = [node]
    while pending:
        at = pending.pop()
        if local(at) == "txbxContent":
            found.append(at)
        elif local(at) == "AlternateContent":
            pending += at[:1]
        else:
            pending += reversed(at)
    return found


def _symbol(node: Element) -> str:
    """A character of a symbol font: a dash or bullet where it is one, else the plain character."""
    code = value(node, "char") or ""
    try:
        at = int(code, 16)
    except ValueError:
        return ""
    known = {0xF02D: "-", 0xF02B: "+", 0xF0B7: "•", 0xF0A7: "•", 0xF0FC: "✓", 0xF0E0: "→"}
    return known.get(
        at, chr(at - 0xF000) if 0xF020 <= at <= 0xF07E else "•" if 0xF000 <= at <= 0xF0FF else ""
    )


def _widths(table: Element) -> list[int]:
    """The widths of the grid's columns, in twentieths of a point."""
    grid = child(table, "tblGrid")
    return [number(value(c, "w"), 0) for c in grid if local(c) == "gridCol"] if grid is not None else []
