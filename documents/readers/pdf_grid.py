"""Tables of a PDF page, found by the lines that are ruled around their cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from documents.readers.pdf_page import Rule

_SNAP = 3.0
_TOUCH = 4.0
MAX_RULES = 600
"""Rules of one page in each direction, after joining; a page with more is a drawing."""
MAX_SQUARES = 20_000
"""Squares of the grid of one table."""


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its place in the grid and on the page."""

    row: int
    col: int
    rowspan: int
    colspan: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: the edges of its columns and rows, and its cells in reading order."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the table."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]


def grids(across: Sequence[Rule], down: Sequence[Rule]) -> list[Grid]:
    """The tables that horizontal and vertical rules make, from the top down; frames of one cell are none."""
    h, v = joined(across), joined(down)
    if not h or not v or max(len(h), len(v)) > MAX_RULES:
        return []
    found = [_grid(hs, vs) for hs, vs in _groups(h, v)]
    return sorted((g for g in found if g is not None), key=lambda g: g.ys[0])


def joined(rules: Sequence[Rule]) -> list[Rule]:
    """Rules that nearly lie on one line, with pieces that touch made one."""
    out: list[Rule] = []
    for group in _clusters(sorted(rules, key=lambda r: r.at)):
        at = sum(r.at for r in group) / len(group)
        pieces = sorted((r.start, r.end) for r in group)
        start, end = pieces[0]
        for s, e in pieces[1:]:
            if s > end + _TOUCH:
                out.append(Rule(at, start, end))
                start, end = s, e
            end = max(end, e)
        out.append(Rule(at, start, end))
    return out


def _clusters(rules: list[Rule]) -> list[list[Rule]]:
    groups: list[list[Rule]] = []
    for rule in rules:
        if groups and rule.at - groups[-1][0].at <= _SNAP:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return groups


def _groups(h: list[Rule], v: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that cross or touch each other, together."""
    root = list(range(len(h) + len(v)))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for i, a in enumerate(h):
        for j, b in enumerate(v, start=len(h)):
            crosses = (
                a.start - _TOUCH <= b.at <= a.end + _TOUCH and b.start - _TOUCH <= a.at <= b.end + _TOUCH
            )
            if crosses:
                root[find(i)] = find(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for at, rule in enumerate((*h, *v)):
        groups.setdefault(find(at), ([], []))[at >= len(h)].append(rule)
    return [g for g in groups.values() if g[0] and g[1]]


def _edges(own: list[Rule], others: list[Rule]) -> tuple[float, ...]:
    """Where the cells end in one direction: the rules, and how far the others reach where no rule closes them."""
    edges = [r.at for r in own]
    low, high = min(r.start for r in others), max(r.end for r in others)
    if low < min(edges) - 2 * _TOUCH:
        edges.append(low)
    if high > max(edges) + 2 * _TOUCH:
        edges.append(high)
    merged: list[float] = []
    for edge in sorted(edges):
        if not merged or edge - merged[-1] > _SNAP:
            merged.append(edge)
    return tuple(merged)


def _grid(h: list[Rule], v: list[Rule]) -> Grid | None:
    xs, ys = _edges(v, h), _edges(h, v)
    rows, cols = len(ys) - 1, len(xs) - 1
    if rows < 1 or cols < 2 or rows * cols > MAX_SQUARES:
        return None
    boxes = _boxes(h, v, xs, ys)
    return Grid(xs, ys, boxes) if len(boxes) > 1 else None


def _covered(rules: list[Rule], at: float, point: float) -> bool:
    return any(abs(r.at - at) <= _SNAP and r.start - _TOUCH <= point <= r.end + _TOUCH for r in rules)


def _boxes(h: list[Rule], v: list[Rule], xs: tuple[float, ...], ys: tuple[float, ...]) -> tuple[Box, ...]:
    """Grid squares with no rule between them are one cell, grown to the right and then down as a rectangle."""
    rows, cols = len(ys) - 1, len(xs) - 1
    middle_x, middle_y = [(a + b) / 2 for a, b in pairwise(xs)], [(a + b) / 2 for a, b in pairwise(ys)]
    taken: set[tuple[int, int]] = set()
    boxes: list[Box] = []
    for r in range(rows):
        for c in range(cols):
            if (r, c) in taken:
                continue
            right = c + 1
            while right < cols and (r, right) not in taken and not _covered(v, xs[right], middle_y[r]):
                right += 1
            bottom = r + 1
            while bottom < rows and not any(_covered(h, ys[bottom], middle_x[k]) for k in range(c, right)):
                bottom += 1
            taken |= {(i, k) for i in range(r, bottom) for k in range(c, right)}
            boxes.append(Box(r, c, bottom - r, right - c, xs[c], ys[r], xs[right], ys[bottom]))
    return tuple(boxes)
