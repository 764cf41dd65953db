"""The leader's page: what is late, whose, since when; by unit, plan and month; and a plan's time line."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import select

from models.cycles import Cycle
from plan.clock import local_day
from tasks.mail import line
from web.gantt import gantt, given_items, labels, place_in
from web.lists import ARMED, Wanted, find
from web.overview import by_plan, by_unit, heat, whole
from web.routes.years import the_year
from web.told import told
from web.visit import Looking, Visit

router = APIRouter()

UNITS, EVERY, LATE = 40, 60, 15
BARS = 60
"""How many tasks one page of a time line shows."""


@router.get("/leader")
def show(visit: Looking) -> Response:
    """One page, made to be printed."""
    with visit.looking() as session:
        years = sorted(set(session.exec(select(Cycle.year).where(ARMED))), reverse=True)
        year = _year(visit, years)
        every = visit.request.query_params.get("units") == "all"
        size, page = EVERY if every else UNITS, Wanted.of(visit.request.query_params).page if every else 1
        units = by_unit(session, visit.at, year, size + 1, (page - 1) * size)
        more, units = len(units) > size, units[:size]
        late = [line(r, visit.at) for r in find(session, Wanted(when="late").where(visit.at), size=LATE)]
        plans = by_plan(session, visit.at, year)
        return visit.page(
            "leader.html", years=years, year=year, figures=whole(plans),
            units=units, every=every, plans=plans,
            heat=heat(session, visit.at, year, [u.id for u in units]) if year else {},
            late=late, told=told(session, [t.assignment_id for t in late]), page=page, more=more,
        )  # fmt: skip


def _year(visit: Visit, years: list[int]) -> int | None:
    asked = visit.request.query_params.get("year", "")
    return int(asked) if asked.isdecimal() and int(asked) in years else years[0] if years else None


@router.get("/plans/{number}/timeline/{year}")
def timeline(number: int, year: int, visit: Looking) -> Response:
    """A plan's tasks through the year, one line each."""
    with visit.looking() as session:
        plan, cycle = the_year(session, number, year)
        page = Wanted.of(visit.request.query_params).page
        items = given_items(session, cycle)
        bars = gantt(session, cycle, visit.at, items[(page - 1) * BARS : page * BARS])
        return visit.page(
            "gantt.html",
            plan=plan,
            year=year,
            bars=bars,
            page=page,
            size=BARS,
            total=len(items),
            labels=labels(cycle.year),
            now=place_in(cycle.year, local_day(visit.at)),
        )
