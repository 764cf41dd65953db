"""Plans with their years and their tasks."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session, col, select

from actions.errors import NotFound, Problem
from models.cycles import Cycle
from models.plans import ItemStatus, Plan, PlanItem
from web.api.answers import LISTS, READS
from web.api.assignments import Number
from web.api.caller import OVERSEERS, Caller, Reads
from web.api.listing import Asked, PageOf, Text
from web.api.shapes import CycleOut, ItemOut, PlanOut, PlanWhole
from web.reach import reaches

router = APIRouter(prefix="/plans", tags=["plans"])


@router.get("", responses=LISTS)
def plans(
    who: Reads, asked: Asked, number: Text = None, year: Annotated[int | None, Query(ge=1900, le=2999)] = None
) -> PageOf[PlanOut]:
    """Every version of every plan, by number of entry."""
    who.must_be(OVERSEERS)
    with who.looking() as session:
        query = select(Plan).where(col(Plan.id) > asked.after)
        query = query.where(Plan.number == number) if number else query
        query = query.where(Plan.year == year) if year else query
        rows = session.exec(query.order_by(col(Plan.id)).limit(asked.limit + 1)).all()
        return asked.of(rows, PlanOut.model_validate)


def the_plan(session: Session, who: Caller, number: int) -> Plan:
    """The plan with this number, if the caller may see it; raises :class:`NotFound`."""
    who.must_be(OVERSEERS)
    found = session.get(Plan, number)
    if found is None or not reaches(session, who.person, number, None, who.at):
        raise NotFound([Problem(f"there is no plan {number}", f"không có kế hoạch số {number}")])
    return found


def whole(session: Session, found: Plan) -> PlanWhole:
    """One version of a plan with its years, as programs see it."""
    years = session.exec(select(Cycle).where(Cycle.plan_id == found.id).order_by(col(Cycle.year))).all()
    return PlanWhole(
        **PlanOut.model_validate(found).model_dump(), signer=found.signer, kind=found.kind,
        warnings=list(found.warnings), cycles=[CycleOut.model_validate(year) for year in years],
    )  # fmt: skip


@router.get("/{number}", responses=READS)
def plan(number: Number, who: Reads) -> PlanWhole:
    """One version of a plan with its years."""
    with who.looking() as session:
        return whole(session, the_plan(session, who, number))


@router.get("/{number}/items", responses=LISTS)
def items(number: Number, who: Reads, asked: Asked, status: ItemStatus | None = None) -> PageOf[ItemOut]:
    """The tasks of a plan in the order of its text."""
    with who.looking() as session:
        the_plan(session, who, number)
        query = select(PlanItem).where(PlanItem.plan_id == number, col(PlanItem.position) > asked.after)
        query = query.where(PlanItem.status == status) if status else query
        rows = session.exec(query.order_by(col(PlanItem.position)).limit(asked.limit + 1)).all()
        return asked.page(rows, lambda row: row.position, ItemOut.model_validate)
