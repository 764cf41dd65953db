"""Prefect's own database before its server opens it: can it be opened, is it Prefect's, and of this version."""

import re
import sqlite3
from contextlib import closing
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from deployments.words import said
from models.database import StoreError

CONNECT_SECONDS = 5


class PrefectServerError(StoreError):
    """The Prefect server cannot start or does not answer; the message says what to do."""


class BrokenPrefectDatabase(PrefectServerError):
    """Prefect's own database cannot be used; nothing in it needs to be kept."""


def check_database(file: Path | None, url: str | None) -> None:
    """Refuse a database that this version of Prefect cannot use; one that is empty or not there yet will do.

    `file` is the SQLite file, or `url` names PostgreSQL. Raises :class:`BrokenPrefectDatabase`.
    """
    if url is not None:
        _check_postgresql(url)
    elif file is not None and file.exists():
        _check_sqlite(file)


def _check_sqlite(file: Path) -> None:
    try:
        with closing(
            sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True, timeout=5)
        ) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            names = {row[0] for row in tables}
            revisions = (
                {row[0] for row in connection.execute("SELECT version_num FROM alembic_version")}
                if "alembic_version" in names
                else set[str]()
            )
    except sqlite3.Error as broken:
        raise BrokenPrefectDatabase(throw_away(file, str(broken))) from broken
    if why := _foreign("sqlite", names, revisions):
        raise BrokenPrefectDatabase(throw_away(file, why))


def _check_postgresql(url: str) -> None:
    engine = sa.create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS})
    shown = sa.make_url(url).render_as_string(hide_password=True)
    try:
        with engine.connect() as connection:
            names = set(sa.inspect(connection).get_table_names())
            query = sa.text("SELECT version_num FROM alembic_version")
            revisions = (
                {str(row) for row in connection.execute(query).scalars()}
                if "alembic_version" in names
                else set[str]()
            )
    except SQLAlchemyError as broken:
        raise BrokenPrefectDatabase(_not_reached(shown, broken)) from broken
    if why := _foreign("postgresql", names, revisions):
        raise BrokenPrefectDatabase(_another(shown, why))


def _foreign(backend: str, names: set[str], revisions: set[str]) -> str:
    """Why these tables are none that this Prefect can use; nothing where they are, or where there are none."""
    if not names:
        return ""
    if "ledger" in names:
        return "the program's own database"
    if "alembic_version" not in names:
        return "not a database of Prefect"
    if unknown := revisions - _known_revisions(backend):
        shown = ", ".join(sorted(unknown))
        return f"written by another version of Prefect than {version('prefect')} (revision {shown})"
    return ""


def throw_away(file: Path, why: str) -> str:
    """What to do with a SQLite file that cannot be used."""
    return said(
        f"Cơ sở dữ liệu của Prefect {file} không dùng được ({why}). Trong đó không có gì cần giữ: hãy xóa tệp này (và "
        "các tệp cạnh nó có đuôi -wal, -shm) rồi khởi động lại; mọi thứ sẽ được tạo lại.",
        f"Prefect's database {file} cannot be used ({why}). Nothing of value is in it: delete that file (and the files "
        "beside it that end in -wal and -shm) and start again; everything in it is made anew.",
    )


def _another(shown: str, why: str) -> str:
    return said(
        f"Cơ sở dữ liệu {shown} không dùng được cho Prefect ({why}). Hãy tạo một cơ sở dữ liệu trống cho riêng Prefect "
        "và ghi địa chỉ vào DONDOC_PREFECT_DATABASE_URL; mọi thứ trong đó sẽ được tạo lại.",
        f"The database {shown} cannot be Prefect's ({why}). Make an empty database for Prefect alone and write its "
        "address into DONDOC_PREFECT_DATABASE_URL; everything in it is made anew.",
    )


def _not_reached(shown: str, broken: Exception) -> str:
    words = str(getattr(broken, "orig", broken)).strip().splitlines()[0]
    return said(
        f"Không mở được cơ sở dữ liệu của Prefect {shown}: {words}. Hãy kiểm tra máy chủ PostgreSQL và "
        "DONDOC_PREFECT_DATABASE_URL, hoặc bỏ thiết lập này để dùng SQLite.",
        f"Prefect's database {shown} cannot be opened: {words}. Check the PostgreSQL server and "
        "DONDOC_PREFECT_DATABASE_URL, or drop that setting to use SQLite.",
    )


def _known_revisions(backend: str) -> set[str]:
    spec = find_spec("prefect")
    if spec is None or spec.origin is None:
        raise PrefectServerError("Prefect is not installed.")
    folder = Path(spec.origin).parent / "server" / "database" / "_migrations" / "versions" / backend
    found: set[str] = set()
    for file in folder.glob("*.py"):
        match = re.search(
            r"^revision(?:\s*:\s*\w+)?\s*=\s*[\"'](\w+)[\"']", file.read_text("utf-8"), re.MULTILINE
        )
        if match:
            found.add(match.group(1))
    return found
