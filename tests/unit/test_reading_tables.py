"""Task tables: pasted, typed with bars or tabs, and made of real cells."""

import pytest

from documents.read import read_plan
from plan.deadlines import Bound, Fixed, Ongoing, Period
from tests.unit.reading import items, source, word_table

PASTED = """I. NHIỆM VỤ
(Chi tiết tại Phụ lục kèm theo)

PHỤ LỤC
DANH MỤC NHIỆM VỤ

|
TT
|
Nội dung thực
hiện
|
Cơ quan chủ trì
|
Cơ quan phối hợp
|
Thời gian hoàn thành
|
Sản phẩm
|
|
I
|
TRỒNG RỪNG
|
|
1
|
Rà soát quỹ đất
công chưa sử dụng
|
Sở Xây dựng; UBND
cấp xã
|
Sở Tài chính
|
Trước ngày 30/4/2026
|
Báo cáo
|
|
2
|
Chuẩn bị cây giống
|
Sở Môi trường
|
|
Thường xuyên
|
|
|
II
|
CHĂM SÓC
|
|
1
|
Kiểm tra cây đã trồng
|
Sở Môi trường
|
UBND cấp xã
|
Quý IV/2026
|
Biên bản
|
"""


def test_a_table_pasted_one_cell_per_line_gives_its_rows():
    found = items(PASTED)
    assert [i.code for i in found] == ["PL.I.1", "PL.I.2", "PL.II.1"]
    assert found[0].text == "Rà soát quỹ đất công chưa sử dụng"
    assert found[0].lead == ("Sở Xây dựng", "UBND cấp xã")
    assert found[0].coordinate == ("Sở Tài chính",)
    assert found[0].deliverable == "Báo cáo"
    assert [d for i in found for d in i.due] == [
        Fixed(date="2026-04-30", bound=Bound.BEFORE),  # type: ignore[arg-type]
        Ongoing(),
        Period(start="2026-10-01", end="2026-12-31"),  # type: ignore[arg-type]
    ]


def test_an_empty_cell_is_empty_and_moves_nothing():
    second = items(PASTED)[1]
    assert (second.coordinate, second.deliverable) == ((), None)


@pytest.mark.parametrize("bar", [" | ", "|", "\t"])
def test_rows_typed_with_bars_or_tabs_are_rows(bar: str):
    edge = "" if bar == "\t" else "|"
    rows = [
        ["STT", "Nhiệm vụ", "Đơn vị thực hiện", "Thời hạn"],
        ["1", "Lập dự toán", "Sở Tài chính", "Tháng 3/2026"],
    ]
    table = "\n".join(edge + bar.join(r) + edge for r in rows)
    (item,) = items(f"I. NHIỆM VỤ\n\n{table}\n\n")
    assert (item.text, item.lead, item.due_text) == ("Lập dự toán", ("Sở Tài chính",), "Tháng 3/2026")


@pytest.mark.parametrize(
    "head",
    [
        "| STT | Chỉ tiêu | Đơn vị tính | Năm 2026 |",
        "| TT | Địa điểm | Diện tích | Ghi chú |",
        "| STT | Nội dung chi | Số tiền | Nguồn kinh phí |",
    ],
)
def test_tables_of_targets_places_and_money_hold_no_tasks(head: str):
    assert items(f"I. NHIỆM VỤ\n\n{head}\n| 1 | Trồng cây phân tán | cây | 100 |\n\n") == []


def test_a_row_that_leaves_out_merged_cells_takes_them_from_the_row_above():
    body = PASTED.replace(
        "|\n|\nII\n|\nCHĂM SÓC\n",
        "|\n|\nTổ chức lễ phát động trồng cây\n|\nVăn phòng UBND tỉnh\n|\n|\nII\n|\nCHĂM SÓC\n",
    )
    added = next(i for i in items(body) if i.text.startswith("Tổ chức lễ"))
    assert added.lead == ("Văn phòng UBND tỉnh",)
    assert added.due == (Ongoing(),)


def test_a_row_of_dots_parts_a_table_and_breaks_nothing():
    body = PASTED.replace("|\n|\nII\n|\nCHĂM SÓC\n", "|\n….................\n|\nII\n|\nCHĂM SÓC\n")
    assert [i.text for i in items(body)][-1] == "Kiểm tra cây đã trồng"


def test_a_time_in_front_of_the_tasks_holds_until_the_next_is_printed():
    table = (
        "| Thời gian | Nội dung công việc | Người thực hiện |\n| Tháng 9/2026 | Khai giảng | Hiệu trưởng |\n"
        "| | Họp phụ huynh | Giáo viên chủ nhiệm |\n| Tháng 10/2026 | Thi giữa kỳ | Tổ chuyên môn |\n"
    )
    assert [i.due_text for i in items(f"I. NHIỆM VỤ\n\n{table}\n")] == [
        "Tháng 9/2026",
        "Tháng 9/2026",
        "Tháng 10/2026",
    ]


HEADS = ["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian"]


def test_real_cells_give_rows_with_page_and_row():
    draft = read_plan(word_table([HEADS, ["1", "Lập dự toán", "Sở Tài chính", "Sở Xây dựng", "Quý I/2026"]]))
    (item,) = draft.items
    assert (item.page, item.row, item.lead) == (2, 1, ("Sở Tài chính",))
    assert draft.text[item.start : item.end] == "Lập dự toán"


def test_a_cell_merged_over_rows_holds_for_all_of_them():
    rows = [
        HEADS,
        ["1", "Lập dự toán", "Sở Tài chính", "", "Quý I/2026"],
        ["2", "Giao dự toán", None, "", "Quý II/2026"],
    ]
    draft = read_plan(word_table(rows, {(1, 2): (1, 2)}))
    assert [i.lead for i in draft.items] == [("Sở Tài chính",), ("Sở Tài chính",)]


def test_a_row_merged_over_all_columns_heads_the_rows_below_it():
    rows = [HEADS, ["I. TRỒNG RỪNG", None, None, None, None], ["1", "Lập dự toán", "Sở Tài chính", "", ""]]
    (item,) = read_plan(word_table(rows, {(1, 0): (5, 1)})).items
    assert (item.code, item.section[-1].title) == ("PL.I.1", "I. TRỒNG RỪNG")


def test_a_head_of_two_rows_and_one_printed_again_are_heads():
    rows = [
        ["TT", "Nhiệm vụ", "Phân công", None, "Thời gian"],
        [None, None, "Chủ trì", "Phối hợp", None],
        ["1", "Lập dự toán", "Sở Tài chính", "Sở Y tế", "Quý I/2026"],
        HEADS,
        ["2", "Giao dự toán", "Sở Tài chính", "", "Quý II/2026"],
    ]
    found = read_plan(word_table(rows, {(0, 2): (2, 1)})).items
    assert [(i.lead, i.coordinate) for i in found] == [
        (("Sở Tài chính",), ("Sở Y tế",)),
        (("Sở Tài chính",), ()),
    ]


def test_the_letterhead_is_a_table_without_tasks():
    text = "|\nUBND TỈNH HÒA AN\n|\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n|\n|\nSố: 1/KH-UBND\n|\nHòa An, ngày 02 tháng 01 năm 2026\n|\n"
    draft = read_plan(source(text))
    assert draft.items == ()
    assert (draft.document.number, draft.document.place) == ("1/KH-UBND", "Hòa An")
