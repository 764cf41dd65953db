"""The life cycle: every pair of state and event, every sequence of events, and the days that decide lateness."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.lifecycle import (
    NEEDS_REASON,
    Event,
    MoveRefused,
    Party,
    TimeState,
    WorkState,
    allowed,
    apply,
    in_time,
    overdue_from,
    time_state,
)
from tests.builders import AT, moment

TABLE = """
assigned   receive  both        received
assigned   submit   both        submitted
assigned   suspend  coordinator suspended
assigned   cancel   coordinator cancelled
assigned   replace  coordinator replaced
received   submit   both        submitted
received   suspend  coordinator suspended
received   cancel   coordinator cancelled
received   replace  coordinator replaced
submitted  return   coordinator received
submitted  accept   coordinator completed
submitted  cancel   coordinator cancelled
submitted  replace  coordinator replaced
completed  reopen   coordinator received
suspended  resume   coordinator assigned
suspended  cancel   coordinator cancelled
suspended  replace  coordinator replaced
"""
"""Every move there is, as DESIGN section 2 tells it; what is not here is refused."""

LINES = [line.split() for line in TABLE.strip().splitlines()]
ALLOWED = {(WorkState(old), Event(event)): (who, WorkState(new)) for old, event, who, new in LINES}
DUE = date(2021, 5, 20)


@pytest.mark.parametrize("party", Party)
@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("state", WorkState)
def test_each_state_takes_exactly_the_events_of_the_table(
    state: WorkState, event: Event, party: Party
) -> None:
    who, new = ALLOWED.get((state, event), ("nobody", state))
    if who in ("both", party):
        move = apply(state, event, by=party, at=AT, reason=" vì sao ")
        assert (move.old, move.new, move.event, move.by, move.at) == (state, new, event, party, AT)
        assert move.reason == "vì sao"
    else:
        with pytest.raises(MoveRefused):
            apply(state, event, by=party, at=AT, reason="vì sao")


@pytest.mark.parametrize("event", sorted(NEEDS_REASON))
def test_an_event_that_takes_something_away_needs_a_reason(event: Event) -> None:
    state = next(old for old, taken in ALLOWED if taken is event)
    with pytest.raises(MoveRefused, match=f"'{event}' needs a reason"):
        apply(state, event, by=Party.COORDINATOR, at=AT, reason="  ")


def test_a_refusal_says_what_can_be_done_now() -> None:
    with pytest.raises(
        MoveRefused, match=r"that is submitted cannot take 'receive'.*now: return, accept, cancel"
    ):
        apply(WorkState.SUBMITTED, Event.RECEIVE, by=Party.COORDINATOR, at=AT)
    with pytest.raises(
        MoveRefused, match=r"'accept' is for the coordinator, not for the unit; .* now: nothing"
    ):
        apply(WorkState.SUBMITTED, Event.ACCEPT, by=Party.UNIT, at=AT)


def test_the_end_states_take_nothing() -> None:
    assert [allowed(end, by) for end in (WorkState.CANCELLED, WorkState.REPLACED) for by in Party] == [[]] * 4


@given(st.lists(st.tuples(st.sampled_from(Event), st.sampled_from(Party)), max_size=30))
def test_no_sequence_reaches_completed_but_by_an_accepted_submission(
    tried: list[tuple[Event, Party]],
) -> None:
    state, handed_in = WorkState.ASSIGNED, False
    for event, by in tried:
        if event not in allowed(state, by):
            with pytest.raises(MoveRefused):
                apply(state, event, by=by, at=AT, reason="x")
            continue
        move = apply(state, event, by=by, at=AT, reason="x")
        assert by is Party.COORDINATOR or event in (Event.RECEIVE, Event.SUBMIT)
        if move.new is WorkState.COMPLETED:
            assert handed_in
        handed_in = event is Event.SUBMIT
        state = move.new


@given(st.lists(st.sampled_from(Event), max_size=30))
def test_what_is_cancelled_or_replaced_stays_so(tried: list[Event]) -> None:
    state, ended = WorkState.ASSIGNED, False
    for event in tried:
        if event in allowed(state, Party.COORDINATOR):
            assert not ended
            state = apply(state, event, by=Party.COORDINATOR, at=AT, reason="x").new
            ended = state in (WorkState.CANCELLED, WorkState.REPLACED)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (moment("2021-05-12", 23, 59), TimeState.ON_TRACK),
        (moment("2021-05-13", 0), TimeState.DUE_SOON),
        (moment("2021-05-19", 23, 59), TimeState.DUE_SOON),
        (moment("2021-05-20", 0), TimeState.DUE_TODAY),
        (moment("2021-05-20", 23, 59), TimeState.DUE_TODAY),
        (moment("2021-05-21", 0), TimeState.OVERDUE),
    ],
)
def test_a_day_runs_to_its_end_in_vietnam(at: datetime, expected: TimeState) -> None:
    assert time_state(DUE, None, at) is expected


def test_an_hour_counts_to_the_hour() -> None:
    hour = time(15)
    assert time_state(DUE, hour, moment(DUE, 14, 59)) is TimeState.DUE_TODAY
    assert time_state(DUE, hour, moment(DUE, 15)) is TimeState.OVERDUE
    assert [in_time(DUE, hour, moment(DUE, h, m)) for h, m in ((14, 59), (15, 0))] == [True, False]


def test_what_has_not_begun_is_not_on_track_yet() -> None:
    at = moment("2021-04-30")
    assert time_state(DUE, None, at, starts_on=date(2021, 5, 1)) is TimeState.NOT_STARTED
    assert time_state(DUE, None, at, starts_on=date(2021, 4, 30)) is TimeState.ON_TRACK


def test_without_a_deadline_nothing_is_late() -> None:
    assert time_state(None, None, AT) is TimeState.UNDATED
    assert in_time(None, None, AT) is None


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.none() | st.times(), st.integers(-(10**6), 10**6))
def test_overdue_is_exactly_what_is_no_longer_in_time(due: date, hour: time | None, off: int) -> None:
    at = overdue_from(due, hour) + timedelta(seconds=off)
    assert at.tzinfo is UTC
    assert (time_state(due, hour, at) is TimeState.OVERDUE) is (not in_time(due, hour, at)) is (off >= 0)
