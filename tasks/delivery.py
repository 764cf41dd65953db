"""Sending: claim what is owed, make the mail, hand it to the channel, write down its answer."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, col, select

from actions import outbox
from actions.outbox import Answer
from models import ledger
from models.cycles import Assignment
from models.database import reading, unit_of_work
from models.ledger import SYSTEM
from models.moment import captured_by
from models.notices import Digest, Morning, NoticeState
from models.people import Person
from models.queries import named
from models.standing import calendar
from notifications.channels import Channel, ChannelError, Outcome, Status
from notifications.messages import Message
from notifications.render import Office, Renderer
from notifications.services import open_capture, open_channel
from plan.clock import local_day, local_moment
from settings import Settings
from tasks.mail import READERS, Desk, digest_mail, morning_mails, notice_mails, riding_notices
from tasks.place import Place, here

BATCH = 20
"""How many messages one claim takes: at a channel's longest patience they are through before the lease ends."""
MISSED_AFTER = timedelta(minutes=30)
"""How long after its hour a digest that has not run is taken for missed, and its morning line sent without it."""

_OUTCOMES = {
    Status.ACCEPTED: NoticeState.ACCEPTED,
    Status.RETRY: NoticeState.RETRYING,
    Status.FAILED: NoticeState.FAILED,
}


@dataclass
class Sent:
    """What one round of sending did."""

    accepted: int = 0
    retrying: int = 0
    failed: int = 0
    stopped: bool = False

    def count(self, state: NoticeState) -> None:
        """Count one message's end."""
        self.accepted += state is NoticeState.ACCEPTED
        self.retrying += state is NoticeState.RETRYING
        self.failed += state is NoticeState.FAILED

    def __str__(self) -> str:
        """In words."""
        if self.stopped:
            return "sending is switched off"
        return f"{self.accepted} sent, {self.retrying} to be tried again, {self.failed} refused"


def renderer(place: Place) -> Renderer:
    """The renderer in the office's name and language."""
    address = place.settings.mail_from
    domain = address.rpartition("@")[2].rstrip(">") or "dondoc.local"
    return Renderer(Office(name=place.settings.office, domain=domain, contact=address), place.settings.lang)


@task(name="send-notices", cache_policy=NO_CACHE)
def send_alone() -> Sent:
    """Send every single notice that is due, in batches, until none is left."""
    place = here()
    at, lease = place.now, place.new_lease()
    sent = Sent()
    if not _may_send(place, sent) or not outbox.may_send_alone(at, place.hours):
        return sent
    with _channel(place) as channel:
        while claimed := _claim_alone(place, at, lease):
            for one, answer in _answers(channel, claimed):
                with unit_of_work(place.url) as session:
                    outbox.settle_notice(
                        session, one.row_id, answer, one.message.message_id, place.now, lease
                    )
                sent.count(answer.outcome)
    return sent


def _may_send(place: Place, sent: Sent) -> bool:
    with reading(place.url) as session:
        sent.stopped = outbox.sending_stopped(session)
    return not sent.stopped


def _channel(place: Place) -> Channel:
    """The channel that is set up; in a rehearsal always the capturing one, whatever the settings say."""
    settings = place.settings
    with reading(place.url) as session:
        capture = captured_by(session)
    if capture is None:
        return open_settings_channel(settings)
    smtp = f"dondocmail://{capture}?mode=plain" if capture else None
    name = settings.office
    return open_capture(
        settings.mail_dir, sender=settings.mail_from, sender_name=name, smtp=smtp, lang=settings.lang
    )


def open_settings_channel(settings: Settings) -> Channel:
    """The channel that the settings name; files where they name none."""
    return open_channel(
        settings.mail_url, sender=settings.mail_from, sender_name=settings.office,
        folder=settings.mail_dir, lang=settings.lang,
    )  # fmt: skip


@dataclass(frozen=True)
class _Claimed:
    row_id: int
    message: Message


def _claim_alone(place: Place, at: datetime, lease: str) -> list[_Claimed]:
    """Claim a batch and render it; Message-IDs are kept before anything is sent."""
    with unit_of_work(place.url) as session:
        notices = outbox.claim_alone(session, at, lease, BATCH)
        mails = notice_mails(session, notices, at, place.settings)
        make = renderer(place)
        claimed = [_Claimed(n.id or 0, make.notice(mails[n.id or 0], at=at)) for n in notices]
        for notice, one in zip(notices, claimed, strict=True):
            notice.message_id = one.message.message_id
            session.add(notice)
    return claimed


def _answers(channel: Channel, claimed: Sequence[_Claimed]) -> Iterator[tuple[_Claimed, Answer]]:
    """Each claimed row with the channel's answer, as the answers come.

    A channel that breaks altogether (a full disk) leaves the rest to be tried again; nothing stays claimed.
    """
    left = list(claimed)
    try:
        for outcome in channel.send([one.message for one in claimed]):
            yield (
                left.pop(0),
                Answer(_OUTCOMES[outcome.status], outcome.code, outcome.answer, outcome.uncertain),
            )
    except ChannelError as error:
        for one in left:
            yield one, Answer(NoticeState.RETRYING, None, str(error))


@task(name="send-digests", cache_policy=NO_CACHE)
def send_digests() -> Sent:
    """Make and send the day's digests, if it is a working day and within the hours."""
    place = here()
    at, lease = place.now, place.new_lease()
    sent = Sent()
    if not _may_send(place, sent) or not _digest_hour(place, at):
        return sent
    with unit_of_work(place.url) as session:
        outbox.make_digests(session, at)
    with reading(place.url) as session:
        desk = Desk.of(session, at, place.settings)
    with _channel(place) as channel:
        while claimed := _claim_digests(place, at, desk, lease):
            for one, answer in _answers(channel, claimed):
                with unit_of_work(place.url) as session:
                    outbox.settle_digest(
                        session, one.row_id, answer, one.message.message_id, place.now, lease
                    )
                sent.count(answer.outcome)
    return sent


def _digest_hour(place: Place, at: datetime) -> bool:
    with reading(place.url) as session:
        return outbox.may_send_digest(at, place.hours, calendar(session).is_working(local_day(at)))


def _claim_digests(place: Place, at: datetime, desk: Desk, lease: str) -> list[_Claimed]:
    make = renderer(place)
    claimed: list[_Claimed] = []
    with unit_of_work(place.url) as session:
        digests = outbox.claim_digests(session, at, lease, BATCH)
        riding = riding_notices(session, [d.id or 0 for d in digests])
        ids = {n.assignment_id for notices in riding.values() for n in notices}
        riders = {r.assignment.id or 0: r for r in named(session, col(Assignment.id).in_(ids))}
        for digest in digests:
            notices = riding.get(digest.id or 0, [])
            if not notices:
                _void_empty(session, digest, at)
                continue
            message = make.digest(digest_mail(digest, notices, riders, desk), at=at)
            digest.message_id = message.message_id
            session.add(digest)
            claimed.append(_Claimed(digest.id or 0, message))
    if digests and not claimed:
        return _claim_digests(place, at, desk, lease)
    return claimed


def _void_empty(session: Session, digest: Digest, at: datetime) -> None:
    """A digest whose notices have all become void is not sent."""
    digest.state, digest.settled_at, digest.lease_until = NoticeState.VOID, at, None
    session.add(digest)
    ledger.record(
        session, at, SYSTEM, "delivery.void", f"digest:{digest.id}", reason="nothing is owed any more"
    )


@task(name="send-morning-line", cache_policy=NO_CACHE)
def send_morning(*, missed_only: bool = False) -> Sent:
    """Send each coordinator and auditor the morning line, once a working day.

    With `missed_only` what the morning left undone: a line that the channel did not take or whose sender died, and
    every line where no digest has run by :data:`MISSED_AFTER` its hour.
    """
    place = here()
    at = place.now
    sent = Sent()
    if not _digest_hour(place, at):
        return sent
    fresh = not missed_only or at >= local_moment(local_day(at), place.hours.digest) + MISSED_AFTER
    claimed = _claim_mornings(place, at, fresh=fresh)
    if not claimed:
        return sent
    with _channel(place) as channel:
        for one, answer in _answers(channel, claimed):
            with unit_of_work(place.url) as session:
                _settle_morning(session, one, answer, place.now)
            sent.count(answer.outcome)
    if sent.accepted and not sent.retrying and not sent.failed:
        beat(place.settings.heartbeat_url)
    return sent


def beat(address: str | None) -> bool:
    """Call the address that somebody else watches; silence there is the alarm, so a failure here raises nothing."""
    if not address:
        return False
    try:
        return httpx.get(address, timeout=10).is_success
    except httpx.HTTPError as error:
        logging.getLogger(__name__).warning("the heartbeat address did not answer: %s", type(error).__name__)
        return False


def _settle_morning(session: Session, one: _Claimed, answer: Answer, at: datetime) -> None:
    row = session.get_one(Morning, one.row_id)
    row.state = answer.outcome
    session.add(row)
    said = {"message": one.message.message_id, "code": answer.code}
    if answer.uncertain:
        ledger.record(session, at, SYSTEM, "delivery.perhaps-twice", f"morning:{one.row_id}", **said)
    ledger.record(session, at, SYSTEM, f"delivery.{answer.outcome}", f"morning:{one.row_id}", **said)


def _claim_mornings(place: Place, at: datetime, *, fresh: bool) -> list[_Claimed]:
    """Claim the lines of today that nobody holds; those of which there is no row yet only where `fresh`."""
    make = renderer(place)
    with unit_of_work(place.url) as session:
        rows = {
            row.recipient: row for row in session.exec(select(Morning).where(Morning.day == local_day(at)))
        }
        readers = _morning_readers(session, rows, fresh=fresh)
        mails = morning_mails(session, readers, at)
        claimed: list[_Claimed] = []
        for key, mail in mails.items():
            message = make.morning(mail, at=at)
            row = rows.get(key) or Morning(
                recipient=key, day=local_day(at), state=NoticeState.SENDING, made_at=at
            )
            row.state, row.message_id = NoticeState.SENDING, message.message_id
            session.add(row)
            session.flush()
            claimed.append(_Claimed(row.id or 0, message))
    return claimed


def _morning_readers(session: Session, rows: Mapping[str, Morning], *, fresh: bool) -> list[Person]:
    """Who is still owed today's line."""
    everyone = session.exec(
        select(Person).where(col(Person.role).in_(READERS), col(Person.active), Person.address != "")
    )
    states = {person.id: rows.get(f"person:{person.id}") for person in everyone.all()}
    owed = [
        number
        for number, row in states.items()
        if (fresh if row is None else row.state is NoticeState.RETRYING)
    ]
    return list(session.exec(select(Person).where(col(Person.id).in_(owed))))


def send_sample(place: Place, message: Message) -> Outcome:
    """Hand one message, which nobody is owed, to the channel in use; raises ChannelError where there is none."""
    with _channel(place) as channel:
        return next(iter(channel.send([message])))
