"""What a unit does about a task, from a mailed link or signed in: the page, and each of its forms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import disputes, extensions, moves
from actions.drafts import draft_of, forget_drafts, keep_draft
from actions.errors import Problem, Refused
from actions.papers import remember
from actions.people import Doer
from models.cycles import Assignment, AssignmentMove
from models.database import reading
from models.evidence import Submission, SubmissionPaper, Verdict
from models.queries import Named, named
from plan.lifecycle import WorkState
from tasks.mail import line
from web.answering import LinkEnded, dealings
from web.forms import Form, wrong
from web.uploads import Upload
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
    """The page for a link that opens nothing: why, and how to get on; a known mailbox can be sent a new one."""
    status = 410 if isinstance(error, LinkEnded) else 404
    contact = error.contact if isinstance(error, LinkEnded) else None
    where = _covered(contact.address) if contact and "@" in contact.address else ""
    return visit.page(
        "link-ended.html", status=status, problems=error.problems, where=where, asked=False,
        known=bool(where), contact=visit.place.settings.mail_reply_to or visit.place.settings.mail_from,
    )  # fmt: skip


def _covered(address: str) -> str:
    """An address as somebody who knows it recognizes it, and nobody else learns it: v…@so-a.example."""
    name, _, host = address.partition("@")
    return f"{name[:1]}…@{host}"


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
        number = row.assignment.id or 0
        draft = None if visit.form.typed() else draft_of(session, desk.doer(row), number)
        if draft is not None:
            kept = visit.uploads.again(draft.fields.get("kept", []))
        return visit.page(
            "answer.html", desk=desk, row=row, task=line(row, visit.at), also=_nearest(desk.also(row), row), kept=kept,
            draft=draft,
            passed=dealings(session, number), base=f"{desk.home}/{number}", problems=problems,
            stands=_stands(session, row), evidence=f"{desk.home}/{number}/evidence" if visit.link else "/evidence",
            typed=Form.of(draft.fields) if draft is not None else visit.form,
        )  # fmt: skip


@dataclass(frozen=True)
class Stands:
    """Why a task is not open: the last move's reason, and where the work is now."""

    reason: str = ""
    unit: str = ""
    plan: str = ""


def _stands(session: Session, row: Named) -> Stands:
    a = row.assignment
    if a.state not in (WorkState.CANCELLED, WorkState.REPLACED, WorkState.SUSPENDED):
        return Stands()
    moved = select(AssignmentMove).where(AssignmentMove.assignment_id == a.id)
    last = session.exec(moved.order_by(col(AssignmentMove.id).desc())).first()
    heir = next(iter(named(session, Assignment.replaces_id == a.id)), None)
    return Stands(
        last.reason if last else "", heir.unit.name if heir else "", heir.plan.number if heir else ""
    )


ALSO = 40
"""How many other tasks a page offers to be answered together with one."""


def _nearest(others: Sequence[Named], row: Named) -> list[Named]:
    """The other tasks that one answer most likely serves too: of the same item, then of the same plan, by deadline."""
    near = sorted(others, key=lambda r: (r.item.id != row.item.id, r.plan.id != row.plan.id))
    return near[:ALSO]


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


def save_draft(visit: Visit, opener: Opener, number: int) -> Response:
    """Keep an unsent answer with its files; the coordinator sees nothing of it."""
    kept: list[Upload] = []
    try:
        _take(visit, opener, number, kept, "files", "photo")
    except Refused as error:
        return visit.refused(error, lambda problems: show_task(visit, opener, number, problems, kept))
    fields = {n: v for n, v in visit.form.typed().items() if n in _DRAFTED}
    fields["kept"] = [upload.token for upload in kept]

    def step(session: Session, desk: Desk, row: Named) -> None:
        keep_draft(session, number, desk.doer(row), visit.at, fields)

    return act(visit, opener, number, step, "draft", kept)


_DRAFTED = ("note", "paper_on", "also")


def _take(visit: Visit, opener: Opener, number: int, kept: list[Upload], *fields: str) -> None:
    """Take a form's files into the store, onto `kept`; nobody fills the store where there is nothing to answer."""
    uploads = visit.uploads
    kept += uploads.again(visit.form.all("kept"))
    with reading(visit.url) as session:
        opener(session, visit).task(number)
    for field in fields:
        kept += uploads.take(visit.form.files(field), field)


def hand_in(visit: Visit, opener: Opener, number: int) -> Response:
    """Hand in words and files, for this task and for others of the same unit; sent twice, it counts once."""
    kept: list[Upload] = []
    try:
        _take(visit, opener, number, kept, "files", "photo")
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
        served = [row, *(others[n] for n in visit.form.numbers("also") if n in others)]
        forget_drafts(session, desk.doer(row), [one.assignment.id or 0 for one in served])
        for one in served:
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
    """Ask for a later date, with the paper that asks for it if there is one."""
    kept: list[Upload] = []
    try:
        _take(visit, opener, number, kept, "paper")
    except Refused as error:
        return visit.refused(error, lambda problems: show_task(visit, opener, number, problems))

    def step(session: Session, desk: Desk, row: Named) -> None:
        new = visit.form.day("new_due_on")
        if new is None:
            raise wrong("new_due_on", "hãy ghi ngày đề nghị lùi đến", "give the day you ask for")
        for upload in kept:
            remember(session, upload.kept, visit.at)
        reason, files = visit.form.text("reason"), [upload.stored for upload in kept]
        extensions.ask(session, number, desk.doer(row), visit.at, new_due_on=new, reason=reason, files=files)

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
