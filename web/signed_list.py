"""The list of an armed year as its page shows it: the signed lines of the days looked for, and how each has ended."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.cycles import TO_COME, ended
from actions.signed import lines_of
from models.cycles import Assignment, Cycle, SimulationDay
from models.people import Unit
from models.plans import PlanItem
from models.queries import ask
from models.standing import addresses_of
from plan.ladder import Delivery
from plan.signed import SignedLine
from plan.simulation import Totals, why
from web.sorting import vietnamese
from web.year_list import PAGE, NoticeWanted


@dataclass(frozen=True)
class SignedRow:
    """One signed line in words; `end` says how it went, in the words of the comparison, "" where nothing is known."""

    assignment_id: int
    item_code: str
    unit: str
    rung: str
    day: date
    send_after: datetime
    address: str
    delivery: str
    why: str
    void: str
    end: str


def counted(days: Sequence[SimulationDay]) -> Totals:
    """The totals of a signed list from the counts of its days; by unit only the simulation counts."""
    per_day = {d.day: d.notices for d in days if d.notices}
    busiest = sorted(per_day.items(), key=lambda pair: -pair[1])[:5]
    sums = {name: sum(getattr(d, name) for d in days) for name in ("notices", "void", "unreachable", "alone")}
    return Totals(**sums, digests=sum(d.digests for d in days), per_unit={}, per_day=per_day, busiest=busiest)


def signed_page(
    session: Session, cycle: Cycle, days: Sequence[SimulationDay], wanted: NoticeWanted, at: datetime, today: date
) -> tuple[list[SignedRow], int]:  # fmt: skip
    """This page of the signed list, and how many lines there are on all; only the days that it shows are read."""
    looked = [
        d for d in days if wanted.day in (None, d.day) and (wanted.day or wanted.gone or d.day >= today)
    ]
    skip = (wanted.page - 1) * PAGE
    if wanted.unit or wanted.item or (wanted.how and (wanted.day or wanted.gone)):
        found = list(_fitting(looked, wanted, _theirs(session, cycle, wanted)))
        return _rows(session, found[skip : skip + PAGE], at), len(found)
    numbers = [_number(day, wanted) for day in looked]
    count, left = sum(numbers), list(zip(looked, numbers, strict=True))
    while left and skip >= left[0][1]:
        skip -= left.pop(0)[1]
    lines = _fitting((day for day, _ in left), wanted, None)
    return _rows(session, list(islice(lines, skip, skip + PAGE)), at), count


def _number(day: SimulationDay, wanted: NoticeWanted) -> int:
    """How many lines of a day are looked for, from its counts alone."""
    if wanted.day or wanted.gone:
        return day.notices + day.void
    by_how = {"nobody": day.unreachable, Delivery.ALONE: day.alone, Delivery.DIGEST: day.notices - day.alone}
    return by_how.get(wanted.how, day.notices)


def _fitting(
    days: Iterable[SimulationDay], wanted: NoticeWanted, theirs: set[int] | None
) -> Iterator[SignedLine]:
    """The lines looked for, day by day, in the order of sending."""
    for day in days:
        lines = [n for n in lines_of(day) if wanted.has(n) and (theirs is None or n.assignment_id in theirs)]
        yield from sorted(lines, key=lambda n: (n.send_after, n.rung, n.assignment_id))


def _theirs(session: Session, cycle: Cycle, wanted: NoticeWanted) -> set[int] | None:
    if not (wanted.unit or wanted.item):
        return None
    query = select(Assignment.id).where(Assignment.cycle_id == cycle.id)
    if wanted.unit:
        query = query.where(col(Assignment.unit_id).in_(select(Unit.id).where(Unit.name == wanted.unit)))
    if wanted.item:
        mine = select(PlanItem.id).where(PlanItem.plan_id == cycle.plan_id, PlanItem.code == wanted.item)
        query = query.where(col(Assignment.item_id).in_(mine))
    return {number or 0 for number in session.exec(query)}


def _rows(session: Session, lines: Sequence[SignedLine], at: datetime) -> list[SignedRow]:
    ids = sorted({n.assignment_id for n in lines})
    query = (
        sa.select(col(Assignment.id), col(PlanItem.code), col(Unit.name), *(col(c) for c in (
            Assignment.version, Assignment.due_on, Assignment.original_due_on)))
        .join(PlanItem, col(PlanItem.id) == col(Assignment.item_id))
        .join(Unit, col(Unit.id) == col(Assignment.unit_id)).where(col(Assignment.id).in_(ids))
    )  # fmt: skip
    named = {number: rest for number, *rest in ask(session, query)}
    known, exact = ended(session, ids)
    addresses = addresses_of(session, {n.recipient for n in lines if n.recipient})
    rows: list[SignedRow] = []
    for n in lines:
        code, unit, version, due_on, first_due_on = named[n.assignment_id]
        day, moment = date.fromisoformat(n.day), datetime.fromisoformat(n.send_after)
        due = due_on if version == n.version else first_due_on
        end = exact.get((*n.rung_key, n.recipient)) or known.get(n.rung_key)
        rows.append(SignedRow(
            n.assignment_id, code, unit, n.rung, day, moment, addresses.get(n.recipient, ""), n.delivery,
            why(n.rung, day, due, escalation=n.rung.startswith("E")), n.void,
            end or (TO_COME if moment > at else ""),
        ))  # fmt: skip
    return rows


def choices_of(session: Session, cycle: Cycle) -> tuple[list[str], list[str]]:
    """The units and items of a year, for a choice: units as in a dictionary, items as in the text."""
    mine = Assignment.cycle_id == cycle.id
    units = session.exec(
        select(Unit.name).where(col(Unit.id).in_(select(Assignment.unit_id).where(mine).distinct()))
    )
    items = select(PlanItem.code).where(
        col(PlanItem.id).in_(select(Assignment.item_id).where(mine).distinct())
    )
    names = sorted(set(units), key=vietnamese)
    return names, list(dict.fromkeys(session.exec(items.order_by(col(PlanItem.position)))))
