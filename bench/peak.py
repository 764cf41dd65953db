"""The stage of the morning peak, for us and for the rival: everything falls due on one morning, at 08:00."""

import os
from datetime import date, datetime
from datetime import time as hour
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bench import stage
from models.cycles import Assignment
from models.database import unit_of_work
from models.notices import Notice, NoticeState
from plan.clock import local_moment

UNITS, ITEMS, EACH = 900, 200, 100
DAY = date(2026, 6, 15)
SOON = date(2026, 6, 22)


def prepare(folder: Path, port: int, *, items: int = ITEMS) -> str:
    """A live place in `folder`, armed, in which everything falls due on one morning; answers the database."""
    os.environ |= {
        "DONDOC_HOME": str(folder), "DONDOC_MAIL_URL": f"dondocmail://127.0.0.1:{port}?mode=plain",
        "DONDOC_MAIL_FROM": "dondoc@ubnd.example", "PREFECT_HOME": str(folder / "prefect"),
    }  # fmt: skip
    url = f"sqlite:///{folder}/dondoc.db"
    stage.fill(url, units=UNITS, items=items, each=EACH, due=SOON)
    with unit_of_work(url) as session:
        last_day = sa.update(Assignment).where(col(Assignment.item_id) % 10 == 0)
        session.connection().execute(last_day.values(due_on=DAY, original_due_on=DAY))
    stage.arm(url)
    _pass_what_came_before(url)
    return url


def _pass_what_came_before(url: str) -> None:
    """Send nothing of the months before: this morning alone is measured."""
    from actions.chasing import wake
    from plan.ladder import OFFICE

    with unit_of_work(url) as session:
        wake(session, local_moment(date(2026, 6, 12), hour(12)), OFFICE)
    with unit_of_work(url) as session:
        session.connection().execute(
            sa.update(Notice).values(state=NoticeState.VOID, reason="before the bench")
        )


def count(session: Session, state: NoticeState) -> int:
    """How many notices are in a state."""
    return session.exec(select(sa.func.count()).select_from(Notice).where(Notice.state == state)).one()


def at_eight() -> datetime:
    """08:00 of the morning."""
    return local_moment(DAY, hour(8))
