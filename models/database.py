"""The database: one engine per URL, and `unit_of_work`, which alone opens and commits a transaction."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

from models import as_of, ledger, periods
from models.triggers import TRIGGERS

BUSY_SECONDS = 30
"""How long a writer waits for another one on SQLite before it gives up."""


class StoreError(Exception):
    """The database cannot do what was asked; the message says what to do, in English (`en`) and Vietnamese (`vi`)."""

    def __init__(self, en: str, vi: str = "") -> None:
        """Take the message in both languages; without Vietnamese words the English ones stand in."""
        self.en, self.vi = en, vi or en
        super().__init__(en)


class DatabaseUnusable(StoreError):
    """The database cannot be opened, is damaged, read-only, full, or not ready."""


class Conflict(StoreError):
    """Somebody else has written the same thing in the meantime."""


@cache
def engine_for(url: str) -> sa.Engine:
    """The engine for `url`, one per process; SQLite gets WAL, foreign keys and a busy timeout."""
    if url.startswith("sqlite"):
        path = sa.make_url(url).database
        if path and path != ":memory:":
            _make_folder(Path(path).parent)
        engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    else:
        engine = sa.create_engine(url, pool_pre_ping=True)
    event.listen(engine, "before_cursor_execute", as_of.put_then, retval=True)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnusable(
            f"cannot make the folder {folder} for the database: {error.strerror}",
            f"không tạo được thư mục {folder} cho cơ sở dữ liệu: {error.strerror}",
        ) from error


def _set_up_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = (
        None  # the driver must not begin transactions of its own: `_begin_immediate` does
    )
    cursor = connection.cursor()
    for pragma in (
        "page_size = 16384",
        "cache_size = -16384",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def sqlite_size(url: str) -> int:
    """How many bytes the file of a SQLite database has; 0 where there is none, and on PostgreSQL."""
    made = sa.make_url(url)
    file = Path(made.database or "") if made.get_backend_name() == "sqlite" else Path()
    return file.stat().st_size if file.is_file() else 0


def compact(url: str) -> None:
    """Write a SQLite database anew without gaps (its VACUUM), so that what belongs together is read in one go.

    For a moment when nobody else uses it; it takes a few seconds per gigabyte and as much room again. PostgreSQL's own
    service does as much by itself. Raises :class:`DatabaseUnusable` where it is in use or the disk is full.
    """
    if sa.make_url(url).get_backend_name() != "sqlite":
        return
    connection = engine_for(url).raw_connection()
    try:
        cursor = connection.cursor()
        for step in ("PRAGMA busy_timeout = 1000", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            cursor.execute(step)
    except sqlite3.Error as error:
        raise DatabaseUnusable(
            f"it cannot be compacted now: {error}", f"chưa dồn gọn được: {error}"
        ) from error
    finally:
        connection.invalidate()  # its patience is not that of the others


def _begin_immediate(connection: sa.Connection) -> None:
    """Take the write lock at once: a deferred transaction that writes late fails when another one came between."""
    mode = "DEFERRED" if connection.get_execution_options().get("read_only") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def unit_of_work(url: str) -> Generator[Session]:
    """One transaction: committed at the end, rolled back on any error.

    What was told to the ledger (:func:`models.ledger.record`) is chained and written as the last step before the
    commit. Raises :class:`Conflict` when a UNIQUE key was taken meanwhile, :class:`DatabaseUnusable` when the database
    is locked, full, read-only, damaged or without tables.
    """
    with translated(url), Session(engine_for(url), expire_on_commit=False) as session:
        yield session
        session.flush()
        periods.write(session)
        ledger.write(session)
        session.commit()


@contextmanager
def reading(url: str, day: date | None = None) -> Generator[Session]:
    """A read-only look at the database as it stands at one moment, whatever is written meanwhile.

    With `day` it is the database as it stood at the end of that past day (:mod:`models.as_of`).
    """
    engine = engine_for(url).execution_options(read_only=True, as_of=day)
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with translated(url), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def translated(url: str) -> Generator[None]:
    """Turn the driver's errors into :class:`Conflict` and :class:`DatabaseUnusable`, in words; a number that no column
    holds into OverflowError, as SQLite's driver has it.
    """
    try:
        yield
    except IntegrityError as error:
        raise Conflict(f"the database refused a row: {error.orig}") from error
    except (OperationalError, DatabaseError) as error:
        if "out of range" in str(error.orig):
            raise OverflowError(f"no column holds this number or day: {error.orig}") from error
        raise _unusable(url, str(error.orig)) from error


_ADVICE = {
    "no such table": (
        "it has no tables yet; run: dondoc db upgrade",
        "chưa có bảng nào; hãy chạy: dondoc db upgrade",
    ),
    "does not exist": (
        "it is not ready; create it, then run: dondoc db upgrade",
        "chưa sẵn sàng; hãy tạo cơ sở dữ liệu rồi chạy: dondoc db upgrade",
    ),
    "not a database": (
        "the file is not a database or is damaged; restore a backup: dondoc restore FILE",
        "tệp không phải cơ sở dữ liệu hoặc đã hỏng; hãy phục hồi bản sao lưu: dondoc restore TỆP",
    ),
    "malformed": (
        "the file is damaged; restore a backup: dondoc restore FILE",
        "tệp đã hỏng; hãy phục hồi bản sao lưu: dondoc restore TỆP",
    ),
    "readonly": (
        "it is read-only; check the rights of the file and its folder",
        "chỉ đọc được, không ghi được; hãy kiểm tra quyền của tệp và thư mục",
    ),
    "disk is full": (
        "the disk is full; make room, nothing was written",
        "ổ đĩa đã đầy; hãy giải phóng dung lượng, chưa có gì được ghi",
    ),
    "disk I/O": (
        "the disk cannot be read or written; check its space and health",
        "không đọc hoặc ghi được ổ đĩa; hãy kiểm tra dung lượng và tình trạng ổ đĩa",
    ),
    "deadlock detected": (
        "two people changed the same thing at once; nothing was written, try again",
        "hai người thay đổi cùng một việc cùng lúc; chưa có gì được ghi, hãy thử lại",
    ),
    "could not serialize": (
        "two people changed the same thing at once; nothing was written, try again",
        "hai người thay đổi cùng một việc cùng lúc; chưa có gì được ghi, hãy thử lại",
    ),
    "locked": (
        f"another program has held it for over {BUSY_SECONDS} s; see who with: dondoc doctor",
        f"chương trình khác đã giữ nó hơn {BUSY_SECONDS} giây; xem bằng: dondoc doctor",
    ),
    "unable to open": (
        "the file cannot be opened; check that its folder exists and may be written",
        "không mở được tệp; hãy kiểm tra thư mục có tồn tại và ghi được không",
    ),
    "Connection refused": (
        "no PostgreSQL server answers there; start it or correct DONDOC_DATABASE_URL",
        "không có máy chủ PostgreSQL nào trả lời; hãy khởi động nó hoặc sửa DONDOC_DATABASE_URL",
    ),
}


def _unusable(url: str, driver: str) -> DatabaseUnusable:
    where = sa.make_url(url).render_as_string(hide_password=True)
    said = driver.strip().splitlines()[0]
    en, vi = next((words for sign, words in _ADVICE.items() if sign in driver), (said, said))
    return DatabaseUnusable(
        f"the database {where} cannot be used: {en}", f"không dùng được cơ sở dữ liệu {where}: {vi}"
    )


def create_all(url: str) -> None:
    """Make every table and trigger at once in an empty database: for rehearsals and tests; live ones are migrated."""
    engine = engine_for(url)
    with translated(url), engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
        start_ledger(connection)


def start_ledger(connection: sa.Connection) -> None:
    """Guard the empty ledger by its triggers, and make the one row whose lock puts its writers in order."""
    for statement in TRIGGERS[connection.dialect.name]:
        connection.execute(sa.text(statement))
    connection.execute(sa.insert(ledger.LedgerHead).values(id=1, seq=0, hash=ledger.GENESIS))
