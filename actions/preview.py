"""What a move would change, and for whom: the real action, done in a savepoint, looked at and taken back."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col

from actions.chasing import Rules
from models.cycles import Assignment
from models.ledger import Entry
from models.notices import NoticeState
from models.queries import Named, named
from models.standing import decided, recipient_of, standings
from plan.lifecycle import OPEN, WorkState
from plan.owed import Standing, passed_before, undecided


@dataclass(frozen=True)
class Coming:
    """One notice that is still to come: its rung, its day, and who gets it."""

    rung: str
    day: date
    to: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """How one assignment stands: what people know of it, and the notices still to come."""

    item: str
    unit: str
    state: WorkState
    due_on: date | None
    coming: tuple[Coming, ...]


@dataclass(frozen=True)
class Effect:
    """One assignment before and after a move (None where it is not there); `told` says who hears of it, and what."""

    assignment_id: int
    before: View | None
    after: View | None
    told: tuple[str, ...]

    @property
    def gone(self) -> list[Coming]:
        """The notices that will no longer go out."""
        return _less(self.before, self.after)

    @property
    def readdressed(self) -> list[tuple[Coming, Coming]]:
        """The notices that stay and go to somebody else: before and after."""
        now = {(c.rung, c.day): c for c in self.added}
        return [(c, now[c.rung, c.day]) for c in self.gone if (c.rung, c.day) in now]

    @property
    def added(self) -> list[Coming]:
        """The notices that will go out in addition."""
        return _less(self.after, self.before)


def _less(one: View | None, other: View | None) -> list[Coming]:
    known = set(other.coming) if other else set[Coming]()
    return [coming for coming in (one.coming if one else ()) if coming not in known]


def preview(
    session: Session, change: Callable[[], object], at: datetime, rules: Rules, also: Iterable[int] = ()
) -> list[Effect]:
    """What `change` would do to assignments and their notices; nothing of it stays.

    What it refuses is raised as it would be. The ledger's own entries of the change tell what was touched; `also` names
    assignments whose notices may go to somebody else without being touched themselves.
    """
    pending: list[Entry] = session.info.setdefault("ledger", [])
    mark = len(pending)
    session.flush()
    savepoint = session.begin_nested()
    try:
        change()
        session.flush()
        entries = pending[mark:]
        touched = _touched(entries) | set(also)
        told = _told(session, entries)
        after = _views(session, touched, at, Rules.of(session, rules.hours))
    finally:
        savepoint.rollback()
        del pending[mark:]
    before = _views(session, touched, at, rules)
    return [
        Effect(number, before.get(number), after.get(number), tuple(told.get(number, ())))
        for number in sorted(touched)
        if before.get(number) != after.get(number) or number in told
    ]


def _touched(entries: Iterable[Entry]) -> set[int]:
    found: set[int] = set()
    for entry in entries:
        kind, _, number = entry.subject.partition(":")
        if kind == "assignment":
            found.add(int(number))
        data = json.loads(entry.data)
        found |= {int(row[0]) for row in data.get("notices", [])}
        found |= {int(number) for number in data.get("assignments", [])}
    return found


def _told(session: Session, entries: Iterable[Entry]) -> Mapping[int, list[str]]:
    """News that go out because of the change: "suspended → b@so-b.example"."""
    out: dict[int, list[str]] = {}
    for entry in entries:
        for number, _, rung, _, recipient, state, _ in json.loads(entry.data).get("notices", []):
            if ":" in rung and state in {NoticeState.OWED, NoticeState.UNREACHABLE}:
                found = recipient_of(session, recipient) if recipient else None
                out.setdefault(number, []).append(
                    f"{rung.partition(':')[0]} → {found.address if found else '-'}"
                )
    return out


def _views(session: Session, numbers: Iterable[int], at: datetime, rules: Rules) -> dict[int, View]:
    rows = named(session, col(Assignment.id).in_(list(numbers)))
    assignments = [row.assignment for row in rows]
    known = decided(session, [a.id or 0 for a in assignments])
    return {
        row.assignment.id or 0: View(
            row.item.code, row.unit.name, row.assignment.state, row.assignment.due_on,
            tuple(_coming(row, standing, known.get((standing.assignment_id, standing.version), set()), at, rules)),
        )
        for row, standing in zip(rows, standings(session, assignments, rules.ladders), strict=True)
    }  # fmt: skip


def _coming(
    row: Named, standing: Standing, keys: set[tuple[str, date]], at: datetime, rules: Rules
) -> Sequence[Coming]:
    if standing.state not in OPEN or row.assignment.since is None:
        return []
    unit = row.assignment.unit_id
    return [
        Coming(
            n.rung, n.day, tuple(r.address for r in rules.directory.who(unit, n.audience, n.day, n.channel))
        )
        for n in undecided(standing, rules.calendar, keys, rules.hours)
        if not passed_before(n, standing)
    ]
