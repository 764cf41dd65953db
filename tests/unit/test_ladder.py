"""Ladders: which notice falls on which day, for whom, at which hour."""

from collections import Counter
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from plan.calendar import WorkingCalendar
from plan.clock import LOCAL
from plan.ladder import (
    LADDERS,
    Audience,
    Delivery,
    Hours,
    Ladder,
    PlannedNotice,
    Rung,
    announcement,
    climb,
    review,
)
from plan.lifecycle import overdue_from
from tests.builders import ladder, moment

CALENDAR = WorkingCalendar()
THURSDAY = date(2021, 5, 20)
DUE_DAYS = st.dates(date(2021, 1, 1), date(2026, 12, 31))
HOURS = st.none() | st.sampled_from([time(0), time(7), time(7, 30), time(8)]) | st.times()
SHIPPED = st.sampled_from(sorted(LADDERS.values(), key=lambda one: one.name))


@st.composite
def rungs(draw: st.DrawFn) -> Rung:
    days = draw(st.integers(-40, 40))
    repeats = draw(st.booleans())
    return Rung(
        days=days, working=draw(st.booleans()), audience=draw(st.sampled_from(Audience)),
        delivery=draw(st.sampled_from(Delivery)), every=draw(st.integers(1, 10)) if repeats else None,
        until=days + draw(st.integers(0, 30)) if repeats else None,
    )  # fmt: skip


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Ladders whose rungs have names of their own."""
    found: list[Rung] = []
    names: set[str] = set()
    for rung in draw(st.lists(rungs(), max_size=6)):
        own = {name for name, _ in rung.steps()}
        if not own & names:
            found.append(rung)
            names |= own
    return ladder(*found)


def on(notices: list[PlannedNotice]) -> list[tuple[str, str]]:
    return [(n.rung, n.day.isoformat()) for n in notices]


def test_the_standard_ladder_about_a_thursday() -> None:
    """Written out by hand. T+3 is a Sunday and meets T+1 on the Friday; E+30 is a Saturday."""
    assert on(climb(LADDERS["chuan"], THURSDAY, None, CALENDAR)) == [
        ("T-30", "2021-04-20"), ("T-7", "2021-05-13"), ("T-3", "2021-05-17"), ("T", "2021-05-20"),
        ("T+1", "2021-05-21"), ("E+7", "2021-05-27"),
        ("T+14", "2021-06-03"), ("T+21", "2021-06-10"), ("T+28", "2021-06-17"), ("E+30", "2021-06-18"),
        ("T+35", "2021-06-24"), ("T+42", "2021-07-01"), ("T+49", "2021-07-08"), ("T+56", "2021-07-15"),
    ]  # fmt: skip


def test_a_rung_on_a_day_off_moves_to_the_working_day_before() -> None:
    saturday = date(2021, 5, 22)
    one = ladder(Rung(days=-2), Rung(days=0, audience=Audience.OFFICER))
    assert on(climb(one, date(2021, 5, 24), None, CALENDAR)) == [("T-2", "2021-05-21"), ("T", "2021-05-24")]
    assert on(climb(one, saturday, None, CALENDAR)) == [("T-2", "2021-05-20"), ("T", "2021-05-21")]


def test_a_rung_after_the_deadline_stays_after_it() -> None:
    friday = date(2021, 5, 21)
    assert on(climb(ladder(Rung(days=1)), friday, None, CALENDAR)) == [("T+1", "2021-05-24")]
    assert on(climb(ladder(Rung(days=9)), friday, None, CALENDAR)) == [("T+9", "2021-05-28")]


def test_working_days_are_counted_as_such() -> None:
    two = ladder(Rung(days=-3, working=True), Rung(days=2, working=True, audience=Audience.OFFICER))
    assert on(climb(two, date(2021, 5, 24), None, CALENDAR)) == [
        ("T-3w", "2021-05-19"),
        ("T+2w", "2021-05-26"),
    ]


def test_two_rungs_pushed_onto_one_day_leave_the_one_that_goes_out_alone() -> None:
    sunday = date(2021, 5, 23)
    two = ladder(
        Rung(days=0, delivery=Delivery.ALONE), Rung(days=-1), Rung(days=-2, audience=Audience.OFFICER)
    )
    assert on(climb(two, sunday, None, CALENDAR)) == [("T", "2021-05-21"), ("T-2", "2021-05-21")]


def test_single_notices_go_out_at_seven_and_digests_at_eight() -> None:
    two = ladder(Rung(days=0, delivery=Delivery.ALONE), Rung(days=-1))
    sent = [n.send_after for n in climb(two, THURSDAY, None, CALENDAR)]
    assert sent == [moment("2021-05-19", 8), moment(THURSDAY, 7)]


def test_the_offices_own_hours_are_kept() -> None:
    two = ladder(Rung(days=0, delivery=Delivery.ALONE), Rung(days=-1))
    own = Hours(digest=time(9), opens=time(8), closes=time(16))
    sent = [n.send_after for n in climb(two, THURSDAY, None, CALENDAR, hours=own)]
    assert sent == [moment("2021-05-19", 9), moment(THURSDAY, 8)]


@pytest.mark.parametrize(("due", "goes"), [(time(15), 12), (time(9), 7), (time(23), 18)])
def test_an_hour_rung_stays_within_office_hours(due: time, goes: int) -> None:
    (notice,) = climb(ladder(Rung(hours=-3)), THURSDAY, due, CALENDAR)
    assert (notice.rung, notice.send_after, notice.delivery) == (
        "T-3h",
        moment(THURSDAY, goes),
        Delivery.ALONE,
    )


def test_a_deadline_before_office_hours_is_told_the_day_before() -> None:
    """ "Trước 07 giờ ngày 24/5" (a Monday): its last notice goes out on the Friday, and none at its own hour."""
    three = ladder(Rung(days=0, delivery=Delivery.ALONE), Rung(hours=-3), Rung(days=1))
    planned = climb(three, date(2021, 5, 24), time(7), CALENDAR)
    assert on(planned) == [("T", "2021-05-21"), ("T+1", "2021-05-25")]


def test_an_hour_rung_is_for_deadlines_with_an_hour() -> None:
    assert climb(ladder(Rung(hours=-3)), THURSDAY, None, CALENDAR) == []


@given(ladders() | SHIPPED, DUE_DAYS, HOURS, st.integers(0, 2000))
def test_no_notice_falls_on_a_day_off(one: Ladder, due: date, hour: time | None, spread: int) -> None:
    for notice in climb(one, due, hour, CALENDAR, spread=spread):
        assert CALENDAR.is_working(notice.day) or notice.rung.endswith("h")


@given(ladders() | SHIPPED, DUE_DAYS, HOURS)
def test_what_is_meant_before_the_deadline_never_comes_after_it(
    one: Ladder, due: date, hour: time | None
) -> None:
    offsets = {name: (days, rung.hours) for rung in one.rungs for name, days in rung.steps()}
    for notice in climb(one, due, hour, CALENDAR):
        days, hours = offsets[notice.rung]
        before = notice.send_after < overdue_from(due, hour)
        assert before if days <= 0 or hours else notice.day > due


@given(ladders() | SHIPPED, DUE_DAYS, HOURS)
def test_nobody_gets_two_notices_about_one_task_on_one_day(one: Ladder, due: date, hour: time | None) -> None:
    by_day = [n for n in climb(one, due, hour, CALENDAR) if not n.rung.endswith("h")]
    assert all(count == 1 for count in Counter((n.day, n.audience) for n in by_day).values())


@given(ladders() | SHIPPED, DUE_DAYS, HOURS, st.integers(0, 2000))
def test_notices_come_in_order_and_wake_before_they_are_sent(
    one: Ladder, due: date, hour: time | None, spread: int
) -> None:
    planned = climb(one, due, hour, CALENDAR, spread=spread)
    assert [n.send_after for n in planned] == sorted(n.send_after for n in planned)
    for notice in planned:
        assert notice.wake_at <= notice.send_after
        assert notice.wake_at.astimezone(LOCAL).date() == notice.day
        assert notice.send_after - notice.wake_at < timedelta(hours=12)
    assert len({(n.rung, n.day) for n in planned}) == len(planned)


@given(ladders() | SHIPPED, DUE_DAYS, st.integers(0, 2000))
def test_the_spread_moves_only_the_minute_of_the_wake(one: Ladder, due: date, spread: int) -> None:
    plain, moved = (climb(one, due, None, CALENDAR, spread=s) for s in (0, spread))
    assert [(n.rung, n.send_after) for n in plain] == [(n.rung, n.send_after) for n in moved]
    assert {n.wake_at.astimezone(LOCAL).hour for n in moved} <= set(range(6))


def test_the_announcement_goes_with_the_next_digest_of_a_working_day() -> None:
    assert announcement(moment("2021-04-07", 7, 59), CALENDAR).send_after == moment("2021-04-07", 8)
    assert announcement(moment("2021-04-07", 8), CALENDAR).send_after == moment("2021-04-08", 8)
    assert announcement(moment("2021-04-09", 17), CALENDAR).send_after == moment("2021-04-12", 8)


def test_a_task_without_a_day_is_asked_about_once_a_year() -> None:
    asked = review(LADDERS["chuan"], 2026, CALENDAR)
    assert on(asked) == [("REVIEW", "2026-11-13"), ("C-REVIEW", "2026-11-13")]  # 15/11/2026 is a Sunday
    assert [n.audience for n in asked] == [Audience.UNIT, Audience.COORDINATOR]
    assert review(ladder(review=None), 2026, CALENDAR) == []


def test_a_review_day_that_the_month_lacks_is_its_last_day() -> None:
    assert {n.day for n in review(ladder(review="02-30"), 2025, CALENDAR)} == {date(2025, 2, 28)}


def test_what_goes_on_is_looked_at_as_often_as_the_ladder_says() -> None:
    quarterly = ladder(review=["09-15", "03-15", "06-15", "11-15"])
    asked = [n for n in review(quarterly, 2026, CALENDAR) if n.audience is Audience.UNIT]
    assert on(asked) == [
        ("REVIEW@03-15", "2026-03-13"),  # a Sunday
        ("REVIEW@06-15", "2026-06-15"),
        ("REVIEW@09-15", "2026-09-15"),
        ("REVIEW@11-15", "2026-11-13"),
    ]


def test_two_reviews_that_days_off_push_onto_one_day_are_one() -> None:
    asked = review(ladder(review=("05-01", "05-02", "05-03")), 2026, CALENDAR)
    assert on(asked) == [("REVIEW@05-03", "2026-04-29"), ("C-REVIEW@05-03", "2026-04-29")]  # off since 30/4


@pytest.mark.parametrize("day", ["13-01", "00-10", "11-32", "15/11"])
def test_a_review_day_that_no_year_has_is_refused(day: str) -> None:
    with pytest.raises(ValidationError, match="should match pattern"):
        ladder(review=["03-15", day])


def test_a_rung_names_its_channel_and_a_ladder_read_from_json_keeps_it() -> None:
    one = ladder(Rung(days=0, channel="tgram"), review=["03-15", "09-15"])
    assert [n.channel for n in climb(one, date(2026, 5, 20), None, CALENDAR)] == ["tgram"]
    assert type(one).model_validate(one.model_dump(mode="json")) == one
    with pytest.raises(ValidationError, match="pattern"):
        Rung(channel="Zalo OA")


@pytest.mark.parametrize(
    ("rung", "words"),
    [
        ({"days": 7, "every": 7}, "a ladder must end"),
        ({"days": 7, "until": 28}, "a ladder must end"),
        ({"days": 7, "every": 7, "until": 6}, "within a year after"),
        ({"days": 0, "every": 1, "until": 400}, "within a year after"),
        ({"hours": 2}, "less than 0"),
    ],
)
def test_an_impossible_rung_is_refused(rung: dict[str, int], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Rung.model_validate(rung)


def test_a_ladder_names_each_rung_once() -> None:
    with pytest.raises(ValidationError, match=r"named twice: T\+7"):
        ladder(Rung(days=7), Rung(days=0, every=7, until=14))
