"""Ladders: the days before and after a deadline on which a notice is owed, and to whom.

A ladder is expanded against one deadline and the working calendar into planned notices. The expansion is the same for
the simulation beforehand and for the wake that acts on it, so that what was signed is what is sent.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from plan.calendar import WorkingCalendar
from plan.clock import local_day, local_moment


class Audience(StrEnum):
    """Who a rung is for; the people behind it are looked up per unit."""

    UNIT = "unit"
    """The unit's mailbox, else its officers, else its deputies."""
    OFFICER = "officer"
    DEPUTY = "deputy"
    SUPERIOR = "superior"
    """Whom the unit answers to: its own named superior, else the mailbox of the unit above."""
    COORDINATOR = "coordinator"


class Delivery(StrEnum):
    """How a notice travels."""

    ALONE = "alone"
    DIGEST = "digest"


class Rung(BaseModel):
    """One step: so many days from the deadline (negative before it), to one audience.

    `every` repeats it each so many days up to and including `until`. An `escalation` is owed only once
    `after_delivered` notices about this deadline have been delivered: nobody is reported who was not told.
    `hours` (negative) is for deadlines with an hour and asks for a notice that long before it. `channel` ("mail", or
    the scheme of an Apprise URL) narrows the audience to its addresses of that kind; where it has none, all are told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int = 0
    hours: int | None = Field(default=None, ge=-12, lt=0)
    working: bool = False
    audience: Audience = Audience.UNIT
    channel: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9+.-]*$")
    delivery: Delivery = Delivery.DIGEST
    every: int | None = Field(default=None, ge=1, le=366)
    until: int | None = None
    escalation: bool = False
    after_delivered: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _ends(self) -> "Rung":
        if (self.every is None) != (self.until is None):
            raise ValueError("a rung that repeats needs both `every` and `until`; a ladder must end")
        if self.until is not None and not self.days <= self.until <= self.days + 366:
            raise ValueError(f"`until` ({self.until}) must lie within a year after `days` ({self.days})")
        return self

    def steps(self) -> Iterator[tuple[str, int]]:
        """The name and the day offset of each repetition: ("T-7", -7), ("E+7", 7), …"""
        letter = "E" if self.escalation else {Audience.COORDINATOR: "C"}.get(self.audience, "T")
        if self.hours is not None:
            yield f"{letter}{self.hours}h", 0
            return
        last = self.days if self.until is None else self.until
        unit = "w" if self.working else ""
        for days in range(self.days, last + 1, self.every or 1):
            yield (f"{letter}{days:+d}{unit}" if days else letter), days


DayOfYear = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
"""A month and a day, "11-15"."""


class Ladder(BaseModel):
    """A named list of rungs, the review of what has no date, and whether a new task is announced.

    `review` is one day or several ("thường xuyên" with a check-in each quarter), or none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    rungs: tuple[Rung, ...]
    review: tuple[DayOfYear, ...] = ("11-15",)
    announce: bool = True

    @field_validator("review", mode="before")
    @classmethod
    def _days_of_review(cls, value: object) -> object:
        if value is None:
            return ()
        return tuple(sorted(set(value))) if isinstance(value, list | tuple) else (value,)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]

    def __hash__(self) -> int:
        """By name alone, which is quick; two of one name are told apart by comparing them."""
        return hash(self.name)

    @model_validator(mode="after")
    def _each_name_once(self) -> "Ladder":
        names = [name for rung in self.rungs for name, _ in rung.steps()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"ladder {self.name}: rungs named twice: {', '.join(twice)}")
        return self


ANNOUNCE, REVIEW = "NEW", "REVIEW"
"""The rungs that every ladder may have beside its own: the announcement and the review of an undated task."""


@dataclass(frozen=True)
class PlannedNotice:
    """One rung on one day for one audience; `send_after` is the earliest moment (UTC) at which it goes out."""

    rung: str
    day: date
    send_after: datetime
    wake_at: datetime
    audience: Audience
    delivery: Delivery
    escalation: bool = False
    after_delivered: int = 0
    channel: str | None = None


@dataclass(frozen=True)
class Hours:
    """The hours of an office: digests, and when a notice may go out by itself."""

    digest: time = time(8)
    opens: time = time(7)
    closes: time = time(18)


OFFICE = Hours()
_NIGHT = timedelta(minutes=30)
_SPREAD_MINUTES = 300


def night(day: date, spread: int) -> datetime:
    """When the night's wake for `day` runs: spread over five hours, the same minute for one item on every day."""
    return local_moment(day, time.min) + _NIGHT + timedelta(minutes=spread * 37 % _SPREAD_MINUTES)


def _rung_day(day: date, due_on: date, too_late: bool, calendar: WorkingCalendar) -> date:
    """A rung on a day off moves to the working day before it, but one after the deadline stays after it.

    Where the deadline's hour comes before the hour of sending (`too_late`), the last day is told the day before.
    """
    moved = calendar.on_or_before(day - timedelta(days=1) if too_late and day == due_on else day)
    return calendar.on_or_after(day) if day > due_on >= moved else moved


def _hour(rung: Rung, hours: Hours) -> time:
    return hours.opens if rung.delivery is Delivery.ALONE else hours.digest


def _planned(rung: Rung, name: str, day: date, spread: int, hours: Hours) -> PlannedNotice:
    return PlannedNotice(
        name, day, local_moment(day, _hour(rung, hours)), night(day, spread),
        rung.audience, rung.delivery, rung.escalation, rung.after_delivered, rung.channel,
    )  # fmt: skip


def _before_the_hour(rung: Rung, name: str, due_on: date, due_time: time, hours: Hours) -> PlannedNotice:
    moment = local_moment(due_on, due_time) + timedelta(hours=rung.hours or 0)
    moment = min(max(moment, local_moment(due_on, hours.opens)), local_moment(due_on, hours.closes))
    return PlannedNotice(name, due_on, moment, moment, rung.audience, Delivery.ALONE, channel=rung.channel)


def climb(
    ladder: Ladder,
    due_on: date,
    due_time: time | None,
    calendar: WorkingCalendar,
    *,
    spread: int = 0,
    hours: Hours = OFFICE,
) -> list[PlannedNotice]:
    """Every notice that a dated ladder owes about one deadline, in order.

    Where days off push two rungs for one audience onto one day, only one stays: nobody is told twice in a day.
    `spread` (an item's id) only moves the minute of the night's wake.
    """
    out: list[PlannedNotice] = []
    for rung in sorted(ladder.rungs, key=lambda rung: rung.days):
        for name, days in rung.steps():
            if rung.hours is not None:
                if due_time is not None and due_time > hours.opens:
                    out.append(_before_the_hour(rung, name, due_on, due_time, hours))
                continue
            day = calendar.shift(due_on, days) if rung.working and days else due_on + timedelta(days=days)
            too_late = due_time is not None and due_time <= _hour(rung, hours)
            out.append(_planned(rung, name, _rung_day(day, due_on, too_late, calendar), spread, hours))
    return _one_a_day(out)


def _one_a_day(notices: list[PlannedNotice]) -> list[PlannedNotice]:
    """Of the rungs that meet on one day for one audience, the one that goes out by itself, else the last.

    Rungs at an hour are no part of it, unless office hours push one onto the very minute of another.
    """
    by_hour = [notice for notice in notices if notice.wake_at == notice.send_after]
    in_turn = sorted(
        (n for n in notices if n.wake_at != n.send_after), key=lambda n: n.delivery is Delivery.ALONE
    )
    by_day = {(n.day, n.audience): n for n in in_turn}
    minutes = {(n.send_after, n.audience) for n in by_day.values()}
    kept = [n for n in by_hour if (n.send_after, n.audience) not in minutes]
    return in_order([*kept, *by_day.values()])


def in_order(notices: Iterable[PlannedNotice]) -> list[PlannedNotice]:
    """Notices in the order of sending."""
    return sorted(notices, key=lambda n: (n.send_after, n.rung))


def review(
    ladder: Ladder, year: int, calendar: WorkingCalendar, *, spread: int = 0, hours: Hours = OFFICE
) -> list[PlannedNotice]:
    """The question about a task without a day: is it done, or does it get a date? Once a year, or as often as told."""
    asked = [
        _planned(Rung(audience=audience), name + step, _review_day(text, year, calendar), spread, hours)
        for text in ladder.review
        for step in ("" if len(ladder.review) == 1 else f"@{text}",)
        for name, audience in ((REVIEW, Audience.UNIT), (f"C-{REVIEW}", Audience.COORDINATOR))
    ]
    return list({(n.day, n.audience): n for n in asked}.values())  # days off may push two onto one day


def _review_day(text: str, year: int, calendar: WorkingCalendar) -> date:
    month, day = map(int, text.split("-"))
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return calendar.on_or_before(date(year, month, min(day, last)))


def announcement(
    from_moment: datetime, calendar: WorkingCalendar, *, spread: int = 0, hours: Hours = OFFICE
) -> PlannedNotice:
    """The notice that a task has been given, in the first digest after `from_moment` (UTC)."""
    today = local_day(from_moment)
    day = calendar.on_or_after(today)
    if day == today and from_moment >= local_moment(today, hours.digest):
        day = calendar.on_or_after(today + timedelta(days=1))
    return _planned(Rung(), ANNOUNCE, day, spread, hours)


def _ladder(name: str, title: str, *rungs: Rung) -> Ladder:
    return Ladder(name=name, title=title, rungs=rungs)


def _alone(days: int) -> Rung:
    return Rung(days=days, delivery=Delivery.ALONE)


def _escalate(days: int, after: int) -> Rung:
    return Rung(
        days=days, audience=Audience.SUPERIOR, delivery=Delivery.ALONE, escalation=True, after_delivered=after
    )


LADDERS: Mapping[str, Ladder] = {
    ladder.name: ladder
    for ladder in (
        _ladder(
            "chuan", "Chuẩn",
            Rung(days=-30), Rung(days=-7), Rung(days=-3), _alone(0), Rung(hours=-3), _alone(1), Rung(days=3),
            _escalate(7, 3), Rung(days=14, every=7, until=56), _escalate(30, 3),
        ),
        _ladder(
            "gap", "Gấp",
            Rung(days=-7), Rung(days=-3), _alone(-1), _alone(0), Rung(hours=-3), _alone(1), _escalate(2, 2),
            Rung(days=4, every=3, until=31), _escalate(10, 3),
        ),
        _ladder(
            "bao-cao", "Báo cáo định kỳ",
            Rung(days=-5), Rung(days=-1), _alone(0), Rung(hours=-3), _alone(1), _escalate(5, 2),
            Rung(days=8, every=7, until=29),
        ),
    )
}  # fmt: skip
"""The ladders that ship with the program, by name: "chuẩn", "gấp", "báo cáo định kỳ"."""
