"""Ruled tables of a PDF as rows of text, joined where a page break cuts them; and text set in two columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
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

        A repeated head is dropped, and a row that the page break cut is put together again.
        """
        if len(self.xs) != len(below.xs) or not self._aligned(below):
            return False
        rows = below.rows[_repeated(self.rows, below.rows) :]
        if rows and self._is_cut(rows[0]):
            self.rows[-1] = _sewn(self.rows[-1], rows.pop(0))
        base = len(self.rows)
        first = rows[0][0].row if rows else 0
        self.rows += [[replace(c, row=c.row - first + base) for c in row] for row in rows]
        self.page = below.page
        return True

    def _aligned(self, below: "PdfTable") -> bool:
        shift = below.xs[0] - self.xs[0]
        return all(abs(b - a - shift) <= _SAME_EDGE for a, b in zip(self.xs, below.xs, strict=True))

    def _is_cut(self, row: list[Cell]) -> bool:
        """Whether the first row of a page goes on with the last row of the page before: it has no number."""
        numbered = sum(bool(r) and r[0].col == 0 and bool(r[0].paragraphs) for r in self.rows)
        begins = row[0].col == 0 and bool(row[0].paragraphs)
        filled = any(cell.paragraphs for cell in row)
        whole = all(cell.rowspan == 1 for cell in row)
        shapes = {(c.col, c.colspan) for c in row} == {(c.col, c.colspan) for c in self.rows[-1]}
        return filled and not begins and whole and shapes and numbered > 0.6 * len(self.rows)


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


def _sewn(upper: list[Cell], lower: list[Cell]) -> list[Cell]:
    rest = {cell.col: cell for cell in lower}
    return [replace(c, paragraphs=_run_on(c.paragraphs, rest[c.col].paragraphs)) for c in upper]


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
    rows = [
        [replace(c, row=place[c.row], rowspan=max(1, sum(c.row <= k < c.row + c.rowspan for k in kept))) for c in table.rows[n]]
        for n in kept
    ]  # fmt: skip
    return PdfTable(table.xs, rows, table.page)


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
            out
            and isinstance(out[-1], TextLine)
            and _gap(out[-1], block, 0.3)
            and out[-1].page == body[at].page
        ):
            block.lines.insert(0, out.pop())  # pyright: ignore[reportArgumentType]
        out.append(_columns(block))
        at += block.both
    return out


def _widest(line: TextLine) -> tuple[float, float]:
    """The widest free strip in a line; empty where it is no wider than the blanks of a justified line."""
    gaps = sorted((b.x0 - a.x1, a.x1, b.x0) for a, b in zip(line.words, line.words[1:], strict=False))
    if not gaps or gaps[-1][0] < 1.3 * line.size:
        return 0.0, 0.0
    usual = median(g[0] for g in gaps[:-1]) if len(gaps) > 1 else 0.0
    return (gaps[-1][1], gaps[-1][2]) if gaps[-1][0] > 3 * max(usual, 2.0) else (0.0, 0.0)


def _gap(line: TextLine, block: _Sides, least: float) -> bool:
    """Whether the line has a blank within the strip of the block, and words on both sides; narrows the strip."""
    for a, b in zip(line.words, line.words[1:], strict=False):
        low, high = max(a.x1, block.left), min(b.x0, block.right)
        if high - low > least * line.size:
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
        if _gap(line, block, 0.3):
            two_sided += 1
        elif not _one_sided(line, block, last, middle):
            break
        block.lines.append(line)
        last = line
    block.both = len(block.lines)
    return block if two_sided >= 2 else None


def _one_sided(line: TextLine, block: _Sides, last: TextLine, middle: float) -> bool:
    """Whether a line belongs to one column only; a title in the middle of the page belongs to none."""
    below = (line.base - last.base) / line.size
    centred = abs((line.x0 + line.x1) / 2 - middle) < 15 and below > 1.3
    if centred:
        return False
    return line.x1 <= block.right and below < 2 or line.x0 >= block.left and below < 8


def _columns(block: _Sides) -> Table:
    middle = (block.left + block.right) / 2
    sides: tuple[list[Paragraph], list[Paragraph]] = ([], [])
    for line in block.lines:
        for side, words in enumerate(
            (
                [w for w in line.words if w.middle[0] < middle],
                [w for w in line.words if w.middle[0] >= middle],
            )
        ):
            if words:
                sides[side].append(Paragraph(" ".join(w.text for w in words), line.page))
    return Table(tuple(Cell(0, col, tuple(texts)) for col, texts in enumerate(sides)))
