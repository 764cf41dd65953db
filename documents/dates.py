"""Days, months, quarters, half-years and years as plans write them, found in a folded text.

A named time may miss its year ("15/11", "tháng 12"), and a span may share one ("quý I, II/2026", "08 - 10/12/2025").
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from enum import IntEnum


class Size(IntEnum):
    """How long the named time is."""

    DAY = 1
    MONTH = 2
    QUARTER = 3
    HALF = 4
    YEAR = 5


@dataclass(frozen=True, slots=True)
class Named:
    """A time named in the text at `at:to`; `year` is None where the text gives none, `last` ends a span inside it."""

    at: int
    to: int
    size: Size
    year: int | None = None
    unit: int = 0
    """The month, the quarter or the half; 0 for a year."""
    day: int = 0
    last: "Named | None" = None

    def in_year(self, year: int) -> "Named":
        """The same time with `year` where it had none."""
        last = self.last.in_year(year) if self.last else None
        return replace(self, year=self.year or year, last=last)

    def start(self) -> dt.date:
        """The first day; the year must be known."""
        year = self.year or 1
        if self.size is Size.DAY:
            return dt.date(year, self.unit, self.day)
        return dt.date(year, self._months()[0], 1)

    def end(self) -> dt.date:
        """The last day; the year must be known."""
        if self.last:
            return self.last.end()
        year = self.year or 1
        if self.size is Size.DAY:
            return dt.date(year, self.unit, self.day)
        month = self._months()[1]
        return dt.date(year, month, calendar.monthrange(year, month)[1])

    def _months(self) -> tuple[int, int]:
        length = {Size.MONTH: 1, Size.QUARTER: 3, Size.HALF: 6, Size.YEAR: 12}[self.size]
        last = max(1, self.unit) * length
        return last - length + 1, last


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_Y = r"((?:19|20)\d\d)"
_D = r"(0?[1-9]|[12]\d|3[01])"
_M = r"(0?[1-9]|1[0-2])"
_Q = r"(iv|iii|ii|i|[1-4])"
_END = r"(?![\w]|[./]\d)"
_OF_YEAR = rf"(?:\s*[/.-]\s*|\s*,?\s*(?:của\s+)?năm\s+|\s+){_Y}"
_JOIN = r"\s*(?:-|,|;|và|đến|tới)\s*"

# Longest and most telling first; each is tried at every place that is still free.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "day-day-long",
        re.compile(
            rf"{_D}\s*(?:-|đến(?:\s+hết)?(?:\s+ngày)?|và(?:\s+ngày)?)\s*{_D}\s+tháng\s+{_M}(?:\s*"
            rf",?\s*năm\s+{_Y})?{_END}"
        ),
    ),
    ("day-long", re.compile(rf"(?<![\d/]){_D}\s+tháng\s+{_M}(?:(?:\s*,?\s*năm\s+|\s*/\s*){_Y})?{_END}")),
    (
        "day-day",
        re.compile(
            rf"(?<![\d/]){_D}\s*(?:-|đến(?:\s+hết)?(?:\s+ngày)?)\s*{_D}\s*[/.]\s*{_M}(?:\s*[/.]"
            rf"\s*{_Y})?{_END}"
        ),
    ),
    ("day", re.compile(rf"(?<![\d/.]){_D}\s*/\s*{_M}\s*/\s*{_Y}{_END}")),
    ("day", re.compile(rf"(?<![\d/.-]){_D}([.-]){_M}\2{_Y}{_END}")),
    ("months", re.compile(rf"tháng\s+{_M}{_JOIN}(?:tháng\s+)?{_M}{_OF_YEAR}{_END}")),
    ("month", re.compile(rf"tháng\s+{_M}{_OF_YEAR}{_END}")),
    ("quarters", re.compile(rf"quý\s+{_Q}{_JOIN}(?:quý\s+)?{_Q}(?:{_OF_YEAR})?{_END}")),
    ("quarter", re.compile(rf"quý\s+{_Q}(?:{_OF_YEAR})?{_END}")),
    (
        "half",
        re.compile(rf"(?:(?:0?6|sáu)\s+tháng|nửa)\s+(đầu|cuối)(?:\s+(?:của\s+)?năm(?:\s+{_Y})?)?{_END}"),
    ),
    ("month", re.compile(rf"(?<![\w/])t\.?\s*{_M}\s*[/.-]\s*{_Y}{_END}")),
    ("quarter", re.compile(rf"(?<![\w/])q\.?\s*{_Q}\s*[/.-]\s*{_Y}{_END}")),
    ("months", re.compile(rf"(?<![\w/.-]){_M}\s*-\s*{_M}\s*/\s*{_Y}{_END}")),
    ("month-bare", re.compile(rf"(?<![\w/.-]){_M}\s*/\s*{_Y}{_END}")),
    ("day-short", re.compile(rf"(?<![\w/.-])(?!(?<!ngày )24/7){_D}\s*/\s*{_M}(?!\s*/)(?![\w/-])")),
    ("months", re.compile(rf"tháng\s+{_M}{_JOIN}(?:tháng\s+)?{_M}(?![\w/])")),
    ("month", re.compile(rf"tháng\s+{_M}(?![\w/]|\s+lần\b)")),
    (
        "years",
        re.compile(
            rf"(?<![\w/-]){_Y}\s*(?:-|đến(?:\s+hết)?(?:\s+năm)?"
            rf"|tới(?:\s+năm)?)\s*{_Y}(?![\w/-])"
        ),
    ),
    ("year", re.compile(rf"(?<![\w/-]){_Y}(?![\w/-])")),
)


def find_named(folded: str) -> list[Named]:
    """Every named time of a folded text, in its order, without overlaps; days that do not exist are left out."""
    taken = bytearray(len(folded))
    found: list[Named] = []
    for form, pattern in _FORMS:
        for match in pattern.finditer(folded):
            if any(taken[match.start() : match.end()]):
                continue
            named = _named(form, match)
            if named and _exists(named):
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found.append(named)
    return sorted(found, key=lambda n: n.at)


def _exists(named: Named) -> bool:
    try:
        known = named.in_year(2024)
        return known.start() <= known.end()
    except ValueError:
        return False


def _named(form: str, match: re.Match[str]) -> Named | None:
    at, to, groups = match.start(), match.end(), match.groups()
    if form in ("day-day-long", "day-day"):
        first, second, month, year = groups
        last = Named(at, to, Size.DAY, _int(year), int(month), int(second))
        return replace(last, day=int(first), last=last)
    if form in ("day-long", "day", "day-short"):
        numbers = [int(g) for g in groups if g and g.isdigit()]
        return Named(at, to, Size.DAY, numbers[2] if len(numbers) > 2 else None, numbers[1], numbers[0])
    if form in ("months", "quarters"):
        size = Size.MONTH if form == "months" else Size.QUARTER
        first, second = (int(g) if size is Size.MONTH else _ROMAN[g] for g in groups[:2])
        if second != first + 1 and not re.search(r"-|đến|tới", match.group()):
            return None  # "tháng 3, tháng 9" are two times and no span
        year = _int(groups[2]) if len(groups) > 2 else None
        last = Named(at, to, size, year, second)
        return replace(last, unit=first, last=last)
    if form in ("month", "month-bare"):
        return Named(at, to, Size.MONTH, _int(groups[-1]) if len(groups) > 1 else None, int(match[1]))
    if form == "quarter":
        return Named(at, to, Size.QUARTER, _int(groups[1]), _ROMAN[groups[0]])
    if form == "half":
        return Named(at, to, Size.HALF, _int(groups[1]), 1 if groups[0] == "đầu" else 2)
    last = Named(at, to, Size.YEAR, int(groups[-1]))
    return replace(last, year=int(groups[0]), last=last if form == "years" else None)


def _int(text: str | None) -> int | None:
    return int(text) if text else None
