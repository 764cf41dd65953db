"""A mail came back: its delivery is marked, its address is used no more, and whoever else can receive it is told.

A report is believed only if it names a Message-ID of ours, which nobody can guess, and the address to which that very
message went. Whoever never got the mail can thus silence no unit, and no report does so silently: the morning line, the
doctor and the ledger say it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.chasing import Rules, insert_notices, notice_rows, void_notices
from actions.events import sending_moment
from models import ledger
from models.cycles import Assignment
from models.ledger import SYSTEM
from models.notices import (
    UNSETTLED,
    WAITING,
    Attempt,
    Bounce,
    BounceEnd,
    Digest,
    Morning,
    Notice,
    NoticeState,
)
from models.people import Contact, Person
from models.standing import standings
from plan.kinds import NoticeKind
from plan.ladder import Audience, PlannedNotice
from plan.lifecycle import OPEN
from plan.owed import planned
from plan.returned import Fared, Fate, Report

Sent = Notice | Digest | Morning
_ENDS = {Fate.FAILED: BounceEnd.BOUNCED, Fate.DELAYED: BounceEnd.DELAYED, Fate.DELIVERED: BounceEnd.DELIVERED}


class StillSending(Exception):
    """The mail that came back is in its sender's hands; the report is to be read again later."""


def take(session: Session, report: Report, sha256: str, at: datetime, rules: Rules) -> BounceEnd:
    """Take one report, once: read again it changes nothing. Raises :class:`StillSending`.

    1. Find the message that it names, and what it says about the address to which that was sent.
    2. Mark the delivery "bounced"; where the address itself is dead, everybody who has it.
    3. Void what still waits for a dead address, and owe it and what came back to whoever else can receive it.
    """
    known = session.exec(select(Bounce).where(Bounce.sha256 == sha256)).one_or_none()
    if known is not None:
        return known.end
    sent = _named(session, report.message_ids)
    fared = report.about(_address(session, sent)) if sent is not None else None
    row = Bounce(sha256=sha256, read_at=at, end=_end(report, sent, fared))
    if sent is not None:
        row.subject = _subject(sent)
    if told := fared or next(iter(report.fared), None):
        row.address, row.status, row.answer = ", ".join(sorted(told.addresses)), told.status, told.answer
    if not report.fared:
        return row.end  # anybody may write to the mailbox: of what is no report nothing is kept
    session.add(row)
    session.flush()
    if sent is not None and fared is not None and row.end is BounceEnd.BOUNCED:
        _came_back(session, sent, fared, row, at, rules)
    return row.end


def _end(report: Report, sent: Sent | None, fared: Fared | None) -> BounceEnd:
    if not report.fared:
        return BounceEnd.AUTOMATIC if report.fate is Fate.AUTOMATIC else BounceEnd.OTHER
    if sent is None:
        return BounceEnd.UNKNOWN
    return _ENDS[fared.fate] if fared is not None else BounceEnd.FORWARDED


def _named(session: Session, message_ids: Iterable[str]) -> Sent | None:
    """The message with one of these ids, locked; a notice that travelled in a digest is not one."""
    ids = sorted(message_ids)
    alone = select(Notice).where(col(Notice.message_id).in_(ids), col(Notice.digest_id).is_(None))
    for query in (
        select(Digest).where(col(Digest.message_id).in_(ids)),
        alone,
        select(Morning).where(col(Morning.message_id).in_(ids)),
    ):
        found = session.exec(query.with_for_update()).first() if ids else None
        if found is not None and found.state is NoticeState.SENDING:
            raise StillSending(found.message_id)
        if found is not None:
            return found
    return None


def _address(session: Session, sent: Sent) -> str:
    if isinstance(sent, Notice):
        return sent.address
    if isinstance(sent, Digest):
        return sent.mailbox
    reader = session.get(Person, int(sent.recipient.partition(":")[2]))
    return reader.address if reader else ""


def _subject(sent: Sent) -> str:
    return f"{type(sent).__name__.lower()}:{sent.id}"


def _came_back(
    session: Session, sent: Sent, fared: Fared, row: Bounce, at: datetime, rules: Rules
) -> None:  # fmt: skip
    """Mark a delivery and what travelled in it; one that is marked already stays as it is."""
    if sent.state not in {NoticeState.ACCEPTED, NoticeState.RETRYING}:
        return
    went_out = sent.made_at if isinstance(sent, Morning) else sent.settled_at or at
    lost = _lost(session, sent)
    reason = f"came back: {fared.status} {fared.answer}".rstrip()[:500]
    for notice in lost:
        notice.state, notice.reason, notice.settled_at, notice.next_try_at = (
            NoticeState.BOUNCED, reason, at, None,
        )  # fmt: skip
    sent.state = NoticeState.BOUNCED
    session.add_all((*lost, sent))
    if not isinstance(sent, Morning):
        session.add(Attempt(
            notice_id=sent.id if isinstance(sent, Notice) else None,
            digest_id=sent.id if isinstance(sent, Digest) else None,
            message_id=sent.message_id, at=at, outcome=NoticeState.BOUNCED,
            answer=f"{fared.status} {fared.answer}".strip(),
        ))  # fmt: skip
    ledger.record(
        session, at, SYSTEM, "delivery.bounced", row.subject, message=sent.message_id, status=fared.status,
        report=row.sha256, notices=[n.id for n in lost],
    )  # fmt: skip
    if fared.dead:
        gone = _use_no_more(session, _address(session, sent), went_out, row, at)
        _tell_others(session, lost, gone, at, rules)


def _lost(session: Session, sent: Sent) -> list[Notice]:
    """The notices that did not arrive with this message."""
    if isinstance(sent, Notice):
        return [sent]
    if isinstance(sent, Morning):
        return []
    riding = select(Notice).where(
        Notice.digest_id == sent.id, col(Notice.state).in_((NoticeState.ACCEPTED, NoticeState.RETRYING))
    )
    return list(session.exec(riding.order_by(col(Notice.id)).with_for_update()))


def _use_no_more(
    session: Session, address: str, went_out: datetime, row: Bounce, at: datetime
) -> list[str]:  # fmt: skip
    """Mark everybody with this address, but whoever was cleared after the mail went out; answers their keys."""
    gone: list[str] = []
    for table in (Contact, Person):
        same = sa.func.lower(table.address) == address.strip().lower()
        query = select(table).where(same, col(table.active), col(table.bounced_at).is_(None))
        for holder in session.exec(query.order_by(col(table.id)).with_for_update()).all():
            if holder.cleared_at is not None and holder.cleared_at > went_out:
                continue
            holder.bounced_at = at
            session.add(holder)
            gone.append(f"{table.__name__.lower()}:{holder.id}")
            ledger.record(
                session, at, SYSTEM, "address.bounced", gone[-1], status=row.status, report=row.sha256
            )
    session.flush()
    return gone


def _tell_others(
    session: Session, lost: Sequence[Notice], gone: Sequence[str], at: datetime, rules: Rules
) -> None:
    """What came back, and what waits for those who can no longer be reached, is owed to others or "unreachable"."""
    if not gone:
        return
    waits = select(Notice).where(UNSETTLED, col(Notice.recipient).in_(gone), col(Notice.state).in_(WAITING))
    waiting = session.exec(waits.order_by(col(Notice.id)).with_for_update()).all()
    void_notices(session, waiting, "the address is dead", at, SYSTEM)
    anew = Rules.of(session, rules.hours)
    owed = [*lost, *waiting]
    known = _keys(session, {n.assignment_id for n in owed})
    rows = [
        row
        for notice in owed
        for row in _rows(session, notice, anew, at)
        if (key := (*_rung(notice), row["recipient"])) not in known and not known.add(key)
    ]
    insert_notices(session, rows, at, SYSTEM)


def _rung(n: Notice) -> tuple[object, ...]:
    return (n.assignment_id, n.version, n.rung, n.day)


def _keys(session: Session, assignments: Iterable[int]) -> set[tuple[object, ...]]:
    query = select(Notice).where(col(Notice.assignment_id).in_(list(assignments)))
    return {(*_rung(n), n.recipient) for n in session.exec(query)}


def _rows(session: Session, notice: Notice, rules: Rules, at: datetime) -> list[dict[str, object]]:
    """The same notice for those who can be reached now; none where it is no longer owed."""
    assignment = session.get_one(Assignment, notice.assignment_id)
    standing = standings(session, [assignment], rules.ladders)[0]
    of_deadline = ":" not in notice.rung
    if of_deadline and (assignment.version != notice.version or assignment.state not in OPEN):
        return []
    plan = planned(standing, rules.calendar, rules.hours) if of_deadline else []
    rung = next((p for p in plan if (p.rung, p.day) == (notice.rung, notice.day)), None) or _event(notice)
    out = notice_rows(assignment.unit_id, standing, rung, rules.directory, at)
    moment = max(sending_moment(at, notice.delivery, rules.calendar, rules.hours), notice.send_after)
    kept = {"kind": notice.kind, "detail": notice.detail, "send_after": moment, "version": notice.version}
    return [{**row, **kept} for row in out]


def _event(n: Notice) -> PlannedNotice:
    """A notice that no ladder plans, as one for the audience that its kind has."""
    to_office = n.kind in {NoticeKind.SUBMITTED, NoticeKind.EXTENSION_ASKED, NoticeKind.DISPUTED}
    audience = Audience.COORDINATOR if to_office else Audience.UNIT
    return PlannedNotice(n.rung, n.day, n.send_after, n.send_after, audience, n.delivery)
