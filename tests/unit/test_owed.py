"""What is owed at a moment: whenever and however often the rules are asked, each notice is decided once, and rightly."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.calendar import WorkingCalendar
from plan.ladder import ANNOUNCE, LADDERS, Audience, Delivery, Rung
from plan.lifecycle import OPEN, WorkState
from plan.owed import (
    Decision,
    Key,
    NextWake,
    Standing,
    decide,
    next_wake,
    passed_before,
    planned,
    undecided,
    waits,
)  # fmt: skip
from tests.builders import AT, ladder, moment, standing

CALENDAR = WorkingCalendar()
LONG_AFTER = moment("2024-01-01")
STANDINGS = st.builds(
    lambda days, hour, name, announce, item, delivered: standing(
        due_on=None if days is None else AT.date() + timedelta(days=days), due_time=hour if days else None,
        ladder=LADDERS[name], announce=announce, item_id=item, delivered=delivered,
    ),
    st.none() | st.integers(-40, 300), st.none() | st.sampled_from([time(7), time(9), time(15), time(23)]),
    st.sampled_from(sorted(LADDERS)), st.booleans(), st.integers(1, 400), st.integers(0, 5),
)  # fmt: skip
MOMENTS = st.lists(st.integers(0, 400 * 24).map(lambda h: AT + timedelta(hours=h)), max_size=12).map(sorted)
STATES = st.sampled_from(WorkState)


def ask(one: Standing, at: datetime, decided: set[Key]) -> list[Decision]:
    """Decide at `at` and remember what was decided, as a wake does."""
    found = decide(one, CALENDAR, decided, at)
    decided |= {(d.notice.rung, d.notice.day) for d in found}
    return found


def owed(decisions: Sequence[Decision]) -> list[str]:
    return [d.notice.rung for d in decisions if not d.void]


def void(decisions: Sequence[Decision]) -> dict[str, str]:
    return {d.notice.rung: d.void for d in decisions if d.void}


@given(STANDINGS, st.lists(st.tuples(st.integers(0, 400 * 24), STATES), max_size=12))
def test_whatever_the_wakes_each_planned_notice_is_decided_once(
    one: Standing, woken: list[tuple[int, WorkState]]
) -> None:
    decided: set[Key] = set()
    found: list[Decision] = []
    for hours, state in sorted(woken):
        found += ask(replace(one, state=state), AT + timedelta(hours=hours), decided)
    found += ask(one, LONG_AFTER, decided)
    assert Counter(d.notice for d in found) == Counter(planned(one, CALENDAR))


@given(STANDINGS, MOMENTS)
def test_nothing_is_decided_before_its_moment(one: Standing, moments: list[datetime]) -> None:
    decided: set[Key] = set()
    for at in moments:
        assert all(d.notice.wake_at <= at for d in ask(one, at, decided))


@given(STANDINGS, MOMENTS, STATES)
def test_at_most_one_notice_per_audience_is_owed_at_a_time(
    one: Standing, moments: list[datetime], state: WorkState
) -> None:
    decided: set[Key] = set()
    for at in moments:
        audiences = [d.notice.audience for d in ask(replace(one, state=state), at, decided) if not d.void]
        assert len(audiences) == len(set(audiences))


@given(STANDINGS, MOMENTS)
def test_of_what_an_outage_let_pass_the_newest_is_owed(one: Standing, moments: list[datetime]) -> None:
    decided: set[Key] = set()
    for at in moments:
        found = ask(one, at, decided)
        for decision in found:
            if decision.void.startswith("outage"):
                (instead,) = [
                    d.notice for d in found if not d.void and d.notice.audience is decision.notice.audience
                ]
                assert decision.void == f"outage, replaced by {instead.rung}"
                assert instead.send_after >= decision.notice.send_after


@given(STANDINGS, MOMENTS)
def test_asking_twice_decides_nothing_more(one: Standing, moments: list[datetime]) -> None:
    decided: set[Key] = set()
    for at in moments:
        ask(one, at, decided)
        assert ask(one, at, decided) == []


@given(STANDINGS)
def test_an_engine_that_is_never_late_owes_exactly_what_is_planned(one: Standing) -> None:
    one = replace(one, delivered=99)
    decided: set[Key] = set()
    out: list[Decision] = []
    at: datetime | None = None
    while (following := next_wake(one, CALENDAR, decided, at=at)) is not None:
        at = following.at
        found = ask(one, following.at, decided)
        assert set(following.rungs) <= {d.notice.rung for d in found}
        out += found
    expected = [n for n in planned(one, CALENDAR) if not passed_before(n, one)]
    assert sorted(owed(out)) == sorted(n.rung for n in expected)


@given(STANDINGS, MOMENTS)
def test_the_next_wake_moves_on_after_each_wake(one: Standing, moments: list[datetime]) -> None:
    decided: set[Key] = set()
    for at in moments:
        ask(one, at, decided)
        following = next_wake(one, CALENDAR, decided, at=at)
        assert following is None or following.at > at


@pytest.mark.parametrize("state", sorted(set(WorkState) - OPEN))
@given(one=STANDINGS, moments=MOMENTS)
def test_nothing_is_owed_while_the_unit_owes_nothing(
    state: WorkState, one: Standing, moments: list[datetime]
) -> None:
    decided: set[Key] = set()
    for at in moments:
        found = ask(replace(one, state=state), at, decided)
        assert owed(found) == []
        assert set(void(found).values()) <= {f"{state} by then", "before arming"}


def test_after_three_days_out_one_current_notice_goes_out_and_the_rest_is_void_with_its_reason() -> None:
    decided: set[Key] = set()
    ask(standing(), moment("2021-05-13", 6), decided)
    found = ask(standing(), moment("2021-05-21", 6), decided)
    assert owed(found) == ["T+1"]
    assert void(found) == {"T-3": "outage, replaced by T+1", "T": "outage, replaced by T+1"}


def test_each_audience_keeps_its_own_newest_notice() -> None:
    two = ladder(Rung(days=-3), Rung(days=-2), Rung(days=-3, audience=Audience.COORDINATOR))
    found = ask(standing(ladder=two, announce=False), moment("2021-05-20", 6), set())
    assert (owed(found), void(found)) == (["C-3", "T-2"], {"T-3": "outage, replaced by T-2"})


NIGHT = moment("2021-05-27", 6)
"""On which the standard ladder owes its first escalation."""


def decided_before(at: datetime, *but: str) -> set[Key]:
    return {(n.rung, n.day) for n in planned(standing(), CALENDAR) if n.wake_at < at and n.rung not in but}


def test_an_escalation_is_owed_on_its_day_when_enough_was_delivered() -> None:
    assert owed(ask(standing(delivered=3), NIGHT, decided_before(NIGHT, "E+7"))) == ["E+7"]


def test_an_escalation_waits_for_its_number_of_delivered_notices_and_is_then_owed_the_next_working_day() -> (
    None
):
    """Thursday night two are delivered, on Friday the third: the office opens on Monday."""
    told, decided = standing(delivered=2), decided_before(NIGHT, "E+7")
    assert ask(told, NIGHT, decided) == []
    assert waits(told, CALENDAR, decided, NIGHT)
    friday = moment("2021-05-28", 9)
    after = next_wake(replace(told, delivered=3), CALENDAR, decided, at=friday)
    assert after == NextWake(moment("2021-05-31", 1, 7), ("E+7",))
    assert owed(ask(replace(told, delivered=3), after.at, decided)) == ["E+7"]
    assert not waits(replace(told, delivered=3), CALENDAR, decided, after.at)


def test_an_escalation_whose_number_is_never_reached_is_given_up_when_the_ladder_has_ended() -> None:
    summer = moment("2021-07-15")  # T+56
    told, decided = standing(delivered=2), decided_before(summer, "E+7", "E+30")
    last = next_wake(told, CALENDAR, decided, at=summer)
    assert last == NextWake(moment("2021-07-16", 1, 7), ("E+7", "E+30"))
    assert void(ask(told, last.at, decided)) == dict.fromkeys(
        ("E+7", "E+30"), "no escalation: 2 of 3 notices delivered"
    )


def test_an_escalation_that_waited_gives_way_to_a_later_one() -> None:
    day = moment("2021-06-18", 6)
    both = ask(standing(delivered=3), day, decided_before(day, "E+7", "E+30"))
    assert (owed(both), void(both)) == (["E+30"], {"E+7": "no escalation before, replaced by E+30"})
    gone = ask(standing(delivered=3), moment("2021-06-21", 6), decided_before(moment("2021-06-21", 6), "E+7"))
    assert void(gone) == {"E+7": "no escalation before, replaced by E+30"}


def test_an_escalation_that_waits_is_void_once_the_unit_owes_nothing() -> None:
    done = replace(standing(delivered=1), state=WorkState.SUBMITTED)
    assert void(ask(done, NIGHT, decided_before(NIGHT, "E+7"))) == {"E+7": "submitted by then"}


def test_what_passed_before_arming_is_void_and_what_comes_is_owed() -> None:
    late = standing(since=moment("2021-05-17", 9))
    found = ask(late, moment("2021-05-18", 6), set())
    assert void(found) == {"T-30": "before arming", "T-7": "before arming", "T-3": "before arming"}
    assert owed(found) == [ANNOUNCE]


def test_a_rung_that_passed_before_an_extension_says_so() -> None:
    found = ask(
        standing(version=2, since=moment("2021-05-17", 9), announce=False), moment("2021-05-20", 6), set()
    )
    assert set(void(found).values()) == {"before this deadline was set"}
    assert owed(found) == ["T"]


@pytest.mark.parametrize(
    ("rung", "since", "expected"),
    [
        (Rung(days=-7), moment("2021-05-12", 10), {ANNOUNCE: moment("2021-05-13", 8)}),
        (Rung(days=-7, delivery=Delivery.ALONE), moment("2021-05-12", 10), {"T-7": moment("2021-05-13", 7)}),
        (
            Rung(days=-7, delivery=Delivery.ALONE), moment("2021-05-13", 7, 30),
            {"T-7": moment("2021-05-13", 7), ANNOUNCE: moment("2021-05-13", 8)},
        ),
    ],
)  # fmt: skip
def test_the_announcement_is_the_days_one_notice_unless_another_goes_alone(
    rung: Rung, since: datetime, expected: dict[str, datetime]
) -> None:
    """What passed before arming is no notice of the day: then the announcement goes out all the same."""
    one = standing(ladder=ladder(rung), since=since)
    assert {n.rung: n.send_after for n in planned(one, CALENDAR)} == expected


def test_an_undated_task_is_only_announced_and_reviewed() -> None:
    assert [n.rung for n in planned(standing(due_on=None), CALENDAR)] == [ANNOUNCE, "C-REVIEW", "REVIEW"]


@given(STANDINGS, MOMENTS)
def test_what_an_action_voids_is_exactly_what_no_wake_has_decided(
    one: Standing, moments: list[datetime]
) -> None:
    decided: set[Key] = set()
    seen = [d.notice for at in moments for d in ask(one, at, decided)]
    assert Counter([*seen, *undecided(one, CALENDAR, decided)]) == Counter(planned(one, CALENDAR))


def test_a_day_in_the_far_past_owes_nothing() -> None:
    one = standing(due_on=date(2019, 1, 2), announce=False)
    assert next_wake(one, CALENDAR, set()) is None
    assert owed(ask(one, LONG_AFTER, set())) == []
