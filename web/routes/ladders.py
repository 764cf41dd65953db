"""The ladders of notices: those that ship, the office's own, which is for what, and an example of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import ladders as acting
from actions.errors import NotFound, Problem, Refused
from actions.replan import Moved
from models.cycles import Assignment, Cycle, CycleState
from models.people import Unit
from models.plans import Plan
from models.standing import calendar, ladders
from models.year import LadderChoice
from plan.choice import DEFAULTS, ItemClass
from plan.clock import LOCAL, local_day
from plan.ladder import LADDERS, Audience, Delivery, Ladder, PlannedNotice, climb
from plan.lifecycle import UNFINISHED
from web.forms import wrong
from web.lists import armed_plans
from web.lists import units as unit_choices
from web.pages import Phrases
from web.rung_words import (
    AUDIENCES,
    DELIVERIES,
    ROWS,
    condition,
    ladder_of,
    shown_review,
    shown_rows,
    typed_rows,
    when,
)
from web.seen import mark_of, must_be_seen
from web.visit import Administering, Coordinating, Looking, Visit

router = APIRouter(prefix="/office/ladders")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_BEFORE, _AFTER = 40, 70
"""The days around a deadline that the picture of a ladder spans."""


@dataclass(frozen=True)
class Step:
    """One notice of an example: its day, its hour, its rung, to whom and how."""

    day: date
    hour: time
    rung: str
    audience: tuple[str, str]
    delivery: tuple[str, str]
    late: bool


@router.get("")
def list_ladders(visit: Looking) -> Response:
    """Every ladder with its picture, how many tasks follow it, and which is chosen for what."""
    return _list(visit)


def _list(visit: Visit, problems: Sequence[Problem] = ()) -> Response:
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        known = ladders(session)
        return visit.page(
            "ladders.html", ladders=known, own={n for n, v in known.items() if LADDERS.get(n) != v},
            used=_used(session), due_x=_x(0),
            dots={n: _dots(v) for n, v in known.items()}, choices=_choices(session, f), plans=armed_plans(session),
            units=unit_choices(session), classes=[(c.value, f.t(*_CLASSES[c])) for c in ItemClass], defaults=DEFAULTS,
            class_words=_CLASSES, problems=problems, typed=visit.form,
        )  # fmt: skip


_CLASSES: dict[ItemClass, tuple[str, str]] = {
    ItemClass.REPORT: ("báo cáo định kỳ", "reports that come round"),
    ItemClass.DATED: ("nhiệm vụ có ngày", "tasks with a day"),
    ItemClass.UNDATED: ("nhiệm vụ không có ngày", "tasks without a day"),
}


def _used(session: Session) -> dict[str, int]:
    query = (
        select(Assignment.ladder, sa.func.count())
        .join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .where(Cycle.state != CycleState.CLOSED, col(Assignment.state).in_(UNFINISHED))
        .group_by(Assignment.ladder)
    )
    return dict(session.exec(query).all())


def _x(days: int) -> int:
    """Where a day stands on a line of 800 around the deadline."""
    return round(780 * (min(max(days, -_BEFORE), _AFTER) + _BEFORE) / (_BEFORE + _AFTER)) + 10


def _dots(ladder: Ladder) -> list[tuple[int, str, str]]:
    """Where each notice stands on the line, with its kind and its name."""
    return [
        (_x(days),
         "up" if r.escalation else "alone" if r.delivery is Delivery.ALONE else "digest", name)
        for r in ladder.rungs for name, days in r.steps()
    ]  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """One choice of a ladder in words, with what takes it back."""

    ladder: str
    words: str
    plan: int | None
    unit: int | None
    item_class: str


def _choices(session: Session, f: Phrases) -> list[Chosen]:
    rows = session.exec(select(LadderChoice).order_by(col(LadderChoice.id))).all()
    plans = {p.id: p.number for p in session.exec(select(Plan))} if rows else {}
    units = {u.id: u.name for u in session.exec(select(Unit))} if rows else {}
    out: list[Chosen] = []
    for c in rows:
        parts = [
            f.t("kế hoạch ", "plan ") + plans.get(c.plan_id, "?") if c.plan_id else "",
            units.get(c.unit_id, "?") if c.unit_id else "",
            f.t(*_CLASSES[c.item_class]) if c.item_class else "",
        ]
        words = ", ".join(filter(None, parts)) or f.t("mọi việc", "everything")
        out.append(Chosen(c.ladder, words, c.plan_id, c.unit_id, c.item_class or ""))
    return out


@router.post("/choose")
def choose(visit: Coordinating) -> Response:
    """Choose a ladder for what is assigned from now on, or take a choice back."""
    form = visit.form

    def step(session: Session) -> None:
        name = form.text("ladder") or None
        kind = form.text("class")
        if name is None and not form.text("back"):
            raise wrong("ladder", "hãy chọn bậc nhắc", "choose a ladder")
        acting.choose_ladder(
            session, name, plan=session.get(Plan, form.number("plan") or 0), at=visit.at, actor=visit.actor,
            unit=session.get(Unit, form.number("unit") or 0), known=ladders(session),
            item_class=ItemClass(kind) if kind in set(ItemClass) else None,
        )  # fmt: skip

    return visit.does(step, "/office/ladders", "saved", lambda p: _list(visit, p))


@router.get("/{name}")
def show(name: str, visit: Looking) -> Response:
    """One ladder with its rungs in words, an example, and for administrators its form; "new" starts from a copy."""
    return _one(visit, name)


def _one(
    visit: Visit,
    name: str,
    problems: Sequence[Problem] = (),
    tried: Ladder | None = None,
    seen: Moved | None = None,
) -> Response:
    given = visit.request.query_params
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        known, days = ladders(session), calendar(session)
        ladder = tried or known.get(given.get("from", "chuan") if name == "new" else name)
        if ladder is None:
            raise NotFound([Problem(f"there is no ladder {name}", f"không có bậc nhắc {name}")])
        due = _example_day(given.get("due", ""), local_day(visit.at))
        steps = climb(ladder, due, None, days, hours=visit.place.hours)
        rows = typed_rows(visit.form) if visit.form.text("title") or problems else shown_rows(ladder)
        return visit.page(
            "ladder.html", ladder=ladder, code=name, new=name == "new", own=LADDERS.get(name) != known.get(name),
            ships=name in LADDERS, steps=[_step(s, due) for s in steps], due=due, rows=rows[:ROWS], most=ROWS,
            review=shown_review(ladder),
            rungs=[(r, when(r, f), condition(r, f)) for r in ladder.rungs], audiences=AUDIENCES, deliveries=DELIVERIES,
            seen=seen, mark_seen=mark_of(seen) if seen else "", used=_used(session).get(name, 0),
            problems=problems, typed=visit.form, audience=list(Audience), delivery=list(Delivery),
        )  # fmt: skip


def _example_day(text: str, today: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today + timedelta(days=45)


def _step(notice: PlannedNotice, due: date) -> Step:
    hour = notice.send_after.astimezone(LOCAL).time()
    who, how = AUDIENCES[notice.audience], DELIVERIES[notice.delivery]
    return Step(notice.day, hour, notice.rung, who, how, notice.day > due)


@router.post("/{name}/look")
def look(name: str, visit: Administering) -> Response:
    """Check a ladder, show it on an example, and which notices of running years it moves; nothing is written."""
    try:
        with visit.looking() as session:
            ladder = _asked(visit, session, name)
            seen = acting.preview_ladders(session, visit.rules(session), [ladder])
    except Refused as error:
        return visit.refused(error, lambda p: _one(visit, name, p))
    return _one(visit, name, tried=ladder, seen=seen)


def _asked(visit: Visit, session: Session, name: str) -> Ladder:
    if name == "new":
        name = visit.form.text("name")
        if not _NAME.fullmatch(name) or name == "new":
            raise wrong(
                "name",
                "mã gồm chữ thường không dấu, số và dấu gạch nối, ví dụ bao-cao-quy",
                "a code has small letters, digits and hyphens",
            )
        if name in ladders(session):
            raise wrong("name", f"mã {name} đã có", f"the code {name} is taken")
    return ladder_of(visit.form, name)


@router.post("/{name}")
def save(name: str, visit: Administering) -> Response:
    """Put a ladder into force that was looked at."""

    def step(session: Session) -> None:
        ladder, rules = _asked(visit, session, name), visit.rules(session)
        must_be_seen(acting.preview_ladders(session, rules, [ladder]), visit.form.text("seen"))
        acting.load_ladders(session, rules, [ladder], at=visit.at, actor=visit.actor)

    return visit.does(step, "/office/ladders", "ladder", lambda p: _again(visit, name, p), kick=True)


def _again(visit: Visit, name: str, problems: Sequence[Problem]) -> Response:
    try:
        with visit.looking() as session:
            ladder = _asked(visit, session, name)
            seen = acting.preview_ladders(session, visit.rules(session), [ladder])
        return _one(visit, name, problems, ladder, seen)
    except Refused:
        return _one(visit, name, problems)


@router.post("/{name}/remove")
def remove(name: str, visit: Administering) -> Response:
    """Take an own ladder away; the one that ships comes back in its place where there is one."""

    def step(session: Session) -> None:
        acting.remove_ladder(session, name, at=visit.at, actor=visit.actor)

    return visit.does(step, "/office/ladders", "removed", lambda p: _list(visit, p))
