"""Who leads, who takes part, what comes out of it, to whom it is reported: from labels, sentences and headings."""

import pytest

from documents.names import split_units
from tests.unit.reading import items, only


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Các Sở, ban, ngành", ["Các Sở, ban, ngành"]),
        ("các sở, ngành, địa phương", ["các sở, ngành", "địa phương"]),
        ("Các cơ quan, đơn vị, địa phương liên quan", ["Các cơ quan, đơn vị, địa phương liên quan"]),
        ("Sở Tài chính; Sở Y tế và UBND cấp xã", ["Sở Tài chính", "Sở Y tế", "UBND cấp xã"]),
        ("Bộ Văn hóa, Thể thao và Du lịch, Bộ Công an", ["Bộ Văn hóa, Thể thao và Du lịch", "Bộ Công an"]),
        ("UBND các xã, phường, đặc khu", ["UBND các xã, phường, đặc khu"]),
        (
            "Sở Giáo dục và Đào tạo và các đơn vị liên quan",
            ["Sở Giáo dục và Đào tạo", "các đơn vị liên quan"],
        ),
        (
            "các sở, ban, ngành và cơ quan, đơn vị có liên quan",
            ["các sở, ban, ngành", "cơ quan, đơn vị có liên quan"],
        ),
        ("Báo và Phát thanh, Truyền hình tỉnh", ["Báo và Phát thanh, Truyền hình tỉnh"]),
        ("Đồng chí Phó Chủ tịch, phụ trách lĩnh vực Văn hóa và Xã hội", None),
        ("Sở Tài chính, Sở Tài chính", ["Sở Tài chính"]),
        ("", []),
    ],
)
def test_a_list_of_bodies_is_split_where_a_body_clearly_begins(words: str, names: list[str] | None):
    assert list(split_units(words)) == (names if names is not None else [words])


def _labelled(*labels: str) -> str:
    return "I. NHIỆM VỤ\n\n1. Trồng rừng phòng hộ ven biển.\n\n" + "\n\n".join(labels) + "\n"


@pytest.mark.parametrize(
    "label",
    [
        "Đơn vị chủ trì: Sở Y tế.",
        "- Cơ quan chủ trì: Sở Y tế",
        "+ Chủ trì thực hiện: Sở Y tế;",
        "* Đơn vị chủ trì tham mưu thực hiện: Sở Y tế.",
        "a) Cơ quan thực hiện: Sở Y tế",
        "Đơn vị được giao thực hiện: Sở Y tế",
        "- Phân công thực hiện: Sở Y tế",
        "- Đơn vị đầu mối: Sở Y tế",
    ],
)
def test_every_label_for_the_lead_is_known_with_every_mark(label: str):
    assert only(_labelled(label)).lead == ("Sở Y tế",)


def test_labels_give_all_fields():
    item = only(
        _labelled(
            "- Cơ quan chủ trì: Sở Y tế.",
            "- Cơ quan phối hợp: Sở Tài chính, Công an tỉnh.",
            "- Thời gian thực hiện: Quý II/2026.",
            "- Sản phẩm: Kế hoạch của UBND tỉnh.",
            "- Kinh phí: Ngân sách tỉnh.",
        )
    )
    assert item.coordinate == ("Sở Tài chính", "Công an tỉnh")
    assert item.due_text == "Quý II/2026"
    assert item.deliverable == "Kế hoạch của UBND tỉnh."
    assert item.budget == "Ngân sách tỉnh."


@pytest.mark.parametrize(
    "labels",
    [
        "- Đơn vị chủ trì: Sở Y tế; đơn vị phối hợp: Sở Nội vụ; thời gian: Quý I/2026.",
        "(Chủ trì: Sở Y tế; Phối hợp: Sở Nội vụ; Thời gian: Quý I/2026)",
        "Chủ trì: Sở Y tế. Phối hợp: Sở Nội vụ. Thời hạn: Quý I/2026.",
    ],
)
def test_one_line_may_carry_several_labels(labels: str):
    item = only(_labelled(labels))
    assert (item.lead, item.coordinate, item.due_text) == (("Sở Y tế",), ("Sở Nội vụ",), "Quý I/2026")


def test_labels_under_a_heading_of_their_own_speak_about_what_stands_beside_it():
    body = (
        "I. NHIỆM VỤ\n1. Tuyên truyền\na) Nội dung thực hiện\n- Mở chuyên mục.\n- Phát tờ rơi.\n"
        "b) Phân công thực hiện\n- Cơ quan chủ trì: Sở Y tế.\n- Thời gian: Hằng năm.\n2. Lập dự toán.\n"
    )
    assert [(i.text, i.lead) for i in items(body)] == [
        ("Mở chuyên mục.", ("Sở Y tế",)),
        ("Phát tờ rơi.", ("Sở Y tế",)),
        ("Lập dự toán.", ()),
    ]


def test_one_set_of_labels_after_several_dashes_belongs_to_all_of_them():
    body = (
        "I. NHIỆM VỤ\n\n1. Tuyên truyền\n\n- Mở chuyên mục trên báo.\n\n- Phát tờ rơi tới hộ dân.\n\nĐơn vị chủ trì: Sở Y tế.\n\n"
        "- In tài liệu.\n\nĐơn vị chủ trì: Sở Tài chính.\n"
    )
    assert [i.lead for i in items(body)] == [("Sở Y tế",), ("Sở Y tế",), ("Sở Tài chính",)]


def test_labels_win_over_names_in_the_sentence():
    body = "I. NHIỆM VỤ\n\n1. Sở Y tế tổ chức hội nghị.\n\n- Đơn vị chủ trì: Văn phòng UBND tỉnh.\n"
    assert only(body).lead == ("Văn phòng UBND tỉnh",)


def test_labels_may_stand_inside_the_paragraph():
    item = only(
        "I. NHIỆM VỤ\n1. Mở lớp tập huấn (Đơn vị chủ trì: Sở Y tế; đơn vị phối hợp: Sở Nội vụ; thời gian: Tháng 5/2026).\n"
    )
    assert (item.lead, item.coordinate, item.due_text) == (("Sở Y tế",), ("Sở Nội vụ",), "Tháng 5/2026")


def test_duties_under_a_content_label_share_the_other_labels():
    body = (
        "I. NHIỆM VỤ\n1. Hạ tầng\na) Nội dung:\n- Nâng cấp vườn ươm;\n- Mở rộng đường vào rừng.\n"
        "b) Cơ quan chủ trì: Sở Xây dựng.\nc) Thời gian: 2026.\n"
    )
    assert [(i.text, i.lead) for i in items(body)] == [
        ("Nâng cấp vườn ươm;", ("Sở Xây dựng",)),
        ("Mở rộng đường vào rừng.", ("Sở Xây dựng",)),
    ]


def test_details_before_their_labels_stay_with_the_task():
    body = (
        "I. NHIỆM VỤ\n1. Tổ chức hội nghị tổng kết công tác trồng cây của toàn tỉnh trong năm.\n"
        "- Việc chuẩn bị phải chu đáo, tiết kiệm.\n- Thời gian: Tháng 12/2026.\n- Đơn vị chủ trì: Sở Y tế.\n"
    )
    assert only(body).lead == ("Sở Y tế",)


@pytest.mark.parametrize(
    ("sentence", "lead", "coordinate"),
    [
        (
            "Sở Y tế chủ trì, phối hợp với Sở Tài chính và UBND cấp xã kiểm tra.",
            ["Sở Y tế"],
            ["Sở Tài chính", "UBND cấp xã"],
        ),
        ("Giao Sở Y tế theo dõi, đôn đốc các đơn vị thực hiện.", ["Sở Y tế"], []),
        ("Giao Sở Y tế là cơ quan đầu mối, chủ trì tổng hợp.", ["Sở Y tế"], []),
        (
            "Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh vận động Nhân dân.",
            ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh"],
            [],
        ),
        ("Yêu cầu các sở, ban, ngành xây dựng kế hoạch.", ["các sở, ban, ngành"], []),
        ("Căn cứ Kế hoạch này, UBND các xã, phường tổ chức thực hiện.", ["UBND các xã, phường"], []),
        ("Sở Y tế: Tham mưu ban hành văn bản.", ["Sở Y tế"], []),
        (
            "Đồng chí Lê Văn Bình - Phó Chủ tịch UBND xã: phụ trách chung.",
            ["Đồng chí Lê Văn Bình - Phó Chủ tịch UBND xã"],
            [],
        ),
        ("Xây dựng phương án ứng phó; giao Công an xã chủ trì thực hiện.", ["Công an xã"], []),
        (
            "Các cơ quan được giao chủ trì nhiệm vụ có trách nhiệm lập dự toán.",
            ["Các cơ quan được giao chủ trì nhiệm vụ"],
            [],
        ),
        (
            "Chủ tịch UBND các xã, phường chịu trách nhiệm trước Chủ tịch UBND tỉnh.",
            ["Chủ tịch UBND các xã, phường"],
            [],
        ),
        ("Ban hành quy chế phối hợp giữa các sở, ngành.", [], []),
        (
            "Chủ động phối hợp với các bộ, ngành Trung ương tranh thủ nguồn vốn.",
            [],
            ["các bộ, ngành Trung ương"],
        ),
        ("Phối hợp với Hội Phụ nữ tỉnh, Tỉnh đoàn tuyên truyền.", [], ["Hội Phụ nữ tỉnh", "Tỉnh đoàn"]),
        ("Phối hợp với đơn vị tư vấn hoàn thiện hồ sơ.", [], ["đơn vị tư vấn"]),
        ("Kho bạc Nhà nước khu vực XV kiểm soát chi.", ["Kho bạc Nhà nước khu vực XV"], []),
        ("Các đồng chí thành viên Ban Chỉ đạo kiểm tra cơ sở.", ["Các đồng chí thành viên Ban Chỉ đạo"], []),
        ("Tăng cường phối hợp liên ngành trong kiểm tra.", [], []),
        ("Tổ chức tuyên truyền trên báo chí.", [], []),
        ("Phòng, chống dịch bệnh ở người.", [], []),
    ],
)
def test_a_sentence_names_who_leads_and_who_takes_part(sentence: str, lead: list[str], coordinate: list[str]):
    item = only(f"I. NHIỆM VỤ\n1. {sentence}\n")
    assert (list(item.lead), list(item.coordinate)) == (lead, coordinate)


@pytest.mark.parametrize(
    "heading",
    [
        "3. Sở Tài chính",
        "3. Sở Tài chính:",
        "3. SỞ TÀI CHÍNH",
        "3. Sở Tài chính (cơ quan thường trực)",
        "3. Giao Sở Tài chính:",
    ],
)
def test_a_body_as_the_heading_leads_everything_below_it(heading: str):
    (item,) = items(f"I. TỔ CHỨC THỰC HIỆN\n{heading}\n- Bố trí kinh phí.\n")
    assert [n.casefold() for n in item.lead] == ["sở tài chính"]
    assert item.lead_rule == "heading above"


def test_to_work_with_somebody_under_a_heading_is_to_lead_with_him():
    (item,) = items(
        "I. TỔ CHỨC THỰC HIỆN\n1. Công an tỉnh\n- Phối hợp với Sở Y tế, các đơn vị liên quan kiểm tra.\n"
    )
    assert item.lead == ("Công an tỉnh",)
    assert item.coordinate == ("Sở Y tế", "các đơn vị liên quan")


def test_a_heading_may_say_with_whom_everything_below_it_is_done():
    body = (
        "I. TỔ CHỨC THỰC HIỆN\n1. Sở Y tế\na) Chủ trì, phối hợp với các sở, ngành, UBND các xã\n- Kiểm tra nguồn nước.\n"
        "- Phối hợp với Công an tỉnh xử lý vi phạm.\n"
    )
    assert [i.coordinate for i in items(body)] == [("các sở, ngành", "UBND các xã"), ("Công an tỉnh",)]


def test_a_named_person_in_charge_of_a_field_is_one_name():
    (item,) = items(
        "I. TỔ CHỨC THỰC HIỆN\n1. Phó Chủ tịch phụ trách Dân tộc, Tôn giáo\n- Thăm hỏi hộ nghèo.\n"
    )
    assert item.lead == ("Phó Chủ tịch phụ trách Dân tộc, Tôn giáo",)


def test_a_report_names_its_recipient_its_way_and_its_rhythm():
    item = only(
        "I. CHẾ ĐỘ BÁO CÁO\n1. Các sở, ngành định kỳ hằng quý báo cáo kết quả về UBND tỉnh (qua Sở Y tế) trước ngày 20 tháng cuối quý.\n"
    )
    assert item.report is not None
    assert item.report.recipients == ("UBND tỉnh",)
    assert item.report.via == ("Sở Y tế",)
    assert [r.value for r in item.report.rhythms] == ["quarterly"]
