"""What every format reader hands on: one text, and its lines with their places.

A reader turns bytes into a :class:`Source`; all later stages see only that, so a plan reads the same from a paste, a
Word file or a PDF. Every place in it is counted in Unicode code points of :attr:`Source.text`.
"""

from dataclasses import dataclass
from enum import StrEnum


class LineKind(StrEnum):
    """What a line is in its file; a pasted text has paragraphs only, even where a table was meant."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    """A paragraph that carries a heading style; its level is not trusted."""
    CELL = "cell"
    """One paragraph of a table cell; `table`, `row` and `col` are set. An empty cell is one line without words."""
    NOTE = "note"
    """A footnote or endnote, placed after the body so that it never cuts a sentence in two."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, or one paragraph of a cell, without its line break: `Source.text[start:end] == text`.

    `page` counts from 1. `table` counts the tables of the file from 0; `row` and `col` are the cell's upper left
    corner in that table's grid, from 0, with merged cells given once and `colspan`/`rowspan` saying how far they reach.
    `mark` is the number, letter or bullet that the file format made by itself (Word's numbering, an HTML list) and
    that the reader already wrote in front of the text ("1.", "a)", "-").
    """

    start: int
    end: int
    text: str
    kind: LineKind = LineKind.PARAGRAPH
    page: int | None = None
    table: int | None = None
    row: int | None = None
    col: int | None = None
    colspan: int = 1
    rowspan: int = 1
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A document as text.

    `text` is NFC. Of a `.txt` file in UTF-8 and NFC it is exactly the decoded file, so that places are places in the
    file; where the reader had to convert (old encoding, decomposed Unicode, other formats), it is the converted text.
    `lines` are in reading order and do not overlap. `sha256` is of the bytes of the file, in hexadecimal. `notes` tell
    a person what the reader did that could matter ("2 tracked changes taken as accepted").
    """

    text: str
    lines: tuple[Line, ...]
    sha256: str
    name: str
    format: str
    notes: tuple[str, ...] = ()


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a plain text, as paragraphs; empty ones are left out, form feeds turn the page."""
    lines: list[Line] = []
    start, page = 0, 1
    has_pages = "\f" in text
    for raw in text.splitlines(keepends=True):
        page += raw.count("\f") if raw.startswith("\f") else 0
        body = raw.rstrip()
        lead = len(body) - len(body.lstrip())
        if body:
            at = start + lead
            lines.append(Line(at, start + len(body), body[lead:], page=page if has_pages else None))
        page += raw.count("\f") if not raw.startswith("\f") else 0
        start += len(raw)
    return tuple(lines)
