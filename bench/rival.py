"""The rival: the same database and ledger writes, and the same mails, as DBOS workflows at their best setting here.

Its system database is PostgreSQL (DONDOC_BENCH_POSTGRESQL, on this machine if it answers), else SQLite; work goes
through its queue with as many at once as the bench tries. What a step does is our own code: `wake`, rendering, the SMTP
channel, settling.
"""

import os
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bench.contest import Lap
from bench.figures import longest_stall
from bench.peak import EACH, at_eight, prepare
from bench.sink import sink
from models.database import reading, unit_of_work
from models.notices import Notice, NoticeState
from plan import clock
from plan.ladder import OFFICE, Delivery

POSTGRESQL = "postgresql://postgres@127.0.0.1:5432"


def _system_database(folder: Path) -> str:
    """A fresh system database, PostgreSQL where one answers."""
    server = os.environ.get("DONDOC_BENCH_POSTGRESQL", POSTGRESQL)
    name = f"dondoc_bench_{uuid4().hex[:8]}"
    admin = sa.create_engine(f"{server.replace('postgresql://', 'postgresql+psycopg://')}/postgres")
    try:
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except OperationalError:
        return f"sqlite:///{folder}/dbos.sqlite"
    return f"{server}/{name}"


def _drop(url: str) -> None:
    if not url.startswith("postgresql"):
        return
    server, _, name = url.rpartition("/")
    admin = sa.create_engine(f"{server.replace('postgresql://', 'postgresql+psycopg://')}/postgres")
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


def _launch(folder: Path, at_once: int) -> str:
    url = _system_database(folder)
    config: DBOSConfig = {
        "name": "rival",
        "system_database_url": url,
        "log_level": "ERROR",
        "max_executor_threads": 32,
    }
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue("work", worker_concurrency=at_once, polling_interval_sec=0.05)
    return url


@DBOS.step()
def decide(url: str, item: int, at: str) -> int:
    """What a wake does: decide and record what is owed about an item, ledger included."""
    from actions.chasing import wake

    with unit_of_work(url) as session:
        return sum(wake(session, datetime.fromisoformat(at), OFFICE, item_id=item).owed.values())


@DBOS.workflow()
def chase(url: str, item: int, at: str) -> int:
    """One wake as a durable workflow."""
    return decide(url, item, at)


@DBOS.step()
def send(url: str, notice: int) -> str:
    """Send one notice by itself and keep the answer, ledger included."""
    from actions import outbox
    from tasks.mail import notice_mails
    from tasks.place import here
    from tasks.sending import open_settings_channel, renderer

    place, at = here(), at_eight()
    with unit_of_work(url) as session:
        row = session.get_one(Notice, notice)
        row.state, row.lease, row.lease_until = NoticeState.SENDING, "rival", at + outbox.LEASE
        session.add(row)
        message = renderer(place).notice(notice_mails(session, [row], at, place.settings)[notice], at=at)
    with open_settings_channel(place.settings) as channel:
        outcome = next(iter(channel.send([message])))
    with unit_of_work(url) as session:
        said = outbox.Answer(NoticeState.ACCEPTED, outcome.code, outcome.answer)
        outbox.settle(session, Notice, notice, said, message.message_id, at, "rival")
    return outcome.answer


@DBOS.workflow()
def deliver(url: str, notice: int) -> str:
    """One notice as a durable workflow."""
    return send(url, notice)


def wake_lap(url: str, items: list[int], at: str, at_once: int) -> Lap:
    """Wakes per second, each a DBOS workflow with the same writes."""
    with tempfile.TemporaryDirectory() as folder:
        return _lap(Path(folder), at_once, lambda: [_enqueue(chase, url, item, at) for item in items])


def morning_lap(sample: int, at_once: int) -> Lap:
    """Notices per second, each a DBOS workflow that sends one mail."""
    with sink() as port, tempfile.TemporaryDirectory() as folder:
        from tasks.chase import wake_everything

        url = prepare(Path(folder), port, items=max(10, sample // EACH))
        clock.use(at_eight)
        wake_everything.fn()
        with unit_of_work(url) as session:
            session.connection().execute(sa.update(Notice).values(delivery=Delivery.ALONE))
        with reading(url) as session:
            query = select(Notice.id).where(Notice.state == NoticeState.OWED).limit(sample)
            notices = [number for number in session.exec(query) if number]
        return _lap(Path(folder), at_once, lambda: [_enqueue(deliver, url, notice) for notice in notices])


def _enqueue(workflow: Any, *arguments: Any) -> Any:
    return DBOS.enqueue_workflow("work", workflow, *arguments)


def _lap(folder: Path, at_once: int, enqueue: Callable[[], list[Any]]) -> Lap:
    """From the first enqueueing to the last end."""
    system = _launch(folder, at_once)
    began = time.perf_counter()
    handles = enqueue()
    for handle in handles:
        handle.get_result(polling_interval_sec=0.05)
    rate = len(handles) / (time.perf_counter() - began)
    ends = [one.updated_at / 1000 for one in DBOS.list_workflows() if one.updated_at]
    DBOS.destroy()
    _drop(system)
    return Lap(rate, longest_stall(ends))
