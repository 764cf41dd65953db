"""A simulated year as files for other programs: a workbook, the deadlines as a calendar, the list as JSON."""

import json
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from actions.outlook import Outlook, outlook
from models import sheets
from plan.recipients import shown
from plan.simulation import SimulatedNotice, local_hour, sha256
from web.routes.years import the_year
from web.visit import Looking, Visit

router = APIRouter()

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _found(visit: Visit, number: int, year: int) -> tuple[Outlook, str]:
    with visit.looking() as session:
        plan, cycle = the_year(session, number, year)
        return outlook(session, cycle, visit.at, visit.rules(session)), f"{plan.number} ({year})"


def attached(data: bytes, media_type: str, name: str) -> Response:
    """A file to be kept, under a name in any language."""
    where = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type=media_type, headers={"content-disposition": where})


def file_name(title: str, ending: str) -> str:
    """A name for a file from the number of a plan, which has slashes in it."""
    return f"{title.replace('/', '-')}.{ending}"


@router.get("/plans/{number}/years/{year}.xlsx")
def workbook(number: int, year: int, visit: Looking) -> Response:
    """Every notice, the totals and what wants a look, as a workbook."""
    found, title = _found(visit, number, year)
    return attached(sheets.workbook(found.notices, found.look, title), _XLSX, file_name(title, "xlsx"))


@router.get("/plans/{number}/years/{year}.ics")
def calendar(number: int, year: int, visit: Looking) -> Response:
    """The deadlines of the year as a calendar."""
    found, title = _found(visit, number, year)
    data = sheets.calendar_file(found.cases, title, at=visit.at)
    return attached(data, "text/calendar", file_name(title, "ics"))


@router.get("/plans/{number}/years/{year}.json")
def as_json(number: int, year: int, visit: Looking) -> Response:
    """The list as it is signed, with its hash, one notice after another."""
    found, title = _found(visit, number, year)
    told = {"plan": title, "sha256": sha256(found.notices), "notices": [_line(n) for n in found.notices]}
    data = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return attached(data, "application/json", file_name(title, "json"))


def _line(n: SimulatedNotice) -> dict[str, object]:
    return {
        "assignment": n.assignment_id, "item": n.item_code, "unit": n.unit, "occurrence": n.occurrence,
        "rung": n.rung, "day": n.day.isoformat(), "hour": local_hour(n), "recipient": shown(n.address) or None,
        "channel": n.channel or None, "delivery": n.delivery, "why": n.why, "void": n.void or None,
    }  # fmt: skip
