"""The record as it stood at the end of a past day: tasks, one task, units. What cannot be shown as of then is said."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions.errors import NotFound, Problem
from models.as_of import Past, assignments_at, units_at
from models.cycles import Assignment, Cycle
from models.plans import Plan
from models.queries import Named, named
from plan.clock import local_day, local_moment
from plan.lifecycle import OPEN, TimeState, WorkState
from web.answering import dealings
from web.history import timeline
from web.lists import PAGE, Wanted
from web.lists import units as unit_choices
from web.naming import Names
from web.pages import Phrases
from web.visit import Looking, Visit

router = APIRouter(prefix="/past")


@dataclass(frozen=True)
class Shown:
    """One task of a past day with the names it has now."""

    past: Past
    now: Named
    late: TimeState


def _moment(visit: Visit) -> tuple[date, datetime]:
    """The day asked for and its last moment; yesterday where none is, and never the future."""
    today = local_day(visit.at)
    try:
        day = date.fromisoformat(visit.request.query_params.get("day", ""))
    except ValueError:
        day = today - timedelta(days=1)
    day = max(date(1996, 1, 1), min(day, today))
    return day, min(local_moment(day, time(23, 59, 59)), visit.at)


@router.get("")
def show(visit: Looking) -> Response:
    """The tasks of a past day with their states and deadlines of then."""
    day, at = _moment(visit)
    wanted = Wanted.of(visit.request.query_params)
    with visit.looking() as session:
        every = assignments_at(session, at, visit.at, plan=wanted.plan, unit=wanted.unit)
        found = [p for p in every if _fits(p, wanted, at)]
        rows = _named(session, found[(wanted.page - 1) * PAGE : wanted.page * PAGE], at)
        figures = Counter(p.state for p in every)
        late = sum(p.state in OPEN and p.time_state(at) is TimeState.OVERDUE for p in every)
        return visit.page(
            "past.html", day=day, moment=at, rows=rows, total=len(found), every=len(every), figures=figures, late=late,
            wanted=wanted, size=PAGE, plans=_plans(session), units=unit_choices(session),
        )  # fmt: skip


def _fits(past: Past, wanted: Wanted, at: datetime) -> bool:
    if wanted.state and past.state != wanted.state:
        return False
    match wanted.when:
        case "late":
            return past.state in OPEN and past.time_state(at) is TimeState.OVERDUE
        case "open":
            return past.state in (*OPEN, WorkState.SUBMITTED, WorkState.SUSPENDED)
        case _:
            return True


def _named(session: Session, found: list[Past], at: datetime) -> list[Shown]:
    rows = {r.assignment.id: r for r in named(session, col(Assignment.id).in_([p.number for p in found]))}
    return [Shown(p, rows[p.number], p.time_state(at)) for p in found]


def _plans(session: Session) -> list[tuple[int, str]]:
    query = select(Plan.id, Plan.number, Plan.year).where(
        col(Plan.id).in_(select(Cycle.plan_id).where(col(Cycle.armed_at).is_not(None)))
    )
    return [
        (number or 0, f"{name} ({year})") for number, name, year in session.exec(query.order_by(Plan.number))
    ]


@router.get("/units")
def show_units(visit: Looking) -> Response:
    """The units of a past day with the addresses that they had."""
    day, at = _moment(visit)
    with visit.looking() as session:
        rows = units_at(session, at)
    names = {r.unit.id: r.unit.name for r in rows}
    return visit.page("past-units.html", day=day, moment=at, rows=rows, names=names)


@router.get("/assignments/{number}")
def show_one(number: int, visit: Looking) -> Response:
    """One task as it stood, with everything that had happened until then."""
    day, at = _moment(visit)
    f = Phrases(visit.lang, at)
    with visit.looking() as session:
        found = assignments_at(session, at, visit.at, number=number)
        if not found:
            raise NotFound([Problem(
                f"assignment {number} was not there on {day}", f"ngày {day:%d/%m/%Y} chưa có việc giao số {number}"
            )])  # fmt: skip
        (row,) = _named(session, found, at)
        passed = dealings(session, number)
        handed = [h for h in passed.handed if h.submission.submitted_at <= at]
        names = Names(session, [h.submission.submitted_by for h in handed], f.t)
        return visit.page(
            "past-assignment.html", day=day, moment=at, row=row, handed=handed, names=names,
            lines=timeline(session, row.now.assignment, f),
        )  # fmt: skip
