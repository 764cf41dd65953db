"""How every assignment stood on each day: one row from one day to another, written beside each change.

SQL:2011 calls such a table system-versioned. A day is Vietnam's, and what counts is how its end found things, so that
two changes on one day leave one row. Nothing reads it but a look at a past day (:mod:`models.as_of`); all of it could
be computed anew from the moves, the requests for more time and the ledger, and :func:`fill` does.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Field, Session, SQLModel, col, select

from models import ledger
from models.columns import choice
from models.cycles import Assignment, AssignmentMove, Extension, ExtensionState
from models.ledger import Ledger
from plan import clock
from plan.clock import local_day
from plan.lifecycle import Event, WorkState

FOREVER = date(9999, 12, 31)
"""Until when a row holds that nothing has ended yet."""
CHANGING = ("state", "due_on", "due_time", "original_due_on", "handed_in_at")
"""The columns of an assignment that are kept for past days."""
_FIXED = ("id", "cycle_id", "item_id", "unit_id", "created_at")
_AT_ONCE = 500


class AssignmentPeriod(SQLModel, table=True):
    """One assignment as it stood at the end of every day from `from_day` until before `until_day`."""

    __tablename__ = "assignment_period"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        # each holds all that lists and counts of a past day ask, so that they read an index and no rows
        sa.Index("period_of_cycle", "cycle_id", "state", "until_day", "from_day", "due_on", "due_time",
                 "original_due_on", "handed_in_at", "unit_id", "item_id", "assignment_id"),
        sa.Index("period_of_unit", "unit_id", "state", "until_day", "from_day", "cycle_id", "due_on", "due_time",
                 "original_due_on", "handed_in_at", "assignment_id"),
    )  # fmt: skip

    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True, ondelete="CASCADE")
    from_day: date = Field(primary_key=True)
    until_day: date = FOREVER
    cycle_id: int
    item_id: int
    unit_id: int
    state: WorkState = choice(WorkState, "assignment_period_state")
    due_on: date | None = None
    due_time: time | None = None
    original_due_on: date | None = None
    handed_in_at: datetime | None = None


@event.listens_for(AnySession, "before_flush")
def _see(session: AnySession, _: object, __: object) -> None:
    """Remember which assignments this transaction makes or changes."""
    changed: list[Assignment] = session.info.setdefault("assignments", [])
    changed += [row for row in session.new if isinstance(row, Assignment)]
    changed += [row for row in session.dirty if isinstance(row, Assignment) and _differs(row)]


def _differs(row: Assignment) -> bool:
    found: Any = sa.inspect(row)
    return any(found.attrs[name].history.has_changes() for name in CHANGING)


def _stored(row: Assignment) -> bool:
    found: Any = sa.inspect(row)
    return found.persistent


def write(session: Session) -> None:
    """Keep how the assignments of this transaction stand from today on; before the ledger, whose moment it takes."""
    changed: list[Assignment] = session.info.pop("assignments", [])
    rows = {row.id: row for row in changed if _stored(row)}
    today = local_day(ledger.told_at(session) or clock.now())
    numbers = list(rows)
    for start in range(0, len(numbers), _AT_ONCE):
        _write(session, [rows[n] for n in numbers[start : start + _AT_ONCE]], today)


def _write(session: Session, rows: Sequence[Assignment], today: date) -> None:
    p = AssignmentPeriod
    numbers = [row.id for row in rows]
    holding = select(p).where(col(p.assignment_id).in_(numbers), p.until_day == FOREVER)
    held = {one.assignment_id: one for one in session.exec(holding)}
    new: list[dict[str, Any]] = []
    for row in rows:
        values = {name: getattr(row, name) for name in CHANGING}
        before = held.get(row.id or 0)
        if before is not None and before.from_day >= today:
            before.sqlmodel_update(values)
        elif before is None or any(getattr(before, name) != values[name] for name in CHANGING):
            if before is not None:
                before.until_day = today
            new.append(_row(row, today, FOREVER, values))
    session.flush()
    if new:
        session.connection().execute(sa.insert(p), new)


def _row(a: Any, first: date, until: date, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "assignment_id": a.id, "from_day": first, "until_day": until, "cycle_id": a.cycle_id, "item_id": a.item_id,
        "unit_id": a.unit_id, **values,
    }  # fmt: skip


def fill(session: Session, since: date | None = None) -> None:
    """Compute every row anew: for a database from before, and for rows put in in bulk.

    With `since` everything was there from that day on, whatever its own moment says: what was copied into a rehearsal
    bears a later one than its clock. Asks for single columns, which a database of that revision has.
    """
    session.connection().execute(sa.delete(AssignmentPeriod))
    redated, last = _redated(session), 0
    query = sa.select(*(getattr(Assignment, name) for name in (*_FIXED, *CHANGING))).order_by(
        col(Assignment.id)
    )
    while found := session.connection().execute(query.where(col(Assignment.id) > last).limit(5000)).all():
        moves, dated = _moves(session, last, found[-1].id), _granted(session, last, found[-1].id)
        rows: list[dict[str, Any]] = []
        for a in found:
            changes = sorted([*dated[a.id], *redated[a.id]], key=_when)
            rows += _lived(a, since or local_day(a.created_at), moves[a.id], changes)
        session.connection().execute(sa.insert(AssignmentPeriod), rows)
        last = found[-1].id


_Dated = tuple[datetime, date | None]
"""When an assignment got another deadline, and the one before."""


def _when(change: _Dated) -> datetime:
    return change[0]


def _moves(session: Session, after: int, last: int) -> defaultdict[int, list[Any]]:
    out: defaultdict[int, list[Any]] = defaultdict(list)
    m = AssignmentMove
    query = sa.select(col(m.assignment_id), col(m.at), col(m.old), col(m.new), col(m.event))
    query = query.where(col(m.assignment_id) > after, col(m.assignment_id) <= last)
    for row in session.connection().execute(query.order_by(col(m.at), col(m.id))):
        out[row.assignment_id].append(row)
    return out


def _granted(session: Session, after: int, last: int) -> defaultdict[int, list[_Dated]]:
    out: defaultdict[int, list[_Dated]] = defaultdict(list)
    e = Extension
    query = sa.select(col(e.assignment_id), col(e.decided_at), col(e.old_due_on))
    query = query.where(col(e.assignment_id) > after, col(e.assignment_id) <= last)
    for number, at, old in session.connection().execute(query.where(col(e.state) == ExtensionState.GRANTED)):
        out[number] += [(at, old)] if at else []
    return out


def _redated(session: Session) -> defaultdict[int, list[_Dated]]:
    out: defaultdict[int, list[_Dated]] = defaultdict(list)
    query = select(Ledger.subject, Ledger.at, Ledger.data).where(Ledger.action == "assignment.redated")
    for subject, at, data in session.exec(query.order_by(col(Ledger.seq))):
        old = json.loads(data).get("old")
        number = int(subject.partition(":")[2])
        out[number].append((datetime.fromisoformat(at), date.fromisoformat(old) if old else None))
    return out


def _lived(a: Any, first: date, moves: Sequence[Any], dated: Sequence[_Dated]) -> Iterator[dict[str, Any]]:
    """The periods of one assignment, the oldest first, from its moves and its changes of date."""
    dues = [old for _, old in dated] + [a.due_on]
    values = {name: getattr(a, name) for name in CHANGING}
    values |= {"state": moves[0].old if moves else a.state, "due_on": dues[0]}
    values["handed_in_at"] = None if moves else a.handed_in_at
    submitted: datetime | None = None
    steps = [(m.at, m, None) for m in moves]
    steps += [(at, None, due) for (at, _), due in zip(dated, dues[1:], strict=True)]
    for at, move, due in sorted(steps, key=lambda step: step[0]):
        if (day := local_day(at)) > first:
            yield _row(a, first, day, dict(values))
            first = day
        if move is None:
            values["due_on"] = due
            continue
        submitted = move.at if move.event is Event.SUBMIT else submitted
        values["state"] = move.new
        values["handed_in_at"] = submitted if move.new is WorkState.COMPLETED else None
    yield _row(a, first, FOREVER, values)
