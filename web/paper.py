"""A plan's text with its tasks marked where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.plans import PlanItem


@dataclass(frozen=True)
class Piece:
    """A stretch of the text: plain, or the words of one item."""

    text: str
    item: PlanItem | None = None


def marked(text: str, items: Sequence[PlanItem]) -> list[Piece]:
    """The whole text in pieces; an item that begins inside another one is not marked twice."""
    out: list[Piece] = []
    at = 0
    placed = [i for i in items if i.start is not None and i.end is not None and i.end > i.start]
    for item in sorted(placed, key=lambda i: (i.start or 0, i.end or 0)):
        start, end = item.start or 0, min(item.end or 0, len(text))
        if start < at or start >= end:
            continue
        out += [Piece(text[at:start]), Piece(text[start:end], item)]
        at = end
    return [piece for piece in [*out, Piece(text[at:])] if piece.text]


def around(text: str, item: PlanItem, *, before: int = 160, after: int = 700) -> tuple[str, str, str]:
    """The words of one item with what stands before and after, cut at line breaks where there are some."""
    if item.start is None or item.end is None or item.end <= item.start:
        return "", item.text, ""
    head, tail = text[max(0, item.start - before) : item.start], text[item.end : item.end + after]
    if item.start > before and "\n" in head:
        head = "… " + head.split("\n", 1)[1]
    if item.end + after < len(text) and "\n" in tail:
        tail = tail.rsplit("\n", 1)[0] + " …"
    return head, text[item.start : item.end], tail
