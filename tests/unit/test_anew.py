"""Planning notices anew under one deadline: nothing is told twice, nothing loses its place without a word."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from plan.anew import shift
from plan.calendar import Override, WorkingCalendar
from plan.owed import planned
from tests.builders import standing

PLAIN = WorkingCalendar()
PAPER = ("1/TB", date(2021, 4, 1))


def without(*days: date) -> WorkingCalendar:
    return WorkingCalendar(Override(day, False, *PAPER) for day in days)


def test_a_rung_that_was_told_is_not_told_again_on_its_new_day() -> None:
    """Even where nothing else that is still to come changes."""
    one = standing()
    old, new = planned(one, PLAIN), planned(one, without(date(2021, 5, 13)))
    before = {(n.rung, n.day) for n in old if n.day <= date(2021, 5, 13)}
    found = shift(old, new, before)
    assert [(n.rung, n.day) for n in found.told] == [("T-7", date(2021, 5, 12))]
    assert found.changes and found.moves() == []


def test_a_day_that_lost_its_notice_gets_it_back_only_in_a_new_version() -> None:
    one = standing()
    moved, back = planned(one, without(date(2021, 5, 13))), planned(one, PLAIN)
    lost = {("T-7", date(2021, 5, 13))}
    assert shift(moved, back, lost, lost).again
    assert not shift(back, moved, set()).again


@given(
    st.sets(st.dates(date(2021, 4, 8), date(2021, 7, 20)), max_size=8),
    st.dates(date(2021, 4, 8), date(2021, 7, 20)),
)
def test_every_rung_is_told_at_most_once_and_every_lost_one_is_void(off: set[date], today: date) -> None:
    one = standing()
    old, new = planned(one, PLAIN), planned(one, without(*off))
    before = {(n.rung, n.day) for n in old if n.day <= today}
    found = shift(old, new, before)
    told = {rung for rung, _ in before}
    assert told.isdisjoint(n.rung for n in found.new)
    settled = before | {(n.rung, n.day) for n in (*found.void, *found.told)}
    assert {(n.rung, n.day) for n in old} <= settled | {(n.rung, n.day) for n in found.new}
    assert {(n.rung, n.day) for n in new} <= settled | {(n.rung, n.day) for n in found.new}
    assert all(abs(n.day - m.day) <= timedelta(days=31) for n in found.new for m in old if n.rung == m.rung)
