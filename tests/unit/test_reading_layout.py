"""What offices and pasting do to a text, and what must come out of it all the same."""

import pytest

from tests.unit.reading import HEAD, items, read, texts

TASKS = "I. NHIỆM VỤ\n1. Rà soát quỹ đất công.\n2. Tổ chức lễ phát động.\n"


def test_purpose_requirements_and_targets_are_no_tasks():
    body = (
        "I. MỤC ĐÍCH, YÊU CẦU\n1. Mục đích\n- Nâng cao nhận thức của Nhân dân.\n2. Yêu cầu\n"
        "- Các sở, ban, ngành phối hợp chặt chẽ, kịp thời.\nII. MỤC TIÊU\n1. Trồng 5 triệu cây.\n"
        "III. NHIỆM VỤ\n1. Tổ chức lễ phát động Tết trồng cây.\n"
    )
    assert texts(body) == ["Tổ chức lễ phát động Tết trồng cây."]


def test_a_sentence_right_below_a_heading_in_capitals_is_no_part_of_it():
    body = (
        "I. MỤC ĐÍCH, YÊU CẦU\nBảo đảm nhân dân đón Tết vui tươi.\n\nII. NHIỆM VỤ\n\n"
        "1. Tổ chức lễ phát động.\n\n2. UBND\nTỉnh đoàn ra quân làm sạch bờ biển.\n"
    )
    assert texts(body) == ["Tổ chức lễ phát động.", "UBND Tỉnh đoàn ra quân làm sạch bờ biển."]


def test_situation_of_last_year_is_no_task_though_it_speaks_of_tasks():
    body = "I. ĐÁNH GIÁ TÌNH HÌNH THỰC HIỆN NHIỆM VỤ NĂM 2025\n1. Tổ chức 12 lớp tập huấn.\nII. NHIỆM VỤ\n1. Mở 15 lớp.\n"
    assert texts(body) == ["Mở 15 lớp."]


def test_a_number_or_a_dash_alone_on_its_line_belongs_to_the_next():
    body = "I. NHIỆM VỤ\n\n1.\nRà soát quỹ đất công.\n\n-\nTổ chức lễ phát động.\n"
    assert texts(body)[-1] == "Tổ chức lễ phát động."
    assert texts("I. NHIỆM VỤ\n1.\nRà soát quỹ đất công.\n2.\nLập danh sách.\n") == [
        "Rà soát quỹ đất công.",
        "Lập danh sách.",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "III. TỔ CHỨC\nTHỰC HIỆN\n\n1. Sở\nTài chính\n\n- Bố trí kinh phí.\n",
        "III. TỔ CHỨC THỰC HIỆN\n1. Sở Tài chính\n- Bố trí kinh phí.\n",
        "III. TỔ CHỨC THỰC HIỆN\n\n1. Sở Tài chính:\n\n– Bố trí kinh phí.\n",
        "TỔ CHỨC THỰC HIỆN\n\n1) Sở Tài chính\n\n* Bố trí kinh phí.\n",
    ],
)
def test_a_heading_is_whole_however_it_was_broken(body: str):
    (item,) = items(body)
    assert (item.text, item.lead) == ("Bố trí kinh phí.", ("Sở Tài chính",))


def test_a_broken_label_is_still_a_label():
    body = "I. NHIỆM VỤ\n\n1. Trồng rừng phòng hộ ven biển.\n\n- Thời\ngian hoàn thành: Tháng 12/2026.\n"
    (item,) = items(body)
    assert item.due_text == "Tháng 12/2026"


def test_a_dash_in_the_middle_of_a_sentence_begins_no_item():
    body = "I. NHIỆM VỤ\n1. Phát triển kinh tế\n- xã hội vùng ven biển gắn với trồng rừng giai đoạn 2026\n- 2030.\n"
    assert texts(body) == [
        "Phát triển kinh tế - xã hội vùng ven biển gắn với trồng rừng giai đoạn 2026 - 2030."
    ]


def test_lines_wrapped_at_the_margin_are_joined_with_blank_lines_between_paragraphs_and_without():
    wrapped = (
        "1. Rà soát, thống kê toàn bộ diện tích đất chưa sử dụng trên địa bàn tỉnh để\n"
        "giao cho các tổ chức, cá nhân trồng rừng, bảo đảm đúng quy hoạch được cấp có\n"
        "thẩm quyền phê duyệt và phù hợp với khả năng cân đối vốn của từng địa phương,\n"
        "từng đơn vị.\n"
    )
    for gap in ("", "\n"):
        got = texts(f"I. NHIỆM VỤ\n{gap}{wrapped}{gap}2. Chăm sóc cây đã trồng.\n")
        assert got[0].startswith("Rà soát, thống kê toàn bộ")
        assert got[0].endswith("từng đơn vị.")
        assert got[1:] == ["Chăm sóc cây đã trồng."]


def test_a_number_used_twice_gives_both_tasks_and_a_warning():
    found = items("I. NHIỆM VỤ\n1. Rà soát quỹ đất.\n2. Lập dự toán.\n2. Chuẩn bị cây giống.\n")
    assert [i.code for i in found] == ["I.1", "I.2", "I.2"]
    assert ["number-twice" in {w.code for w in i.warnings} for i in found] == [False, True, True]


def test_a_number_without_a_space_or_a_dot_behind_it_is_a_number():
    assert [i.code for i in items("I. NHIỆM VỤ\n1.1 Rà soát quỹ đất.\n1.2.Lập dự toán.\n")] == [
        "I.1.1",
        "I.1.2",
    ]


def test_quantities_and_dates_are_no_numbers():
    body = "I. NHIỆM VỤ\n1. Trồng cây:\n1.200.000 cây phân tán trên địa bàn các xã ven biển theo kế hoạch được giao.\n"
    assert len(items(body)) <= 1


def test_the_closing_formula_and_the_receivers_are_no_tasks():
    body = (
        TASKS
        + "3. Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, các đơn vị phản ánh về Sở Tài chính.\n"
        "Trên đây là Kế hoạch trồng cây năm 2026, yêu cầu các đơn vị thực hiện./.\n"
        "Nơi nhận:\n- Chủ tịch UBND tỉnh;\n- Tổ chức đoàn thể tỉnh;\n- Lưu: VT.\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nLê Văn Bình\n"
    )
    draft = read(body)
    assert [i.text for i in draft.items] == ["Rà soát quỹ đất công.", "Tổ chức lễ phát động."]
    assert draft.document.signer == "Lê Văn Bình"


def test_an_end_mark_is_left_out_of_the_last_task():
    assert texts("I. NHIỆM VỤ\n1. Chăm sóc cây./.\n") == ["Chăm sóc cây"]


def test_an_annex_may_follow_the_receivers():
    body = (
        TASKS
        + "Nơi nhận:\n- Như trên;\n- Lưu: VT.\n\nPHỤ LỤC\nPHÂN CÔNG NHIỆM VỤ\n1. Sở Y tế kiểm tra nguồn nước.\n"
    )
    assert [i.code for i in items(body)] == ["I.1", "I.2", "PL.1"]


def test_forms_in_an_annex_are_no_tasks():
    body = (
        TASKS
        + "Nơi nhận:\n- Lưu: VT.\n\nPHỤ LỤC\nMẪU BÁO CÁO\nI. Tình hình chung\n1. Kết quả trồng cây\n- Số cây đã trồng\n"
    )
    assert len(items(body)) == 2


def test_the_articles_of_a_decision_that_carries_a_plan_are_no_tasks_but_its_charge_is_asked_about():
    head = HEAD.replace("KẾ HOẠCH\nTRỒNG CÂY NĂM 2026", "QUYẾT ĐỊNH\nBan hành Kế hoạch trồng cây năm 2026")
    body = (
        "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch trồng cây.\n"
        "Điều 2. Giao Sở Môi trường chủ trì, phối hợp với các sở tổ chức thực hiện.\n"
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký.\n"
        "Nơi nhận:\n- Lưu: VT.\n\nKẾ HOẠCH\nTRỒNG CÂY NĂM 2026\n(Kèm theo Quyết định số 12/QĐ-UBND)\n\n"
        "I. NHIỆM VỤ\n1. Rà soát quỹ đất.\n"
    )
    found = read(body, head).items
    assert [(i.code, i.doubtful) for i in found] == [("Điều.2", True), ("I.1", False)]


def test_a_plan_may_stand_inside_an_article():
    body = (
        "Điều 1. Phê duyệt Kế hoạch trồng cây với các nội dung sau:\nI. MỤC TIÊU\n1. Trồng 5 triệu cây.\n"
        "II. NHIỆM VỤ\n1. Rà soát quỹ đất.\nĐiều 2. Tổ chức thực hiện\n1. Sở Tài chính bố trí kinh phí.\n"
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký.\n"
    )
    assert texts(body) == ["Rà soát quỹ đất.", "Sở Tài chính bố trí kinh phí."]


def test_parts_chapters_and_named_tasks_are_levels_too():
    body = (
        "Phần thứ nhất\nTÌNH HÌNH NĂM 2025\nI. Kết quả\n- Đã trồng 2 triệu cây.\n"
        "Phần thứ hai\nNHIỆM VỤ NĂM 2026\nI. Trồng rừng\nNhiệm vụ 1: Rà soát quỹ đất.\nĐơn vị chủ trì: Sở Xây dựng\n"
        "Nhiệm vụ 2: Chuẩn bị cây giống.\nĐơn vị chủ trì: Sở Môi trường\n"
    )
    assert [(i.text, i.lead) for i in items(body)] == [
        ("Rà soát quỹ đất.", ("Sở Xây dựng",)),
        ("Chuẩn bị cây giống.", ("Sở Môi trường",)),
    ]


def test_a_paragraph_that_sub_bullets_only_detail_is_one_task():
    body = (
        "I. NHIỆM VỤ\n1. Triển khai thực hiện các dự án được giao, gồm:\n- Dự án 1: Rừng ven biển.\n- Dự án 2: Rừng đầu nguồn.\n"
        "2. Chuẩn bị cây giống.\n"
    )
    found = texts(body)
    assert len(found) == 2
    assert found[0].startswith("Triển khai thực hiện các dự án")
    assert "Rừng đầu nguồn" in found[0]


def test_where_each_sub_bullet_is_a_duty_of_its_own_the_parent_is_none():
    body = "I. NHIỆM VỤ\n1. Công tác chuẩn bị:\na) Rà soát quỹ đất.\nb) Lập dự toán.\n"
    assert texts(body) == ["Rà soát quỹ đất.", "Lập dự toán."]


def test_money_is_a_task_only_where_a_named_body_has_a_duty():
    body = (
        "I. KINH PHÍ THỰC HIỆN\n1. Kinh phí thực hiện Kế hoạch từ ngân sách tỉnh.\n2. Nguồn xã hội hóa.\n"
        "3. Sở Tài chính tham mưu bố trí kinh phí.\n"
    )
    assert texts(body) == ["Sở Tài chính tham mưu bố trí kinh phí."]


def test_section_paths_join_the_printed_marks():
    body = (
        "II. NHIỆM VỤ\n1. Trồng rừng\n1.1. Chuẩn bị\na) Lập danh sách hộ tham gia.\n- Gửi danh sách về xã.\n"
    )
    found = items("II. NHIỆM VỤ\n1. Trồng rừng\n1.1. Chuẩn bị\na) Lập danh sách hộ tham gia.\n")
    assert [i.code for i in found] == ["II.1.1.1.a"]
    assert [s.mark for s in found[0].section] == ["II", "1", "1.1"]
    assert items(body)


def test_every_task_stands_where_it_says():
    draft = read(TASKS)
    for item in draft.items:
        assert " ".join(draft.text[item.start : item.end].split()) == item.text
        assert item.rule
