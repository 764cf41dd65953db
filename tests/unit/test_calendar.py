"""The working calendar: what the law says, what decisions change, and how working days are counted."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendar import CalendarError, DaysOff, Difference, Override, WorkingCalendar

LAW = WorkingCalendar()
DECIDED = date(2026, 1, 9)
DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


def override(day: date, *, works: bool, decision: str = "12/TB-BNV", note: str = "") -> Override:
    return Override(day, works, decision, DECIDED, note)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    days = draw(st.lists(st.dates(date(2025, 12, 1), date(2027, 1, 31)), unique=True, max_size=12))
    return WorkingCalendar(override(day, works=draw(st.booleans())) for day in days)


@pytest.mark.parametrize(
    "first_of_tet",
    [
        date(2024, 2, 10),
        date(2025, 1, 29),
        date(2026, 2, 17),
        date(2027, 2, 6),
        date(2028, 1, 26),
        date(2029, 2, 13),
        date(2030, 2, 2),  # a day before the Chinese new year: the lunar months are reckoned at UTC+7
        date(2031, 1, 23),
        date(2032, 2, 11),
        date(2033, 1, 31),
        date(2034, 2, 19),
        date(2035, 2, 8),
    ],
)
def test_tet_follows_the_moon_over_viet_nam(first_of_tet: date) -> None:
    assert LAW.why_off(first_of_tet) == "Tết Nguyên Đán"


@pytest.mark.parametrize(
    "tenth_of_third_month",
    [date(2024, 4, 18), date(2025, 4, 7), date(2026, 4, 26), date(2027, 4, 16), date(2028, 4, 4)],
)
def test_gio_to_is_the_tenth_of_the_third_lunar_month(tenth_of_third_month: date) -> None:
    assert (LAW.why_off(tenth_of_third_month) or "").startswith("Ngày Giỗ Tổ")


def test_offices_close_for_the_days_that_were_announced_for_tet_2026() -> None:
    assert LAW.count(date(2026, 2, 14), date(2026, 2, 22)) == 0
    assert LAW.is_working(date(2026, 2, 13))
    assert LAW.is_working(date(2026, 2, 23))


def test_new_year_2026_has_four_days_off_for_a_saturday_worked() -> None:
    assert LAW.count(date(2026, 1, 1), date(2026, 1, 4)) == 0
    assert LAW.why_off(date(2026, 1, 2)) == "Ngày nghỉ (thay cho ngày 10/01/2026)"
    assert LAW.is_working(date(2026, 1, 10))


@pytest.mark.parametrize(
    ("year", "off"),
    [
        (2025, "1/1 27/1 28/1 29/1 30/1 31/1 7/4 30/4 1/5 2/5 1/9 2/9"),
        (2026, "1/1 2/1 16/2 17/2 18/2 19/2 20/2 27/4 30/4 1/5 31/8 1/9 2/9 24/11"),
        (
            2027,
            "1/1 4/2 5/2 8/2 9/2 10/2 16/4 30/4 3/5 2/9 3/9 24/11",
        ),  # Tết and 02/9 as the law, not yet as decided
    ],
)
def test_the_days_off_between_monday_and_friday_are_those_announced(year: int, off: str) -> None:
    """Written down by hand from the announcements of each year; the table of phrases rests on them."""
    days = LAW.days_off(date(year, 1, 1), date(year, 12, 31))
    assert " ".join(f"{d.day.day}/{d.day.month}" for d in days if d.day.weekday() < 5) == off


def test_a_holiday_on_a_sunday_gives_the_monday_off() -> None:
    assert LAW.why_off(date(2026, 4, 27)) == "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"


def test_a_swapped_saturday_is_worked_and_its_day_is_off() -> None:
    assert LAW.is_working(date(2025, 4, 26))
    assert not LAW.is_working(date(2025, 5, 2))


def test_a_swap_across_new_year_is_known_in_both_years() -> None:
    assert not LAW.is_working(date(2018, 12, 31))
    assert LAW.is_working(date(2019, 1, 5))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 6, 13), "Thứ Bảy"),
        (date(2026, 6, 14), "Chủ nhật"),
        (date(2026, 6, 15), None),
        (date(2026, 1, 1), "Tết Dương lịch"),
        (date(2026, 4, 30), "Ngày Chiến thắng"),
    ],
)
def test_every_day_off_has_a_reason_in_vietnamese(day: date, why: str | None) -> None:
    assert LAW.why_off(day) == why


def test_a_decision_overrides_the_law_both_ways() -> None:
    calendar = WorkingCalendar(
        [
            override(date(2026, 6, 15), works=False, note="nghỉ tránh bão"),
            override(date(2026, 6, 20), works=True),
            override(date(2026, 6, 16), works=False),
        ]
    )
    assert calendar.why_off(date(2026, 6, 15)) == "nghỉ tránh bão"
    assert calendar.why_off(date(2026, 6, 16)) == "nghỉ theo 12/TB-BNV"
    assert calendar.is_working(date(2026, 6, 20))
    assert calendar.on_or_after(date(2026, 6, 13)) == date(2026, 6, 17)


def test_overlapping_overrides_are_refused_and_all_named() -> None:
    lines = [
        override(date(2026, 6, 15), works=False, decision="12/TB-BNV"),
        override(date(2026, 6, 15), works=True, decision="19/QĐ-UBND"),
        override(date(2026, 9, 3), works=False, decision="12/TB-BNV"),
        override(date(2026, 9, 3), works=False, decision="20/QĐ-UBND"),
        override(date(2026, 9, 4), works=False),
    ]
    with pytest.raises(CalendarError) as refused:
        WorkingCalendar(lines)
    said = str(refused.value)
    assert "15/06/2026 nghỉ theo 12/TB-BNV" in said
    assert "15/06/2026 làm việc theo 19/QĐ-UBND" in said
    assert "20/QĐ-UBND" in said
    assert "04/09/2026" not in said


def test_an_override_without_a_decision_is_refused() -> None:
    with pytest.raises(CalendarError, match="2026-06-15"):
        WorkingCalendar([override(date(2026, 6, 15), works=False, decision=" ")])


def test_a_year_beyond_the_known_moon_is_refused_and_not_guessed() -> None:
    with pytest.raises(CalendarError, match="2199"):
        LAW.is_working(date(2199, 1, 1))


def test_what_a_decision_changes_is_listed_with_both_reasons() -> None:
    changed = WorkingCalendar(
        [override(date(2026, 6, 20), works=True), override(date(2026, 6, 21), works=False)]
    )
    assert LAW.differences(changed, date(2026, 1, 1), date(2026, 12, 31)) == [
        Difference(date(2026, 6, 20), "Thứ Bảy", None)
    ]


def test_the_list_of_days_off_leaves_plain_weekends_out_unless_asked() -> None:
    off = LAW.days_off(date(2026, 4, 24), date(2026, 5, 3))
    assert [one.day for one in off] == [
        date(2026, 4, 26),
        date(2026, 4, 27),
        date(2026, 4, 30),
        date(2026, 5, 1),
    ]
    assert len(LAW.days_off(date(2026, 4, 24), date(2026, 5, 3), weekends=True)) == 7


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        (DaysOff.KEEP, date(2026, 2, 17)),
        (DaysOff.EARLIER, date(2026, 2, 13)),
        (DaysOff.LATER, date(2026, 2, 23)),
    ],
)
def test_a_deadline_in_tet_moves_as_the_plan_says(rule: DaysOff, day: date) -> None:
    assert LAW.move(date(2026, 2, 17), rule) == day


def test_ten_working_days_count_without_the_first_day_and_offices_may_count_it() -> None:
    """Bộ luật Dân sự 2015, Điều 147.2, against a notice that names both ends of its ten working days."""
    assert LAW.shift(date(2025, 11, 20), 10) == date(2025, 12, 4)
    assert LAW.shift(date(2025, 11, 20), 10, with_first=True) == date(2025, 12, 3)
    assert LAW.count(date(2025, 11, 20), date(2025, 12, 3)) == 10
    assert LAW.count(date(2025, 11, 20), date(2025, 12, 3), with_first=False) == 9
    assert LAW.count(date(2025, 11, 20), date(2025, 12, 3), with_first=False, with_last=False) == 8


def test_working_days_skip_tet_in_both_directions() -> None:
    assert LAW.shift(date(2026, 2, 12), 3) == date(2026, 2, 24)
    assert LAW.shift(date(2026, 2, 24), -3) == date(2026, 2, 12)


def test_counting_backwards_from_an_empty_span_gives_nothing() -> None:
    assert LAW.count(date(2026, 6, 15), date(2026, 6, 15), with_first=False, with_last=False) == 0
    assert LAW.count(date(2026, 6, 16), date(2026, 6, 15)) == 0


def _walk(calendar: WorkingCalendar, day: date, n: int) -> date:
    step = timedelta(days=1 if n > 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= calendar.is_working(day)
    return day


@settings(deadline=None)  # busy machines make single examples slow, not wrong
@given(calendars(), st.dates(date(2025, 6, 1), date(2027, 6, 30)), st.integers(-300, 300))
def test_shifting_agrees_with_walking_day_by_day(calendar: WorkingCalendar, day: date, n: int) -> None:
    assert calendar.shift(day, n) == _walk(calendar, day, n)


@settings(deadline=None)  # busy machines make single examples slow, not wrong
@given(calendars(), st.dates(date(2025, 6, 1), date(2027, 6, 30)), st.integers(0, 500))
def test_counting_agrees_with_asking_each_day(calendar: WorkingCalendar, first: date, length: int) -> None:
    days = [first + timedelta(days=number) for number in range(length + 1)]
    assert calendar.count(first, days[-1]) == sum(calendar.is_working(day) for day in days)
    assert calendar.working_days(first, days[-1]) == [day for day in days if calendar.is_working(day)]


@settings(deadline=None)  # busy machines make single examples slow, not wrong
@given(DAYS, st.integers(1, 600))
def test_shifting_there_and_back_ends_on_the_same_working_day(day: date, n: int) -> None:
    start = LAW.on_or_after(day)
    assert LAW.shift(LAW.shift(start, n), -n) == start
    assert LAW.count(start, LAW.shift(start, n), with_first=False) == n


@settings(deadline=None)  # busy machines make single examples slow, not wrong
@given(DAYS)
def test_moved_deadlines_land_on_the_nearest_working_day_of_their_side(day: date) -> None:
    earlier, later = LAW.move(day, DaysOff.EARLIER), LAW.move(day, DaysOff.LATER)
    assert earlier <= day <= later
    assert LAW.is_working(earlier)
    assert LAW.is_working(later)
    assert LAW.count(earlier, later) == (1 if LAW.is_working(day) else 2)


@settings(deadline=None)  # busy machines make single examples slow, not wrong
@given(DAYS)
def test_a_day_is_worked_exactly_when_it_has_no_reason_to_be_off(day: date) -> None:
    assert LAW.is_working(day) == (LAW.why_off(day) is None)
