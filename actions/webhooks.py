"""Webhooks: who is told of what in the ledger, which rows are owed to whom, and what becomes of each message.

The ledger is the outbox: its rows are in the order of their commits and none can be missing, so a subscription needs
only a cursor. Nothing waits for the receiver; one that has failed for days is switched off, and administrators told.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.errors import NotFound, Problem, Refused
from actions.rights import must_administer
from models import ledger
from models.hooks import HookMessage, HookState, Webhook
from models.ledger import SYSTEM, Actor, Ledger
from models.sealing import Seal

PURPOSE = "webhook"
PING = "webhook.pinged"
DELAYS = tuple(timedelta(seconds=s) for s in (60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""How long to wait after each failed try: all of them together are three and a half days."""
PATIENCE = timedelta(days=5)
"""How long a receiver may fail without one success before it is switched off."""
OVERLAP = timedelta(hours=24)
"""How long the old secret signs too after a change."""
LEASE = timedelta(minutes=5)
LOOK = 1000
"""How many rows of the ledger one look takes in."""


def make(
    session: Session,
    url: str,
    events: Sequence[str],
    secret: str,
    seal: Seal,
    *,
    note: str,
    at: datetime,
    actor: Actor,
) -> Webhook:
    """A subscription to what happens from now on; `url` has been looked at, `secret` is shown once by the caller."""
    must_administer(session, actor)
    wanted = sorted({event.strip() for event in events if event.strip()})
    if not wanted:
        raise Refused.because(
            "name at least one event, such as assignment.", "hãy nêu ít nhất một sự kiện, ví dụ assignment."
        )
    hook = Webhook(
        url=url.strip(), note=note.strip(), events=wanted, secret=seal.close(secret), cursor=ledger.head(session)[0],
        made_by=actor.who, made_at=at,
    )  # fmt: skip
    session.add(hook)
    session.flush()
    ledger.record(session, at, actor, "webhook.made", f"webhook:{hook.id}", events=wanted)
    return hook


def hook_numbered(session: Session, number: int) -> Webhook:
    """The webhook with this number; raises :class:`NotFound`."""
    hook = session.get(Webhook, number)
    if hook is None:
        raise NotFound([Problem(f"there is no webhook {number}", f"không có webhook số {number}")])
    return hook


def rotate(session: Session, number: int, secret: str, seal: Seal, *, at: datetime, actor: Actor) -> Webhook:
    """Sign with `secret` from now on, and for a day with the old one too."""
    must_administer(session, actor)
    hook = hook_numbered(session, number)
    hook.old_secret, hook.old_until, hook.secret = hook.secret, at + OVERLAP, seal.close(secret)
    session.add(hook)
    ledger.record(session, at, actor, "webhook.rotated", f"webhook:{number}")
    return hook


def set_active(session: Session, number: int, *, active: bool, at: datetime, actor: Actor) -> Webhook:
    """Switch a webhook off, or on again from where it stands now: what happened meanwhile is not sent."""
    must_administer(session, actor)
    hook = hook_numbered(session, number)
    if active == (hook.disabled_at is None):
        return hook
    hook.disabled_at, hook.why, hook.failing_since = (None if active else at), "", None
    if active:
        hook.cursor = ledger.head(session)[0]
    else:
        _drop(session, hook, at)
    session.add(hook)
    ledger.record(session, at, actor, "webhook.on" if active else "webhook.off", f"webhook:{number}")
    return hook


def ping(session: Session, number: int, *, at: datetime, actor: Actor) -> None:
    """Send one message that says nothing, to see whether it comes through."""
    must_administer(session, actor)
    hook_numbered(session, number)
    ledger.record(session, at, actor, PING, f"webhook:{number}")


def owe(session: Session, at: datetime) -> int:
    """Make a message of every row that a subscription asks for and has not seen; answers how many."""
    made = 0
    for hook in session.exec(
        select(Webhook).where(col(Webhook.disabled_at).is_(None)).with_for_update()
    ).all():
        rows = session.exec(
            select(Ledger.seq, Ledger.action, Ledger.subject)
            .where(Ledger.seq > hook.cursor)
            .order_by(col(Ledger.seq))
            .limit(LOOK)
        ).all()
        for seq, action, subject in rows:
            if _wants(hook, action, subject):
                session.add(HookMessage(webhook_id=hook.id or 0, seq=seq, next_try_at=at, made_at=at))
                made += 1
        if rows:
            hook.cursor = rows[-1][0]
            session.add(hook)
    return made


def _wants(hook: Webhook, action: str, subject: str) -> bool:
    if action == PING:
        return subject == f"webhook:{hook.id}"
    return any(action.startswith(event) for event in hook.events)


@dataclass(frozen=True)
class Due:
    """One message in a sender's hands."""

    id: int
    url: str
    body: bytes
    keys: tuple[str, ...]
    name: str


def claim(session: Session, at: datetime, lease: str, seal: Seal, limit: int) -> list[Due]:
    """Take messages that are due, each under a lease: who dies with one leaves it to the next."""
    query = (
        select(HookMessage, Webhook, Ledger)
        .join(Webhook, col(Webhook.id) == col(HookMessage.webhook_id))
        .join(Ledger, col(Ledger.seq) == col(HookMessage.seq))
        .where(col(HookMessage.next_try_at) <= at, col(Webhook.disabled_at).is_(None))
        .order_by(col(HookMessage.next_try_at), col(HookMessage.id)).limit(limit)
    )  # fmt: skip
    return [
        Due(message.id or 0, hook.url, _body(row), _keys(hook, seal, at), f"dondoc-{hook.id}-{row.seq}")
        for message, hook, row in session.exec(query).all()
        if _take(session, message, at, lease)
    ]


def _take(session: Session, message: HookMessage, at: datetime, lease: str) -> bool:
    guarded = sa.update(HookMessage).where(
        col(HookMessage.id) == message.id, col(HookMessage.next_try_at) == message.next_try_at
    )
    return session.connection().execute(guarded.values(lease=lease, next_try_at=at + LEASE)).rowcount == 1


def _body(row: Ledger) -> bytes:
    """What is sent: the ledger's own words, which hold ids and no names."""
    whole = {
        "type": row.action,
        "timestamp": row.at,
        "data": {
            "seq": row.seq, "subject": row.subject, "who": row.who, "assurance": row.assurance,
            "details": json.loads(row.data), "hash": row.hash,
        },
    }  # fmt: skip
    return ledger.canonical(whole).encode()


def _keys(hook: Webhook, seal: Seal, at: datetime) -> tuple[str, ...]:
    old = hook.old_secret if hook.old_until and at < hook.old_until else ""
    return tuple(seal.open(sealed) for sealed in (hook.secret, old) if sealed)


def settle(
    session: Session,
    number: int,
    lease: str,
    *,
    code: int | None,
    answer: str,
    taken: bool,
    gone: bool,
    at: datetime,
) -> Webhook | None:
    """Write down what came back; answers the webhook if this was what switched it off."""
    message = session.get(HookMessage, number)
    if message is None or message.lease != lease:
        return None
    hook = session.get_one(Webhook, message.webhook_id)
    message.tries, message.code, message.answer, message.lease = message.tries + 1, code, answer, ""
    more = hook.disabled_at is None and message.tries <= len(DELAYS)
    later = DELAYS[message.tries - 1] if more else None
    if taken or later is None:
        message.state = HookState.TAKEN if taken else HookState.FAILED
        message.next_try_at, message.settled_at = None, at
    else:
        message.state, message.next_try_at = HookState.RETRYING, at + later
    hook.failing_since = None if taken else hook.failing_since or at
    session.add_all((message, hook))
    if hook.disabled_at is None and not taken and (gone or at - (hook.failing_since or at) >= PATIENCE):
        _give_up(session, hook, "gone" if gone else "failing", at)
        return hook
    return None


def _give_up(session: Session, hook: Webhook, why: str, at: datetime) -> None:
    hook.disabled_at, hook.why = at, why
    _drop(session, hook, at)
    session.add(hook)
    ledger.record(session, at, SYSTEM, "webhook.disabled", f"webhook:{hook.id}", why=why)


def _drop(session: Session, hook: Webhook, at: datetime) -> None:
    """What waits for a webhook that is off goes nowhere."""
    session.flush()
    waiting = sa.update(HookMessage).where(
        col(HookMessage.webhook_id) == hook.id, col(HookMessage.settled_at).is_(None)
    )
    session.connection().execute(
        waiting.values(state=HookState.FAILED, next_try_at=None, settled_at=at, lease="")
    )
