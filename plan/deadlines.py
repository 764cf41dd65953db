"""Deadlines as a plan states them, typed and never silently forced into a date.

A task carries a *list* of deadlines, because one sentence may name several ("báo cáo quý trước ngày 15, tổng kết năm
trước ngày 20/11"). An empty list means that the text names none.

Dates are calendar days in Asia/Ho_Chi_Minh; times are wall-clock times there.
"""

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Literal

from dateutil.rrule import rrulestr
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator


class Bound(StrEnum):
    """Whether the named day itself still counts."""

    BEFORE = "before"
    """"trước ngày X": X is excluded."""
    BY = "by"
    """"chậm nhất ngày X", "đến ngày X": X is included."""


class Freq(StrEnum):
    """How often a recurring deadline comes round."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"
    YEARLY = "yearly"


class _Typed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fixed(_Typed):
    """One named day ("trước ngày 15/11/2025"), with an hour where the text gives one."""

    kind: Literal["fixed"] = "fixed"
    date: dt.date
    bound: Bound = Bound.BY
    time: dt.time | None = None


class Period(_Typed):
    """A span of days ("quý II/2026", "giai đoạn 2026 - 2030"); either end may be open, the end day counts.

    `time` is the hour of the last day, where the text gives one ("từ ngày 01/12 đến 17 giờ 00 ngày 20/01").
    """

    kind: Literal["period"] = "period"
    start: dt.date | None = None
    end: dt.date | None = None
    time: dt.time | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        if self.time and not self.end:
            raise ValueError(f"the period has an hour ({self.time:%H:%M}) and no last day")
        if self.start and self.end and self.start > self.end:
            raise ValueError(f"the period ends on {self.end} before it starts on {self.start}")
        return self


class Recurring(_Typed):
    """A rhythm ("trước ngày 15 hằng tháng"): `dates` are days of the month ("15") or of the year ("12-15").

    Weekly deadlines name weekdays instead, 1 = Monday … 7 = Sunday ("thứ Sáu hàng tuần" is 5). Without dates the
    rhythm is known and the day is not: it comes from the reporting rule or from a person.
    """

    kind: Literal["recurring"] = "recurring"
    freq: Freq
    dates: tuple[str, ...] = ()
    bound: Bound = Bound.BY
    time: dt.time | None = None
    weekdays: tuple[int, ...] = ()

    @field_validator("dates")
    @classmethod
    def _days_exist(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            month, _, day = text.rpartition("-")
            try:
                dt.date(2024, int(month) if month else 1, int(day))
            except ValueError as error:
                raise ValueError(
                    f"{text!r} is neither a day of the month (15) nor of the year (12-15)"
                ) from error
        return value

    @field_validator("weekdays")
    @classmethod
    def _weekdays_exist(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 1 <= day <= 7 for day in value):
            raise ValueError("weekdays run from 1 (Monday) to 7 (Sunday)")
        return value


class Rule(_Typed):
    """A rhythm that no other kind can say ("thứ Sáu đầu tiên của tháng", "hai tháng một lần"), as an RRULE of RFC 5545.

    `rrule` is its value ("FREQ=MONTHLY;BYDAY=1FR"), by days at the finest; `start` is the day from which it counts.
    """

    kind: Literal["rule"] = "rule"
    rrule: str
    start: dt.date
    bound: Bound = Bound.BY
    time: dt.time | None = None

    @model_validator(mode="after")
    def _understood(self) -> "Rule":
        if re.search(
            r"FREQ=(HOURLY|MINUTELY|SECONDLY)|BYHOUR|BYMINUTE|BYSECOND|\n", self.rrule, re.IGNORECASE
        ):
            raise ValueError(f"{self.rrule!r} counts hours; give days, and the hour as `time`")
        try:
            self.days(self.start, self.start)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{self.rrule!r} is no RRULE (RFC 5545): {error}") from error
        return self

    def days(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """The days from `first` to `last`, both included, on which the rule comes round."""
        rule = rrulestr(self.rrule, dtstart=dt.datetime.combine(self.start, dt.time.min))
        edges = (dt.datetime.combine(day, dt.time.min) for day in (first, last))
        return [moment.date() for moment in rule.between(*edges, inc=True)]


class Ongoing(_Typed):
    """ "Thường xuyên": all the time, with no day on which it is due."""

    kind: Literal["ongoing"] = "ongoing"


class Relative(_Typed):
    """A number of days from an event ("trong 10 ngày kể từ ngày nhận Kế hoạch"); `days` is None for "ngay sau khi".

    Negative days lie before the event. The day of the event is not counted (Bộ luật Dân sự 2015, Điều 147).
    """

    kind: Literal["relative"] = "relative"
    days: int | None = None
    working: bool = False
    anchor: str = ""


class Other(_Typed):
    """A deadline that this program cannot turn into a day ("theo kế hoạch riêng", "khi có yêu cầu")."""

    kind: Literal["other"] = "other"
    text: str = ""


Deadline = Annotated[
    Fixed | Period | Recurring | Rule | Ongoing | Relative | Other, Field(discriminator="kind")
]
"""One typed deadline."""

DEADLINES: TypeAdapter[list[Deadline]] = TypeAdapter(list[Deadline])
"""Reads and writes a list of deadlines as plain JSON or YAML values."""
