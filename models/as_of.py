"""The database as it stood at the end of a past day: every question is put to the tables of then.

`reading(url, day)` puts a common table expression of the table's own name before each SELECT, which hides the table:
`WITH assignment AS (…) SELECT … FROM assignment`. So the pages of today are those of a past day, with no query of their
own. It is SQL:2011's `FOR SYSTEM_TIME AS OF`, which neither SQLite nor PostgreSQL has.

From where each is read:

- the work state and the deadline of an assignment: :mod:`models.periods`, one row from one day to another;
- which years ran: the ledger (`cycle.armed`, `cycle.disarmed`, `cycle.closed`);
- what was handed in, asked for, disputed, owed and sent: the rows themselves, without what came later;
- units: the ledger (`unit.settled`, in ids), see :func:`units_at`.

Words do not change back: texts, names and titles of plans, tasks, units and people are as they are now. A new version
of a plan is a plan of its own.
"""

# ruff: noqa: S608 - the texts are put together from names of tables here and from a date, from nothing that is typed

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.ledger import Ledger, stamp
from models.people import Contact, Unit
from plan.clock import local_moment
from plan.lifecycle import WorkState

FIRST = date(1996, 1, 1)
"""The earliest day that is looked at: ISO dates sort as text from there on without a thought."""


def end_of(day: date) -> datetime:
    """The last moment (aware UTC) of a day in Vietnam."""
    return local_moment(day, time(23, 59, 59, 999999))


def _now(table: str, number: str, *names: str) -> str:
    """Columns that have no history, read from the row only where a question asks for them."""
    return ", ".join(
        f"(SELECT now_.{n} FROM {{own}}{table} now_ WHERE now_.id = {number}) AS {n}" for n in names
    )


def _if(column: str, *names: str, empty: str = "NULL") -> str:
    """Columns that say nothing before the moment in `column`."""
    return ", ".join(f"CASE WHEN {column} <= '{{at}}' THEN {n} ELSE {empty} END AS {n}" for n in names)


_CYCLE_WAS = (
    "(SELECT told.action FROM {own}ledger told WHERE told.subject = 'cycle:' || c.id AND told.at <= '{stamp}' "
    "AND told.action IN ('cycle.armed', 'cycle.disarmed', 'cycle.closed') ORDER BY told.seq DESC LIMIT 1)"
)
_STATES = ", ".join(f"'{state}'" for state in WorkState)
"""Every state, named one by one, so that an index that begins with them is used."""
THEN: Mapping[str, str] = {
    "assignment": (
        "SELECT p.assignment_id AS id, p.cycle_id, p.item_id, p.unit_id, p.state, p.due_on, p.due_time, "
        "p.original_due_on, p.handed_in_at, "
        + _now("assignment", "p.assignment_id", "occurrence", "serial", "announce", "ladder", "why_due", "reason_due",
               "version", "since", "replaces_id", "created_at", "completed_at", "escalation_waits")
        + ", CAST(NULL AS timestamp with time zone) AS next_wake_at, '' AS next_rungs "
        "FROM {own}assignment_period p WHERE p.from_day <= '{day}' AND p.until_day > '{day}' "
        + f"AND p.state IN ({_STATES})"
    ),
    "cycle": (
        f"SELECT c.id, c.plan_id, c.year, CASE {_CYCLE_WAS} WHEN 'cycle.armed' THEN 'armed' "
        "WHEN 'cycle.closed' THEN 'closed' ELSE 'draft' END AS state, "
        + _if("c.armed_at", "armed_at", "simulation_id") + " FROM {own}cycle c"
    ),
    "assignment_move": "SELECT * FROM {own}assignment_move WHERE at <= '{at}'",
    "extension": (
        "SELECT id, assignment_id, CASE WHEN decided_at > '{at}' THEN 'requested' ELSE state END AS state, old_due_on, "
        "new_due_on, reason, requested_by, on_behalf, requested_at, "
        + _if("decided_at", "decided_by", "decided_at", "decision_on") + ", "
        + _if("decided_at", "answer", "decision", empty="''")
        + " FROM {own}extension WHERE requested_at <= '{at}'"
    ),
    "dispute": (
        "SELECT id, assignment_id, reason, raised_by, on_behalf, raised_at, "
        + _if("answered_at", "answered_by", "answered_at") + ", " + _if("answered_at", "answer", empty="''")
        + " FROM {own}dispute WHERE raised_at <= '{at}'"
    ),
    "submission": (
        "SELECT id, assignment_id, submitted_by, on_behalf, submitted_at, paper_on, note, "
        "CASE WHEN reviewed_at > '{at}' THEN 'waiting' ELSE verdict END AS verdict, "
        + _if("reviewed_at", "reviewed_by", "reviewed_at") + ", " + _if("reviewed_at", "reason", empty="''")
        + " FROM {own}submission WHERE submitted_at <= '{at}'"
    ),
    "notice": (
        "SELECT id, assignment_id, version, rung, day, recipient, address, kind, delivery, detail, send_after, "
        "owed_at, message_id, lease, lease_until, tries, losses, next_try_at, "
        "CASE WHEN settled_at > '{at}' THEN 'owed' ELSE state END AS state, "
        + _if("settled_at", "settled_at", "digest_id") + ", " + _if("settled_at", "reason", empty="''")
        + " FROM {own}notice WHERE owed_at <= '{at}'"
    ),
    "attempt": "SELECT * FROM {own}attempt WHERE at <= '{at}'",
    "engine_run": "SELECT * FROM {own}engine_run WHERE changed_at <= '{at}'",
    "plan": "SELECT * FROM {own}plan WHERE created_at <= '{at}'",
}  # fmt: skip
"""What stands in the place of each table that has a past; `{own}` is the real one's schema."""
_NAMES = re.compile(rf"(?<![\w.])(?:FROM|JOIN) ({'|'.join(THEN)})\b")


@lru_cache(2000)
def _tables(statement: str) -> tuple[str, ...]:
    """The tables with a past that a statement reads."""
    return tuple(sorted(set(_NAMES.findall(statement))))


def put_then(
    connection: sa.Connection, _: Any, statement: str, parameters: Any, __: Any, ___: bool
) -> tuple[str, Any]:
    """Before a statement is executed: put the tables of then in front, where the connection looks at a past day."""
    day = connection.get_execution_options().get("as_of")
    if day is None or not (read := _tables(statement)):
        return statement, parameters
    return (
        f"WITH {', '.join(_of(connection.dialect.name, day, name) for name in read)} {statement}",
        parameters,
    )


def _of(dialect: str, day: date, table: str) -> str:
    at = end_of(day)
    moment = at.strftime("%Y-%m-%d %H:%M:%S.%f") + ("+00" if dialect == "postgresql" else "")
    own = "main." if dialect == "sqlite" else ""
    body = THEN[table].format(own=own, day=day.isoformat(), at=moment, stamp=stamp(at))
    return f"{table} AS NOT MATERIALIZED ({body})"


@dataclass(frozen=True)
class PastUnit:
    """One unit as it stood: `known` says whether the record goes back that far; else it is as now."""

    unit: Unit
    known: bool
    active: bool
    contacts: tuple[Contact, ...]
    parent_id: int | None


_UNIT_MOVES = ("unit.settled", "unit.ended", "unit.let-in")


def units_at(session: Session, day: date, units: Sequence[Unit]) -> dict[int, PastUnit]:
    """These units as they stood at the end of `day`, with the addresses that they had, by their numbers."""
    subjects = [f"unit:{unit.id}" for unit in units]
    query = (
        select(Ledger)
        .where(col(Ledger.subject).in_(subjects), col(Ledger.at) <= stamp(end_of(day)))
        .where(col(Ledger.action).in_(_UNIT_MOVES)).order_by(col(Ledger.seq))
    )  # fmt: skip
    settled: dict[int, dict[str, Any]] = {}
    for row in session.exec(query):
        number = int(row.subject.partition(":")[2])
        if row.action == "unit.settled":
            settled[number] = json.loads(row.data)
        else:
            settled.setdefault(number, {})["active"] = row.action == "unit.let-in"
    numbers = {n for said in settled.values() for n in said.get("contacts", ())}
    contacts = {c.id or 0: c for c in session.exec(select(Contact).where(col(Contact.id).in_(numbers)))}
    return {u.id or 0: _past_unit(u, settled.get(u.id or 0), contacts) for u in units}


def _past_unit(unit: Unit, said: Mapping[str, object] | None, contacts: Mapping[int, Contact]) -> PastUnit:
    if said is None or "contacts" not in said:
        return PastUnit(unit, False, unit.active, (), unit.parent_id)
    numbers: Iterable[int] = said["contacts"]  # type: ignore[assignment]
    reached = tuple(contacts[n] for n in numbers if n in contacts)
    parent = said.get("parent")
    return PastUnit(
        unit, True, bool(said.get("active", True)), reached, parent if isinstance(parent, int) else None
    )
