"""The switch that stops all sending."""

from datetime import datetime

from sqlmodel import Session, col, select

from actions.errors import Refused
from actions.outbox import sending_stopped
from actions.rights import must_coordinate, must_coordinate_all
from models import ledger
from models.engine import Switch
from models.ledger import Actor
from models.notices import UNSETTLED, UNSETTLED_DIGEST, WAITING, Digest, Notice, NoticeState


def _turn(session: Session, value: str, at: datetime, actor: Actor) -> None:
    session.merge(Switch(name="sending", value=value, changed_at=at, by=actor.who))
    session.flush()


def stop_sending(session: Session, at: datetime, actor: Actor, reason: str) -> None:
    """Nothing goes out from now on; what is owed waits. Raises :class:`Refused` without a reason."""
    must_coordinate(session, actor)
    if not reason.strip():
        raise Refused.because("stopping needs a reason", "dừng gửi phải nêu lý do")
    _turn(session, "stopped", at, actor)
    ledger.record(session, at, actor, "sending.stopped", "sending", reason=reason.strip())


def resume_sending(session: Session, at: datetime, actor: Actor, *, drop: bool) -> int:
    """Let sending go on; with `drop` what waits is suppressed instead of sent. Answers how many were dropped."""
    must_coordinate_all(session, actor)
    if not sending_stopped(session):
        raise Refused.because("sending is not stopped", "việc gửi không bị dừng")
    dropped: list[int] = []
    if drop:
        for row in session.exec(select(Notice).where(UNSETTLED, col(Notice.state).in_(WAITING))).all():
            row.state, row.reason, row.settled_at = (
                NoticeState.SUPPRESSED,
                "dropped while sending was stopped",
                at,
            )
            session.add(row)
            dropped.append(row.id or 0)
        for digest in session.exec(
            select(Digest).where(UNSETTLED_DIGEST, col(Digest.state).in_(WAITING))
        ).all():
            digest.state, digest.settled_at = NoticeState.SUPPRESSED, at
            session.add(digest)
    _turn(session, "on", at, actor)
    ledger.record(session, at, actor, "sending.resumed", "sending", dropped=dropped)
    return len(dropped)
