"""What a leader looks at: per unit and plan, on the extended and the original date, and month by month."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, Cycle
from models.people import Unit
from models.plans import Plan, PlanItem
from plan.clock import LOCAL, local_day
from plan.lifecycle import OPEN, UNFINISHED, WorkState
from web.lists import RUNNING, late


def _many(condition: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def handed_in_time(session: Session, due_on: Any) -> Any:
    """Whether what was accepted had been handed in by `due_on`, in Vietnam's days and hours."""
    if session.connection().dialect.name == "postgresql":
        handed = sa.func.to_char(
            sa.func.timezone(LOCAL.key, col(Assignment.handed_in_at)), "YYYY-MM-DD HH24:MI:SS"
        )
        day, hour = (
            sa.func.to_char(due_on, "YYYY-MM-DD"),
            sa.func.to_char(col(Assignment.due_time), "HH24:MI:SS"),
        )
    else:
        handed = sa.func.strftime("%Y-%m-%d %H:%M:%S", col(Assignment.handed_in_at), "+7 hours")
        day, hour = (
            sa.cast(due_on, sa.String),
            sa.func.substr(sa.cast(col(Assignment.due_time), sa.String), 1, 8),
        )
    return handed < day + sa.literal(" ") + sa.func.coalesce(hour, sa.literal("24:00:00"))


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

    @property
    def share(self) -> int | None:
        """Of what is done, how much in time, in percent; None where nothing is."""
        return round(100 * self.in_time / self.done) if self.done else None


def _standing(session: Session, at: datetime, key: Any, name: Any, year: int | None) -> Any:
    of_year: Any = [Cycle.year == year] if year else []
    state, is_open = col(Assignment.state), col(Assignment.state).in_(OPEN)
    done = state == WorkState.COMPLETED
    undated = col(Assignment.due_on).is_(None)
    is_late = sa.and_(is_open, late(at))
    query = sa.select(
        key, name, sa.func.count(), _many(is_open), _many(is_late), _many(state == WorkState.SUBMITTED), _many(done),
        _many(sa.and_(done, sa.or_(undated, handed_in_time(session, col(Assignment.due_on))))),
        _many(sa.and_(done, sa.or_(undated, handed_in_time(session, col(Assignment.original_due_on))))),
        sa.func.min(sa.case((is_late, col(Assignment.due_on)), else_=None), type_=sa.Date),
    ).select_from(Assignment).join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))  # fmt: skip
    counted = state.not_in((WorkState.CANCELLED, WorkState.REPLACED))
    return query.where(RUNNING, counted, *of_year)


def by_unit(session: Session, at: datetime, year: int | None, limit: int) -> list[Row]:
    """Every unit with work, those with the most late first."""
    query = _standing(session, at, col(Unit.id), col(Unit.name), year)
    query = query.join(Unit, col(Unit.id) == col(Assignment.unit_id)).group_by(Unit.id, Unit.name)
    worst: Any = (sa.literal_column("5").desc(), sa.literal_column("4").desc())  # late, then open
    return [Row(*row) for row in cast("Any", session).exec(query.order_by(*worst).limit(limit))]


def by_plan(session: Session, at: datetime, year: int | None) -> list[Row]:
    """Every running plan."""
    query = _standing(session, at, col(Plan.id), col(Plan.number), year).join(
        Plan, col(Plan.id) == col(Cycle.plan_id)
    )
    return [
        Row(*row)
        for row in cast("Any", session).exec(query.group_by(Plan.id, Plan.number).order_by(Plan.number))
    ]


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
        sa.select(col(Assignment.unit_id), month, sa.func.count(), _many(bad))
        .join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .where(RUNNING, col(Assignment.unit_id).in_(units))
        .where(col(Assignment.due_on).between(date(year, 1, 1), date(year, 12, 31)))
        .where(col(Assignment.state).not_in((WorkState.CANCELLED, WorkState.REPLACED)))
        .group_by(col(Assignment.unit_id), month)
    )  # fmt: skip
    out = {unit: [Cell() for _ in range(12)] for unit in units}
    for unit, number, due, bad_ones in cast("Any", session).exec(query):
        out[unit][int(number) - 1] = Cell(due, bad_ones)
    return out


@dataclass(frozen=True)
class Bar:
    """One item on a plan's time line, as parts of the year (0 to 1000): its span and its deadlines with their tones."""

    item: PlanItem
    left: int
    right: int
    marks: list[tuple[int, str, date]]
    units: int
    done: int


MARKS = 60
"""How many deadlines one line of the time line shows."""


def gantt(session: Session, cycle: Cycle, at: datetime) -> list[Bar]:
    """The items of a cycle in the order of the text, with their deadlines through the year."""
    first, length = date(cycle.year, 1, 1), 366 if cycle.year % 4 == 0 else 365

    def part(day: date) -> int:
        return max(0, min(1000, round(1000 * (day - first).days / length)))

    is_open = col(Assignment.state).in_(OPEN)
    query = (
        sa.select(
            col(Assignment.item_id), col(Assignment.due_on), sa.func.count(), _many(sa.and_(is_open, late(at))),
            _many(col(Assignment.state).in_(UNFINISHED)), _many(col(Assignment.state) == WorkState.COMPLETED),
        )
        .where(col(Assignment.cycle_id) == cycle.id)
        .group_by(col(Assignment.item_id), col(Assignment.due_on)).order_by(col(Assignment.due_on))
    )  # fmt: skip
    days: dict[int, list[Any]] = {}
    for row in cast("Any", session).exec(query):
        days.setdefault(row[0], []).append(row)
    items = session.exec(select(PlanItem).where(col(PlanItem.id).in_(days)).order_by(col(PlanItem.position)))
    armed = local_day(cycle.armed_at) if cycle.armed_at else first
    start = part(armed) if armed.year == cycle.year else 0
    return [_bar(item, days[item.id or 0], part, start) for item in items]


def _bar(item: PlanItem, rows: Sequence[Any], part: Callable[[date], int], start: int) -> Bar:
    marks = [
        (part(due), "late" if bad else "calm" if left else "done", due)
        for _, due, _, bad, left, _ in rows
        if due
    ]
    right = max((place for place, _, _ in marks), default=1000)
    return Bar(
        item, min(start, right), right, marks[:MARKS], sum(r[2] for r in rows), sum(r[5] for r in rows)
    )
