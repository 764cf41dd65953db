"""A unit says that a task is not its own; a coordinator moves it, or says why it stays."""

from datetime import datetime

from sqlmodel import Session, col, select

from actions.chasing import Rules
from actions.errors import NotFound, Problem, Refused
from actions.events import owe_event
from actions.moves import assignment_numbered, reassign
from actions.people import Doer
from actions.rights import coordinators_of
from models import ledger
from models.cycles import Assignment
from models.disputes import Dispute
from models.people import Unit
from plan.clock import local_day
from plan.kinds import NoticeKind
from plan.ladder import Audience, Delivery
from plan.lifecycle import OPEN


def dispute(session: Session, number: int, doer: Doer, at: datetime, reason: str) -> Dispute:
    """Say that a task is somebody else's. It stays owed until a coordinator has answered, who is told with the digest.

    Raises :class:`Refused` without a reason, for a task that is handed in or finished, and while one is open.
    """
    assignment = assignment_numbered(session, number)
    doer = doer.reaching(assignment)
    _check(session, assignment, reason)
    raised = Dispute(
        assignment_id=number, reason=reason.strip(), raised_by=doer.actor.who, on_behalf=doer.actor.on_behalf,
        raised_at=at,
    )  # fmt: skip
    session.add(raised)
    session.flush()
    ledger.record(
        session,
        at,
        doer.actor,
        "dispute.raised",
        f"dispute:{raised.id}",
        assignment=number,
        reason=raised.reason,
    )
    to = coordinators_of(session, assignment.cycle_id)
    owe_event(
        session,
        assignment,
        NoticeKind.DISPUTED,
        to,
        at,
        Delivery.DIGEST,
        detail=raised.reason,
        serial=raised.id,
    )
    return raised


def _check(session: Session, assignment: Assignment, reason: str) -> None:
    number = assignment.id
    if not reason.strip():
        raise Refused.because(
            "say whose task it is, or why it is not yours", "hãy nêu lý do, hoặc việc này thuộc đơn vị nào"
        )
    if assignment.state not in OPEN:
        raise Refused.because(
            f"assignment {number} is {assignment.state}; only an open task can be disputed",
            f"việc giao số {number} không còn mở, không thể đề nghị xem lại việc giao",
        )
    if _open(session, number or 0) is not None:
        raise Refused.because(
            f"assignment {number}: it has been said already and waits for an answer",
            f"việc giao số {number}: đề nghị trước đang chờ trả lời",
        )


def _open(session: Session, number: int) -> Dispute | None:
    waiting = select(Dispute).where(Dispute.assignment_id == number, col(Dispute.answered_at).is_(None))
    return session.exec(waiting).first()


def answer(
    session: Session,
    dispute_id: int,
    doer: Doer,
    at: datetime,
    rules: Rules,
    *,
    words: str,
    unit: Unit | None = None,
) -> Assignment:
    """Answer a dispute: give the task to `unit`, or without one say why it stays. Both need words; both units are told.

    Answers the assignment that stands now.
    """
    doer.must_coordinate()
    found = session.get(Dispute, dispute_id)
    if found is None:
        raise NotFound(
            [Problem(f"there is no dispute {dispute_id}", f"không có đề nghị xem lại số {dispute_id}")]
        )
    doer.reaching(session.get_one(Assignment, found.assignment_id))
    if found.answered_at is not None:
        raise Refused.because(
            f"dispute {dispute_id} has been answered", f"đề nghị xem lại số {dispute_id} đã được trả lời"
        )
    if not words.strip():
        raise Refused.because("an answer needs words", "trả lời phải có nội dung")
    found.answered_by, found.answered_at, found.answer = doer.actor.who, at, words.strip()
    session.add(found)
    ledger.record(
        session, at, doer.actor, "dispute.answered", f"dispute:{dispute_id}",
        assignment=found.assignment_id, moved=unit is not None, answer=found.answer,
    )  # fmt: skip
    if unit is not None:
        return reassign(session, found.assignment_id, unit, doer, at, rules, found.answer)
    stays = assignment_numbered(session, found.assignment_id)
    to = rules.directory.who(stays.unit_id, Audience.UNIT, local_day(at))
    owe_event(
        session, stays, NoticeKind.ASSIGNED, to, at, Delivery.ALONE, detail=found.answer, hours=rules.hours
    )
    return stays
