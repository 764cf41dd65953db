"""Requests for more time: asked, listed, granted, refused."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session, col, select

from actions import extensions as requests
from actions.errors import NotFound, Problem
from models.cycles import Assignment, Extension, ExtensionState
from web.api.answers import CHANGES, LISTS, MAKES, READS
from web.api.assignments import Number, tag_of, the_row
from web.api.caller import Caller, Reads, Writes
from web.api.listing import Asked, Id, PageOf
from web.api.shapes import ExtensionIn, ExtensionOut, Granted, Reason
from web.api.writing import Write, once, write

router = APIRouter(tags=["extensions"])

How = Annotated[Write, Depends(write)]


@router.get("/extensions", responses=LISTS)
def extensions(
    who: Reads, asked: Asked, state: ExtensionState | None = None, assignment: Id | None = None
) -> PageOf[ExtensionOut]:
    """Requests for more time, by number."""
    with who.looking() as session:
        query = select(Extension).join(Assignment, col(Assignment.id) == col(Extension.assignment_id))
        query = query.where(*who.mine(session)).where(col(Extension.id) > asked.after)
        query = query.where(Extension.state == state) if state else query
        query = query.where(Extension.assignment_id == assignment) if assignment else query
        rows = session.exec(query.order_by(col(Extension.id)).limit(asked.limit + 1)).all()
        return asked.of(rows, ExtensionOut.model_validate)


@router.get("/extensions/{number}", responses=READS)
def extension(number: Number, who: Reads) -> ExtensionOut:
    """One request."""
    with who.looking() as session:
        return ExtensionOut.model_validate(_the_request(session, who, number))


def _the_request(session: Session, who: Caller, number: int) -> Extension:
    found = session.get(Extension, number)
    if found is None:
        raise NotFound([Problem(f"there is no request {number}", f"không có đề nghị số {number}")])
    the_row(session, who, found.assignment_id)
    return found


@router.post(
    "/assignments/{number}/extensions", status_code=201, responses=MAKES, response_model=ExtensionOut
)
def ask(number: Number, body: ExtensionIn, who: Writes, asked: How) -> Any:
    """Ask for more time."""

    def do(session: Session) -> ExtensionOut:
        asked.must_match(tag_of(session, the_row(session, who, number), who.at))
        made = requests.ask(
            session, number, who.doer(session), who.at, new_due_on=body.new_due_on, reason=body.reason
        )
        return ExtensionOut.model_validate(made)

    return once(who, asked, 201, do, kick=True)


@router.post("/extensions/{number}/grant", responses=CHANGES, response_model=ExtensionOut)
def grant(number: Number, who: Writes, asked: How, body: Granted | None = None) -> Any:
    """Grant a request, with another date if wanted."""
    said = body or Granted()
    return _answer(who, number, asked, grant=True, words=said.words, new_due_on=said.new_due_on)


@router.post("/extensions/{number}/refuse", responses=CHANGES, response_model=ExtensionOut)
def refuse(number: Number, body: Reason, who: Writes, asked: How) -> Any:
    """Refuse a request, with the reason."""
    return _answer(who, number, asked, grant=False, words=body.reason)


def _answer(who: Caller, number: int, asked: Write, **said: Any) -> Any:
    def do(session: Session) -> ExtensionOut:
        _the_request(session, who, number)
        doer, rules = who.doer(session), who.rules(session)
        answered = requests.answer(session, number, doer, who.at, rules, **said)
        return ExtensionOut.model_validate(answered)

    return once(who, asked, 200, do, kick=True)
