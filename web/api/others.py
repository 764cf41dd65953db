"""Whose key it is, units, notices, and the ledger."""

from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import col, select

from actions.errors import NotFound, Problem
from actions.people import units_of
from models import ledger
from models.accounts import KeyScope
from models.cycles import Assignment
from models.ledger import Ledger
from models.notices import Notice, NoticeState
from models.people import PersonRole, Unit
from plan.clock import local_moment
from plan.kinds import NoticeKind
from web.api.answers import LISTS, READS
from web.api.assignments import Number
from web.api.caller import AUDITORS, OVERSEERS, Caller, Reads, ReadsLedger
from web.api.listing import Asked, Id, PageOf, Text
from web.api.shapes import HeadOut, LedgerOut, MeOut, NoticeOut, UnitOut

router = APIRouter()


@router.get("/me", responses=READS, tags=["key"])
def me(who: Reads) -> MeOut:
    """Whose key this is, and what it may do."""
    with who.looking() as session:
        mine = units_of(session, who.person, who.at)
        units = session.exec(select(Unit.code).where(col(Unit.id).in_(mine)).order_by(Unit.code)).all()
    return MeOut(
        person=who.person.code, name=who.person.name, role=who.person.role, units=list(units),
        scopes=[KeyScope(s) for s in who.key.scopes.split()], expires_at=who.key.expires_at,
    )  # fmt: skip


@router.get("/units", responses=LISTS, tags=["units"])
def units(who: Reads, asked: Asked, code: Text = None, active: bool | None = None) -> PageOf[UnitOut]:
    """Every unit, by number."""
    who.must_be(OVERSEERS)
    with who.looking() as session:
        query = select(Unit).where(col(Unit.id) > asked.after)
        query = query.where(Unit.code == code) if code else query
        query = query.where(col(Unit.active).is_(active)) if active is not None else query
        rows = session.exec(query.order_by(col(Unit.id)).limit(asked.limit + 1)).all()
        return asked.of(rows, UnitOut.model_validate)


@router.get("/units/{number}", responses=READS, tags=["units"])
def unit(number: Number, who: Reads) -> UnitOut:
    """One unit."""
    who.must_be(OVERSEERS)
    with who.looking() as session:
        found = session.get(Unit, number)
        if found is None:
            raise NotFound([Problem(f"there is no unit {number}", f"không có đơn vị số {number}")])
        return UnitOut.model_validate(found)


@router.get("/notices", responses=LISTS, tags=["notices"])
def notices(
    who: Reads, asked: Asked, assignment: Id | None = None, state: NoticeState | None = None,
    kind: NoticeKind | None = None,
) -> PageOf[NoticeOut]:  # fmt: skip
    """Notices with what became of them, by number."""
    with who.looking() as session:
        query = select(Notice).join(Assignment, col(Assignment.id) == col(Notice.assignment_id))
        query = query.where(*who.mine(session)).where(col(Notice.id) > asked.after)
        query = query.where(Notice.assignment_id == assignment) if assignment else query
        query = query.where(Notice.state == state) if state else query
        query = query.where(Notice.kind == kind) if kind else query
        rows = session.exec(query.order_by(col(Notice.id)).limit(asked.limit + 1)).all()
        return asked.of(rows, lambda row: _notice(row, who))


def _notice(row: Notice, who: Caller) -> NoticeOut:
    found = NoticeOut.model_validate(row)
    return found.model_copy(update={"address": None}) if who.person.role is PersonRole.UNIT else found


Day = Annotated[date | None, Query(description="A day in Vietnam")]


@router.get("/ledger", responses=LISTS, tags=["ledger"])
def ledger_rows(
    who: ReadsLedger, asked: Asked,
    after: Annotated[int, Query(ge=0, le=2**62, description="Only rows after this one, for a copy kept elsewhere")] = 0,
    subject: Text = None,
    action: Annotated[str | None, Query(min_length=1, max_length=80, description="How the action begins")] = None,
    since: Day = None, until: Day = None,
) -> PageOf[LedgerOut]:  # fmt: skip
    """The rows of the ledger in order, as they are hashed: enough to keep a second copy of the chain elsewhere."""
    who.must_be(AUDITORS)
    with who.looking() as session:
        query = select(Ledger).where(Ledger.seq > max(asked.after, after))
        query = query.where(Ledger.subject == subject) if subject else query
        query = query.where(col(Ledger.action).startswith(action, autoescape=True)) if action else query
        query = query.where(col(Ledger.at) >= ledger.stamp(_edge(since, time.min))) if since else query
        query = query.where(col(Ledger.at) <= ledger.stamp(_edge(until, time.max))) if until else query
        rows = session.exec(query.order_by(col(Ledger.seq)).limit(asked.limit + 1)).all()
        return asked.page(rows, lambda row: row.seq, LedgerOut.model_validate)


def _edge(day: date, hour: time) -> datetime:
    """The first or last moment of a day, within what a calendar can count."""
    return local_moment(min(max(day, date(1900, 1, 1)), date(2999, 12, 31)), hour)


@router.get("/ledger/head", responses=READS, tags=["ledger"])
def ledger_head(who: ReadsLedger) -> HeadOut:
    """The number and hash of the last row: keep it, and a cut tail shows."""
    who.must_be(AUDITORS)
    with who.looking() as session:
        seq, digest = ledger.head(session)
    return HeadOut(seq=seq, hash=digest)
