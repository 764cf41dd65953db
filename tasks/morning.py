"""The morning line: to each coordinator and auditor what was owed, sent and not delivered, and the ledger's head."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, col, select

from actions.letters import tell_unfit
from actions.outbox import SET_ASIDE, Answer, sending_stopped
from models import ledger
from models.cycles import Assignment, Cycle, CycleState, Extension, ExtensionState
from models.database import unit_of_work
from models.ledger import SYSTEM
from models.notices import UNSETTLED, Attempt, Morning, Notice, NoticeState
from models.people import Person, PersonRole, Unit
from models.plans import Plan, PlanItem
from models.queries import named
from notifications.messages import MorningMail, NotDelivered, TaskLine
from plan.clock import local_day, local_moment
from plan.lifecycle import OPEN, WorkState
from plan.recipients import shown
from tasks.delivery import digest_hour
from tasks.mail import line
from tasks.place import Place, here
from tasks.sending import Claimed, Sent, answers, channel_of, renderer

MISSED_AFTER = timedelta(minutes=30)
"""How long after its hour a digest that has not run is taken for missed, and its morning line sent without it."""
READERS = (PersonRole.COORDINATOR, PersonRole.AUDITOR)
"""Who gets the morning line, with the head of the ledger in it."""


@task(name="send-morning-line", cache_policy=NO_CACHE)
def send_morning(*, missed_only: bool = False) -> Sent:
    """Send each coordinator and auditor the morning line, once a working day.

    With `missed_only` what the morning left undone: a line that the channel did not take or whose sender died, and
    every line where no digest has run by :data:`MISSED_AFTER` its hour.
    """
    place = here()
    at = place.now
    sent = Sent()
    if not digest_hour(place, at):
        return sent
    fresh = not missed_only or at >= local_moment(local_day(at), place.hours.digest) + MISSED_AFTER
    claimed = _claim(place, at, fresh=fresh)
    if not claimed:
        return sent
    with channel_of(place) as channel:
        for one, answer in answers(channel, claimed):
            with unit_of_work(place.url) as session:
                _settle(session, one, answer, place.now)
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


def _settle(session: Session, one: Claimed, answer: Answer, at: datetime) -> None:
    row = session.get_one(Morning, one.row_id)
    row.state = answer.outcome
    session.add(row)
    said = {"message": one.message_id, "code": answer.code}
    if answer.uncertain:
        ledger.record(session, at, SYSTEM, "delivery.perhaps-twice", f"morning:{one.row_id}", **said)
    ledger.record(session, at, SYSTEM, f"delivery.{answer.outcome}", f"morning:{one.row_id}", **said)


def _claim(place: Place, at: datetime, *, fresh: bool) -> list[Claimed]:
    """Claim the lines of today that nobody holds; those of which there is no row yet only where `fresh`."""
    make = renderer(place)
    with unit_of_work(place.url) as session:
        rows = {
            row.recipient: row for row in session.exec(select(Morning).where(Morning.day == local_day(at)))
        }
        readers = _readers(session, rows, fresh=fresh)
        mails = morning_mails(session, readers, at)
        claimed: list[Claimed] = []
        for key, mail in mails.items():
            message = make.morning(mail, at=at)
            row = rows.get(key) or Morning(
                recipient=key, day=local_day(at), state=NoticeState.SENDING, made_at=at
            )
            row.state, row.message_id = NoticeState.SENDING, message.message_id
            session.add(row)
            session.flush()
            claimed.append(Claimed(row.id or 0, message))
        tell_unfit(session, make.unfit, make.lang, at)
    return claimed


def _readers(session: Session, rows: Mapping[str, Morning], *, fresh: bool) -> list[Person]:
    """Who is still owed today's line."""
    everyone = session.exec(
        select(Person).where(
            col(Person.role).in_(READERS),
            col(Person.active),
            Person.address != "",
            col(Person.bounced_at).is_(None),
        )
    )
    states = {person.id: rows.get(f"person:{person.id}") for person in everyone.all()}
    owed = [
        number
        for number, row in states.items()
        if (fresh if row is None else row.state is NoticeState.RETRYING)
    ]
    return list(session.exec(select(Person).where(col(Person.id).in_(owed))))


def morning_mails(session: Session, readers: Iterable[Person], at: datetime) -> dict[str, MorningMail]:
    """The morning line of each reader, by "person:ID": what was owed and sent since yesterday morning."""
    day = local_day(at)
    since = local_moment(day - timedelta(days=1), _MIDNIGHT)
    owed, sent = _counts(session, since, at)
    seq, digest = ledger.head(session)
    late = named(
        session,
        Cycle.state == CycleState.ARMED,
        col(Assignment.state).in_(OPEN),
        col(Assignment.due_on) < day,
    )
    blank = MorningMail(
        mailbox="", recipient_name="", day=day, owed=owed, sent=sent,
        not_delivered=_not_delivered(session, since, at), unreachable=_unreachable(session, since, at),
        late=tuple(line(row, at) for row in late),
        waiting_for_review=_how_many(session, Assignment, col(Assignment.state) == WorkState.SUBMITTED),
        extensions_asked=_how_many(session, Extension, col(Extension.state) == ExtensionState.REQUESTED),
        sending_stopped=sending_stopped(session), ledger_seq=seq, ledger_hash=digest,
    )  # fmt: skip
    return {f"person:{p.id}": replace(blank, mailbox=p.address, recipient_name=p.name) for p in readers}


_MIDNIGHT = (datetime.min).time()


def _how_many(
    session: Session, table: type[Assignment] | type[Extension], where: sa.ColumnElement[bool]
) -> int:
    return session.exec(select(sa.func.count()).select_from(table).where(where)).one()


def _counts(session: Session, since: datetime, at: datetime) -> tuple[int, int]:
    owed = select(sa.func.count()).select_from(Notice).where(
        col(Notice.send_after) >= since, col(Notice.send_after) <= at, col(Notice.state) != NoticeState.VOID
    )  # fmt: skip
    return session.exec(owed).one(), session.exec(owed.where(Notice.state == NoticeState.ACCEPTED)).one()


def _not_delivered(session: Session, since: datetime, at: datetime) -> tuple[NotDelivered, ...]:
    """What did not get through since `since`: refused, not yet taken, or come back, however long ago it was sent."""
    bad = col(Notice.state).in_((NoticeState.FAILED, NoticeState.RETRYING))
    lately = sa.and_(bad, col(Notice.send_after) >= since, col(Notice.send_after) <= at)
    back = sa.and_(Notice.state == NoticeState.BOUNCED, col(Notice.settled_at) >= since)  # pyright: ignore[reportArgumentType]
    query = (
        select(Notice, Unit.name, Plan.number, PlanItem.code)
        .join(Assignment, col(Assignment.id) == col(Notice.assignment_id))
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .join(PlanItem, col(PlanItem.id) == col(Assignment.item_id))
        .join(Plan, col(Plan.id) == col(PlanItem.plan_id))
        .where(UNSETTLED, sa.or_(lately, back)).order_by(Unit.name, col(Notice.id))
    )  # fmt: skip
    found = session.exec(query).all()
    said = _last_answers(session, [n for n, *_ in found])
    return tuple(
        NotDelivered(
            unit_name=unit, recipient=shown(n.address), plan_number=number, item_code=code,
            outcome="set-aside" if n.reason.startswith(SET_ASIDE) else n.state.value,
            answer=said.get(("d", n.digest_id)) or said.get(("n", n.id)) or n.reason,
        )
        for n, unit, number, code in found
    )  # fmt: skip


def _last_answers(session: Session, notices: Sequence[Notice]) -> dict[tuple[str, int | None], str]:
    """What the channel said last about each notice or the digest it travels in."""
    alone, digests = [n.id for n in notices], [n.digest_id for n in notices if n.digest_id]
    tried = select(Attempt).where(col(Attempt.notice_id).in_(alone) | col(Attempt.digest_id).in_(digests))
    out: dict[tuple[str, int | None], str] = {}
    for attempt in session.exec(tried.order_by(col(Attempt.id))):
        key = ("d", attempt.digest_id) if attempt.digest_id else ("n", attempt.notice_id)
        out[key] = f"{attempt.code or ''} {attempt.answer}".strip()
    return out


def _unreachable(session: Session, since: datetime, at: datetime) -> tuple[TaskLine, ...]:
    lost = select(Notice.assignment_id).where(
        UNSETTLED,
        Notice.state == NoticeState.UNREACHABLE,
        col(Notice.owed_at) >= since,
        col(Notice.owed_at) <= at,
    )
    return tuple(line(row, at) for row in named(session, col(Assignment.id).in_(lost)))
