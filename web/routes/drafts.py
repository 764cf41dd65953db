"""A plan's text with its tasks beside their sentences: decide about them, merge, add what was missed, take back."""

import re
from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import drafting, undoing
from actions.assigning import AssignmentSpec, apply_assignments
from actions.errors import Problem, Refused
from models.plans import ItemStatus, PlanItem
from models.queries import cycle_of, items_of
from plan.deadlines import DEADLINES
from web.deadline_words import all_in_words
from web.forms import FieldProblem, number_of
from web.lists import Wanted
from web.matching import Matcher
from web.pages import Phrases
from web.paper import Row, rows
from web.plan_pages import chosen_year, given_to, how_items_stand, known_years, the_plan
from web.routes.amendments import newer_than_running
from web.rule_words import rule_in_words
from web.visit import Coordinating, Looking, Visit

router = APIRouter()

AT_ONCE = 80
"""How many tasks one page shows with their stretch of the text."""
UNDO_MOST = 60
"""How many decisions made in one click can be taken back in one."""


@router.get("/plans/{number}")
def show(number: int, visit: Looking) -> Response:
    """The plan's text with its tasks marked in place, and beside each what was understood."""
    return _show(visit, number)


def _show(visit: Visit, number: int, problems: Sequence[Problem] = ()) -> Response:
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        plan = the_plan(session, number)
        gone = undoing.replaced(session, plan)
        items = [i for i in items_of(session, number) if i.id not in gone]
        year = chosen_year(visit, plan)
        cycle = cycle_of(session, number, year)
        stands = how_items_stand(session, cycle, visit.at)
        matcher = Matcher(session)
        matches = {i.id: matcher.match(i.lead) for i in items}
        shown, newer = rows(plan.text, items), newer_than_running(session, plan, year)
        page_of = {i.id or 0: n // AT_ONCE + 1 for n, row in enumerate(shown) for i in row.items}
        page, pages = _page_of(visit, shown, page_of)
        here = shown[(page - 1) * AT_ONCE : page * AT_ONCE]
        seen = [i for row in here for i in row.items]
        return visit.page(
            "plan.html", plan=plan, items=items, rows=here, page=page,
            pages=pages, year=year, cycle=cycle, years=known_years(session, plan, year),
            stands=stands, matches=matches,
            given_to=given_to(session, cycle, {i: one.units for i, one in stands.items()}), undo=_undo(visit),
            words={i.id: all_in_words(DEADLINES.validate_python(i.deadlines), f) for i in seen},
            ready=[i for i in items if i.status is ItemStatus.DRAFT and matches[i.id].whole],
            why={i.id: rule_in_words(i.rule, f) for i in seen}, made=_made(session, items),
            page_of=page_of,
            problems=problems, typed=visit.form, may=visit.acts,
            newer=newer,
            may_decide=visit.acts and not newer and not (cycle and cycle.state != "draft"),
        )  # fmt: skip


def _page_of(visit: Visit, shown: Sequence[Row], page_of: Mapping[int, int]) -> tuple[int, int]:
    """The part of the text that an address asks for, by its number or by a task in it, and how many there are."""
    pages, asked = max(1, -(-len(shown) // AT_ONCE)), visit.request.query_params
    wanted = Wanted.of(asked)
    item = number_of(asked.get("item", ""))
    if "page" not in asked and item is not None:
        return page_of.get(item, 1), pages
    return min(wanted.page, pages), pages


def _made(session: Session, items: Sequence[PlanItem]) -> set[int]:
    """The drafts that a person made: they can be taken back."""
    by_hand = {i.id or 0 for i in items if i.rule == drafting.ADDED}
    return by_hand | {i.id or 0 for i in items if i.rule.startswith(("merged: ", "split from "))}


def _undo(visit: Visit) -> str:
    """The ids that the last step left in the address, if they look like it."""
    given = visit.request.query_params.get("undo", "")
    return given if re.fullmatch(r"\d{1,12}(,\d{1,12}){0,59}", given) else ""


def _there(number: int, visit: Visit, ids: Sequence[int | None], at: int | None) -> str:
    """The page again, with what can be taken back, at the task where work goes on."""
    year = visit.form.text("year")
    undo = ",".join(str(i) for i in ids[:UNDO_MOST]) if len(ids) <= UNDO_MOST else ""
    page = visit.form.number("page") or 1
    more = f"&item={at}" if at else f"&page={page}" if page > 1 else ""
    return f"/plans/{number}?year={year}{more}&undo={undo}" + (f"#i-{at}" if at else "")


@router.post("/plans/{number}/decide")
def decide(number: int, visit: Coordinating) -> Response:
    """Decide about one task as it was read, or about all that are ticked: accept, leave out, merge."""
    touched: list[int | None] = []
    after: list[int | None] = [None]

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        plan = the_plan(session, number)
        ids, deed = _asked(visit)
        items = [i for i in items_of(session, number) if i.id in ids]
        if not items:
            raise Refused.because("tick at least one task", "hãy đánh dấu ít nhất một nhiệm vụ")
        if deed == "merge":
            made = drafting.merge(session, plan, items, at=visit.at, actor=visit.actor)
            touched.append(made.id)
            after[0] = made.id
            return
        specs = [
            _spec(i, session) if deed == "accept" else AssignmentSpec(code=i.code, reject=True) for i in items
        ]
        apply_assignments(session, plan, chosen_year(visit, plan), specs, at=visit.at, actor=visit.actor)
        touched.extend(i.id for i in items)
        after[0] = _next(session, items[-1])

    return visit.does(
        step, lambda: _there(number, visit, touched, after[0]), "decided", lambda p: _show(visit, number, p)
    )


def _asked(visit: Visit) -> tuple[set[int], str]:
    """Which tasks, and what is to be done: a button of one task, or of all ticked ones."""
    for deed in ("accept", "reject"):
        if one := visit.form.number(deed):
            return {one}, deed
    return set(visit.form.numbers("pick")), visit.form.text("deed")


def _spec(item: PlanItem, session: Session) -> AssignmentSpec:
    """The item as it was read; raises :class:`Refused` where not every unit is known."""
    found = Matcher(session).match(item.lead)
    if not found.whole:
        names = "; ".join(found.unknown) or "–"
        raise Refused.because(
            f"item {item.code}: these units are not in the directory: {names}; open it and choose",
            f"nhiệm vụ {item.code}: chưa khớp đơn vị ({names}); hãy mở nhiệm vụ và chọn đơn vị",
        )
    return AssignmentSpec(code=item.code, units=found.units, groups=found.groups, undated=item.undated)


def _next(session: Session, item: PlanItem) -> int | None:
    """The next draft of the plan, the first one after the last."""
    query = select(PlanItem.id).where(PlanItem.plan_id == item.plan_id, PlanItem.status == ItemStatus.DRAFT)
    later = query.where(PlanItem.position > item.position).order_by(col(PlanItem.position))
    return session.exec(later).first() or session.exec(query.order_by(col(PlanItem.position))).first()


@router.post("/plans/{number}/assign-matched")
def assign_matched(number: int, visit: Coordinating) -> Response:
    """Accept, as read, every draft item whose units were all understood."""
    touched: list[int | None] = []

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        plan = the_plan(session, number)
        matcher = Matcher(session)
        found = [
            (item, match) for item in items_of(session, number)
            if item.status is ItemStatus.DRAFT and (match := matcher.match(item.lead)).whole
        ]  # fmt: skip
        specs = [AssignmentSpec(code=i.code, units=m.units, groups=m.groups) for i, m in found]
        apply_assignments(session, plan, chosen_year(visit, plan), specs, at=visit.at, actor=visit.actor)
        touched.extend(i.id for i, _ in found)

    return visit.does(
        step, lambda: _there(number, visit, touched, None), "decided", lambda p: _show(visit, number, p)
    )


@router.post("/plans/{number}/add")
def add(number: int, visit: Coordinating) -> Response:
    """A task that was missed, marked in the text or copied from it."""
    made: list[PlanItem] = []

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        form = visit.form
        try:
            made.append(drafting.add(
                session, the_plan(session, number), form.text("code"), form.text("sentence"), at=visit.at,
                actor=visit.actor, start=form.number("start"),
            ))  # fmt: skip
        except Refused as error:
            raise Refused([FieldProblem(p.en, p.vi, _field(p)) for p in error.problems]) from error

    return visit.does(
        step, lambda: f"/plans/{number}/items/{made[0].id}?year={visit.form.text('year')}", "marked",
        lambda p: _show(visit, number, p),
    )  # fmt: skip


def _field(problem: Problem) -> str:
    return "code" if "number" in problem.en or "already" in problem.en else "sentence"


@router.post("/plans/{number}/undo")
def undo(number: int, visit: Coordinating) -> Response:
    """Take back the last step about some items, all or none."""
    again: list[int | None] = []

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        plan = the_plan(session, number)
        for item_id in _ids(visit):
            item = session.get(PlanItem, item_id)
            if item is not None and item.plan_id == plan.id:
                done = undoing.undo(session, item, at=visit.at, actor=visit.actor)
                again.extend(i.id for i in done.again)

    return visit.does(
        step,
        lambda: _there(number, visit, [], again[0] if again else None),
        "undone",
        _refusing(visit, number),
    )


def _ids(visit: Visit) -> list[int]:
    return [n for i in visit.form.text("item").split(",") if (n := number_of(i)) is not None]


def _refusing(visit: Visit, number: int) -> Callable[[Sequence[Problem]], Response]:
    return lambda problems: _show(visit, number, problems)
