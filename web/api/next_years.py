"""What follows a plan: a newer version held against its running year, and the draft of the year after."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session

from actions import amendment, rollover
from actions.errors import Problem, Refused
from actions.preview import Effect, View
from models.cycles import Cycle
from models.database import unit_of_work
from models.plans import Plan
from plan.amendment import Pair, Side
from web.amending import Amending, proposed, specs_of
from web.api.answers import CHANGES, MAKES, READS
from web.api.assignments import Number
from web.api.caller import Caller, Reads, Writes
from web.api.plan_shapes import (
    AmendedOut,
    AmendmentIn,
    AmendmentPreview,
    AmendmentSeen,
    EffectOut,
    PairOut,
    RolledOver,
    RolloverAsked,
    SideOut,
    StandsOut,
    Year,
)
from web.api.plans import the_plan
from web.api.writing import Write, once, write
from web.api.years import the_year
from web.deciding import Said

router = APIRouter(prefix="/plans/{number}/years/{year}", tags=["years"])

How = Annotated[Write, Depends(write)]
FIRST, LAST = 2000, 2100
"""The years in which days of a proposal may lie."""


@router.get("/amendment", responses=READS)
def changes(number: Number, year: Year, who: Reads) -> list[PairOut]:
    """This version beside the older one by which the year runs: what is not decided yet, task by task."""
    with who.looking() as session:
        return [_pair(pair) for pair in proposed(session, the_plan(session, who, number), year)[2]]


def _pair(pair: Pair) -> PairOut:
    return PairOut(
        code=pair.code, fate=pair.fate, fields=list(pair.fields), old=_side(pair.old), new=_side(pair.new)
    )


def _side(side: Side | None) -> SideOut | None:
    return SideOut.model_validate(side) if side else None


def _amending(session: Session, who: Caller, number: int, year: int, body: AmendmentIn) -> Amending:
    new = the_plan(session, who, number)
    _, cycle, pairs = proposed(session, new, year)
    chosen = amendment.chosen_pairs(pairs, body.codes)
    if not chosen:
        raise Refused.because("every change has been decided", "mọi thay đổi đã được quyết định")
    ids = {pair.code: pair.new.item_id for pair in chosen if pair.new}
    unknown = [d.code for d in body.decisions if d.code not in ids]
    if unknown:
        raise Refused([
            Problem(f"a decision about {c}, which is not taken", f"có quyết định về {c} nhưng mục này không được chọn")
            for c in unknown
        ])  # fmt: skip
    said = {ids[d.code]: Said(d.units, d.due, d.undated) for d in body.decisions}
    return Amending(new, cycle, chosen, specs_of(session, new, cycle, chosen, said), body.reason)


@router.post("/amendment/preview", responses=CHANGES, response_model=AmendmentPreview)
def preview(number: Number, year: Year, body: AmendmentIn, who: Writes) -> AmendmentPreview:
    """What taking these changes would do to assignments and who would be told; nothing is written."""
    with unit_of_work(who.place.url) as session:
        doer = who.doer(session)
        doer.must_coordinate()
        asked = _amending(session, who, number, year, body)
        effects, seen = asked.look(session, doer, who.at, who.rules(session))
        session.rollback()
    return AmendmentPreview(seen=seen, effects=[_effect(effect) for effect in effects])


def _effect(effect: Effect) -> EffectOut:
    return EffectOut(before=_stands(effect.before), after=_stands(effect.after), told=list(effect.told))


def _stands(view: View | None) -> StandsOut | None:
    return StandsOut.model_validate(view) if view else None


@router.post("/amendment", responses=CHANGES, response_model=AmendedOut)
def accept(number: Number, year: Year, body: AmendmentSeen, who: Writes, asked: How) -> Any:
    """Take these changes over into the running year, all or nothing, as the preview showed it."""

    def do(session: Session) -> AmendedOut:
        doer, rules = who.doer(session), who.rules(session)
        doer.must_coordinate()
        wanted = _amending(session, who, number, year, body)
        done = wanted.make(session, doer, who.at, rules, body.seen)
        return AmendedOut.model_validate(done)

    return once(who, asked, 200, do, kick=True)


@router.post("/rollover/proposal", responses=CHANGES, response_model=rollover.RolloverSpec)
def proposal(number: Number, year: Year, body: RolloverAsked, who: Writes) -> rollover.RolloverSpec:
    """The proposal for the year after, to be corrected and sent to `rollover`; nothing is written."""
    with who.looking() as session:
        who.doer(session).must_coordinate()
        plan, cycle = the_year(session, who, number, year)
        lines = rollover.propose_rollover(session, cycle, units=body.units, carry_until=body.carry_until)
        return rollover.as_spec(session, plan, cycle, lines)


@router.post("/rollover", status_code=201, responses=MAKES, response_model=RolledOver)
def roll_over(number: Number, year: Year, body: rollover.RolloverSpec, who: Writes, asked: How) -> Any:
    """Make next year's draft out of a proposal as it was corrected, once."""
    _must_be_plain(body)

    def do(session: Session) -> RolledOver:
        who.doer(session).must_coordinate()
        plan, cycle = the_year(session, who, number, year)
        _must_be_of(plan, cycle, body)
        done = rollover.accept_rollover(session, plan, cycle, body, at=who.at, actor=who.actor)
        return RolledOver(
            plan_id=done.plan.id or 0, cycle_id=done.cycle.id or 0, items=done.items, assignments=done.assignments,
            carried=done.carried, sha256=done.sha256,
        )  # fmt: skip

    return once(who, asked, 201, do)


def _must_be_of(plan: Plan, cycle: Cycle, spec: rollover.RolloverSpec) -> None:
    if spec.plan != f"{plan.number}@{plan.year}" or spec.year != cycle.year:
        raise Refused.because(
            f"this proposal is for {spec.plan} in {spec.year}",
            f"đề xuất này thuộc {spec.plan} năm {spec.year}",
        )


def _must_be_plain(spec: rollover.RolloverSpec) -> None:
    """Raise :class:`Refused` for days outside of what a calendar counts, and for characters that no text has."""
    problems = [
        Problem(f"{where}: {value!r} cannot be used here", f"{where}: không dùng được giá trị {value!r}")
        for where, value in _values("", spec.model_dump())
        if (isinstance(value, date) and not FIRST <= value.year <= LAST)
        or (isinstance(value, str) and ("\0" in value or len(value) > 20_000))
    ]
    if problems:
        raise Refused(problems)


def _values(where: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [pair for k, v in value.items() for pair in _values(f"{where}/{k}", v)]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list | tuple):
        return [pair for n, v in enumerate(value) for pair in _values(f"{where}/{n}", v)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return [(where, value)]
