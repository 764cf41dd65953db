"""Ruled tables of a PDF as rows of text, joined where a page break cuts them; and text set in two columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from documents.readers.blocks import Cell, Paragraph, Table
from documents.readers.pdf_grid import Grid
from documents.readers.pdf_lines import TextLine, cell_paragraphs, join, lines
from documents.readers.pdf_page import Word

_SAME_EDGE = 8.0
_HEAD_ROWS = 4


@dataclass(slots=True)
class PdfTable:
    """A table under construction: cells by row, the column edges in points."""

    xs: tuple[float, ...]
    rows: list[list[Cell]] = field(default_factory=list[list[Cell]])
    page: int = 0

    def block(self) -> Table:
        """The finished table."""
        return Table(tuple(cell for row in self.rows for cell in row))

    def add(self, below: "PdfTable") -> bool:
        """Take the rows of a table from the top of the next page, if it has the same columns: whether it did.

        A repeated head is dropped; a row or a merged cell that the page break cut is put together again.
        """
        if len(self.xs) != len(below.xs) or not self._aligned(below):
            return False
        rows = below.rows[_repeated(self.rows, below.rows) :]
        if rows:
            cut = self._is_cut(rows[0])
            shift = len(self.rows) - cut - rows[0][0].row
            rows[0] = [cell for cell in rows[0] if not self._goes_on(cell, cut=cut)]
            self.rows += [[replace(c, row=c.row + shift) for c in row] for row in (rows[1:] if cut else rows)]
        self.page = below.page
        return True

    def _aligned(self, below: "PdfTable") -> bool:
        shift = below.xs[0] - self.xs[0]
        return all(abs(b - a - shift) <= _SAME_EDGE for a, b in zip(self.xs, below.xs, strict=True))

    def _reaching_down(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The cells that touch the lower edge, by column and width: where they stand in `rows`."""
        last = len(self.rows) - 1
        return {
            (cell.col, cell.colspan): (r, n)
            for r, row in enumerate(self.rows)
            for n, cell in enumerate(row)
            if cell.row + cell.rowspan > last
        }

    def _is_cut(self, row: list[Cell]) -> bool:
        """Whether the first row of a page goes on with the last row of the page before.

        It has no number where rows have one, or begins with a small letter.
        """
        first = next((cell for cell in row if cell.paragraphs), None)
        above = self._reaching_down()
        if first is None or any((c.col, c.colspan) not in above for c in row):
            return False
        numbered = sum(bool(r) and r[0].col == 0 and bool(r[0].paragraphs) for r in self.rows)
        unnumbered = first.col > 0 and row[0].rowspan == 1 and numbered > 0.6 * len(self.rows)
        return unnumbered or len(first.paragraphs[0].text) > 3 and first.paragraphs[0].text[0].islower()

    def _goes_on(self, cell: Cell, *, cut: bool) -> bool:
        """Join `cell` with the one above it, if its row was cut or it is the empty rest of a merged one."""
        place = self._reaching_down().get((cell.col, cell.colspan))
        if place is None:
            return False
        r, n = place
        above = self.rows[r][n]
        if not cut and (cell.paragraphs or above.rowspan == 1):
            return False
        texts = _run_on(above.paragraphs, cell.paragraphs)
        self.rows[r][n] = replace(above, paragraphs=texts, rowspan=above.rowspan + cell.rowspan - cut)
        return True


def _words_of(row: list[Cell]) -> list[tuple[int, str]]:
    return [(cell.col, " ".join(p.text for p in cell.paragraphs)) for cell in row]


def _repeated(above: list[list[Cell]], below: list[list[Cell]]) -> int:
    """How many rows at the head of `below` repeat the head of `above`."""
    count = 0
    for one, two in zip(above[:_HEAD_ROWS], below, strict=False):
        if _words_of(one) != _words_of(two) or not any(cell.paragraphs for cell in two):
            break
        count += 1
    return count


def _run_on(above: tuple[Paragraph, ...], below: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    """Paragraphs of a cut cell; the sentence that the page break cut is one again."""
    if not above or not below:
        return above or below
    last, first = above[-1], below[0]
    if last.text[-1:] in ".;:!?" or first.text[:1] in "-+•":
        return above + below
    return (*above[:-1], replace(last, text=f"{last.text} {first.text}"), *below[1:])


def ruled(grid: Grid, words: Sequence[Word], page: int) -> PdfTable:
    """The table of `grid` with the words that stand in it."""
    inside: dict[int, list[Word]] = {}
    at = {
        (b.row + r, b.col + c): n
        for n, b in enumerate(grid.boxes)
        for r in range(b.rowspan)
        for c in range(b.colspan)
    }
    for word in words:
        x, y = word.middle
        place = (_index(grid.ys, y), _index(grid.xs, x))
        inside.setdefault(at[place], []).append(word)
    table = PdfTable(grid.xs, [[] for _ in grid.ys[1:]], page)
    for number, box in enumerate(grid.boxes):
        groups = cell_paragraphs(lines(inside.get(number, [])), box.x1 - box.x0)
        texts = tuple(Paragraph(join(group), page) for group in groups)
        table.rows[box.row].append(Cell(box.row, box.col, texts, box.colspan, box.rowspan))
    return _without_empty_rows(table)


def _index(edges: tuple[float, ...], at: float) -> int:
    return next((n for n, edge in enumerate(edges[1:]) if at < edge), len(edges) - 2)


def _without_empty_rows(table: PdfTable) -> PdfTable:
    """Slivers between double rules are rows without words or cells of their own; they go."""
    kept = [n for n, row in enumerate(table.rows) if any(cell.paragraphs for cell in row)]
    place = {row: at for at, row in enumerate(kept)}

    def moved(cell: Cell) -> Cell:
        reach = sum(cell.row <= k < cell.row + cell.rowspan for k in kept)
        return replace(cell, row=place[cell.row], rowspan=max(1, reach))

    return PdfTable(table.xs, [[moved(cell) for cell in table.rows[n]] for n in kept], table.page)


@dataclass(slots=True)
class _Sides:
    """Lines set side by side, and the free strip between them."""

    left: float
    right: float
    lines: list[TextLine] = field(default_factory=list[TextLine])
    both: int = 0


def side_by_side(body: Sequence[TextLine], middle: float) -> list[TextLine | Table]:
    """The lines, with those set in two columns (letterhead, receivers beside the signature) as tables of one row."""
    out: list[TextLine | Table] = []
    at = 0
    while at < len(body):
        block = _block(body, at, middle)
        if block is None:
            out.append(body[at])
            at += 1
            continue
        while (
            out and isinstance(out[-1], TextLine) and _gap(out[-1], block) and out[-1].page == body[at].page
        ):
            block.lines.insert(0, out.pop())  # pyright: ignore[reportArgumentType]
        out.append(_columns(block))
        at += block.both
    return out


def _widest(line: TextLine) -> tuple[float, float]:
    """The widest free strip in a line; empty where it is no wider than the blanks of a justified line."""
    gaps = sorted((b.x0 - a.x1, a.x1, b.x0) for a, b in pairwise(line.words))
    if not gaps or gaps[-1][0] < 1.3 * line.size:
        return 0.0, 0.0
    usual = median(g[0] for g in gaps[:-1]) if len(gaps) > 1 else 0.0
    return (gaps[-1][1], gaps[-1][2]) if gaps[-1][0] > 3 * max(usual, 2.0) else (0.0, 0.0)


def _gap(line: TextLine, block: _Sides) -> bool:
    """Whether the line has a wider blank within the strip of the block, with words on both sides; narrows the strip."""
    blanks = [(a.x1, b.x0) for a, b in pairwise(line.words)]
    usual = median(b - a for a, b in blanks) if len(blanks) > 2 else 0.0
    for a, b in blanks:
        low, high = max(a, block.left), min(b, block.right)
        if b - a > max(0.35 * line.size, 1.6 * usual) and high - low > 0.2 * line.size:
            block.left, block.right = low, high
            return True
    return False


def _block(body: Sequence[TextLine], at: int, middle: float) -> _Sides | None:
    left, right = _widest(body[at])
    if left >= right:
        return None
    block = _Sides(left, right)
    two_sided = 0
    last = body[at]
    for line in body[at:]:
        if line.page != last.page:
            break
        if _gap(line, block):
            two_sided += 1
        elif not _one_sided(line, block, last, middle):
            break
        block.lines.append(line)
        last = line
    block.both = len(block.lines)
    return block if two_sided >= 2 else None


def _one_sided(line: TextLine, block: _Sides, last: TextLine, middle: float) -> bool:
    """Whether a line belongs to one column only; a title in the middle of the page belongs to none."""
    if abs((line.x0 + line.x1) / 2 - middle) < 12:
        return False
    below = (line.base - last.base) / line.size
    return line.x1 <= block.right and below < 1.45 or line.x0 >= block.left and below < 8


def _columns(block: _Sides) -> Table:
    """The block as one row of two cells, a paragraph for each line of a side."""
    sides: tuple[list[Paragraph], list[Paragraph]] = ([], [])
    for line in block.lines:
        left = [w for w in line.words if w.x1 <= block.right]
        right = [w for w in line.words if w.x1 > block.right]
        if not any(a.x1 <= block.left + 1 and b.x0 >= block.right - 1 for a, b in pairwise(line.words)):
            left, right = (list(line.words), []) if line.x1 <= block.right else ([], list(line.words))
        for side, words in zip(sides, (left, right), strict=True):
            if words:
                side.append(Paragraph(" ".join(w.text for w in words), line.page))
    return Table(tuple(Cell(0, col, tuple(texts)) for col, texts in enumerate(sides)))
