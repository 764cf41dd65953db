"""Assignments: listed, read with their history, and moved."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal, cast

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Header, Path, Query, Response
from sqlmodel import Session, col, select

from actions import disputes, moves
from actions.chasing import Rules
from actions.errors import NotFound, Problem
from actions.people import Doer
from models.cycles import Assignment, AssignmentMove, Extension
from models.evidence import Submission
from models.people import Unit
from models.queries import Named, named
from plan.lifecycle import WorkState, time_state
from web.api.answers import CHANGES, LISTS, READS, TAGGED
from web.api.caller import Caller, Reads, Writes
from web.api.listing import Asked, Id, PageOf, Text
from web.api.shapes import AssignmentOut, MoveOut, Reason, Reassigned, Returned, Seen
from web.api.writing import Write, once, write
from web.lists import Wanted, rows_after
from web.reach import reaches

router = APIRouter(prefix="/assignments", tags=["assignments"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
How = Annotated[Write, Depends(write)]
Move = Callable[[Session, Doer, Rules], object]


@router.get("", responses=LISTS)
def assignments(
    who: Reads, asked: Asked, when: Literal["late", "today", "soon", "open"] | None = None,
    state: WorkState | None = None, plan: Id | None = None, unit: Id | None = None, item: Id | None = None,
    words: Text = None,
    due_from: Annotated[date | None, Query(description="Due on this day or later")] = None,
    due_to: Annotated[date | None, Query(description="Due on this day or before")] = None,
) -> PageOf[AssignmentOut]:  # fmt: skip
    """Assignments of running years, by number."""
    wanted = Wanted(when=when or "", state=state or "", plan=plan, unit=unit, words=words or "")
    with who.looking() as session:
        where = [*wanted.where(who.at), *who.mine(session)]
        where += [Assignment.item_id == item] if item else []
        where += [col(Assignment.due_on) >= due_from] if due_from else []
        where += [col(Assignment.due_on) <= due_to] if due_to else []
        rows = rows_after(session, where, asked.after, asked.limit + 1)
        return asked.page(rows, lambda r: r.assignment.id or 0, lambda r: shown(r, who.at))


def shown(row: Named, at: datetime) -> AssignmentOut:
    """One assignment as programs see it."""
    a = row.assignment
    return AssignmentOut(
        id=a.id or 0, plan_id=row.plan.id or 0, plan=row.plan.number, item_id=row.item.id or 0, item=row.item.code,
        text=row.item.text, unit_id=row.unit.id or 0, unit=row.unit.code, unit_name=row.unit.name,
        occurrence=a.occurrence, state=a.state, time_state=time_state(a.due_on, a.due_time, at), due_on=a.due_on,
        due_time=a.due_time, original_due_on=a.original_due_on, version=a.version, handed_in_at=a.handed_in_at,
        completed_at=a.completed_at, replaces_id=a.replaces_id,
    )  # fmt: skip


def the_row(session: Session, who: Caller, number: int) -> Named:
    """The assignment with this number, if the caller may see it; raises :class:`NotFound`."""
    row = next(iter(named(session, Assignment.id == number)), None)
    if row is None or not reaches(session, who.person, row.cycle.plan_id, row.assignment, who.at):
        raise NotFound([Problem(f"there is no assignment {number}", f"không có việc giao số {number}")])
    return row


def tag_of(session: Session, row: Named, at: datetime) -> str:
    """The ETag of an assignment: another one after every move, hand-in, request and change of date."""
    number = row.assignment.id
    newest: list[Any] = [
        cast("Any", session)
        .exec(sa.select(sa.func.max(table.id)).where(col(table.assignment_id) == number))
        .scalar_one()
        for table in (AssignmentMove, Submission, Extension)
    ]
    whole = f"{shown(row, at).model_dump_json()}{newest}"
    return f'"{hashlib.sha256(whole.encode()).hexdigest()[:32]}"'


@router.get("/{number}", responses=TAGGED, response_model=AssignmentOut)
def assignment(
    number: Number,
    who: Reads,
    response: Response,
    if_none_match: Annotated[str | None, Header(max_length=500)] = None,
) -> Any:
    """One assignment, with its ETag."""
    with who.looking() as session:
        row = the_row(session, who, number)
        tag = tag_of(session, row, who.at)
        if if_none_match and tag in {part.strip() for part in if_none_match.split(",")}:
            return Response(status_code=304, headers={"etag": tag})
        response.headers["etag"] = tag
        return shown(row, who.at)


@router.get("/{number}/history", responses=READS)
def history(number: Number, who: Reads) -> list[MoveOut]:
    """Every step that the assignment has made, in order."""
    with who.looking() as session:
        the_row(session, who, number)
        rows = session.exec(
            select(AssignmentMove)
            .where(AssignmentMove.assignment_id == number)
            .order_by(col(AssignmentMove.id))
        ).all()
        return [MoveOut.model_validate(row) for row in rows]


def _move(who: Caller, number: int, asked: Write, move: Move) -> Response:
    def do(session: Session) -> AssignmentOut:
        asked.must_match(tag_of(session, the_row(session, who, number), who.at))
        move(session, who.doer(session), who.rules(session))
        session.flush()
        return shown(the_row(session, who, number), who.at)

    return once(who, asked, 200, do, kick=True)


@router.post("/{number}/receive", responses=CHANGES, response_model=AssignmentOut)
def receive(number: Number, who: Writes, asked: How) -> Any:
    """Say that the unit has the task; a second time changes nothing."""
    return _move(who, number, asked, lambda s, d, _: moves.receive(s, number, d, who.at))


@router.post("/{number}/accept", responses=CHANGES, response_model=AssignmentOut)
def accept(number: Number, who: Writes, asked: How, body: Seen | None = None) -> Any:
    """Accept what was handed in."""
    seen = body.submission if body else None
    return _move(who, number, asked, lambda s, d, r: moves.accept(s, number, d, who.at, r, seen))


@router.post("/{number}/return", responses=CHANGES, response_model=AssignmentOut)
def send_back(number: Number, body: Returned, who: Writes, asked: How) -> Any:
    """Return what was handed in, with the reason."""
    return _move(
        who, number, asked,
        lambda s, d, r: moves.send_back(s, number, d, who.at, r, body.reason, body.submission),
    )  # fmt: skip


@router.post("/{number}/suspend", responses=CHANGES, response_model=AssignmentOut)
def suspend(number: Number, body: Reason, who: Writes, asked: How) -> Any:
    """Put a task on hold."""
    return _move(who, number, asked, lambda s, d, r: moves.suspend(s, number, d, who.at, r, body.reason))


@router.post("/{number}/resume", responses=CHANGES, response_model=AssignmentOut)
def resume(number: Number, who: Writes, asked: How) -> Any:
    """Go on with a suspended task."""
    return _move(who, number, asked, lambda s, d, r: moves.resume(s, number, d, who.at, r))


@router.post("/{number}/cancel", responses=CHANGES, response_model=AssignmentOut)
def cancel(number: Number, body: Reason, who: Writes, asked: How) -> Any:
    """Withdraw a task."""
    return _move(who, number, asked, lambda s, d, r: moves.cancel(s, number, d, who.at, r, body.reason))


@router.post("/{number}/reopen", responses=CHANGES, response_model=AssignmentOut)
def reopen(number: Number, body: Reason, who: Writes, asked: How) -> Any:
    """Take an acceptance back."""
    return _move(who, number, asked, lambda s, d, r: moves.reopen(s, number, d, who.at, r, body.reason))


@router.post("/{number}/dispute", responses=CHANGES, response_model=AssignmentOut)
def dispute(number: Number, body: Reason, who: Writes, asked: How) -> Any:
    """Say that the task is somebody else's; it stays owed until a coordinator has answered."""
    return _move(who, number, asked, lambda s, d, _: disputes.dispute(s, number, d, who.at, body.reason))


@router.post("/{number}/reassign", responses=CHANGES, response_model=AssignmentOut)
def reassign(number: Number, body: Reassigned, who: Writes, asked: How) -> Any:
    """Give the task to another unit, by code; answers the assignment that stands in its place."""

    def do(session: Session) -> AssignmentOut:
        asked.must_match(tag_of(session, the_row(session, who, number), who.at))
        unit = session.exec(select(Unit).where(Unit.code == body.unit)).one_or_none()
        if unit is None:
            raise NotFound([Problem(f"there is no unit {body.unit!r}", f"không có đơn vị {body.unit!r}")])
        doer, rules = who.doer(session), who.rules(session)
        new = moves.reassign(session, number, unit, doer, who.at, rules, body.reason)
        session.flush()
        return shown(the_row(session, who, new.id or 0), who.at)

    return once(who, asked, 200, do, kick=True)
