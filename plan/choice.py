"""Which ladder a new assignment gets: the item's own, else the nearest choice that the office has made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from plan.deadlines import Deadline, Fixed, Period, Recurring, Relative, Rule


class ItemClass(StrEnum):
    """What kind of task an item is, by its deadlines."""

    REPORT = "report"
    """It comes round: "hằng quý", "trước ngày 15 hằng tháng"."""
    DATED = "dated"
    """It has a day, an end of a period, or a number of days from an event."""
    UNDATED = "undated"


def class_of(deadlines: Sequence[Deadline]) -> ItemClass:
    """The class of an item with these deadlines; one rhythm makes it a report."""
    if any(isinstance(deadline, Recurring | Rule) for deadline in deadlines):
        return ItemClass.REPORT
    dated = any(isinstance(deadline, Fixed | Period | Relative) for deadline in deadlines)
    return ItemClass.DATED if dated else ItemClass.UNDATED


DEFAULTS = {ItemClass.REPORT: "bao-cao", ItemClass.DATED: "chuan", ItemClass.UNDATED: "chuan"}
"""The ladder of each class where the office has chosen none."""


@dataclass(frozen=True)
class Choice:
    """A ladder for a plan, a unit, a class, or any of them together; None means every one."""

    ladder: str
    plan_id: int | None = None
    unit_id: int | None = None
    item_class: ItemClass | None = None

    def fits(self, plan_id: int, unit_id: int, item_class: ItemClass) -> bool:
        """Whether this choice speaks of such an assignment."""
        asked = ((self.plan_id, plan_id), (self.unit_id, unit_id), (self.item_class, item_class))
        return all(mine is None or mine == theirs for mine, theirs in asked)

    @property
    def nearness(self) -> tuple[bool, bool, bool]:
        """How exact the choice is: a unit's wins over a plan's, a plan's over a class's."""
        return (self.unit_id is not None, self.plan_id is not None, self.item_class is not None)


def choose(choices: Iterable[Choice], plan_id: int, unit_id: int, item_class: ItemClass) -> str:
    """The ladder of the nearest choice that fits, else the default of the class."""
    fitting = [choice for choice in choices if choice.fits(plan_id, unit_id, item_class)]
    nearest = max(fitting, key=lambda choice: choice.nearness, default=None)
    return nearest.ladder if nearest else DEFAULTS[item_class]
