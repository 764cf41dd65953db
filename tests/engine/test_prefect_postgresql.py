"""Prefect's own database on PostgreSQL: the stack on it, its loss, a backup of both, and what is refused."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

import migrations
from deployments.alone import AlreadyRunning, alone
from deployments.backup import BackupError, back_up, restore
from deployments.kick import prefect_place
from deployments.prefect_database import BrokenPrefectDatabase
from deployments.prefect_server import check
from deployments.running import free_port
from models import ledger
from models.database import engine_for
from settings import Settings
from tasks import engine
from tests.db.conftest import new_database
from tests.engine.conftest import until
from tests.engine.test_stack import Up
from tests.engine.wakes import wake


@pytest.fixture
def server(postgresql_url: str) -> Iterator[sa.Engine]:
    """The server, for making and dropping databases."""
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture
def settings(server: sa.Engine, tmp_path: Path) -> Iterator[Settings]:
    """A home whose two databases are on PostgreSQL, ours migrated."""
    with ExitStack() as databases:
        ours, prefects = (databases.enter_context(contextmanager(new_database)(server)) for _ in range(2))
        migrations.upgrade(ours)
        yield Settings(
            home=tmp_path / "home", database_url=ours, prefect_database_url=prefects, prefect_port=free_port(),
            console_port=free_port(), lang="en",
        )  # fmt: skip


def ended(settings: Settings, name: str) -> int:
    """How many runs of that name or flow have ended well, by Prefect's rows."""
    query = sa.text(
        "SELECT count(*) FROM flow_run r JOIN flow f ON f.id = r.flow_id "
        "WHERE :name IN (f.name, r.name) AND r.state_type = 'COMPLETED'"
    )
    try:
        with engine_for(settings.prefect_database_url).connect() as connection:
            return connection.execute(query, {"name": name}).scalar_one()
    except SQLAlchemyError:  # the server is making its tables
        return 0


@contextmanager
def stack(settings: Settings, said: Path) -> Iterator[Up]:
    """A stack that has scheduled, ended by SIGTERM."""
    one = Up(settings, said)
    try:
        until(
            lambda: ended(settings, "schedule") or one.process.poll() is not None, 180, "one run of schedule"
        )
        assert one.process.poll() is None, one.words
        yield one
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(60) == 0
    finally:
        one.process.kill()
        engine_for(settings.prefect_database_url).dispose()


def head(settings: Settings) -> tuple[int, str]:
    with Session(engine_for(settings.database_url)) as session:
        return ledger.head(session)


def empty(server: sa.Engine, settings: Settings) -> None:
    """Prefect's database as it was before the first start."""
    name = sa.make_url(settings.prefect_database_url).database
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template0"))


def test_the_stack_works_on_it_outlives_its_loss_and_keeps_it_in_a_backup(
    settings: Settings, server: sa.Engine, tmp_path: Path, speaking_to: Callable[[str], None]
) -> None:
    kept, name = tmp_path / "kept.tar.gz", f"T-{uuid4().hex[:6]}"
    with stack(settings, tmp_path / "first"):
        speaking_to(prefect_place(settings).api_url)
        (seen,) = engine.wait_for([wake(1, name=name)], 120)
        assert (seen.state_type, seen.state_name) == ("COMPLETED", "Nothing owed")

        elsewhere = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'other.db'}"})
        with pytest.raises(AlreadyRunning, match="Một bộ chương trình khác"), alone(elsewhere):
            pass
        back_up(settings, kept)
    before = head(settings)

    empty(server, settings)
    with stack(settings, tmp_path / "second"):
        assert ended(settings, name) == 0
    assert not list(settings.prefect_home.glob("prefect.db")), "SQLite is not touched"

    with pytest.raises(BackupError, match="add --force"):
        restore(settings, kept)
    restore(settings, kept, force=True)
    assert ended(settings, name) == 1
    assert head(settings) <= before


@pytest.fixture
def speaking_to() -> Iterator[Callable[[str], None]]:
    """Points this process at a server until the end of the test."""
    from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_CSRF_SUPPORT_ENABLED, temporary_settings

    with ExitStack() as places:
        yield lambda url: places.enter_context(
            temporary_settings({PREFECT_API_URL: url, PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: False})
        )


def test_a_database_that_does_not_answer_is_named_without_its_password(settings: Settings) -> None:
    away = "postgresql+psycopg://prefect:secret@127.0.0.1:1/none"
    with pytest.raises(BrokenPrefectDatabase, match="DONDOC_PREFECT_DATABASE_URL") as refusal:
        check(prefect_place(settings.model_copy(update={"prefect_database_url": away})))

    assert "127.0.0.1:1" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_the_database_of_something_else_is_left_alone(settings: Settings) -> None:
    with engine_for(settings.prefect_database_url).begin() as connection:
        connection.execute(sa.text("CREATE TABLE invoices (id int)"))

    with pytest.raises(BrokenPrefectDatabase, match="not a database of Prefect"):
        check(prefect_place(settings))


def test_prefect_does_not_share_the_programs_own_database(settings: Settings) -> None:
    spelt_otherwise = settings.database_url.replace("127.0.0.1", "localhost")
    with pytest.raises(BrokenPrefectDatabase, match="the program's own database"):
        check(prefect_place(settings.model_copy(update={"prefect_database_url": spelt_otherwise})))
    with pytest.raises(ValidationError, match="Prefect wants one to itself"):
        Settings(database_url=settings.database_url, prefect_database_url=settings.database_url)
