"""Word's table rows, put on one grid."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from documents.readers.blocks import Block, Cell, Paragraph, Table

_SAME_EDGE = 120
"""Edges nearer than this, in twentieths of a point (2 mm), are one; rows dragged by hand never meet exactly."""


@dataclass(frozen=True, slots=True)
class RowCell:
    """A cell as its row states it: its blocks, its width in grid columns, and whether it belongs to its neighbour."""

    blocks: list[Block]
    span: int = 1
    continues: bool = False
    """Merged with the cell above."""
    joined: bool = False
    """Merged with the cell to the left (Word 97's way)."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, after `before` empty grid columns."""

    before: int
    cells: list[RowCell]


@dataclass(slots=True)
class _Placed:
    row: int
    left: int
    right: int
    cell: RowCell
    rowspan: int = 1


def table_blocks(rows: Iterable[Row], widths: list[int]) -> Iterator[Block]:
    """A table; or its contents, where it is only a frame around one cell or around other tables."""
    placed = _place(rows)
    if _is_frame(placed):
        for at in placed:
            yield from at.cell.blocks
        return
    edges = _edges(placed, widths)
    yield Table(
        tuple(
            Cell(p.row, edges[p.left], tuple(_flat(p.cell.blocks)), edges[p.right] - edges[p.left], p.rowspan)
            for p in sorted(placed, key=lambda p: (p.row, p.left))
        )
    )


def _place(rows: Iterable[Row]) -> list[_Placed]:
    placed: list[_Placed] = []
    above: dict[int, _Placed] = {}
    for r, row in enumerate(rows):
        at, here = row.before, dict[int, _Placed]()
        last: _Placed | None = None
        for cell in row.cells:
            upper = above.get(at)
            if cell.joined and last is not None:
                last.right = at + cell.span
            elif cell.continues and upper is not None:
                upper.rowspan, here[at], last = r - upper.row + 1, upper, None
            else:
                last = here[at] = _Placed(r, at, at + cell.span, cell)
                placed.append(last)
            at += cell.span
        above = here
    return placed


def _is_frame(placed: list[_Placed]) -> bool:
    holds_table = any(isinstance(b, Table) for p in placed for b in p.cell.blocks)
    one_column = len({(p.left, p.right) for p in placed}) == 1
    one_row = len({p.row for p in placed}) == 1
    return len(placed) == 1 or holds_table and (one_column or one_row)


def _flat(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """The paragraphs of a cell; a table inside it is read row by row."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for cell in block.cells:
                yield from cell.paragraphs


def _edges(placed: list[_Placed], widths: list[int]) -> dict[int, int]:
    """The column number of each grid edge in use, with edges that nearly meet taken as one."""
    used = sorted({e for p in placed for e in (p.left, p.right)})
    offsets = [0, *accumulate(max(0, w) for w in widths)]
    if not used or used[-1] >= len(offsets):
        return {edge: number for number, edge in enumerate(used)}
    numbers: dict[int, int] = {}
    column, since = 0, offsets[used[0]]
    for edge in used:
        if offsets[edge] - since > _SAME_EDGE:
            column, since = column + 1, offsets[edge]
        numbers[edge] = column
    if any(numbers[p.left] == numbers[p.right] for p in placed):
        return {edge: number for number, edge in enumerate(used)}
    return numbers
