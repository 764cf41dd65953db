"""What a changed calendar or ladder does to the years that are planned: shown beforehand, written when told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from actions.chasing import CHUNK, Rules, insert_notices, notice_rows, set_next_wake, void_waiting
from actions.dates import Dates
from actions.rhythms import Beat, RhythmDay, beats, keep_time
from models import ledger
from models.cycles import Assignment, Cycle, CycleState, Extension, ExtensionState
from models.ledger import Actor
from models.notices import UNSETTLED, WAITING, Notice, NoticeState
from models.queries import Named, named
from models.standing import decided, standings
from models.year import Replanned
from plan.anew import Shift, shift
from plan.lifecycle import OPEN, UNFINISHED, WorkState
from plan.occurrences import Occurrence
from plan.owed import Key, Standing, passed_before, planned, undecided

ANEW = "planned anew: "
"""How the reason of a notice begins that lost its place to a changed calendar or ladder."""


@dataclass(frozen=True)
class DueMove:
    """One deadline that falls on another day."""

    assignment_id: int
    item: str
    unit: str
    occurrence: str
    old: date
    new: date
    why: str


@dataclass(frozen=True)
class NoticeMove:
    """One notice that goes out on another day, falls away (`new` is None) or is added (`old` is None)."""

    assignment_id: int
    item: str
    unit: str
    rung: str
    old: date | None
    new: date | None


@dataclass
class Moved:
    """Everything that a change moves: deadlines, days of daily rhythms, and the notices of running years."""

    deadlines: list[DueMove] = field(default_factory=list[DueMove])
    rhythms: list[RhythmDay] = field(default_factory=list[RhythmDay])
    notices: list[NoticeMove] = field(default_factory=list[NoticeMove])


@dataclass(frozen=True)
class _One:
    """One assignment under the old and the new rules."""

    row: Named
    old: Standing
    later: Standing
    due: Occurrence | None
    keys: set[Key]
    shift: Shift


@dataclass(frozen=True)
class _Change:
    """A change beside everything that it may touch."""

    old: Rules
    new: Rules
    rows: Sequence[Named]
    granted: Mapping[int, date]
    before: Dates
    after: Dates
    beats: Sequence[Beat]

    @classmethod
    def of(cls, session: Session, old: Rules, new: Rules, at: datetime | None) -> "_Change":
        rows = named(session, Cycle.state != CycleState.CLOSED, col(Assignment.state).in_(UNFINISHED))
        granted = _granted(session)
        before, after = Dates(session, old.calendar), Dates(session, new.calendar)
        changes = beats(rows, before, after, granted.keys(), at) if old.calendar is not new.calendar else []
        gone = {beat.row.assignment.id for beat in changes if not beat.added}
        left = [row for row in rows if row.assignment.id not in gone]
        return cls(old, new, left, granted, before, after, changes)


def moved(session: Session, old: Rules, new: Rules, at: datetime | None = None) -> Moved:
    """What changes when `new` rules take the place of `old` ones at `at`; nothing is written.

    Without `at` the days of a daily rhythm that have passed are shown too.
    """
    out = Moved()
    change = _Change.of(session, old, new, at)
    _tell_beats(session, change, at, out)
    for one in _looked_at(session, change):
        _tell(one, out)
    return out


def replan(session: Session, old: Rules, new: Rules, *, reason: str, at: datetime, actor: Actor) -> Moved:
    """Put the change into force: deadlines move with a new version, notices are planned anew, the rest stays.

    Nothing is told twice; every notice that loses its place is void with `reason`.
    """
    out = Moved()
    due: list[_One] = []
    shifted: list[_One] = []
    change = _Change.of(session, old, new, at)
    _tell_beats(session, change, at, out)
    for one in _looked_at(session, change):
        _tell(one, out)
        if one.due is not None or one.shift.again:
            due.append(one)
        elif one.shift.changes and one.row.cycle.state is CycleState.ARMED:
            shifted.append(one)
    keep_time(session, change.beats, old, new, reason, at, actor)
    _move_deadlines(session, due, new, ANEW + reason, at, actor)
    _shift_notices(session, shifted, new, ANEW + reason, at, actor)
    return out


def _tell_beats(session: Session, change: _Change, at: datetime | None, out: Moved) -> None:
    out.rhythms += [beat.shown for beat in change.beats]
    running = [beat for beat in change.beats if beat.row.cycle.state is CycleState.ARMED]
    gone = [beat for beat in running if not beat.added]
    known = decided(session, [beat.row.assignment.id or 0 for beat in gone]) if gone else {}
    stand = standings(session, [beat.row.assignment for beat in gone], change.old.ladders)
    for beat, standing in zip(gone, stand, strict=True):
        keys = known.get((standing.assignment_id, standing.version), set())
        rest = undecided(standing, change.old.calendar, keys, change.old.hours)
        out.notices += [
            NoticeMove(beat.row.assignment.id or 0, beat.row.item.code, beat.row.unit.name, n.rung, n.day, None)
            for n in rest if not passed_before(n, standing)
        ]  # fmt: skip
    out.notices += [
        NoticeMove(0, beat.row.item.code, beat.row.unit.name, n.rung, None, n.day)
        for beat in running if beat.added
        for n in beat.coming(change.new, at or beat.row.assignment.created_at)
    ]  # fmt: skip


def _looked_at(session: Session, change: _Change) -> Iterator[_One]:
    old, new = change.old, change.new
    for start in range(0, len(change.rows), CHUNK):
        chunk = change.rows[start : start + CHUNK]
        assignments = [row.assignment for row in chunk]
        ids = [a.id or 0 for a in assignments if a.since]
        known = decided(session, ids) if ids else {}
        lost = _lost(session, ids)
        was, will = standings(session, assignments, old.ladders), standings(session, assignments, new.ladders)
        for row, standing, later in zip(chunk, was, will, strict=True):
            due = _new_due(row, change)
            key = (standing.assignment_id, standing.version)
            keys = known.get(key, set())
            moves = shift(
                planned(standing, old.calendar, old.hours), planned(later, new.calendar, new.hours),
                keys, lost.get(key, set()),
            )  # fmt: skip
            yield _One(row, standing, later, due, keys, moves)


def _lost(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], set[Key]]:
    """The notices that earlier changes took the place of, per assignment and deadline version."""
    out: dict[tuple[int, int], set[Key]] = {}
    rows = select(Notice.assignment_id, Notice.version, Notice.rung, col(Notice.day)).where(
        col(Notice.assignment_id).in_(ids),
        Notice.state == NoticeState.VOID,
        col(Notice.reason).startswith(ANEW),
    )
    for assignment, version, rung, day in session.exec(rows) if ids else ():
        out.setdefault((assignment, version), set()).add((rung, day))
    return out


def _granted(session: Session) -> Mapping[int, date]:
    """The date of the newest granted extension of each assignment."""
    query = select(Extension.assignment_id, col(Extension.new_due_on)).where(
        Extension.state == ExtensionState.GRANTED
    )
    return dict(session.exec(query.order_by(col(Extension.decided_at))).all())


def _new_due(row: Named, change: _Change) -> Occurrence | None:
    """The occurrence under the new calendar where its day differs; None where it stays."""
    a = row.assignment
    was, will = change.before.of(row).get(a.occurrence), change.after.of(row).get(a.occurrence)
    if was is None or will is None or a.due_on is None or will.due_on is None:
        return None
    if a.id in change.granted:
        day = change.new.calendar.move(change.granted[a.id or 0], row.plan.days_off)
        return _on(will, day) if day != a.due_on else None
    return will if was.due_on == a.due_on != will.due_on else None


def _on(occurrence: Occurrence, day: date) -> Occurrence:
    return Occurrence(
        occurrence.label, day, occurrence.due_time, occurrence.stated_on, occurrence.bound, occurrence.why
    )


def _tell(one: _One, out: Moved) -> None:
    a, code, unit = one.row.assignment, one.row.item.code, one.row.unit.name
    number = a.id or 0
    if one.due and one.due.due_on and a.due_on:
        out.deadlines.append(DueMove(number, code, unit, a.occurrence, a.due_on, one.due.due_on, one.due.why))
    elif a.state in OPEN:
        out.notices += [NoticeMove(number, code, unit, *move) for move in one.shift.moves()]


def _move_deadlines(
    session: Session, moves: Sequence[_One], rules: Rules, reason: str, at: datetime, actor: Actor
) -> None:
    """New dates: what would still come about the old one is void, and its ladder starts anew."""
    running = [one for one in moves if one.row.cycle.state is CycleState.ARMED]
    waiting = set(session.exec(select(Notice.assignment_id).where(UNSETTLED, col(Notice.state).in_(WAITING))))
    rows: list[dict[str, Any]] = []
    for one in running:
        if one.row.assignment.id in waiting:
            void_waiting(session, one.row.assignment, reason, at, actor)
        rows += _void_rows(one, one.shift.old, rules, at, reason)
    for one in moves:
        _set_due(session, one, rules, reason, at, actor)
    insert_notices(session, rows, at, actor)


def _set_due(session: Session, one: _One, rules: Rules, reason: str, at: datetime, actor: Actor) -> None:
    a = one.row.assignment
    old = a.due_on
    if one.due is not None:
        a.due_on, a.why_due = one.due.due_on, one.due.why
    if one.row.cycle.state is CycleState.DRAFT:
        a.original_due_on = a.due_on
    elif a.state is not WorkState.SUSPENDED:
        a.version, a.since, a.announce = a.version + 1, at, False
        anew = replace(one.later, due_on=a.due_on, version=a.version, since=at, announce=False, delivered=0)
        set_next_wake(a, anew, rules, set(), at)
    session.add(a)
    ledger.record(
        session, at, actor, "assignment.redated", f"assignment:{a.id}", old=old, new=a.due_on, reason=reason
    )


def _void_rows(
    one: _One, notices: Iterable[Any], rules: Rules, at: datetime, reason: str
) -> list[dict[str, Any]]:
    unit = one.row.assignment.unit_id
    return [row for n in notices for row in notice_rows(unit, one.old, n, rules.directory, at, void=reason)]


def _shift_notices(
    session: Session, shifted: Sequence[_One], rules: Rules, reason: str, at: datetime, actor: Actor
) -> None:
    """Notices that change their day under the same deadline."""
    rows: list[dict[str, Any]] = []
    for one in shifted:
        a = one.row.assignment
        mine = _void_rows(one, one.shift.void, rules, at, reason)
        mine += _void_rows(one, one.shift.told, rules, at, f"told before; {reason}")
        rows += mine
        set_next_wake(a, one.later, rules, one.keys | {(row["rung"], row["day"]) for row in mine}, at)
        session.add(a)
        session.add(Replanned(assignment_id=a.id or 0, version=a.version, at=at, reason=reason))
    insert_notices(session, rows, at, actor)
