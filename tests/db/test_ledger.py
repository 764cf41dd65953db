"""The ledger in the database: nothing is changed or removed, nothing is lost, and writers stand in line."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from models import ledger
from models.database import Conflict, engine_for, unit_of_work
from models.engine import Switch
from models.ledger import GENESIS, SYSTEM, LedgerHead, head, verify
from tests.builders import AT, broken, told

COLUMNS = ("at", "who", "assurance", "action", "subject", "data", "previous", "hash")


def tell(url: str, *subjects: str) -> None:
    with unit_of_work(url) as session:
        for subject in subjects:
            ledger.record(session, AT, SYSTEM, "test", subject, words="Đã ghi")


def unguarded(url: str, statement: str) -> None:
    """What somebody can do who owns the database: take the guard away first."""
    with engine_for(url).begin() as connection:
        if connection.dialect.name == "sqlite":
            for name in connection.scalars(
                sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(sa.text("ALTER TABLE ledger DISABLE TRIGGER USER"))
        connection.execute(sa.text(statement))


def test_what_a_transaction_tells_stands_in_the_chain(url: str) -> None:
    tell(url, "a", "b")
    tell(url, "c")
    rows = told(url)
    assert [(r.seq, r.subject) for r in rows] == [(1, "a"), (2, "b"), (3, "c")]
    assert (rows[0].previous, rows[2].previous) == (GENESIS, rows[1].hash)
    assert broken(url) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET who = 'person:9' WHERE seq = 1",
        "UPDATE ledger SET data = data",
        "DELETE FROM ledger WHERE seq = 2",
        "DELETE FROM ledger",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_row(url: str, statement: str) -> None:
    tell(url, "a", "b")
    with pytest.raises(DatabaseError, match="append-only"), engine_for(url).begin() as connection:
        connection.execute(sa.text(statement))
    assert [r.subject for r in told(url)] == ["a", "b"]


def test_postgresql_refuses_to_empty_the_table(postgresql_copy: str) -> None:
    tell(postgresql_copy, "a")
    with pytest.raises(DatabaseError, match="append-only"), engine_for(postgresql_copy).begin() as connection:
        connection.execute(sa.text("TRUNCATE ledger"))


@pytest.mark.parametrize("taken", ["seq", "previous", "hash"])
def test_sqlite_refuses_to_put_a_row_in_the_place_of_another(sqlite_url: str, taken: str) -> None:
    """REPLACE removes the row in its way without asking the trigger for DELETE."""
    tell(sqlite_url, "a", "b")
    fresh = {"seq": "9", "previous": "'p'", "hash": "'h'", taken: taken}
    values = f"{fresh['seq']}, at, 'person:9', assurance, action, subject, data, {fresh['previous']}, {fresh['hash']}"
    with pytest.raises(DatabaseError, match="append-only"), engine_for(sqlite_url).begin() as connection:
        connection.execute(
            sa.text(f"INSERT OR REPLACE INTO ledger SELECT {values} FROM ledger WHERE seq = 1")
        )
    assert [r.subject for r in told(sqlite_url)] == ["a", "b"]


@pytest.mark.parametrize("column", COLUMNS)
def test_one_changed_byte_in_the_file_is_found(url: str, column: str) -> None:
    tell(url, "a", "b", "c")
    unguarded(url, f"UPDATE ledger SET {column} = 'X' || substr({column}, 2) WHERE seq = 2")
    assert {b.seq for b in broken(url)} & {2, 3}


def test_a_cut_tail_is_found_against_the_head(url: str) -> None:
    tell(url, "a", "b", "c")
    with unit_of_work(url) as session:
        kept = head(session)
    unguarded(url, "DELETE FROM ledger WHERE seq = 3")
    assert list(verify(told(url))) == []
    assert [b.seq for b in verify(told(url), head=kept)] == [3]


def test_a_transaction_that_fails_leaves_nothing_behind(url: str) -> None:
    tell(url, "a")
    with pytest.raises(LookupError), unit_of_work(url) as session:
        ledger.record(session, AT, SYSTEM, "test", "lost")
        session.add(Switch(name="sending", value="stopped", changed_at=AT, by="system"))
        session.flush()
        raise LookupError
    tell(url, "b")
    assert [r.subject for r in told(url)] == ["a", "b"]
    assert broken(url) == []
    with unit_of_work(url) as session:
        assert session.get(Switch, "sending") is None


def test_what_is_written_and_what_is_told_stand_or_fall_together(url: str) -> None:
    switch = {"name": "sending", "value": "stopped", "changed_at": AT, "by": "system"}
    with unit_of_work(url) as session:
        session.add(Switch(**switch))
    with pytest.raises(Conflict), unit_of_work(url) as session:
        ledger.record(session, AT, SYSTEM, "test", "lost")
        session.add(Switch(**switch))
    assert told(url) == []


def test_writers_at_once_keep_one_chain_and_lose_nothing(url: str) -> None:
    """Eight writers, each reading before it writes: what deferred transactions on SQLite lose."""

    def write(writer: int) -> None:
        for number in range(10):
            with unit_of_work(url) as session:
                session.exec(select(LedgerHead)).one()
                session.add(Switch(name=f"{writer}-{number}", value="", changed_at=AT, by="system"))
                ledger.record(session, AT, SYSTEM, "test", f"{writer}-{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    rows = told(url)
    assert sorted(r.subject for r in rows) == sorted(f"{w}-{n}" for w in range(8) for n in range(10))
    assert broken(url) == []
    with unit_of_work(url) as session:
        assert len(session.exec(select(Switch)).all()) == len(rows)


def test_the_first_writers_of_all_stand_in_line_too(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: tell(url, name), "abcd"))
    assert [r.seq for r in told(url)] == [1, 2, 3, 4]
    assert broken(url) == []


def test_a_writer_that_looked_at_the_head_before_still_chains_after_the_others(postgresql_copy: str) -> None:
    url = postgresql_copy
    tell(url, "a")
    with unit_of_work(url) as session:
        head(session)
        tell(url, "b")
        ledger.record(session, AT, SYSTEM, "test", "c")
    assert [r.subject for r in told(url)] == ["a", "b", "c"]
    assert broken(url) == []
