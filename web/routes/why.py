"""Why a mail went out, or did not: for one task, and for one mailbox on one day."""

from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from actions.errors import Refused
from plan.clock import local_day
from web.pages import Phrases
from web.routes.work import the_row
from web.visit import Auditing, Looking
from web.why import because, mails_to, reasons_planned_anew

router = APIRouter()


@router.get("/assignments/{number}/why")
def of_task(number: int, visit: Looking) -> Response:
    """Every rung about one task: what went out to whom, what did not and why, and what is still to come."""
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        row = the_row(session, visit, number)
        rules = visit.rules(session)
        return visit.page(
            "why.html", row=row, rows=because(session, row, rules, f), ladder=rules.ladders[row.assignment.ladder],
            anew=reasons_planned_anew(session, row.assignment),
        )  # fmt: skip


@router.get("/why")
def of_mailbox(visit: Auditing) -> Response:
    """What was owed to one address on one day, and what became of it."""
    given, f = visit.request.query_params, Phrases(visit.lang, visit.at)
    address, typed = given.get("address", "").strip(), given.get("day", "")
    problems = []
    try:
        day = date.fromisoformat(typed) if typed else local_day(visit.at)
    except ValueError:
        error = Refused.because(f"{typed!r} is not a day", f"“{typed}” không phải là một ngày")
        day, problems = local_day(visit.at), list(error.problems)
    with visit.looking() as session:
        found = mails_to(session, address, day, f) if address else None
    return visit.page("why-mail.html", address=address, day=day, found=found, problems=problems)
