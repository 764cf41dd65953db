"""A plan's report for one quarter, from the rows as they stand."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, Cycle
from models.notices import Notice, NoticeState
from models.people import Unit
from models.plans import Plan, PlanItem
from models.queries import AT_ONCE, ask
from models.reports import Line, Lines, Report, UnitLine
from models.standing import UNIT_KINDS
from models.timing import handed_in_time, late, many
from plan import periods
from plan.clock import local_day
from plan.deadlines import Freq
from plan.lifecycle import OPEN, UNFINISHED, WorkState, overdue_from


def span(year: int, quarter: int) -> tuple[date, date]:
    """The first and the last day of a quarter's data, as Nghị định 09/2019/NĐ-CP, Điều 12 closes them."""
    closing = [
        *periods.closing_days(Freq.QUARTERLY, year - 1)[-1:],
        *periods.closing_days(Freq.QUARTERLY, year),
    ]
    return closing[quarter - 1] + timedelta(days=1), closing[quarter]


def quarter_report(
    session: Session, plan: Plan, cycle: Cycle, quarter: int, at: datetime, *, most: int | None = None
) -> Report:
    """What the report of this quarter (1 to 4) says; what was cancelled or replaced is left out.

    With `most` its lists hold so many lines and say how many there are.
    """
    first, last = span(cycle.year, quarter)
    after = (
        span(cycle.year, quarter + 1)
        if quarter < 4
        else (last + timedelta(days=1), last + timedelta(days=90))
    )
    a = Assignment
    mine = (a.cycle_id == cycle.id, col(a.state).in_(_COUNTED))
    due = (*mine, col(a.due_on).between(first, last))
    parts: list[tuple[Any, ...]] = [
        (*due, a.state == WorkState.COMPLETED),
        (*due, a.state == WorkState.SUBMITTED),
        (*mine, col(a.state).in_(OPEN), late(at), col(a.due_on) <= min(last, local_day(at))),
        (*mine, col(a.state).in_(UNFINISHED), col(a.due_on).between(*after)),
    ]
    return Report(
        plan.number, plan.title, plan.issuer, plan.place, cycle.year, quarter, first, last, local_day(at),
        _units(session, due, at), *(_lines(session, where, at, most) for where in parts),
    )  # fmt: skip


_COUNTED = tuple(s for s in WorkState if s not in {WorkState.CANCELLED, WorkState.REPLACED})


def _lines(session: Session, where: Sequence[Any], at: datetime, most: int | None) -> Lines:
    """The assignments that meet every condition, in the order of the text; of what is late, how often it was told."""
    a = Assignment
    count = session.scalars(sa.select(sa.func.count()).select_from(a).where(*where)).one()
    columns = (a.id, PlanItem.code, PlanItem.text, Unit.name, a.due_on, a.due_time, a.original_due_on, a.handed_in_at,
               a.state)  # fmt: skip
    query = sa.select(*(col(c) for c in columns)).join(PlanItem, col(PlanItem.id) == col(a.item_id))
    query = query.join(Unit, col(Unit.id) == col(a.unit_id)).where(*where)
    order = (col(PlanItem.position), col(a.unit_id), col(a.id))
    rows: Sequence[Any] = ask(session, query.order_by(*order).limit(most)).all() if count else ()
    told = _told(session, [row.id for row in rows if _late(row, at)])
    return Lines(count, [_line(row, at, told) for row in rows])


def _late(row: Any, at: datetime) -> bool:
    return row.due_on is not None and row.state in OPEN and at >= overdue_from(row.due_on, row.due_time)


def _line(row: Any, at: datetime, told: Counter[int]) -> Line:
    days = (local_day(at) - row.due_on).days if _late(row, at) else 0
    handed_in = local_day(row.handed_in_at) if row.handed_in_at else None
    return Line(
        row.code, row.text, row.name, row.due_on, row.original_due_on, handed_in, days, told[row.id],
    )  # fmt: skip


def _told(session: Session, numbers: Sequence[int]) -> Counter[int]:
    """How many reminders about each assignment were delivered to its unit."""
    told: Counter[int] = Counter()
    for start in range(0, len(numbers), AT_ONCE):
        query = select(Notice.assignment_id, sa.func.count(sa.distinct(col(Notice.rung)))).where(
            col(Notice.assignment_id).in_(numbers[start : start + AT_ONCE]), Notice.state == NoticeState.ACCEPTED,
            col(Notice.kind).in_(UNIT_KINDS),
        )  # fmt: skip
        told.update(dict(session.exec(query.group_by(col(Notice.assignment_id))).all()))
    return told


def _units(session: Session, due: Sequence[Any], at: datetime) -> list[UnitLine]:
    """The units with something due, those with the most late first."""
    a = Assignment
    done = col(a.state) == WorkState.COMPLETED
    kept = (sa.and_(done, handed_in_time(session, col(day))) for day in (a.due_on, a.original_due_on))
    overdue = sa.and_(col(a.state).in_(OPEN), late(at))
    counts = [sa.func.count(), *(many(condition) for condition in (done, *kept, overdue))]
    rows = ask(session, sa.select(col(a.unit_id), *counts).where(*due).group_by(col(a.unit_id))).all()
    names = dict(session.exec(select(Unit.id, Unit.name)).all()) if rows else {}
    found = [UnitLine(names[unit], *numbers) for unit, *numbers in rows]
    return sorted(found, key=lambda unit: (-unit.late, unit.unit))
