"""What a rehearsal's rows say about time: the next moment at which anything is due, and what is due by a moment."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment
from models.notices import UNSETTLED, WAITING, Morning, Notice, NoticeState
from models.standing import calendar
from plan.clock import local_day, local_moment
from plan.ladder import Delivery, Hours


def next_moment(session: Session, at: datetime, hours: Hours) -> datetime | None:
    """The next wake or notice after `at`, or None when nothing more is due."""
    found = [_next_wake(session, hours), _next_alone(session), _next_digest(session, at, hours)]
    return min((moment for moment in found if moment is not None), default=None)


def _next_wake(session: Session, hours: Hours) -> datetime | None:
    """The last wake of the night of the next one: being late by an hour changes nothing, and saves jumps."""
    first = session.exec(select(sa.func.min(Assignment.next_wake_at))).one()
    if first is None:
        return None
    opens = local_moment(local_day(first), hours.opens)
    if first >= opens:
        return first
    night = select(sa.func.max(Assignment.next_wake_at)).where(col(Assignment.next_wake_at) < opens)
    return session.exec(night).one()


def _next_alone(session: Session) -> datetime | None:
    """When a notice that travels by itself may go out, or a failed one is tried again."""
    ready = sa.func.coalesce(Notice.next_try_at, Notice.send_after)
    alone = select(sa.func.min(ready)).where(
        UNSETTLED, col(Notice.state).in_(WAITING), Notice.delivery == Delivery.ALONE
    )
    return _as_moment(session.exec(alone).one())


def _next_digest(session: Session, at: datetime, hours: Hours) -> datetime | None:
    """When the next digest goes out; what still waits after the hour of one waits for the next working day's."""
    waits = select(sa.func.min(Notice.send_after)).where(
        UNSETTLED, col(Notice.state).in_(WAITING), Notice.delivery == Delivery.DIGEST
    )
    moment = _as_moment(session.exec(waits).one())
    if moment is None or moment > at:
        return moment
    tomorrow = local_day(at) + timedelta(days=1)
    return local_moment(calendar(session).on_or_after(tomorrow), hours.digest)


def _as_moment(value: datetime | str | None) -> datetime | None:
    """What a function of the database made of a moment; SQLite answers such with text in UTC."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def due_wakes(session: Session, at: datetime) -> int:
    """How many assignments have a wake whose moment has come."""
    due = select(sa.func.count()).where(col(Assignment.next_wake_at) <= at)
    return session.exec(due).one()


def something_waits(session: Session, at: datetime) -> bool:
    """Whether a notice or morning line may go out by now, or a sender died with one in its hands."""
    ready = sa.func.coalesce(Notice.next_try_at, Notice.send_after) <= at
    held = sa.and_(col(Notice.state) == NoticeState.SENDING, col(Notice.lease_until) <= at)
    notices = select(Notice.id).where(UNSETTLED, sa.or_(sa.and_(col(Notice.state).in_(WAITING), ready), held))
    lines = select(Morning.id).where(Morning.day == local_day(at), Morning.state == NoticeState.RETRYING)
    return any(session.exec(query.limit(1)).first() is not None for query in (notices, lines))
