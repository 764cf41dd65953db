"""One transaction at a time is whole or nothing, a reader sees one moment, and trouble is told in words."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlmodel import col, select

import migrations
from models.database import (
    Conflict,
    DatabaseUnusable,
    StoreError,
    compact,
    engine_for,
    reading,
    sqlite_size,
    unit_of_work,
)
from models.engine import Switch
from models.people import Person, PersonRole, Unit
from tests.builders import AT


def switch(name: str, value: str = "") -> Switch:
    return Switch(name=name, value=value, changed_at=AT, by="system")


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(url: str) -> None:
    with unit_of_work(url) as session:
        session.add(switch("a"))
    with reading(url) as session:
        before = session.exec(select(Switch.name)).all()
        with unit_of_work(url) as other:
            other.add(switch("b"))
        assert session.exec(select(Switch.name)).all() == before == ["a"]
    with reading(url) as session:
        assert len(session.exec(select(Switch.name)).all()) == 2


def test_a_row_that_is_taken_is_a_conflict(url: str) -> None:
    with unit_of_work(url) as session:
        session.add(switch("a"))
    with pytest.raises(Conflict, match="the database refused a row"), unit_of_work(url) as session:
        session.add(switch("a"))


def test_a_moment_comes_back_aware_and_in_utc(url: str) -> None:
    with unit_of_work(url) as session:
        session.add(switch("a"))
    with reading(url) as session:
        assert session.get_one(Switch, "a").changed_at == AT
        assert session.get_one(Switch, "a").changed_at.utcoffset() is not None


def test_the_database_refuses_a_word_that_is_not_on_the_list(url: str) -> None:
    with unit_of_work(url) as session:
        session.add(Person(code="lan", name="Lan", role=PersonRole.COORDINATOR))
    with pytest.raises((IntegrityError, DatabaseError)), engine_for(url).begin() as connection:
        connection.execute(sa.text("UPDATE person SET role = 'king'"))


def test_the_database_refuses_a_row_that_points_at_nothing(url: str) -> None:
    with pytest.raises(Conflict), unit_of_work(url) as session:
        session.add(Person(code="lan", name="Lan", role=PersonRole.UNIT, unit_id=99))


def test_a_database_without_tables_says_how_to_make_them(empty_url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="run: dondoc db upgrade"), reading(empty_url) as session:
        session.exec(select(Switch)).all()


def test_a_full_disk_is_said_to_be_full_and_nothing_is_written(sqlite_url: str) -> None:
    engine = engine_for(sqlite_url)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def little_room(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")

    sa.event.listen(engine, "begin", little_room)
    with (
        pytest.raises(DatabaseUnusable, match="the disk is full; make room"),
        unit_of_work(sqlite_url) as session,
    ):
        session.add_all(switch(f"{n}", "x" * 4000) for n in range(50))
    sa.event.remove(engine, "begin", little_room)
    with reading(sqlite_url) as session:
        assert session.exec(select(Switch)).all() == []


def test_a_folder_that_cannot_be_made_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnusable, match=r"cannot make the folder .*file/data"):
        engine_for(f"sqlite:///{tmp_path / 'file' / 'data' / 'dondoc.db'}")


def test_a_password_in_the_address_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable) as told, reading("postgresql+psycopg://lan:secret@127.0.0.1:1/none"):
        raise sa.exc.OperationalError("", {}, Exception("Connection refused"))
    assert "secret" not in str(told.value)


def test_a_compacted_database_holds_the_same_rows_in_less_room(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/dondoc.db"
    migrations.upgrade(url)
    with unit_of_work(url) as session:
        session.add_all(Unit(code=f"u{n}", name="Đơn vị " * 200) for n in range(300))
    compact(url)
    before = sqlite_size(url)
    with unit_of_work(url) as session:
        session.connection().execute(sa.delete(Unit).where(col(Unit.code) != "u7"))

    compact(url)

    assert 0 < sqlite_size(url) < before
    with reading(url) as session:
        assert session.exec(select(Unit.code)).all() == ["u7"]


def test_a_database_in_use_is_not_compacted_and_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/dondoc.db"
    migrations.upgrade(url)
    with unit_of_work(url) as session:
        session.exec(select(Unit)).all()
        with pytest.raises(StoreError, match="lock"):
            compact(url)
