"""Which plans a coordinator has: all of them, or some, chosen by the administrator."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import rights
from actions.errors import NotFound, Problem
from models.accounts import PlanScope
from models.database import reading
from models.people import Person, PersonRole
from models.plans import Plan
from web.visit import Administering, Visit

router = APIRouter(prefix="/people/{number}/plans")


def _coordinator(session: Session, number: int) -> Person:
    person = session.get(Person, number)
    if person is None or person.role is not PersonRole.COORDINATOR:
        raise NotFound(
            [Problem(f"nobody with the number {number} coordinates", f"số {number} không phải đầu mối")]
        )
    return person


@router.get("")
def show(number: int, visit: Administering) -> Response:
    """The plans, with a box beside each."""
    return _page(visit, number)


def _page(visit: Visit, number: int, problems: Sequence[Problem] = ()) -> Response:
    with reading(visit.url) as session:
        person = _coordinator(session, number)
        chosen = set(session.exec(select(PlanScope.plan_id).where(PlanScope.person_id == number)))
        plans = session.exec(select(Plan).order_by(col(Plan.signed_on).desc(), col(Plan.id).desc())).all()
        newest = {(p.number, p.year): p for p in reversed(plans)}
        mine = {(p.number, p.year) for p in plans if p.id in chosen}
        return visit.page(
            "plan-limits.html",
            person=person,
            plans=list(reversed(newest.values())),
            mine=mine,
            problems=problems,
        )


@router.post("")
def save(number: int, visit: Administering) -> Response:
    """Limit the coordinator to the plans that are ticked, in every version; without any tick they have all."""

    def step(session: Session) -> None:
        person = _coordinator(session, number)
        known = set(session.exec(select(Plan.id).where(col(Plan.id).in_(visit.form.numbers("plans")))))
        rights.limit(session, person, {n for n in known if n}, at=visit.at, actor=visit.actor)

    return visit.does(step, "/people", "saved", lambda p: _page(visit, number, p))
