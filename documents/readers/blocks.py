"""What every format is turned into before it becomes a :class:`~documents.source.Source`: paragraphs and tables.

The readers know their formats and nothing of positions; :func:`assemble` writes the one text and counts the places.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from documents.readers.errors import Empty, TooLarge
from documents.source import Line, LineKind

MAX_TEXT = 5_000_000
"""Code points of text that are read at most; a plan of 300 pages has about a million."""
MAX_LINES = 200_000
"""Lines that are read at most; such a plan has some ten thousand."""

_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc-\ufffe\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
_BLANKS = re.compile(r"[^\S\n]+")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; line breaks inside it are `\\n`. `mark` is its number or bullet where the format made it."""

    text: str
    page: int | None = None
    heading: bool = False
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table with its upper left corner in the grid; merged cells stand once, with their reach."""

    row: int
    col: int
    paragraphs: tuple[Paragraph, ...]
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in reading order."""

    cells: tuple[Cell, ...]


Block = Paragraph | Table


@dataclass(slots=True)
class Content:
    """What a reader found: the body, the foot and end notes apart, and remarks for a person."""

    format: str
    blocks: list[Block] = field(default_factory=list[Block])
    footnotes: list[Paragraph] = field(default_factory=list[Paragraph])
    remarks: list[str] = field(default_factory=list[str])

    def texts(self) -> Iterator[str]:
        """Every paragraph's text, in reading order."""
        for block in (*self.blocks, *self.footnotes):
            if isinstance(block, Paragraph):
                yield block.text
            else:
                yield from (p.text for cell in block.cells for p in cell.paragraphs)


def clean(text: str) -> str:
    """`text` in NFC with plain spaces: no control or invisible characters, runs of blanks folded to one."""
    text = _BREAKS.sub("\n", text)
    text = _BLANKS.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    return "\n".join(line.strip() for line in text.split("\n")).strip("\n")


def too_long(name: str) -> TooLarge:
    """The error for a text of more characters or lines than any plan has."""
    limit = f"{MAX_TEXT // 10**6} triệu ký tự, {MAX_LINES // 10**3} nghìn dòng"
    return TooLarge(name, size="quá nhiều chữ", limit=limit)


def assemble(content: Content, name: str) -> tuple[str, list[Line]]:
    """The text of `content` and its lines; raises `Empty` and `TooLarge`.

    Each paragraph stands on a line of its own; empty lines stand around tables and notes, and between the paragraphs
    of one cell.
    """
    writer = _Writer(name)
    tables = 0
    for block in content.blocks:
        if isinstance(block, Paragraph):
            kind = LineKind.HEADING if block.heading else LineKind.PARAGRAPH
            writer.paragraph(block, Line(0, 0, "", kind))
        else:
            writer.table(block, tables)
            tables += 1
    if content.footnotes:
        writer.gap()
    for note in content.footnotes:
        writer.paragraph(note, Line(0, 0, "", LineKind.NOTE))
    if not writer.parts:
        raise Empty(name)
    return "".join(writer.parts), writer.lines


class _Writer:
    def __init__(self, name: str) -> None:
        self.name, self.parts, self.lines, self.length = name, list[str](), list[Line](), 0

    def paragraph(self, paragraph: Paragraph, like: Line) -> None:
        mark = clean(paragraph.mark or "").replace("\n", " ")
        body = clean(paragraph.text)
        if not body and mark and like.kind is LineKind.CELL:
            mark, body = "", mark  # a numbered column: the number is all that the cell holds
        if not body:
            return
        for number, part in enumerate(p for p in body.split("\n") if p):
            ours = mark if number == 0 and mark else None
            text = f"{ours} {part}" if ours else part
            at = self.length
            self._write(text + "\n")
            self.lines.append(
                replace(like, start=at, end=at + len(text), text=text, page=paragraph.page, mark=ours)
            )

    def table(self, table: Table, number: int) -> None:
        self.gap()
        for cell in table.cells:
            place = Line(
                0, 0, "", LineKind.CELL, table=number, row=cell.row, col=cell.col,
                colspan=cell.colspan, rowspan=cell.rowspan,
            )  # fmt: skip
            before = len(self.lines)
            for paragraph in cell.paragraphs:
                if len(self.lines) > before:
                    self.gap()
                self.paragraph(paragraph, place)
            if len(self.lines) == before:
                self.lines.append(replace(place, start=self.length, end=self.length))
        self.gap()

    def gap(self) -> None:
        if self.parts and self.parts[-1] != "\n":
            self._write("\n")

    def _write(self, text: str) -> None:
        self.length += len(text)
        if self.length > MAX_TEXT or len(self.lines) > MAX_LINES:
            raise too_long(self.name)
        self.parts.append(text)
