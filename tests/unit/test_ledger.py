"""The chain: any change to any row is found, and a cut tail by a head that was kept elsewhere."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ledger import GENESIS, Entry, Ledger, canonical, stamp, verify
from tests.builders import AT

COLUMNS = ("at", "who", "assurance", "action", "subject", "data", "previous", "hash")


def chain(length: int) -> list[Ledger]:
    """A ledger that holds."""
    rows: list[Ledger] = []
    previous = GENESIS
    for seq in range(1, length + 1):
        data = canonical({"số": seq})
        entry = Entry(stamp(AT), "person:1", "signed-in", "item.accepted", f"item:{seq}", data)
        rows.append(Ledger(**asdict(entry), seq=seq, previous=previous, hash=entry.chained(seq, previous)))
        previous = rows[-1].hash
    return rows


def tail(rows: list[Ledger]) -> tuple[int, str]:
    return rows[-1].seq, rows[-1].hash


def test_an_untouched_chain_holds() -> None:
    rows = chain(5)
    assert list(verify(rows, head=tail(rows))) == []
    assert list(verify([], head=(0, GENESIS))) == []


@given(st.integers(1, 6), st.sampled_from(COLUMNS), st.data())
def test_a_changed_byte_in_any_column_is_found(at: int, column: str, data: st.DataObject) -> None:
    rows = chain(6)
    old = getattr(rows[at - 1], column)
    place = data.draw(st.integers(0, len(old) - 1))
    new = data.draw(st.characters(codec="utf-8").filter(lambda c: c != old[place]))
    setattr(rows[at - 1], column, old[:place] + new + old[place + 1 :])
    assert at in {b.seq for b in verify(rows)} or at + 1 in {b.seq for b in verify(rows)}


@given(st.integers(1, 5))
def test_a_removed_row_is_found(at: int) -> None:
    rows = chain(6)
    del rows[at - 1]
    assert f"row {at} is missing" in {b.what for b in verify(rows)}


def test_two_rows_exchanged_are_found() -> None:
    rows = chain(6)
    rows[2], rows[3] = rows[3], rows[2]
    assert list(verify(rows)) != []


def test_a_row_forged_with_a_hash_of_its_own_breaks_the_row_after_it() -> None:
    rows = chain(3)
    entry = Entry(rows[1].at, "person:9", rows[1].assurance, rows[1].action, rows[1].subject, rows[1].data)
    rows[1].who, rows[1].hash = entry.who, entry.chained(2, rows[1].previous)
    assert [(b.seq, b.what) for b in verify(rows)] == [(3, "the row before has been changed or exchanged")]


def test_a_cut_tail_shows_only_against_a_head_kept_elsewhere() -> None:
    rows = chain(5)
    assert list(verify(rows[:3])) == []
    (found,) = verify(rows[:3], head=tail(rows))
    assert (found.seq, found.what) == (5, "rows have been cut off: the ledger ends at row 3")


def test_a_ledger_written_anew_from_the_start_shows_against_a_head() -> None:
    rows = chain(5)
    (found,) = verify(rows, head=(3, "f" * 64))
    assert "not the one that was reported" in found.what


def test_an_older_head_still_holds_when_rows_were_added() -> None:
    rows = chain(5)
    assert list(verify(rows, head=tail(rows[:2]))) == []


def test_the_same_value_always_gives_the_same_bytes() -> None:
    day = date(2021, 5, 20)
    assert (
        canonical({"b": day, "a": "Sở"}) == canonical({"a": "Sở", "b": day}) == '{"a":"Sở","b":"2021-05-20"}'
    )
    with pytest.raises(TypeError, match="no place in the ledger"):
        canonical({"a": object()})


def test_a_moment_is_written_in_utc_whatever_its_zone() -> None:
    hanoi = datetime(2021, 4, 7, 10, tzinfo=timezone(timedelta(hours=7)))
    assert stamp(hanoi) == stamp(hanoi.astimezone(UTC)) == "2021-04-07T03:00:00.000000Z"
