"""The revisions make exactly the tables that the program declares, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import migrations
from models.database import DatabaseUnusable, create_all, engine_for, unit_of_work
from models.ledger import GENESIS, head


def shape(url: str) -> dict[str, Any]:
    """Everything that the database knows of its tables, in an order that does not depend on how they were made."""
    inspector = sa.inspect(engine_for(url))
    tables = [name for name in inspector.get_table_names() if name != "alembic_version"]
    return {
        name: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)},
            "key": inspector.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted(u["column_names"] for u in inspector.get_unique_constraints(name)),
            "foreign": sorted(
                (f["constrained_columns"], f["referred_table"], f["referred_columns"])
                for f in inspector.get_foreign_keys(name)
            ),
            "checks": sorted((str(c["name"]), c["sqltext"]) for c in inspector.get_check_constraints(name)),
            "indexes": sorted(
                (
                    str(i["name"]),
                    i["column_names"],
                    i["unique"],
                    [str(w) for w in i.get("dialect_options", {}).values()],
                )
                for i in inspector.get_indexes(name)
            ),
        }
        for name in tables
    }


def guards(url: str) -> list[str]:
    """The triggers."""
    of = {
        "sqlite": "SELECT name || sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
    }
    with engine_for(url).connect() as connection:
        return list(connection.scalars(sa.text(of[connection.dialect.name])))


def numbered_for_good(url: str) -> set[str]:
    """On SQLite: the tables that never give a number twice."""
    with engine_for(url).connect() as connection:
        if connection.dialect.name != "sqlite":
            return set()
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
        return set(connection.scalars(sa.text(query)))


def test_alembic_finds_nothing_left_to_do(url: str) -> None:
    with engine_for(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_migrated_database_is_the_declared_one_with_its_checks_and_guards(url: str, empty_url: str) -> None:
    create_all(empty_url)
    migrated, declared = shape(url), shape(empty_url)
    assert migrated == declared
    assert len(migrated) > 20
    assert guards(url) == guards(empty_url) != []
    assert numbered_for_good(url) == numbered_for_good(empty_url)


def test_each_table_declared_has_a_revision(url: str) -> None:
    assert set(shape(url)) == set(SQLModel.metadata.tables)


def test_an_empty_database_is_brought_up_and_then_left_alone(empty_url: str) -> None:
    assert (migrations.current(empty_url), migrations.is_current(empty_url)) == (None, False)
    migrations.upgrade(empty_url)
    assert migrations.current(empty_url) == migrations.head()
    migrations.upgrade(empty_url)
    assert migrations.is_current(empty_url)
    with unit_of_work(empty_url) as session:
        assert head(session) == (0, GENESIS)


def test_two_upgrades_at_once_do_it_once(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrations.upgrade, [empty_url] * 2))
    assert migrations.is_current(empty_url)


def test_a_revision_of_a_newer_program_is_known_as_such(url: str) -> None:
    with engine_for(url).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'future'"))
    assert not migrations.is_current(url)
    assert not migrations.is_known(migrations.current(url) or "")
    assert migrations.is_known(migrations.head())


def test_a_file_that_is_no_database_is_said_to_be_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_text("this is not a database, " * 100)
    with pytest.raises(DatabaseUnusable, match="not a database or is damaged; restore a backup"):
        migrations.upgrade(f"sqlite:///{broken}")


def test_a_server_that_is_not_there_is_said_to_be_so() -> None:
    with pytest.raises(DatabaseUnusable, match="no PostgreSQL server answers there"):
        migrations.current("postgresql+psycopg://nobody@127.0.0.1:1/none")
