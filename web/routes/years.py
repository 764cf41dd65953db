"""A plan's year: every notice beforehand as a calendar and a table, arming that list, and plan against actual."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, select

from actions import cycles
from actions.chasing import Rules
from actions.errors import Problem
from models.cycles import Cycle, CycleState, Simulation
from models.database import reading
from models.queries import cycle_of
from models.standing import calendar
from plan.clock import local_day
from plan.simulation import SimulatedNotice, local_hour, sha256, totals
from web.forms import wrong
from web.history import reason
from web.pages import Phrases
from web.plan_pages import the_plan, years_of
from web.visit import ADMIN, COORD, Coordinating, Looking, Visit
from web.year_view import months

router = APIRouter()

SHOWN = 100
"""How many notices one page of the table shows."""


@router.get("/plans/{number}/years/{year}")
def show(number: int, year: int, visit: Looking) -> Response:
    """The year as it would run, or as it runs."""
    return _show(visit, number, year)


def _show(visit: Visit, number: int, year: int, problems: Sequence[Problem] = ()) -> Response:
    f = Phrases(visit.lang, visit.at)
    with reading(visit.url) as session:
        plan = the_plan(session, number)
        cycle = cycle_of(session, number, year)
        known = [c.year for c in session.exec(select(Cycle).where(Cycle.plan_id == number))]
        common: dict[str, Any] = {
            "plan": plan,
            "year": year,
            "years": years_of(plan, known, year),
            "cycle": cycle,
        }
        if cycle is None:
            return visit.page("year-empty.html", problems=problems, **common)
        compared = cycles.compare(session, cycle, visit.at) if cycle.state is CycleState.ARMED else None
        signed = session.get(Simulation, cycle.simulation_id) if cycle.simulation_id else None
        days = calendar(session)
        obstacles = (
            []
            if compared
            else cycles.arming_problems(session, cycle, plan, Rules.of(session, visit.place.hours))
        )
        notices = cycles.simulate_cycle(session, cycle, visit.at, visit.place.hours)
        digest, rows = sha256(notices), _rows(visit, notices)
        counted = totals(notices)
        return visit.page(
            "year.html", problems=problems, **common, months=months(year, counted.per_day, days),
            totals=counted, digest=digest,
            obstacles=[p.vi if visit.lang == "vi" else p.en for p in obstacles],
            rows=rows[:SHOWN], more=max(0, len(rows) - SHOWN),
            signed=signed, compared=compared, hour=local_hour, typed=visit.form, why=partial(reason, f=f),
            may=visit.is_a(ADMIN, COORD), undated=_undated(notices),
        )  # fmt: skip


def _rows(visit: Visit, notices: Sequence[SimulatedNotice]) -> list[SimulatedNotice]:
    """The notices of one day, item or unit if asked for, in the order of sending; else those to come."""
    given = visit.request.query_params
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        day = None
    unit = given.get("unit", "")
    chosen = [n for n in notices if (day is None or n.day == day) and (not unit or n.unit == unit)]
    if day is None:
        today = local_day(visit.at)
        chosen = [n for n in chosen if not n.void and n.day >= today]
    return sorted(chosen, key=lambda n: (n.send_after, n.item_code, n.unit))


def _undated(notices: Sequence[SimulatedNotice]) -> int:
    return len({n.assignment_id for n in notices if n.rung.startswith("REVIEW")})


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
    return visit.does(step, place, "armed", lambda p: _show(visit, number, year, p), kick=True)


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
