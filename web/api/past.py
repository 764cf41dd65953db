"""Assignments as they stood at the end of a past day."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from models.as_of import end_of
from models.queries import Named
from plan.clock import local_day
from plan.lifecycle import TimeState, WorkState, time_state
from web.api.answers import LISTS
from web.api.caller import ReadsLedger
from web.api.listing import Asked, Id, PageOf
from web.lists import Wanted, rows_after
from web.past import asked_day

router = APIRouter(prefix="/past", tags=["assignments"])


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
    past = asked_day(day.isoformat(), local_day(who.at))
    at = end_of(past) if past else who.at
    with who.looking(past) as session:
        where = [*Wanted(plan=plan, unit=unit).where(at), *who.mine(session)]
        rows = rows_after(session, where, asked.after, asked.limit + 1)
        return asked.page(rows, lambda r: r.assignment.id or 0, lambda r: _shown(r, at))


def _shown(row: Named, at: datetime) -> PastOut:
    a = row.assignment
    return PastOut(
        id=a.id or 0, plan=row.plan.number, item=row.item.code, unit=row.unit.code, occurrence=a.occurrence,
        state=a.state, time_state=time_state(a.due_on, a.due_time, at), due_on=a.due_on,
        original_due_on=a.original_due_on,
    )  # fmt: skip
