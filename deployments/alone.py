"""One stack per database: a lock that dies with the process that holds it."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from deployments.words import said
from models.database import StoreError
from settings import Settings

ADVISORY_KEY = 0x646F6E646F63
"""The number of the advisory lock on PostgreSQL: "dondoc" in ASCII. It is held per database."""


class AlreadyRunning(StoreError):
    """Another stack, or a restore, works on the same database."""


@contextmanager
def alone(settings: Settings) -> Generator[None]:
    """Hold the database's lock for the length of a block; raises :class:`AlreadyRunning` at once if another has it.

    On SQLite it is a file lock beside the database, on PostgreSQL an advisory lock in it. The operating system or the
    server lets it go when the holder dies, by `kill -9` too.
    """
    url = sa.make_url(settings.database_url)
    holding = (
        _file_lock(Path(url.database or "dondoc.db"))
        if url.drivername.startswith("sqlite")
        else _advisory(url)
    )
    with holding:
        yield


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
    with engine.connect() as connection:
        if not connection.execute(
            sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_KEY}
        ).scalar_one():
            raise AlreadyRunning(_refusal(url.render_as_string(hide_password=True), ""))
        yield


def _refusal(database: str, pid: str) -> str:
    vi = f" (tiến trình {pid})" if pid else ""
    en = f" (process {pid})" if pid else ""
    return said(
        f"Một bộ chương trình khác đang làm việc trên {database}{vi}. Hãy dừng nó (Ctrl-C), hoặc đổi DONDOC_HOME.",
        f"Another stack works on {database}{en}. End it with Ctrl-C, or set another DONDOC_HOME.",
    )
