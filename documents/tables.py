"""Tables: real ones, made of cells, and pasted ones, which stand in the text as one cell per line between bars."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from documents.source import Line, LineKind
from documents.words import squeeze


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: where its words stand in the source, and the words with white space folded; empty cells have none."""

    start: int
    end: int
    text: str
    row: int = 0
    col: int = 0
    colspan: int = 1
    rowspan: int = 1
    raw: str = ""
    """The words with their line breaks, which in a cell may part two bodies."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, with a cell for each printed column; a merged cell stands once, at its first column."""

    cells: tuple[Cell, ...]
    page: int | None = None

    def texts(self) -> list[str]:
        """The words of the cells."""
        return [c.text for c in self.cells]


@dataclass(slots=True)
class Table:
    """A table between `start` and `end` of the source, in reading order with the paragraphs around it."""

    start: int
    end: int
    rows: list[Row] = field(default_factory=list[Row])


_RULE = re.compile(r"[\s:=_.…-]*")
_OUTSIDE = re.compile(
    r"\s*(?:PHỤ LỤC|Phụ lục\s+[IVX\d]+\s*$|KẾ HOẠCH\s*$"
    r"|QUYẾT ĐỊNH\s*:?\s*$|CHƯƠNG TRÌNH\s*$|[IVX]+\.\s+[A-ZÀ-ỸĐ]{2}.*"
    r"|Điều \d+\.)"
)
_ORDINAL = re.compile(
    r"(?:[IVXivx]+|\d+(?:\.\d+)*|[A-Za-zđ]|\(\d+\)"
    r"|-|\*|STT|TT|Stt|Số TT)\s*[.)]?",
    re.IGNORECASE,
)


def real_tables(lines: Iterable[Line]) -> list[Table]:
    """The tables of a file format that knows tables, from their cell lines."""
    found: dict[int, dict[tuple[int, int], list[Line]]] = {}
    for line in lines:
        if line.kind is LineKind.CELL and line.table is not None:
            found.setdefault(line.table, {}).setdefault((line.row or 0, line.col or 0), []).append(line)
    return [_real(cells) for cells in found.values()]


def _real(cells: dict[tuple[int, int], list[Line]]) -> Table:
    rows: dict[int, list[tuple[Cell, int | None]]] = {}
    for (row, col), lines in sorted(cells.items()):
        first, last = lines[0], lines[-1]
        text = squeeze(" ".join(x.text for x in lines))
        cell = Cell(
            first.start,
            last.end,
            text,
            row,
            col,
            first.colspan,
            first.rowspan,
            "\n".join(x.text for x in lines),
        )
        rows.setdefault(row, []).append((cell, first.page))
    every = [x for parts in cells.values() for x in parts]
    table = Table(min(x.start for x in every), max(x.end for x in every))
    table.rows = [Row(tuple(c for c, _ in row), row[0][1]) for _, row in sorted(rows.items())]
    return table


# -- pasted ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Chunk:
    """What stands between two bars."""

    lines: list[Line] = field(default_factory=list[Line])

    @property
    def text(self) -> str:
        return squeeze(" ".join(x.text for x in self.lines))

    @property
    def empty(self) -> bool:
        return all(_RULE.fullmatch(x.text) and len(x.text) != 1 or not x.text for x in self.lines)


def pasted_tables(lines: list[Line]) -> tuple[list[Table], list[Line]]:
    """The tables that stand in a plain text between bars, and the lines that are in none of them."""
    chunks = _chunks(lines)
    if len(chunks) < 3:
        tabbed = [x for x in lines if x.text.count("\t") >= 2]
        return _tabbed(tabbed), [x for x in lines if x.text.count("\t") < 2]
    outside = [at in (0, len(chunks) - 1) or _is_outside(c) for at, c in enumerate(chunks)]
    left: list[Line] = []
    tables: list[Table] = []
    run: list[_Chunk] = []
    for chunk, out in zip(chunks, outside, strict=True):
        if not out:
            run.append(chunk)
            continue
        tables += _tables(run)
        run = []
        left += chunk.lines
    return tables + _tables(run), sorted((x for x in left if x.text), key=lambda x: x.start)


def _tabbed(lines: list[Line]) -> list[Table]:
    """Rows pasted out of a spreadsheet, with tabs between the cells; rows that follow one another are one table."""
    tables: list[Table] = []
    for line in lines:
        cells: list[Cell] = []
        at = line.start
        for col, part in enumerate(line.text.split("\t")):
            begin = at + len(part) - len(part.lstrip())
            cells.append(Cell(begin, begin + len(part.strip()), squeeze(part), 0, col, raw=part.strip()))
            at += len(part) + 1
        if not tables or line.start - tables[-1].end > 2:
            tables.append(Table(line.start, line.end))
        tables[-1].rows.append(Row(tuple(cells), line.page))
        tables[-1].end = line.end
    return tables


def _chunks(lines: list[Line]) -> list[_Chunk]:
    chunks = [_Chunk()]
    for line in lines:
        text = line.text
        if not (text.startswith("|") or text.endswith("|")):
            chunks[-1].lines.append(line)
            continue
        at = line.start
        for number, part in enumerate(text.split("|")):
            if number:
                chunks.append(_Chunk())
            body = part.strip()
            if body:
                begin = at + part.index(body)
                chunks[-1].lines.append(Line(begin, begin + len(body), body, page=line.page))
            at += len(part) + 1
    return chunks


def _is_outside(chunk: _Chunk) -> bool:
    """Whether the text between two bars is running text between two tables rather than a cell."""
    size = sum(len(x.text) for x in chunk.lines)
    if len(chunk.lines) < 3 and size < 3000:
        return any(x.text.startswith("PHỤ LỤC") for x in chunk.lines)
    heads = [bool(_OUTSIDE.match(x.text)) for x in chunk.lines]
    return size > 6000 or sum(heads) > 1 or heads[0] or (any(heads) and len(heads) > 12)


def _tables(run: list[_Chunk]) -> list[Table]:
    """The rows of one run of chunks: a cheapest way to cut it, where full rows with an ordinal cost nothing."""
    first = next((at for at, chunk in enumerate(run) if not chunk.empty), len(run))
    run = run[max(0, first - 1) :]
    if not any(c.lines for c in run):
        return []
    chunks = run if run[0].empty else [_Chunk(), *run]
    chunks = chunks if chunks[-1].empty else [*chunks, _Chunk()]
    empty = [c.empty for c in chunks]
    width = _width(empty)
    ordinal = [
        len(c.text) < 6 and c.text[:2] not in ("19", "20") and bool(_ORDINAL.fullmatch(c.text))
        for c in chunks
    ]
    rows = _cheapest(empty, ordinal, width)
    every = [x for c in chunks for x in c.lines]
    table = Table(every[0].start, every[-1].end)
    for first, last in rows:
        cells = tuple(_cell(chunks[i], i - first) for i in range(first, last + 1))
        page = next((x.page for i in range(first, last + 1) for x in chunks[i].lines), None)
        if any(c.text for c in cells):
            table.rows.append(Row(cells, page))
    return [table]


def _cell(chunk: _Chunk, col: int) -> Cell:
    lines = [x for x in chunk.lines if x.text]
    if not lines:
        return Cell(0, 0, "", col=col)
    return Cell(lines[0].start, lines[-1].end, chunk.text, col=col, raw="\n".join(x.text for x in lines))


def _width(empty: list[bool]) -> int:
    """The number of columns: the length of the run of filled cells that is most often seen, wide ones first."""
    counts: dict[int, int] = {}
    at = 1
    for end in range(1, len(empty)):
        if empty[end]:
            length = end - at
            if length >= 3:
                counts[length] = counts.get(length, 0) + 1
            at = end + 1
    first = next((end for end in range(1, len(empty)) if empty[end]), len(empty) - 1) - 1
    if first >= 3:
        return first
    return max(counts, key=lambda n: (counts[n], n)) if counts else max(1, first)


def _cheapest(empty: list[bool], ordinal: list[bool], width: int) -> list[tuple[int, int]]:
    """Cut the chunks into rows; between two rows stands one empty chunk (or a row of dots)."""
    size = len(empty)
    best: list[tuple[float, int]] = [(float("inf"), -1)] * size
    best[0] = (0.0, -1)
    for at in range(size - 1):
        if best[at][0] == float("inf"):
            continue
        for length in range(1, width + 3):
            stop = at + length + 1
            if stop >= size:
                break
            if not empty[stop]:
                continue
            cost = best[at][0] + _cost(empty, ordinal, at + 1, length, width)
            if cost < best[stop][0]:
                best[stop] = (cost, at)
        else:
            # No empty chunk within reach: the row has more cells than the header; take it whole.
            stop = next((i for i in range(at + width + 3, size) if empty[i]), size - 1)
            if best[at][0] + 6 < best[stop][0]:
                best[stop] = (best[at][0] + 6, at)
    return _trace(best)


def _trace(best: list[tuple[float, int]]) -> list[tuple[int, int]]:
    stop = max((i for i, (cost, _) in enumerate(best) if cost < float("inf")), default=0)
    rows: list[tuple[int, int]] = []
    while stop > 0:
        start = best[stop][1]
        rows.append((start + 1, stop - 1))
        stop = start
    return rows[::-1]


def _cost(empty: list[bool], ordinal: list[bool], first: int, length: int, width: int) -> float:
    filled = not empty[first]
    cost = 0.0 if filled and ordinal[first] else (0.5 if filled else 0.7)
    if all(empty[first : first + length]):
        return cost + 2
    # A number behind an empty cell begins the next row rather than standing in the middle of this one.
    cost += sum(empty[i] and ordinal[i + 1] for i in range(first, first + length - 1))
    if length == width:
        return cost
    if length > width:
        return cost + 3 * (length - width)
    if length <= 2:
        return cost + 0.6
    return cost + 0.8 + 0.2 * (width - length)
