"""What the rules owe, written down: the wake of an item, and the voiding of what is no longer owed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import ledger
from models.cycles import Assignment, Cycle, CycleState
from models.ledger import SYSTEM, Actor
from models.notices import WAITING, Notice, NoticeState
from models.standing import UNIT_KINDS, calendar, decided, directory, ladders, standings
from plan.calendar import WorkingCalendar
from plan.kinds import NoticeKind
from plan.ladder import ANNOUNCE, REVIEW, Hours, Ladder, PlannedNotice
from plan.lifecycle import WorkState
from plan.owed import Decision, Standing, decide, next_wake, undecided, waits
from plan.recipients import Directory, Recipient

CHUNK = 500
"""How many assignments are decided in one go: few enough for one SQL statement."""


@dataclass(frozen=True)
class Rules:
    """Everything the rules look at beside the assignments, read once per transaction."""

    calendar: WorkingCalendar
    ladders: Mapping[str, Ladder]
    directory: Directory
    hours: Hours

    @classmethod
    def of(cls, session: Session, hours: Hours) -> "Rules":
        """The rules as the database has them now."""
        return cls(calendar(session), ladders(session), directory(session), hours)


@dataclass
class Woken:
    """What one wake did: notices owed by rung, unreachable ones, void ones by reason, and how the item stands."""

    owed: Counter[str] = field(default_factory=Counter[str])
    escalated: int = 0
    unreachable: int = 0
    void: Counter[str] = field(default_factory=Counter[str])
    units: int = 0
    done: int = 0


def wake(session: Session, at: datetime, hours: Hours, *, item_id: int | None = None) -> Woken:
    """Decide everything whose moment has come at `at`, for one item or for all; late or twice, it does no harm.

    1. Take the assignments of running cycles whose next moment has come; a second wake at once waits, and finds none.
    2. Let the rules decide each open rung: owed now, or void with its reason.
    3. Insert the notices under their UNIQUE key, and set each assignment's next moment.
    """
    rules = Rules.of(session, hours)
    query = (
        select(Assignment)
        .join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .where(Cycle.state == CycleState.ARMED, col(Assignment.next_wake_at) <= at)
        .order_by(col(Assignment.item_id), col(Assignment.id))
        .with_for_update(of=Assignment)
    )
    if item_id is not None:
        query = query.where(Assignment.item_id == item_id)
    woken = Woken()
    for chunk in _chunks(session.exec(query).all()):
        _wake_chunk(session, chunk, at, rules, woken)
    if item_id is not None:
        _count_units(session, item_id, woken)
    return woken


def _chunks(rows: Sequence[Assignment]) -> Iterator[Sequence[Assignment]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _wake_chunk(
    session: Session, chunk: Sequence[Assignment], at: datetime, rules: Rules, woken: Woken
) -> None:
    known = decided(session, [a.id or 0 for a in chunk])
    rows: list[dict[str, Any]] = []
    for assignment, standing in zip(chunk, standings(session, chunk, rules.ladders), strict=True):
        before = known.setdefault((standing.assignment_id, standing.version), set())
        for decision in decide(standing, rules.calendar, before, at, rules.hours):
            before.add((decision.notice.rung, decision.notice.day))
            rows += _rows(assignment, standing, decision, rules.directory, at, woken)
        set_next_wake(assignment, standing, rules, before, at)
        session.add(assignment)
    _void_older(session, rows, at)
    insert_notices(session, rows, at, SYSTEM)


def _void_older(session: Session, rows: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """A reminder that still waits when the next one to the same recipient is owed is void: nobody gets a backlog."""
    fresh = {(r["assignment_id"], r["recipient"]): r["rung"] for r in rows if r["state"] is NoticeState.OWED}
    ids = {assignment for assignment, _ in fresh}
    query = select(Notice).where(
        col(Notice.assignment_id).in_(ids), col(Notice.state).in_(WAITING), col(Notice.kind).in_(UNIT_KINDS)
    ).order_by(col(Notice.id)).with_for_update()  # fmt: skip
    older = [n for n in session.exec(query) if (n.assignment_id, n.recipient) in fresh] if ids else []
    reasons = [f"still waiting, replaced by {fresh[n.assignment_id, n.recipient]}" for n in older]
    void_notices(session, older, reasons, at, SYSTEM)


def void_notices(
    session: Session, notices: Sequence[Notice], reasons: str | Sequence[str], at: datetime, actor: Actor,
    subject: str = "notices",
) -> None:  # fmt: skip
    """Void notices, each for its reason or all for one, and tell the ledger in one line."""
    each = [reasons] * len(notices) if isinstance(reasons, str) else reasons
    for notice, reason in zip(notices, each, strict=True):
        notice.state, notice.reason, notice.settled_at = NoticeState.VOID, reason, at
        session.add(notice)
    told = [
        [n.assignment_id, n.version, n.rung, n.day.isoformat(), n.recipient, n.state, n.reason]
        for n in notices
    ]
    if told:
        ledger.record(session, at, actor, "notices.void", subject, notices=told)


def _rows(
    assignment: Assignment,
    standing: Standing,
    decision: Decision,
    directory: Directory,
    at: datetime,
    woken: Woken,
) -> list[dict[str, Any]]:
    rows = notice_rows(assignment.unit_id, standing, decision.notice, directory, at, void=decision.void)
    for row in rows:
        if decision.void:
            woken.void[decision.void] += 1
        elif not row["recipient"]:
            woken.unreachable += 1
        else:
            woken.owed[decision.notice.rung] += 1
            woken.escalated += decision.notice.escalation
    return rows


def notice_rows(
    unit_id: int,
    standing: Standing,
    notice: PlannedNotice,
    directory: Directory,
    at: datetime,
    *,
    void: str = "",
) -> list[dict[str, Any]]:
    """One row per recipient for a planned notice; a single "unreachable" row where nobody can receive it."""
    found = directory.who(unit_id, notice.audience, notice.day, notice.channel)
    recipients: Sequence[Recipient | None] = found or (None,)
    return [_row(standing, notice, recipient, at, void) for recipient in recipients]


def _row(
    standing: Standing, notice: PlannedNotice, recipient: Recipient | None, at: datetime, void: str
) -> dict[str, Any]:
    state = NoticeState.VOID if void else NoticeState.OWED if recipient else NoticeState.UNREACHABLE
    settled = None if state is NoticeState.OWED else at
    return {
        "assignment_id": standing.assignment_id, "version": standing.version, "rung": notice.rung, "day": notice.day,
        "recipient": recipient.key if recipient else "", "address": recipient.address if recipient else "",
        "kind": kind_of(notice, standing), "delivery": notice.delivery, "state": state,
        "reason": void or ("" if recipient else "nobody can receive it"), "send_after": notice.send_after,
        "owed_at": at, "settled_at": settled,
    }  # fmt: skip


def kind_of(notice: PlannedNotice, standing: Standing) -> NoticeKind:
    """What a planned notice is about."""
    if notice.rung == ANNOUNCE:
        return NoticeKind.ASSIGNED
    if notice.escalation:
        return NoticeKind.ESCALATION
    if standing.due_on is None or REVIEW in notice.rung:
        return NoticeKind.REVIEW
    if notice.day > standing.due_on:
        return NoticeKind.OVERDUE
    is_last = notice.rung == "T" or notice.rung.endswith("h")
    return NoticeKind.LAST_DAY if is_last else NoticeKind.REMINDER


def insert_notices(session: Session, rows: Sequence[dict[str, Any]], at: datetime, actor: Actor) -> None:
    """Insert notices and tell the ledger which are owed, void or unreachable, by assignment and rung."""
    if not rows:
        return
    table = Notice.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    defaults = {"detail": "", "message_id": "", "lease": "", "tries": 0, "losses": 0}
    session.connection().execute(sa.insert(table), [{**defaults, **row} for row in rows])  # pyright: ignore[reportUnknownArgumentType]
    told = [
        [
            r["assignment_id"],
            r["version"],
            r["rung"],
            r["day"].isoformat(),
            r["recipient"],
            r["state"],
            r["reason"],
        ]
        for r in rows
    ]
    ledger.record(session, at, actor, "notices.decided", "notices", notices=told)


def set_next_wake(
    assignment: Assignment, standing: Standing, rules: Rules, decided_keys: set[tuple[str, Any]], at: datetime
) -> None:
    """Write when the rules must look at this assignment again after `at`, and for which rungs."""
    following = next_wake(standing, rules.calendar, decided_keys, rules.hours, at=at)
    assignment.escalation_waits = waits(standing, rules.calendar, decided_keys, at, rules.hours)
    assignment.next_wake_at = following.at if following else None
    assignment.next_rungs = " ".join(following.rungs) if following else ""


def reconsider(session: Session, at: datetime, hours: Hours) -> int:
    """Plan a wake for the next working day where an escalation waited and enough has been delivered meanwhile.

    Answers how many assignments are looked at again.
    """
    query = (
        select(Assignment)
        .join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .where(Cycle.state == CycleState.ARMED, col(Assignment.escalation_waits))
        .order_by(col(Assignment.id))
        .with_for_update(of=Assignment)
    )
    moved, waiting = 0, session.exec(query).all()
    if not waiting:
        return 0
    rules = Rules.of(session, hours)
    for chunk in _chunks(waiting):
        known = decided(session, [a.id or 0 for a in chunk])
        for assignment, standing in zip(chunk, standings(session, chunk, rules.ladders), strict=True):
            before = assignment.next_wake_at
            keys = known.get((standing.assignment_id, standing.version), set())
            set_next_wake(assignment, standing, rules, keys, at)
            if before is not None and assignment.next_wake_at is not None:  # never later than it was
                assignment.next_wake_at = min(before, assignment.next_wake_at)
            moved += assignment.next_wake_at != before
            session.add(assignment)
    return moved


def _count_units(session: Session, item_id: int, woken: Woken) -> None:
    states = session.exec(
        select(Assignment.state, sa.func.count()).join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .where(Assignment.item_id == item_id, Cycle.state == CycleState.ARMED).group_by(Assignment.state)
    ).all()  # fmt: skip
    woken.units = sum(count for _, count in states)
    woken.done = sum(count for state, count in states if state is WorkState.COMPLETED)


def void_waiting(session: Session, assignment: Assignment, reason: str, at: datetime, actor: Actor) -> None:
    """Void the reminders of the present deadline that wait to be sent; one that a sender holds has gone out."""
    kinds = (*UNIT_KINDS, NoticeKind.ESCALATION, NoticeKind.REVIEW)
    waiting = session.exec(
        select(Notice).where(
            Notice.assignment_id == assignment.id, col(Notice.state).in_(WAITING), col(Notice.kind).in_(kinds)
        ).order_by(col(Notice.id)).with_for_update()
    ).all()  # fmt: skip
    void_notices(session, waiting, reason, at, actor, f"assignment:{assignment.id}")


def void_rest(
    session: Session, assignment: Assignment, reason: str, at: datetime, actor: Actor, rules: Rules
) -> None:
    """Void everything that waits or would still come about the present deadline; nothing more is owed."""
    void_waiting(session, assignment, reason, at, actor)
    standing = standings(session, [assignment], rules.ladders)[0]
    known = decided(session, [standing.assignment_id]).get((standing.assignment_id, standing.version), set())
    rest = undecided(standing, rules.calendar, known, rules.hours)
    insert_notices(
        session,
        [
            row
            for n in rest
            for row in notice_rows(assignment.unit_id, standing, n, rules.directory, at, void=reason)
        ],
        at,
        actor,
    )
    assignment.next_wake_at, assignment.next_rungs, assignment.escalation_waits = None, "", False
    session.add(assignment)


def restart(
    session: Session, assignment: Assignment, at: datetime, rules: Rules, *, announce: bool = False
) -> None:
    """A new version of the deadline, in force from `at`: its own ladder, its own notices."""
    assignment.version += 1
    assignment.since, assignment.announce = at, announce
    standing = standings(session, [assignment], rules.ladders)[0]
    set_next_wake(assignment, standing, rules, set(), at)
    session.add(assignment)


def due_items(session: Session, until: datetime) -> Iterable[tuple[int, datetime, str]]:
    """Item, moment and rungs of every wake that running cycles need up to `until`, once per item and moment."""
    rows = session.exec(
        select(Assignment.item_id, Assignment.next_wake_at, Assignment.next_rungs)
        .join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .where(Cycle.state == CycleState.ARMED, col(Assignment.next_wake_at) <= until)
        .order_by(col(Assignment.next_wake_at))
    )
    wakes: dict[tuple[int, datetime], dict[str, None]] = {}
    for item_id, moment, rungs in rows:
        if moment is not None:
            wakes.setdefault((item_id, moment), {}).update(dict.fromkeys(rungs.split()))
    return [(item, moment, " ".join(rungs)) for (item, moment), rungs in wakes.items()]
