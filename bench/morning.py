"""The morning peak: 20,000 notices owed to 900 units, one in ten by itself, from insert to acceptance by SMTP."""

import os
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as hour
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bench import stage
from bench.figures import ratio
from bench.sink import sink
from models.cycles import Assignment
from models.database import reading, unit_of_work
from models.notices import Notice, NoticeState
from plan import clock
from plan.clock import local_moment

UNITS, ITEMS, EACH = 900, 200, 100
DAY = date(2026, 6, 15)
SOON = date(2026, 6, 22)
RIVAL_SAMPLE = 1000
"""How many notices the rival sends, item by item; its rate is compared."""


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


def run() -> None:
    """Measure ours, then the rival's rate on a sample, and print."""
    print(f"morning: {ITEMS * EACH} notices to {UNITS} units")
    with sink() as port, tempfile.TemporaryDirectory() as folder:
        url = prepare(Path(folder), port)
        clock.use(at_eight)
        ours = _ours(url)
        clock.use(clock.system)
    from bench.rival import morning_rate

    theirs = morning_rate(RIVAL_SAMPLE)
    print(f"  DBOS, item by item, {RIVAL_SAMPLE} notices: {theirs:.1f} notices/s")
    print(ratio(ours, theirs, "notices per second, ours against DBOS item by item"))


def _ours(url: str) -> float:
    from tasks.chase import wake_everything
    from tasks.delivery import send_alone, send_digests

    began = time.perf_counter()
    steps: list[tuple[str, Callable[[], object]]] = [
        ("decide and insert", wake_everything.fn), ("by themselves", send_alone.fn), ("digests", send_digests.fn),
    ]  # fmt: skip
    for name, step in steps:
        start = time.perf_counter()
        said = step()
        print(f"  {name:20} {time.perf_counter() - start:7.2f} s   {said}")
    seconds = time.perf_counter() - began
    with reading(url) as session:
        accepted, owed = count(session, NoticeState.ACCEPTED), count(session, NoticeState.OWED)
    print(f"  in all               {seconds:7.2f} s   {accepted} accepted, {owed} left (at most 60 s wanted)")
    return accepted / seconds


if __name__ == "__main__":
    run()
