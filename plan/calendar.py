"""The working calendar of Vietnam: weekends, public holidays, and what a decision says otherwise.

The `holidays` package gives the days of Bộ luật Lao động 2019, Điều 112, with lunar Tết, Giỗ Tổ and their compensation
days (Điều 111.3). The Prime Minister fixes Tết and 02/9 anew each year and swaps days by decision, so every line of the
law can be overridden by an :class:`Override` that carries the number and date of the decision.

Days are calendar days in Asia/Ho_Chi_Minh. Everything here is pure; the law's days are computed once per year.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays

FIRST_YEAR, LAST_YEAR = 1996, 2098
"""The years for which the lunar calendar and the years beside them are known."""

_SWAPPED = {date(2026, 1, 2): date(2026, 1, 10)}
"""Days off and the Saturdays worked for them that `holidays` does not know (12729/VPCP-KGVX ngày 25/12/2025)."""
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class CalendarError(ValueError):
    """The calendar cannot answer, or its overrides contradict one another."""


class DaysOff(StrEnum):
    """What becomes of a deadline whose day is a day off; a setting of each plan."""

    KEEP = "keep"
    """The day in the text stands."""
    EARLIER = "earlier"
    """The last working day before it."""
    LATER = "later"
    """The first working day after it (Bộ luật Dân sự 2015, Điều 148.5)."""


@dataclass(frozen=True)
class Override:
    """One day that a decision makes a working day (`works`) or a day off.

    `decision` is the number of the paper ("12/TB-BNV") and `decided_on` its date; `note` says why, for people.
    """

    day: date
    works: bool
    decision: str
    decided_on: date
    note: str = ""

    def __str__(self) -> str:
        what = "làm việc" if self.works else "nghỉ"
        return f"{self.day:%d/%m/%Y} {what} theo {self.decision} ngày {self.decided_on:%d/%m/%Y}"


@dataclass(frozen=True)
class DayOff:
    """One day off with its reason in Vietnamese."""

    day: date
    why: str


@dataclass(frozen=True)
class Difference:
    """One day on which two calendars differ; a reason of None says that the day is worked."""

    day: date
    before: str | None
    after: str | None


@dataclass(frozen=True)
class _Law:
    names: dict[date, str] = field(repr=False)
    swapped_in: frozenset[date] = field(repr=False)
    """Weekend days that are worked in exchange for a day off elsewhere."""


@cache
def _law(year: int) -> _Law:
    """Days off of `year`; the years beside it are read too, because a swap may cross New Year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CalendarError(
            f"lịch làm việc chỉ có từ năm {FIRST_YEAR} đến năm {LAST_YEAR}, không có năm {year}: kiểm tra lại ngày"
        )
    known = holidays.country_holidays("VN", years=(year - 1, year, year + 1), language="vi")
    names = {day: name.replace("; ", ", ") for day, name in known.items() if day.year == year}
    swapped: set[date] = {*getattr(known, "weekend_workdays", set()), *_SWAPPED.values()}
    names |= {
        day: f"Ngày nghỉ (thay cho ngày {worked:%d/%m/%Y})"
        for day, worked in _SWAPPED.items()
        if day.year == year and day not in names
    }
    return _Law(names, frozenset(day for day in swapped if day.year == year and day not in names))


class WorkingCalendar:
    """Which days are worked. Cheap to ask: one set lookup a day, one bisection a shift.

    Raises :class:`CalendarError` where two overrides speak of one day (naming them all), where an override carries no
    decision, and for days outside `FIRST_YEAR`..`LAST_YEAR`.
    """

    def __init__(self, overrides: Iterable[Override] = ()) -> None:
        self.overrides = tuple(sorted(overrides, key=lambda line: (line.day, line.decision)))
        _refuse_contradictions(self.overrides)
        self._by_day = {line.day: line for line in self.overrides}
        self._working: dict[int, frozenset[date]] = {}
        self._ordered: dict[int, tuple[date, ...]] = {}

    def is_working(self, day: date) -> bool:
        """Whether `day` is worked."""
        return day in self._days(day.year)

    def why_off(self, day: date) -> str | None:
        """Why `day` is a day off, in Vietnamese; None for a working day."""
        if self.is_working(day):
            return None
        if line := self._by_day.get(day):
            return line.note or f"nghỉ theo {line.decision}"
        if name := _law(day.year).names.get(day):
            return name
        return "Thứ Bảy" if day.weekday() == _SATURDAY else "Chủ nhật"

    def on_or_before(self, day: date) -> date:
        """`day` itself where it is worked, else the last working day before it."""
        while day not in self._days(day.year):
            day -= _ONE_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """`day` itself where it is worked, else the first working day after it."""
        while day not in self._days(day.year):
            day += _ONE_DAY
        return day

    def move(self, day: date, rule: DaysOff) -> date:
        """The day on which a deadline stated for `day` falls under `rule`."""
        if rule is DaysOff.KEEP:
            return day
        return self.on_or_before(day) if rule is DaysOff.EARLIER else self.on_or_after(day)

    def shift(self, day: date, n: int, *, with_first: bool = False) -> date:
        """The `n`-th working day after `day`, or before it where `n` is negative; 0 is `day` itself.

        `day` is not counted (Bộ luật Dân sự 2015, Điều 147.2), unless `with_first`: then a worked `day` is the first
        of the `n`, as offices count that name both ends ("03 ngày làm việc từ ngày 08 đến ngày 10").
        """
        if with_first and n and self.is_working(day):
            n -= 1 if n > 0 else -1
        if n == 0:
            return day
        year, ordered = day.year, self._in_order(day.year)
        at = bisect_right(ordered, day) + n - 1 if n > 0 else bisect_left(ordered, day) + n
        while at >= len(ordered):
            at -= len(ordered)
            year += 1
            ordered = self._in_order(year)
        while at < 0:
            year -= 1
            ordered = self._in_order(year)
            at += len(ordered)
        return ordered[at]

    def count(self, first: date, last: date, *, with_first: bool = True, with_last: bool = True) -> int:
        """How many working days lie from `first` to `last`, both counted unless told otherwise; 0 where none does."""
        first = first if with_first else first + _ONE_DAY
        last = last if with_last else last - _ONE_DAY
        if first > last:
            return 0
        days = (self._in_order(year) for year in range(first.year, last.year + 1))
        return sum(bisect_right(ordered, last) - bisect_left(ordered, first) for ordered in days)

    def working_days(self, first: date, last: date) -> list[date]:
        """The working days from `first` to `last`, both included, in order."""
        days = (self._in_order(year) for year in range(first.year, last.year + 1))
        return [
            day
            for ordered in days
            for day in ordered[bisect_left(ordered, first) : bisect_right(ordered, last)]
        ]

    def days_off(self, first: date, last: date, *, weekends: bool = False) -> list[DayOff]:
        """The days off from `first` to `last`, both included; plain Saturdays and Sundays only with `weekends`."""
        found: list[DayOff] = []
        for day in _span(first, last):
            why = self.why_off(day)
            if why and (weekends or why not in {"Thứ Bảy", "Chủ nhật"}):
                found.append(DayOff(day, why))
        return found

    def differences(self, other: "WorkingCalendar", first: date, last: date) -> list[Difference]:
        """The days from `first` to `last` that are worked in one of this calendar and `other`, and not in both."""
        return [
            Difference(day, self.why_off(day), other.why_off(day))
            for day in _span(first, last)
            if self.is_working(day) != other.is_working(day)
        ]

    def _days(self, year: int) -> frozenset[date]:
        if year not in self._working:
            self._in_order(year)
        return self._working[year]

    def _in_order(self, year: int) -> tuple[date, ...]:
        if year not in self._ordered:
            law = _law(year)
            ordered = tuple(d for d in _span(date(year, 1, 1), date(year, 12, 31)) if self._works(d, law))
            self._ordered[year], self._working[year] = ordered, frozenset(ordered)
        return self._ordered[year]

    def _works(self, day: date, law: _Law) -> bool:
        if line := self._by_day.get(day):
            return line.works
        return day not in law.names and (day.weekday() < _SATURDAY or day in law.swapped_in)


def _span(first: date, last: date) -> Iterable[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))


def _refuse_contradictions(lines: tuple[Override, ...]) -> None:
    unfounded = [str(line.day) for line in lines if not line.decision.strip()]
    if unfounded:
        raise CalendarError(
            "mỗi ngày điều chỉnh phải ghi số của quyết định; còn thiếu ở các ngày: " + ", ".join(unfounded)
        )
    by_day: defaultdict[date, list[Override]] = defaultdict(list)
    for line in lines:
        by_day[line.day].append(line)
    twice = [" và ".join(str(line) for line in same) for same in by_day.values() if len(same) > 1]
    if twice:
        raise CalendarError("mỗi ngày chỉ được điều chỉnh một lần; đang trùng: " + "; ".join(twice))
