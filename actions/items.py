"""Items in a running year: one is added, split, or gets the day of the event it waits for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from actions.assigning import AssignmentSpec, assignment_for
from actions.chasing import Rules, restart, void_rest
from actions.dates import due_in, events_of
from actions.errors import NotFound, Problem, Refused, refuse_if
from actions.moves import close_assignment
from actions.people import Doer
from actions.rights import must_coordinate
from models import ledger
from models.cycles import Assignment, Cycle, CycleState
from models.people import Unit
from models.plans import ItemStatus, Plan, PlanItem
from models.queries import group_members, items_of, units_by_code
from models.standing import choices
from models.year import ItemEvent, ItemLineage
from plan.choice import choose, class_of
from plan.clock import local_day
from plan.deadlines import DEADLINES, Relative
from plan.due import Reason
from plan.kinds import NoticeKind
from plan.lifecycle import UNFINISHED, Event
from plan.occurrences import Occurrence


@dataclass(frozen=True)
class NewItem:
    """A task that was not read from the text: its words, and what is decided about it."""

    spec: AssignmentSpec
    text: str


def members(session: Session, spec: AssignmentSpec) -> list[Unit]:
    """The units that a decision names, one by one and by groups; raises :class:`Refused` with every unknown one."""
    units, groups = units_by_code(session), group_members(session)
    refuse_if([
        *(
            Problem(f"item {spec.code}: unknown unit {u}", f"nhiệm vụ {spec.code}: không có đơn vị {u}")
            for u in spec.units if u not in units
        ),
        *(
            Problem(f"item {spec.code}: unknown group {g}", f"nhiệm vụ {spec.code}: không có khối {g}")
            for g in spec.groups if g not in groups
        ),
    ])  # fmt: skip
    named = [units[code] for code in spec.units]
    return list({u.id: u for u in [*named, *(u for code in spec.groups for u in groups[code])]}.values())


def add_item(
    session: Session,
    plan: Plan,
    cycle: Cycle,
    new: NewItem,
    doer: Doer,
    at: datetime,
    rules: Rules,
    *,
    reason: str,
) -> list[Assignment]:
    """Add a task to the plan in a year; in a running one its units are told and chased from now on."""
    must_coordinate(session, doer.actor, plan.id)
    doer.must_coordinate()
    if not reason.strip():
        raise Refused.because(
            "a new task needs its reason or paper", "thêm nhiệm vụ phải nêu lý do hoặc văn bản"
        )
    item = _new_item(session, plan, new, f"added: {reason.strip()}")
    ledger.record(
        session,
        at,
        doer.actor,
        "item.added",
        f"item:{item.id}",
        code=item.code,
        year=cycle.year,
        reason=reason,
    )
    return give(session, plan, cycle, item, new.spec, at, rules, doer)


def _new_item(session: Session, plan: Plan, new: NewItem, rule: str) -> PlanItem:
    there = items_of(session, plan.id or 0)
    spec = new.spec
    if not new.text.strip():
        raise Refused.because(f"item {spec.code} has no words", f"nhiệm vụ {spec.code} chưa có nội dung")
    if spec.code in {item.code for item in there}:
        raise Refused.because(
            f"the plan has an item {spec.code} already", f"kế hoạch đã có nhiệm vụ {spec.code}"
        )
    item = PlanItem(
        plan_id=plan.id or 0, code=spec.code, position=max((i.position for i in there), default=0) + 1,
        text=new.text.strip(), rule=rule, status=ItemStatus.ACCEPTED, undated=spec.undated, ladder=spec.ladder,
        deadlines=DEADLINES.dump_python(list(spec.deadlines or []), mode="json"),
    )  # fmt: skip
    session.add(item)
    session.flush()
    return item


def give(
    session: Session, plan: Plan, cycle: Cycle, item: PlanItem, spec: AssignmentSpec, at: datetime, rules: Rules,
    doer: Doer, replaces: Mapping[int, Assignment] | None = None,
) -> list[Assignment]:  # fmt: skip
    """Give an item to units within a year, also one that is running: what was due before today is left out.

    `replaces` names by unit the assignment in whose place the first one of that unit stands.
    """
    units = members(session, spec)
    events = {**events_of(session, item.id or 0), **spec.events}
    due = due_in(plan, item, cycle.year, rules.calendar, events)
    still = [o for o in due if o.due_on is None or o.due_on >= local_day(at)]
    refuse_if(
        [*_nobody(spec, units), *_nothing_due(spec, still), *_no_day(item, still), *_no_ladder(spec, rules)]
    )
    kind, known = class_of(DEADLINES.validate_python(item.deadlines)), choices(session)
    made: list[Assignment] = []
    for unit in units:
        ladder = item.ladder or choose(known, plan.id or 0, unit.id or 0, kind)
        for number, occurrence in enumerate(still):
            one = assignment_for(cycle, item, unit, occurrence, ladder, announce=number == 0, at=at)
            old = (replaces or {}).get(unit.id or 0) if number == 0 else None
            one.replaces_id, one.version = (
                (old.id if old else None),
                0 if cycle.state is CycleState.ARMED else 1,
            )
            if old and old.original_due_on and one.due_on:
                one.original_due_on = old.original_due_on
            made.append(one)
    session.add_all(made)
    session.flush()
    for one in made if cycle.state is CycleState.ARMED else ():
        restart(session, one, at, rules, announce=one.announce)
    ledger.record(
        session,
        at,
        doer.actor,
        "item.assigned",
        f"item:{item.id}",
        year=cycle.year,
        assignments=[a.id for a in made],
    )
    return made


def _nobody(spec: AssignmentSpec, units: Sequence[Unit]) -> list[Problem]:
    if units:
        return []
    return [
        Problem(
            f"item {spec.code}: no unit and no group", f"nhiệm vụ {spec.code}: chưa có đơn vị hay khối đơn vị"
        )
    ]


def _nothing_due(spec: AssignmentSpec, still: Sequence[Occurrence]) -> list[Problem]:
    if still:
        return []
    return [
        Problem(
            f"item {spec.code}: nothing falls due any more this year",
            f"nhiệm vụ {spec.code}: không còn kỳ hạn nào trong năm",
        )
    ]


def _no_day(item: PlanItem, still: Sequence[Occurrence]) -> list[Problem]:
    needs = (Reason.NO_DEADLINE, Reason.NO_DAY_IN_RHYTHM)
    if item.undated or not any(o.due_on is None and o.reason in needs for o in still):
        return []
    return [Problem(
        f"item {item.code}: no date and not marked undated",
        f"nhiệm vụ {item.code}: chưa có thời hạn và chưa đánh dấu không thời hạn",
    )]  # fmt: skip


def _no_ladder(spec: AssignmentSpec, rules: Rules) -> list[Problem]:
    if not spec.ladder or spec.ladder in rules.ladders:
        return []
    return [
        Problem(
            f"item {spec.code}: unknown ladder {spec.ladder}",
            f"nhiệm vụ {spec.code}: không có bậc nhắc {spec.ladder}",
        )
    ]


def split_item(
    session: Session, plan: Plan, cycle: Cycle, item: PlanItem, parts: Sequence[NewItem], doer: Doer, at: datetime,
    rules: Rules, *, reason: str,
) -> list[Assignment]:  # fmt: skip
    """Put several tasks in the place of one: open assignments are replaced, each part knows where it comes from."""
    must_coordinate(session, doer.actor, plan.id)
    doer.must_coordinate()
    if len(parts) < 2:
        raise Refused.because(
            "a task is split into two parts or more", "phải tách thành ít nhất hai nhiệm vụ"
        )
    open_ones = live_assignments(session, cycle, item)
    refuse_if(
        []
        if open_ones
        else [
            Problem(f"item {item.code} has nothing open", f"nhiệm vụ {item.code} không còn việc nào đang mở")
        ]
    )
    old = {a.unit_id: a for a in reversed(open_ones)}
    for one in open_ones:
        close_assignment(
            session, one, Event.REPLACE, NoticeKind.SUPERSEDED, doer, at, rules, f"split: {reason.strip()}"
        )
    made: list[Assignment] = []
    for part in parts:
        new = _new_item(session, plan, part, f"split from {item.code}: {reason.strip()}")
        session.add(ItemLineage(item_id=new.id or 0, from_item_id=item.id or 0, how="split"))
        made += give(session, plan, cycle, new, part.spec, at, rules, doer, old)
    codes = [part.spec.code for part in parts]
    ledger.record(
        session, at, doer.actor, "item.split", f"item:{item.id}", into=codes, year=cycle.year, reason=reason
    )
    return made


def live_assignments(session: Session, cycle: Cycle, item: PlanItem) -> list[Assignment]:
    """The unfinished assignments of an item in a year, in order."""
    mine = select(Assignment).where(Assignment.cycle_id == cycle.id, Assignment.item_id == item.id)
    unfinished = mine.where(col(Assignment.state).in_(UNFINISHED))
    return list(session.exec(unfinished.order_by(col(Assignment.unit_id), col(Assignment.id))).all())


def set_event(
    session: Session, plan: Plan, cycle: Cycle, item: PlanItem, day: date, doer: Doer, at: datetime, rules: Rules,
    *, anchor: str | None = None,
) -> list[Assignment]:  # fmt: skip
    """Say on which day an event fell that the item's deadlines wait for; they get their days, and answers which.

    Without `anchor` the item must wait for one event only.
    """
    must_coordinate(session, doer.actor, plan.id)
    doer.must_coordinate()
    anchor = _anchor(item, anchor)
    before = {
        o.label: o for o in due_in(plan, item, cycle.year, rules.calendar, events_of(session, item.id or 0))
    }
    session.merge(ItemEvent(item_id=item.id or 0, anchor=anchor, day=day, set_by=doer.actor.who, set_at=at))
    session.flush()
    after = {
        o.label: o for o in due_in(plan, item, cycle.year, rules.calendar, events_of(session, item.id or 0))
    }
    pairs = _pairs(before, after)
    ledger.record(session, at, doer.actor, "item.event", f"item:{item.id}", anchor=anchor, day=day)
    changed = [a for a in live_assignments(session, cycle, item) if a.occurrence in pairs]
    for one in changed:
        _redate(session, cycle, one, pairs[one.occurrence], doer, at, rules, f"{anchor}: {day}")
    return changed


def _anchor(item: PlanItem, anchor: str | None) -> str:
    waits = [d.anchor for d in DEADLINES.validate_python(item.deadlines) if isinstance(d, Relative)]
    found = [a for a in dict.fromkeys(waits) if anchor is None or a.casefold() == anchor.strip().casefold()]
    if len(found) == 1:
        return found[0]
    known = "; ".join(repr(a) for a in dict.fromkeys(waits)) or "-"
    raise NotFound([Problem(
        f"item {item.code}: name one of the events it waits for: {known}",
        f"nhiệm vụ {item.code}: hãy nêu một trong các sự kiện đang chờ: {known}",
    )])  # fmt: skip


def _pairs(before: Mapping[str, Occurrence], after: Mapping[str, Occurrence]) -> dict[str, Occurrence]:
    """What becomes of each occurrence that changes: of the same label, or in order where the label changes too."""
    pairs = {label: after[label] for label in before if label in after and after[label] != before[label]}
    lost = [label for label in before if label not in after]
    fresh = [occurrence for label, occurrence in after.items() if label not in before]
    return {**pairs, **dict(zip(lost, fresh, strict=False))}


def _redate(
    session: Session,
    cycle: Cycle,
    one: Assignment,
    to: Occurrence,
    doer: Doer,
    at: datetime,
    rules: Rules,
    why: str,
) -> None:
    old = one.due_on
    if cycle.state is CycleState.ARMED:
        void_rest(session, one, f"dated by event {why}", at, doer.actor, rules)
    one.occurrence, one.due_on, one.due_time, one.why_due, one.reason_due = (
        to.label,
        to.due_on,
        to.due_time,
        to.why,
        to.reason,
    )
    one.original_due_on = one.original_due_on or to.due_on
    session.add(one)
    if cycle.state is CycleState.ARMED:
        restart(session, one, at, rules, announce=True)
    ledger.record(
        session,
        at,
        doer.actor,
        "assignment.redated",
        f"assignment:{one.id}",
        old=old,
        new=one.due_on,
        reason=why,
    )
