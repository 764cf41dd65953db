"""A plan's text with its tasks marked where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.plans import PlanItem

NUMBER_MOST = 14
"""How much before a task on its line is taken for its printed number."""


@dataclass
class Row:
    """A stretch of the text that begins with a task's number (`before`) and its words: `items` stand beside it.

    The row before the first task has words only; a row without words holds one that has no place in the text.
    """

    before: str = ""
    marked: str = ""
    after: str = ""
    start: int = 0
    items: list[PlanItem] = field(default_factory=list[PlanItem])

    @property
    def item(self) -> PlanItem | None:
        """The task whose words are marked."""
        return self.items[0] if self.items else None


def rows(text: str, items: Sequence[PlanItem]) -> list[Row]:
    """The whole text, a row for each task; one that begins inside another task's words stands beside that one."""
    out = [Row()]
    at = 0
    for item in sorted(filter(_placed, items), key=lambda i: (i.start or 0, i.end or 0)):
        start, end = item.start or 0, min(item.end or 0, len(text))
        if start >= end or (start < at and not out[-1].items):
            continue
        if start < at:
            out[-1].items.append(item)
            continue
        line = max(text.rfind("\n", at, start) + 1, at)
        begin = line if start - line <= NUMBER_MOST else start
        out[-1].after = text[out[-1].start + len(out[-1].marked) : begin]
        out.append(Row(text[begin:start], text[start:end], "", start, [item]))
        at = end
    out[-1].after = text[out[-1].start + len(out[-1].marked) :]
    # by identity: comparing tasks field by field is slow, and not every task has a number yet
    found = {id(item) for row in out for item in row.items}
    lost = [Row(items=[item]) for item in items if id(item) not in found]
    return [*(row for row in out if row.marked or row.after), *lost]


def _placed(item: PlanItem) -> bool:
    return item.start is not None and item.end is not None and item.end > item.start


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
