"""The outbox between the rules and the channels: claim under a lease, settle with the channel's answer.

A sender claims in one transaction, talks to the channel outside any, and settles in another. If it dies in between, the
row stays "sending" until its lease ends; then another sender takes it with the same Message-ID, and the ledger says
"perhaps twice".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.chasing import void_notices
from models import ledger
from models.cycles import Assignment
from models.ledger import SYSTEM
from models.notices import UNSETTLED, UNSETTLED_DIGEST, WAITING, Attempt, Digest, Morning, Notice, NoticeState
from models.queries import switch
from models.standing import UNIT_KINDS
from plan.clock import LOCAL, local_day
from plan.kinds import NoticeKind
from plan.ladder import Delivery, Hours
from plan.lifecycle import OPEN

LEASE = timedelta(minutes=90)
"""How long a claim holds: longer than any channel's time-out."""
RETRY_DELAYS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 240, 720))
"""The waits after a passing failure; when they are used up the notice has failed."""
SET_ASIDE = "set aside"
"""How the reason of a failed notice begins that was moved out of the others' way."""
MOST_LOSSES = 3
"""How many senders may die or break over one row before it is set aside."""
TIED_TO_DEADLINE = (*UNIT_KINDS, NoticeKind.ESCALATION, NoticeKind.REVIEW)
"""Kinds that are owed only while the unit owes and the deadline is the same; the rest is news and always goes out."""
Row = TypeVar("Row", Notice, Digest)


def sending_stopped(session: Session) -> bool:
    """Whether the switch that stops all sending is on."""
    return switch(session, "sending") == "stopped"


def may_send_alone(at: datetime, hours: Hours) -> bool:
    """Whether a single notice may go out at this hour."""
    return hours.opens <= at.astimezone(LOCAL).time() < hours.closes


def may_send_digest(at: datetime, hours: Hours, works: bool) -> bool:
    """Whether a digest may go out: on a working day, from its hour until the office closes."""
    return works and hours.digest <= at.astimezone(LOCAL).time() < hours.closes


def _sendable(table: type[Notice] | type[Digest], at: datetime) -> sa.ColumnElement[bool]:
    """Waiting and its next try has come, or held by a sender whose lease has ended."""
    waiting = sa.and_(
        col(table.state).in_(WAITING),
        sa.or_(col(table.next_try_at).is_(None), col(table.next_try_at) <= at),
    )
    lost = sa.and_(col(table.state) == NoticeState.SENDING, col(table.lease_until) <= at)  # pyright: ignore[reportArgumentType]
    held = (*WAITING, NoticeState.SENDING)  # said at once too, so that the index by state is used
    return sa.and_(col(table.state).in_(held), sa.or_(waiting, lost))


def _suspicion(table: type[Notice] | type[Digest]) -> sa.ColumnElement[int]:
    """How many senders a row has been lost with, the one whose lease has just ended included."""
    return col(table.losses) + sa.case((col(table.state) == NoticeState.SENDING, 1), else_=0)


def _by_themselves(rows: Sequence[Row]) -> Sequence[Row]:
    """Of rows in order of suspicion those that no sender was lost with; else one suspect, alone.

    What kills its sender then takes nobody along, and holds up nothing but other suspects.
    """
    clean = [row for row in rows if not row.losses and row.state is not NoticeState.SENDING]
    return clean or rows[:1]


def claim_alone(session: Session, at: datetime, lease: str, limit: int) -> Sequence[Notice]:
    """Claim up to `limit` single notices that are due; those no longer owed are voided on the way."""
    due = (
        select(Notice, Assignment).join(Assignment, col(Assignment.id) == col(Notice.assignment_id))
        .where(UNSETTLED, Notice.delivery == Delivery.ALONE, col(Notice.send_after) <= at, _sendable(Notice, at))
        .order_by(_suspicion(Notice), col(Notice.send_after), col(Notice.id)).limit(limit)
        .with_for_update(skip_locked=True, of=Notice)
    )  # fmt: skip
    claimed: list[Notice] = []
    while not claimed and (
        found := session.exec(due).all()
    ):  # a batch of nothing but stale ones is not the end
        owed = [notice for notice, assignment in found if _still_owed(session, notice, assignment, at)]
        claimed = [notice for notice in _by_themselves(owed) if _lease(session, notice, at, lease)]
    return claimed


def _still_owed(session: Session, notice: Notice, assignment: Assignment, at: datetime) -> bool:
    """Whether the notice is still owed; a stale one is voided with the reason."""
    if notice.kind not in TIED_TO_DEADLINE:
        return True
    if assignment.version != notice.version:
        reason = "the deadline has moved"
    elif assignment.state not in OPEN:
        reason = f"{assignment.state} by then"
    else:
        return True
    void_notices(session, [notice], reason, at, SYSTEM, f"assignment:{assignment.id}")
    return False


def _lease(session: Session, row: Notice | Digest, at: datetime, lease: str) -> bool:
    """Take a row for one sender; False for one that was lost too often and is set aside instead."""
    if row.state is NoticeState.SENDING:
        row.losses += 1
        if row.losses >= MOST_LOSSES:
            _set_aside(session, row, "its sender was lost", at)
            return False
        ledger.record(
            session,
            at,
            SYSTEM,
            "delivery.perhaps-twice",
            subject(row),
            message=row.message_id,
            lease=row.lease,
        )
    row.state, row.lease, row.lease_until = NoticeState.SENDING, lease, at + LEASE
    session.add(row)
    return True


def _set_aside(session: Session, row: Notice | Digest, why: str, at: datetime) -> None:
    """Fail what breaks its sender every time, with all that travels in it, so that the others go on; loudly."""
    lost = [row] if isinstance(row, Notice) else _riding(session, row)
    row.state, row.settled_at, row.lease_until, row.next_try_at = NoticeState.FAILED, at, None, None
    for notice in lost:
        notice.state, notice.settled_at = NoticeState.FAILED, at
        notice.reason = f"{SET_ASIDE}: {why} {row.losses} times"
    session.add_all((row, *lost))
    ledger.record(
        session, at, SYSTEM, "delivery.set-aside", subject(row), message=row.message_id, losses=row.losses,
        why=why, notices=[notice.id for notice in lost],
    )  # fmt: skip


def _riding(session: Session, digest: Digest) -> list[Notice]:
    open_states = (*WAITING, NoticeState.SENDING)
    riding = select(Notice).where(Notice.digest_id == digest.id, col(Notice.state).in_(open_states))
    return list(session.exec(riding.order_by(col(Notice.id)).with_for_update()))


def make_digests(session: Session, at: datetime) -> int:
    """Put every waiting digest notice into its mailbox's one digest of today; a mailbox that had its digest waits.

    What a digest of a day before should have carried goes into today's: nobody gets two at once. Answers how many
    digests were made.
    """
    today = local_day(at)
    _give_up_missed(session, today, at)
    due = (
        select(Notice, Assignment).join(Assignment, col(Assignment.id) == col(Notice.assignment_id))
        .where(Notice.delivery == Delivery.DIGEST, Notice.state == NoticeState.OWED, col(Notice.send_after) <= at)
        .where(UNSETTLED, col(Notice.digest_id).is_(None)).order_by(col(Notice.id)).with_for_update(of=Notice)
    )  # fmt: skip
    rows = session.exec(due).all()  # locked first: who makes digests at the same time has made them by now
    had = set(session.exec(select(Digest.mailbox).where(Digest.day == today)))
    boxes: dict[str, list[Notice]] = {}
    for notice, assignment in rows:
        if notice.address not in had and _still_owed(session, notice, assignment, at):
            boxes.setdefault(notice.address, []).append(notice)
    digests = {
        box: Digest(mailbox=box, recipient=notices[0].recipient, day=today, made_at=at)
        for box, notices in boxes.items()
    }
    session.add_all(digests.values())
    session.flush()
    for box, notices in boxes.items():
        for notice in notices:
            notice.digest_id = digests[box].id
            session.add(notice)
    return len(digests)


def _give_up_missed(session: Session, today: date, at: datetime) -> None:
    """Take the notices out of digests of days before that no sender has touched."""
    waits = (UNSETTLED_DIGEST, Digest.state == NoticeState.OWED)
    untouched = select(Digest).where(*waits, col(Digest.day) < today)
    missed = session.exec(untouched.order_by(col(Digest.id)).with_for_update()).all()
    if not missed:
        return
    ids = [digest.id for digest in missed]
    session.connection().execute(
        sa.update(Notice).where(col(Notice.digest_id).in_(ids)).values(digest_id=None)
    )
    for digest in missed:
        digest.state, digest.settled_at = NoticeState.VOID, at
        session.add(digest)
    ledger.record(session, at, SYSTEM, "digests.missed", "digests", digests=ids)


def claim_digests(session: Session, at: datetime, lease: str, limit: int) -> Sequence[Digest]:
    """Claim up to `limit` digests that wait or whose sender's lease has ended, with the notices that travel in them.

    Notices that are no longer owed are voided on the way.
    """
    query = (
        select(Digest).where(UNSETTLED_DIGEST, _sendable(Digest, at))
        .order_by(_suspicion(Digest), col(Digest.id)).limit(limit).with_for_update(skip_locked=True)
    )  # fmt: skip
    claimed: list[Digest] = []
    while not claimed and (found := session.exec(query).all()):
        claimed = [digest for digest in _by_themselves(found) if _lease(session, digest, at, lease)]
    _take_along(session, [digest.id for digest in claimed], at)
    return claimed


def _take_along(session: Session, digests: Sequence[int | None], at: datetime) -> None:
    riding = (
        select(Notice, Assignment).join(Assignment, col(Assignment.id) == col(Notice.assignment_id))
        .where(col(Notice.digest_id).in_(digests), col(Notice.state).in_(WAITING))
        .order_by(col(Notice.id)).with_for_update(of=Notice)
    )  # fmt: skip
    for notice, assignment in session.exec(riding):
        if _still_owed(session, notice, assignment, at):
            notice.state = NoticeState.SENDING
            session.add(notice)


@dataclass(frozen=True)
class Answer:
    """What the channel said to one message.

    `uncertain` if it broke off with the whole text on its way; `fault` if the sender itself broke over it.
    """

    outcome: NoticeState
    code: int | None = None
    words: str = ""
    uncertain: bool = False
    fault: bool = False


def subject(row: Notice | Digest) -> str:
    """How the ledger names it: "notice:12", "digest:3"."""
    return f"{type(row).__name__.lower()}:{row.id}"


def settle(
    session: Session, table: type[Notice] | type[Digest], number: int, answer: Answer, message_id: str,
    at: datetime, lease: str,
) -> bool:  # fmt: skip
    """Write the channel's answer to a notice, or to a digest and every notice that travels in it.

    False when another sender has taken it over meanwhile.
    """
    row: Notice | Digest = session.get_one(table, number, with_for_update=True)
    if row.lease != lease or row.state is not NoticeState.SENDING:
        return False
    row.message_id = message_id or row.message_id
    session.add(Attempt(
        notice_id=number if isinstance(row, Notice) else None, digest_id=number if isinstance(row, Digest) else None,
        message_id=message_id, at=at, outcome=answer.outcome, code=answer.code, answer=answer.words,
    ))  # fmt: skip
    if answer.uncertain:  # the server may have taken it; the next try may be a second mail
        ledger.record(
            session, at, SYSTEM, "delivery.perhaps-twice", subject(row), message=message_id, lost="answer"
        )
    if answer.fault and row.losses + 1 >= MOST_LOSSES:
        row.losses += 1
        _set_aside(session, row, f"sending it broke ({answer.words[:200]})", at)
        return True
    _settle(session, row, answer, at)
    ledger.record(
        session, at, SYSTEM, f"delivery.{row.state}", subject(row), **_about(session, row),
        message=message_id, code=answer.code, tries=row.tries,
    )  # fmt: skip
    return True


def _about(session: Session, row: Notice | Digest) -> dict[str, object]:
    """What a settled row is about, for the ledger; what travels in a digest ends as it does."""
    if isinstance(row, Notice):
        return {"assignment": row.assignment_id, "rung": row.rung}
    riding = [notice.id for notice in _riding(session, row)]
    values = {
        "state": row.state,
        "settled_at": row.settled_at,
        "message_id": row.message_id,
        "tries": row.tries,
    }
    session.connection().execute(sa.update(Notice).where(col(Notice.id).in_(riding)).values(**values))
    return {"notices": riding}


def _settle(session: Session, row: Notice | Digest, answer: Answer, at: datetime) -> None:
    row.tries += 1
    row.losses += answer.fault
    row.lease_until = None
    row.state, row.next_try_at = answer.outcome, None
    if answer.outcome is NoticeState.RETRYING:
        if row.tries > len(RETRY_DELAYS):
            row.state = NoticeState.FAILED
        else:
            row.next_try_at = at + RETRY_DELAYS[row.tries - 1]
    row.settled_at = None if row.state is NoticeState.RETRYING else at
    session.add(row)


def release(session: Session, lease_prefix: str, at: datetime) -> int:
    """End the leases of a sender that is known to be dead, so that nobody waits for them; answers how many."""
    ended = 0
    for table in (Notice, Digest):
        held = sa.update(table).where(
            col(table.state) == NoticeState.SENDING, col(table.lease).startswith(lease_prefix)
        )
        ended += session.connection().execute(held.values(lease_until=at)).rowcount
    return ended + _release_mornings(session, at)


def _release_mornings(session: Session, at: datetime) -> int:
    """Morning lines carry no lease: one that is held while a sender dies may have gone out, and is tried again."""
    held = session.exec(select(Morning).where(Morning.state == NoticeState.SENDING)).all()
    for line in held:
        line.state = NoticeState.RETRYING
        session.add(line)
        ledger.record(
            session, at, SYSTEM, "delivery.perhaps-twice", f"morning:{line.id}", message=line.message_id
        )
    return len(held)


@dataclass(frozen=True)
class Waiting:
    """What waits to go out, shown before the switch is turned."""

    alone: int
    digest: int
    oldest: date | None


def waiting(session: Session) -> Waiting:
    """How much waits in the outbox."""
    counted = select(Notice.delivery, sa.func.count(), sa.func.min(Notice.day)).where(
        UNSETTLED, col(Notice.state).in_(WAITING)
    )
    rows = {
        delivery: (count, day) for delivery, count, day in session.exec(counted.group_by(Notice.delivery))
    }
    days = [day for _, day in rows.values() if day]
    return Waiting(
        rows.get(Delivery.ALONE, (0, None))[0],
        rows.get(Delivery.DIGEST, (0, None))[0],
        min(days, default=None),
    )
