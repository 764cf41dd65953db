"""Daily rhythms under a changed calendar: a day that is now worked gets its assignments, one that is off loses them.

Only days that are still to come are touched. A day's assignment that was handed in, finished or extended stays.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from actions.assigning import assignment_for
from actions.chasing import Rules, restart
from actions.dates import Dates
from actions.moves import close_quietly
from actions.people import Doer
from models import ledger
from models.cycles import Assignment, CycleState
from models.ledger import Actor
from models.queries import Named
from plan.clock import local_day
from plan.deadlines import DEADLINES, Freq, Recurring
from plan.ladder import PlannedNotice
from plan.lifecycle import OPEN, Event, Party
from plan.occurrences import Occurrence
from plan.owed import Standing, planned


@dataclass(frozen=True)
class RhythmDay:
    """One day of one unit's daily rhythm that falls away, or (`assignment_id` is None) is added."""

    assignment_id: int | None
    item: str
    unit: str
    day: date


@dataclass(frozen=True)
class Beat:
    """A day that changes: the assignment that falls away, or the occurrence to be made like `row`."""

    row: Named
    occurrence: Occurrence
    added: bool

    @property
    def shown(self) -> RhythmDay:
        """As people see it."""
        number = None if self.added else self.row.assignment.id
        day = self.occurrence.due_on
        assert day is not None  # only dated occurrences make a rhythm
        return RhythmDay(number, self.row.item.code, self.row.unit.name, day)

    def coming(self, rules: Rules, at: datetime) -> list[PlannedNotice]:
        """The notices of a day that is added, if it were in force from `at`."""
        like = self.row.assignment
        new = Standing(
            0, like.item_id, like.state, self.row.cycle.year, self.occurrence.due_on, self.occurrence.due_time, 1, at,
            rules.ladders[like.ladder],
        )  # fmt: skip
        return [n for n in planned(new, rules.calendar, rules.hours) if n.send_after >= at]


def beats(
    rows: Sequence[Named], before: Dates, after: Dates, extended: AbstractSet[int], at: datetime | None
) -> list[Beat]:
    """What changes in the daily rhythms among `rows`, in their order; of running years what comes after `at`."""
    by_item: dict[tuple[int, int], list[Named]] = {}
    for row in rows:
        by_item.setdefault((row.assignment.item_id, row.cycle.id or 0), []).append(row)
    out: list[Beat] = []
    for mine in by_item.values():
        if _is_daily(mine[0]):
            out += _of_item(mine, before.of(mine[0]), after.of(mine[0]), extended, at)
    return out


def _is_daily(row: Named) -> bool:
    deadlines = DEADLINES.validate_python(row.item.deadlines)
    return any(isinstance(d, Recurring) and d.freq is Freq.DAILY for d in deadlines)


def _of_item(
    rows: Sequence[Named], old: Mapping[str, Occurrence], new: Mapping[str, Occurrence], extended: AbstractSet[int],
    at: datetime | None,
) -> Iterator[Beat]:  # fmt: skip
    draft = rows[0].cycle.state is CycleState.DRAFT
    first = None if draft or at is None else local_day(at)
    gone, fresh = _days(old, new.keys(), first), _days(new, old.keys(), first)
    for row in rows:
        a = row.assignment
        if a.occurrence in gone and a.state in OPEN and a.id not in extended:
            yield Beat(row, gone[a.occurrence], added=False)
    for occurrence in fresh.values():
        yield from (Beat(row, occurrence, added=True) for row in _like(rows, occurrence, old))


def _days(mine: Mapping[str, Occurrence], others: Iterable[str], first: date | None) -> dict[str, Occurrence]:
    """The dated occurrences that the other side does not have, from `first` on."""
    known = set(others)
    return {
        label: one
        for label, one in mine.items()
        if label not in known and one.due_on and (first is None or one.due_on >= first)
    }


def _like(rows: Sequence[Named], new: Occurrence, old: Mapping[str, Occurrence]) -> list[Named]:
    """Whose day it is: the units that have the nearest day of the rhythm, each once."""
    wanted = new.due_on or date.max
    dated = [(row.assignment.due_on, row) for row in rows if row.assignment.occurrence in old]
    far = [abs((day - wanted).days) for day, _ in dated if day]
    nearest = [row for day, row in dated if day and abs((day - wanted).days) == min(far)]
    taken = {row.assignment.unit_id for row in rows if row.assignment.occurrence == new.label}
    return [row for unit, row in {r.assignment.unit_id: r for r in nearest}.items() if unit not in taken]


def keep_time(
    session: Session, changes: Iterable[Beat], old: Rules, new: Rules, reason: str, at: datetime, actor: Actor
) -> None:
    """Take the days that fall away out of the units' hands, and give them those that are added.

    Nobody is written to about it: the day itself has been decided, and its notices come or do not come. What falls away
    was planned by the `old` rules, what is added goes by the `new` ones.
    """
    for beat in changes:
        a = beat.row.assignment
        running = beat.row.cycle.state is CycleState.ARMED
        if beat.added:
            _add(session, beat, new, reason, at, actor, running=running)
        elif running:
            doer = Doer(actor, Party.COORDINATOR)
            close_quietly(session, a, Event.CANCEL, doer, at, old, reason, void=reason)
        else:
            ledger.record(
                session, at, actor, "assignment.dropped", f"assignment:{a.id}", day=a.due_on, reason=reason
            )
            session.delete(a)


def _add(
    session: Session, beat: Beat, rules: Rules, reason: str, at: datetime, actor: Actor, *, running: bool
) -> None:
    row = beat.row
    like = row.assignment
    new = assignment_for(row.cycle, row.item, row.unit, beat.occurrence, like.ladder, announce=False, at=at)
    same = select(Assignment.serial).where(
        Assignment.cycle_id == like.cycle_id, Assignment.item_id == like.item_id,
        Assignment.unit_id == like.unit_id, Assignment.occurrence == new.occurrence,
    )  # fmt: skip
    new.serial = max(session.exec(same.order_by(col(Assignment.serial))).all(), default=0) + 1
    new.version = 0 if running else 1
    session.add(new)
    session.flush()
    if running:
        restart(session, new, at, rules)
    ledger.record(
        session, at, actor, "assignment.made", f"assignment:{new.id}",
        unit=like.unit_id, item=like.item_id, day=new.due_on, reason=reason,
    )  # fmt: skip
