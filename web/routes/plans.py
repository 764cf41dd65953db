"""Plans: put one in, see its tasks in its text, decide about each, give them to units."""

import io
from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadData, URLSafeSerializer
from sqlmodel import Session, col, select

from actions.assigning import AssignmentSpec, apply_assignments
from actions.errors import NotFound, Problem, Refused
from actions.plans import import_plan
from documents.deadlines import parse_deadlines
from documents.draft import PlanDraft
from documents.errors import DocumentError
from documents.read import read_bytes
from documents.structured import from_yaml
from models.cycles import Assignment, Cycle
from models.database import reading
from models.papers import PaperStore
from models.people import Unit
from models.plans import ItemStatus, Plan, PlanItem
from models.queries import cycle_of, items_of
from models.standing import ladders
from plan.calendar import DaysOff
from plan.deadlines import DEADLINES, Deadline, Other, Relative
from web.deadline_words import all_in_words
from web.forms import FieldProblem, wrong
from web.matching import Matched, Matcher, split
from web.pages import Phrases
from web.paper import around, marked
from web.uploads import plain_name
from web.visit import ADMIN, COORD, Coordinating, Looking, Visit

router = APIRouter()

DOCUMENT_LIMIT = 40 << 20
"""The largest plan document, in bytes."""


@router.get("/plans")
def list_(visit: Looking) -> Response:
    """Every plan with its years, the newest first."""
    return _list(visit)


def _list(visit: Visit, problems: Sequence[Problem] = (), kept: tuple[str, str] | None = None) -> Response:
    with reading(visit.url) as session:
        plans = session.exec(select(Plan).order_by(col(Plan.signed_on).desc(), col(Plan.id).desc())).all()
        cycles: dict[int, list[Cycle]] = {}
        for cycle in session.exec(select(Cycle).order_by(col(Cycle.year))):
            cycles.setdefault(cycle.plan_id, []).append(cycle)
        return visit.page(
            "plans.html", plans=plans, cycles=cycles, problems=problems, typed=visit.form, kept=kept
        )


def _signer(visit: Visit) -> URLSafeSerializer:
    return URLSafeSerializer(visit.key, salt="dondoc.document.v1")


@router.post("/plans")
def put_in(visit: Coordinating) -> Response:
    """Read a document and store it as a plan with draft items; what the text does not say may be typed beside it."""
    kept: tuple[str, str] | None = None
    try:
        name, data, kept = _document(visit)
        draft = _with_typed(visit, _read(data, name))
    except Refused as error:
        return visit.refused(error, lambda problems: _list(visit, problems, kept))
    made: list[int] = []
    days_off = (
        DaysOff(visit.form.text("days_off")) if visit.form.text("days_off") in set(DaysOff) else DaysOff.KEEP
    )

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        new = visit.form.checked("new_version")
        done = import_plan(session, draft, at=visit.at, actor=visit.actor, new_version=new, days_off=days_off)
        made.append(done.plan.id or 0)

    return visit.does(
        step, lambda: f"/plans/{made[0]}", "imported", lambda problems: _list(visit, problems, kept)
    )


def _document(visit: Visit) -> tuple[str, bytes, tuple[str, str]]:
    """The document chosen now, or the one that the form shown again has sent before."""
    store = PaperStore(visit.place.settings.evidence_url)
    files = visit.form.files("document")
    if files:
        name = plain_name(files[0].filename or "")
        data = files[0].file.read(DOCUMENT_LIMIT + 1)
        if len(data) > DOCUMENT_LIMIT:
            raise wrong(
                "document",
                f"{name}: lớn hơn {DOCUMENT_LIMIT >> 20} MB",
                f"{name}: larger than {DOCUMENT_LIMIT >> 20} MiB",
            )
        sha = _sha(data)
        store.put_back(sha, io.BytesIO(data))
        return name, data, (name, str(_signer(visit).dumps([name, sha])))
    try:
        name, sha = _signer(visit).loads(visit.form.raw("kept_document"))
    except (BadData, ValueError) as error:
        raise wrong("document", "hãy chọn một văn bản", "choose a document") from error
    with store.open(sha) as stream:
        return name, stream.read(), (name, visit.form.raw("kept_document"))


def _sha(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def _read(data: bytes, name: str) -> PlanDraft:
    try:
        if name.lower().endswith((".yaml", ".yml")):
            return from_yaml(data.decode("utf-8-sig"))
        return read_bytes(data, name)
    except UnicodeDecodeError as error:
        raise wrong("document", f"{name}: không phải UTF-8", f"{name}: not UTF-8") from error
    except DocumentError as error:
        raise Refused([FieldProblem(str(p), str(p), "document") for p in error.problems]) from error


def _with_typed(visit: Visit, draft: PlanDraft) -> PlanDraft:
    given = {"number": visit.form.text("number"), "date": visit.form.day("signed_on")}
    return draft.model_copy(
        update={"document": draft.document.model_copy(update={k: v for k, v in given.items() if v})}
    )


def the_plan(session: Session, number: int) -> Plan:
    """The plan with this number in its address."""
    plan = session.get(Plan, number)
    if plan is None:
        raise NotFound([Problem(f"there is no plan {number}", f"không có kế hoạch số {number}")])
    return plan


def chosen_year(visit: Visit, plan: Plan) -> int:
    """The year that a page is about: as asked for, else the first year that the plan is for."""
    asked = visit.form.text("year") or visit.request.query_params.get("year", "")
    if asked.isascii() and asked.isdigit() and 1996 <= int(asked) <= 2098:
        return int(asked)
    years = said_years(plan)
    return years[0] if years else plan.signed_on.year


def said_years(plan: Plan) -> list[int]:
    """The years that the document says it is for."""
    return [int(year) for year in cast("list[Any]", plan.header.get("years") or [])]


def years_of(plan: Plan, cycles: Sequence[int], chosen: int) -> list[int]:
    """The years that can be chosen for a plan."""
    said = said_years(plan)
    span = range(min(said), max(said) + 1) if said else range(plan.signed_on.year, plan.signed_on.year + 2)
    return sorted({*span, *cycles, chosen})


@router.get("/plans/{number}")
def show(number: int, visit: Looking) -> Response:
    """The plan's text with its tasks marked in place, and beside it what was understood."""
    return _show(visit, number)


def _show(visit: Visit, number: int, problems: Sequence[Problem] = ()) -> Response:
    f = Phrases(visit.lang, visit.at)
    with reading(visit.url) as session:
        plan = the_plan(session, number)
        items = items_of(session, number)
        year = chosen_year(visit, plan)
        cycle = cycle_of(session, number, year)
        known = [c.year for c in session.exec(select(Cycle).where(Cycle.plan_id == number))]
        matcher = Matcher(session)
        matches = {i.id: matcher.match(i.lead) for i in items}
        words = {i.id: all_in_words(DEADLINES.validate_python(i.deadlines), f) for i in items}
        ready = [i for i in items if i.status is ItemStatus.DRAFT and matches[i.id].whole]
        return visit.page(
            "plan.html", plan=plan, items=items, pieces=marked(plan.text, items), year=year, cycle=cycle,
            years=years_of(plan, known, year), given_to=_given_to(session, cycle),
            many=_how_many(session, cycle), matches=matches, words=words,
            ready=ready, problems=problems, typed=visit.form, may=visit.is_a(ADMIN, COORD),
        )  # fmt: skip


NAMED = 6
"""How many units are named beside a task before they are only counted."""


def _given_to(session: Session, cycle: Cycle | None) -> dict[int, list[str]]:
    """The units that have each item in this year, where they are few."""
    if cycle is None:
        return {}
    few = {item for item, units in _how_many(session, cycle).items() if units <= NAMED}
    query = (
        select(Assignment.item_id, Unit.name).join(Unit, col(Unit.id) == col(Assignment.unit_id)).distinct()
    )
    query = query.where(Assignment.cycle_id == cycle.id, col(Assignment.item_id).in_(few)).order_by(Unit.name)
    out: dict[int, list[str]] = {}
    for item, name in session.exec(query):
        out.setdefault(item, []).append(name)
    return out


def _how_many(session: Session, cycle: Cycle | None) -> dict[int, int]:
    """How many units have each item in this year."""
    if cycle is None:
        return {}
    query = select(Assignment.item_id, sa.func.count(sa.distinct(col(Assignment.unit_id))))
    return dict(
        session.exec(query.where(Assignment.cycle_id == cycle.id).group_by(col(Assignment.item_id))).all()
    )


@router.post("/plans/{number}/assign-matched")
def assign_matched(number: int, visit: Coordinating) -> Response:
    """Accept, as read, every draft item whose units were all understood."""

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        plan = the_plan(session, number)
        matcher = Matcher(session)
        specs = [
            AssignmentSpec(code=item.code, units=found.units, groups=found.groups)
            for item in items_of(session, number)
            if item.status is ItemStatus.DRAFT and (found := matcher.match(item.lead)).whole
        ]
        apply_assignments(session, plan, chosen_year(visit, plan), specs, at=visit.at, actor=visit.actor)

    return visit.does(
        step, f"/plans/{number}?year={visit.form.text('year')}", "decided", lambda p: _show(visit, number, p)
    )


@router.get("/plans/{number}/items/{item_id}")
def show_item(number: int, item_id: int, visit: Coordinating) -> Response:
    """One task beside the sentence it came from, with the form to decide about it."""
    return _show_item(visit, number, item_id)


def _the_item(session: Session, number: int, item_id: int) -> PlanItem:
    item = session.get(PlanItem, item_id)
    if item is None or item.plan_id != number:
        raise NotFound([Problem(f"plan {number} has no item {item_id}", "kế hoạch này không có nhiệm vụ đó")])
    return item


def _show_item(visit: Visit, number: int, item_id: int, problems: Sequence[Problem] = ()) -> Response:
    f = Phrases(visit.lang, visit.at)
    with reading(visit.url) as session:
        plan, item = the_plan(session, number), _the_item(session, number, item_id)
        items = items_of(session, number)
        year = chosen_year(visit, plan)
        cycle = cycle_of(session, number, year)
        matcher = Matcher(session)
        found = matcher.match(item.lead)
        deadlines = DEADLINES.validate_python(item.deadlines)
        here = next(n for n, i in enumerate(items) if i.id == item_id)
        given = _given_to(session, cycle).get(item_id, [])
        return visit.page(
            "item.html", plan=plan, item=item, year=year, cycle=cycle, place=around(plan.text, item),
            units="; ".join(given) or matcher.words(found), found=found, given_names=given,
            words=all_in_words(deadlines, f), names=sorted(set(matcher.names.values())),
            relative=next((d.anchor for d in deadlines if isinstance(d, Relative)), ""),
            ladders=[(name, ladder.title) for name, ladder in ladders(session).items()],
            before=items[here - 1] if here else None, after=items[here + 1] if here + 1 < len(items) else None,
            here=here + 1, total=len(items), problems=problems, typed=visit.form,
        )  # fmt: skip


@router.post("/plans/{number}/items/{item_id}")
def decide(number: int, item_id: int, visit: Coordinating) -> Response:
    """Accept a task with its units, deadline and ladder, or leave it out; the next undecided one follows."""
    reject = visit.form.text("answer") == "reject"
    following: list[str] = []

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        plan, item = the_plan(session, number), _the_item(session, number, item_id)
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
    return f"/plans/{plan.id}/items/{draft.id}?year={year}" if draft else f"/plans/{plan.id}?year={year}"


def _spec(visit: Visit, session: Session, plan: Plan, item: PlanItem, year: int) -> AssignmentSpec:
    """What the form says, with every mistake at once."""
    form = visit.form
    problems: list[Problem] = []
    found = Matcher(session).match(split(form.text("units")))
    problems += _unknown(found)
    undated = form.checked("undated")
    deadlines, wrong_due = _deadlines(form.text("due"), item, plan, year, undated=undated)
    problems += wrong_due
    ladder = form.text("ladder") or None
    try:
        day = form.day("event_day")
    except Refused as error:
        day = None
        problems += error.problems
    if problems:
        raise Refused(problems)
    stated = deadlines if deadlines is not None else DEADLINES.validate_python(item.deadlines)
    events = {d.anchor: day for d in stated if isinstance(d, Relative)} if day else {}
    return AssignmentSpec(
        code=item.code,
        units=found.units,
        groups=found.groups,
        deadlines=deadlines,
        undated=undated,
        ladder=ladder,
        events=events,
    )


def _unknown(found: Matched) -> list[Problem]:
    if not found.units and not found.groups and not found.unknown:
        return [
            FieldProblem(
                "name at least one unit or group", "hãy ghi ít nhất một đơn vị hoặc khối đơn vị", "units"
            )
        ]
    return [
        FieldProblem(
            f"unknown unit {name!r}" + (f"; did you mean {near}?" if near else ""),
            f"không có đơn vị “{name}”" + (f"; có phải “{near}”?" if near else "; thêm ở trang Đơn vị"), "units",
        )
        for name, near in found.unknown.items()
    ]  # fmt: skip


def _deadlines(
    typed: str, item: PlanItem, plan: Plan, year: int, *, undated: bool
) -> tuple[list[Deadline] | None, list[Problem]]:
    """The deadlines that the phrase means; None where it is as it was read."""
    if typed == (item.due_text or ""):
        return None, []
    if not typed:
        return [], []
    read = parse_deadlines(typed, year=year, signed_on=plan.signed_on)
    if not undated and all(isinstance(d, Other) for d in read):
        return None, [FieldProblem(
            f"no time is understood from {typed!r}; write it like “before 20/11/2026”",
            f"không hiểu thời hạn “{typed}”; ghi như “trước ngày 20/11/2026” hoặc “hằng quý, trước ngày 15”", "due",
        )]  # fmt: skip
    return read, []


@router.get("/plans/{number}/text")
def plain_text(number: int, visit: Looking) -> Response:
    """The plan's text as it was read, to compare with its SHA-256."""
    with reading(visit.url) as session:
        text = the_plan(session, number).text
    return Response(
        text,
        media_type="text/plain; charset=utf-8",
        headers={"content-disposition": "attachment; filename=plan.txt"},
    )


@router.get("/plans/{number}/cycle")
def to_year(number: int, visit: Looking) -> Response:
    """On to the year of a plan."""
    with reading(visit.url) as session:
        year = chosen_year(visit, the_plan(session, number))
    return RedirectResponse(f"/plans/{number}/years/{year}", 303)
