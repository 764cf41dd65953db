"""The unit's own affairs, for its people with an account: who is reached, who stands in for whom, what has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import absences
from actions.errors import NotAllowed, NotFound, Problem
from models.accounts import AccessKey, KeyPurpose
from models.cycles import Assignment, AssignmentMove
from models.database import reading
from models.people import Contact, Person, Unit
from models.queries import Named, named
from models.year import Absence
from plan.clock import local_day
from web.forms import wrong
from web.history import EVENTS
from web.lists import PAGE, Wanted
from web.naming import Names
from web.pages import Phrases
from web.routes.mine import own_unit
from web.visit import ForUnit, Visit

router = APIRouter(prefix="/mine")


@dataclass(frozen=True)
class Away:
    """One time of absence in words."""

    row: Absence
    who: str
    deputy: str


@router.get("/unit")
def show(visit: ForUnit) -> Response:
    """The unit's addresses, its people, who is away, and the calendar of its deadlines."""
    return _page(visit)


def _page(visit: Visit, problems: Sequence[Problem] = ()) -> Response:
    number = own_unit(visit)
    with reading(visit.url) as session:
        keys = _keys(session, number)
        rows = _absences(session, list(keys), local_day(visit.at))
        names = Names(
            session, [key for row in rows for key in (row.who, row.deputy)], Phrases(visit.lang, visit.at).t
        )
        feed = session.exec(
            select(AccessKey).where(
                AccessKey.person_id == visit.me.id, AccessKey.purpose == KeyPurpose.CALENDAR,
                col(AccessKey.revoked_at).is_(None),
            )
        ).first()  # fmt: skip
        return visit.page(
            "own-unit.html", unit=session.get_one(Unit, number), keys=list(keys.items()), feed=feed,
            contacts=session.exec(select(Contact).where(Contact.unit_id == number, col(Contact.active))).all(),
            people=session.exec(select(Person).where(Person.unit_id == number, col(Person.active))).all(),
            away=[Away(r, names(r.who), names(r.deputy)) for r in rows], problems=problems, typed=visit.form,
        )  # fmt: skip


def _keys(session: Session, unit: int) -> dict[str, str]:
    """Everybody of the unit who can be away or stand in, by key: its people and its addresses."""
    people = session.exec(select(Person).where(Person.unit_id == unit, col(Person.active)))
    contacts = session.exec(
        select(Contact).where(Contact.unit_id == unit, col(Contact.active)).order_by(col(Contact.id))
    )
    out = {f"contact:{c.id}": f"{c.name} ({c.address})" if c.name else c.address for c in contacts}
    return out | {f"person:{p.id}": p.name for p in people}


def _absences(session: Session, keys: Sequence[str], today: date) -> list[Absence]:
    query = select(Absence).where(col(Absence.who).in_(keys), col(Absence.last_day) >= today)
    return list(session.exec(query.order_by(col(Absence.first_day))))


@router.post("/unit/absences")
def add_absence(visit: ForUnit) -> Response:
    """Let somebody of the unit stand in for somebody else of it."""
    number = own_unit(visit)

    def step(session: Session) -> None:
        form, keys = visit.form, _keys(session, number)
        who, deputy = form.text("who"), form.text("deputy")
        first, last = form.day("first_day"), form.day("last_day")
        if who not in keys:
            raise wrong("who", "hãy chọn ai vắng mặt", "choose who is away")
        if deputy not in keys or deputy == who:
            raise wrong("deputy", "hãy chọn người thay khác người vắng", "choose somebody else as deputy")
        if first is None or last is None:
            raise wrong("first_day" if first is None else "last_day", "hãy ghi ngày", "give the day")
        absences.delegate(
            session, who, deputy, first, last, reason=form.text("reason"), at=visit.at, actor=visit.actor
        )

    return visit.does(step, "/mine/unit", "absence", lambda p: _page(visit, p))


@router.post("/unit/absences/{number}/end")
def end_absence(number: int, visit: ForUnit) -> Response:
    """End an absence of somebody of the unit."""
    unit = own_unit(visit)

    def step(session: Session) -> None:
        row = session.get(Absence, number)
        if row is None:
            raise NotFound([Problem("there is no such absence", "không có lượt vắng mặt này")])
        if row.who not in _keys(session, unit):
            raise NotAllowed(
                [Problem("this absence is another unit's", "lượt vắng mặt này thuộc đơn vị khác")]
            )
        absences.end_absence(session, number, at=visit.at, actor=visit.actor)

    return visit.does(step, "/mine/unit", "absence-ended", lambda p: _page(visit, p))


@dataclass(frozen=True)
class Happened:
    """One thing that happened to one of the unit's tasks."""

    move: AssignmentMove
    row: Named
    words: str
    by: str


@router.get("/history")
def history(visit: ForUnit) -> Response:
    """What has happened to the unit's tasks, the newest first."""
    number = own_unit(visit)
    page = Wanted.of(visit.request.query_params).page
    f = Phrases(visit.lang, visit.at)
    with reading(visit.url) as session:
        query = select(AssignmentMove).join(
            Assignment, col(Assignment.id) == col(AssignmentMove.assignment_id)
        )
        mine = query.where(Assignment.unit_id == number)
        total = session.exec(select(sa.func.count()).select_from(mine.subquery())).one()
        moves = session.exec(
            mine.order_by(col(AssignmentMove.id).desc()).limit(PAGE).offset((page - 1) * PAGE)
        ).all()
        rows = {
            r.assignment.id: r
            for r in named(session, col(Assignment.id).in_({m.assignment_id for m in moves}))
        }
        names = Names(session, [m.by for m in moves], f.t)
        lines = [Happened(m, rows[m.assignment_id], f.t(*EVENTS[m.event]), names(m.by)) for m in moves]
        unit = session.get_one(Unit, number)
    return visit.page("own-history.html", unit=unit, lines=lines, total=total, page=page, size=PAGE)
