"""The unit's answer from the link in its mail, without an account. Looking changes nothing."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session
from starlette.background import BackgroundTask

from actions import moves
from actions.errors import NotFound, Problem, Refused
from actions.fresh_links import ask, contact_at
from models.database import reading, unit_of_work
from models.evidence import Paper, Submission, SubmissionPaper
from models.papers import PaperStore
from plan.lifecycle import WorkState
from tasks.mail import line
from web import answer_steps as steps
from web.answering import LinkEnded, Opened, open_link
from web.lists import PAGE, Wanted
from web.routes.evidence import download
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
    page = Wanted.of(visit.request.query_params).page
    shown = opened.tasks[(page - 1) * PAGE : page * PAGE]
    fresh = sum(r.assignment.state is WorkState.ASSIGNED for r in opened.tasks)
    return visit.page(
        "answer-list.html", desk=opened, unit=opened.unit, rows=[line(r, visit.at) for r in shown], fresh=fresh,
        page=page, size=PAGE, total=len(opened.tasks),
    )  # fmt: skip


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


@router.post("/{number}/draft")
def save_draft(token: str, number: int, visit: Anybody) -> Response:
    """Keep an unsent answer."""
    return steps.save_draft(visit, _opener(token), number)


@router.get("/{number}/evidence/{submission}/{sha256}")
def evidence(token: str, number: int, submission: int, sha256: str, visit: Anybody) -> Response:
    """One file that the unit has handed in about this task."""
    with reading(visit.url) as session:
        try:
            open_link(session, visit, token).task(number)
        except Refused as error:
            return steps.ended(visit, error)
        handed, found = (
            session.get(Submission, submission),
            session.get(SubmissionPaper, (submission, sha256)),
        )
        if handed is None or found is None or handed.assignment_id != number:
            raise NotFound([Problem("there is no such file", "không có tệp này")])
        paper = session.get_one(Paper, sha256)
    return download(PaperStore(visit.place.settings.evidence_url), paper, found.name)


@router.post("/fresh")
def fresh_link(token: str, visit: Anybody) -> Response:
    """Mail a new link to the mailbox on record; the page says the same whether there is such a mailbox or not."""
    settings = visit.place.settings
    with unit_of_work(visit.url) as session:
        try:
            open_link(session, visit, token)
            contact = None
        except LinkEnded as error:
            contact = error.contact
        except Refused:
            contact = contact_at(session, visit.form.text("address"))
        number = contact.id if contact and ask(session, contact, visit.at) else None
    page = visit.page(
        "link-ended.html",
        asked=True,
        where="",
        known=False,
        contact=settings.mail_reply_to or settings.mail_from,
    )
    if number is not None and not visit.stopped:
        page.background = BackgroundTask(visit.request.app.state.fresh_link, visit.place, number)
    return page


@router.post("/{number}/extension")
def ask_for_time(token: str, number: int, visit: Anybody) -> Response:
    """Ask for a later date."""
    return steps.ask_for_time(visit, _opener(token), number)


@router.post("/{number}/dispute")
def dispute(token: str, number: int, visit: Anybody) -> Response:
    """Say that the task is not the unit's own."""
    return steps.dispute(visit, _opener(token), number)
