"""What a leader looks at: per unit and plan, on the extended and the original date, and month by month."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, Cycle
from models.people import Unit
from models.plans import Plan
from models.queries import ask
from models.timing import handed_in_time, late, many
from plan.clock import local_day
from plan.lifecycle import OPEN, SOON_DAYS, WorkState
from web.lists import ARMED, RUNNING


@dataclass(frozen=True)
class Row:
    """How one unit or plan stands; `in_time_first` counts on the deadlines first given."""

    id: int
    name: str
    total: int
    open: int
    late: int
    waiting: int
    done: int
    in_time: int
    in_time_first: int
    oldest: date | None
    coming: int
    """Open ones that are due from now on within a week."""

    @property
    def share(self) -> int | None:
        """Of what is done, how much in time, in percent; None where nothing is."""
        return round(100 * self.in_time / self.done) if self.done else None


COUNTED = tuple(s for s in WorkState if s not in {WorkState.CANCELLED, WorkState.REPLACED})
"""Every state that counts; named one by one, so that an index by state is used."""


def of_year(year: int | None) -> list[Any]:
    """Of running cycles, of one year if given."""
    years = sa.select(col(Cycle.id)).where(ARMED, *_in(year))
    return [col(Assignment.cycle_id).in_(years)]


def by_unit(session: Session, at: datetime, year: int | None, limit: int, first: int = 0) -> list[Row]:
    """Units with work, those with the most late first; `first` are left out.

    Who comes first is asked of what is late alone; the rest is counted for the units that are shown.
    """
    unit, year_s = col(Assignment.unit_id), of_year(year)
    owing = (
        sa.select(unit, sa.func.count().label("late"))
        .where(*year_s, col(Assignment.state).in_(OPEN), late(at), col(Assignment.due_on) <= local_day(at))
        .group_by(unit)
        .subquery()
    )
    has_work = (
        sa.select(unit).where(unit == col(Unit.id), *year_s, col(Assignment.state).in_(COUNTED)).exists()
    )
    worst = sa.select(col(Unit.id)).outerjoin(owing, owing.c.unit_id == col(Unit.id)).where(
        sa.or_(owing.c.late > 0, has_work)
    ).order_by(sa.func.coalesce(owing.c.late, 0).desc(), col(Unit.name))  # fmt: skip
    shown = list(session.scalars(worst.limit(limit).offset(first)))
    names = dict(session.exec(select(col(Unit.id), Unit.name).where(col(Unit.id).in_(shown))).all())
    rows = _rows(session, at, unit, [*year_s, unit.in_(shown)])
    return [rows(number or 0, names[number]) for number in shown]


def of_unit(session: Session, at: datetime, unit: Unit) -> Row:
    """How one unit stands in every running plan."""
    key = col(Assignment.unit_id)
    return _rows(session, at, key, [*of_year(None), key == unit.id])(unit.id or 0, unit.name)


def by_plan(session: Session, at: datetime, year: int | None) -> list[Row]:
    """Every running plan."""
    plans = session.exec(
        select(Cycle.id, Plan.id, Plan.number).join(Plan, col(Plan.id) == col(Cycle.plan_id))
        .where(ARMED, *_in(year)).order_by(Plan.number)
    ).all()  # fmt: skip
    rows = _rows(session, at, col(Assignment.cycle_id), of_year(year))
    return [replace(rows(cycle or 0, number), id=plan or 0) for cycle, plan, number in plans]


@dataclass(frozen=True)
class Whole:
    """All plans together: what is late, open, being reviewed and completed, and what is due within a week."""

    late: int
    open: int
    waiting: int
    done: int
    coming: int


def whole(plans: Sequence[Row]) -> Whole:
    """The sums over every running plan, which have been counted."""
    return Whole(
        *(sum(getattr(p, name) for p in plans) for name in ("late", "open", "waiting", "done", "coming"))
    )


def _in(year: int | None) -> list[Any]:
    return [Cycle.year == year] if year else []


def _rows(session: Session, at: datetime, key: Any, where: Sequence[Any]) -> Callable[[int, str], Row]:
    """What is known of each unit or cycle by its number: three narrow questions, each answered by an index."""
    states = _states(session, key, where)
    pressing, done = _pressing(session, at, key, where), _done(session, key, where)

    def row(number: int, name: str) -> Row:
        of = states.get(number, Counter())
        overdue, coming, oldest = pressing.get(number, (0, 0, None))
        return Row(
            number, name, sum(of[s] for s in COUNTED), sum(of[s] for s in OPEN), overdue, of[WorkState.SUBMITTED],
            of[WorkState.COMPLETED], *done.get(number, (0, 0)), oldest, coming,
        )  # fmt: skip

    return row


def _states(session: Session, key: Any, where: Sequence[Any]) -> dict[int, Counter[WorkState]]:
    """How many are in each state."""
    out: dict[int, Counter[WorkState]] = {}
    counted = sa.select(key, col(Assignment.state), sa.func.count()).where(*where)
    for number, state, count in ask(session, counted.group_by(key, col(Assignment.state))):
        out.setdefault(number, Counter())[WorkState(state)] = count
    return out


def _pressing(
    session: Session, at: datetime, key: Any, where: Sequence[Any]
) -> dict[int, tuple[int, int, date | None]]:
    """How many open ones are late, how many are due from now on within a week, and the oldest deadline of the late."""
    week = col(Assignment.due_on) <= local_day(at) + timedelta(days=SOON_DAYS)
    query = sa.select(
        key, sa.func.count(), many(late(at)), sa.func.min(col(Assignment.due_on), type_=sa.Date)
    )
    query = query.where(*where, col(Assignment.state).in_(OPEN), week)
    return {
        number: (overdue, count - overdue, oldest if overdue else None)
        for number, count, overdue, oldest in ask(session, query.group_by(key))
    }


def _done(session: Session, key: Any, where: Sequence[Any]) -> dict[int, tuple[int, int]]:
    """How many were handed in by the deadline in force, and by the first one."""
    kept = [
        many(sa.or_(col(Assignment.due_on).is_(None), handed_in_time(session, day)))
        for day in (col(Assignment.due_on), col(Assignment.original_due_on))
    ]
    query = sa.select(key, *kept).where(*where, col(Assignment.state) == WorkState.COMPLETED)
    return {number: (now, first) for number, now, first in ask(session, query.group_by(key))}


@dataclass(frozen=True)
class Cell:
    """One unit in one month: what was due, and how much of it is or was late."""

    due: int = 0
    late: int = 0

    @property
    def depth(self) -> int:
        """0 nothing late; 1 to 3 the more of it late."""
        return 0 if not self.late else 1 if 4 * self.late < self.due else 2 if 2 * self.late < self.due else 3


def heat(session: Session, at: datetime, year: int, units: Sequence[int]) -> dict[int, list[Cell]]:
    """Twelve cells for each of `units`: deadlines of each month of `year`."""
    month = sa.extract("month", col(Assignment.due_on))
    done = sa.and_(
        col(Assignment.state) == WorkState.COMPLETED, sa.not_(handed_in_time(session, col(Assignment.due_on)))
    )
    bad = sa.or_(sa.and_(col(Assignment.state).in_(OPEN), late(at)), done)
    query = (
        sa.select(col(Assignment.unit_id), month, sa.func.count(), many(bad))
        .where(RUNNING, col(Assignment.unit_id).in_(units))
        .where(col(Assignment.due_on).between(date(year, 1, 1), date(year, 12, 31)))
        .where(col(Assignment.state).in_(COUNTED))
        .group_by(col(Assignment.unit_id), month)
    )  # fmt: skip
    out = {unit: [Cell() for _ in range(12)] for unit in units}
    for unit, number, due, bad_ones in ask(session, query):
        out[unit][int(number) - 1] = Cell(due, bad_ones)
    return out
