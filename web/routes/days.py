"""The working days of a year, and the decisions that change them: what moves is shown first, and confirmed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions.calendar import CalendarChange, change_calendar, changed, preview_change
from actions.chasing import Rules
from actions.errors import Problem, Refused, refuse_if
from models.standing import calendar
from plan.calendar import FIRST_YEAR, LAST_YEAR, Override, WorkingCalendar
from plan.clock import local_day
from web.forms import FieldProblem, Form
from web.seen import mark_of, must_be_seen
from web.visit import Administering, Looking, Visit
from web.year_view import months

router = APIRouter(prefix="/office/days")

MOST_DAYS = 40
"""How many days one decision changes at most."""


@router.get("")
def show(visit: Looking) -> Response:
    """The year's working days, days off, and the decisions behind what differs from the law."""
    return _page(visit)


def _page(visit: Visit, problems: Sequence[Problem] = (), seen: CalendarChange | None = None) -> Response:
    asked = visit.request.query_params.get("year", "")
    year = (
        int(asked)
        if asked.isdecimal() and FIRST_YEAR <= int(asked) <= LAST_YEAR
        else local_day(visit.at).year
    )
    with visit.looking() as session:
        days = calendar(session)
    first, last = date(year, 1, 1), date(year, 12, 31)
    return visit.page(
        "days.html", year=year, months=months(year, {}, days), off=days.days_off(first, last), seen=seen,
        lines={line.day: line for line in days.overrides}, mark_seen=mark_of(seen) if seen else "",
        own=[line for line in days.overrides if line.day.year == year], worked=len(days.working_days(first, last)),
        first=FIRST_YEAR, last=LAST_YEAR, problems=problems, typed=visit.form,
    )  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """A change as the form asks for it."""

    add: list[Override]
    remove: list[date]

    def calendar(self, rules: Rules) -> WorkingCalendar:
        """The calendar with the change."""
        return changed(rules, self.add, self.remove)


def _asked(form: Form) -> _Asked:
    if remove := form.day("remove"):
        return _Asked([], [remove])
    problems: list[Problem] = []
    off, on = (_days(form, name, problems) for name in ("off", "on"))
    decided_on = _decided_on(form, problems)
    if not form.text("decision"):
        problems.append(FieldProblem("give the number of the decision", "hãy ghi số quyết định", "decision"))
    if not off and not on and not problems:
        problems.append(
            FieldProblem("name at least one day", "hãy ghi ít nhất một ngày nghỉ hoặc ngày làm việc", "off")
        )
    problems += [
        FieldProblem(f"{day} stands in both lists", f"ngày {day:%d/%m/%Y} có ở cả hai danh sách", "on")
        for day in sorted(set(off) & set(on))
    ]
    refuse_if(problems)
    assert decided_on is not None
    return _Asked(
        [
            Override(day, works, form.text("decision"), decided_on, form.text("note"))
            for works, days in ((False, off), (True, on))
            for day in days
        ],
        [],
    )


def _decided_on(form: Form, problems: list[Problem]) -> date | None:
    try:
        decided_on = form.day("decided_on")
    except Refused as error:
        problems += error.problems
        return None
    if decided_on is None:
        problems.append(
            FieldProblem("give the date of the decision", "hãy ghi ngày của quyết định", "decided_on")
        )
    return decided_on


_DAY = r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})"
_SPAN = re.compile(rf"{_DAY}(?:\s*(?:-|–|đến)\s*{_DAY})?")


def _days(form: Form, name: str, problems: list[Problem]) -> list[date]:
    """The days in a field: "2/1/2026; 30/4/2026 - 3/5/2026"."""
    out: list[date] = []
    for part in filter(None, (p.strip() for p in re.split(r"[;,\n]", form.text(name)))):
        try:
            out += _span(part)
        except ValueError:
            problems.append(FieldProblem(
                f"{part!r} is no day; write 2/1/2026 or 30/4/2026 - 3/5/2026",
                f"“{part}” không phải là ngày; ghi như 2/1/2026 hoặc 30/4/2026 - 3/5/2026", name,
            ))  # fmt: skip
    if len(out) > MOST_DAYS:
        problems.append(
            FieldProblem(f"at most {MOST_DAYS} days at once", f"mỗi lần tối đa {MOST_DAYS} ngày", name)
        )
    return sorted(set(out))


def _span(part: str) -> Iterator[date]:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise ValueError(part)
    d, m, y, d2, m2, y2 = (int(v) if v else 0 for v in found.groups())
    first = date(y, m, d)
    last = date(y2, m2, d2) if y2 else first
    if not 0 <= (last - first).days <= 366 or not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise ValueError(part)
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


@router.post("/look")
def look(visit: Administering) -> Response:
    """Which days, deadlines and notices a change would move; nothing is written."""
    try:
        asked = _asked(visit.form)
        with visit.looking() as session:
            rules = visit.rules(session)
            seen = preview_change(session, rules, asked.calendar(rules))
    except Refused as error:
        return visit.refused(error, lambda p: _page(visit, p))
    return _page(visit, seen=seen)


@router.post("")
def put_in(visit: Administering) -> Response:
    """Put a change into force that was looked at, and move what it moves."""
    return visit.does(
        lambda session: _apply(session, visit, _asked(visit.form)), "/office/days", "days",
        lambda p: _again(visit, p), kick=True,
    )  # fmt: skip


def _apply(session: Session, visit: Visit, asked: _Asked) -> None:
    rules = visit.rules(session)
    new = asked.calendar(rules)
    must_be_seen(preview_change(session, rules, new), visit.form.text("seen"))
    change_calendar(session, rules, new, at=visit.at, actor=visit.actor)


def _again(visit: Visit, problems: Sequence[Problem]) -> Response:
    """The page with what the change moves as it stands now."""
    try:
        asked = _asked(visit.form)
        with visit.looking() as session:
            rules = visit.rules(session)
            return _page(visit, problems, preview_change(session, rules, asked.calendar(rules)))
    except Refused:
        return _page(visit, problems)
