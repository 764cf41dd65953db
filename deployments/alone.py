"""One stack per database: a lock that dies with the process that holds it."""

import fcntl
import os
from collections.abc import Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from deployments.words import said
from models.database import DatabaseUnusable, StoreError
from settings import Settings

ADVISORY_KEY = 0x646F6E646F63
"""The number of the advisory lock on PostgreSQL: "dondoc" in ASCII. It is held per database."""


class AlreadyRunning(StoreError):
    """Another stack, or a restore, works on the same database."""


@contextmanager
def alone(settings: Settings) -> Generator[None]:
    """Hold the database's lock for the length of a block; raises :class:`AlreadyRunning` at once if another has it.

    On SQLite it is a file lock beside the database, on PostgreSQL an advisory lock in it. The operating system or the
    server lets it go when the holder dies, by `kill -9` too. Prefect's database on PostgreSQL is held as well: two
    programs that make their deployments in one would chase each other's items.
    """
    with ExitStack() as held:
        for url in filter(None, (settings.database_url, settings.prefect_database_url)):
            held.enter_context(_holding(sa.make_url(url)))
        yield


def _holding(url: sa.URL) -> AbstractContextManager[None]:
    if url.drivername.startswith("sqlite"):
        return _file_lock(Path(url.database or "dondoc.db"))
    return _advisory(url)


@contextmanager
def _file_lock(database: Path) -> Generator[None]:
    file = database.with_name(database.name + ".lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="ascii") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            held.seek(0)
            raise AlreadyRunning(_refusal(str(database), held.read().strip())) from taken
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield


@contextmanager
def _advisory(url: sa.URL) -> Generator[None]:
    engine = sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    shown = url.render_as_string(hide_password=True)
    with _connected(engine, shown) as connection:
        if not connection.execute(
            sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_KEY}
        ).scalar_one():
            raise AlreadyRunning(_refusal(shown, ""))
        yield


def _connected(engine: sa.Engine, shown: str) -> sa.Connection:
    try:
        return engine.connect()
    except OperationalError as refused:
        words = str(refused.orig).strip().splitlines()[0]
        raise DatabaseUnusable(
            f"cannot open the database {shown}: {words}; check the PostgreSQL server and its address",
            f"không mở được cơ sở dữ liệu {shown}: {words}; hãy kiểm tra máy chủ PostgreSQL và địa chỉ của nó",
        ) from refused


def _refusal(database: str, pid: str) -> str:
    vi = f" (tiến trình {pid})" if pid else ""
    en = f" (process {pid})" if pid else ""
    return said(
        f"Một bộ chương trình khác đang làm việc trên {database}{vi}. Hãy dừng nó (Ctrl-C), hoặc đổi DONDOC_HOME.",
        f"Another stack works on {database}{en}. End it with Ctrl-C, or set another DONDOC_HOME.",
    )
