"""Questions that several rooms ask of the database. They take a session and never commit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy.orm import defer
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import Session, col, select

from models.cycles import Assignment, Cycle, CycleState
from models.engine import Switch
from models.people import GroupMember, Person, Unit, UnitGroup
from models.plans import Plan, PlanItem


def ask(session: Session, query: Any) -> Any:
    """The rows that a query of several columns answers: asked of the session itself, so that its sight holds."""
    return cast("Any", session).exec(query)


def newest_plan(session: Session, number: str, year: int | None = None) -> Plan | None:
    """The newest version of the plan with this number, of the year it was signed in if given."""
    query = (
        select(Plan).where(Plan.number == number).order_by(col(Plan.year).desc(), col(Plan.version).desc())
    )
    return session.exec(query.where(Plan.year == year) if year else query).first()


def items_of(session: Session, plan_id: int) -> Sequence[PlanItem]:
    """The items of a plan in the order of its text."""
    return session.exec(
        select(PlanItem).where(PlanItem.plan_id == plan_id).order_by(col(PlanItem.position))
    ).all()


def cycle_of(session: Session, plan_id: int, year: int) -> Cycle | None:
    """A plan's cycle in one year."""
    return session.exec(select(Cycle).where(Cycle.plan_id == plan_id, Cycle.year == year)).one_or_none()


def assignments_of(session: Session, cycle_id: int) -> Sequence[Assignment]:
    """The assignments of a cycle, by item and unit."""
    query = select(Assignment).where(Assignment.cycle_id == cycle_id)
    return session.exec(
        query.order_by(col(Assignment.item_id), col(Assignment.unit_id), col(Assignment.id))
    ).all()


def units_by_code(session: Session) -> dict[str, Unit]:
    """Every unit by its code."""
    return {unit.code: unit for unit in session.exec(select(Unit))}


def group_members(session: Session) -> dict[str, list[Unit]]:
    """The active units of every group, by the group's code."""
    rows = session.exec(
        select(UnitGroup.code, Unit)
        .join(GroupMember, col(GroupMember.group_id) == col(UnitGroup.id))
        .join(Unit, col(Unit.id) == col(GroupMember.unit_id))
        .where(col(Unit.active))
        .order_by(col(Unit.id))
    )
    out: dict[str, list[Unit]] = {}
    for code, unit in rows:
        out.setdefault(code, []).append(unit)
    return out


def person(session: Session, code: str) -> Person | None:
    """The active person with this code."""
    return session.exec(select(Person).where(Person.code == code, col(Person.active))).one_or_none()


@dataclass(frozen=True)
class Named:
    """An assignment with everything by which people know it."""

    assignment: Assignment
    item: PlanItem
    plan: Plan
    unit: Unit
    cycle: Cycle


def named(session: Session, *where: object) -> list[Named]:
    """The assignments that meet every condition, with their item, plan, unit and cycle."""
    found = session.exec(
        select(Assignment)
        .join(PlanItem, col(PlanItem.id) == col(Assignment.item_id))
        .join(Plan, col(Plan.id) == col(PlanItem.plan_id))
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .where(*where)  # pyright: ignore[reportArgumentType]
        .order_by(col(PlanItem.position), col(Unit.id), col(Assignment.id))
    ).all()
    # what many assignments share is read once; beside each of 20,000 it would be decoded 20,000 times
    items = {i.id or 0: i for i in _with_ids(session, PlanItem, {a.item_id for a in found})}
    plans = {p.id or 0: p for p in _with_ids(session, Plan, {i.plan_id for i in items.values()}, _NO_TEXT)}
    units = {u.id or 0: u for u in _with_ids(session, Unit, {a.unit_id for a in found})}
    cycles = {c.id or 0: c for c in _with_ids(session, Cycle, {a.cycle_id for a in found})}
    return [
        Named(a, items[a.item_id], plans[items[a.item_id].plan_id], units[a.unit_id], cycles[a.cycle_id])
        for a in found
    ]


AT_ONCE = 500
"""How many ids one statement asks for, which every database takes."""

_Row = TypeVar("_Row", PlanItem, Plan, Unit, Cycle)


_NO_TEXT = defer(Plan.text)  # pyright: ignore[reportArgumentType]
"""A plan's text is long, and nobody reads it beside an assignment; it is there when asked for."""


def _with_ids(
    session: Session, table: type[_Row], ids: set[int], *options: ExecutableOption
) -> Iterator[_Row]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), AT_ONCE):
        some = col(table.id).in_(ordered[start : start + AT_ONCE])
        yield from session.exec(select(table).where(some).options(*options))


def armed(session: Session) -> list[Cycle]:
    """The cycles that are running."""
    return list(session.exec(select(Cycle).where(Cycle.state == CycleState.ARMED)))


def switch(session: Session, name: str, default: str = "") -> str:
    """The value of a switch that lives with the data."""
    row = session.get(Switch, name)
    return row.value if row else default
