"""A plan's year: every notice beforehand as a calendar and a table, arming that list, and plan against actual."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions import cycles
from actions.chasing import Rules
from actions.errors import NotFound, Problem
from actions.outlook import Outlook, outlook
from models.cycles import Cycle, CycleState, Simulation
from models.database import reading
from models.engine import FOLLOWING, Switch
from models.plans import Plan
from models.queries import cycle_of
from models.standing import calendar
from plan.clock import local_day
from plan.simulation import SimulatedNotice, local_hour, sha256, totals
from web.forms import wrong
from web.history import reason
from web.pages import Phrases
from web.plan_pages import known_years, the_plan
from web.visit import ADMIN, COORD, Coordinating, Looking, Visit
from web.year_list import PAGE, NoticeWanted, choices
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
    with reading(visit.url) as session:
        plan, cycle = the_plan(session, number), cycle_of(session, number, year)
        common: dict[str, Any] = {
            "plan": plan, "year": year, "years": known_years(session, plan, year), "cycle": cycle
        }  # fmt: skip
        if cycle is None:
            return visit.page("year-empty.html", problems=problems, **common)
        rules = visit.rules(session)
        found = outlook(session, cycle, visit.at, rules)
        wanted = NoticeWanted.of(visit.request.query_params)
        rows, count = wanted.of_list(found.notices, local_day(visit.at))
        counted = totals(found.notices)
        units, items = choices(found.notices)
        return visit.page(
            "year.html", problems=problems, **common, **_standing(session, visit, plan, cycle, rules),
            months=months(year, counted.per_day, calendar(session)), totals=counted, look=found.look, rows=rows,
            count=count, size=PAGE, wanted=wanted, units=units, items=items, hour=local_hour, typed=visit.form,
            why=partial(reason, f=f), may=visit.is_a(ADMIN, COORD), undated=_undated(found.notices),
        )  # fmt: skip


def _standing(session: Session, visit: Visit, plan: Plan, cycle: Cycle, rules: Rules) -> dict[str, Any]:
    """What holds a draft back, or how an armed year compares with what was signed."""
    if cycle.state is CycleState.DRAFT:
        found = cycles.arming_problems(session, cycle, plan, rules)
        words = [p.vi if visit.lang == "vi" else p.en for p in found]
        return {"obstacles": words, "compared": None, "signed": None, "engine": None}
    signed = session.get(Simulation, cycle.simulation_id) if cycle.simulation_id else None
    compared = cycles.compare(session, cycle, visit.at)
    return {"obstacles": [], "compared": compared, "signed": signed, "engine": engine_part(session, cycle)}


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
    with reading(visit.url) as session:
        plan, cycle = the_year(session, number, year)
        return visit.page("engine.html", plan=plan, year=year, engine=engine_part(session, cycle))


def _undated(notices: Sequence[SimulatedNotice]) -> int:
    return len({n.assignment_id for n in notices if n.rung.startswith("REVIEW")})


@router.get("/plans/{number}/years/{year}/arm")
def check(number: int, year: int, visit: Coordinating) -> Response:
    """What would be signed, in short, to be checked before it is."""
    return _check(visit, number, year)


def _check(visit: Visit, number: int, year: int, problems: Sequence[Problem] = ()) -> Response:
    with reading(visit.url) as session:
        plan, cycle = the_year(session, number, year)
        rules = visit.rules(session)
        found = outlook(session, cycle, visit.at, rules)
        obstacles = (
            cycles.arming_problems(session, cycle, plan, rules) if cycle.state is CycleState.DRAFT else []
        )
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
