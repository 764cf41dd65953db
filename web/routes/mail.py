"""The mail that is kept as files, in a rehearsal or without a channel: by day, and one as its reader sees it."""

from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from actions.errors import NotFound, Problem
from actions.rights import must_look_over_all
from models.database import reading
from notifications import kept
from notifications.kept import KeptMail
from web.guard import framed
from web.lists import PAGE, Wanted
from web.visit import Looking, Visit

router = APIRouter(prefix="/mail")


@router.get("")
def list_days(visit: Looking) -> Response:
    """The days with kept mail, and the mails of the day asked for or of the last one."""
    _must_see(visit)
    folder = visit.place.settings.mail_dir
    days = kept.days(folder)
    day = _day(visit) or (days[0][0] if days else None)
    page, total = Wanted.of(visit.request.query_params).page, dict(days).get(day, 0) if day else 0
    rows = kept.of_day(folder, day, start=(page - 1) * PAGE, size=PAGE) if day else []
    return visit.page(
        "mail.html", days=days, day=day, rows=rows, page=page, size=PAGE, total=total,
        sent_elsewhere=bool(visit.place.settings.mail_url) and not visit.rehearsal,
    )  # fmt: skip


def _day(visit: Visit) -> date | None:
    try:
        return date.fromisoformat(visit.request.query_params.get("day", ""))
    except ValueError:
        return None


def _must_see(visit: Visit) -> None:
    with reading(visit.url) as session:
        must_look_over_all(session, visit.me)


def _one(visit: Visit, day: str, name: str) -> KeptMail:
    """The mail of an address; outside of a rehearsal without the links that answer in its reader's name."""
    _must_see(visit)
    found = kept.kept_mail(visit.place.settings.mail_dir, f"{day}/{name}")
    if found is None:
        raise NotFound([Problem(f"no mail {day}/{name} is kept", f"không giữ thư nào là {day}/{name}")])
    if visit.rehearsal:
        return found
    words = "(liên kết riêng của người nhận)" if visit.lang == "vi" else "(its reader's own link)"
    return found.sealed(words)


@router.get("/{day}/{name}")
def show(day: str, name: str, visit: Looking) -> Response:
    """One kept mail: subject, HTML and plain text."""
    return visit.page("kept-mail.html", mail=_one(visit, day, name))


@router.get("/{day}/{name}/body")
def body(day: str, name: str, visit: Looking) -> Response:
    """The HTML part alone, for a frame; in a rehearsal its links open a window, for that is what is learned there."""
    return framed(_one(visit, day, name).html, leads_out=visit.rehearsal)
