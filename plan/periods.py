"""Reporting periods: months, quarters, half-years, years, as Nghị định 09/2019/NĐ-CP, Điều 12 closes them."""

from calendar import monthrange
from datetime import date

from plan.deadlines import Freq

CLOSING_DAY = 14
"""The day of a period's last month on which its data close."""

LAST_MONTHS = {
    Freq.MONTHLY: tuple(range(1, 13)),
    Freq.QUARTERLY: (3, 6, 9, 12),
    Freq.HALF_YEARLY: (6, 12),
    Freq.YEARLY: (12,),
}
"""The last month of each period of a year; days and weeks close nothing."""


def name(freq: Freq, day: date) -> str:
    """The name of the period that `day` lies in: 2026, 2026-H1, 2026-Q2, 2026-06, 2026-W05, 2026-06-15."""
    match freq:
        case Freq.YEARLY:
            return f"{day.year}"
        case Freq.HALF_YEARLY:
            return f"{day.year}-H{(day.month + 5) // 6}"
        case Freq.QUARTERLY:
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case Freq.MONTHLY:
            return f"{day:%Y-%m}"
        case Freq.WEEKLY:
            return f"{day:%G-W%V}"
        case Freq.DAILY:
            return day.isoformat()


def first_day(freq: Freq, day: date) -> date:
    """The first day of the month, quarter, half-year or year that `day` lies in."""
    length = 12 // len(LAST_MONTHS[freq])
    return date(day.year, (day.month - 1) // length * length + 1, 1)


def closing_days(freq: Freq, year: int) -> list[date]:
    """The days of `year` on which the data of a monthly, quarterly, half-yearly or yearly report close."""
    return [date(year, month, CLOSING_DAY) for month in LAST_MONTHS[freq]]


def month_length(year: int, month: int) -> int:
    """How many days the month has."""
    return monthrange(year, month)[1]
