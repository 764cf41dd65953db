"""What a coordinator decides without being asked: more time for a task, and one notice more than its ladder owes."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from actions.chasing import Rules
from actions.errors import Problem, Refused, refuse_if
from actions.events import owe_event
from actions.extensions import answer
from actions.moves import assignment_numbered
from actions.people import Doer
from models import ledger
from models.cycles import Assignment, Extension, ExtensionState
from models.notices import Notice, NoticeState
from plan.clock import local_day
from plan.kinds import NoticeKind
from plan.ladder import Audience, Delivery
from plan.lifecycle import OPEN, TimeState, time_state


def extend(
    session: Session, number: int, doer: Doer, at: datetime, rules: Rules, *, new_due_on: date, reason: str
) -> Extension:
    """Give a task a later date; a request of the unit that waits is answered by it. The first date is kept.

    Raises :class:`Refused` without a reason and for a date that is not later, or past.
    """
    doer.must_coordinate()
    if not reason.strip():
        raise Refused.because("more time needs a reason", "gia hạn phải nêu lý do")
    assignment = assignment_numbered(session, number)
    doer.reaching(assignment)
    waiting = select(Extension).where(
        Extension.assignment_id == number, Extension.state == ExtensionState.REQUESTED
    )
    request = session.exec(waiting).first() or Extension(
        assignment_id=number, old_due_on=assignment.due_on, new_due_on=new_due_on, reason=reason.strip(),
        requested_by=doer.actor.who, requested_at=at,
    )  # fmt: skip
    session.add(request)
    session.flush()
    return answer(session, request.id or 0, doer, at, rules, grant=True, words=reason, new_due_on=new_due_on)


_KINDS = {
    TimeState.OVERDUE: NoticeKind.OVERDUE,
    TimeState.DUE_TODAY: NoticeKind.LAST_DAY,
    TimeState.UNDATED: NoticeKind.REVIEW,
}


def nudge(
    session: Session, number: int, doer: Doer, at: datetime, rules: Rules, *, words: str = ""
) -> Assignment:
    """Owe the unit one notice now, by itself, with the coordinator's own words; once a day at most.

    Raises :class:`Refused` for a task that is not open, and where nobody can receive it.
    """
    doer.must_coordinate()
    assignment = assignment_numbered(session, number)
    doer.reaching(assignment)
    to = rules.directory.who(assignment.unit_id, Audience.UNIT, local_day(at))
    refuse_if([
        *must_be_open(assignment), *([] if to else [_nobody(number)]), *_nudged_already(session, number, at)
    ])  # fmt: skip
    kind = kind_now(assignment, at)
    ledger.record(
        session, at, doer.actor, "assignment.nudged", f"assignment:{number}", kind=kind, words=words.strip()
    )
    owe_event(session, assignment, kind, to, at, Delivery.ALONE, detail=words.strip(), hours=rules.hours)
    return assignment


def kind_now(assignment: Assignment, at: datetime) -> NoticeKind:
    """What a notice by hand about this assignment is about at `at`: a coming day, the last one, one that has passed."""
    return _KINDS.get(time_state(assignment.due_on, assignment.due_time, at), NoticeKind.REMINDER)


def must_be_open(assignment: Assignment) -> list[Problem]:
    """The refusal of a notice by hand about what the unit does not owe."""
    if assignment.state in OPEN:
        return []
    return [Problem(
        f"assignment {assignment.id} is {assignment.state}; only what a unit owes can be nudged",
        f"việc giao số {assignment.id} không còn chờ đơn vị thực hiện, không cần nhắc",
    )]  # fmt: skip


def _nobody(number: int) -> Problem:
    return Problem(
        f"assignment {number}: nobody can receive it; add a contact to its unit",
        f"việc giao số {number}: không có người nhận; hãy thêm liên hệ cho đơn vị",
    )


def _nudged_already(session: Session, number: int, at: datetime) -> list[Problem]:
    """What was owed by hand today and is not void; a second click nudges nobody twice."""
    kinds = (NoticeKind.REMINDER, *_KINDS.values())
    query = select(Notice.owed_at).where(
        Notice.assignment_id == number, col(Notice.kind).in_(kinds), col(Notice.rung).contains(":"),
        Notice.state != NoticeState.VOID, ~col(Notice.rung).startswith("call:"),
    )  # fmt: skip
    if any(local_day(owed) == local_day(at) for owed in session.exec(query)):
        return [Problem(
            f"assignment {number} has been nudged today already",
            f"việc giao số {number} đã được nhắc thêm trong hôm nay",
        )]  # fmt: skip
    return []
