"""What the pages about one plan share: the plan and item of an address, and the years that can be chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.errors import NotFound, Problem
from models.cycles import Assignment, Cycle
from models.people import Unit
from models.plans import Plan, PlanItem
from models.queries import ask
from models.timing import late, many
from plan.lifecycle import OPEN, WorkState
from web.overview import COUNTED
from web.visit import Visit

NAMED = 6
"""How many units are named beside a task before they are only counted."""


def the_plan(session: Session, number: int) -> Plan:
    """The plan with this number in its address."""
    plan = session.get(Plan, number)
    if plan is None:
        raise NotFound([Problem(f"there is no plan {number}", f"không có kế hoạch số {number}")])
    return plan


def the_item(session: Session, number: int, item_id: int) -> PlanItem:
    """The item of this plan with this id."""
    item = session.get(PlanItem, item_id)
    if item is None or item.plan_id != number:
        raise NotFound([Problem(f"plan {number} has no item {item_id}", "kế hoạch này không có nhiệm vụ đó")])
    return item


def chosen_year(visit: Visit, plan: Plan) -> int:
    """The year that a page is about: as asked for, else the first year that the plan is for."""
    asked = visit.form.text("year") or visit.request.query_params.get("year", "")
    if asked.isascii() and asked.isdigit() and 1996 <= int(asked) <= 2098:
        return int(asked)
    years = said_years(plan)
    return years[0] if years else plan.signed_on.year


def said_years(plan: Plan) -> list[int]:
    """The years that the document says it is for."""
    return [int(year) for year in cast("list[Any]", plan.header.get("years") or [])]


def years_of(plan: Plan, cycles: Sequence[int], chosen: int) -> list[int]:
    """The years that can be chosen for a plan."""
    said = said_years(plan)
    span = range(min(said), max(said) + 1) if said else range(plan.signed_on.year, plan.signed_on.year + 2)
    return sorted({*span, *cycles, chosen})


def known_years(session: Session, plan: Plan, chosen: int) -> list[int]:
    """The years of a plan's tabs: those it is for, those it has, and the one that is looked at."""
    return years_of(plan, list(session.exec(select(Cycle.year).where(Cycle.plan_id == plan.id))), chosen)


@dataclass(frozen=True)
class ItemStands:
    """How one item stands in a year: how many units have it, and how many of their tasks are done, late, all."""

    units: int
    tasks: int
    done: int
    late: int


def how_items_stand(session: Session, cycle: Cycle | None, at: datetime) -> dict[int, ItemStands]:
    """How every item that somebody has in this year stands at a moment."""
    if cycle is None:
        return {}
    overdue = sa.and_(col(Assignment.state).in_(OPEN), late(at))
    query = sa.select(
        col(Assignment.item_id), sa.func.count(sa.distinct(col(Assignment.unit_id))),
        many(col(Assignment.state).in_(COUNTED)), many(col(Assignment.state) == WorkState.COMPLETED), many(overdue),
    ).where(col(Assignment.cycle_id) == cycle.id)  # fmt: skip
    rows = ask(session, query.group_by(col(Assignment.item_id)))
    return {item: ItemStands(*counts) for item, *counts in rows}


def given_to(session: Session, cycle: Cycle | None, units: Mapping[int, int]) -> dict[int, list[str]]:
    """The units that have each item in this year, where they are few; `units` says how many have each."""
    few = [item for item, count in units.items() if count <= NAMED]
    if cycle is None or not few:
        return {}
    query = (
        select(Assignment.item_id, Unit.name).join(Unit, col(Unit.id) == col(Assignment.unit_id)).distinct()
    )
    query = query.where(Assignment.cycle_id == cycle.id, col(Assignment.item_id).in_(few)).order_by(Unit.name)
    out: dict[int, list[str]] = {}
    for item, name in session.exec(query):
        out.setdefault(item, []).append(name)
    return out


def how_many(session: Session, cycle: Cycle | None) -> dict[int, int]:
    """How many units have each item in this year."""
    if cycle is None:
        return {}
    query = select(Assignment.item_id, sa.func.count(sa.distinct(col(Assignment.unit_id))))
    return dict(
        session.exec(query.where(Assignment.cycle_id == cycle.id).group_by(col(Assignment.item_id))).all()
    )
