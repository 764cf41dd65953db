"""PDF files with a text layer: lines by position, tables by their rules, without headers, footers and page numbers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Any

from pypdfium2 import PdfiumError  # pyright: ignore[reportMissingTypeStubs]

from documents.readers.blocks import Block, Content, Paragraph
from documents.readers.errors import Broken, Empty, Protected, Scanned, TooLarge
from documents.readers.pdf_grid import grids
from documents.readers.pdf_lines import Measure, TextLine, join, lines, paragraphs
from documents.readers.pdf_page import PDFIUM, Page, opened, read_page
from documents.readers.pdf_tables import PdfTable, ruled, side_by_side

MAX_PAGES = 400
_PAGE_NUMBER = re.compile(r"(?i)^[-–\s]*(?:(?:trang|page)\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–\s]*$")
_EDGE = 0.12
_FEW = 5


@dataclass(slots=True)
class _Sheet:
    """A page taken apart: its tables, and the lines outside them."""

    page: Page
    tables: list[tuple[float, PdfTable]]
    lines: list[TextLine]
    notes: list[TextLine] = field(default_factory=list[TextLine])


def read(data: bytes, name: str) -> Content:
    """The content of a PDF; raises `Protected`, `Scanned`, `Empty`, `Broken` or `TooLarge`."""
    with PDFIUM:
        pages = _pages(data, name)
    blank = [p.number for p in pages if len(p.words) < _FEW and p.pictures]
    if sum(len(p.words) for p in pages) < _FEW * len(pages) or len(blank) > len(pages) / 2:
        raise Scanned(name) if any(p.pictures for p in pages) else Empty(name)
    sheets = [_sheet(page) for page in pages]
    _drop_running_heads(sheets)
    _set_notes_apart(sheets)
    content = Content("pdf", list(_blocks(sheets)))
    for sheet in sheets:
        content.footnotes += _notes(sheet)
    if blank:
        numbers = ", ".join(map(str, blank))
        content.remarks.append(f"Trang {numbers} là ảnh chụp, không có lớp chữ nên không đọc được.")
    return content


def _pages(data: bytes, name: str) -> list[Page]:
    try:
        document: Any = opened(data)
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise Protected(name, format="PDF") from error
        raise Broken(name, format="PDF") from error
    try:
        if len(document) > MAX_PAGES:
            raise TooLarge(name, size=f"{len(document)} trang", limit=f"{MAX_PAGES} trang")
        return [read_page(document, index) for index in range(len(document))]
    finally:
        document.close()


def _sheet(page: Page) -> _Sheet:
    found = grids(page.across, page.down)
    inside: list[list[Any]] = [[] for _ in found]
    outside: list[Any] = []
    for word in page.words:
        home = next((n for n, grid in enumerate(found) if grid.holds(*word.middle)), None)
        (outside if home is None else inside[home]).append(word)
    tables = [
        (g.ys[0], ruled(g, words, page.number)) for g, words in zip(found, inside, strict=True) if words
    ]
    return _Sheet(page, tables, lines(outside, page.number))


def _drop_running_heads(sheets: Sequence[_Sheet]) -> None:
    """Lines at a page's edge that are page numbers, or that stand on most pages with at most their digits changed."""
    seen = Counter(_key(line) for s in sheets for line in {_key(at): at for at in _at_edge(s)}.values())
    often = max(2, len(sheets) // 2)
    for sheet in sheets:
        gone = {
            id(line)
            for line in _at_edge(sheet)
            if _PAGE_NUMBER.match(line.text) or len(sheets) > 1 and seen[_key(line)] >= often
        }
        sheet.lines = [line for line in sheet.lines if id(line) not in gone]


def _at_edge(sheet: _Sheet) -> list[TextLine]:
    top, bottom = _EDGE * sheet.page.height, (1 - _EDGE) * sheet.page.height
    return [line for line in sheet.lines if line.base < top or line.base > bottom]


def _key(line: TextLine) -> str:
    return re.sub(r"\d+", "#", line.text)


def _set_notes_apart(sheets: Sequence[_Sheet]) -> None:
    """Footnotes: smaller lines at the foot of a page, the first of them beginning with its number."""
    sizes = [line.size for s in sheets for line in s.lines]
    if not sizes:
        return
    usual = median(sizes)
    for sheet in sheets:
        at = len(sheet.lines)
        while at and sheet.lines[at - 1].size < 0.88 * usual:
            at -= 1
        tail = sheet.lines[at:]
        low = tail and tail[0].base > max((y for y, _ in sheet.tables), default=0.0)
        if low and at and re.match(r"[\[(]?\d{1,3}[\])]?\s*\D", tail[0].text):
            sheet.lines, sheet.notes = sheet.lines[:at], tail


def _notes(sheet: _Sheet) -> Iterator[Paragraph]:
    group: list[TextLine] = []
    for line in sheet.notes:
        if group and re.match(r"[\[(]?\d{1,3}[\])]?\s*\D", line.text):
            yield Paragraph(join(group), sheet.page.number)
            group = []
        group.append(line)
    if group:
        yield Paragraph(join(group), sheet.page.number)


def _blocks(sheets: Sequence[_Sheet]) -> Iterator[Block]:
    """Paragraphs and tables in reading order; both go on over page breaks where nothing stands between."""
    measures = _measures(sheets)
    widths = {s.page.number: round(s.page.width) for s in sheets}
    pending: list[TextLine] = []
    table: PdfTable | None = None
    for sheet in sheets:
        for item in _in_order(sheet):
            if isinstance(item, TextLine):
                if table is not None:
                    yield table.block()
                    table = None
                pending.append(item)
                continue
            yield from _text(pending, measures, widths)
            pending = []
            if table is not None and not (table.page == item.page - 1 and table.add(item)):
                yield table.block()
                table = None
            table = table or item
    if table is not None:
        yield table.block()
    yield from _text(pending, measures, widths)


def _in_order(sheet: _Sheet) -> list[TextLine | PdfTable]:
    placed: list[tuple[float, int, TextLine | PdfTable]] = [(line.base, 0, line) for line in sheet.lines]
    placed += [(top, 1, table) for top, table in sheet.tables]
    return [item for _, _, item in sorted(placed, key=lambda p: p[:2])]


def _measures(sheets: Sequence[_Sheet]) -> dict[int, Measure]:
    by_width: dict[int, list[TextLine]] = {}
    for sheet in sheets:
        by_width.setdefault(round(sheet.page.width), []).extend(sheet.lines)
    return {width: Measure.of(body) for width, body in by_width.items()}


def _text(body: Sequence[TextLine], measures: dict[int, Measure], widths: dict[int, int]) -> Iterator[Block]:
    """Lines outside tables as blocks; pages of one width are set alike."""
    for width, same in groupby(body, key=lambda line: widths[line.page]):
        measure = measures[width]
        run: list[TextLine] = []
        for item in side_by_side(list(same), (measure.left + measure.right) / 2):
            if isinstance(item, TextLine):
                run.append(item)
                continue
            yield from _paragraphs(run, measure)
            run = []
            yield item
        yield from _paragraphs(run, measure)


def _paragraphs(run: Sequence[TextLine], measure: Measure) -> Iterator[Paragraph]:
    for group in paragraphs(run, measure):
        yield Paragraph(join(group), group[0].page)
