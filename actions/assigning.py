"""Giving tasks to units: from an accepted item, its deadlines and its units to one assignment per occurrence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import Field
from sqlmodel import Session, col, select

from actions.dates import due_in, events_of
from actions.directory import Spec, validated
from actions.errors import Problem, refuse_if
from actions.rights import must_coordinate
from models import ledger
from models.cycles import Assignment, Cycle, CycleState
from models.ledger import Actor
from models.people import Unit
from models.plans import ItemStatus, Plan, PlanItem
from models.queries import cycle_of, group_members, items_of, units_by_code
from models.standing import calendar, choices, ladders
from models.year import ItemEvent
from plan.calendar import WorkingCalendar
from plan.choice import choose, class_of
from plan.deadlines import DEADLINES, Deadline
from plan.occurrences import Occurrence


class AssignmentSpec(Spec):
    """What is decided about one item: its units and groups, its deadlines if not as read, its ladder.

    `deadlines` replaces what was read; `undated` says that the item has no day and that this is meant. `events` gives
    the days of events that relative deadlines wait for.
    """

    code: str
    units: list[str] = Field(default_factory=list)
    groups: list[str] = Field(default_factory=list)
    deadlines: list[Deadline] | None = None
    undated: bool = False
    ladder: str | None = None
    events: dict[str, date] = Field(default_factory=dict)
    reject: bool = False


class AssignmentsSpec(Spec):
    """A whole file of decisions about the items of one plan."""

    items: list[AssignmentSpec]


@dataclass(frozen=True)
class Assigned:
    """How many items were decided and assignments made; `kept` stood already, `removed` are no longer asked for."""

    items: int
    made: int
    kept: int
    removed: int = 0


def read_assignments(value: Any, name: str) -> AssignmentsSpec:
    """The decisions in a YAML value; raises :class:`Refused` with every error and its place."""
    return validated(AssignmentsSpec, value, name)


def apply_assignments(
    session: Session, plan: Plan, year: int, specs: Sequence[AssignmentSpec], *, at: datetime, actor: Actor
) -> Assigned:
    """Accept, date and assign items for one year, all or nothing.

    The assignments of each item named become exactly those asked for: what stands already is kept and brought up to
    date, what is no longer asked for is removed. Raises :class:`Refused` with every unknown item, unit, group and
    ladder, if the year is already armed, and with every item whose deadlines all lie before the year.
    """
    must_coordinate(session, actor, plan.id)
    items = {item.code: item for item in items_of(session, plan.id or 0)}
    units, groups = units_by_code(session), group_members(session)
    known = ladders(session)
    cycle = cycle_of(session, plan.id or 0, year)
    refuse_if([*_unknown(plan, specs, items, units, groups, known), *_too_late(cycle)])
    cycle = cycle or _new_cycle(session, plan, year, at, actor)
    days = calendar(session)
    made = kept = removed = 0
    over: list[Problem] = []
    for spec in specs:
        item = items[spec.code]
        _decide(session, item, spec, at, actor)
        due = due_in(plan, item, year, days, {**events_of(session, item.id or 0), **spec.events})
        over += _over(item, year) if not due and not spec.reject else []
        chosen = [] if spec.reject else _members(spec, units, groups)
        fresh, old, gone = _assign(session, plan, cycle, item, due, chosen, at)
        made, kept, removed = made + len(fresh), kept + old, removed + len(gone)
        if fresh or gone:
            ids = [a.id for a in fresh]
            ledger.record(
                session,
                at,
                actor,
                "item.assigned",
                f"item:{item.id}",
                year=year,
                assignments=ids,
                removed=gone,
            )
    refuse_if(over)
    return Assigned(len(specs), made, kept, removed)


def _over(item: PlanItem, year: int) -> list[Problem]:
    """What is said of an item that owes nothing in a year, because every deadline lies before it."""
    return [Problem(
        f"item {item.code}: every deadline is before {year}; assign it in an earlier year, or give it another deadline",
        f"nhiệm vụ {item.code}: mọi thời hạn đều trước năm {year}; hãy giao ở năm trước đó, hoặc đặt thời hạn khác",
    )]  # fmt: skip


def _unknown(
    plan: Plan, specs: Iterable[AssignmentSpec], items: Mapping[str, PlanItem], units: Mapping[str, Unit],
    groups: Mapping[str, object], known: Mapping[str, object],
) -> Iterable[Problem]:  # fmt: skip
    seen: set[str] = set()
    for spec in specs:
        if spec.code in seen:
            yield Problem(
                f"item {spec.code} is decided twice", f"nhiệm vụ {spec.code} được giao hai lần trong tệp"
            )
        seen.add(spec.code)
        if spec.code not in items:
            yield Problem(
                f"plan {plan.number} has no item {spec.code}",
                f"kế hoạch {plan.number} không có nhiệm vụ {spec.code}",
            )
        for unit in spec.units:
            if unit not in units:
                yield Problem(
                    f"item {spec.code}: unknown unit {unit}", f"nhiệm vụ {spec.code}: không có đơn vị {unit}"
                )
        for group in spec.groups:
            if group not in groups:
                yield Problem(
                    f"item {spec.code}: unknown or empty group {group}",
                    f"nhiệm vụ {spec.code}: khối {group} không có hoặc chưa có đơn vị",
                )
        if spec.ladder and spec.ladder not in known:
            names = ", ".join(known)
            yield Problem(f"item {spec.code}: unknown ladder {spec.ladder} (known: {names})",
                          f"nhiệm vụ {spec.code}: không có bậc nhắc {spec.ladder} (có: {names})")  # fmt: skip
        if not spec.reject and not spec.units and not spec.groups:
            yield Problem(
                f"item {spec.code}: no unit and no group",
                f"nhiệm vụ {spec.code}: chưa có đơn vị hay khối đơn vị",
            )


def _too_late(cycle: Cycle | None) -> list[Problem]:
    if cycle is None or cycle.state is CycleState.DRAFT:
        return []
    return [Problem(
        f"the year {cycle.year} of this plan is {cycle.state}; disarm it first, or extend and reassign single tasks",
        f"chu kỳ {cycle.year} của kế hoạch này đã kích hoạt hoặc đã đóng; "
        "hãy hủy kích hoạt, hoặc gia hạn, chuyển giao từng nhiệm vụ",
    )]  # fmt: skip


def _new_cycle(session: Session, plan: Plan, year: int, at: datetime, actor: Actor) -> Cycle:
    cycle = Cycle(plan_id=plan.id or 0, year=year)
    session.add(cycle)
    session.flush()
    ledger.record(session, at, actor, "cycle.opened", f"cycle:{cycle.id}", plan=plan.id, year=year)
    return cycle


def _decide(session: Session, item: PlanItem, spec: AssignmentSpec, at: datetime, actor: Actor) -> None:
    status = ItemStatus.REJECTED if spec.reject else ItemStatus.ACCEPTED
    if spec.deadlines is not None:
        item.deadlines = DEADLINES.dump_python(spec.deadlines, mode="json")
    item.undated, item.ladder, item.status = spec.undated, spec.ladder or item.ladder, status
    session.add(item)
    for anchor, day in spec.events.items():
        session.merge(ItemEvent(item_id=item.id or 0, anchor=anchor, day=day, set_by=actor.who, set_at=at))
    ledger.record(
        session, at, actor, f"item.{status}", f"item:{item.id}",
        code=item.code, deadlines=item.deadlines, undated=item.undated,
    )  # fmt: skip


def _members(
    spec: AssignmentSpec, units: Mapping[str, Unit], groups: Mapping[str, Sequence[Unit]]
) -> list[Unit]:
    named = [units[code] for code in spec.units]
    grouped = [unit for code in spec.groups for unit in groups[code]]
    return list({unit.id: unit for unit in [*named, *grouped]}.values())


def _assign(
    session: Session, plan: Plan, cycle: Cycle, item: PlanItem, due: Sequence[Occurrence], units: Sequence[Unit],
    at: datetime,
) -> tuple[list[Assignment], int, list[int | None]]:  # fmt: skip
    """New assignments for what is not assigned yet, how many stood already, and the numbers of those removed."""
    deadlines = DEADLINES.validate_python(item.deadlines)
    known = choices(session)
    kind = class_of(deadlines)
    ladder = {u.id: item.ladder or choose(known, plan.id or 0, u.id or 0, kind) for u in units}
    asked = {
        (unit.id, occurrence.label): assignment_for(
            cycle, item, unit, occurrence, ladder[unit.id], announce=number == 0, at=at
        )
        for unit in units
        for number, occurrence in enumerate(due)
    }
    stand = session.exec(
        select(Assignment).where(Assignment.cycle_id == cycle.id, Assignment.item_id == item.id)
    ).all()
    gone: list[int | None] = []
    for assignment in stand:
        wanted = asked.pop((assignment.unit_id, assignment.occurrence), None)
        if wanted is None and assignment.replaces_id is not None:
            continue  # carried over from the year before: it has a deadline of its own
        if wanted is None:
            gone.append(assignment.id)
            session.delete(assignment)
        else:
            _bring_up_to_date(session, assignment, wanted)
    session.add_all(asked.values())
    session.flush()
    return list(asked.values()), len(stand) - len(gone), gone


_DECIDED = ("due_on", "due_time", "original_due_on", "why_due", "reason_due", "ladder", "announce")
"""What a decision about an item says of its assignments."""


def _bring_up_to_date(session: Session, assignment: Assignment, wanted: Assignment) -> None:
    for name in _DECIDED:
        setattr(assignment, name, getattr(wanted, name))
    session.add(assignment)


def assignment_for(
    cycle: Cycle,
    item: PlanItem,
    unit: Unit,
    occurrence: Occurrence,
    ladder: str,
    *,
    announce: bool,
    at: datetime,
) -> Assignment:
    """One item × one unit × one occurrence, not stored yet."""
    return Assignment(
        cycle_id=cycle.id or 0, item_id=item.id or 0, unit_id=unit.id or 0, occurrence=occurrence.label,
        due_on=occurrence.due_on, due_time=occurrence.due_time, original_due_on=occurrence.due_on,
        why_due=occurrence.why, reason_due=occurrence.reason, ladder=ladder, announce=announce, created_at=at,
    )  # fmt: skip


def unassigned(session: Session, plan: Plan, cycle: Cycle, days: WorkingCalendar) -> list[PlanItem]:
    """The accepted items of a cycle's plan that no unit has, of those that owe something in its year."""
    given = select(Assignment.item_id).where(Assignment.cycle_id == cycle.id)
    query = select(PlanItem).where(PlanItem.plan_id == cycle.plan_id, PlanItem.status == ItemStatus.ACCEPTED)
    free = session.exec(query.where(col(PlanItem.id).not_in(given)))
    return [i for i in free if due_in(plan, i, cycle.year, days, events_of(session, i.id or 0))]
