"""Looking at a past day: which pages can be shown as of its end, why the others cannot, and links that keep the day.

An address with `as-of=2026-06-15` shows its page as things stood at the end of that day. The page itself knows little
of it: `visit.reading()` opens the database of then (:mod:`models.as_of`), `visit.at` is the end of the day, and nothing
that changes anything is offered (`visit.acts`).
"""

import re
from contextlib import suppress
from datetime import date

from fastapi import Request

from actions.errors import Problem, Refused
from models.as_of import FIRST
from models.people import Person, PersonRole

AS_OF = "as-of"
"""The part of an address that names the day."""
SHOWN = frozenset({
    "/assignments", "/assignments.{kind}", "/assignments/{number}", "/leader", "/plans", "/plans/{number}",
    "/plans/{number}/timeline/{year}", "/plans/{number}/years/{year}/report",
    "/plans/{number}/years/{year}/report-{quarter}.docx", "/plans/{number}/years/{year}/report-{quarter}.xlsx",
    "/units", "/units/{number}",
})  # fmt: skip
"""The pages and files that can be shown as of a past day, by their routes."""
SAME = re.compile(r"/(evidence|mail|account|static|extensions/\d+/papers)\b|/plans/\d+/text")
"""Addresses that are the same on every day: files under their hash, kept mails, a plan's text, one's own account."""

_WHY_NOT = (
    (r"/assignments/[^/]+/why", "trang này giải thích từ bậc nhắc, lịch và danh bạ hiện nay; đến ngày đó đã gửi gì, "
     "cho ai thì có trong Diễn biến của nhiệm vụ", "this page explains by the ladders, calendar and directory of now; "
     "what had been sent by then stands in the task's timeline"),
    (r"/ledger", "nhật ký đã ghi mọi việc theo thời điểm; hãy lọc theo ngày ngay trên trang nhật ký",
     "the ledger has everything by its moment; filter it by day on its own page"),
    (r"/plans/[^/]+/years", "danh sách năm là bản đã ký hoặc bản mô phỏng hiện nay; bản đã ký không đổi theo ngày",
     "a year's list is the signed one, which no day changes, or a simulation of now"),
    (r"/plans/", "trang này để làm việc với kế hoạch hiện nay", "this page is for work on the plan as it is now"),
    (r"/(morning|review|extensions|changes|search)\b", "trang này là việc phải làm hôm nay; hãy xem danh sách nhiệm vụ "
     "của ngày đó", "this page is today's work; see the list of tasks of that day"),
    (r"/(office|people|why)", "thiết lập, tài khoản và thư không giữ bản của từng ngày; nhật ký ghi mỗi lần thay đổi",
     "settings, accounts and mails are not kept by day; the ledger has each change"),
)  # fmt: skip


def asked_day(given: str, today: date) -> date | None:
    """The past day that an address asks for; None for none and for today. Raises :class:`Refused` for any other."""
    try:
        day = date.fromisoformat(given) if given else today
    except ValueError:
        day = date.max
    if not FIRST <= day <= today:
        raise Refused.because(
            f"as-of: a day from {FIRST} to today, for example {today}",
            f"ngày xem lại phải từ {FIRST:%d/%m/%Y} đến hôm nay; hãy chọn lại ngày",
        )
    return day if day < today else None


def shown_day(request: Request, person: Person | None, today: date) -> date | None:
    """The past day that a page is shown as of; units look at today, and what is no day is refused by :func:`check`."""
    if (
        person is None
        or person.role is PersonRole.UNIT
        or request.method != "GET"
        or SAME.match(request.url.path)
    ):
        return None
    with suppress(Refused):
        return asked_day(request.query_params.get(AS_OF, ""), today)
    return None


def check(request: Request, person: Person, route: str, today: date) -> None:
    """Raise what an address deserves that asks for no good day, or for a page that has no past."""
    if request.method == "GET" and person.role is not PersonRole.UNIT:
        asked_day(request.query_params.get(AS_OF, ""), today)
        if shown_day(request, person, today) and route not in SHOWN:
            raise Refused([why_not(request.url.path)])


def why_not(path: str) -> Problem:
    """Why the page at this address cannot be shown as of a past day."""
    en, vi = next(
        ((en, vi) for begins, vi, en in _WHY_NOT if re.match(begins, path)),
        ("it has no past", "trang này không có bản của từng ngày"),
    )
    return Problem(
        f"this page cannot be shown as of a past day: {en}",
        f"không xem lại được trang này như một ngày trước: {vi}",
    )


_LINK = re.compile(r'(<a (?![^>]*data-today)[^>]*?href=")([/?][^"#]*)')
_FORM = re.compile(r'<form (?![^>]*data-today)[^>]*method="get"[^>]*>')


def carried(page: str, day: date) -> str:
    """The page with the day in every link and search form of ours; those marked `data-today` lead back to today."""

    def link(found: re.Match[str]) -> str:
        address = found[2]
        if f"{AS_OF}=" in address or SAME.match(address):
            return found[0]
        return f"{found[0]}{'&amp;' if '?' in address else '?'}{AS_OF}={day}".replace("?&amp;", "?")

    field = f'<input type="hidden" name="{AS_OF}" value="{day.isoformat()}">'
    return _FORM.sub(lambda found: found[0] + field, _LINK.sub(link, page))
