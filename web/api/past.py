"""Assignments as they stood at the end of a past day."""

from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel
from sqlmodel import col, select

from actions.errors import Problem, Refused
from actions.people import units_of
from models.as_of import Past, assignments_at
from models.people import PersonRole, Unit
from models.plans import Plan, PlanItem
from plan.clock import local_day, local_moment
from plan.lifecycle import TimeState, WorkState
from web.api.answers import LISTS
from web.api.caller import ReadsLedger
from web.api.listing import Asked, Id, PageOf

router = APIRouter(prefix="/past", tags=["assignments"])

FIRST = date(1996, 1, 1)


class PastOut(BaseModel):
    """One assignment as it stood then; plan, item and unit under the names they have now."""

    id: int
    plan: str
    item: str
    unit: str
    occurrence: str
    state: WorkState
    time_state: TimeState
    due_on: date | None
    original_due_on: date | None


@router.get("/{day}/assignments", responses=LISTS)
def assignments(
    day: Annotated[date, Path(description="A day in Vietnam that is not in the future")], who: ReadsLedger,
    asked: Asked, plan: Id | None = None, unit: Id | None = None,
) -> PageOf[PastOut]:  # fmt: skip
    """The assignments of the years that ran then, with their states and deadlines of the end of that day."""
    if not FIRST <= day <= local_day(who.at):
        raise Refused([Problem(
            f"day: between {FIRST} and today", f"day: từ {FIRST:%d/%m/%Y} đến hôm nay",
        )])  # fmt: skip
    at = min(local_moment(day, time(23, 59, 59)), who.at)
    with who.looking() as session:
        unit_only = who.person.role is PersonRole.UNIT
        units = units_of(session, who.person, who.at) if unit_only else None
        found = sorted(
            (
                past for past in assignments_at(session, at, who.at, plan=plan, unit=unit)
                if past.number > asked.after
                and (units is None or past.unit_id in units)
            ),
            key=lambda past: past.number,
        )[: asked.limit + 1]  # fmt: skip
        items = session.exec(
            select(PlanItem.id, PlanItem.code, Plan.number).join(Plan, col(Plan.id) == col(PlanItem.plan_id))
            .where(col(PlanItem.id).in_({p.item_id for p in found}))
        ).all()  # fmt: skip
        names = {number: (code, plan_number) for number, code, plan_number in items}
        codes = dict(
            session.exec(select(Unit.id, Unit.code).where(col(Unit.id).in_({p.unit_id for p in found}))).all()
        )
    return asked.page(found, lambda p: p.number, lambda p: _shown(p, names[p.item_id], codes[p.unit_id], at))


def _shown(past: Past, name: tuple[str, str], unit: str, at: datetime) -> PastOut:
    return PastOut(
        id=past.number, plan=name[1], item=name[0], unit=unit, occurrence=past.occurrence, state=past.state,
        time_state=past.time_state(at), due_on=past.due_on, original_due_on=past.original_due_on,
    )  # fmt: skip
