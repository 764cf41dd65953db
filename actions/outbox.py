"""The outbox between the rules and the channels: claim under a lease, settle with the channel's answer.

A sender claims in one transaction, talks to the channel outside any, and settles in another. If it dies in between, the
row stays "sending" until its lease ends; then another sender takes it with the same Message-ID, and the ledger says
"perhaps twice".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import ledger
from models.cycles import Assignment
from models.ledger import SYSTEM
from models.notices import WAITING, Attempt, Digest, Morning, Notice, NoticeState
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
TIED_TO_DEADLINE = (*UNIT_KINDS, NoticeKind.ESCALATION, NoticeKind.REVIEW)
"""Kinds that are owed only while the unit owes and the deadline is the same; the rest is news and always goes out."""


def sending_stopped(session: Session) -> bool:
    """Whether the switch that stops all sending is on."""
    return switch(session, "sending") == "stopped"


def may_send_alone(at: datetime, hours: Hours) -> bool:
    """Whether a single notice may go out at this hour."""
    return hours.opens <= at.astimezone(LOCAL).time() < hours.closes


def may_send_digest(at: datetime, hours: Hours, works: bool) -> bool:
    """Whether a digest may go out: on a working day, from its hour until the office closes."""
    return works and hours.digest <= at.astimezone(LOCAL).time() < hours.closes


def _sendable(at: datetime) -> sa.ColumnElement[bool]:
    """Waiting and its moment has come, or held by a sender whose lease has ended."""
    waiting = sa.and_(
        col(Notice.state).in_(WAITING), col(Notice.send_after) <= at,
        sa.or_(col(Notice.next_try_at).is_(None), col(Notice.next_try_at) <= at),
    )  # fmt: skip
    lost = sa.and_(Notice.state == NoticeState.SENDING, col(Notice.lease_until) <= at)  # pyright: ignore[reportArgumentType]
    return sa.or_(waiting, lost)


def claim_alone(session: Session, at: datetime, lease: str, limit: int) -> Sequence[Notice]:
    """Claim up to `limit` single notices that are due; those no longer owed are voided on the way."""
    due = (
        select(Notice, Assignment).join(Assignment, col(Assignment.id) == col(Notice.assignment_id))
        .where(Notice.delivery == Delivery.ALONE, _sendable(at))
        .order_by(col(Notice.send_after), col(Notice.id)).limit(limit)
        .with_for_update(skip_locked=True, of=Notice)
    )  # fmt: skip
    claimed: list[Notice] = []
    while not claimed and (
        found := session.exec(due).all()
    ):  # a batch of nothing but stale ones is not the end
        claimed = [notice for notice, assignment in found if _still_owed(session, notice, assignment, at)]
    for notice in claimed:
        _lease(session, notice, at, lease, f"notice:{notice.id}")
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
    notice.state, notice.reason, notice.settled_at = NoticeState.VOID, reason, at
    session.add(notice)
    told = [
        [
            notice.assignment_id,
            notice.version,
            notice.rung,
            notice.day.isoformat(),
            notice.recipient,
            "void",
            reason,
        ]
    ]
    ledger.record(session, at, SYSTEM, "notices.void", f"assignment:{assignment.id}", notices=told)
    return False


def _lease(session: Session, row: Notice | Digest, at: datetime, lease: str, subject: str) -> None:
    if row.state is NoticeState.SENDING:
        ledger.record(
            session, at, SYSTEM, "delivery.perhaps-twice", subject, message=row.message_id, lease=row.lease
        )
    row.state, row.lease, row.lease_until = NoticeState.SENDING, lease, at + LEASE
    session.add(row)


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
        .where(col(Notice.digest_id).is_(None)).order_by(col(Notice.id)).with_for_update(of=Notice)
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
    untouched = select(Digest).where(col(Digest.day) < today, Digest.state == NoticeState.OWED)
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
    waiting = sa.and_(
        col(Digest.state).in_(WAITING),
        sa.or_(col(Digest.next_try_at).is_(None), col(Digest.next_try_at) <= at),
    )
    lost = sa.and_(Digest.state == NoticeState.SENDING, col(Digest.lease_until) <= at)  # pyright: ignore[reportArgumentType]
    query = (
        select(Digest)
        .where(sa.or_(waiting, lost))
        .order_by(col(Digest.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = session.exec(query).all()
    for digest in claimed:
        _lease(session, digest, at, lease, f"digest:{digest.id}")
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
    """What the channel said to one message; `uncertain` if it broke off with the whole text on its way."""

    outcome: NoticeState
    code: int | None = None
    words: str = ""
    uncertain: bool = False


def settle_notice(
    session: Session, notice_id: int, answer: Answer, message_id: str, at: datetime, lease: str
) -> bool:
    """Write the channel's answer to a single notice; False when another sender has taken it over meanwhile."""
    notice = session.get_one(Notice, notice_id, with_for_update=True)
    if notice.lease != lease or notice.state is not NoticeState.SENDING:
        return False
    _settle(session, notice, answer, at)
    _perhaps_twice(session, answer, at, f"notice:{notice_id}", message_id)
    session.add(
        Attempt(
            notice_id=notice_id,
            message_id=message_id,
            at=at,
            outcome=answer.outcome,
            code=answer.code,
            answer=answer.words,
        )
    )
    ledger.record(
        session, at, SYSTEM, f"delivery.{notice.state}", f"notice:{notice_id}",
        assignment=notice.assignment_id, rung=notice.rung, message=message_id, code=answer.code, tries=notice.tries,
    )  # fmt: skip
    return True


def settle_digest(
    session: Session, digest_id: int, answer: Answer, message_id: str, at: datetime, lease: str
) -> bool:
    """Write the channel's answer to a digest and to every notice that travels in it."""
    digest = session.get_one(Digest, digest_id, with_for_update=True)
    if digest.lease != lease or digest.state is not NoticeState.SENDING:
        return False
    _settle(session, digest, answer, at)
    _perhaps_twice(session, answer, at, f"digest:{digest_id}", message_id)
    session.add(
        Attempt(
            digest_id=digest_id,
            message_id=message_id,
            at=at,
            outcome=answer.outcome,
            code=answer.code,
            answer=answer.words,
        )
    )
    riding = session.exec(
        select(Notice.id).where(
            Notice.digest_id == digest_id, col(Notice.state).in_((*WAITING, NoticeState.SENDING))
        )
    ).all()
    values = {
        "state": digest.state,
        "settled_at": digest.settled_at,
        "message_id": message_id,
        "tries": digest.tries,
    }
    session.connection().execute(sa.update(Notice).where(col(Notice.id).in_(riding)).values(**values))
    ledger.record(
        session, at, SYSTEM, f"delivery.{digest.state}", f"digest:{digest_id}",
        notices=list(riding), message=message_id, code=answer.code, tries=digest.tries,
    )  # fmt: skip
    return True


def _perhaps_twice(session: Session, answer: Answer, at: datetime, subject: str, message_id: str) -> None:
    """The server may have taken the message although its answer was lost; the next try may be a second mail."""
    if answer.uncertain:
        ledger.record(
            session, at, SYSTEM, "delivery.perhaps-twice", subject, message=message_id, lost="answer"
        )


def _settle(session: Session, row: Notice | Digest, answer: Answer, at: datetime) -> None:
    row.tries += 1
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
        col(Notice.state).in_(WAITING)
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
