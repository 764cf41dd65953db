"""Next year's plan out of this year's: a diff that is corrected in place and accepted once; and closing a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions import rollover
from actions.errors import Problem, Refused
from models.cycles import Cycle, CycleState
from models.plans import Plan
from models.queries import group_members, items_of, units_by_code
from models.year import Rollover
from plan.rollover import Change, Line
from web.deadline_words import all_in_words
from web.deciding import typed_deadlines
from web.forms import FieldProblem, Form
from web.matching import Matcher, split
from web.pages import Phrases
from web.routes.years import the_year
from web.visit import Coordinating, Visit
from web.word_diff import Stretch, word_diff

router = APIRouter()

CHANGES: dict[str, tuple[str, str]] = {
    Change.KEPT: ("giữ nguyên", "kept"),
    Change.REDATED: ("đổi ngày", "re-dated"),
    Change.REWORDED: ("đổi câu chữ", "reworded"),
    Change.DROPPED: ("đề nghị bỏ", "dropped"),
}


FEW = 8
"""So many unfinished assignments of one item are each shown with a box; more have one box until they are opened."""


@dataclass(frozen=True)
class Shown:
    """One item of the proposal as the page shows it."""

    line: Line
    words: list[Stretch]
    old_due: list[str]
    new_due: list[str]
    units: str


@router.get("/plans/{number}/years/{year}/rollover")
def show(number: int, year: int, visit: Coordinating) -> Response:
    """The proposal for the year after."""
    return _show(visit, number, year)


def _show(visit: Visit, number: int, year: int, problems: Sequence[Problem] = ()) -> Response:
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        plan, cycle = the_year(session, number, year)
        before = session.get(Rollover, cycle.id)
        next_plan = session.get_one(Cycle, before.to_cycle_id).plan_id if before else None
        matcher = Matcher(session)
        lines, said = _lines(session, visit, cycle, matcher)
        spec = rollover.as_spec(session, plan, cycle, lines)
        return visit.page(
            "rollover.html", problems=[*problems, *said], typed=visit.form, plan=plan, cycle=cycle, year=year,
            next_plan=next_plan, spec=spec, shown=[_shown(line, matcher, f) for line in lines], changes=CHANGES,
            counts={c: sum(line.change is c for line in lines) for c in Change},
            carried=sum(len(line.carried) for line in lines), map_typed=_typed_map(visit), until=_until_typed(visit),
            names=matcher.names, opened=_opened(visit.form), few=FEW, armed=cycle.state is CycleState.ARMED,
        )  # fmt: skip


def _shown(line: Line, matcher: Matcher, f: Phrases) -> Shown:
    return Shown(
        line, word_diff(line.item.text, line.text), all_in_words(list(line.item.deadlines), f),
        all_in_words(list(line.deadlines), f), "; ".join(matcher.names.get(c, c) for c in line.units),
    )  # fmt: skip


def _opened(form: Form) -> set[int]:
    """The items whose assignments are chosen one by one."""
    return {*form.numbers("opened"), *form.numbers("open")}


def _taken(form: Form, item: int, carried: Sequence[rollover.CarriedSpec]) -> list[rollover.CarriedSpec]:
    """What goes on of an item: by the one box for all, or by those of each."""
    if len(carried) > FEW and item not in _opened(form):
        return list(carried) if form.checked(f"carry-all-{item}") else []
    chosen = set(form.numbers("carry"))
    return [c for c in carried if c.assignment in chosen]


def _typed_map(visit: Visit) -> str:
    return visit.form.text("map") or visit.request.query_params.get("map", "")[:20_000]


def _until_typed(visit: Visit) -> str:
    return visit.form.text("until") or visit.request.query_params.get("until", "")[:20]


def _lines(
    session: Session, visit: Visit, cycle: Cycle, matcher: Matcher
) -> tuple[list[Line], Sequence[Problem]]:
    """The proposal by the map and the day that were typed; what is wrong with them beside the one without."""
    try:
        return rollover.propose_rollover(
            session, cycle, units=unit_map(_typed_map(visit), matcher), carry_until=_until(visit)
        ), ()
    except Refused as error:
        return rollover.propose_rollover(session, cycle), error.problems


def _until(visit: Visit) -> date | None:
    typed = _until_typed(visit)
    return Form.of({"until": [typed]}).day("until") if typed else None


def unit_map(typed: str, matcher: Matcher) -> dict[str, list[str]]:
    """The map of units from lines "old = new; new"; raises :class:`Refused` with every line that is none."""
    out: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for line in typed.split("\n"):
        if not line.strip():
            continue
        left, sign, right = line.partition("=")
        old, new = matcher.match([left]), matcher.match(split(right))
        if not sign or len(old.units) != 1 or not new.units or new.unknown or old.unknown:
            problems.append(FieldProblem(
                f"not understood: {line!r}; write “old unit = new unit; another”",
                f"không hiểu dòng “{line.strip()}”; ghi “đơn vị cũ = đơn vị mới; đơn vị mới khác”", "map",
            ))  # fmt: skip
        else:
            out[old.units[0]] = new.units
    if problems:
        raise Refused(problems)
    return out


@router.post("/plans/{number}/years/{year}/rollover")
def accept(number: int, year: int, visit: Coordinating) -> Response:
    """Make next year's draft out of the proposal as it was corrected; or show one item's assignments each by itself."""
    if visit.form.number("open"):
        return _show(visit, number, year)
    made: list[rollover.RolledOver] = []

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        plan, cycle = the_year(session, number, year)
        spec = _spec(session, visit, plan, cycle)
        made.append(rollover.accept_rollover(session, plan, cycle, spec, at=visit.at, actor=visit.actor))

    return visit.does(
        step,
        lambda: f"/plans/{made[0].plan.id}?year={year + 1}",
        "rolled-over",
        lambda p: _show(visit, number, year, p),
    )


def _spec(session: Session, visit: Visit, plan: Plan, cycle: Cycle) -> rollover.RolloverSpec:
    form, matcher = visit.form, Matcher(session)
    lines = rollover.propose_rollover(
        session, cycle, units=unit_map(_typed_map(visit), matcher), carry_until=_until(visit)
    )
    spec = rollover.as_spec(session, plan, cycle, lines)
    problems: list[Problem] = []
    items = [_item(session, form, matcher, plan, spec.year, line, problems) for line in spec.items]
    signed_on = None
    try:
        signed_on = form.day("signed_on")
    except Refused as error:
        problems += error.problems
    if problems:
        raise Refused(problems)
    given = {"number": form.text("number"), "signed_on": signed_on, "title": form.text("title")}
    return spec.model_copy(update={"items": items, **{k: v for k, v in given.items() if v}})


def _item(
    session: Session, form: Form, matcher: Matcher, plan: Plan, year: int, spec: rollover.ItemSpec,
    problems: list[Problem],
) -> rollover.ItemSpec:  # fmt: skip
    """One item with what was typed about it; the fields of an item are known by its id."""
    item = next(i for i in items_of(session, plan.id or 0) if i.code == spec.code)
    key = item.id
    changes: dict[str, object] = {"drop": not form.checked(f"keep-{key}")}
    if text := form.text(f"text-{key}"):
        changes["text"] = text
    if names := form.text(f"units-{key}"):
        changes["units"] = _members(session, matcher, names, f"units-{key}", problems)
    if due := form.text(f"due-{key}"):
        deadlines, wrong = typed_deadlines(due, item, plan, year + 1, undated=False)
        problems += [FieldProblem(p.en, p.vi, f"due-{key}") for p in wrong]
        changes |= {"deadlines": deadlines} if deadlines else {}
    changes["carried"] = _taken(form, key or 0, spec.carried)
    return spec.model_copy(update=changes)


def _members(
    session: Session, matcher: Matcher, names: str, field: str, problems: list[Problem]
) -> list[str]:
    found = matcher.match(split(names))
    problems += [FieldProblem(f"unknown unit {n!r}", f"không có đơn vị “{n}”", field) for n in found.unknown]
    groups, known = group_members(session), units_by_code(session)
    every = [*found.units, *(u.code for code in found.groups for u in groups.get(code, []))]
    return [code for code in dict.fromkeys(every) if code in known]


@router.post("/plans/{number}/years/{year}/close")
def close(number: int, year: int, visit: Coordinating) -> Response:
    """Close a year in which nothing is unfinished any more."""

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        _, cycle = the_year(session, number, year)
        if not rollover.close_finished(session, cycle, visit.at, visit.actor):
            raise Refused.because(
                "something is unfinished, or the year does not run",
                "còn việc chưa xong, hoặc năm này chưa chạy",
            )

    return visit.does(
        step, f"/plans/{number}/years/{year}", "closed", lambda p: _show(visit, number, year, p), kick=True
    )
