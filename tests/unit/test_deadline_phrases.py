"""Deadline phrases as offices write them, and the days on which they fall due in 2025, 2026 and 2027.

Each year stands for a plan of that year, signed on 12 January, whose deadlines on a day off move to the next working
day. The days were worked out by hand with a printed calendar of the three years. Read a cell like this: "14/11" is due
on that day, "3/2@17:00" at that hour, "1/3/2027" in another year; "?" is owed without a day, "?14/3" suggests one; an
empty cell owes nothing. A long row gives its number, its first two days and its last.
"""

from collections.abc import Sequence
from datetime import date

import pytest

from documents.deadlines import parse_deadlines
from plan.calendar import DaysOff, WorkingCalendar
from plan.deadlines import Deadline, Relative
from plan.occurrences import Occurrence, occurrences

LAW = WorkingCalendar()
YEARS = (2025, 2026, 2027)

PHRASES = [
    # Một ngày, "trước"
    ("trước ngày 15/11", "14/11", "16/11", "15/11"),
    ("trước ngày 15/11/2026", "?", "16/11", ""),
    ("Trước ngày 01 tháng 7 năm 2026", "?", "30/6", ""),
    ("hoàn thành trước ngày 20/10/2025", "20/10", "", ""),
    ("trước 20/10", "20/10", "19/10", "19/10"),
    ("Xong trước ngày 05/9/2027", "?", "?", "6/9"),
    ("trước ngày 01/01/2027", "?", "31/12", ""),
    ("trước tháng 6/2026", "?", "1/6", ""),
    ("trước quý III/2026", "?", "30/6", ""),
    ("trước năm 2028", "?", "?", "31/12"),
    ("Trước ngày 30/4", "29/4", "29/4", "29/4"),
    ("trước ngày 02.9.2026", "?", "3/9", ""),
    ("trước ngày 10-3-2026", "?", "9/3", ""),
    ("trình trước ngày 28 tháng 02 năm 2027", "?", "?", "1/3"),
    # Một ngày, kể cả ngày đó
    ("chậm nhất ngày 15/11", "17/11", "16/11", "15/11"),
    ("chậm nhất là ngày 31/3/2026", "?", "31/3", ""),
    ("Chậm nhất ngày 20 tháng 12 năm 2026", "?", "21/12", ""),
    ("không muộn hơn ngày 15/8/2026", "?", "17/8", ""),
    ("muộn nhất ngày 10/5/2027", "?", "?", "10/5"),
    ("đến ngày 30/6/2026", "?", "30/6", ""),
    ("hạn cuối: 25/10/2026", "?", "26/10", ""),
    ("hạn chót ngày 25/5/2025", "26/5", "", ""),
    ("ngày 20/11/2026", "?", "20/11", ""),
    ("vào ngày 03/02/2026", "?", "3/2", ""),
    ("Ngày 19 tháng 5", "19/5", "19/5", "19/5"),
    ("hết ngày 31/12/2026", "?", "31/12", ""),
    ("không quá ngày 14/02/2026", "?", "23/2", ""),
    ("hoàn thành chậm nhất ngày 29/02/2028", "?", "?", "?"),
    ("chậm nhất trong năm 2026", "?", "31/12", ""),
    ("chậm nhất hết quý II/2026", "?", "30/6", ""),
    ("chậm nhất trong tháng 8", "3/9", "3/9", "31/8"),
    ("xong chậm nhất ngày 06/9", "8/9", "7/9", "6/9"),
    # Có giờ
    ("trước 17 giờ 00 ngày 03/02/2026", "?", "3/2@17:00", ""),
    ("trước 11h30 ngày 15/6/2026", "?", "15/6@11:30", ""),
    ("chậm nhất 16 giờ ngày 18/12/2026", "?", "18/12@16:00", ""),
    ("trước 10 giờ 30 phút ngày 25/9", "25/9@10:30", "25/9@10:30", "27/9@10:30"),
    ("trước 9h00’ ngày 17/02/2026", "?", "23/2@09:00", ""),
    # Tháng
    ("tháng 9", "30/9", "30/9", "30/9"),
    ("Tháng 12/2026", "?", "31/12", ""),
    ("trong tháng 3/2026", "?", "31/3", ""),
    ("Hoàn thành trong tháng 02 năm 2027", "?", "?", "1/3"),
    ("tháng 02", "28/2", "2/3", "1/3"),
    ("10/2026", "?", "2/11", ""),
    ("cuối tháng 4/2026", "?", "4/5", ""),
    ("giữa tháng 8/2026", "?", "17/8", ""),
    ("đầu tháng 10/2026", "?", "1/10", ""),
    ("tháng 6, tháng 7", "31/7", "31/7", "2/8"),
    ("tháng 5/2026 đến tháng 8/2026", "?", "3/9", ""),
    ("từ tháng 11/2026 đến tháng 02/2027", "?", "?", "1/3"),
    ("tháng 4 - 6/2026", "?", "30/6", ""),
    ("trước ngày cuối tháng 5", "30/5", "1/6", "31/5"),
    # Quý, nửa năm
    ("Quý I", "31/3", "31/3", "31/3"),
    ("quý II/2026", "?", "30/6", ""),
    ("Trong quý III năm 2026", "?", "30/9", ""),
    ("Quý IV/2025 và Quý I/2026", "?", "31/3", ""),
    ("quý I, quý II năm 2026", "?", "30/6", ""),
    ("quý 4/2027", "?", "?", "31/12"),
    ("cuối quý I/2026", "?", "31/3", ""),
    ("Từ tháng 12/2026 đến quý II/2027", "?", "?", "30/6"),
    ("6 tháng đầu năm 2026", "?", "30/6", ""),
    ("6 tháng cuối năm", "31/12", "31/12", "31/12"),
    ("hoàn thành trong 6 tháng đầu năm", "30/6", "30/6", "30/6"),
    # Năm, giai đoạn
    ("năm 2026", "?", "31/12", ""),
    ("2027", "?", "?", "31/12"),
    ("Trong năm 2025", "31/12", "", ""),
    ("cuối năm 2026", "?", "31/12", ""),
    ("giữa năm 2026", "?", "30/6", ""),
    ("đầu năm 2027", "?", "?", "4/1"),
    ("2026 - 2027", "?", "?", "31/12"),
    ("giai đoạn 2025-2030", "?", "?", "?"),
    ("Giai đoạn 2025 - 2026", "?", "31/12", ""),
    ("từ năm 2024 đến hết năm 2026", "?", "31/12", ""),
    ("2026 và những năm tiếp theo", "?", "?", "?"),
    ("năm 2025 và các năm tiếp theo", "?", "?", "?"),
    ("Từ nay đến hết năm 2027", "?", "?", "31/12"),
    ("từ nay đến tháng 10", "31/10", "2/11", "1/11"),
    ("Từ ngày 01/7/2026", "?", "?", "?"),
    # Khoảng ngày
    ("từ ngày 10/3/2026 đến ngày 25/3/2026", "?", "25/3", ""),
    ("từ ngày 05 đến ngày 09 tháng 10 năm 2026", "?", "9/10", ""),
    ("từ 15/8 đến 15/9/2026", "?", "15/9", ""),
    ("từ ngày 20/12/2026 đến ngày 10/01/2027", "?", "?", "11/1"),
    ("từ ngày 01/12/2025 đến 17 giờ 00 ngày 20/01/2026", "?", "20/1@17:00", ""),
    ("10 - 12/6/2026", "?", "12/6", ""),
    ("từ 01/11 đến hết 30/11", "1/12", "30/11", "30/11"),
    # Định kỳ có ngày
    (
        "trước ngày 20 hằng tháng",
        "20/1 19/2 19/3 21/4 19/5 19/6 21/7 19/8 19/9 20/10 19/11 19/12",
        "19/1 23/2 19/3 20/4 19/5 19/6 20/7 19/8 21/9 19/10 19/11 21/12",
        "19/1 19/2 19/3 19/4 19/5 21/6 19/7 19/8 20/9 19/10 19/11 20/12",
    ),
    (
        "ngày 05 hàng tháng",
        "5/2 5/3 8/4 5/5 5/6 7/7 5/8 5/9 6/10 5/11 5/12",
        "5/2 5/3 6/4 5/5 5/6 6/7 5/8 7/9 5/10 5/11 7/12",
        "11/2 5/3 5/4 5/5 7/6 5/7 5/8 6/9 5/10 5/11 6/12",
    ),
    (
        "chậm nhất ngày 25 hằng tháng",
        "3/2 25/2 25/3 25/4 26/5 25/6 25/7 25/8 25/9 27/10 25/11 25/12",
        "26/1 25/2 25/3 28/4 25/5 25/6 27/7 25/8 25/9 26/10 25/11 25/12",
        "25/1 25/2 25/3 26/4 25/5 25/6 26/7 25/8 27/9 25/10 25/11 27/12",
    ),
    (
        "trước ngày 31 hằng tháng",
        "3/2 28/2 31/3 5/5 30/5 30/6 30/7 3/9 30/9 30/10 1/12 30/12",
        "30/1 2/3 30/3 4/5 1/6 30/6 30/7 3/9 30/9 30/10 30/11 30/12",
        "1/2 1/3 30/3 4/5 31/5 30/6 30/7 30/8 30/9 1/11 30/11 30/12",
    ),
    ("trước ngày 15 tháng cuối quý", "14/3 16/6 15/9 15/12", "16/3 15/6 14/9 14/12", "15/3 14/6 14/9 14/12"),
    (
        "định kỳ hằng quý trước ngày 20 của tháng cuối quý",
        "19/3 19/6 19/9 19/12",
        "19/3 19/6 21/9 21/12",
        "19/3 21/6 20/9 20/12",
    ),
    ("trước ngày 20/11 hằng năm", "19/11", "19/11", "19/11"),
    ("Hằng năm, trước ngày 10 tháng 12", "9/12", "9/12", "9/12"),
    ("định kỳ hằng năm (trước ngày 25/12)", "24/12", "24/12", "24/12"),
    ("Tháng 10 hằng năm", "31/10", "2/11", "1/11"),
    ("đến ngày 30 tháng 6 hằng năm", "30/6", "30/6", "30/6"),
    ("quý I hằng năm", "31/3", "31/3", "31/3"),
    ("trước ngày 15/6 và ngày 15/12 hằng năm", "16/6 15/12", "15/6 14/12", "14/6 14/12"),
    ("định kỳ 6 tháng (trước ngày 15/6) và năm (trước ngày 15/12)", "16/6 15/12", "15/6 14/12", "14/6 14/12"),
    ("báo cáo 6 tháng trước ngày 10/6, báo cáo năm trước ngày 10/12", "9/6 9/12", "9/6 9/12", "9/6 9/12"),
    (
        "Định kỳ hàng tháng (trước ngày 20 hàng tháng), 6 tháng (trước ngày 20/6), tổng kết năm (trước ngày 25/11 hàng năm)",
        "14: 20/1 19/2 … 19/12",
        "14: 19/1 23/2 … 21/12",
        "14: 19/1 19/2 … 20/12",
    ),
    (
        "báo cáo quý trước ngày 10/3, 10/6, 10/9 và 10/12",
        "10/3 9/6 9/9 9/12",
        "9/3 9/6 9/9 9/12",
        "9/3 9/6 9/9 9/12",
    ),
    (
        "hằng quý, chậm nhất ngày 14 tháng cuối quý",
        "14/3 16/6 15/9 15/12",
        "16/3 15/6 14/9 14/12",
        "15/3 14/6 14/9 14/12",
    ),
    ("thứ Sáu hằng tuần", "50: 17/1 24/1 … 26/12", "50: 16/1 23/1 … 25/12", "51: 15/1 22/1 … 31/12"),
    (
        "trước 16 giờ thứ Năm hằng tuần",
        "50: 16/1@16:00 23/1@16:00 … 25/12@16:00",
        "51: 15/1@16:00 22/1@16:00 … 31/12@16:00",
        "51: 14/1@16:00 21/1@16:00 … 30/12@16:00",
    ),
    (
        "15 giờ 00 Chủ nhật hàng tuần",
        "51: 13/1@15:00 20/1@15:00 … 29/12@15:00",
        "50: 19/1@15:00 26/1@15:00 … 28/12@15:00",
        "50: 18/1@15:00 25/1@15:00 … 27/12@15:00",
    ),
    (
        "trước 17h00 hằng ngày",
        "243: 13/1@17:00 14/1@17:00 … 31/12@17:00",
        "243: 12/1@17:00 13/1@17:00 … 31/12@17:00",
        "243: 12/1@17:00 13/1@17:00 … 31/12@17:00",
    ),
    ("Hằng ngày", "243: 13/1 14/1 … 31/12", "243: 12/1 13/1 … 31/12", "243: 12/1 13/1 … 31/12"),
    ("trước ngày 29/02 hằng năm", "28/2", "2/3", "1/3"),
    ("trước ngày 10 tháng 01 của năm tiếp theo", "?", "?", "?"),
    (
        "mỗi tháng, trước ngày 08",
        "7/2 7/3 8/4 7/5 9/6 7/7 7/8 8/9 7/10 7/11 8/12",
        "9/2 9/3 7/4 7/5 8/6 7/7 7/8 7/9 7/10 9/11 7/12",
        "11/2 8/3 7/4 7/5 7/6 7/7 9/8 7/9 7/10 8/11 7/12",
    ),
    # Định kỳ không có ngày
    ("Hằng năm", "?14/12", "?14/12", "?14/12"),
    (
        "hàng tháng",
        "?14/1 ?14/2 ?14/3 ?14/4 ?14/5 ?14/6 ?14/7 ?14/8 ?14/9 ?14/10 ?14/11 ?14/12",
        "?14/1 ?14/2 ?14/3 ?14/4 ?14/5 ?14/6 ?14/7 ?14/8 ?14/9 ?14/10 ?14/11 ?14/12",
        "?14/1 ?14/2 ?14/3 ?14/4 ?14/5 ?14/6 ?14/7 ?14/8 ?14/9 ?14/10 ?14/11 ?14/12",
    ),
    ("định kỳ hằng quý", "?14/3 ?14/6 ?14/9 ?14/12", "?14/3 ?14/6 ?14/9 ?14/12", "?14/3 ?14/6 ?14/9 ?14/12"),
    ("Định kỳ 6 tháng", "?14/6 ?14/12", "?14/6 ?14/12", "?14/6 ?14/12"),
    ("định kỳ 6 tháng, năm", "?14/6 ?14/12 ?14/12", "?14/6 ?14/12 ?14/12", "?14/6 ?14/12 ?14/12"),
    ("hằng tuần", "?", "?", "?"),
    ("một năm hai lần", "?14/6 ?14/12", "?14/6 ?14/12", "?14/6 ?14/12"),
    ("ít nhất 01 lần/năm", "?14/12", "?14/12", "?14/12"),
    ("mỗi quý một lần", "?14/3 ?14/6 ?14/9 ?14/12", "?14/3 ?14/6 ?14/9 ?14/12", "?14/3 ?14/6 ?14/9 ?14/12"),
    (
        "Thường xuyên, định kỳ hằng quý báo cáo",
        "?14/3 ?14/6 ?14/9 ?14/12 ?",
        "?14/3 ?14/6 ?14/9 ?14/12 ?",
        "?14/3 ?14/6 ?14/9 ?14/12 ?",
    ),
    (
        "Định kỳ tháng, quý, năm",
        "17: ?14/1 ?14/2 … ?14/12",
        "17: ?14/1 ?14/2 … ?14/12",
        "17: ?14/1 ?14/2 … ?14/12",
    ),
    # Thường xuyên, không rõ
    ("Thường xuyên", "?", "?", "?"),
    ("Nhiệm vụ thường xuyên trong năm", "?", "?", "?"),
    ("thường xuyên, liên tục", "?", "?", "?"),
    ("Theo kế hoạch riêng", "?", "?", "?"),
    ("Khi có yêu cầu", "?", "?", "?"),
    ("Theo tiến độ được phê duyệt", "?", "?", "?"),
    ("đột xuất khi có chỉ đạo", "?", "?", "?"),
    ("Định kỳ", "?", "?", "?"),
    ("Theo Kế hoạch công tác năm", "?", "?", "?"),
    # Theo sự kiện
    ("trong thời hạn 05 ngày làm việc kể từ ngày ký ban hành Kế hoạch", "17/1", "19/1", "19/1"),
    ("trong 15 ngày kể từ ngày ban hành Kế hoạch này", "3/2", "27/1", "27/1"),
    # Nhiều thời hạn
    ("Dự kiến ngày 10/9/2026 (chậm nhất ngày 18/9/2026)", "?", "18/9", ""),
    ("Hoàn thành trong quý I năm 2026, sau đó thường xuyên", "? ?", "31/3 ?", "?"),
    ("Tháng 4/2026 và tháng 10/2026", "? ?", "4/5 2/11", ""),
    ("trước ngày 15/4/2026 và trước ngày 15/10/2026", "? ?", "14/4 14/10", ""),
    ("Thường xuyên; báo cáo trước ngày 15/12/2026", "? ?", "14/12 ?", "?"),
    ("Ban hành trong tháng 01/2026; sơ kết trước ngày 10/7/2026", "? ?", "2/2 9/7", ""),
]

AFTER_EVENTS = [
    # The event is on 2 March: a Sunday in 2025, a Monday in 2026, a Tuesday in 2027.
    ("trong 10 ngày kể từ ngày nhận được Kế hoạch này", "12/3", "12/3", "12/3"),
    ("sau 07 ngày kể từ ngày kết thúc hội nghị", "10/3", "9/3", "9/3"),
    ("ngay sau khi kết thúc đợt tuyên truyền", "?3/3", "?3/3", "?3/3"),
    ("Sau khi có hướng dẫn của Bộ", "?3/3", "?3/3", "?3/3"),
    ("trước ngày khai mạc 20 ngày", "10/2", "10/2", "11/2"),
    ("trước ngày bầu cử 40 ngày", "21/1", "21/1", "21/1"),
    ("chậm nhất 03 ngày làm việc sau khi kết thúc tập huấn", "5/3", "5/3", "5/3"),
    ("trong vòng 30 ngày kể từ ngày có quyết định", "1/4", "1/4", "1/4"),
]


def _day(one: Occurrence, year: int) -> str:
    day = one.due_on or one.suggested_on
    if day is None:
        return "?"
    elsewhere = "" if day.year == year else f"/{day.year}"
    hour = f"@{one.due_time:%H:%M}" if one.due_time else ""
    return f"{'' if one.due_on else '?'}{day.day}/{day.month}{elsewhere}{hour}"


def _cell(found: Sequence[Occurrence], year: int) -> str:
    days = [_day(one, year) for one in found]
    return " ".join(days) if len(days) <= 12 else f"{len(days)}: {days[0]} {days[1]} … {days[-1]}"


def _read(phrase: str, year: int) -> list[Deadline]:
    return parse_deadlines(phrase, year=year, signed_on=date(year, 1, 12))


def _owed(deadlines: list[Deadline], year: int, events: dict[str, date]) -> str:
    found = occurrences(
        deadlines,
        year=year,
        calendar=LAW,
        days_off=DaysOff.LATER,
        signed_on=date(year, 1, 12),
        events=events,
    )
    return _cell(found, year)


@pytest.mark.parametrize(("phrase", "in_2025", "in_2026", "in_2027"), PHRASES)
def test_a_phrase_gives_the_days_that_a_careful_reader_finds(
    phrase: str, in_2025: str, in_2026: str, in_2027: str
) -> None:
    assert [_owed(_read(phrase, year), year, {}) for year in YEARS] == [in_2025, in_2026, in_2027]


@pytest.mark.parametrize(("phrase", "in_2025", "in_2026", "in_2027"), AFTER_EVENTS)
def test_a_phrase_about_an_event_waits_for_it_and_then_counts_from_it(
    phrase: str, in_2025: str, in_2026: str, in_2027: str
) -> None:
    found: list[str] = []
    for year in YEARS:
        deadlines = _read(phrase, year)
        assert _owed(deadlines, year, {}) == "?"
        events = {one.anchor: date(year, 3, 2) for one in deadlines if isinstance(one, Relative)}
        found.append(_owed(deadlines, year, events))
    assert found == [in_2025, in_2026, in_2027]
