"""What a unit does about a task, from a mailed link or signed in: the page, and each of its forms."""

from collections.abc import Callable, Sequence
from typing import Protocol

from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import disputes, extensions, moves
from actions.errors import Problem, Refused
from actions.papers import remember
from actions.people import Doer
from models.database import reading
from models.evidence import Submission, SubmissionPaper, Verdict
from models.queries import Named
from tasks.mail import line
from web.answering import LinkEnded, dealings
from web.forms import wrong
from web.uploads import Upload, Uploads
from web.visit import Visit


class Desk(Protocol):
    """The tasks that somebody may answer for, and as whom."""

    @property
    def tasks(self) -> list[Named]:
        """The tasks."""
        ...

    @property
    def home(self) -> str:
        """The address of the list."""
        ...

    @property
    def words(self) -> tuple[str, str]:
        """Who answers here and how sure that is, in Vietnamese and English."""
        ...

    def task(self, number: int) -> Named:
        """One task; raises :class:`actions.errors.NotFound` for one that is not theirs."""
        ...

    def also(self, row: Named) -> list[Named]:
        """The other open tasks that one answer may serve too."""
        ...

    def doer(self, row: Named) -> Doer:
        """Whoever answers, for the unit of one task."""
        ...


Opener = Callable[[Session, Visit], Desk]
"""Finds the desk of a visit; raises :class:`Refused` where there is none."""
Step = Callable[[Session, Desk, Named], object]
"""What a form does about one task, in one transaction."""


def ended(visit: Visit, error: Refused) -> Response:
    """The page for a link that opens nothing."""
    status = 410 if isinstance(error, LinkEnded) else 404
    return visit.page("link-ended.html", status=status, problems=error.problems)


def show_task(
    visit: Visit,
    opener: Opener,
    number: int | None,
    problems: Sequence[Problem] = (),
    kept: Sequence[Upload] = (),
) -> Response:
    """One task with what can be done about it; without a number the only task there is."""
    with reading(visit.url) as session:
        try:
            desk = opener(session, visit)
            row = desk.tasks[0] if number is None else desk.task(number)
        except Refused as error:
            return ended(visit, error)
        return visit.page(
            "answer.html", desk=desk, row=row, task=line(row, visit.at), also=desk.also(row), kept=kept,
            passed=dealings(session, row.assignment.id or 0), base=f"{desk.home}/{row.assignment.id}",
            problems=problems, typed=visit.form,
        )  # fmt: skip


def act(
    visit: Visit, opener: Opener, number: int, step: Step, said: str, kept: Sequence[Upload] = ()
) -> Response:
    """Do one step and go back to the task; what is refused is shown there."""
    place: list[str] = []

    def do(session: Session) -> None:
        desk = opener(session, visit)
        place.append(f"{desk.home}/{number}")
        step(session, desk, desk.task(number))

    return visit.does(
        do, lambda: place[0], said, lambda problems: show_task(visit, opener, number, problems, kept)
    )


def receive(visit: Visit, opener: Opener, number: int) -> Response:
    """Say that the unit has the task."""
    return act(
        visit, opener, number, lambda s, d, r: moves.receive(s, number, d.doer(r), visit.at), "received"
    )


def hand_in(visit: Visit, opener: Opener, number: int) -> Response:
    """Hand in words and files, for this task and for others of the same unit; sent twice, it counts once."""
    uploads = Uploads(visit.place.settings.evidence_url, visit.key)
    kept = uploads.again(visit.form.all("kept"))
    with reading(visit.url) as session:
        try:
            opener(session, visit).task(number)  # nobody fills the store where there is nothing to answer
        except Refused as error:
            return ended(visit, error)
    try:
        kept += uploads.take([*visit.form.files("files"), *visit.form.files("photo")])
        paper_on = visit.form.day("paper_on")
    except Refused as error:
        return visit.refused(error, lambda problems: show_task(visit, opener, number, problems, kept))
    note, files = visit.form.text("note"), [upload.stored for upload in kept]

    def step(session: Session, desk: Desk, row: Named) -> None:
        if handed_in_already(session, number, desk.doer(row).actor.who, note, {f.sha256 for f in files}):
            return
        for upload in kept:
            remember(session, upload.kept, visit.at)
        others = {r.assignment.id: r for r in desk.also(row)}
        for one in [row, *(others[n] for n in visit.form.numbers("also") if n in others)]:
            doer = desk.doer(one)
            moves.submit(
                session, one.assignment.id or 0, doer, visit.at, files=files, note=note, paper_on=paper_on
            )

    return act(visit, opener, number, step, "handed-in", kept)


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


def ask_for_time(visit: Visit, opener: Opener, number: int) -> Response:
    """Ask for a later date."""

    def step(session: Session, desk: Desk, row: Named) -> None:
        new = visit.form.day("new_due_on")
        if new is None:
            raise wrong("new_due_on", "hãy ghi ngày đề nghị lùi đến", "give the day you ask for")
        reason = visit.form.text("reason")
        extensions.ask(session, number, desk.doer(row), visit.at, new_due_on=new, reason=reason)

    return act(visit, opener, number, step, "asked")


def dispute(visit: Visit, opener: Opener, number: int) -> Response:
    """Say that the task is not the unit's own."""
    words = visit.form.text("not_ours")
    return act(
        visit,
        opener,
        number,
        lambda s, d, r: disputes.dispute(s, number, d.doer(r), visit.at, words),
        "disputed",
    )
