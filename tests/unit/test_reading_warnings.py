"""What a careful reader would ask about a plan."""

import pytest

from documents.draft import Severity
from tests.unit.reading import items, only


def _codes(body: str) -> set[str]:
    return {w.code for i in items(body) for w in i.warnings}


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Sở Y tế gửi danh sách trước ngày 30/02/2026.", "impossible-date"),
        ("Sở Y tế gửi danh sách trước ngày 10/01/2026.", "past-date"),
        ("Sở Y tế gửi danh sách chậm nhất ngày 01/5/2026.", "day-off"),
        ("Sở Y tế gửi danh sách chậm nhất ngày 17/5/2026.", "day-off"),
        ("Sở Y tế gửi danh sách trước ngày 20/5.", "year-assumed"),
        ("Tuyên truyền trên báo chí.", "no-lead"),
        ("Sở Y tế tuyên truyền trên báo chí.", "no-deadline"),
        ("Sở Y tế báo cáo kết quả hằng quý.", "report-without-recipient"),
        ("Sở Y tế kiểm tra định kỳ các chợ.", "unclear-deadline"),
    ],
)
def test_each_doubt_is_told(sentence: str, code: str):
    assert code in _codes(f"I. NHIỆM VỤ\n1. {sentence}\n")


def test_a_plain_task_is_not_doubted():
    item = only("I. NHIỆM VỤ\n1. Sở Y tế gửi danh sách cho UBND tỉnh trước ngày 20/5/2026.\n")
    assert item.warnings == ()


def test_who_sums_up_before_the_others_report_contradicts_them():
    body = (
        "I. CHẾ ĐỘ BÁO CÁO\n1. Các sở, ngành báo cáo hằng năm về Sở Y tế trước ngày 20/11.\n"
        "2. Sở Y tế tổng hợp, báo cáo UBND tỉnh hằng năm trước ngày 10/11.\n"
    )
    first, second = items(body)
    assert "contradiction" not in {w.code for w in first.warnings}
    (said,) = [w for w in second.warnings if w.code == "contradiction"]
    assert said.severity is Severity.QUESTION
    assert "10/11" in said.message
    assert "20/11" in said.message


def test_dates_that_come_once_may_contradict_each_other_too():
    body = (
        "I. CHẾ ĐỘ BÁO CÁO\n1. Các sở, ngành báo cáo kết quả về Sở Y tế trước ngày 20/11/2026.\n"
        "2. Sở Y tế tổng hợp, báo cáo UBND tỉnh trước ngày {}/11/2026.\n"
    )
    early, late = items(body.format(10))[1], items(body.format(30))[1]
    (said,) = [w for w in early.warnings if w.code == "contradiction"]
    assert "10/11/2026" in said.message
    assert "contradiction" not in {w.code for w in late.warnings}


def test_a_body_that_leads_and_takes_part_is_asked_about():
    body = "I. NHIỆM VỤ\n\n1. Mở lớp tập huấn.\n\n- Đơn vị chủ trì: Sở Y tế.\n\n- Đơn vị phối hợp: Sở Y tế, Sở Nội vụ.\n"
    assert "lead-coordinates" in _codes(body)


def test_body_items_that_only_name_the_groups_of_the_annex_are_doubtful():
    body = (
        "I. NỘI DUNG\n1. Kiện toàn bộ máy chỉ đạo.\n2. Tuyên truyền, phổ biến pháp luật.\n(Chi tiết tại Phụ lục kèm theo)\n"
        "PHỤ LỤC\nNHIỆM VỤ\n| TT | Nội dung | Chủ trì | Thời gian |\n| I | KIỆN TOÀN BỘ MÁY CHỈ ĐẠO |\n"
        "| 1 | Thành lập Ban Chỉ đạo | Sở Nội vụ | 2026 |\n"
    )
    assert [(i.code, i.doubtful) for i in items(body)] == [("I.1", True), ("I.2", False), ("PL.I.1", False)]
