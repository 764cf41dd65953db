"""When Prefect on SQLite is no longer the right thing: said by the doctor and by the stack as it starts.

On two cores with Prefect on SQLite, server and worker take something like a fifth of a second of processor time for a
wake, and four to eight wakes a second were seen. 5,000 deployments made neither a wake nor the rest clearly dearer. So
it is the wakes of one hour that count, and not how much there is. The limit is an estimate, not a breaking point.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from deployments.words import said
from models.cycles import Assignment
from models.engine import WorkerBeat
from plan import clock
from settings import Settings

WAKES_AN_HOUR = 10_000
"""What one worker with Prefect on SQLite should do in an hour with room to spare, at some four wakes a second."""
AHEAD = timedelta(days=7)
BEAT_LIMIT = timedelta(seconds=60)
"""A worker whose heartbeat is older is not counted."""


def asks_for_postgresql(session: Session, settings: Settings, at: datetime) -> str:
    """Why Prefect should move to PostgreSQL, or nothing; `at` is the database's present moment."""
    if settings.prefect_database_url:
        return ""
    query = select(Assignment.item_id, Assignment.next_wake_at).where(
        col(Assignment.next_wake_at).between(at, at + AHEAD)
    )
    most = busiest_hour(set(session.exec(query.distinct())))
    if most > WAKES_AN_HOUR:
        return said(
            f"có {most} lượt nhắc trong cùng một giờ, SQLite chỉ nên {WAKES_AN_HOUR}",
            f"{most} wakes fall into one hour, {WAKES_AN_HOUR} are good for SQLite",
        )
    alive = [beat for beat in _beats(session) if clock.now() - beat < BEAT_LIMIT]
    if len(alive) > 1:
        return said(
            f"có {len(alive)} tiến trình worker cùng chờ một SQLite của Prefect",
            f"{len(alive)} workers wait for the one writer of Prefect's SQLite",
        )
    return ""


def busiest_hour(wakes: Iterable[tuple[int, datetime | None]]) -> int:
    """How many items have a wake in the hour that has most of them."""
    hours = {(item, moment.replace(minute=0, second=0, microsecond=0)) for item, moment in wakes if moment}
    return max(Counter(hour for _, hour in hours).values(), default=0)


def _beats(session: Session) -> Iterable[datetime]:
    return session.exec(select(WorkerBeat.beat_at).where(col(WorkerBeat.stopped_at).is_(None)))
