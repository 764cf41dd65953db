"""Sending: claim what is owed, make the mail, hand it to the channel, write down its answer."""

from collections.abc import Callable, Sequence
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, col

from actions import outbox
from actions.letters import tell_unfit
from models import ledger
from models.cycles import Assignment
from models.database import reading, unit_of_work
from models.ledger import SYSTEM
from models.notices import Digest, Notice, NoticeState
from models.queries import named
from models.standing import calendar
from notifications.messages import Message
from plan.clock import local_day
from tasks.mail import Desk, digest_mail, notice_mails, riding_notices
from tasks.place import Place, here
from tasks.sending import Claimed, Sent, answers, channel_of, claimed, may_send, renderer

BATCH = 20
"""How many messages one claim takes: at a channel's longest patience they are through before the lease ends."""


@task(name="send-notices", cache_policy=NO_CACHE)
def send_alone() -> Sent:
    """Send every single notice that is due, in batches, until none is left."""
    place = here()
    at, lease = place.now, place.new_lease()
    sent = Sent()
    if may_send(place, sent) and outbox.may_send_alone(at, place.hours):
        _send_all(place, Notice, lease, lambda: _claim_alone(place, at, lease), sent)
    return sent


@task(name="send-digests", cache_policy=NO_CACHE)
def send_digests() -> Sent:
    """Make and send the day's digests, if it is a working day and within the hours."""
    place = here()
    at, lease = place.now, place.new_lease()
    sent = Sent()
    if not may_send(place, sent) or not digest_hour(place, at):
        return sent
    with unit_of_work(place.url) as session:
        outbox.make_digests(session, at)
    with reading(place.url) as session:
        desk = Desk.of(session, at, place.settings)
    _send_all(place, Digest, lease, lambda: _claim_digests(place, at, desk, lease), sent)
    return sent


def _send_all(
    place: Place, table: type[Notice] | type[Digest], lease: str, claim: Callable[[], list[Claimed]], sent: Sent
) -> None:  # fmt: skip
    """Claim, send and settle batch after batch, each answer in a transaction of its own."""
    with channel_of(place) as channel:
        while batch := claim():
            for one, answer in answers(channel, batch):
                with unit_of_work(place.url) as session:
                    outbox.settle(session, table, one.row_id, answer, one.message_id, place.now, lease)
                sent.count(answer.outcome)


def _claim_alone(place: Place, at: datetime, lease: str) -> list[Claimed]:
    """Claim a batch and render it; Message-IDs are kept before anything is sent."""
    make = renderer(place)
    with unit_of_work(place.url) as session:
        notices = outbox.claim_alone(session, at, lease, BATCH)
        mails = notice_mails(session, notices, at, place.settings)
        batch = [claimed(n.id or 0, lambda n=n: make.notice(mails[n.id or 0], at=at)) for n in notices]
        _keep_ids(session, notices, batch)
        tell_unfit(session, make.unfit, make.lang, at)
    return batch


def _keep_ids(session: Session, rows: Sequence[Notice | Digest], batch: Sequence[Claimed]) -> None:
    for row, one in zip(rows, batch, strict=True):
        row.message_id = one.message_id or row.message_id
        session.add(row)


def digest_hour(place: Place, at: datetime) -> bool:
    """Whether it is a working day, and between the digest's hour and the office's end."""
    with reading(place.url) as session:
        return outbox.may_send_digest(at, place.hours, calendar(session).is_working(local_day(at)))


def _claim_digests(place: Place, at: datetime, desk: Desk, lease: str) -> list[Claimed]:
    """Claim a batch of digests and render it."""
    make = renderer(place)
    with unit_of_work(place.url) as session:
        digests, riding = _full_digests(session, at, lease)
        ids = {n.assignment_id for notices in riding.values() for n in notices}
        riders = {r.assignment.id or 0: r for r in named(session, col(Assignment.id).in_(ids))}

        def message(digest: Digest) -> Message:
            return make.digest(digest_mail(digest, riding[digest.id or 0], riders, desk), at=at)

        batch = [claimed(digest.id or 0, lambda digest=digest: message(digest)) for digest in digests]
        _keep_ids(session, digests, batch)
        tell_unfit(session, make.unfit, make.lang, at)
    return batch


def _full_digests(
    session: Session, at: datetime, lease: str
) -> tuple[list[Digest], dict[int, list[Notice]]]:  # fmt: skip
    """Claim digests with what travels in them; those in which nothing is owed any more are void."""
    while digests := outbox.claim_digests(session, at, lease, BATCH):
        riding = riding_notices(session, [digest.id or 0 for digest in digests])
        for digest in digests:
            if digest.id not in riding:
                _void_empty(session, digest, at)
        if riding:
            return [digest for digest in digests if digest.id in riding], riding
    return [], {}


def _void_empty(session: Session, digest: Digest, at: datetime) -> None:
    """A digest whose notices have all become void is not sent."""
    digest.state, digest.settled_at, digest.lease_until = NoticeState.VOID, at, None
    session.add(digest)
    ledger.record(
        session, at, SYSTEM, "delivery.void", f"digest:{digest.id}", reason="nothing is owed any more"
    )
