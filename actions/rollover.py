"""Rolling a year over: the proposal for the next one, accepted once, with the lineage of every task."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import Field
from sqlmodel import Session, col, select

from actions.assigning import AssignmentSpec, apply_assignments
from actions.directory import Spec, validated
from actions.errors import Problem, Refused, refuse_if
from actions.rights import must_coordinate
from actions.rollover_drafts import forget_rollover
from models import ledger
from models.cycles import Assignment, Cycle, CycleState
from models.ledger import Actor, canonical
from models.people import Unit
from models.plans import ItemStatus, Plan, PlanItem
from models.queries import assignments_of, cycle_of, items_of, units_by_code
from models.standing import calendar
from models.year import ItemLineage, Rollover
from plan.deadlines import DEADLINES, Deadline
from plan.lifecycle import WorkState
from plan.rollover import SAME_DATE, Change, Done, Line, Redate, RolloverError, UnitMap, YearItem, propose


class CarriedSpec(Spec):
    """One unfinished assignment that goes on: under which unit, by when (nothing: in the new year's task)."""

    assignment: int
    unit: str
    due_on: date | None = None


class ItemSpec(Spec):
    """What becomes of one item; `drop` leaves only what is carried over of it."""

    code: str
    text: str = Field(min_length=1)
    deadlines: list[Deadline] = Field(default_factory=list[Deadline])
    undated: bool = False
    ladder: str | None = None
    units: list[str] = Field(default_factory=list[str])
    drop: bool = False
    carried: list[CarriedSpec] = Field(default_factory=list[CarriedSpec])
    change: str = ""
    why: list[str] = Field(default_factory=list[str])


class RolloverSpec(Spec):
    """A proposal as a file that a coordinator may edit and then accept."""

    plan: str
    year: int
    number: str = Field(min_length=1)
    signed_on: date
    title: str = ""
    items: list[ItemSpec] = Field(min_length=1)


class UnitMapSpec(Spec):
    """A file that says which units take the place of which."""

    units: dict[str, list[str]]


@dataclass(frozen=True)
class RolledOver:
    """The plan and the draft year that a rollover made, with the hash of what was accepted."""

    plan: Plan
    cycle: Cycle
    items: int
    assignments: int
    carried: int
    sha256: str


def read_rollover(value: Any, name: str) -> RolloverSpec:
    """A proposal in a YAML value; raises :class:`Refused` with every error and its place."""
    return validated(RolloverSpec, value, name)


def year_items(session: Session, cycle: Cycle) -> list[YearItem]:
    """The accepted items of a year with their units and how each assignment stands."""
    done: dict[int, list[Done]] = {}
    units: dict[int, dict[str, None]] = {}
    query = sa.select(*(col(c) for c in (
        Assignment.item_id, Assignment.id, Unit.code, Assignment.occurrence, Assignment.due_on, Assignment.state
    ))).join(Unit, col(Unit.id) == col(Assignment.unit_id)).where(col(Assignment.cycle_id) == cycle.id)  # fmt: skip
    for item_id, number, unit, occurrence, due_on, state in session.connection().execute(
        query.order_by(col(Unit.id), col(Assignment.id))
    ):
        done.setdefault(item_id, []).append(Done(number, unit, occurrence, due_on, state))
        if state is not WorkState.REPLACED:
            units.setdefault(item_id, {})[unit] = None
    return [
        YearItem(
            item.id or 0, item.code, item.text, tuple(DEADLINES.validate_python(item.deadlines)),
            tuple(units.get(item.id or 0, {})), tuple(done.get(item.id or 0, ())),
        )
        for item in items_of(session, cycle.plan_id)
        if item.status is ItemStatus.ACCEPTED and (item.id in units or item.id not in done)
    ]  # fmt: skip


def propose_rollover(
    session: Session, cycle: Cycle, *, units: UnitMap | None = None, carry_until: date | None = None,
    redate: Redate = SAME_DATE, by_item: Mapping[str, Redate] | None = None,
) -> list[Line]:  # fmt: skip
    """The proposal for the year after, as :func:`plan.rollover.propose` makes it.

    Raises :class:`Refused` for units and items that nobody knows, and for a map of units in a circle.
    """
    items = year_items(session, cycle)
    refuse_if([*_unknown_units(session, units or {}), *_unknown_items(items, by_item or {})])
    try:
        return propose(
            items, year=cycle.year, calendar=calendar(session), units=units, carry_until=carry_until, redate=redate,
            by_item=by_item,
        )  # fmt: skip
    except RolloverError as error:
        raise Refused.because(f"the unit map cannot be followed: {error}", str(error)) from error


def _unknown_units(session: Session, units: UnitMap) -> list[Problem]:
    names = {code for old, new in units.items() for code in (old, *new)}
    return [
        Problem(f"the unit map names {code}, which nobody knows", f"bản đồ đơn vị nêu {code}, không có trong danh bạ")
        for code in sorted(names - units_by_code(session).keys())
    ]  # fmt: skip


def _unknown_items(items: Sequence[YearItem], by_item: Mapping[str, Redate]) -> list[Problem]:
    return [
        Problem(
            f"the year has no item {code} to re-date in its own way",
            f"năm này không có nhiệm vụ {code} để đặt cách chuyển ngày riêng",
        )
        for code in sorted(by_item.keys() - {item.code for item in items})
    ]


def as_spec(session: Session, plan: Plan, cycle: Cycle, lines: Sequence[Line]) -> RolloverSpec:
    """The proposal as the file that is edited and accepted; the new year begins on its first working day."""
    rows = {item.id: item for item in items_of(session, plan.id or 0)}
    signed_on = calendar(session).on_or_after(date(cycle.year + 1, 1, 1))
    return RolloverSpec(
        plan=f"{plan.number}@{plan.year}", year=cycle.year, number=plan.number, signed_on=signed_on,
        title=plan.title.replace(str(cycle.year), str(cycle.year + 1)),
        items=[_item_spec(line, rows[line.item.item_id]) for line in lines],
    )  # fmt: skip


def _item_spec(line: Line, row: PlanItem) -> ItemSpec:
    return ItemSpec(
        code=line.item.code, text=line.text, deadlines=list(line.deadlines), undated=row.undated, ladder=row.ladder,
        units=list(line.units), drop=line.change is Change.DROPPED, change=line.change, why=list(line.why),
        carried=[CarriedSpec(assignment=c.assignment_id, unit=c.unit, due_on=c.due_on) for c in line.carried],
    )  # fmt: skip


def accept_rollover(
    session: Session, plan: Plan, cycle: Cycle, spec: RolloverSpec, *, at: datetime, actor: Actor
) -> RolledOver:
    """Make next year's draft out of an accepted proposal, all or nothing; a year is rolled over once.

    Raises :class:`Refused` with everything that is wrong with it. What is carried over stays in force in the old year
    until the new one is armed.
    """
    must_coordinate(session, actor, plan.id)
    session.refresh(cycle, with_for_update=True)
    refuse_if([*_twice(session, cycle), *_wrong(session, plan, cycle, spec)])
    digest = hashlib.sha256(canonical(spec.model_dump(mode="json")).encode()).hexdigest()
    new = _new_plan(session, plan, cycle, spec, at)
    items = _new_items(session, plan, new, spec)
    year = cycle.year + 1
    given = [s for s in spec.items if not s.drop]
    specs = [AssignmentSpec(code=s.code, units=s.units, undated=s.undated, ladder=s.ladder) for s in given]
    assigned = apply_assignments(session, new, year, specs, at=at, actor=actor)
    fresh = cycle_of(session, new.id or 0, year)
    assert fresh is not None
    carried = _carry_all(session, spec, items, fresh, cycle.year, at)
    session.add(Rollover(
        from_cycle_id=cycle.id or 0, to_cycle_id=fresh.id or 0, sha256=digest, made_by=actor.who, made_at=at
    ))  # fmt: skip
    session.flush()
    ledger.record(
        session, at, actor, "cycle.rolled-over", f"cycle:{cycle.id}",
        to=fresh.id, plan=new.id, year=year, sha256=digest, carried=[[a.replaces_id, a.id] for a in carried],
    )  # fmt: skip
    forget_rollover(session, cycle.id or 0)
    return RolledOver(new, fresh, len(items), assigned.made, len(carried), digest)


def _twice(session: Session, cycle: Cycle) -> list[Problem]:
    before = session.get(Rollover, cycle.id)
    if before is None:
        return []
    to = session.get_one(Cycle, before.to_cycle_id)
    number = session.get_one(Plan, to.plan_id).number
    return [Problem(
        f"the year {cycle.year} has been rolled over already, into plan {number} of {to.year}",
        f"năm {cycle.year} đã được chuyển sang năm {to.year} (kế hoạch {number}) rồi",
    )]  # fmt: skip


def _wrong(session: Session, plan: Plan, cycle: Cycle, spec: RolloverSpec) -> Iterable[Problem]:
    if spec.year != cycle.year:
        yield Problem(
            f"the proposal is for {spec.year}, not {cycle.year}",
            f"đề xuất cho năm {spec.year}, không phải {cycle.year}",
        )
    if spec.signed_on.year not in {cycle.year, cycle.year + 1}:
        yield Problem(
            f"the new plan is signed on {spec.signed_on}, which is neither in {cycle.year} nor in {cycle.year + 1}",
            f"ngày ký {spec.signed_on:%d/%m/%Y} không thuộc năm {cycle.year} hay {cycle.year + 1}",
        )
    same = select(Plan).where(Plan.number == spec.number, Plan.year == spec.signed_on.year)
    if session.exec(same).first():
        yield Problem(
            f"plan {spec.number} of {spec.signed_on.year} is there already; give another number or date of signing",
            f"kế hoạch {spec.number} năm {spec.signed_on.year} đã có; hãy nêu số hoặc ngày ký khác",
        )
    yield from _wrong_items(session, plan, spec)
    yield from _wrong_carried(session, cycle, spec)


def _wrong_items(session: Session, plan: Plan, spec: RolloverSpec) -> Iterable[Problem]:
    known, units = {item.code for item in items_of(session, plan.id or 0)}, units_by_code(session)
    codes = [s.code for s in spec.items]
    for code in sorted({c for c in codes if codes.count(c) > 1}):
        yield Problem(f"item {code} stands twice", f"nhiệm vụ {code} có hai lần")
    for s in spec.items:
        if s.code not in known:
            yield Problem(
                f"plan {plan.number} has no item {s.code}",
                f"kế hoạch {plan.number} không có nhiệm vụ {s.code}",
            )
        if not s.drop and not s.units:
            yield Problem(f"item {s.code}: no unit", f"nhiệm vụ {s.code}: chưa có đơn vị")
        for unit in {*s.units, *(c.unit for c in s.carried)} - units.keys():
            yield Problem(f"item {s.code}: unknown unit {unit}", f"nhiệm vụ {s.code}: không có đơn vị {unit}")


def _wrong_carried(session: Session, cycle: Cycle, spec: RolloverSpec) -> Iterable[Problem]:
    codes = {item.id: item.code for item in items_of(session, cycle.plan_id)}
    stand = {a.id: a for a in assignments_of(session, cycle.id or 0)}
    for s in spec.items:
        for c in s.carried:
            old = stand.get(c.assignment)
            if old is None or codes.get(old.item_id) != s.code or not old.unfinished:
                yield Problem(
                    f"item {s.code}: assignment {c.assignment} is not an unfinished one of it",
                    f"nhiệm vụ {s.code}: việc giao số {c.assignment} không phải việc chưa xong của nhiệm vụ này",
                )
            if c.due_on and c.due_on < spec.signed_on:
                yield Problem(
                    f"item {s.code}: assignment {c.assignment} goes on until {c.due_on}, before the plan is signed",
                    f"nhiệm vụ {s.code}: việc giao số {c.assignment} chuyển hạn {c.due_on:%d/%m/%Y}, trước ngày ký",
                )


def _new_plan(session: Session, plan: Plan, cycle: Cycle, spec: RolloverSpec, at: datetime) -> Plan:
    head = f"Dự thảo năm {cycle.year + 1}, từ kế hoạch {plan.number} năm {plan.year}"
    text = "\n".join([head, *(f"{s.code} {s.text}" for s in spec.items)])
    new = Plan(
        number=spec.number, year=spec.signed_on.year, kind=plan.kind, issuer=plan.issuer, place=plan.place,
        signed_on=spec.signed_on, title=spec.title or plan.title, text=text, source_name="rollover",
        sha256=hashlib.sha256(text.encode()).hexdigest(), days_off=plan.days_off, created_at=at,
        header={
            "number": spec.number, "kind": plan.kind, "date": spec.signed_on.isoformat(), "years": [cycle.year + 1]
        },
    )  # fmt: skip
    session.add(new)
    session.flush()
    return new


def _new_items(session: Session, old: Plan, new: Plan, spec: RolloverSpec) -> dict[str, PlanItem]:
    before = {item.code: item for item in items_of(session, old.id or 0)}
    items = {
        s.code: _new_item(before[s.code], s, new, position)
        for position, s in enumerate((s for s in spec.items if not s.drop or s.carried), 1)
    }
    session.add_all(items.values())
    session.flush()
    session.add_all(
        ItemLineage(item_id=item.id or 0, from_item_id=before[code].id or 0, how="rollover")
        for code, item in items.items()
    )
    return items


def _new_item(old: PlanItem, s: ItemSpec, new: Plan, position: int) -> PlanItem:
    start = new.text.find(f"\n{s.code} {s.text}") + len(s.code) + 2
    return PlanItem(
        plan_id=new.id or 0, code=s.code, position=position, section=old.section, text=s.text, start=start,
        end=start + len(s.text), rule="rolled over", status=ItemStatus.ACCEPTED, lead=old.lead,
        coordinate=old.coordinate, deliverable=old.deliverable, undated=s.undated, ladder=s.ladder,
        deadlines=DEADLINES.dump_python([] if s.drop else s.deadlines, mode="json"),
    )  # fmt: skip


def _carry_all(
    session: Session, spec: RolloverSpec, items: Mapping[str, PlanItem], cycle: Cycle, year: int, at: datetime
) -> list[Assignment]:
    units = units_by_code(session)
    made: list[Assignment] = []
    for s in spec.items:
        for c in s.carried:
            old = session.get_one(Assignment, c.assignment)
            unit = units[c.unit].id or 0
            made.append(_carry(session, old, items[s.code], unit, cycle, c.due_on, year, at))
    return made


def _carry(
    session: Session,
    old: Assignment,
    item: PlanItem,
    unit: int,
    cycle: Cycle,
    due_on: date | None,
    year: int,
    at: datetime,
) -> Assignment:
    same = select(Assignment).where(
        Assignment.cycle_id == cycle.id, Assignment.item_id == item.id, Assignment.unit_id == unit
    )
    there = session.exec(same.order_by(col(Assignment.id))).all()
    if due_on is None:
        going_on = next((a for a in there if a.due_on is None and a.replaces_id is None), None)
        if going_on is not None:
            going_on.replaces_id = old.id
            session.add(going_on)
            session.flush()
            return going_on
    was = f", hạn cũ {old.original_due_on:%d/%m/%Y}" if old.original_due_on else ""
    new = Assignment(
        cycle_id=cycle.id or 0, item_id=item.id or 0, unit_id=unit, occurrence=old.occurrence,
        serial=max((a.serial for a in there if a.occurrence == old.occurrence), default=0) + 1, ladder=old.ladder,
        due_on=due_on, original_due_on=old.original_due_on, why_due=f"chuyển từ năm {year}{was}",
        reason_due=old.reason_due, replaces_id=old.id, created_at=at,
    )  # fmt: skip
    session.add(new)
    session.flush()
    return new


@dataclass(frozen=True)
class Ancestor:
    """One step back in the lineage of an item: which plan and year it came from, and how."""

    item: str
    plan: str
    year: int
    how: str


def lineage(session: Session, item: PlanItem) -> list[Ancestor]:
    """Where an item comes from, the nearest first, through every year, version and split."""
    out: list[Ancestor] = []
    waiting, seen = [item.id or 0], {item.id or 0}
    while waiting:
        query = select(ItemLineage).where(col(ItemLineage.item_id).in_(waiting))
        rows = session.exec(query.where(ItemLineage.item_id != ItemLineage.from_item_id)).all()
        waiting = [r.from_item_id for r in rows if r.from_item_id not in seen]
        seen |= set(waiting)
        for row in rows:
            found = session.get_one(PlanItem, row.from_item_id)
            plan = session.get_one(Plan, found.plan_id)
            out.append(Ancestor(found.code, plan.number, plan.year, row.how))
    return out


def close_finished(session: Session, cycle: Cycle, at: datetime, actor: Actor) -> bool:
    """Close a running year in which nothing is unfinished any more; answers whether it was closed."""
    if cycle.state is not CycleState.ARMED or any(
        a.unfinished for a in assignments_of(session, cycle.id or 0)
    ):
        return False
    cycle.state = CycleState.CLOSED
    session.add(cycle)
    ledger.record(session, at, actor, "cycle.closed", f"cycle:{cycle.id}", year=cycle.year)
    return True
