"""A plan's report for one quarter, from the rows as they stand."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, Cycle
from models.notices import Notice, NoticeState
from models.plans import Plan
from models.queries import Named, named
from models.reports import Line, Report, UnitLine
from models.standing import UNIT_KINDS
from plan import periods
from plan.clock import local_day
from plan.deadlines import Freq
from plan.lifecycle import OPEN, WorkState, in_time, overdue_from


def span(year: int, quarter: int) -> tuple[date, date]:
    """The first and the last day of a quarter's data, as Nghị định 09/2019/NĐ-CP, Điều 12 closes them."""
    closing = [
        *periods.closing_days(Freq.QUARTERLY, year - 1)[-1:],
        *periods.closing_days(Freq.QUARTERLY, year),
    ]
    return closing[quarter - 1] + timedelta(days=1), closing[quarter]


def quarter_report(session: Session, plan: Plan, cycle: Cycle, quarter: int, at: datetime) -> Report:
    """What the report of this quarter (1 to 4) says; what was cancelled or replaced is left out."""
    first, last = span(cycle.year, quarter)
    after = (
        span(cycle.year, quarter + 1)
        if quarter < 4
        else (last + timedelta(days=1), last + timedelta(days=90))
    )
    gone = (WorkState.CANCELLED, WorkState.REPLACED)
    rows = [r for r in named(session, Assignment.cycle_id == cycle.id) if r.assignment.state not in gone]
    due = [r for r in rows if r.assignment.due_on and first <= r.assignment.due_on <= last]
    late = [r for r in rows if _late(r.assignment, at) and (r.assignment.due_on or last) <= last]
    told = _told(session, [r.assignment.id or 0 for r in late])
    return Report(
        plan.number, plan.title, plan.issuer, plan.place, cycle.year, quarter, first, last, local_day(at),
        units=_units(due, at), late=[_line(r, at, told) for r in late],
        done=[_line(r, at) for r in due if r.assignment.state is WorkState.COMPLETED],
        waiting=[_line(r, at) for r in due if r.assignment.state is WorkState.SUBMITTED],
        coming=[_line(r, at) for r in rows if _coming(r.assignment, after)],
    )  # fmt: skip


def _late(a: Assignment, at: datetime) -> bool:
    return a.due_on is not None and a.state in OPEN and at >= overdue_from(a.due_on, a.due_time)


def _coming(a: Assignment, after: tuple[date, date]) -> bool:
    return a.due_on is not None and a.unfinished and after[0] <= a.due_on <= after[1]


def _line(row: Named, at: datetime, told: Counter[int] | None = None) -> Line:
    a = row.assignment
    days = (local_day(at) - a.due_on).days if a.due_on and _late(a, at) else 0
    handed_in = local_day(a.handed_in_at) if a.handed_in_at else None
    return Line(
        row.item.code, row.item.text, row.unit.name, a.due_on, a.original_due_on, handed_in, days,
        (told or Counter())[a.id or 0],
    )  # fmt: skip


def _told(session: Session, numbers: Sequence[int]) -> Counter[int]:
    """How many reminders about each assignment were delivered to its unit."""
    query = select(Notice.assignment_id, sa.func.count(sa.distinct(col(Notice.rung)))).where(
        col(Notice.assignment_id).in_(numbers), Notice.state == NoticeState.ACCEPTED,
        col(Notice.kind).in_(UNIT_KINDS),
    )  # fmt: skip
    return Counter(dict(session.exec(query.group_by(col(Notice.assignment_id))).all()) if numbers else {})


def _units(due: Sequence[Named], at: datetime) -> list[UnitLine]:
    """The units with something due, those with the most late first."""
    by_unit: dict[str, list[Assignment]] = {}
    for row in due:
        by_unit.setdefault(row.unit.name, []).append(row.assignment)
    return sorted((_unit(name, mine, at) for name, mine in by_unit.items()), key=lambda unit: -unit.late)


def _unit(name: str, mine: Sequence[Assignment], at: datetime) -> UnitLine:
    done = [a for a in mine if a.state is WorkState.COMPLETED]
    return UnitLine(
        name, len(mine), len(done),
        sum(bool(a.handed_in_at and in_time(a.due_on, a.due_time, a.handed_in_at)) for a in done),
        sum(bool(a.handed_in_at and in_time(a.original_due_on, a.due_time, a.handed_in_at)) for a in done),
        sum(_late(a, at) for a in mine),
    )  # fmt: skip
