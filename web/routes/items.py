"""One task beside the sentence it came from: its units, deadline and ladder; splitting it; and what it came from."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions import drafting
from actions.assigning import AssignmentSpec, apply_assignments
from actions.errors import Problem, Refused
from actions.rollover import lineage
from models.plans import ItemStatus, Plan, PlanItem
from models.queries import cycle_of, items_of
from models.standing import ladders
from plan.deadlines import DEADLINES, Relative
from web.deadline_words import all_in_words
from web.deciding import Said
from web.forms import FieldProblem
from web.matching import Matcher, split
from web.pages import Phrases
from web.paper import around
from web.plan_pages import chosen_year, given_to, how_many, the_item, the_plan
from web.rule_words import rule_in_words
from web.visit import Coordinating, Visit

router = APIRouter()


@router.get("/plans/{number}/items/{item_id}")
def show_item(number: int, item_id: int, visit: Coordinating) -> Response:
    """One task beside the sentence it came from, with the form to decide about it."""
    return _show_item(visit, number, item_id)


def _show_item(visit: Visit, number: int, item_id: int, problems: Sequence[Problem] = ()) -> Response:
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        plan, item = the_plan(session, number), the_item(session, number, item_id)
        items = items_of(session, number)
        year = chosen_year(visit, plan)
        cycle = cycle_of(session, number, year)
        matcher = Matcher(session)
        found = matcher.match(item.lead)
        deadlines = DEADLINES.validate_python(item.deadlines)
        here = next(n for n, i in enumerate(items) if i.id == item_id)
        given = given_to(session, cycle, how_many(session, cycle)).get(item_id, [])
        return visit.page(
            "item.html", plan=plan, item=item, year=year, cycle=cycle, place=around(plan.text, item),
            units="; ".join(given) or matcher.words(found), found=found, given_names=given,
            near={name: matcher.suggestions(name) for name in found.unknown},
            words=all_in_words(deadlines, f), names=sorted(set(matcher.names.values())),
            relative=next((d.anchor for d in deadlines if isinstance(d, Relative)), ""),
            ladders=[(name, ladder.title) for name, ladder in ladders(session).items()],
            before=items[here - 1] if here else None, after=items[here + 1] if here + 1 < len(items) else None,
            here=here + 1, total=len(items), problems=problems, typed=visit.form,
            why=rule_in_words(item.rule, f), came_from=lineage(session, item), draft=item.status is ItemStatus.DRAFT,
        )  # fmt: skip


@router.post("/plans/{number}/items/{item_id}")
def decide(number: int, item_id: int, visit: Coordinating) -> Response:
    """Accept a task with its units, deadline and ladder, or leave it out; the next undecided one follows."""
    reject = visit.form.text("answer") == "reject"
    following: list[str] = []

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        plan, item = the_plan(session, number), the_item(session, number, item_id)
        year = chosen_year(visit, plan)
        spec = (
            AssignmentSpec(code=item.code, reject=True) if reject else _spec(visit, session, plan, item, year)
        )
        apply_assignments(session, plan, year, [spec], at=visit.at, actor=visit.actor)
        following.append(_next(session, plan, item, year))

    said = "rejected" if reject else "decided"
    return visit.does(step, lambda: following[0], said, lambda p: _show_item(visit, number, item_id, p))


def _next(session: Session, plan: Plan, item: PlanItem, year: int) -> str:
    items = items_of(session, plan.id or 0)
    later = [i for i in items if i.position > item.position] + [
        i for i in items if i.position < item.position
    ]
    draft = next((i for i in later if i.status is ItemStatus.DRAFT), None)
    if draft is None:
        return f"/plans/{plan.id}?year={year}&undo={item.id}"
    return f"/plans/{plan.id}/items/{draft.id}?year={year}&undo={item.id}"


@router.post("/plans/{number}/items/{item_id}/split")
def split_draft(number: int, item_id: int, visit: Coordinating) -> Response:
    """Put several drafts in the place of one: a line of the form for each."""
    made: list[PlanItem] = []

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        plan, item = the_plan(session, number), the_item(session, number, item_id)
        parts = visit.form.text("parts").split("\n")
        try:
            made.extend(drafting.split(session, plan, item, parts, at=visit.at, actor=visit.actor))
        except Refused as error:
            raise Refused([FieldProblem(p.en, p.vi, "parts") for p in error.problems]) from error

    def then() -> str:
        year = visit.form.text("year")
        return f"/plans/{number}?year={year}&item={made[0].id}&undo={made[0].id}#i-{made[0].id}"

    return visit.does(step, then, "split", lambda p: _show_item(visit, number, item_id, p))


def _spec(visit: Visit, session: Session, plan: Plan, item: PlanItem, year: int) -> AssignmentSpec:
    """What the form says, with every mistake at once."""
    form = visit.form
    said = Said(
        split(form.text("units")), form.text("due"), form.checked("undated"), form.text("ladder") or None
    )
    problems: list[Problem] = []
    try:
        said = replace(said, event_day=form.day("event_day"))
    except Refused as error:
        problems += error.problems
    try:
        spec = said.spec(session, plan, item, year)
    except Refused as error:
        raise Refused([*error.problems, *problems]) from error
    if problems:
        raise Refused(problems)
    return spec
