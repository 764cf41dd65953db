"""A plan's year copied into an empty database, as a draft: what a rehearsal starts from."""

from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from models.as_of import FIRST
from models.cycles import Assignment, CalendarOverride, Cycle, CycleState, LadderRow
from models.letters import LetterWording
from models.people import Contact, GroupMember, Person, Unit, UnitGroup
from models.periods import fill
from models.plans import Plan, PlanItem
from models.year import Absence, ItemEvent
from plan.lifecycle import WorkState

_WHOLE = (UnitGroup, GroupMember, Contact, Person, LadderRow, CalendarOverride, Absence, LetterWording)


def copy_cycle(source: Session, target: Session, cycle: Cycle) -> None:
    """Copy the directory, absences, calendar, ladders, wording of letters, and this cycle with its plan; ids stay.

    States start anew: what was given to another unit in the course of the year is with its first one, what was carried
    over from an earlier year is there.
    """
    units = _rows(source, select(Unit))
    _copy(target, Unit, [{**row, "parent_id": None} for row in units])
    for row in units:  # a unit may stand before the one it answers to
        target.connection().execute(
            sa.update(Unit).where(col(Unit.id) == row["id"]).values(parent_id=row["parent_id"])
        )
    for table in _WHOLE:
        _copy(target, table, _rows(source, select(table)))
    _copy(target, Plan, _rows(source, select(Plan).where(Plan.id == cycle.plan_id)))
    _copy(target, PlanItem, _rows(source, select(PlanItem).where(PlanItem.plan_id == cycle.plan_id)))
    mine = select(PlanItem.id).where(PlanItem.plan_id == cycle.plan_id)
    _copy(target, ItemEvent, _rows(source, select(ItemEvent).where(col(ItemEvent.item_id).in_(mine))))
    fresh = {"state": CycleState.DRAFT, "armed_at": None, "simulation_id": None}
    _copy(
        target, Cycle, [{**row, **fresh} for row in _rows(source, select(Cycle).where(Cycle.id == cycle.id))]
    )
    here = select(Assignment.id).where(Assignment.cycle_id == cycle.id)
    first = sa.or_(col(Assignment.replaces_id).is_(None), col(Assignment.replaces_id).not_in(here))
    given = select(Assignment).where(Assignment.cycle_id == cycle.id, first)
    _copy(target, Assignment, [_anew(row) for row in _rows(source, given)])
    fill(target, since=FIRST)


def _rows(session: Session, query: Any) -> list[dict[str, Any]]:
    found: list[SQLModel] = list(cast("Any", session).exec(query))
    return [row.model_dump() for row in found]


def _copy(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(sa.insert(table), rows)


def _anew(row: dict[str, Any]) -> dict[str, Any]:
    """An assignment as it was when it was given."""
    return {
        **row, "state": WorkState.ASSIGNED, "due_on": row["original_due_on"], "version": 1, "since": None,
        "next_wake_at": None, "next_rungs": "", "handed_in_at": None, "completed_at": None,
        "escalation_waits": False, "replaces_id": None,
    }  # fmt: skip
