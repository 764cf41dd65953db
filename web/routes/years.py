"""A plan's year: every notice beforehand as a calendar and a table, arming that list, and plan against actual."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions import cycles
from actions.errors import NotFound, Problem
from actions.outlook import Outlook, outlook
from actions.signed import signed_days, signed_simulation
from models.cycles import Cycle, CycleState
from models.engine import FOLLOWING, Switch
from models.plans import Plan
from models.queries import cycle_of
from models.standing import calendar
from plan.clock import local_day
from plan.simulation import SimulatedNotice, local_hour, sha256, totals
from web.forms import wrong
from web.pages import Phrases
from web.plan_pages import known_years, the_plan
from web.reason_words import reason
from web.signed_list import choices_of, counted, signed_page
from web.visit import ADMIN, COORD, Coordinating, Looking, Visit
from web.year_list import PAGE, NoticeWanted, choices, together
from web.year_view import months

router = APIRouter()


def the_year(session: Session, number: int, year: int) -> tuple[Plan, Cycle]:
    """The plan and its cycle of an address; raises :class:`NotFound` where nothing has been assigned."""
    plan, cycle = the_plan(session, number), cycle_of(session, number, year)
    if cycle is None:
        raise NotFound([Problem(f"nothing has been assigned for {year}", f"chưa giao việc cho năm {year}")])
    return plan, cycle


@router.get("/plans/{number}/years/{year}")
def show(number: int, year: int, visit: Looking) -> Response:
    """The year as it would run, or as it runs."""
    return _show(visit, number, year)


def _show(visit: Visit, number: int, year: int, problems: Sequence[Problem] = ()) -> Response:
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        plan, cycle = the_plan(session, number), cycle_of(session, number, year)
        common: dict[str, Any] = {
            "plan": plan, "year": year, "years": known_years(session, plan, year), "cycle": cycle
        }  # fmt: skip
        if cycle is None:
            return visit.page("year-empty.html", problems=problems, **common)
        wanted = NoticeWanted.of(visit.request.query_params)
        content = _draft if cycle.state is CycleState.DRAFT else _running
        shown = content(session, visit, plan, cycle, wanted)
        return visit.page(
            "year.html", problems=problems, **common, **shown, lines=together(shown["rows"]), size=PAGE,
            wanted=wanted, hour=local_hour, typed=visit.form, why=partial(reason, f=f), may=visit.is_a(ADMIN, COORD),
            months=months(year, shown["totals"].per_day, calendar(session)),
        )  # fmt: skip


def _draft(session: Session, visit: Visit, plan: Plan, cycle: Cycle, wanted: NoticeWanted) -> dict[str, Any]:
    """The year as it would run, simulated anew: what wants a look, and what holds it back."""
    rules = visit.rules(session)
    found = outlook(session, cycle, visit.at, rules)
    rows, count = wanted.of_list(found.notices, local_day(visit.at))
    units, items = choices(found.notices)
    obstacles = cycles.arming_problems(session, cycle, plan, rules)
    return {
        "totals": totals(found.notices), "look": found.look, "undated": _undated(found.notices), "rows": rows,
        "count": count, "units": units, "items": items, "signed": None, "engine": None,
        "obstacles": [p.vi if visit.lang == "vi" else p.en for p in obstacles],
    }  # fmt: skip


def _running(
    session: Session, visit: Visit, plan: Plan, cycle: Cycle, wanted: NoticeWanted
) -> dict[str, Any]:
    """The year as it was signed, each line with its end so far; the whole is compared on a page of its own."""
    days = signed_days(session, cycle)
    rows, count = signed_page(session, cycle, days, wanted, visit.at, local_day(visit.at))
    units, items = choices_of(session, cycle)
    return {
        "totals": counted(days), "rows": rows, "count": count, "units": units, "items": items, "obstacles": [],
        "signed": signed_simulation(session, cycle), "engine": engine_part(session, cycle), "look": None,
    }  # fmt: skip


@router.get("/plans/{number}/years/{year}/compare")
def compare(number: int, year: int, visit: Looking) -> Response:
    """Planned against actual, and what in the year as it stands wants a look: slow where the list is long."""
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        plan, cycle = the_year(session, number, year)
        found = outlook(session, cycle, visit.at, visit.rules(session))
        return visit.page(
            "compared.html", plan=plan, year=year, cycle=cycle, years=known_years(session, plan, year),
            compared=cycles.compare(session, cycle, visit.at), signed=signed_simulation(session, cycle),
            look=found.look, totals=totals(found.notices), units=choices(found.notices)[0],
            why=partial(reason, f=f),
        )  # fmt: skip


def engine_part(session: Session, cycle: Cycle) -> tuple[int, int] | None:
    """How many items the engine has followed, of how many; None where it has followed this year whole."""
    row = session.get(Switch, FOLLOWING)
    if row is None or (cycle.armed_at and row.changed_at < cycle.armed_at):
        return 0, 0
    done, _, every = row.value.partition("/")
    return None if done == every else (int(done), int(every))


@router.get("/plans/{number}/years/{year}/engine")
def engine(number: int, year: int, visit: Looking) -> Response:
    """The line about how far the engine has followed, for a page that looks again."""
    with visit.looking() as session:
        plan, cycle = the_year(session, number, year)
        return visit.page("engine.html", plan=plan, year=year, engine=engine_part(session, cycle))


def _undated(notices: Sequence[SimulatedNotice]) -> int:
    return len({n.assignment_id for n in notices if n.rung.startswith("REVIEW")})


@router.get("/plans/{number}/years/{year}/arm")
def check(number: int, year: int, visit: Coordinating) -> Response:
    """What would be signed, in short, to be checked before it is."""
    return _check(visit, number, year)


def _check(visit: Visit, number: int, year: int, problems: Sequence[Problem] = ()) -> Response:
    with visit.looking() as session:
        plan, cycle = the_year(session, number, year)
        if cycle.state is not CycleState.DRAFT:
            return visit.page("arm.html", problems=problems, plan=plan, cycle=cycle, year=year)
        rules = visit.rules(session)
        found = outlook(session, cycle, visit.at, rules)
        obstacles = cycles.arming_problems(session, cycle, plan, rules)
        return visit.page(
            "arm.html", problems=problems, plan=plan, cycle=cycle, year=year, totals=totals(found.notices),
            look=found.look, digest=sha256(found.notices), typed=visit.form, **_counts(found),
            obstacles=[p.vi if visit.lang == "vi" else p.en for p in obstacles],
        )  # fmt: skip


def _counts(found: Outlook) -> dict[str, Any]:
    real = [n for n in found.notices if not n.void]
    return {
        "tasks": len({c.item_code for c in found.cases}), "assignments": len(found.cases),
        "unit_count": len({c.unit_id for c in found.cases}),
        "first": min((n.send_after for n in real), default=None), "last": max((n.day for n in real), default=None),
        "undated": _undated(found.notices),
    }  # fmt: skip


@router.post("/plans/{number}/years/{year}/arm")
def arm(number: int, year: int, visit: Coordinating) -> Response:
    """Sign the list that was shown and put the year into force."""

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        if not visit.form.checked("seen"):
            raise wrong("seen", "hãy xác nhận đã xem danh sách", "say that you have looked at the list")
        plan = the_plan(session, number)
        cycle = cycles.cycle_named(session, plan, year)
        cycles.arm(
            session,
            plan,
            cycle,
            at=visit.at,
            actor=visit.actor,
            hours=visit.place.hours,
            expected=visit.form.text("sha256"),
        )

    place = f"/plans/{number}/years/{year}"
    return visit.does(step, place, "armed", lambda p: _check(visit, number, year, p), kick=True)


@router.post("/plans/{number}/years/{year}/disarm")
def disarm(number: int, year: int, visit: Coordinating) -> Response:
    """Take an armed year back, as long as no notice has gone out."""

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        if not visit.form.text("reason"):
            raise wrong("reason", "hãy nêu lý do", "give the reason")
        cycle = cycles.cycle_named(session, the_plan(session, number), year)
        cycles.disarm(session, cycle, at=visit.at, actor=visit.actor, reason=visit.form.text("reason"))

    place = f"/plans/{number}/years/{year}"
    return visit.does(step, place, "disarmed", lambda p: _show(visit, number, year, p), kick=True)
