"""From typed deadlines to what is owed in a year: labels, last days, days off, and what stays without a date."""

import datetime as dt
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, time, timedelta

import pytest
from dateutil.rrule import MONTHLY, WEEKLY, YEARLY, rrule
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from plan.calendar import DaysOff, Override, WorkingCalendar
from plan.deadlines import Bound, Deadline, Fixed, Freq, Ongoing, Other, Period, Recurring, Relative, Rule
from plan.due import Reason
from plan.occurrences import Occurrence, occurrences

LAW = WorkingCalendar()
TEN_YEARS = range(2026, 2036)
LONG_BEFORE = date(2020, 1, 1)


def owed(
    *deadlines: Deadline,
    year: int = 2026,
    days_off: DaysOff = DaysOff.KEEP,
    signed_on: date = LONG_BEFORE,
    calendar: WorkingCalendar = LAW,
    events: Mapping[str, date] | None = None,
    first_day_counts: bool = False,
) -> list[Occurrence]:
    return occurrences(
        deadlines,
        year=year,
        calendar=calendar,
        days_off=days_off,
        signed_on=signed_on,
        events=events,
        first_day_counts=first_day_counts,
    )


def dues(found: list[Occurrence]) -> list[date | None]:
    return [one.due_on for one in found]


def labels(found: list[Occurrence]) -> list[str]:
    return [one.label for one in found]


def every(freq: Freq, *dates: str, bound: Bound = Bound.BY, at: time | None = None) -> Recurring:
    return Recurring(freq=freq, dates=dates, bound=bound, time=at)


# -- one day ---------------------------------------------------------------------------------------------------------


def test_before_a_day_excludes_it_and_by_a_day_includes_it() -> None:
    (before,) = owed(Fixed(date=date(2026, 6, 16), bound=Bound.BEFORE))
    (by,) = owed(Fixed(date=date(2026, 6, 16)))
    assert (before.due_on, before.stated_on, before.bound) == (
        date(2026, 6, 15),
        date(2026, 6, 16),
        Bound.BEFORE,
    )
    assert (by.due_on, by.stated_on, by.bound) == (date(2026, 6, 16), date(2026, 6, 16), Bound.BY)


def test_before_an_hour_excludes_the_hour_and_not_the_day() -> None:
    (one,) = owed(Fixed(date=date(2026, 2, 3), bound=Bound.BEFORE, time=time(17)))
    assert (one.due_on, one.due_time) == (date(2026, 2, 3), time(17))


def test_before_the_first_of_january_is_owed_in_the_year_before() -> None:
    new_year = Fixed(date=date(2026, 1, 1), bound=Bound.BEFORE)
    assert dues(owed(new_year, year=2025)) == [date(2025, 12, 31)]
    assert owed(new_year, year=2026) == []


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        (DaysOff.KEEP, date(2026, 2, 15)),
        (DaysOff.EARLIER, date(2026, 2, 13)),
        (DaysOff.LATER, date(2026, 2, 23)),
    ],
)
def test_the_day_off_is_looked_at_after_the_word_before(rule: DaysOff, day: date) -> None:
    (one,) = owed(Fixed(date=date(2026, 2, 16), bound=Bound.BEFORE), days_off=rule)
    assert one.due_on == day
    assert "15/02/2026 là ngày nghỉ" in one.why


def test_a_deadline_moved_over_new_year_keeps_its_year_and_label() -> None:
    closed = WorkingCalendar([Override(date(2026, 12, 31), False, "30/QĐ-UBND", date(2026, 12, 1))])
    (one,) = owed(every(Freq.YEARLY, "12-31"), days_off=DaysOff.LATER, calendar=closed)
    assert (one.due_on, one.label) == (date(2027, 1, 4), "2026")
    assert dues(owed(every(Freq.YEARLY, "12-31"), year=2027, calendar=closed)) == [date(2027, 12, 31)]


def test_a_fixed_day_years_ago_is_not_owed_and_one_years_ahead_is_kept_in_sight() -> None:
    assert owed(Fixed(date=date(2025, 12, 31))) == []
    (one,) = owed(Fixed(date=date(2030, 1, 1), bound=Bound.BEFORE))
    assert (one.due_on, one.reason, one.label) == (None, Reason.ENDS_LATER, "2026")
    assert "31/12/2029" in one.why


# -- periods ---------------------------------------------------------------------------------------------------------


def test_a_period_is_due_on_its_last_day_and_starts_on_its_first() -> None:
    (one,) = owed(Period(start=date(2026, 4, 1), end=date(2026, 6, 30)))
    assert (one.due_on, one.starts_on, one.label) == (date(2026, 6, 30), date(2026, 4, 1), "2026")


def test_a_period_of_years_is_undated_until_the_year_in_which_it_ends() -> None:
    span = Period(start=date(2026, 1, 1), end=date(2028, 12, 31))
    found = [owed(span, year=year) for year in (2026, 2027, 2028, 2029)]
    assert [dues(year) for year in found] == [[None], [None], [date(2028, 12, 31)], []]
    assert "31/12/2028" in found[0][0].why


def test_a_period_that_has_not_begun_says_from_when_to_when() -> None:
    (one,) = owed(Period(start=date(2027, 1, 1), end=date(2028, 12, 31)))
    assert (one.due_on, one.starts_on) == (None, date(2027, 1, 1))
    assert "từ 01/01/2027 đến 31/12/2028" in one.why


@pytest.mark.parametrize(
    ("deadline", "reason"),
    [
        (Period(start=date(2025, 7, 1)), Reason.OPEN_END),
        (Ongoing(), Reason.ONGOING),
        (Other(text="theo kế hoạch riêng"), Reason.OTHER),
        (Relative(days=10, anchor="ngày nhận đơn"), Reason.WAITS_FOR_EVENT),
        (Recurring(freq=Freq.WEEKLY), Reason.NO_DAY_IN_RHYTHM),
    ],
)
def test_what_has_no_day_is_one_undated_occurrence_with_its_reason(
    deadline: Deadline, reason: Reason
) -> None:
    (one,) = owed(deadline)
    assert (one.due_on, one.reason, one.label) == (None, reason, "2026")
    assert one.why


def test_an_item_without_deadlines_is_undated_and_not_forgotten() -> None:
    (one,) = owed()
    assert (one.label, one.due_on, one.reason) == ("2026", None, Reason.NO_DEADLINE)


# -- events ----------------------------------------------------------------------------------------------------------


def test_the_day_of_the_event_is_not_counted() -> None:
    """Bộ luật Dân sự 2015, Điều 147.3."""
    (one,) = owed(
        Relative(days=10, anchor="ngày nhận Kế hoạch"), events={"ngày nhận  kế hoạch": date(2026, 3, 2)}
    )
    assert (one.due_on, one.starts_on) == (date(2026, 3, 12), date(2026, 3, 2))


def test_days_before_an_event_are_counted_back_from_it() -> None:
    """An election on 15/03/2026, less 95, 40 and 23 days, as electoral plans of that year print them."""
    found = [
        owed(Relative(days=-days, anchor="bầu cử"), year=year, events={"bầu cử": date(2026, 3, 15)})[0].due_on
        for days, year in ((95, 2025), (40, 2026), (23, 2026))
    ]
    assert found == [date(2025, 12, 10), date(2026, 2, 3), date(2026, 2, 20)]


@pytest.mark.parametrize(("first_day_counts", "day"), [(False, date(2026, 2, 25)), (True, date(2026, 2, 24))])
def test_working_days_after_an_event_skip_tet_with_or_without_the_first_day(
    first_day_counts: bool, day: date
) -> None:
    deadline = Relative(days=5, working=True, anchor="x")
    (one,) = owed(deadline, events={"x": date(2026, 2, 11)}, first_day_counts=first_day_counts)
    assert one.due_on == day


@pytest.mark.parametrize("anchor", ["ngày ký", "ngày ban hành Kế hoạch này", "kể từ ngày ký ban hành"])
def test_the_signing_of_the_plan_is_an_event_that_is_known(anchor: str) -> None:
    (one,) = owed(Relative(days=7, anchor=anchor), signed_on=date(2026, 1, 12))
    assert one.due_on == date(2026, 1, 19)


def test_at_once_after_an_event_suggests_the_next_working_day_and_sets_none() -> None:
    (one,) = owed(Relative(anchor="kết thúc hội nghị"), events={"kết thúc hội nghị": date(2026, 6, 12)})
    assert (one.due_on, one.suggested_on, one.reason) == (None, date(2026, 6, 15), Reason.AT_ONCE)


@pytest.mark.parametrize("days", [None, 30])
def test_an_event_next_year_keeps_the_item_in_sight_this_year(days: int | None) -> None:
    deadline = Relative(days=days, anchor="x")
    (one,) = owed(deadline, events={"x": date(2027, 1, 5)})
    assert (one.due_on, one.reason) == (None, Reason.ENDS_LATER)
    assert owed(deadline, year=2028, events={"x": date(2027, 1, 5)}) == []


# -- rhythms ---------------------------------------------------------------------------------------------------------


def test_a_monthly_day_that_a_month_lacks_is_its_last_day() -> None:
    """Bộ luật Dân sự 2015, Điều 148.3."""
    found = dues(owed(every(Freq.MONTHLY, "31"), year=2028))
    assert found == [date(2028, month, monthrange(2028, month)[1]) for month in range(1, 13)]


@pytest.mark.parametrize(("year", "day"), [(2027, 28), (2028, 29)])
def test_the_leap_day_falls_on_the_end_of_february(year: int, day: int) -> None:
    assert dues(owed(every(Freq.YEARLY, "02-29"), year=year)) == [date(year, 2, day)]


def test_before_a_day_that_the_month_lacks_ends_with_the_month() -> None:
    february = owed(every(Freq.MONTHLY, "30", bound=Bound.BEFORE))[1]
    assert february.due_on == date(2026, 2, 28)
    assert "không có ngày 30" in february.why


def test_before_the_first_of_each_month_ends_with_the_month_before() -> None:
    found = owed(every(Freq.MONTHLY, "01", bound=Bound.BEFORE))
    assert dues(found) == [date(2026, month, monthrange(2026, month)[1]) for month in range(1, 13)]
    assert labels(found) == [f"2026-{month:02}" for month in range(1, 13)]


def test_a_day_without_a_month_is_in_the_last_month_of_its_period() -> None:
    quarters = [date(2026, month, 15) for month in (3, 6, 9, 12)]
    assert dues(owed(every(Freq.QUARTERLY, "15"))) == quarters
    assert dues(owed(every(Freq.HALF_YEARLY, "15"))) == quarters[1::2]
    assert dues(owed(every(Freq.YEARLY, "15"))) == quarters[3:]


def test_one_named_date_of_a_half_year_is_one_report() -> None:
    (one,) = owed(every(Freq.HALF_YEARLY, "06-16", bound=Bound.BEFORE))
    assert (one.due_on, one.label, one.starts_on) == (date(2026, 6, 15), "2026-H1", date(2026, 1, 1))


def test_nothing_is_owed_from_before_the_plan_was_signed() -> None:
    found = owed(every(Freq.MONTHLY, "05"), signed_on=date(2026, 4, 6))
    assert labels(found) == [f"2026-{month:02}" for month in range(5, 13)]


def test_a_rhythm_that_first_comes_round_next_year_is_kept_in_sight() -> None:
    january = every(Freq.YEARLY, "01-10", bound=Bound.BEFORE)
    (this_year,) = owed(january, year=2026, signed_on=date(2026, 1, 12))
    assert (this_year.due_on, this_year.reason) == (None, Reason.ENDS_LATER)
    assert dues(owed(january, year=2027, signed_on=date(2026, 1, 12))) == [date(2027, 1, 9)]


def test_a_report_due_on_the_day_of_signing_is_owed() -> None:
    assert labels(owed(every(Freq.QUARTERLY, "15"), signed_on=date(2026, 9, 15))) == ["2026-Q3", "2026-Q4"]


def test_a_daily_report_is_due_on_working_days_only() -> None:
    found = owed(every(Freq.DAILY, at=time(16)))
    assert len(found) == LAW.count(date(2026, 1, 1), date(2026, 12, 31))
    assert all(one.due_on and LAW.is_working(one.due_on) for one in found)
    assert {one.due_time for one in found} == {time(16)}


def test_two_reports_a_day_are_told_apart_by_their_hour() -> None:
    found = owed(every(Freq.DAILY, at=time(9)), every(Freq.DAILY, at=time(16)))
    assert labels(found)[:3] == ["2026-01-05-09h00", "2026-01-05-16h00", "2026-01-06-09h00"]


def test_a_week_is_named_by_the_iso_calendar_right_across_new_year() -> None:
    friday = Recurring(freq=Freq.WEEKLY, weekdays=(5,), bound=Bound.BEFORE, time=time(15))
    found = [one for year in (2026, 2027) for one in owed(friday, year=year)]
    assert labels(found)[0] == "2026-W01"
    assert [(one.label, one.due_on) for one in found[51:54]] == [
        ("2026-W52", date(2026, 12, 25)),
        ("2026-W53", date(2027, 1, 1)),
        ("2027-W01", date(2027, 1, 8)),
    ]


def test_a_sunday_deadline_is_always_on_a_day_off_and_keeps_its_hour_when_moved() -> None:
    sunday = Recurring(freq=Freq.WEEKLY, weekdays=(7,), time=time(15))
    assert all(one.due_on and one.due_on.weekday() == 6 for one in owed(sunday))
    moved = owed(sunday, days_off=DaysOff.EARLIER)
    assert (moved[0].due_on, moved[0].due_time) == (date(2025, 12, 31), time(15))


def test_a_report_without_a_day_is_undated_and_suggests_when_its_data_close() -> None:
    """Nghị định 09/2019/NĐ-CP, Điều 12."""
    found = owed(every(Freq.QUARTERLY))
    assert [(one.label, one.due_on, one.suggested_on) for one in found] == [
        (f"2026-Q{quarter}", None, date(2026, 3 * quarter, 14)) for quarter in (1, 2, 3, 4)
    ]
    assert [len(owed(every(freq))) for freq in (Freq.MONTHLY, Freq.HALF_YEARLY, Freq.YEARLY)] == [12, 2, 1]


# -- labels ----------------------------------------------------------------------------------------------------------


def test_several_rhythms_in_one_item_do_not_collide() -> None:
    found = owed(
        every(Freq.MONTHLY, "16", bound=Bound.BEFORE),
        every(Freq.HALF_YEARLY, "06-16", bound=Bound.BEFORE),
        every(Freq.YEARLY, "11-20", bound=Bound.BEFORE),
        Other(text="khi có yêu cầu"),
    )
    assert len(found) == 15
    assert {"2026-06", "2026-H1", "2026", "2026-khac"} < set(labels(found))


def test_two_days_in_one_period_are_both_named_by_the_day() -> None:
    found = owed(every(Freq.YEARLY, "06-15", "12-01"))
    assert labels(found) == ["2026-06-15", "2026-12-01"]


def test_the_same_deadline_told_twice_is_owed_once() -> None:
    assert len(owed(Fixed(date=date(2026, 6, 15)), Fixed(date=date(2026, 6, 15)))) == 1


def test_dated_occurrences_come_in_order_and_undated_ones_last() -> None:
    found = owed(Ongoing(), Fixed(date=date(2026, 9, 1)), Fixed(date=date(2026, 3, 2)))
    assert dues(found) == [date(2026, 3, 2), date(2026, 9, 1), None]
    assert labels(found) == ["2026-03-02", "2026-09-01", "2026-thuong-xuyen"]


# -- by a rule of RFC 5545 -------------------------------------------------------------------------------------------


def by_rule(text: str, start: date = LONG_BEFORE, **changes: object) -> Rule:
    return Rule.model_validate({"rrule": text, "start": start, **changes})


@pytest.mark.parametrize(
    ("text", "start", "days"),
    [
        ("FREQ=MONTHLY;BYDAY=1FR", LONG_BEFORE, "2/1 6/2 6/3 3/4 1/5 5/6 3/7 7/8 4/9 2/10 6/11 4/12"),
        ("FREQ=MONTHLY;INTERVAL=2", date(2026, 2, 10), "10/2 10/4 10/6 10/8 10/10 10/12"),
        ("FREQ=WEEKLY;INTERVAL=13;BYDAY=MO", date(2026, 1, 5), "5/1 6/4 6/7 5/10"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;BYMONTH=3,6", LONG_BEFORE, "31/3 30/6"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2024, 2, 29), ""),
        ("FREQ=YEARLY;COUNT=2", date(2025, 6, 1), "1/6"),
    ],
)
def test_a_rule_comes_round_as_rfc_5545_says(text: str, start: date, days: str) -> None:
    found = owed(by_rule(text, start))
    assert " ".join(f"{one.due_on.day}/{one.due_on.month}" for one in found if one.due_on) == days
    assert labels(found) == [one.due_on.isoformat() for one in found if one.due_on]


def test_a_rule_has_its_bound_its_hour_and_the_days_off_of_the_plan() -> None:
    before = owed(by_rule("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", bound=Bound.BEFORE))
    assert dues(before) == [date(2026, 12, 31)]  # before New Year is owed in the year that ends
    (late,) = owed(by_rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=17", time="16:00"), days_off=DaysOff.LATER)
    assert (late.due_on, late.due_time) == (date(2026, 2, 23), time(16))


def test_a_rule_owes_nothing_from_before_the_plan_and_one_that_begins_later_is_kept_in_sight() -> None:
    monthly = by_rule("FREQ=MONTHLY;BYMONTHDAY=10")
    assert dues(owed(monthly, signed_on=date(2026, 10, 11))) == [date(2026, 11, 10), date(2026, 12, 10)]
    (later,) = owed(by_rule("FREQ=MONTHLY", date(2027, 1, 5)), signed_on=date(2026, 3, 1))
    assert (later.due_on, later.reason) == (None, Reason.ENDS_LATER)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FREQ=HOURLY", "counts hours"),
        ("FREQ=DAILY;BYHOUR=9,15", "counts hours"),
        ("mỗi thứ Sáu", "is no RRULE"),
        ("FREQ=MONTHLY;BYDAY=1XX", "is no RRULE"),
        ("", "is no RRULE"),
    ],
)
def test_what_is_no_rule_by_days_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        by_rule(text)


# -- ten years, against python-dateutil and by hand ------------------------------------------------------------------

BOUNDS = st.sampled_from(Bound)
RULES = st.sampled_from(DaysOff)
RHYTHMS = st.builds(
    Recurring,
    freq=st.sampled_from(Freq),
    dates=st.lists(
        st.one_of(
            st.integers(1, 31).map(lambda day: f"{day:02}"),
            st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%m-%d}"),
        ),
        max_size=3,
    ).map(tuple),
    bound=BOUNDS,
    time=st.none() | st.times(),
    weekdays=st.lists(st.integers(1, 7), max_size=3).map(tuple),
)
DEADLINES: st.SearchStrategy[Deadline] = st.one_of(
    RHYTHMS,
    st.builds(
        Fixed, date=st.dates(date(2025, 1, 1), date(2029, 12, 31)), bound=BOUNDS, time=st.none() | st.times()
    ),
    st.dates(date(2025, 1, 1), date(2029, 12, 31)).map(lambda end: Period(end=end)),
    st.just(Ongoing()),
    st.builds(
        Rule,
        rrule=st.sampled_from(
            ["FREQ=MONTHLY;BYDAY=-1FR", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;INTERVAL=5"]
        ),
        start=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
        bound=BOUNDS,
        time=st.none() | st.times(),
    ),
    st.builds(
        Relative, days=st.none() | st.integers(-400, 400), working=st.booleans(), anchor=st.sampled_from("xy")
    ),
    st.just(Other(text="khi có yêu cầu")),
)


def _stated(freq: Freq, text: str) -> set[date]:
    """By dateutil: the days of ten years that a rhythm names, the last of the month where it lacks the day."""
    month, _, day = text.rpartition("-")
    candidates = tuple(range(min(int(day), 28), int(day) + 1))
    months = {
        Freq.MONTHLY: range(1, 13),
        Freq.QUARTERLY: (3, 6, 9, 12),
        Freq.HALF_YEARLY: (6, 12),
        Freq.YEARLY: (12,),
    }
    rule = rrule(
        MONTHLY,
        dtstart=dt.datetime(2026, 1, 1),
        until=dt.datetime(2035, 12, 31),
        bymonth=(int(month),) if month else tuple(months[freq]),
        bymonthday=candidates,
        bysetpos=-1,
    )
    return {moment.date() for moment in rule}


@settings(deadline=None)  # busy machines make single examples slow, not wrong
@given(
    st.sampled_from([Freq.MONTHLY, Freq.QUARTERLY, Freq.HALF_YEARLY, Freq.YEARLY]),
    st.one_of(
        st.integers(1, 31).map(lambda day: f"{day:02}"),
        st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%m-%d}"),
    ),
)
def test_ten_years_of_a_rhythm_are_those_of_dateutil(freq: Freq, text: str) -> None:
    found = [one for year in TEN_YEARS for one in owed(every(freq, text), year=year)]
    assert {one.due_on for one in found} == _stated(freq, text)
    assert len({one.label for one in found}) == len(found)


@settings(deadline=None)  # busy machines make single examples slow, not wrong
@given(st.sets(st.integers(1, 7), min_size=1))
def test_ten_years_of_weekdays_are_those_of_dateutil(weekdays: set[int]) -> None:
    weekly = Recurring(freq=Freq.WEEKLY, weekdays=tuple(weekdays))
    rule = rrule(
        WEEKLY,
        dtstart=dt.datetime(2026, 1, 1),
        until=dt.datetime(2035, 12, 31),
        byweekday=[day - 1 for day in weekdays],
    )
    found = [one for year in TEN_YEARS for one in owed(weekly, year=year)]
    assert [one.due_on for one in found] == [moment.date() for moment in rule]
    assert len({one.label for one in found}) == len(found)


@settings(deadline=None)  # busy machines make single examples slow, not wrong
@given(st.integers(1, 28), st.integers(1, 12))
def test_ten_years_before_a_day_of_the_year_are_those_of_dateutil_less_one_day(day: int, month: int) -> None:
    rule = rrule(
        YEARLY,
        dtstart=dt.datetime(2026, 1, 1),
        until=dt.datetime(2036, 12, 31),
        bymonth=month,
        bymonthday=day,
    )
    expected = [moment.date() - timedelta(days=1) for moment in rule]
    deadline = every(Freq.YEARLY, f"{month:02}-{day:02}", bound=Bound.BEFORE)
    assert [dues(owed(deadline, year=year))[0] for year in TEN_YEARS] == [
        day for day in expected if day.year in TEN_YEARS
    ]


def test_ten_years_counted_by_hand() -> None:
    """2026 to 2035: 3652 days with the leap days of 2028 and 2032, 522 Mondays, 120 months, 40 quarters."""

    def total(deadline: Deadline) -> int:
        return sum(len(owed(deadline, year=year)) for year in TEN_YEARS)

    assert total(Recurring(freq=Freq.WEEKLY, weekdays=(1, 2, 3, 4, 5, 6, 7))) == 3652
    assert total(Recurring(freq=Freq.WEEKLY, weekdays=(1,))) == 522
    assert total(every(Freq.MONTHLY, "31")) == 120
    assert total(every(Freq.MONTHLY, "01", bound=Bound.BEFORE)) == 120
    assert total(every(Freq.QUARTERLY, "15")) == 40
    assert total(every(Freq.HALF_YEARLY, "06-15", "12-15")) == 20
    assert total(every(Freq.YEARLY, "02-29")) == 10


@settings(deadline=None)  # busy machines make single examples slow, not wrong
@given(
    st.lists(DEADLINES, max_size=5),
    st.integers(2025, 2029),
    RULES,
    st.dates(date(2025, 1, 1), date(2027, 1, 1)),
)
def test_whatever_the_deadlines_labels_are_unique_and_days_are_owed_in_their_year(
    deadlines: list[Deadline], year: int, days_off: DaysOff, signed_on: date
) -> None:
    events = {"x": date(2026, 8, 31)}
    found = owed(*deadlines, year=year, days_off=days_off, signed_on=signed_on, events=events)
    assert len({one.label for one in found}) == len(found)
    for one in found:
        assert one.label.isascii()
        assert str(year) in one.label or str(year + 1) in one.label or str(year - 1) in one.label
        if one.due_on is None:
            assert one.why
            assert one.reason is not Reason.STATED
        else:
            assert days_off is DaysOff.KEEP or LAW.is_working(one.due_on)
            assert abs(one.due_on - date(year, 7, 1)) < timedelta(days=200)


@settings(deadline=None)  # busy machines make single examples slow, not wrong
@given(RHYTHMS, st.integers(2025, 2029))
def test_moving_off_days_changes_days_and_never_which_occurrences_there_are(
    rhythm: Recurring, year: int
) -> None:
    kept, earlier, later = (owed(rhythm, year=year, days_off=rule) for rule in DaysOff)
    by_label = [{one.label: one.due_on for one in found} for found in (kept, earlier, later)]
    assert set(by_label[0]) == set(by_label[1]) == set(by_label[2])
    for label, day in by_label[0].items():
        if day is not None:
            assert (by_label[1][label] or date.max) <= day <= (by_label[2][label] or date.min)
