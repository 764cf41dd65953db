"""The life cycle of an assignment, as a table of moves.

Work state is stored and moved only by people. Whether a task is due or overdue is a *time state*: a function of the
deadline and a moment (:func:`time_state`), never stored.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from plan.clock import LOCAL, local_moment


class WorkState(StrEnum):
    """What has been done about an assignment."""

    ASSIGNED = "assigned"
    """Given to a unit, not yet acknowledged."""
    RECEIVED = "received"
    """The unit knows; also where a returned submission comes back to."""
    SUBMITTED = "submitted"
    """Evidence handed in, waiting for review."""
    COMPLETED = "completed"
    """Evidence accepted."""
    SUSPENDED = "suspended"
    """Put on hold with a reason; nothing is owed meanwhile."""
    CANCELLED = "cancelled"
    """No longer wanted."""
    REPLACED = "replaced"
    """Another assignment stands in its place (reassigned, or a new version of the plan)."""


class Event(StrEnum):
    """What somebody does to an assignment, with the moves it makes."""

    RECEIVE = "receive"
    """assigned → received."""
    SUBMIT = "submit"
    """assigned, received → submitted."""
    RETURN = "return"
    """submitted → received, with a reason."""
    ACCEPT = "accept"
    """submitted → completed."""
    REOPEN = "reopen"
    """completed → received, with a reason: the acceptance was a mistake."""
    SUSPEND = "suspend"
    """assigned, received → suspended, with a reason."""
    RESUME = "resume"
    """suspended → assigned: the unit is told again."""
    CANCEL = "cancel"
    """assigned, received, submitted, suspended → cancelled, with a reason."""
    REPLACE = "replace"
    """assigned, received, submitted, suspended → replaced, with a reason."""


class Party(StrEnum):
    """In which part somebody acts on an assignment."""

    UNIT = "unit"
    COORDINATOR = "coordinator"


OPEN = frozenset({WorkState.ASSIGNED, WorkState.RECEIVED})
"""States in which the unit owes something."""
UNFINISHED = OPEN | {WorkState.SUBMITTED, WorkState.SUSPENDED}
"""States from which an assignment can still go on."""

_UNIT = frozenset({Party.UNIT})
_COORDINATOR = frozenset({Party.COORDINATOR})
_BOTH = _UNIT | _COORDINATOR

MOVES: dict[tuple[WorkState, Event], tuple[WorkState, frozenset[Party]]] = {
    (WorkState.ASSIGNED, Event.RECEIVE): (WorkState.RECEIVED, _BOTH),
    (WorkState.ASSIGNED, Event.SUBMIT): (WorkState.SUBMITTED, _BOTH),
    (WorkState.RECEIVED, Event.SUBMIT): (WorkState.SUBMITTED, _BOTH),
    (WorkState.SUBMITTED, Event.RETURN): (WorkState.RECEIVED, _COORDINATOR),
    (WorkState.SUBMITTED, Event.ACCEPT): (WorkState.COMPLETED, _COORDINATOR),
    (WorkState.COMPLETED, Event.REOPEN): (WorkState.RECEIVED, _COORDINATOR),
    (WorkState.ASSIGNED, Event.SUSPEND): (WorkState.SUSPENDED, _COORDINATOR),
    (WorkState.RECEIVED, Event.SUSPEND): (WorkState.SUSPENDED, _COORDINATOR),
    (WorkState.SUSPENDED, Event.RESUME): (WorkState.ASSIGNED, _COORDINATOR),
    **{
        (state, event): (to, _COORDINATOR)
        for state in sorted(UNFINISHED)
        for event, to in ((Event.CANCEL, WorkState.CANCELLED), (Event.REPLACE, WorkState.REPLACED))
    },
}
"""Every allowed move and who may make it; whatever is not here is refused."""

UNITS_OWN = frozenset(event for (_, event), (_, who) in MOVES.items() if Party.UNIT in who)
"""Events that a unit makes; a deputy makes them on behalf of whoever is away."""

NEEDS_REASON = frozenset({Event.RETURN, Event.REOPEN, Event.SUSPEND, Event.CANCEL, Event.REPLACE})
"""Events that are refused without a reason."""


class MoveRefused(ValueError):
    """The state does not allow this event, or not to this party, or its reason is missing."""


@dataclass(frozen=True)
class Move:
    """One allowed step of one assignment at the moment `at` (aware UTC)."""

    old: WorkState
    new: WorkState
    event: Event
    by: Party
    at: datetime
    reason: str


def allowed(state: WorkState, by: Party) -> list[Event]:
    """The events that `by` may apply in `state`, in the order of :class:`Event`."""
    return [event for event in Event if by in MOVES.get((state, event), (state, frozenset()))[1]]


def apply(state: WorkState, event: Event, *, by: Party, at: datetime, reason: str = "") -> Move:
    """The move that `event` makes from `state`.

    Raises :class:`MoveRefused` in words that say what is allowed now.
    """
    found = MOVES.get((state, event))
    now = ", ".join(allowed(state, by)) or "nothing"
    if found is None:
        raise MoveRefused(f"an assignment that is {state} cannot take '{event}'; a {by} can now: {now}")
    to, who = found
    if by not in who:
        others = ", ".join(sorted(who))
        raise MoveRefused(f"'{event}' is for the {others}, not for the {by}; a {by} can now: {now}")
    if event in NEEDS_REASON and not reason.strip():
        raise MoveRefused(f"'{event}' needs a reason")
    return Move(state, to, event, by, at, reason.strip())


class TimeState(StrEnum):
    """How an unfinished assignment stands against its deadline at one moment."""

    UNDATED = "undated"
    NOT_STARTED = "not-started"
    ON_TRACK = "on-track"
    DUE_SOON = "due-soon"
    DUE_TODAY = "due-today"
    OVERDUE = "overdue"


SOON_DAYS = 7
"""A deadline this many calendar days away or nearer is "due soon"."""


def overdue_from(due_on: date, due_time: time | None) -> datetime:
    """The moment (UTC) from which the task is late.

    A day runs to its end, 24:00 (Bộ luật Dân sự 2015, Điều 148.6); an hour counts to the hour.
    """
    if due_time is not None:
        return local_moment(due_on, due_time)
    return local_moment(date.fromordinal(due_on.toordinal() + 1), time.min)


def time_state(
    due_on: date | None, due_time: time | None, at: datetime, *, starts_on: date | None = None
) -> TimeState:
    """How a deadline stands at the moment `at`; `starts_on` is the first day of the occurrence's own period."""
    if due_on is None:
        return TimeState.UNDATED
    if at >= overdue_from(due_on, due_time):
        return TimeState.OVERDUE
    today = at.astimezone(LOCAL).date()
    left = (due_on - today).days
    if left == 0:
        return TimeState.DUE_TODAY
    if left <= SOON_DAYS:
        return TimeState.DUE_SOON
    return TimeState.NOT_STARTED if starts_on and today < starts_on else TimeState.ON_TRACK


def in_time(due_on: date | None, due_time: time | None, submitted_at: datetime) -> bool | None:
    """Whether what was handed in at `submitted_at` was in time; None where there is no deadline."""
    return None if due_on is None else submitted_at < overdue_from(due_on, due_time)
