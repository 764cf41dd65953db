"""Next year's draft out of this year's plan: what is kept, re-dated, reworded, dropped, and what is carried over.

The rules, in order:

1. What a coordinator cancelled everywhere, and a span of years that ends this year, is proposed to be dropped.
2. One day, and a span within one year, come again a year later: the same day and month (a month's last day stays the
   last), or for one day the same weekday, the nearest in that month. Where that is a day off and the old one was not,
   it is the working day before, or the one after, or stays. Which of these is said per plan and per item
   (:class:`Redate`). A task whose words speak of Tết keeps its distance in days to the first day of Tết instead.
3. Rhythms, what goes on, and what waits for an event stay as they are; so do days and spans that end later.
4. Years in the words follow, except in the number or date of a paper ("12/2021/NĐ-CP", "số 5/KH ngày 02/3/2021") and in
   a span of years; what was left alone is said.
5. Units follow the map of mergers, splits and renames.
6. What is unfinished and has a day is carried over by itself, with a day of its own; without a day it goes on in the
   new year's task.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays

from plan import periods
from plan.calendar import DaysOff, WorkingCalendar
from plan.deadlines import Bound, Deadline, Fixed, Period
from plan.lifecycle import UNFINISHED, WorkState


class Change(StrEnum):
    """What becomes of an item."""

    KEPT = "kept"
    REDATED = "re-dated"
    REWORDED = "reworded"
    """Its words change; its days may change too."""
    DROPPED = "dropped"


class By(StrEnum):
    """What a day has in common with the day a year on."""

    DATE = "date"
    WEEKDAY = "weekday"


@dataclass(frozen=True)
class Redate:
    """How single days are re-dated: by what, and what becomes of one that falls on a day off."""

    by: By = By.DATE
    days_off: DaysOff = DaysOff.EARLIER

    def __str__(self) -> str:
        """As people write it: "weekday/later"."""
        return f"{self.by}/{self.days_off}"


@dataclass(frozen=True)
class Done:
    """One assignment of the year that ends."""

    assignment_id: int
    unit: str
    occurrence: str
    due_on: date | None
    state: WorkState


@dataclass(frozen=True)
class YearItem:
    """An item as it stood in the year that ends; `units` are codes, in order."""

    item_id: int
    code: str
    text: str
    deadlines: tuple[Deadline, ...]
    units: tuple[str, ...]
    done: tuple[Done, ...] = ()


@dataclass(frozen=True)
class Carried:
    """One unfinished assignment that goes on: under which unit, and by when; None where the new year's task has it."""

    assignment_id: int
    unit: str
    occurrence: str
    old_due_on: date | None
    due_on: date | None


@dataclass(frozen=True)
class Line:
    """One item of the proposal: before, after, and why."""

    change: Change
    item: YearItem
    text: str
    deadlines: tuple[Deadline, ...]
    units: tuple[str, ...]
    carried: tuple[Carried, ...]
    why: tuple[str, ...]


SAME_DATE = Redate()
"""The same day and month, on the working day before where it is a day off."""
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
UnitMap = Mapping[str, Sequence[str]]
"""From a unit's code to those that take its place: one for a rename, the same one in a merger, several in a split."""


class RolloverError(ValueError):
    """The map of units cannot be followed."""


@cache
def _tet(year: int) -> date:
    """The first day of Tết (mùng Một) in `year`."""
    found = holidays.country_holidays("VN", years=year, language="en_US")
    return min(day for day, name in found.items() if name.startswith("Lunar New Year") and "Eve" not in name)


def propose(
    items: Iterable[YearItem], *, year: int, calendar: WorkingCalendar, units: UnitMap | None = None,
    carry_until: date | None = None, redate: Redate = SAME_DATE, by_item: Mapping[str, Redate] | None = None,
) -> list[Line]:  # fmt: skip
    """The proposal for `year` + 1 out of the items of `year`.

    `carry_until` is the day given to what is carried over; the last working day of March if left out. `by_item` names
    the items, by code, that are re-dated in another way than by `redate`. Raises :class:`RolloverError` where the unit
    map goes round in a circle.
    """
    follow, own = _followed(units or {}), by_item or {}
    until = carry_until or calendar.on_or_before(date(year + 1, 3, 31))
    return [_line(item, year, calendar, follow, until, own.get(item.code, redate)) for item in items]


def _followed(units: UnitMap) -> dict[str, tuple[str, ...]]:
    """The map with chains followed to their ends: a → b, b → c gives a → c."""
    out: dict[str, tuple[str, ...]] = {}
    for code in units:
        out[code] = _ends(code, units, ())
    return out


def _ends(code: str, units: UnitMap, seen: tuple[str, ...]) -> tuple[str, ...]:
    if code in seen:
        raise RolloverError("bản đồ đơn vị đi vòng tròn: " + " → ".join([*seen, code]))
    targets = units.get(code, (code,))
    if not targets:
        raise RolloverError(f"đơn vị {code} không có đơn vị nào thay thế")
    ends = [
        end
        for to in targets
        for end in ((to,) if to == code or to not in units else _ends(to, units, (*seen, code)))
    ]
    return tuple(dict.fromkeys(ends))


def _line(
    item: YearItem, year: int, calendar: WorkingCalendar, units: Mapping[str, Sequence[str]], until: date,
    redate: Redate,
) -> Line:  # fmt: skip
    members = tuple(dict.fromkeys(to for code in item.units for to in units.get(code, (code,))))
    carried = tuple(_carried(done, units, until) for done in item.done if _goes_on(done))
    why = [
        f"{code} → {', '.join(units[code])}"
        for code in item.units
        if units.get(code, [code]) != [code] and code in units
    ]
    if ended := _ended(item, year):
        return Line(Change.DROPPED, item, item.text, item.deadlines, members, carried, (ended, *why))
    deadlines: list[Deadline] = []
    for deadline in item.deadlines:
        new, said = redated(deadline, item.text, year, calendar, redate)
        deadlines.append(new)
        why += [said] if said else []
    text, left = reworded(item.text, year, dict(_days(item.deadlines, deadlines)))
    why += left
    same = tuple(deadlines) == item.deadlines
    change = Change.REWORDED if text != item.text else Change.KEPT if same else Change.REDATED
    return Line(change, item, text, tuple(deadlines), members, carried, tuple(why))


def _goes_on(done: Done) -> bool:
    """What waits for review is judged in its own year; the rest that is unfinished goes on."""
    return done.state in UNFINISHED and done.state is not WorkState.SUBMITTED


def _carried(done: Done, units: Mapping[str, Sequence[str]], until: date) -> Carried:
    to = units.get(done.unit, (done.unit,))[0]
    return Carried(done.assignment_id, to, done.occurrence, done.due_on, until if done.due_on else None)


def _ended(item: YearItem, year: int) -> str:
    if item.done and all(done.state is WorkState.CANCELLED for done in item.done):
        return "đã hủy trong năm"
    spans = [d for d in item.deadlines if isinstance(d, Period) and d.start and d.end]
    over = [d for d in spans if d.start and d.end and d.start.year < d.end.year <= year]
    if item.deadlines and len(over) == len(item.deadlines):
        return f"giai đoạn kết thúc {max(d.end for d in over if d.end):%d/%m/%Y}"
    return ""


def redated(
    deadline: Deadline, text: str, year: int, calendar: WorkingCalendar, redate: Redate = SAME_DATE
) -> tuple[Deadline, str]:
    """The deadline a year on, and why it is not simply the same day; rhythms and what ends later stay."""
    match deadline:
        case Fixed() if deadline.date.year <= year or _is_new_year(deadline, year):
            last = (
                deadline.date - timedelta(days=1)
                if deadline.bound is Bound.BEFORE and not deadline.time
                else deadline.date
            )
            if _about_tet(text, last, year):
                moved = _tet(year + 1) + (deadline.date - _tet(year))
                return deadline.model_copy(
                    update={"date": moved}
                ), f"giữ khoảng cách tới Tết: {deadline.date:%d/%m/%Y} → {moved:%d/%m/%Y}"
            return _same_day(deadline, last, calendar, redate)
        case Period() if deadline.end and deadline.end.year <= year:
            return deadline.model_copy(
                update={"start": _on(deadline.start, year), "end": _on(deadline.end, year)}
            ), ""
        case _:
            return deadline, ""


def _is_new_year(deadline: Fixed, year: int) -> bool:
    """ "Trước ngày 01/01 năm sau" still ends in this year."""
    return deadline.bound is Bound.BEFORE and deadline.date == date(year + 1, 1, 1)


def _same_day(deadline: Fixed, last: date, calendar: WorkingCalendar, redate: Redate) -> tuple[Deadline, str]:
    """A year on, judged by the last day in time, which is the day before for "trước ngày X"."""
    off = deadline.date - last
    new = year_on(deadline.date) - off if redate.by is By.DATE else weekday_on(last)
    said = (
        [] if redate.by is By.DATE else [f"cùng {_WEEKDAYS[new.weekday()]}: {last:%d/%m/%Y} → {new:%d/%m/%Y}"]
    )
    if calendar.is_working(last) and (why := calendar.why_off(new)):
        moved = calendar.move(new, redate.days_off)
        said.append(
            f"{new:%d/%m/%Y} là ngày nghỉ ({why}): {'giữ nguyên' if moved == new else f'{moved:%d/%m/%Y}'}"
        )
        new = moved
    return deadline.model_copy(update={"date": new + off}), "; ".join(said)


def _about_tet(text: str, last: date, year: int) -> bool:
    near = abs((last - _tet(year)).days) <= 45
    return near and re.search(r"\btết\b|đón xuân|mừng xuân|nguyên đán", text, re.IGNORECASE) is not None


def year_on(day: date) -> date:
    """The same day a year later; a month's last day stays the last."""
    length = periods.month_length(day.year + 1, day.month)
    is_last = day.day == periods.month_length(day.year, day.month)
    return date(day.year + 1, day.month, length if is_last else min(day.day, length))


def weekday_on(day: date) -> date:
    """The same weekday a year later: of the days of that name in the month, the one nearest to the same date."""
    near = year_on(day)
    ahead = (day.weekday() - near.weekday()) % 7
    found = near + timedelta(days=ahead if ahead <= 3 else ahead - 7)
    if found.month != near.month:
        found += timedelta(days=7 if found < near else -7)
    return found


def _on(day: date | None, year: int) -> date | None:
    return year_on(day) if day and day.year <= year else day


def _days(old: Sequence[Deadline], new: Sequence[Deadline]) -> Iterable[tuple[date, date]]:
    for before, after in zip(old, new, strict=True):
        if isinstance(before, Fixed) and isinstance(after, Fixed):
            yield before.date, after.date


_PAPER = re.compile(
    r"\d+/\d{4}/[\wĐđ-]+|(?:số|Số)\s+[\w/.-]+(?:\s+ngày\s+\d{1,2}[/-]\d{1,2}[/-]\d{4}|\s+ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4})?"
)
_SPAN = re.compile(r"\d{4}\s*[-–]\s*\d{4}")
_DAY = re.compile(r"(?<!\d)(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)")


def reworded(text: str, year: int, days: Mapping[date, date]) -> tuple[str, list[str]]:
    """The words a year on, and what was left alone; `days` gives the new days of the item's own deadlines."""
    left: list[str] = []
    out: list[str] = []
    end = 0
    spots = sorted([*_PAPER.finditer(text), *_SPAN.finditer(text)], key=lambda m: (m.start(), -m.end()))
    for spot in spots:
        if spot.start() < end:
            continue
        out += [_years(text[end : spot.start()], year, days), spot.group()]
        if str(year) in spot.group():
            left.append(f"giữ nguyên “{spot.group()}”")
        end = spot.end()
    return "".join([*out, _years(text[end:], year, days)]), left


def _years(text: str, year: int, days: Mapping[date, date]) -> str:
    """Days and bare years in a stretch of words."""

    def day(match: re.Match[str]) -> str:
        try:
            old = date(int(match[4]), int(match[3]), int(match[1]))
        except ValueError:
            return match.group()
        new = days.get(old, year_on(old) if old.year == year else old)
        wide = match[1].startswith("0"), match[3].startswith("0")
        parts = [f"{n:02d}" if w else str(n) for n, w in zip((new.day, new.month), wide, strict=True)]
        return match[2].join([*parts, str(new.year)])

    text = _DAY.sub(day, text)
    return re.sub(
        rf"(năm\s+|tháng\s+\d{{1,2}}/|quý\s+[IV1-4]+/|(?<![\d/.-])){year}(?![\d/-])",
        rf"\g<1>{year + 1}",
        text,
        flags=re.IGNORECASE,
    )


def without(lines: Sequence[Line], codes: Iterable[str]) -> list[Line]:
    """The proposal with some items dropped."""
    gone = set(codes)
    return [replace(line, change=Change.DROPPED) if line.item.code in gone else line for line in lines]
