"""Tasks of a running year: one is added, split, or gets the day of the event it waits for, each looked at first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions import items
from actions.assigning import AssignmentSpec
from actions.errors import Problem, Refused
from actions.preview import Effect, preview
from models.cycles import Assignment, Cycle
from models.database import unit_of_work
from models.people import Unit
from models.plans import Plan, PlanItem
from models.standing import ladders
from plan.deadlines import DEADLINES, Relative
from web.changes import in_words
from web.deciding import typed_deadlines
from web.forms import FieldProblem, Form
from web.matching import Matcher, split
from web.pages import Phrases
from web.plan_pages import the_item
from web.routes.years import the_year
from web.visit import Coordinating, Visit

router = APIRouter()

Made = Callable[[Session], Sequence[Assignment]]


@dataclass(frozen=True)
class Asked:
    """What a form of this page is about."""

    number: int
    year: int
    kind: str
    item_id: int | None = None


def _page(
    visit: Visit, asked: Asked, problems: Sequence[Problem] = (), effects: Sequence[Effect] | None = None
) -> Response:
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        plan, cycle = the_year(session, asked.number, asked.year)
        item = the_item(session, asked.number, asked.item_id) if asked.item_id else None
        live = items.live_assignments(session, cycle, item) if item else []
        names = [session.get_one(Unit, n).name for n in dict.fromkeys(a.unit_id for a in live)]
        return visit.page(
            "running.html", problems=problems, typed=visit.form, plan=plan, cycle=cycle, year=asked.year, item=item,
            kind=asked.kind, now=names, anchors=_anchors(item),
            ladders=[(name, ladder.title) for name, ladder in ladders(session).items()],
            lines=in_words(effects, f) if effects is not None else None,
        )  # fmt: skip


def _anchors(item: PlanItem | None) -> list[tuple[str, str]]:
    waits = DEADLINES.validate_python(item.deadlines) if item else []
    return [(d.anchor, d.anchor) for d in waits if isinstance(d, Relative)]


def _do(visit: Visit, asked: Asked, made: Made, then: str) -> Response:
    """Show what a step would do, and with `go` do it."""
    if visit.form.checked("go"):
        return visit.does(made, then, "changed", lambda p: _page(visit, asked, p), kick=True)
    try:
        with unit_of_work(visit.url) as session:
            effects = preview(session, lambda: made(session), visit.at, visit.rules(session))
            session.rollback()
    except Refused as error:
        return visit.refused(error, lambda p: _page(visit, asked, p))
    return _page(visit, asked, effects=effects)


@router.get("/plans/{number}/years/{year}/add")
def to_add(number: int, year: int, visit: Coordinating) -> Response:
    """The form for a task that comes in addition."""
    return _page(visit, Asked(number, year, "add"))


@router.post("/plans/{number}/years/{year}/add")
def add(number: int, year: int, visit: Coordinating) -> Response:
    """Add a task to the year."""

    def made(session: Session) -> Sequence[Assignment]:
        plan, cycle = the_year(session, number, year)
        spec = _spec(session, visit.form, plan, year, visit.form.text("code"), required=True)
        new = items.NewItem(spec, visit.form.text("text"))
        doer, rules = visit.doer(session), visit.rules(session)
        return items.add_item(session, plan, cycle, new, doer, visit.at, rules, reason=_reason(visit))

    return _do(visit, Asked(number, year, "add"), made, f"/plans/{number}/years/{year}")


@router.get("/plans/{number}/years/{year}/items/{item_id}/split")
def to_split(number: int, year: int, item_id: int, visit: Coordinating) -> Response:
    """The form for splitting a task that is being done."""
    return _page(visit, Asked(number, year, "split", item_id))


@router.post("/plans/{number}/years/{year}/items/{item_id}/split")
def split_one(number: int, year: int, item_id: int, visit: Coordinating) -> Response:
    """Put several tasks in the place of one: a line of the form for each."""

    def made(session: Session) -> Sequence[Assignment]:
        (plan, cycle), item = the_year(session, number, year), the_item(session, number, item_id)
        texts = [line.strip() for line in visit.form.text("text").split("\n") if line.strip()]
        like = _spec(session, visit.form, plan, year, item.code, required=False)
        units = {} if like.units or like.groups else {"units": _units_now(session, cycle, item)}
        own = (
            {}
            if like.deadlines
            else {"deadlines": DEADLINES.validate_python(item.deadlines), "undated": item.undated}
        )
        parts = [
            items.NewItem(like.model_copy(update={**units, **own, "code": f"{item.code}.{n}"}), words)
            for n, words in enumerate(texts, 1)
        ]
        return items.split_item(
            session, plan, cycle, item, parts, visit.doer(session), visit.at, visit.rules(session),
            reason=_reason(visit),
        )  # fmt: skip

    return _do(visit, Asked(number, year, "split", item_id), made, f"/plans/{number}/years/{year}")


def _units_now(session: Session, cycle: Cycle, item: PlanItem) -> list[str]:
    ids = dict.fromkeys(a.unit_id for a in items.live_assignments(session, cycle, item))
    return [session.get_one(Unit, number).code for number in ids]


@router.get("/plans/{number}/years/{year}/items/{item_id}/event")
def to_date(number: int, year: int, item_id: int, visit: Coordinating) -> Response:
    """The form for the day of an event that a task waits for."""
    return _page(visit, Asked(number, year, "event", item_id))


@router.post("/plans/{number}/years/{year}/items/{item_id}/event")
def date_one(number: int, year: int, item_id: int, visit: Coordinating) -> Response:
    """Say on which day an event fell; what waits for it gets its days."""

    def made(session: Session) -> Sequence[Assignment]:
        (plan, cycle), item = the_year(session, number, year), the_item(session, number, item_id)
        day = visit.form.day("day")
        if day is None:
            raise Refused([FieldProblem("give the day", "hãy ghi ngày", "day")])
        return items.set_event(
            session, plan, cycle, item, day, visit.doer(session), visit.at, visit.rules(session),
            anchor=visit.form.text("anchor") or None,
        )  # fmt: skip

    return _do(visit, Asked(number, year, "event", item_id), made, f"/plans/{number}/years/{year}")


def _reason(visit: Visit) -> str:
    if not visit.form.text("reason"):
        raise Refused([FieldProblem("give the reason or paper", "hãy nêu lý do hoặc văn bản", "reason")])
    return visit.form.text("reason")


def _spec(
    session: Session, form: Form, plan: Plan, year: int, code: str, *, required: bool
) -> AssignmentSpec:
    """What the form says about units and days, with every mistake at once."""
    found = Matcher(session).match(split(form.text("units")))
    problems: list[Problem] = [
        FieldProblem(f"unknown unit {n!r}", f"không có đơn vị “{n}”", "units") for n in found.unknown
    ]
    if required and not found.units and not found.groups and not found.unknown:
        problems.append(FieldProblem("name a unit", "hãy ghi đơn vị", "units"))
    if required and not code:
        problems.append(FieldProblem("give it a number", "hãy ghi số mục", "code"))
    undated = form.checked("undated")
    nothing = PlanItem(plan_id=plan.id or 0, code=code, position=0, text="")
    deadlines, wrong = typed_deadlines(form.text("due"), nothing, plan, year, undated=undated)
    if problems or wrong:
        raise Refused([*problems, *wrong])
    given: dict[str, Any] = {"deadlines": deadlines} if deadlines else {}
    return AssignmentSpec(
        code=code, units=found.units, groups=found.groups, undated=undated, ladder=form.text("ladder") or None,
        **given,
    )  # fmt: skip
