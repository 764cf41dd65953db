"""One's own account: the calendar feed, keys for programs; and the feed itself."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from icalendar import Calendar, Event
from sqlmodel import Session, col, select

from actions import accounts
from actions.errors import Problem, Refused
from models.accounts import AccessKey, KeyPurpose
from models.cycles import Assignment
from models.database import reading, unit_of_work
from models.moment import now_in
from models.people import PersonRole
from plan import clock
from plan.clock import local_moment
from plan.lifecycle import UNFINISHED
from tasks.place import Place
from web.forms import wrong
from web.lists import RUNNING, find
from web.visit import SignedIn, Visit

router = APIRouter()

FEED_MOST = 2000
"""How many deadlines a feed holds, the nearest first."""


@router.get("/account")
def show(visit: SignedIn) -> Response:
    """The keys of the person who is signed in."""
    return _page(visit)


def _page(visit: Visit, problems: Sequence[Problem] = (), made: str = "") -> Response:
    with reading(visit.url) as session:
        query = select(AccessKey).where(
            AccessKey.person_id == visit.me.id, col(AccessKey.revoked_at).is_(None)
        )
        keys = session.exec(
            query.where(AccessKey.purpose != KeyPurpose.SET_PASSWORD).order_by(col(AccessKey.id))
        ).all()
        return visit.page("account.html", keys=keys, made=made, problems=problems, typed=visit.form)


@router.post("/account/keys")
def make_key(visit: SignedIn) -> Response:
    """A new address of the calendar feed, or a new key for a program; shown once, here."""
    calendar = visit.form.text("purpose") == KeyPurpose.CALENDAR
    try:
        with unit_of_work(visit.url) as session:
            if not calendar and not visit.form.text("name"):
                raise wrong(
                    "name",
                    "hãy đặt tên cho khóa, để biết thu hồi khóa nào",
                    "name the key, so that you know which to revoke",
                )
            secret = accounts.make_key(
                session, visit.me, KeyPurpose.CALENDAR if calendar else KeyPurpose.API, now=visit.now, at=visit.at,
                actor=visit.actor, name=visit.form.text("name"), may_write=visit.form.checked("may_write"),
                life=None if calendar else timedelta(days=365),
            )  # fmt: skip
    except Refused as error:
        return visit.refused(error, lambda p: _page(visit, p))
    return _page(
        visit, made=f"{visit.place.settings.public_url}/calendar/{secret}.ics" if calendar else secret
    )


@router.post("/account/keys/{key_id}/revoke")
def revoke_key(key_id: int, visit: SignedIn) -> Response:
    """End a key."""

    def step(session: Session) -> None:
        accounts.revoke_key(session, key_id, visit.me, now=visit.now, at=visit.at, actor=visit.actor)

    return visit.does(step, "/account", "revoked", lambda p: _page(visit, p))


@router.get("/calendar/{secret}.ics")
def feed(secret: str, request: Request) -> Response:
    """The deadlines of somebody's work, for a calendar program: a unit's own, or all for those who look over all."""
    place: Place = request.app.state.place
    at = now_in(place.url)
    with reading(place.url) as session:
        found = accounts.whose_key(session, secret, KeyPurpose.CALENDAR, clock.now())
        if found is None:
            return PlainTextResponse("Liên kết lịch này không còn dùng được.", 404)
        person = found[1]
        where = [RUNNING, col(Assignment.state).in_(UNFINISHED), col(Assignment.due_on).is_not(None)]
        if person.role is PersonRole.UNIT:
            where.append(Assignment.unit_id == (person.unit_id or 0))
        rows = find(session, where, size=FEED_MOST)
    book: Any = Calendar()
    book.add("prodid", "-//Don Doc//vi")
    book.add("version", "2.0")
    book.add("x-wr-calname", f"Đôn Đốc – {person.name}")
    for row in rows:
        a = row.assignment
        event: Any = Event()
        event.add("uid", f"assignment-{a.id}@dondoc")
        event.add("dtstamp", at.astimezone(UTC))
        event.add("summary", f"{row.plan.number} {row.item.code}: {row.item.text[:120]}")
        event.add("description", f"{row.unit.name}. {row.item.text}")
        event.add("url", f"{place.settings.public_url}/assignments/{a.id}")
        event.add("dtstart", _when(a))
        book.add_component(event)
    return Response(book.to_ical(), media_type="text/calendar; charset=utf-8")


def _when(a: Assignment) -> object:
    assert a.due_on is not None
    moment: datetime | None = local_moment(a.due_on, a.due_time) if a.due_time else None
    return moment or a.due_on
