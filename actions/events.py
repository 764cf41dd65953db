"""Notices that answer what somebody did: handed in, returned, extended, cancelled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import ledger
from models.cycles import Assignment
from models.ledger import SYSTEM
from models.notices import Notice, NoticeState
from models.standing import calendar
from plan.calendar import WorkingCalendar
from plan.clock import LOCAL, local_day, local_moment
from plan.kinds import NoticeKind
from plan.ladder import OFFICE, Delivery, Hours
from plan.recipients import Recipient


def sending_moment(
    at: datetime, delivery: Delivery, days: WorkingCalendar, hours: Hours = OFFICE
) -> datetime:
    """When a notice owed at `at` may go out: at once within office hours of a working day, or with the next digest."""
    today = local_day(at)
    hour = at.astimezone(LOCAL).time()
    works = days.is_working(today)
    if delivery is Delivery.ALONE:
        if works and hours.opens <= hour < hours.closes:
            return at
        next_day = today if hour < hours.opens else today + timedelta(days=1)
        return local_moment(days.on_or_after(next_day), hours.opens)
    next_day = today if hour < hours.digest else today + timedelta(days=1)
    return local_moment(days.on_or_after(next_day), hours.digest)


def owe_event(
    session: Session, assignment: Assignment, kind: NoticeKind, to: Sequence[Recipient], at: datetime,
    delivery: Delivery, *, detail: str = "", serial: int | None = None, hours: Hours = OFFICE,
) -> None:  # fmt: skip
    """Record that `to` is owed news about an assignment; "unreachable" where there is nobody."""
    number = serial or _count(session, assignment, kind) + 1
    moment = sending_moment(at, delivery, calendar(session), hours)
    recipients: Sequence[Recipient | None] = to or (None,)
    rows = [
        Notice(
            assignment_id=assignment.id or 0, version=assignment.version, rung=f"{kind}:{number}",
            day=local_day(moment), recipient=r.key if r else "", address=r.address if r else "", kind=kind,
            delivery=delivery, state=NoticeState.OWED if r else NoticeState.UNREACHABLE,
            reason="" if r else "nobody can receive it", detail=detail, send_after=moment, owed_at=at,
            settled_at=None if r else at,
        )
        for r in recipients
    ]  # fmt: skip
    session.add_all(rows)
    told = [
        [n.assignment_id, n.version, n.rung, n.day.isoformat(), n.recipient, n.state, n.reason] for n in rows
    ]
    ledger.record(session, at, SYSTEM, "notices.decided", f"assignment:{assignment.id}", notices=told)


def _count(session: Session, assignment: Assignment, kind: NoticeKind) -> int:
    same = select(sa.func.count(sa.distinct(col(Notice.rung))))
    return session.exec(same.where(Notice.assignment_id == assignment.id, Notice.kind == kind)).one()
