"""Which words in a sentence are its deadline, and which only look like one."""

import datetime as dt

import pytest

from documents.deadlines import find_due
from plan.deadlines import Bound, Fixed, Freq, Ongoing, Other, Period, Recurring, Relative
from tests.unit.reading import items, only

SIGNED = dt.date(2026, 1, 15)


def _due(sentence: str, year: int | None = 2026) -> list[object]:
    found = find_due(sentence, year=year, signed_on=SIGNED)
    return list(found.due) if found else []


@pytest.mark.parametrize(
    "sentence",
    [
        "Triển khai Nghị quyết số 27/NQ-TW ngày 09/11/2022 của Ban Chấp hành Trung ương.",
        "Thực hiện Quyết định số 118/2008/QĐ-TTg ngày 27 tháng 8 năm 2008 của Thủ tướng.",
        "Tuyên truyền Luật Đất đai năm 2024.",
        "Bố trí kinh phí trong dự toán ngân sách nhà nước hằng năm.",
        "Lồng ghép vào kế hoạch phát triển kinh tế - xã hội hằng năm của địa phương.",
        "Đối với nhiệm vụ triển khai trong năm 2026, các đơn vị chủ động bố trí vốn.",
        "Thực hiện Chương trình giai đoạn 2026 - 2030.",
        "Sử dụng kinh phí chi thường xuyên.",
        "Thu hồi kinh phí đến ngày 30/6 chưa phân bổ.",
        "Tổ chức Ngày hội trồng cây.",
        "Kỷ niệm Ngày Quốc tế Phụ nữ 8/3.",
        "Số liệu báo cáo tính từ ngày 15 tháng 12 năm trước đến ngày 14 tháng 12 của kỳ báo cáo.",
        "",
    ],
)
def test_dates_of_papers_names_of_plans_and_money_are_no_deadlines(sentence: str):
    assert _due(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        (
            "Gửi báo cáo về Sở Y tế trước ngày 15/11/2026.",
            [Fixed(date=dt.date(2026, 11, 15), bound=Bound.BEFORE)],
        ),
        ("Gửi danh sách chậm nhất ngày 20 tháng 3 năm 2026.", [Fixed(date=dt.date(2026, 3, 20))]),
        (
            "Xây dựng kế hoạch, hoàn thành trong tháng 4/2026.",
            [Period(start=dt.date(2026, 4, 1), end=dt.date(2026, 4, 30))],
        ),
        ("Ban hành trong quý I.", [Period(start=dt.date(2026, 1, 1), end=dt.date(2026, 3, 31))]),
        ("Hoàn thiện hạ tầng (2026 - 2027).", [Period(start=dt.date(2026, 1, 1), end=dt.date(2027, 12, 31))]),
        ("Thường xuyên rà soát quỹ đất.", [Ongoing()]),
        ("Trong năm 2026, tổ chức hội nghị.", [Period(start=dt.date(2026, 1, 1), end=dt.date(2026, 12, 31))]),
        ("Từ nay đến hết năm 2026, rà soát quỹ đất.", [Period(start=SIGNED, end=dt.date(2026, 12, 31))]),
        (
            "Đăng tin từ ngày 01/3/2026 đến ngày 15/3/2026.",
            [Period(start=dt.date(2026, 3, 1), end=dt.date(2026, 3, 15))],
        ),
        ("Tổng kết vào năm 2030.", [Period(start=dt.date(2030, 1, 1), end=dt.date(2030, 12, 31))]),
        ("Dừng nhận hồ sơ trước ngày bầu cử 10 ngày.", [Relative(days=-10, anchor="bầu cử")]),
        ("Vận hành hệ thống cảnh báo 24/7.", [Ongoing()]),
        ("Hằng năm báo cáo kết quả.", [Recurring(freq=Freq.YEARLY)]),
        ("Tổ chức diễn tập hằng năm.", [Recurring(freq=Freq.YEARLY)]),
        ("Kiểm tra định kỳ, đột xuất việc trồng cây.", [Other(text="định kỳ")]),
        (
            "Gửi kế hoạch trong thời hạn 10 ngày kể từ ngày nhận văn bản này.",
            [Relative(days=10, anchor="ngày nhận văn bản này")],
        ),
        (
            "Báo cáo trong 05 ngày làm việc kể từ ngày kết thúc.",
            [Relative(days=5, working=True, anchor="ngày kết thúc")],
        ),
        (
            "Xây dựng kế hoạch hằng năm và báo cáo trước ngày 20/11.",
            [Recurring(freq=Freq.YEARLY, dates=("11-20",), bound=Bound.BEFORE)],
        ),
        (
            "Gửi báo cáo trước ngày 15/6 và 15/11.",
            [
                Fixed(date=dt.date(2026, 6, 15), bound=Bound.BEFORE),
                Fixed(date=dt.date(2026, 11, 15), bound=Bound.BEFORE),
            ],
        ),
    ],
)
def test_what_governs_the_task_is_its_deadline(sentence: str, due: list[object]):
    assert _due(sentence) == due


def test_several_rhythms_in_one_sentence_give_several_deadlines():
    sentence = (
        "Định kỳ hàng tháng (trước ngày 10 hàng tháng), 6 tháng (trước ngày 10/6), tổng kết năm (trước ngày 10/12 hàng năm) "
        "hoặc khi có yêu cầu báo cáo Sở Y tế."
    )
    assert _due(sentence) == [
        Recurring(freq=Freq.MONTHLY, dates=("10",), bound=Bound.BEFORE),
        Recurring(freq=Freq.HALF_YEARLY, dates=("06-10",), bound=Bound.BEFORE),
        Recurring(freq=Freq.YEARLY, dates=("12-10",), bound=Bound.BEFORE),
        Other(text="khi có yêu cầu"),
    ]


def test_the_words_of_the_deadline_are_kept():
    found = find_due("Gửi báo cáo về Sở Y tế trước ngày 15/11/2026 để tổng hợp.", signed_on=SIGNED)
    assert found is not None
    assert found.text == "trước ngày 15/11/2026"


def test_a_missing_year_is_that_of_the_plan_else_the_next_after_the_date_of_issue():
    assert _due("Báo cáo trước ngày 10/01.", 2027) == [Fixed(date=dt.date(2027, 1, 10), bound=Bound.BEFORE)]
    assert _due("Báo cáo trước ngày 10/01.", None) == [Fixed(date=dt.date(2027, 1, 10), bound=Bound.BEFORE)]
    assert find_due("Báo cáo trước ngày 10/01.") is None


def test_a_time_in_a_heading_governs_the_tasks_below_it_unless_they_have_their_own():
    body = "I. LỘ TRÌNH THỰC HIỆN\n1. Giai đoạn 2026 - 2028\n- Trồng rừng ven biển.\n- Nghiệm thu trước ngày 30/9/2027.\n"
    first, second = items(body)
    assert first.due == (Period(start=dt.date(2026, 1, 1), end=dt.date(2028, 12, 31)),)
    assert first.due_rule == "heading above"
    assert second.due == (Fixed(date=dt.date(2027, 9, 30), bound=Bound.BEFORE),)


def test_a_label_wins_over_the_sentence():
    item = only("I. NHIỆM VỤ\n\n1. Thường xuyên rà soát quỹ đất.\n\n- Thời gian: Quý II/2026.\n")
    assert [d.kind for d in item.due] == ["period"]


def test_a_day_of_ones_own_wins_over_a_label_that_several_tasks_share():
    body = (
        "I. NHIỆM VỤ\n1. Ba hội nghị\n(1) Hội nghị thứ nhất: Chậm nhất ngày 10/3/2026.\n(2) Hội nghị thứ hai: Chậm nhất ngày 10/6/2026.\n"
        "- Thời gian: Năm 2026.\n- Đơn vị chủ trì: Sở Y tế.\n"
    )
    assert [(i.due[0].kind, i.lead) for i in items(body)] == [
        ("fixed", ("Sở Y tế",)),
        ("fixed", ("Sở Y tế",)),
    ]
