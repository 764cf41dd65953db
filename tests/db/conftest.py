"""Every test here that asks for `url` runs on SQLite and on PostgreSQL, each time on a copy of one migrated database."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

import migrations
from models.database import engine_for
from tests.db.command_line import home, office

__all__ = ["home", "office"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database."""
    path = tmp_path_factory.mktemp("template") / "dondoc.db"
    migrations.upgrade(f"sqlite:///{path}")
    engine_for(f"sqlite:///{path}").dispose()  # the last one out writes the log back into the file
    return path


@pytest.fixture(scope="session")
def postgresql_server(postgresql_url: str) -> Iterator[sa.Engine]:
    """The server, for making and dropping databases."""
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def new_database(server: sa.Engine, *, template: str = "template0") -> Iterator[str]:
    """A database of its own on the server, dropped afterwards; yields its address."""
    name = f"dondoc_test_{uuid4().hex}"
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    url = server.url.set(database=name).render_as_string(hide_password=False)
    yield url
    engine_for(url).dispose()
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: sa.Engine) -> Iterator[str]:
    """The name of a migrated, empty PostgreSQL database."""
    for url in new_database(postgresql_server):
        migrations.upgrade(url)
        engine_for(url).dispose()  # a template may have no connections
        yield sa.make_url(url).database or ""


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty SQLite database of this test's own."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'dondoc.db')}"
    yield url
    engine_for(url).dispose()


@pytest.fixture
def postgresql_copy(postgresql_server: sa.Engine, postgresql_template: str) -> Iterator[str]:
    """A migrated, empty PostgreSQL database of this test's own."""
    yield from new_database(postgresql_server, template=postgresql_template)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database of this test's own, once of each kind."""
    return request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgresql_copy"}[request.param])


@pytest.fixture
def empty_url(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, of the same kind as `url`."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        yield from new_database(request.getfixturevalue("postgresql_server"))
