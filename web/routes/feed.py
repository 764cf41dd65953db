"""The calendar feed: somebody's deadlines for Outlook, a phone, anything that reads iCalendar; by a revocable key."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from icalendar import Calendar, Event
from sqlmodel import Session, col

from actions import accounts
from actions.people import units_of
from actions.rights import look_as
from models.accounts import KeyPurpose
from models.cycles import Assignment
from models.database import reading
from models.moment import now_in
from models.people import Person, PersonRole
from models.queries import Named
from plan import clock
from plan.clock import local_moment
from plan.lifecycle import UNFINISHED
from tasks.place import Place
from web.lists import RUNNING, find

router = APIRouter()

MOST = 2000
"""How many deadlines a feed holds, the nearest first."""


@router.get("/calendar/{secret}.ics")
def feed(secret: str, request: Request) -> Response:
    """The deadlines of somebody's work: a unit's own, or all for those who look over all."""
    place: Place = request.app.state.place
    at = now_in(place.url)
    with reading(place.url) as session:
        found = accounts.whose_key(session, secret, KeyPurpose.CALENDAR, clock.now())
        if found is None:
            return PlainTextResponse("Liên kết lịch này không còn dùng được.", 404)
        look_as(session, found[1])
        rows = find(session, _where(session, found[1], at), size=MOST)
    book = _book(found[1], rows, at, place.settings.public_url)
    return Response(book.to_ical(), media_type="text/calendar; charset=utf-8")


def _where(session: Session, person: Person, at: datetime) -> list[Any]:
    where = [RUNNING, col(Assignment.state).in_(UNFINISHED), col(Assignment.due_on).is_not(None)]
    if person.role is PersonRole.UNIT:
        where.append(col(Assignment.unit_id).in_(units_of(session, person, at)))
    return where


def _book(person: Person, rows: list[Named], at: datetime, public_url: str) -> Any:
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
        event.add("url", f"{public_url}/assignments/{a.id}")
        event.add("dtstart", _when(a))
        book.add_component(event)
    return book


def _when(a: Assignment) -> object:
    assert a.due_on is not None
    return local_moment(a.due_on, a.due_time) if a.due_time else a.due_on
