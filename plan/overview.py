"""What a coordinator looks at before signing a year: where it crowds, what falls on days off, what has no day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plan.calendar import WorkingCalendar
from plan.ladder import Delivery
from plan.simulation import Case, SimulatedNotice

CROWDED = 3
"""So many deadlines of one unit on one day are a collision."""


@dataclass(frozen=True)
class Collision:
    """A day on which one unit has several deadlines, or one mailbox several mails of their own."""

    day: date
    who: str
    what: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class OnDayOff:
    """A deadline that falls on a day off and stays there."""

    item: str
    unit: str
    due_on: date
    why: str


@dataclass(frozen=True)
class Undated:
    """An assignment without a day."""

    item: str
    unit: str
    occurrence: str


@dataclass(frozen=True)
class Overview:
    """Everything in a simulated year that wants a look."""

    collisions: Sequence[Collision]
    days_off: Sequence[OnDayOff]
    undated: Sequence[Undated]
    unreachable: Mapping[str, int]
    """How many notices nobody can receive, by unit."""


def overview(
    cases: Iterable[Case],
    notices: Iterable[SimulatedNotice],
    calendar: WorkingCalendar,
    *,
    crowded: int = CROWDED,
) -> Overview:
    """Look at a simulated year; `crowded` deadlines of one unit on one day are too many."""
    cases, real = list(cases), [n for n in notices if not n.void]
    return Overview(
        collisions=sorted([*_deadlines(cases, crowded), *_mails(real)], key=lambda c: (c.day, c.who, c.what)),
        days_off=list(_days_off(cases, calendar)),
        undated=[Undated(c.item_code, c.unit, c.occurrence) for c in cases if c.standing.due_on is None],
        unreachable=dict(sorted(Counter(n.unit for n in real if n.unreachable).items())),
    )


def _deadlines(cases: Iterable[Case], crowded: int) -> Iterable[Collision]:
    by_day: defaultdict[tuple[date, str], list[str]] = defaultdict(list)
    for case in cases:
        if case.standing.due_on:
            by_day[case.standing.due_on, case.unit].append(case.item_code)
    for (day, unit), items in by_day.items():
        if len(items) >= crowded:
            yield Collision(day, unit, "deadlines", tuple(dict.fromkeys(items)))


def _mails(notices: Iterable[SimulatedNotice]) -> Iterable[Collision]:
    """Mails of their own to one mailbox on one day: they might travel together."""
    by_day: defaultdict[tuple[date, str], list[str]] = defaultdict(list)
    for n in notices:
        if n.recipient and n.delivery is Delivery.ALONE:
            by_day[n.day, n.address].append(n.item_code)
    for (day, address), items in by_day.items():
        if len(items) > 1:
            yield Collision(day, address, "mails", tuple(dict.fromkeys(items)))


def _days_off(cases: Iterable[Case], calendar: WorkingCalendar) -> Iterable[OnDayOff]:
    for case in cases:
        if (day := case.standing.due_on) and (why := calendar.why_off(day)):
            yield OnDayOff(case.item_code, case.unit, day, why)
