"""A plan put in, and its tasks decided: accepted with units and deadlines, left out, merged, split, added, dated."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile
from pydantic import Field
from sqlmodel import Session, select

from actions import drafting
from actions.assigning import AssignmentSpec, apply_assignments
from actions.cycles import cycle_named
from actions.errors import NotFound, Problem, Refused
from actions.items import set_event
from actions.plans import import_plan
from models.database import unit_of_work
from models.plans import Plan, PlanItem
from models.queries import items_of
from plan.calendar import DaysOff
from web.api.answers import CHANGES, MAKES, faults
from web.api.assignments import Number
from web.api.caller import Caller, Writes
from web.api.plan_shapes import (
    Codes,
    Decided,
    Decision,
    Decisions,
    EventIn,
    ItemsMade,
    Missed,
    PlanRead,
    Split,
    Touched,
)
from web.api.plans import the_plan, whole
from web.api.shapes import ItemOut
from web.api.writing import Write, once, write
from web.deciding import Said
from web.document_in import read_document, taken

router = APIRouter(prefix="/plans", tags=["plans"])

How = Annotated[Write, Depends(write)]
Short = Annotated[str | None, Form(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Signed = Annotated[date | None, Form(), Field(ge=date(1945, 1, 1), le=date(2100, 12, 31))]
PUTS = {
    200: {"description": "The same document is there already"}, 201: {"description": "Put in"},
    **faults(400, 401, 403, 404, 409, 413, 422, 503),
}  # fmt: skip


@router.post("", status_code=201, responses=PUTS)
def put_in(
    response: Response, who: Writes, document: Annotated[UploadFile, File()], number: Short = None,
    signed_on: Signed = None, new_version: Annotated[bool, Form()] = False,
    days_off: Annotated[DaysOff, Form()] = DaysOff.KEEP,
) -> PlanRead:  # fmt: skip
    """Put a document in: text, Word, PDF, Excel, a web page or YAML. The same one again changes nothing.

    `number` and `signed_on` are given where the text does not say them; `new_version` says that this is a newer text of
    a plan that is there.
    """
    name, data = taken(document)
    draft = read_document(data, name, number, signed_on)
    with unit_of_work(who.place.url) as session:
        who.doer(session).must_coordinate()
        done = import_plan(
            session, draft, at=who.at, actor=who.actor, new_version=new_version, days_off=days_off
        )
        session.flush()
        the_plan(session, who, done.plan.id or 0)
        response.status_code = 201 if done.new else 200
        items = [ItemOut.model_validate(item) for item in items_of(session, done.plan.id or 0)]
        return PlanRead(
            new=done.new, plan=whole(session, done.plan), warnings=list(done.plan.warnings), items=items
        )


def _items(session: Session, plan: Plan, codes: Sequence[str]) -> list[PlanItem]:
    """The tasks with these numbers; raises :class:`NotFound` with every number that is not there."""
    known = {item.code: item for item in items_of(session, plan.id or 0)}
    missing = [code for code in dict.fromkeys(codes) if code not in known]
    if missing:
        raise NotFound(
            [Problem(f"the plan has no item {c}", f"kế hoạch không có nhiệm vụ {c}") for c in missing]
        )
    return [known[code] for code in codes]


@router.post("/{number}/decisions", responses=CHANGES, response_model=Decided)
def decide(number: Number, body: Decisions, who: Writes, asked: How) -> Any:
    """Accept tasks with their units and deadlines for a year, or leave them out; every mistake is named at once.

    The assignments of each task named become exactly those asked for, as long as the year is a draft.
    """

    def do(session: Session) -> Decided:
        who.doer(session).must_coordinate()
        plan = the_plan(session, who, number)
        items = _items(session, plan, [d.code for d in body.items])
        specs, problems = list[AssignmentSpec](), list[Problem]()
        for decision, item in zip(body.items, items, strict=True):
            try:
                specs.append(_spec(session, plan, item, body.year, decision))
            except Refused as error:
                problems += [Problem(f"{item.code}: {p.en}", f"{item.code}: {p.vi}") for p in error.problems]
        if problems:
            raise Refused(problems)
        done = apply_assignments(session, plan, body.year, specs, at=who.at, actor=who.actor)
        return Decided(year=body.year, items=done.items, made=done.made, kept=done.kept, removed=done.removed)

    return once(who, asked, 200, do)


def _spec(session: Session, plan: Plan, item: PlanItem, year: int, said: Decision) -> AssignmentSpec:
    if said.reject:
        return AssignmentSpec(code=item.code, reject=True)
    units = item.lead if said.units is None else said.units
    words = Said(units, said.due, said.undated, said.ladder, said.event_day)
    return words.spec(session, plan, item, year)


Make = Callable[[Session, Plan], Sequence[PlanItem]]


def _drafted(who: Caller, number: int, asked: Write, make: Make) -> Any:
    def do(session: Session) -> ItemsMade:
        who.doer(session).must_coordinate()
        made = make(session, the_plan(session, who, number))
        session.flush()
        return ItemsMade(items=[ItemOut.model_validate(item) for item in made])

    return once(who, asked, 201, do)


@router.post("/{number}/items/merge", status_code=201, responses=MAKES, response_model=ItemsMade)
def merge(number: Number, body: Codes, who: Writes, asked: How) -> Any:
    """Put one draft in the place of several: their words, units and deadlines together."""

    def make(session: Session, plan: Plan) -> Sequence[PlanItem]:
        items = _items(session, plan, body.codes)
        return [drafting.merge(session, plan, items, at=who.at, actor=who.actor)]

    return _drafted(who, number, asked, make)


@router.post("/{number}/items", status_code=201, responses=MAKES, response_model=ItemsMade)
def add(number: Number, body: Missed, who: Writes, asked: How) -> Any:
    """A draft for a task that was not seen in the text; its units and deadline are read out of its words."""

    def make(session: Session, plan: Plan) -> Sequence[PlanItem]:
        return [
            drafting.add(session, plan, body.code, body.words, at=who.at, actor=who.actor, start=body.start)
        ]

    return _drafted(who, number, asked, make)


def _the_item(session: Session, who: Caller, number: int, item: int) -> tuple[Plan, PlanItem]:
    plan = the_plan(session, who, number)
    found = session.exec(select(PlanItem).where(PlanItem.plan_id == number, PlanItem.id == item)).first()
    if found is None:
        raise NotFound(
            [Problem(f"the plan has no item with the id {item}", f"kế hoạch không có nhiệm vụ id {item}")]
        )
    return plan, found


@router.post("/{number}/items/{item}/split", status_code=201, responses=MAKES, response_model=ItemsMade)
def split(number: Number, item: Number, body: Split, who: Writes, asked: How) -> Any:
    """Put several drafts in the place of one."""

    def make(session: Session, plan: Plan) -> Sequence[PlanItem]:
        _, one = _the_item(session, who, number, item)
        return drafting.split(session, plan, one, body.parts, at=who.at, actor=who.actor)

    return _drafted(who, number, asked, make)


@router.post("/{number}/items/{item}/events", responses=CHANGES, response_model=Touched)
def add_event(number: Number, item: Number, body: EventIn, who: Writes, asked: How) -> Any:
    """Say on which day an event fell that a task waits for; its assignments get their days."""

    def do(session: Session) -> Touched:
        doer, rules = who.doer(session), who.rules(session)
        doer.must_coordinate()
        plan, one = _the_item(session, who, number, item)
        cycle = cycle_named(session, plan, body.year)
        changed = set_event(session, plan, cycle, one, body.day, doer, who.at, rules, anchor=body.anchor)
        return Touched(assignments=[a.id or 0 for a in changed])

    return once(who, asked, 200, do, kick=True)
