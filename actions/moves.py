"""The moves of an assignment: receive, hand in, accept, return, suspend, cancel, reassign, extend.

Each is one transaction: the guarded move, its history row, what it makes void, what it owes, and the next moment.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.chasing import Rules, restart, void_rest, void_waiting
from actions.errors import ChangedMeanwhile, NotAllowed, NotFound, Problem, Refused
from actions.events import owe_event
from actions.papers import StoredFile, must_be_kept
from actions.people import Doer
from actions.rights import coordinators_of
from models import ledger
from models.cycles import Assignment, AssignmentMove, Cycle, CycleState, Extension, ExtensionState
from models.evidence import Submission, SubmissionPaper, Verdict
from models.people import Unit
from plan.clock import local_day
from plan.kinds import NoticeKind
from plan.ladder import Audience, Delivery
from plan.lifecycle import UNFINISHED, UNITS_OWN, Event, MoveRefused, WorkState, apply, in_time

_EVENT_VI = {
    Event.RECEIVE: "nhận việc", Event.SUBMIT: "nộp kết quả", Event.RETURN: "trả lại", Event.ACCEPT: "nghiệm thu",
    Event.REOPEN: "mở lại", Event.SUSPEND: "tạm dừng", Event.RESUME: "tiếp tục", Event.CANCEL: "hủy",
    Event.REPLACE: "thay thế",
}  # fmt: skip
_STATE_VI = {
    WorkState.ASSIGNED: "đã giao", WorkState.RECEIVED: "đã nhận", WorkState.SUBMITTED: "chờ nghiệm thu",
    WorkState.COMPLETED: "hoàn thành", WorkState.SUSPENDED: "tạm dừng", WorkState.CANCELLED: "đã hủy",
    WorkState.REPLACED: "đã thay thế",
}  # fmt: skip


def assignment_numbered(session: Session, number: int) -> Assignment:
    """The assignment with this number, of a running cycle; raises where there is none."""
    found = session.get(Assignment, number)
    if found is None:
        raise NotFound([Problem(f"there is no assignment {number}", f"không có việc giao số {number}")])
    cycle = session.get(Cycle, found.cycle_id)
    if cycle is None or cycle.state is not CycleState.ARMED:
        raise Refused.because(
            f"assignment {number}: its cycle is not armed",
            f"việc giao số {number}: chu kỳ chưa được kích hoạt",
        )
    return found


def _move(
    session: Session, assignment: Assignment, event: Event, doer: Doer, at: datetime, reason: str = ""
) -> None:
    """Make one move: checked against the table, guarded in the database, kept as a row and in the ledger."""
    reaching = doer.reaching(assignment)
    doer = reaching if event in UNITS_OWN else doer
    old = assignment.state
    try:
        move = apply(old, event, by=doer.party, at=at, reason=reason)
    except MoveRefused as error:
        raise Refused.because(
            f"assignment {assignment.id}: {error}",
            f"việc giao số {assignment.id} đang ở trạng thái “{_STATE_VI[old]}”, không thể “{_EVENT_VI[event]}”"
            + ("" if reason or "reason" not in str(error) else " khi chưa nêu lý do"),
        ) from error
    guarded = sa.update(Assignment).where(
        col(Assignment.id) == assignment.id,
        col(Assignment.state) == old,
        col(Assignment.version) == assignment.version,
    )
    if session.connection().execute(guarded.values(state=move.new)).rowcount != 1:
        raise ChangedMeanwhile([Problem(
            f"assignment {assignment.id} is no longer {old} or has another deadline; look at it again",
            f"việc giao số {assignment.id} vừa được người khác thay đổi; hãy xem lại",
        )])  # fmt: skip
    assignment.state = move.new
    row = AssignmentMove(
        assignment_id=assignment.id or 0,
        old=old,
        new=move.new,
        event=event,
        at=at,
        by=doer.actor.who,
        on_behalf=doer.actor.on_behalf,
        reason=move.reason,
    )
    session.add_all((assignment, row))
    session.flush()
    ledger.record(
        session, at, doer.actor, f"assignment.{event}", f"assignment:{assignment.id}",
        old=old, new=move.new, reason=move.reason, version=assignment.version,
    )  # fmt: skip
    if move.new not in UNFINISHED:
        _drop_requests(session, assignment, doer, at)


def _drop_requests(session: Session, assignment: Assignment, doer: Doer, at: datetime) -> None:
    """A request for more time about what is over waits for nobody's answer."""
    waiting = select(Extension).where(
        Extension.assignment_id == assignment.id, Extension.state == ExtensionState.REQUESTED
    )
    for request in session.exec(waiting.with_for_update()).all():
        request.state, request.decided_by, request.decided_at = ExtensionState.VOID, doer.actor.who, at
        session.add(request)
        ledger.record(
            session, at, doer.actor, "extension.void", f"extension:{request.id}", assignment=assignment.id,
            state=assignment.state,
        )  # fmt: skip


def receive(session: Session, number: int, doer: Doer, at: datetime) -> Assignment:
    """The unit says that it knows; a second time changes nothing."""
    assignment = assignment_numbered(session, number)
    if assignment.state is not WorkState.RECEIVED:
        _move(session, assignment, Event.RECEIVE, doer, at)
    return assignment


def submit(
    session: Session, number: int, doer: Doer, at: datetime, *, files: Sequence[StoredFile] = (), note: str = "",
    paper_on: date | None = None,
) -> Submission:  # fmt: skip
    """Hand in evidence: files, words, or both. The coordinator is told in the next digest."""
    assignment = assignment_numbered(session, number)
    doer = doer.reaching(assignment)
    _check_submission(files, note, paper_on, at)
    must_be_kept(session, files)
    _move(session, assignment, Event.SUBMIT, doer, at)
    submission = Submission(
        assignment_id=number,
        submitted_by=doer.actor.who,
        on_behalf=doer.actor.on_behalf,
        submitted_at=at,
        paper_on=paper_on,
        note=note.strip(),
    )
    session.add(submission)
    session.flush()
    for file in {f.sha256: f for f in files}.values():
        session.add(SubmissionPaper(submission_id=submission.id or 0, sha256=file.sha256, name=file.name))
    ledger.record(
        session, at, doer.actor, "evidence.submitted", f"submission:{submission.id}",
        assignment=number, papers=sorted({f.sha256 for f in files}), paper_on=paper_on,
    )  # fmt: skip
    void_waiting(session, assignment, f"submitted {local_day(at)}", at, doer.actor)
    owe_event(
        session,
        assignment,
        NoticeKind.SUBMITTED,
        coordinators_of(session, assignment.cycle_id),
        at,
        Delivery.DIGEST,
        serial=submission.id,
    )
    return submission


def _check_submission(files: Sequence[StoredFile], note: str, paper_on: date | None, at: datetime) -> None:
    if not files and not note.strip():
        raise Refused.because(
            "nothing was handed in: give a file or a text", "chưa có gì để nộp: hãy kèm tệp hoặc ghi nội dung"
        )
    if paper_on and paper_on > local_day(at):
        raise Refused.because(
            f"the date on the paper ({paper_on}) lies in the future",
            f"ngày trên văn bản ({paper_on:%d/%m/%Y}) ở tương lai",
        )


def _waiting_submission(session: Session, assignment: Assignment, doer: Doer, seen: int | None) -> Submission:
    """The submission under review, the one that was `seen`; nobody reviews what they handed in themselves."""
    query = select(Submission).where(
        Submission.assignment_id == assignment.id, Submission.verdict == Verdict.WAITING
    )
    submission = session.exec(query.order_by(col(Submission.id).desc())).first()
    if submission is None:
        raise Refused.because(
            f"assignment {assignment.id}: nothing waits for review",
            f"việc giao số {assignment.id}: không có kết quả nào chờ nghiệm thu",
        )
    doer.must_coordinate()
    if seen is not None and submission.id != seen:
        raise ChangedMeanwhile([Problem(
            "the unit has handed in anew since you looked; look at what is there now",
            "đơn vị đã nộp lại sau khi bạn xem; hãy xem kết quả mới rồi quyết định",
        )])  # fmt: skip
    if submission.submitted_by == doer.actor.who:
        raise NotAllowed([Problem(
            "you handed this in yourself; somebody else must review it",
            "chính bạn đã nộp kết quả này; người khác phải nghiệm thu",
        )])  # fmt: skip
    return submission


def _review(
    session: Session,
    submission: Submission,
    verdict: Verdict,
    doer: Doer,
    at: datetime,
    reason: str,
    **more: Any,
) -> None:
    submission.verdict, submission.reviewed_by, submission.reviewed_at = verdict, doer.actor.who, at
    submission.reason = reason.strip()
    session.add(submission)
    ledger.record(
        session, at, doer.actor, f"evidence.{verdict}", f"submission:{submission.id}",
        assignment=submission.assignment_id, reason=submission.reason, **more,
    )  # fmt: skip


def accept(
    session: Session, number: int, doer: Doer, at: datetime, rules: Rules, seen: int | None = None
) -> Assignment:
    """Accept what was handed in: the task is done, judged by the day of that submission; nothing more is owed.

    The ledger is told whether it came in time, by the deadline in force and by the first one (None: no deadline).
    `seen` is the submission that was looked at; another one in its place raises :class:`ChangedMeanwhile`.
    """
    assignment = assignment_numbered(session, number)
    doer.must_coordinate()
    submission = (
        _waiting_submission(session, assignment, doer, seen)
        if assignment.state is WorkState.SUBMITTED
        else None
    )
    _move(session, assignment, Event.ACCEPT, doer, at)
    if submission is not None:
        handed_in = submission.submitted_at
        kept = in_time(assignment.due_on, assignment.due_time, handed_in)
        first = in_time(assignment.original_due_on, assignment.due_time, handed_in)
        _review(session, submission, Verdict.ACCEPTED, doer, at, "", in_time=kept, in_time_first=first)
        assignment.handed_in_at = handed_in
    assignment.completed_at = at
    void_rest(session, assignment, f"completed {local_day(at)}", at, doer.actor, rules)
    _tell_unit(session, assignment, NoticeKind.ACCEPTED, at, rules, Delivery.DIGEST)
    return assignment


def send_back(
    session: Session,
    number: int,
    doer: Doer,
    at: datetime,
    rules: Rules,
    reason: str,
    seen: int | None = None,
) -> Assignment:
    """Return what was handed in (the submission that was `seen`), with a reason; the unit owes again and is told."""
    assignment = assignment_numbered(session, number)
    doer.must_coordinate()
    submission = (
        _waiting_submission(session, assignment, doer, seen)
        if assignment.state is WorkState.SUBMITTED
        else None
    )
    _move(session, assignment, Event.RETURN, doer, at, reason)
    if submission is not None:
        _review(session, submission, Verdict.RETURNED, doer, at, reason)
    _tell_unit(session, assignment, NoticeKind.RETURNED, at, rules, Delivery.ALONE, reason)
    return assignment


def reopen(session: Session, number: int, doer: Doer, at: datetime, rules: Rules, reason: str) -> Assignment:
    """Take an acceptance back, with a reason: a new version of the deadline starts, the date stays."""
    assignment = assignment_numbered(session, number)
    _move(session, assignment, Event.REOPEN, doer, at, reason)
    assignment.completed_at = assignment.handed_in_at = None
    restart(session, assignment, at, rules)
    _tell_unit(session, assignment, NoticeKind.REOPENED, at, rules, Delivery.ALONE, reason)
    return assignment


def suspend(session: Session, number: int, doer: Doer, at: datetime, rules: Rules, reason: str) -> Assignment:
    """Put a task on hold, with a reason; what would have been owed is void."""
    return _stop(session, number, Event.SUSPEND, NoticeKind.SUSPENDED, doer, at, rules, reason)


def cancel(session: Session, number: int, doer: Doer, at: datetime, rules: Rules, reason: str) -> Assignment:
    """Withdraw a task, with a reason."""
    return _stop(session, number, Event.CANCEL, NoticeKind.CANCELLED, doer, at, rules, reason)


def _stop(
    session: Session,
    number: int,
    event: Event,
    kind: NoticeKind,
    doer: Doer,
    at: datetime,
    rules: Rules,
    reason: str,
) -> Assignment:
    assignment = assignment_numbered(session, number)
    close_assignment(session, assignment, event, kind, doer, at, rules, reason)
    return assignment


def close_assignment(
    session: Session, assignment: Assignment, event: Event, kind: NoticeKind, doer: Doer, at: datetime, rules: Rules,
    reason: str,
) -> None:  # fmt: skip
    """Take an assignment out of the unit's hands, with a reason; the unit is told at once, the rest is void."""
    _move(session, assignment, event, doer, at, reason)
    void_rest(session, assignment, f"{kind} {local_day(at)}", at, doer.actor, rules)
    _tell_unit(session, assignment, kind, at, rules, Delivery.ALONE, reason)


def close_quietly(
    session: Session, assignment: Assignment, event: Event, doer: Doer, at: datetime, rules: Rules, reason: str, *,
    void: str,
) -> None:  # fmt: skip
    """Take an assignment out of the unit's hands where the unit hears of it in another way; the rest is `void`."""
    _move(session, assignment, event, doer, at, reason)
    void_rest(session, assignment, void, at, doer.actor, rules)


def resume(session: Session, number: int, doer: Doer, at: datetime, rules: Rules) -> Assignment:
    """Go on with a suspended task: the unit is told again, the ladder starts anew about the same date."""
    assignment = assignment_numbered(session, number)
    _move(session, assignment, Event.RESUME, doer, at)
    restart(session, assignment, at, rules)
    _tell_unit(session, assignment, NoticeKind.RESUMED, at, rules, Delivery.ALONE)
    return assignment


def reassign(
    session: Session, number: int, unit: Unit, doer: Doer, at: datetime, rules: Rules, reason: str
) -> Assignment:
    """Give the task to another unit: this assignment is replaced, a new one stands in its place with the same date."""
    old = assignment_numbered(session, number)
    if not unit.active or not rules.directory.who(unit.id or 0, Audience.UNIT):
        raise Refused.because(
            f"nobody can receive mail for {unit.name}, or it is no longer active; add a contact first",
            f"{unit.name} đã ngừng hoạt động hoặc chưa có địa chỉ nhận; hãy thêm liên hệ trước",
        )
    if old.unit_id == unit.id:
        raise Refused.because(
            f"assignment {number} is with {unit.name} already", f"việc giao số {number} đang ở {unit.name}"
        )
    _move(session, old, Event.REPLACE, doer, at, reason)
    void_rest(session, old, f"reassigned {local_day(at)}", at, doer.actor, rules)
    new = _in_its_place(session, old, unit, at)
    restart(session, new, at, rules, announce=True)
    ledger.record(
        session, at, doer.actor, "assignment.made", f"assignment:{new.id}", replaces=number, unit=unit.id
    )
    _tell_unit(session, old, NoticeKind.REASSIGNED, at, rules, Delivery.ALONE, reason)
    return new


def _in_its_place(session: Session, old: Assignment, unit: Unit, at: datetime) -> Assignment:
    same = select(sa.func.max(Assignment.serial)).where(
        Assignment.cycle_id == old.cycle_id, Assignment.item_id == old.item_id,
        Assignment.unit_id == unit.id, Assignment.occurrence == old.occurrence,
    )  # fmt: skip
    new = Assignment(
        cycle_id=old.cycle_id, item_id=old.item_id, unit_id=unit.id or 0, occurrence=old.occurrence,
        serial=(session.exec(same).one() or 0) + 1, ladder=old.ladder, due_on=old.due_on, due_time=old.due_time,
        original_due_on=old.original_due_on, why_due=old.why_due, reason_due=old.reason_due, version=0,
        replaces_id=old.id, created_at=at,
    )  # fmt: skip
    session.add(new)
    session.flush()
    return new


def _tell_unit(
    session: Session,
    assignment: Assignment,
    kind: NoticeKind,
    at: datetime,
    rules: Rules,
    delivery: Delivery,
    detail: str = "",
) -> None:
    to = rules.directory.who(assignment.unit_id, Audience.UNIT, local_day(at))
    owe_event(session, assignment, kind, to, at, delivery, detail=detail, hours=rules.hours)
