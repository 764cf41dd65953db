"""A year of notices as a calendar: months of weeks of days, each with its number and its depth of colour."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plan.calendar import WorkingCalendar

DEPTHS = 5


@dataclass(frozen=True)
class Day:
    """One day; `depth` goes from 0 (nothing) to 5 (the busiest days), `off` says why it is not worked."""

    day: date
    number: int
    depth: int
    off: str


@dataclass(frozen=True)
class Month:
    """One month in weeks from Monday; None stands for days of other months."""

    first: date
    weeks: Sequence[Sequence[Day | None]]


def months(year: int, per_day: Mapping[date, int], days: WorkingCalendar) -> list[Month]:
    """The twelve months of `year`."""
    most = max(per_day.values(), default=0)
    plain = calendar.Calendar()

    def made(day: date, month: int) -> Day | None:
        if day.month != month:
            return None
        number = per_day.get(day, 0)
        depth = 0 if not number else max(1, -(-number * DEPTHS // most))
        return Day(day, number, depth, days.why_off(day) or "")

    return [
        Month(date(year, m, 1), [[made(d, m) for d in week] for week in plain.monthdatescalendar(year, m)])
        for m in range(1, 13)
    ]
