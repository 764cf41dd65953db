"""The unit's answer from the link in its mail, without an account. Looking changes nothing."""

from collections.abc import Callable, Sequence

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import disputes, extensions, moves
from actions.errors import Problem, Refused
from actions.papers import remember
from models.database import reading
from models.evidence import Submission, SubmissionPaper, Verdict
from models.queries import Named
from plan.lifecycle import WorkState
from tasks.mail import line
from web.answering import LinkEnded, Opened, dealings, open_link
from web.forms import wrong
from web.uploads import Upload, Uploads
from web.visit import Anybody, Visit

router = APIRouter(prefix="/a/{token}")

LOOK = ["GET", "HEAD"]
Step = Callable[[Session, Opened, Named], object]
"""What a form of this page does about one task of the link, in one transaction."""


@router.api_route("", methods=LOOK)
def show(token: str, visit: Anybody) -> Response:
    """The tasks of a link; of a single one the task itself."""
    with reading(visit.url) as session:
        try:
            opened = open_link(session, visit, token)
        except Refused as error:
            return ended(visit, error)
        if len(opened.tasks) == 1:
            return _task_page(session, visit, opened, opened.tasks[0])
        return visit.page(
            "answer-list.html", opened=opened, rows=[(r, line(r, visit.at)) for r in opened.tasks]
        )


def ended(visit: Visit, error: Refused) -> Response:
    """The page for a link that opens nothing."""
    status = 410 if isinstance(error, LinkEnded) else 404
    return visit.page("link-ended.html", status=status, problems=error.problems)


@router.api_route("/{number}", methods=LOOK)
def show_task(token: str, number: int, visit: Anybody) -> Response:
    """One task of a link, with what can be done about it."""
    with reading(visit.url) as session:
        try:
            opened = open_link(session, visit, token)
        except Refused as error:
            return ended(visit, error)
        return _task_page(session, visit, opened, opened.task(number))


def _task_page(
    session: Session,
    visit: Visit,
    opened: Opened,
    row: Named,
    problems: Sequence[Problem] = (),
    kept: Sequence[Upload] = (),
) -> Response:
    return visit.page(
        "answer.html", opened=opened, row=row, task=line(row, visit.at),
        passed=dealings(session, row.assignment.id or 0),
        also=opened.also(row), base=f"/a/{opened.token}/{row.assignment.id}", kept=kept,
        problems=problems, typed=visit.form,
    )  # fmt: skip


def _act(
    visit: Visit, token: str, number: int, step: Step, said: str, kept: Sequence[Upload] = ()
) -> Response:
    def do(session: Session) -> None:
        opened = open_link(session, visit, token)
        step(session, opened, opened.task(number))

    return visit.does(
        do, f"/a/{token}/{number}", said, lambda problems: _again(visit, token, number, problems, kept)
    )


def _again(
    visit: Visit, token: str, number: int, problems: Sequence[Problem], kept: Sequence[Upload] = ()
) -> Response:
    """The page once more, with what is wrong; the link itself may be what is wrong."""
    with reading(visit.url) as session:
        try:
            opened = open_link(session, visit, token)
            row = opened.task(number)
        except Refused as error:
            return ended(visit, error)
        return _task_page(session, visit, opened, row, problems, kept)


@router.post("/receive")
def receive_all(token: str, visit: Anybody) -> Response:
    """Say that the unit has every task of the link."""

    def do(session: Session) -> None:
        opened = open_link(session, visit, token)
        for row in opened.tasks:
            if row.assignment.state is WorkState.ASSIGNED:
                moves.receive(session, row.assignment.id or 0, opened.doer(row), visit.at)

    return visit.does(do, f"/a/{token}", "received", lambda problems: ended(visit, Refused(problems)))


@router.post("/{number}/receive")
def receive(token: str, number: int, visit: Anybody) -> Response:
    """Say that the unit has the task."""
    return _act(
        visit, token, number, lambda s, o, r: moves.receive(s, number, o.doer(r), visit.at), "received"
    )


@router.post("/{number}/hand-in")
def hand_in(token: str, number: int, visit: Anybody) -> Response:
    """Hand in words and files, for this task and for others of the same unit; sent twice, it counts once."""
    uploads = Uploads(visit.place.settings.evidence_url, visit.key)
    kept = uploads.again(visit.form.all("kept"))
    with reading(visit.url) as session:
        try:
            open_link(session, visit, token).task(
                number
            )  # nobody fills the store through a link that opens nothing
        except Refused as error:
            return ended(visit, error)
    try:
        kept += uploads.take([*visit.form.files("files"), *visit.form.files("photo")])
        paper_on = visit.form.day("paper_on")
    except Refused as error:
        return visit.refused(error, lambda problems: _again(visit, token, number, problems, kept))
    note, files = visit.form.text("note"), [upload.stored for upload in kept]

    def step(session: Session, opened: Opened, row: Named) -> None:
        if handed_in_already(session, number, opened.doer(row).actor.who, note, {f.sha256 for f in files}):
            return
        for upload in kept:
            remember(session, upload.kept, visit.at)
        others = {r.assignment.id: r for r in opened.also(row)}
        for one in [row, *(others[n] for n in visit.form.numbers("also") if n in others)]:
            moves.submit(
                session,
                one.assignment.id or 0,
                opened.doer(one),
                visit.at,
                files=files,
                note=note,
                paper_on=paper_on,
            )

    return _act(visit, token, number, step, "handed-in", kept)


def handed_in_already(session: Session, number: int, who: str, note: str, papers: set[str]) -> bool:
    """Whether this is the second click of one handing-in: the same words and files, not yet reviewed."""
    query = select(Submission).where(
        Submission.assignment_id == number, Submission.verdict == Verdict.WAITING
    )
    last = session.exec(query.order_by(col(Submission.id).desc())).first()
    if last is None or (last.submitted_by, last.note) != (who, note):
        return False
    return papers == set(
        session.exec(select(SubmissionPaper.sha256).where(SubmissionPaper.submission_id == last.id))
    )


@router.post("/{number}/extension")
def ask_for_time(token: str, number: int, visit: Anybody) -> Response:
    """Ask for a later date."""

    def step(session: Session, opened: Opened, row: Named) -> None:
        new = visit.form.day("new_due_on")
        if new is None:
            raise wrong("new_due_on", "hãy chọn ngày đề nghị lùi đến", "choose the day you ask for")
        extensions.ask(
            session, number, opened.doer(row), visit.at, new_due_on=new, reason=visit.form.text("reason")
        )

    return _act(visit, token, number, step, "asked")


@router.post("/{number}/dispute")
def dispute(token: str, number: int, visit: Anybody) -> Response:
    """Say that the task is not the unit's own."""
    words = visit.form.text("not_ours")
    return _act(
        visit,
        token,
        number,
        lambda s, o, r: disputes.dispute(s, number, o.doer(r), visit.at, words),
        "disputed",
    )
