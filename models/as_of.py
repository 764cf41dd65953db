"""Assignments, running years and units as they stood at a past moment: what came after it is taken back.

What carries its history, and from where it is read:

- the work state: each move is a row with the state before it (`assignment_move`);
- the deadline: granted requests keep the old date (`extension`), re-dating is in the ledger (`assignment.redated`);
- which years ran: the ledger (`cycle.armed`, `cycle.disarmed`, `cycle.closed`);
- units: how each stood whenever its entry was saved (`unit.settled`, in ids), and whether it took part.

Words do not: texts, names and titles of plans, tasks, units and people are shown as they are now. A new version of a
plan is a plan of its own.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, AssignmentMove, Cycle, Extension, ExtensionState
from models.ledger import Ledger, stamp
from models.people import Contact, Unit
from plan.lifecycle import TimeState, WorkState, time_state


@dataclass(frozen=True)
class Past:
    """One assignment as it stood."""

    number: int
    cycle_id: int
    item_id: int
    unit_id: int
    occurrence: str
    state: WorkState
    due_on: date | None
    due_time: time | None
    original_due_on: date | None

    def time_state(self, at: datetime) -> TimeState:
        """How it stood against its deadline of then."""
        return time_state(self.due_on, self.due_time, at)


_CYCLE_MOVES = {"cycle.armed": True, "cycle.disarmed": False, "cycle.closed": False}


def running_at(session: Session, at: datetime) -> set[int]:
    """The numbers of the cycles that ran at `at`."""
    query = (
        select(Ledger.subject, Ledger.action)
        .where(col(Ledger.action).in_(_CYCLE_MOVES), col(Ledger.at) <= stamp(at))
        .order_by(col(Ledger.seq))
    )
    last = {subject: _CYCLE_MOVES[action] for subject, action in session.exec(query)}
    return {int(subject.partition(":")[2]) for subject, runs in last.items() if runs}


def assignments_at(
    session: Session,
    at: datetime,
    now: datetime,
    *,
    plan: int | None = None,
    unit: int | None = None,
    number: int | None = None,
) -> list[Past]:
    """The assignments of the years that ran at `at`, in the order of their deadlines of then.

    `now` is the present moment of this database: in a rehearsal, whose clock stands behind, what was copied into it
    bears a later one and was there from the start.
    """
    a = Assignment
    wanted: Any = (
        a.id,
        a.cycle_id,
        a.item_id,
        a.unit_id,
        a.occurrence,
        a.state,
        a.due_on,
        a.due_time,
        a.original_due_on,
    )
    query = sa.select(*wanted).where(sa.or_(col(a.created_at) <= at, col(a.created_at) > now))
    if plan is not None:
        query = query.where(col(Assignment.cycle_id).in_(select(Cycle.id).where(Cycle.plan_id == plan)))
    if unit is not None:
        query = query.where(col(Assignment.unit_id) == unit)
    if number is not None:
        query = query.where(col(Assignment.id) == number)
    else:
        query = query.where(col(Assignment.cycle_id).in_(running_at(session, at)))
    states, dates = _states_before(session, at), _dates_before(session, at)
    found = [
        Past(n, cycle, item, unit_id, occurrence, states.get(n, state), dates.get(n, due), hour, first)
        for n, cycle, item, unit_id, occurrence, state, due, hour, first in cast("Any", session).exec(query)
    ]
    return sorted(found, key=lambda p: (p.due_on is None, p.due_on or date.max, p.number))


def _states_before(session: Session, at: datetime) -> Mapping[int, WorkState]:
    """The state at `at` of whatever has moved since: what it was before its first move after that."""
    later = select(AssignmentMove.assignment_id, AssignmentMove.old).where(col(AssignmentMove.at) > at)
    out: dict[int, WorkState] = {}
    for number, old in session.exec(later.order_by(col(AssignmentMove.id))):
        out.setdefault(number, WorkState(old))
    return out


def _dates_before(session: Session, at: datetime) -> Mapping[int, date | None]:
    """The deadline at `at` of whatever has got another since."""
    granted = select(Extension).where(
        Extension.state == ExtensionState.GRANTED, col(Extension.decided_at) > at
    )
    changes: list[tuple[str, int, date | None]] = [
        (stamp(e.decided_at), e.assignment_id, e.old_due_on) for e in session.exec(granted) if e.decided_at
    ]
    redated = select(Ledger).where(Ledger.action == "assignment.redated", col(Ledger.at) > stamp(at))
    for row in session.exec(redated):
        old = json.loads(row.data).get("old")
        number = int(row.subject.partition(":")[2])
        changes.append((row.at, number, date.fromisoformat(old) if old else None))
    out: dict[int, date | None] = {}
    for _, number, old in sorted(changes, key=lambda change: change[0]):
        out.setdefault(number, old)
    return out


@dataclass(frozen=True)
class PastUnit:
    """One unit as it stood: `known` says whether the record goes back that far."""

    unit: Unit
    known: bool
    active: bool
    contacts: tuple[Contact, ...]
    parent_id: int | None


_UNIT_MOVES = ("unit.settled", "unit.ended", "unit.let-in")


def units_at(session: Session, at: datetime) -> list[PastUnit]:
    """Every unit that the record knows of at `at`, with the addresses that it had."""
    query = (
        select(Ledger)
        .where(col(Ledger.action).in_(_UNIT_MOVES), col(Ledger.at) <= stamp(at))
        .order_by(col(Ledger.seq))
    )
    settled: dict[int, dict[str, object]] = {}
    for row in session.exec(query):
        number = int(row.subject.partition(":")[2])
        if row.action == "unit.settled":
            settled[number] = json.loads(row.data)
        else:
            settled.setdefault(number, {})["active"] = row.action == "unit.let-in"
    contacts = {c.id or 0: c for c in session.exec(select(Contact))}
    return [
        _past_unit(unit, settled.get(unit.id or 0), contacts)
        for unit in session.exec(select(Unit).order_by(Unit.name))
    ]


def _past_unit(unit: Unit, said: Mapping[str, object] | None, contacts: Mapping[int, Contact]) -> PastUnit:
    if said is None or "contacts" not in said:
        return PastUnit(unit, False, unit.active, (), unit.parent_id)
    numbers: Iterable[int] = said["contacts"]  # type: ignore[assignment]
    reached = tuple(contacts[n] for n in numbers if n in contacts)
    parent = said.get("parent")
    return PastUnit(
        unit, True, bool(said.get("active", True)), reached, parent if isinstance(parent, int) else None
    )
