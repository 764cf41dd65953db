"""The unit's answer from the link in its mail, without an account. Looking changes nothing."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions import moves
from actions.errors import Refused
from models.database import reading
from plan.lifecycle import WorkState
from tasks.mail import line
from web import answer_steps as steps
from web.answering import Opened, open_link
from web.visit import Anybody, Visit

router = APIRouter(prefix="/a/{token}")

LOOK = ["GET", "HEAD"]


def _opener(token: str) -> steps.Opener:
    def opener(session: Session, visit: Visit) -> Opened:
        return open_link(session, visit, token)

    return opener


@router.api_route("", methods=LOOK)
def show(token: str, visit: Anybody) -> Response:
    """The tasks of a link; of a single one the task itself."""
    with reading(visit.url) as session:
        try:
            opened = open_link(session, visit, token)
        except Refused as error:
            return steps.ended(visit, error)
    if len(opened.tasks) == 1:
        return steps.show_task(visit, _opener(token), None)
    return visit.page(
        "answer-list.html", desk=opened, unit=opened.unit, rows=[line(r, visit.at) for r in opened.tasks]
    )


@router.api_route("/{number}", methods=LOOK)
def show_task(token: str, number: int, visit: Anybody) -> Response:
    """One task of a link, with what can be done about it."""
    return steps.show_task(visit, _opener(token), number)


@router.post("/receive")
def receive_all(token: str, visit: Anybody) -> Response:
    """Say that the unit has every task of the link."""

    def do(session: Session) -> None:
        opened = open_link(session, visit, token)
        for row in opened.tasks:
            if row.assignment.state is WorkState.ASSIGNED:
                moves.receive(session, row.assignment.id or 0, opened.doer(row), visit.at)

    return visit.does(do, f"/a/{token}", "received", lambda problems: steps.ended(visit, Refused(problems)))


@router.post("/{number}/receive")
def receive(token: str, number: int, visit: Anybody) -> Response:
    """Say that the unit has the task."""
    return steps.receive(visit, _opener(token), number)


@router.post("/{number}/hand-in")
def hand_in(token: str, number: int, visit: Anybody) -> Response:
    """Hand in words and files."""
    return steps.hand_in(visit, _opener(token), number)


@router.post("/{number}/extension")
def ask_for_time(token: str, number: int, visit: Anybody) -> Response:
    """Ask for a later date."""
    return steps.ask_for_time(visit, _opener(token), number)


@router.post("/{number}/dispute")
def dispute(token: str, number: int, visit: Anybody) -> Response:
    """Say that the task is not the unit's own."""
    return steps.dispute(visit, _opener(token), number)
