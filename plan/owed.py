"""What is owed at one moment: the rule that a wake, the digest and the simulation share.

It is level-triggered. It looks at how an assignment stands now and at which of its planned notices have been decided
before, and decides every rung whose day has come: at most one notice per audience is owed, whatever an outage let pass.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from plan.calendar import WorkingCalendar
from plan.clock import local_day, local_moment
from plan.ladder import (
    OFFICE,
    Delivery,
    Hours,
    Ladder,
    PlannedNotice,
    announcement,
    climb,
    in_order,
    night,
    review,
)
from plan.lifecycle import OPEN, WorkState

Key = tuple[str, date]
"""A rung and its planned day: with the assignment, its deadline version and the recipient it names one notice."""


@dataclass(frozen=True)
class Standing:
    """An assignment as the rules see it.

    `since` (UTC) is when this version of its deadline came into force: on arming, or with an extension. `announce` asks
    for the announcement of a new task. `delivered` counts the notices about this deadline that have reached the unit.
    """

    assignment_id: int
    item_id: int
    state: WorkState
    year: int
    due_on: date | None
    due_time: time | None
    version: int
    since: datetime
    ladder: Ladder
    announce: bool = False
    delivered: int = 0


@lru_cache(maxsize=4096)
def _climbed(
    ladder: Ladder, due_on: date, due_time: time | None, calendar: WorkingCalendar, spread: int, hours: Hours
) -> tuple[PlannedNotice, ...]:
    """A climb is the same for every unit that has the item, so a year of them is climbed once."""
    return tuple(climb(ladder, due_on, due_time, calendar, spread=spread, hours=hours))


def planned(standing: Standing, calendar: WorkingCalendar, hours: Hours = OFFICE) -> list[PlannedNotice]:
    """Every notice about this version of the deadline, in order of sending."""
    spread = standing.item_id
    if standing.due_on is None:
        rungs = review(standing.ladder, standing.year, calendar, spread=spread, hours=hours)
    else:
        rungs = list(_climbed(standing.ladder, standing.due_on, standing.due_time, calendar, spread, hours))
    if not (standing.announce and standing.ladder.announce):
        return rungs
    return _announced(announcement(standing.since, calendar, spread=spread, hours=hours), rungs, standing)


def _announced(new: PlannedNotice, rungs: list[PlannedNotice], standing: Standing) -> list[PlannedNotice]:
    """The announcement among the rungs: it takes a digest rung's place on its day, and gives way to one sent alone."""
    met = [
        n
        for n in rungs
        if (n.day, n.audience) == (new.day, new.audience)
        and n.wake_at != n.send_after
        and not passed_before(n, standing)
    ]
    if any(n.delivery is Delivery.ALONE for n in met):
        return rungs
    return in_order([new, *(n for n in rungs if n not in met)])


def passed_before(notice: PlannedNotice, standing: Standing) -> bool:
    """Whether the notice's moment had gone by when this version of the deadline came into force."""
    return notice.send_after < standing.since


@dataclass(frozen=True)
class Decision:
    """One rung decided: owed now, or void with the reason."""

    notice: PlannedNotice
    void: str = ""


def decide(
    standing: Standing,
    calendar: WorkingCalendar,
    decided: AbstractSet[Key],
    at: datetime,
    hours: Hours = OFFICE,
) -> list[Decision]:
    """Decide every planned notice whose moment has come at `at` and which has not been decided yet.

    1. What passed before the deadline came into force is void: "before arming".
    2. While the unit owes nothing (submitted, suspended, finished) the rung is void with the state as its reason.
    3. An escalation needs its number of delivered notices: until they are, it waits undecided. It is void once a later
       one has gone in its place, or when the ladder has ended and the number was never reached.
    4. Of what remains the newest per audience is owed; older ones are void: "outage, replaced by …".
    """
    rungs = planned(standing, calendar, hours)
    due = [n for n in rungs if n.wake_at <= at and (n.rung, n.day) not in decided]
    later = [n for n in rungs if n.escalation and (n.rung, n.day) in decided]
    ready = [n for n in due if not _waits(n, standing, later) or at >= last_look(standing, rungs, calendar)]
    newest = {n.audience: n for n in ready if not _refused(n, standing, later)}
    return [Decision(n, _void(n, standing, later, newest.get(n.audience))) for n in ready]


def _waits(notice: PlannedNotice, standing: Standing, later: Iterable[PlannedNotice]) -> bool:
    """Whether an escalation whose moment has come is held back only because too few notices were delivered."""
    return _too_few(notice, standing) and not _refused(replace(notice, after_delivered=0), standing, later)


def _too_few(notice: PlannedNotice, standing: Standing) -> bool:
    return notice.escalation and standing.delivered < notice.after_delivered


def _overtaken(notice: PlannedNotice, later: Iterable[PlannedNotice]) -> str:
    """The rung of a later escalation to the same audience that has been decided before this one."""
    after = (n.rung for n in later if n.audience is notice.audience and n.send_after > notice.send_after)
    return next(after, "") if notice.escalation else ""


def last_look(standing: Standing, rungs: Sequence[PlannedNotice], calendar: WorkingCalendar) -> datetime:
    """The moment (UTC) at which a waiting escalation is given up: the night before the working day after all rungs."""
    return _night_after(max(n.day for n in rungs), standing, calendar)


def _night_after(day: date, standing: Standing, calendar: WorkingCalendar) -> datetime:
    return night(calendar.on_or_after(day + timedelta(days=1)), standing.item_id)


def _refused(notice: PlannedNotice, standing: Standing, later: Iterable[PlannedNotice]) -> str:
    if passed_before(notice, standing):
        return "before arming" if standing.version == 1 else "before this deadline was set"
    if standing.state not in OPEN:
        return f"{standing.state} by then"
    if rung := _overtaken(notice, later):
        return f"no escalation before, replaced by {rung}"
    if _too_few(notice, standing):
        return f"no escalation: {standing.delivered} of {notice.after_delivered} notices delivered"
    return ""


def _void(
    notice: PlannedNotice, standing: Standing, later: Iterable[PlannedNotice], newest: PlannedNotice | None
) -> str:  # fmt: skip
    refused = _refused(notice, standing, later)
    if refused or newest is None or newest is notice:
        return refused
    why = "no escalation before" if notice.escalation else "outage"
    return f"{why}, replaced by {newest.rung}"


@dataclass(frozen=True)
class NextWake:
    """The next moment (UTC) at which something is owed about one assignment, and the rungs due then."""

    at: datetime
    rungs: tuple[str, ...]


def next_wake(
    standing: Standing,
    calendar: WorkingCalendar,
    decided: AbstractSet[Key],
    hours: Hours = OFFICE,
    *,
    at: datetime | None = None,
) -> NextWake | None:
    """When the rules must look at this assignment again; None when nothing more is planned for it.

    `at` is the moment (UTC) up to which everything has been decided. An escalation that still waits then is looked at
    on the next working day if its number of delivered notices has been reached, and when the ladder ends if not.
    """
    rungs = planned(standing, calendar, hours)
    left = [n for n in rungs if (n.rung, n.day) not in decided and not passed_before(n, standing)]
    if not left:
        return None

    def look(notice: PlannedNotice) -> datetime:
        if at is None or not notice.escalation or notice.wake_at > at:
            return notice.wake_at
        if _too_few(notice, standing):
            return last_look(standing, rungs, calendar)
        return _night_after(local_day(at), standing, calendar)

    first = min(look(notice) for notice in left)
    return NextWake(first, tuple(notice.rung for notice in left if look(notice) == first))


def waits(
    standing: Standing, calendar: WorkingCalendar, decided: AbstractSet[Key], at: datetime, hours: Hours = OFFICE
) -> bool:  # fmt: skip
    """Whether an escalation whose moment has come at `at` has not been decided, for too few notices were delivered."""
    if standing.due_on is None or at < local_moment(standing.due_on, time.min):
        return False
    left = (n for n in planned(standing, calendar, hours) if n.escalation and n.wake_at <= at)
    return any((n.rung, n.day) not in decided and not passed_before(n, standing) for n in left)


def undecided(
    standing: Standing, calendar: WorkingCalendar, decided: AbstractSet[Key], hours: Hours = OFFICE
) -> Iterable[PlannedNotice]:
    """The planned notices that no wake has decided yet: what an action voids when the task is done or moved."""
    return [n for n in planned(standing, calendar, hours) if (n.rung, n.day) not in decided]
