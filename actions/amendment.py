"""A newer version of a plan against its running year: looked at side by side, accepted one by one or all at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from actions.assigning import AssignmentSpec
from actions.chasing import Rules, set_next_wake
from actions.errors import NotFound, Problem, Refused, refuse_if
from actions.items import give, live_assignments
from actions.moves import close_assignment
from actions.people import Doer
from actions.rights import must_coordinate
from models import ledger
from models.cycles import Assignment, Cycle, CycleState
from models.people import Unit, UnitGroup
from models.plans import ItemStatus, Plan, PlanItem
from models.queries import cycle_of, items_of
from models.standing import decided, standings
from models.year import ItemEvent, ItemLineage
from plan.amendment import Fate, Pair, Side, compare
from plan.deadlines import DEADLINES
from plan.kinds import NoticeKind
from plan.lifecycle import Event

DROPPED = "dropped"
"""How an item's own line in the lineage says that a newer version no longer has it."""


@dataclass
class Amended:
    """What accepting has done: items by fate, assignments closed and made, and those that still want a decision."""

    accepted: dict[str, int] = field(default_factory=dict[str, int])
    closed: list[int] = field(default_factory=list[int])
    made: list[int] = field(default_factory=list[int])
    kept: int = 0


def running_version(session: Session, new: Plan, year: int) -> tuple[Plan, Cycle]:
    """The version of `new`'s plan whose year is running, with that year; raises :class:`NotFound` where none is."""
    versions = (
        select(Plan)
        .where(Plan.number == new.number, Plan.year == new.year)
        .order_by(col(Plan.version).desc())
    )
    for plan in session.exec(versions):
        cycle = cycle_of(session, plan.id or 0, year)
        if cycle is not None and cycle.state is CycleState.ARMED:
            return plan, cycle
    raise NotFound([Problem(
        f"no version of plan {new.number} runs in {year}",
        f"không có bản nào của kế hoạch {new.number} đang chạy trong năm {year}",
    )])  # fmt: skip


def propose_amendment(session: Session, new: Plan, cycle: Cycle) -> list[Pair]:
    """What the newer version would change in the running year; what has been decided before is left out.

    Raises :class:`Refused` where the year runs by a version that is not older.
    """
    old = _old_items(session, new, cycle)
    fresh = [item for item in items_of(session, new.id or 0) if item.status is ItemStatus.DRAFT]
    if not old and not fresh:
        raise Refused.because(
            f"plan {new.number}: the year {cycle.year} runs by this version already",
            f"kế hoạch {new.number}: năm {cycle.year} đã chạy theo bản này",
        )
    return compare([_side(item) for item in old], [_side(item) for item in fresh])


def compare_with_before(session: Session, new: Plan) -> list[Pair]:
    """The newer version beside the one before it, item by item; empty for a first version."""
    before = session.exec(
        select(Plan)
        .where(Plan.number == new.number, Plan.year == new.year, Plan.version < new.version)
        .order_by(col(Plan.version).desc())
    ).first()
    if before is None:
        return []
    return compare(*([_side(i) for i in items_of(session, plan.id or 0)] for plan in (before, new)))


def _old_items(session: Session, new: Plan, cycle: Cycle) -> list[PlanItem]:
    """The items of earlier versions that the year still works by."""
    mine = select(Assignment.item_id).where(Assignment.cycle_id == cycle.id)
    taken = select(ItemLineage.from_item_id).where(col(ItemLineage.how).in_(("amendment", DROPPED)))
    query = select(PlanItem).where(
        col(PlanItem.id).in_(mine), PlanItem.plan_id != new.id, PlanItem.status == ItemStatus.ACCEPTED,
        col(PlanItem.id).not_in(taken),
    )  # fmt: skip
    return list(session.exec(query.order_by(col(PlanItem.position))).all())


def _side(item: PlanItem) -> Side:
    return Side(
        item.id or 0, item.code, item.text, tuple(DEADLINES.validate_python(item.deadlines)), item.due_text,
        tuple(item.lead), tuple(item.coordinate), item.deliverable,
    )  # fmt: skip


def accept_amendment(
    session: Session, new: Plan, cycle: Cycle, pairs: Sequence[Pair], doer: Doer, at: datetime, rules: Rules, *,
    reason: str, specs: Mapping[str, AssignmentSpec] | None = None,
) -> Amended:  # fmt: skip
    """Take pairs of the proposal over into the running year, all or nothing.

    1. Unchanged and reworded: the assignments go on under the new version's item, with everything decided about them.
    2. Changed: open assignments are superseded with the reason, new ones stand in their place for the same units.
    3. Added: given to the units in `specs`, else to those whose names the text has.
    4. Dropped: open assignments are closed with the reason. Whatever was closed keeps its history and its item.

    Raises :class:`Refused` with every added or changed item that no unit is known for.
    """
    must_coordinate(session, doer.actor, cycle.plan_id)
    doer.must_coordinate()
    if not reason.strip():
        raise Refused.because(
            "an amendment needs its reason or paper", "sửa đổi kế hoạch phải nêu lý do hoặc văn bản"
        )
    chosen = dict(specs or {})
    named = {pair.code: chosen.get(pair.code) or _spec(session, cycle, pair) for pair in pairs}
    refuse_if([
        Problem(f"item {pair.code} is {pair.fate} and no unit is known for it; give its units",
                f"nhiệm vụ {pair.code} ({pair.fate}) chưa rõ đơn vị; hãy nêu đơn vị")
        for pair in pairs
        if pair.fate in {Fate.ADDED, Fate.CHANGED} and not named[pair.code].units and not named[pair.code].groups
    ])  # fmt: skip
    out = Amended()
    if cycle.plan_id != new.id:
        ledger.record(
            session,
            at,
            doer.actor,
            "cycle.amended",
            f"cycle:{cycle.id}",
            old=cycle.plan_id,
            new=new.id,
            reason=reason,
        )
        cycle.plan_id = new.id or 0
        session.add(cycle)
    for pair in pairs:
        _accept(session, new, cycle, pair, named[pair.code], doer, at, rules, reason.strip(), out)
        out.accepted[pair.fate] = out.accepted.get(pair.fate, 0) + 1
    return out


def _accept(
    session: Session, new: Plan, cycle: Cycle, pair: Pair, spec: AssignmentSpec, doer: Doer, at: datetime, rules: Rules,
    reason: str, out: Amended,
) -> None:  # fmt: skip
    old = session.get_one(PlanItem, pair.old.item_id) if pair.old else None
    item = session.get_one(PlanItem, pair.new.item_id) if pair.new else None
    if old:
        heir = item or old
        session.add(
            ItemLineage(item_id=heir.id or 0, from_item_id=old.id or 0, how="amendment" if item else DROPPED)
        )
    if old and item and pair.fate in {Fate.UNCHANGED, Fate.REWORDED}:
        out.kept += _go_on(session, cycle, old, item, at, rules)
    else:
        _replace(
            session,
            new,
            cycle,
            old,
            item,
            spec,
            doer,
            at,
            rules,
            f"{pair.fate} by version {new.version}: {reason}",
            out,
        )
    about = item or old
    ledger.record(
        session, at, doer.actor, "item.amended", f"item:{about.id if about else 0}",
        fate=pair.fate, old=old.id if old else None, new=item.id if item else None, fields=list(pair.fields),
        reason=reason,
    )  # fmt: skip


def _go_on(session: Session, cycle: Cycle, old: PlanItem, item: PlanItem, at: datetime, rules: Rules) -> int:
    """Let every assignment of the year, finished or not, stand under the new version's item."""
    item.status, item.undated, item.ladder, item.deadlines = (
        ItemStatus.ACCEPTED,
        old.undated,
        old.ladder,
        old.deadlines,
    )
    session.add(item)
    for event in session.exec(select(ItemEvent).where(ItemEvent.item_id == old.id)).all():
        session.merge(
            ItemEvent(
                item_id=item.id or 0,
                anchor=event.anchor,
                day=event.day,
                set_by=event.set_by,
                set_at=event.set_at,
            )
        )
    mine = select(Assignment).where(Assignment.cycle_id == cycle.id, Assignment.item_id == old.id)
    rows = session.exec(mine.order_by(col(Assignment.id))).all()
    for assignment in rows:
        assignment.item_id = item.id or 0
    session.flush()
    known = decided(session, [a.id or 0 for a in rows])
    for assignment, standing in zip(rows, standings(session, rows, rules.ladders), strict=True):
        if assignment.next_wake_at is not None:  # the minute of the night's wake follows the item
            keys = known.get((standing.assignment_id, standing.version), set())
            set_next_wake(assignment, standing, rules, keys, at)
        session.add(assignment)
    return len(rows)


def _replace(
    session: Session, new: Plan, cycle: Cycle, old: PlanItem | None, item: PlanItem | None, spec: AssignmentSpec,
    doer: Doer, at: datetime, rules: Rules, reason: str, out: Amended,
) -> None:  # fmt: skip
    before: dict[int, Assignment] = {}
    for one in live_assignments(session, cycle, old) if old else []:
        close_assignment(session, one, Event.REPLACE, NoticeKind.SUPERSEDED, doer, at, rules, reason)
        before.setdefault(one.unit_id, one)
        out.closed.append(one.id or 0)
    if item is None:
        return
    item.status, item.undated, item.ladder = (
        ItemStatus.ACCEPTED,
        spec.undated,
        spec.ladder or (old.ladder if old else None),
    )
    if spec.deadlines is not None:
        item.deadlines = DEADLINES.dump_python(spec.deadlines, mode="json")
    session.add(item)
    session.flush()
    out.made += [a.id or 0 for a in give(session, new, cycle, item, spec, at, rules, doer, before)]


def _spec(session: Session, cycle: Cycle, pair: Pair) -> AssignmentSpec:
    """Who does it, if nobody says: the units that have it now, or those whose names the text gives."""
    units: list[str] = []
    groups: list[str] = []
    if pair.new and (pair.old is None or "lead" in pair.fields):
        units, groups = _by_names(session, pair.new.lead)
    if pair.old and not units and not groups:
        old = session.get_one(PlanItem, pair.old.item_id)
        ids = [a.unit_id for a in live_assignments(session, cycle, old)]
        units = [session.get_one(Unit, number).code for number in dict.fromkeys(ids)]
    undated = bool(pair.old and session.get_one(PlanItem, pair.old.item_id).undated)
    return AssignmentSpec(code=pair.code, units=units, groups=groups, undated=undated)


def _by_names(session: Session, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """The codes of units and groups that bear these names; others are left to a person."""
    wanted = {name.casefold().strip() for name in names}
    units = [u.code for u in session.exec(select(Unit).where(col(Unit.active))) if _bears(u, wanted)]
    return units, [g.code for g in session.exec(select(UnitGroup)) if _bears(g, wanted)]


def _bears(row: Unit | UnitGroup, wanted: set[str]) -> bool:
    return bool({name.casefold().strip() for name in (row.name, *row.aliases)} & wanted)


def chosen_pairs(pairs: Sequence[Pair], codes: Sequence[str]) -> list[Pair]:
    """The pairs with these numbers, or all; raises :class:`NotFound` with every number that is not there."""
    by_code = {pair.code: pair for pair in pairs}
    missing = [code for code in codes if code not in by_code]
    if missing:
        known = ", ".join(by_code)
        raise NotFound(
            [
                Problem(f"nothing to accept under {c}; there is: {known}", f"không có mục {c}; có: {known}")
                for c in missing
            ]
        )
    return [by_code[code] for code in codes] if codes else list(pairs)
