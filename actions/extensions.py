"""More time: a request with a reason and a new date, answered by a coordinator; the old date is kept."""

from collections.abc import Iterator
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.chasing import Rules, restart, void_rest
from actions.errors import ChangedMeanwhile, NotFound, Problem, Refused, refuse_if
from actions.events import owe_event
from actions.moves import assignment_numbered
from actions.people import Doer
from models import ledger
from models.cycles import Assignment, Extension, ExtensionState
from models.plans import Plan, PlanItem
from models.standing import coordinators
from plan.clock import local_day
from plan.kinds import NoticeKind
from plan.ladder import Audience, Delivery
from plan.lifecycle import UNFINISHED


def ask(
    session: Session, number: int, doer: Doer, at: datetime, *, new_due_on: date, reason: str
) -> Extension:
    """Ask for a later date. One request at a time; raises :class:`Refused` with everything that is wrong with it."""
    assignment = assignment_numbered(session, number)
    doer.must_reach(assignment)
    _check(session, assignment, new_due_on, reason, at)
    request = Extension(
        assignment_id=number, old_due_on=assignment.due_on, new_due_on=new_due_on, reason=reason.strip(),
        requested_by=doer.actor.who, requested_at=at,
    )  # fmt: skip
    session.add(request)
    session.flush()
    ledger.record(
        session, at, doer.actor, "extension.requested", f"extension:{request.id}",
        assignment=number, old=assignment.due_on, new=new_due_on, reason=reason,
    )  # fmt: skip
    owe_event(
        session,
        assignment,
        NoticeKind.EXTENSION_ASKED,
        coordinators(session),
        at,
        Delivery.DIGEST,
        serial=request.id,
        detail=reason,
    )
    return request


def _check(session: Session, assignment: Assignment, new_due_on: date, reason: str, at: datetime) -> None:
    number, today = assignment.id, local_day(at)
    problems: list[Problem] = []
    if assignment.state not in UNFINISHED:
        problems.append(_over(assignment))
    problems += _wrong_day(assignment, new_due_on, today)
    if not reason.strip():
        problems.append(Problem("an extension needs a reason", "xin gia hạn phải nêu lý do"))
    open_one = select(Extension).where(
        Extension.assignment_id == number, Extension.state == ExtensionState.REQUESTED
    )
    if session.exec(open_one).first():
        problems.append(
            Problem(
                f"assignment {number} has a request waiting already",
                f"việc giao số {number} đang có một đề nghị chờ trả lời",
            )
        )
    refuse_if(problems)


def _wrong_day(assignment: Assignment, new_due_on: date, today: date) -> Iterator[Problem]:
    number = assignment.id
    if assignment.due_on is None:
        yield Problem(
            f"assignment {number} has no deadline to extend",
            f"việc giao số {number} không có thời hạn để gia hạn",
        )
    elif new_due_on <= assignment.due_on:
        yield Problem(
            f"the new date {new_due_on} is not after the present one {assignment.due_on}",
            f"thời hạn mới {new_due_on:%d/%m/%Y} không sau thời hạn hiện tại {assignment.due_on:%d/%m/%Y}",
        )
    if new_due_on < today:
        yield Problem(
            f"the new date {new_due_on} lies in the past", f"thời hạn mới {new_due_on:%d/%m/%Y} đã qua"
        )


def _over(assignment: Assignment) -> Problem:
    number, state = assignment.id, assignment.state
    return Problem(f"assignment {number} is {state}", f"việc giao số {number} đã kết thúc ({state})")


def answer(
    session: Session,
    request_id: int,
    doer: Doer,
    at: datetime,
    rules: Rules,
    *,
    grant: bool,
    words: str = "",
    new_due_on: date | None = None,
) -> Extension:
    """Grant (with another date if wanted) or refuse a request; granting voids what was owed about the old date.

    Raises :class:`ChangedMeanwhile` when somebody has answered it in the meantime.
    """
    doer.must_coordinate()
    request = session.get(Extension, request_id)
    if request is None:
        raise NotFound([Problem(f"there is no request {request_id}", f"không có đề nghị số {request_id}")])
    assignment = assignment_numbered(session, request.assignment_id)
    if not grant and not words.strip():
        raise Refused.because("a refusal needs a reason", "từ chối phải nêu lý do")
    session.refresh(
        assignment, with_for_update=True
    )  # before the request, in the order in which moves lock them
    _claim(session, request, ExtensionState.GRANTED if grant else ExtensionState.REFUSED, doer, at, words)
    if grant and assignment.state not in UNFINISHED:
        raise Refused([_over(assignment)])
    if grant:
        request.new_due_on = new_due_on or request.new_due_on
        session.add(request)
        _extend(session, assignment, new_due_on or request.new_due_on, doer, at, rules)
    ledger.record(
        session, at, doer.actor, f"extension.{request.state}", f"extension:{request_id}",
        assignment=assignment.id, old=request.old_due_on, new=assignment.due_on, answer=words,
    )  # fmt: skip
    to = rules.directory.who(assignment.unit_id, Audience.UNIT, local_day(at))
    owe_event(
        session,
        assignment,
        NoticeKind.EXTENSION_DECISION,
        to,
        at,
        Delivery.ALONE,
        serial=request_id,
        detail=words,
        hours=rules.hours,
    )
    return request


def _claim(
    session: Session, request: Extension, state: ExtensionState, doer: Doer, at: datetime, words: str
) -> None:
    guarded = sa.update(Extension).where(
        col(Extension.id) == request.id, col(Extension.state) == ExtensionState.REQUESTED
    )
    values = {"state": state, "decided_by": doer.actor.who, "decided_at": at, "answer": words.strip()}
    if session.connection().execute(guarded.values(**values)).rowcount != 1:
        raise ChangedMeanwhile([Problem(
            f"request {request.id} has been answered already: {request.state}",
            f"đề nghị số {request.id} đã được trả lời: {request.state}",
        )])  # fmt: skip
    session.refresh(request)


def _extend(
    session: Session, assignment: Assignment, new_due_on: date, doer: Doer, at: datetime, rules: Rules
) -> None:
    refuse_if(list(_wrong_day(assignment, new_due_on, local_day(at))))
    item = session.get_one(PlanItem, assignment.item_id)
    days_off = session.get_one(Plan, item.plan_id).days_off
    void_rest(session, assignment, f"extended to {new_due_on}", at, doer.actor, rules)
    assignment.due_on = rules.calendar.move(new_due_on, days_off)
    restart(session, assignment, at, rules)
