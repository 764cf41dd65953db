"""The list of a simulated year as pages ask for it: filtered, in the order of sending, cut into pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from plan.ladder import Delivery
from plan.signed import SignedLine
from plan.simulation import SimulatedNotice
from web.lists import Wanted
from web.sorting import vietnamese

PAGE = 60
"""How many notices one page shows."""


@dataclass(frozen=True)
class NoticeWanted:
    """What somebody looks for in the list; empty values do not narrow, without a day what has passed is left out."""

    day: date | None = None
    unit: str = ""
    item: str = ""
    how: str = ""
    gone: bool = False
    page: int = 1

    @classmethod
    def of(cls, given: Any) -> "NoticeWanted":
        """From the query part of an address; what cannot be understood is left out."""
        try:
            day = date.fromisoformat(str(given.get("day", "")))
        except ValueError:
            day = None
        number = Wanted.of(given).page
        return cls(
            day, str(given.get("unit", "")).strip()[:200], str(given.get("item", "")).strip()[:60],
            str(given.get("how", ""))[:12], bool(given.get("gone")), number,
        )  # fmt: skip

    @property
    def narrowed(self) -> bool:
        """Whether it asks for less than everything to come."""
        return bool(self.day or self.unit or self.item or self.how or self.gone)

    def fits(self, notice: SimulatedNotice, today: date) -> bool:
        """Whether a notice is one of those."""
        if self.day is None and not self.gone and notice.day < today:
            return False
        mine = self.unit in ("", notice.unit) and self.item in ("", notice.item_code)
        return mine and self.day in (None, notice.day) and self.has(notice)

    def has(self, notice: SimulatedNotice | SignedLine) -> bool:
        """Whether a notice on one of those days goes out in the way looked for; void ones are seen when asked for."""
        if notice.void and self.day is None and not self.gone:
            return False
        return (self.how != "nobody" or notice.unreachable) and (
            self.how not in set(Delivery) or notice.delivery == self.how
        )

    def of_list(self, notices: Sequence[SimulatedNotice], today: date) -> tuple[list[SimulatedNotice], int]:
        """This page of the notices, and how many there are on all."""
        found = [n for n in notices if self.fits(n, today)]
        found.sort(key=lambda n: (n.send_after, n.item_code, n.rung, n.unit))
        return found[(self.page - 1) * PAGE : self.page * PAGE], len(found)


def together(rows: Sequence[Any]) -> list[list[Any]]:
    """The notices of one page, those beside each other that differ in their readers only as one line."""
    return [
        list(same)
        for _, same in groupby(rows, lambda n: (n.send_after, n.item_code, n.rung, n.delivery, n.why, n.void))
    ]


def choices(notices: Sequence[SimulatedNotice]) -> tuple[list[str], list[str]]:
    """The units and items of the list, for a choice: units as in a dictionary, items as in the text."""
    units = sorted({n.unit for n in notices}, key=vietnamese)
    return units, list(dict.fromkeys(n.item_code for n in notices))
