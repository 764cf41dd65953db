"""Saved web pages (.html, .mhtml) and what Word saves as a web page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes

from selectolax.lexbor import LexborHTMLParser, LexborNode

from documents.readers.blocks import Block, Content, Paragraph
from documents.readers.encodings import by_font, decode, remark
from documents.readers.errors import Broken, UnknownEncoding
from documents.readers.numbering import letters, roman
from documents.readers.word_tables import Row, RowCell, table_blocks

_GONE_TAGS = (
    "script style noscript template head title nav aside footer form button select textarea input iframe object svg "
    "math canvas audio video img link meta"
)
_GONE = frozenset(_GONE_TAGS.split())
_BLOCK_TAGS = (
    "address article blockquote body center dd div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 header hr html "
    "li main ol p pre section ul caption details summary"
)
_BLOCK = frozenset(_BLOCK_TAGS.split())
_HEADING = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_MOST_OF_IT = 0.6
MAX_DEPTH = 200


def read(data: bytes, name: str) -> Content:
    """The content of a web page; raises `Broken` or `UnknownEncoding`."""
    page = _page_of_archive(data, name) if b"MIME-Version:" in data[:4096] else data
    declared = _CHARSET.search(page[:4096])
    text, old = _decoded(page, name, declared.group(1).decode("ascii") if declared else None)
    tree = LexborHTMLParser(text)
    body = tree.body
    if body is None:
        raise Broken(name, format="HTML")
    content = Content("html", list(_Walk().blocks(_article(body))))
    if old:
        content.remarks.append(remark(old))
    return content


def _page_of_archive(data: bytes, name: str) -> bytes:
    """The page in a web archive (.mht, RFC 2557), its first part of type text/html."""
    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload
    raise Broken(name, format="MHTML")


def _decoded(page: bytes, name: str, declared: str | None) -> tuple[str, str | None]:
    """The page's text; a page in Western letters that is no Vietnamese at all is still a page."""
    try:
        return decode(page, name, declared)
    except UnknownEncoding:
        if declared and declared.lower() not in ("utf-8", "utf8", "utf-16"):
            try:
                return page.decode(declared), None
            except (LookupError, UnicodeDecodeError):
                pass
        raise


def _article(body: LexborNode) -> LexborNode:
    """The element that holds the text: a page's article where there is one, without its menus."""
    whole = len(body.text())
    for element in body.css("article, main, [role=main]"):
        if len(element.text()) > _MOST_OF_IT * whole:
            return element
    return body


@dataclass(slots=True)
class _Line:
    """The words since the last block began."""

    parts: list[str] = field(default_factory=list[str])
    heading: bool = False
    mark: str | None = None


class _Walk:
    """Turns elements into blocks; inline text gathers until a block element begins or ends."""

    def __init__(self) -> None:
        self.line = _Line()

    def blocks(self, parent: LexborNode, depth: int = 0, font: str | None = None) -> Iterator[Block]:
        """The blocks under `parent`; below `MAX_DEPTH` the rest is one text."""
        yield from self._inside(parent, depth, font)
        yield from self._flush()

    def _inside(self, parent: LexborNode, depth: int, font: str | None) -> Iterator[Block]:
        if depth > MAX_DEPTH:
            self.line.parts.append(parent.text())
            return
        ordinal = _start(parent)
        node = parent.child
        while node is not None:
            if node.tag == "li":
                yield from self._flush()
                self.line.mark = _mark(parent, node, ordinal)
                ordinal += 1
            yield from self._node(node, depth, font)
            node = node.next

    def _node(self, node: LexborNode, depth: int, font: str | None) -> Iterator[Block]:
        tag = node.tag or ""
        if tag == "-text":
            words = by_font(node.text(deep=False), font)
            self.line.parts.append(
                words if (node.parent and node.parent.tag == "pre") else re.sub(r"\s+", " ", words)
            )
        elif tag == "br":
            self.line.parts.append("\n")
        elif tag in _GONE or tag.startswith(("-", "!")) or _is_hidden(node):
            return
        elif tag == "table":
            yield from self._flush()
            yield from table_blocks(_rows(node, depth, font), [])
        elif tag in _BLOCK:
            if tag != "li":
                yield from self._flush(keep_mark=True)
            self.line.heading = tag in _HEADING
            yield from self._inside(node, depth + 1, font)
            yield from self._flush()
        else:
            yield from self._inside(node, depth + 1, _font(node) or font)

    def _flush(self, *, keep_mark: bool = False) -> Iterator[Block]:
        line, self.line = self.line, _Line()
        text = "".join(line.parts).strip()
        if text:
            yield Paragraph(text, heading=line.heading, mark=line.mark)
        elif keep_mark:
            self.line.mark = line.mark


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _font(node: LexborNode) -> str | None:
    """The old Vietnamese font that an element asks for, if it does."""
    attributes = node.attributes
    stated = f"{attributes.get('face') or ''};{attributes.get('style') or ''}"
    found = re.search(r"(?i)(\.vn\w+|vni-[\w-]+)", stated)
    return found.group(1) if found else None


def _start(parent: LexborNode) -> int:
    start = parent.attributes.get("start") if parent.tag == "ol" else None
    return int(start) if start and re.fullmatch(r"\d{1,6}", start) else 1


def _mark(parent: LexborNode, item: LexborNode, ordinal: int) -> str | None:
    if parent.tag != "ol":
        return (
            None if "list-style-type:none" in (parent.attributes.get("style") or "").replace(" ", "") else "-"
        )
    kind = parent.attributes.get("type") or "1"
    own = item.attributes.get("value")
    count = int(own) if own and re.fullmatch(r"\d{1,6}", own) else ordinal
    shapes = {"a": letters(count), "A": letters(count).upper(), "i": roman(count), "I": roman(count).upper()}
    return f"{shapes.get(kind, count)}."


def _rows(table: LexborNode, depth: int, font: str | None) -> Iterator[Row]:
    """The rows of a table, rowspans spelled out as Word does: a cell that continues the one above."""
    hanging: dict[int, tuple[int, int]] = {}
    for row in _row_nodes(table):
        cells: list[RowCell] = []
        below: dict[int, tuple[int, int]] = {}
        column = 0
        for cell in (c for c in _elements(row) if c.tag in ("td", "th") and not _is_hidden(c)):
            column = _under(hanging, below, cells, column)
            wide, high = _span(cell, "colspan", 100), _span(cell, "rowspan", 1_000)
            cells.append(RowCell(list(_Walk().blocks(cell, depth + 1, font)), wide))
            if high > 1:
                below[column] = (wide, high - 1)
            column += wide
        while hanging:
            nearest = min(hanging)
            if nearest > column:
                cells.append(RowCell([], nearest - column))
            column = _under(hanging, below, cells, nearest)
        hanging = below
        yield Row(0, cells)


def _under(
    hanging: dict[int, tuple[int, int]], below: dict[int, tuple[int, int]], cells: list[RowCell], column: int
) -> int:
    """Put the cells that hang down from above at `column` into the row; the first free column after them."""
    while column in hanging:
        wide, left = hanging.pop(column)
        cells.append(RowCell([], wide, continues=True))
        if left > 1:
            below[column] = (wide, left - 1)
        column += wide
    return column


def _row_nodes(table: LexborNode) -> Iterator[LexborNode]:
    for part in _elements(table):
        if part.tag == "tr":
            yield part
        elif part.tag in ("tbody", "thead", "tfoot"):
            yield from (row for row in _elements(part) if row.tag == "tr" and not _is_hidden(row))


def _elements(parent: LexborNode) -> Iterator[LexborNode]:
    node = parent.child
    while node is not None:
        yield node
        node = node.next


def _span(cell: LexborNode, attribute: str, most: int) -> int:
    stated = cell.attributes.get(attribute) or ""
    return max(1, min(most, int(stated))) if re.fullmatch(r"\d{1,6}", stated) else 1
