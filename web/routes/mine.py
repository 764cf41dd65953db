"""The unit's own pages for people with an account: everything it owes, and the same forms as behind a mailed link."""

from dataclasses import dataclass

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col

from actions import moves
from actions.errors import NotAllowed, NotFound, Problem
from actions.people import Doer
from models.cycles import Assignment
from models.database import reading
from models.people import Unit
from models.queries import Named, named
from plan.lifecycle import UNFINISHED, WorkState
from tasks.mail import line
from web import answer_steps as steps
from web.answering import others_open
from web.lists import PAGE, RUNNING, Wanted, count, find
from web.visit import ForUnit, Visit

router = APIRouter(prefix="/mine")


@dataclass(frozen=True)
class OwnDesk:
    """The tasks of the unit that a signed-in person works for."""

    tasks: list[Named]
    who: Doer
    name: str
    home: str = "/mine"

    @property
    def words(self) -> tuple[str, str]:
        """Who answers here and how sure that is."""
        return f"{self.name}, đã đăng nhập", f"{self.name}, signed in"

    def task(self, number: int) -> Named:
        """One of the unit's tasks."""
        found = next((row for row in self.tasks if row.assignment.id == number), None)
        if found is None:
            raise NotFound([Problem("your unit has no such task", "đơn vị của bạn không có nhiệm vụ đó")])
        return found

    def also(self, row: Named) -> list[Named]:
        """The unit's other open tasks."""
        return others_open(self.tasks, row)

    def doer(self, row: Named) -> Doer:
        """The person who is signed in."""
        return self.who


def own_unit(visit: Visit) -> int:
    """The unit that a signed-in person works for; raises :class:`NotAllowed` for somebody without one."""
    if visit.me.unit_id is None:
        raise NotAllowed(
            [
                Problem(
                    "no unit is named for you; ask the administrator",
                    "bạn chưa được gắn với đơn vị nào; hãy báo quản trị",
                )
            ]
        )
    return visit.me.unit_id


def _desk(session: Session, visit: Visit) -> OwnDesk:
    """What is unfinished, and the task of the address whatever its state: a unit has thousands that are done."""
    who = visit.doer(session)
    this = int(visit.request.path_params.get("number", 0))
    wanted = sa.or_(col(Assignment.id) == this, col(Assignment.state).in_(UNFINISHED))
    where = (col(Assignment.unit_id).in_({own_unit(visit), *who.units}), RUNNING, wanted)
    rows = sorted(
        named(session, *where),
        key=lambda r: (r.assignment.due_on is None, r.assignment.due_on or r.plan.signed_on),
    )
    return OwnDesk(rows, who, visit.me.name)


@router.get("")
def show(visit: ForUnit) -> Response:
    """Everything the unit owes; what is finished is behind a link."""
    wanted = Wanted.of(visit.request.query_params, unit=own_unit(visit))
    with reading(visit.url) as session:
        where = wanted.where(visit.at)
        if not wanted.state and not wanted.when:
            where.append(col(Assignment.state).in_(UNFINISHED))
        rows = [line(r, visit.at) for r in find(session, where, page=wanted.page)]
        fresh = sum(r.work_state is WorkState.ASSIGNED for r in rows)
        return visit.page(
            "mine.html", unit=session.get_one(Unit, own_unit(visit)), rows=rows,
            total=count(session, where), wanted=wanted, size=PAGE, fresh=fresh,
        )  # fmt: skip


@router.post("/receive")
def receive_all(visit: ForUnit) -> Response:
    """Say that the unit has every task."""

    def do(session: Session) -> None:
        desk = _desk(session, visit)
        for row in desk.tasks:
            if row.assignment.state is WorkState.ASSIGNED and row.assignment.unit_id == visit.me.unit_id:
                moves.receive(session, row.assignment.id or 0, desk.who, visit.at)

    return visit.does(
        do, "/mine", "received", lambda problems: visit.page("refused.html", code=422, problems=problems)
    )


@router.get("/{number}")
def show_task(number: int, visit: ForUnit) -> Response:
    """One task, with what can be done about it."""
    return steps.show_task(visit, _desk, number)


@router.post("/{number}/receive")
def receive(number: int, visit: ForUnit) -> Response:
    """Say that the unit has the task."""
    return steps.receive(visit, _desk, number)


@router.post("/{number}/hand-in")
def hand_in(number: int, visit: ForUnit) -> Response:
    """Hand in words and files."""
    return steps.hand_in(visit, _desk, number)


@router.post("/{number}/draft")
def save_draft(number: int, visit: ForUnit) -> Response:
    """Keep an unsent answer."""
    return steps.save_draft(visit, _desk, number)


@router.post("/{number}/extension")
def ask_for_time(number: int, visit: ForUnit) -> Response:
    """Ask for a later date."""
    return steps.ask_for_time(visit, _desk, number)


@router.post("/{number}/dispute")
def dispute(number: int, visit: ForUnit) -> Response:
    """Say that the task is not the unit's own."""
    return steps.dispute(visit, _desk, number)
