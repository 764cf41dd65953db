"""More time: a request with a reason and a new date, answered by a coordinator; the old date is kept."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.chasing import Rules, restart, void_rest
from actions.errors import ChangedMeanwhile, NotFound, Problem, Refused, refuse_if
from actions.events import owe_event
from actions.moves import assignment_numbered
from actions.papers import StoredFile, must_be_kept
from actions.people import Doer
from actions.rights import coordinators_of
from models import ledger
from models.cycles import Assignment, Extension, ExtensionState
from models.evidence import ExtensionPaper
from models.plans import Plan, PlanItem
from plan.clock import local_day
from plan.kinds import NoticeKind
from plan.ladder import Audience, Delivery
from plan.lifecycle import UNFINISHED


def ask(
    session: Session, number: int, doer: Doer, at: datetime, *, new_due_on: date, reason: str,
    files: Sequence[StoredFile] = (),
) -> Extension:  # fmt: skip
    """Ask for a later date, with papers that are in the store already.

    One request at a time; raises :class:`Refused` with everything that is wrong with it.
    """
    assignment = assignment_numbered(session, number)
    doer = doer.reaching(assignment)
    _check(session, assignment, new_due_on, reason, at)
    must_be_kept(session, files)
    request = Extension(
        assignment_id=number, old_due_on=assignment.due_on, new_due_on=new_due_on, reason=reason.strip(),
        requested_by=doer.actor.who, on_behalf=doer.actor.on_behalf, requested_at=at,
    )  # fmt: skip
    session.add(request)
    session.flush()
    papers = _attach(session, request, files, of_answer=False)
    ledger.record(
        session, at, doer.actor, "extension.requested", f"extension:{request.id}",
        assignment=number, old=assignment.due_on, new=new_due_on, reason=reason, papers=papers,
    )  # fmt: skip
    owe_event(
        session,
        assignment,
        NoticeKind.EXTENSION_ASKED,
        coordinators_of(session, assignment.cycle_id),
        at,
        Delivery.DIGEST,
        serial=request.id,
        detail=reason,
    )
    return request


def _attach(
    session: Session, request: Extension, files: Sequence[StoredFile], *, of_answer: bool
) -> list[str]:
    """Keep the files with the request; answers their hashes."""
    known = {file.sha256: file.name for file in files}
    session.add_all(
        ExtensionPaper(extension_id=request.id or 0, sha256=sha256, of_answer=of_answer, name=name)
        for sha256, name in known.items()
    )
    return sorted(known)


def papers_of(session: Session, requests: Iterable[int | None]) -> dict[int, list[ExtensionPaper]]:
    """The files of each of these requests, what came with the request first."""
    mine = select(ExtensionPaper).where(col(ExtensionPaper.extension_id).in_(list(requests)))
    out: dict[int, list[ExtensionPaper]] = {}
    for paper in session.exec(mine.order_by(col(ExtensionPaper.of_answer), ExtensionPaper.name)):
        out.setdefault(paper.extension_id, []).append(paper)
    return out


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
    decision: str = "",
    decision_on: date | None = None,
    files: Sequence[StoredFile] = (),
) -> Extension:
    """Grant (with another date if wanted) or refuse a request; granting voids what was owed about the old date.

    `decision` and `decision_on` are the number and date of the paper that answers, `files` the paper itself, which is
    in the store already; all of them may be left out. Raises :class:`ChangedMeanwhile` when somebody has answered it in
    the meantime.
    """
    doer.must_coordinate()
    request = session.get(Extension, request_id)
    if request is None:
        raise NotFound([Problem(f"there is no request {request_id}", f"không có đề nghị số {request_id}")])
    assignment = assignment_numbered(session, request.assignment_id)
    doer.reaching(assignment)
    refuse_if(list(_wrong_answer(grant, words, decision, decision_on, local_day(at))))
    must_be_kept(session, files)
    session.refresh(
        assignment, with_for_update=True
    )  # before the request, in the order in which moves lock them
    _claim(session, request, ExtensionState.GRANTED if grant else ExtensionState.REFUSED, doer, at, words)
    request.decision, request.decision_on = decision.strip(), decision_on
    session.add(request)
    papers = _attach(session, request, files, of_answer=True)
    if grant and assignment.state not in UNFINISHED:
        raise Refused([_over(assignment)])
    if grant:
        request.new_due_on = new_due_on or request.new_due_on
        session.add(request)
        _extend(session, assignment, new_due_on or request.new_due_on, doer, at, rules)
    ledger.record(
        session, at, doer.actor, f"extension.{request.state}", f"extension:{request_id}",
        assignment=assignment.id, old=request.old_due_on, new=assignment.due_on, answer=words,
        decision=request.decision, decision_on=decision_on, papers=papers,
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


def _wrong_answer(
    grant: bool, words: str, decision: str, decision_on: date | None, today: date
) -> Iterator[Problem]:
    if not grant and not words.strip():
        yield Problem("a refusal needs a reason", "từ chối phải nêu lý do")
    if decision_on and not decision.strip():
        yield Problem(
            f"the decision of {decision_on} has no number", f"văn bản ngày {decision_on:%d/%m/%Y} chưa ghi số"
        )
    if decision_on and decision_on > today:
        yield Problem(
            f"the date of the decision ({decision_on}) lies in the future",
            f"ngày của văn bản ({decision_on:%d/%m/%Y}) ở tương lai",
        )


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
