"""Next year's draft: what comes again a year later, what stays, what is dropped, and what is carried over."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.calendar import DaysOff, WorkingCalendar
from plan.deadlines import Bound, Deadline, Fixed, Ongoing, Period, Recurring, Relative
from plan.lifecycle import WorkState
from plan.rollover import (
    By,
    Change,
    Done,
    Line,
    Redate,
    RolloverError,
    YearItem,
    propose,
    redated,
    reworded,
    weekday_on,
    year_on,
)

CALENDAR = WorkingCalendar()


def item(*deadlines: Deadline, **changes: Any) -> YearItem:
    values: dict[str, Any] = {
        "item_id": 1,
        "code": "II.1",
        "text": "Tổ chức hội nghị",
        "units": ("so-a", "so-b"),
        "done": (),
    }
    return YearItem(**{**values, "deadlines": deadlines, **changes})


def one(subject: YearItem, **options: Any) -> Line:
    (line,) = propose([subject], year=2021, calendar=CALENDAR, **options)
    return line


@pytest.mark.parametrize(
    ("old", "text", "new"),
    [
        (date(2021, 5, 20), "Hội nghị", date(2022, 5, 20)),
        (date(2021, 10, 15), "Hội nghị", date(2022, 10, 14)),  # a Saturday: the Friday before
        (date(2021, 10, 16), "Hội nghị", date(2022, 10, 16)),  # it was a day off already, and meant
        (date(2021, 2, 28), "Hội nghị", date(2022, 2, 28)),
        (date(2021, 4, 30), "Hội nghị", date(2022, 4, 30)),
        (date(2021, 9, 1), "Hội nghị", date(2022, 8, 31)),  # 01 and 02/9 are both off in 2022
        (
            date(2021, 2, 5),
            "Thăm hỏi, chúc Tết đồng bào",
            date(2022, 1, 25),
        ),  # a week before Tết in both years
        (
            date(2021, 2, 5),
            "Báo cáo thành tích",
            date(2022, 1, 28),
        ),  # no Tết in its words: the day before Tết's days off
    ],
)
def test_a_day_comes_again_a_year_later(old: date, text: str, new: date) -> None:
    got, _ = redated(Fixed(date=old), text, 2021, CALENDAR)
    assert got == Fixed(date=new)


def test_the_day_before_which_it_is_due_keeps_its_reading() -> None:
    got, why = redated(Fixed(date=date(2021, 10, 16), bound=Bound.BEFORE), "Báo cáo", 2021, CALENDAR)
    assert got == Fixed(date=date(2022, 10, 15), bound=Bound.BEFORE)
    assert "15/10/2022 là ngày nghỉ (Thứ Bảy)" in why


@pytest.mark.parametrize(
    ("old", "bound", "days_off", "new"),
    [
        (date(2025, 6, 13), Bound.BY, DaysOff.EARLIER, date(2026, 6, 12)),  # the second Friday of June again
        (
            date(2025, 10, 1),
            Bound.BY,
            DaysOff.EARLIER,
            date(2026, 10, 7),
        ),  # the Wednesday before is in September
        (date(2025, 7, 31), Bound.BY, DaysOff.EARLIER, date(2026, 7, 30)),
        (date(2025, 12, 31), Bound.BY, DaysOff.EARLIER, date(2026, 12, 30)),
        (
            date(2024, 2, 29),
            Bound.BY,
            DaysOff.EARLIER,
            date(2025, 2, 27),
        ),  # a Thursday; 29/02 does not come again
        (
            date(2025, 6, 13),
            Bound.BEFORE,
            DaysOff.EARLIER,
            date(2026, 6, 12),
        ),  # up to Thursday the 12th: the 11th
        (
            date(2025, 2, 17),
            Bound.BY,
            DaysOff.EARLIER,
            date(2026, 2, 13),
        ),  # Monday 16/02/2026 is the eve of Tết
        (date(2025, 2, 17), Bound.BY, DaysOff.LATER, date(2026, 2, 23)),  # the Monday after Tết's days off
        (date(2025, 2, 17), Bound.BY, DaysOff.KEEP, date(2026, 2, 16)),
        (date(2025, 2, 18), Bound.BEFORE, DaysOff.LATER, date(2026, 2, 24)),
        (date(2025, 6, 14), Bound.BY, DaysOff.EARLIER, date(2026, 6, 13)),  # a Saturday then and now
    ],
)
def test_a_day_comes_again_on_the_same_weekday(old: date, bound: Bound, days_off: DaysOff, new: date) -> None:
    way = Redate(By.WEEKDAY, days_off)
    got, why = redated(Fixed(date=old, bound=bound), "Báo cáo", old.year, CALENDAR, way)
    assert got == Fixed(date=new, bound=bound)
    assert why.startswith("cùng ")


def test_an_item_may_be_re_dated_in_its_own_way() -> None:
    days = (item(Fixed(date=date(2021, 5, 20))), item(Fixed(date=date(2021, 5, 20)), code="II.2"))
    lines = propose(days, year=2021, calendar=CALENDAR, by_item={"II.2": Redate(By.WEEKDAY)})
    assert [line.deadlines for line in lines] == [
        (Fixed(date=date(2022, 5, 20)),),
        (Fixed(date=date(2022, 5, 19)),),
    ]
    assert lines[1].why == ("cùng thứ Năm: 20/05/2021 → 19/05/2022",)


@given(st.dates(date(2015, 1, 1), date(2040, 12, 31)))
def test_the_same_weekday_is_in_the_same_month_and_within_a_week(day: date) -> None:
    new = weekday_on(day)
    assert (new.weekday(), new.month, new.year) == (day.weekday(), day.month, day.year + 1)
    assert abs((new - year_on(day)).days) <= 6


@pytest.mark.parametrize(
    "deadline",
    [
        Recurring(freq="quarterly"), Ongoing(), Relative(days=10, anchor="ngày nhận"),  # type: ignore[arg-type]
        Fixed(date=date(2023, 5, 1)), Period(start=date(2021, 1, 1), end=date(2025, 12, 31)), Period(start=date(2021, 1, 1)),
    ],
)  # fmt: skip
def test_rhythms_and_what_ends_later_stay(deadline: Deadline) -> None:
    line = one(item(deadline))
    assert (line.change, line.deadlines) == (Change.KEPT, (deadline,))


def test_a_span_within_the_year_moves_as_a_whole() -> None:
    line = one(item(Period(start=date(2021, 7, 1), end=date(2021, 9, 30))))
    assert (line.change, line.deadlines) == (
        Change.REDATED,
        (Period(start=date(2022, 7, 1), end=date(2022, 9, 30)),),
    )


def test_a_span_of_years_that_ends_and_what_was_cancelled_are_dropped() -> None:
    assert one(item(Period(start=date(2017, 1, 1), end=date(2021, 12, 31)))).change is Change.DROPPED
    gone = (Done(7, "so-a", "2021", date(2021, 5, 20), WorkState.CANCELLED),)
    assert one(item(Fixed(date=date(2021, 5, 20)), done=gone)).why == ("đã hủy trong năm",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Kế hoạch năm 2021 của thành phố", "Kế hoạch năm 2022 của thành phố"),
        ("trong tháng 9/2021 và quý III/2021", "trong tháng 9/2022 và quý III/2022"),
        ("trước ngày 05/6/2021", "trước ngày 05/6/2022"),
        ("theo Nghị định số 12/2021/NĐ-CP", "theo Nghị định số 12/2021/NĐ-CP"),
        (
            "Quyết định số 5/QĐ-UBND ngày 02/3/2021 về năm 2021",
            "Quyết định số 5/QĐ-UBND ngày 02/3/2021 về năm 2022",
        ),
        ("giai đoạn 2021 - 2025", "giai đoạn 2021 - 2025"),
        ("từ năm 2019 đến năm 2020", "từ năm 2019 đến năm 2020"),
        ("trước ngày 31/02/2021", "trước ngày 31/02/2021"),
    ],
)
def test_years_in_the_words_follow_but_papers_and_spans_stay(old: str, new: str) -> None:
    assert reworded(old, 2021, {})[0] == new


def test_the_words_follow_the_days_that_the_deadline_got() -> None:
    line = one(
        item(
            Fixed(date=date(2021, 10, 15)),
            text="Hội nghị ngày 15/10/2021, theo Kế hoạch số 92/KH-UBND ngày 06/4/2021",
        )
    )
    assert line.change is Change.REWORDED
    assert line.text == "Hội nghị ngày 14/10/2022, theo Kế hoạch số 92/KH-UBND ngày 06/4/2021"
    assert any("giữ nguyên" in why for why in line.why)


def test_what_is_unfinished_is_carried_over_under_the_unit_that_follows() -> None:
    done = (
        Done(1, "so-a", "2021", date(2021, 5, 20), WorkState.RECEIVED),
        Done(2, "so-b", "2021", date(2021, 5, 20), WorkState.COMPLETED),
        Done(3, "so-b", "2021-khac", None, WorkState.SUSPENDED),
        Done(4, "so-b", "2021-H1", date(2021, 6, 14), WorkState.SUBMITTED),
    )
    line = one(item(Fixed(date=date(2021, 5, 20)), done=done), units={"so-a": ["so-c"], "so-b": ["so-c"]})
    assert line.units == ("so-c",)
    assert [(c.assignment_id, c.unit, c.due_on) for c in line.carried] == [
        (1, "so-c", date(2022, 3, 31)),
        (3, "so-c", None),
    ]


def test_a_map_of_units_follows_chains_and_splits_and_refuses_circles() -> None:
    mapped = {"so-a": ["x", "y"], "x": ["z"]}
    assert one(item(), units=mapped).units == ("z", "y", "so-b")
    with pytest.raises(RolloverError, match="so-a → so-b → so-a"):
        one(item(), units={"so-a": ["so-b"], "so-b": ["so-a"]})


@given(st.dates(date(2015, 1, 1), date(2040, 12, 31)), st.sampled_from(list(Bound)))
def test_no_working_day_becomes_a_day_off(day: date, bound: Bound) -> None:
    """By whatever reading: whoever could hand in on the last day can do so again, at most two weeks earlier."""
    back = timedelta(days=bound is Bound.BEFORE)
    new, _ = redated(Fixed(date=day, bound=bound), "Báo cáo", (day - back).year, CALENDAR)
    assert isinstance(new, Fixed)
    assert CALENDAR.is_working(new.date - back) or not CALENDAR.is_working(day - back)
    assert timedelta() <= year_on(day) - new.date <= timedelta(days=14)
