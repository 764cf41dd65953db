"""Ways of writing that offices use beside those of the plans that the rules were first written on.

Every text here is our own; each holds one trap, named by the test.
"""

import pytest

from documents.draft import DraftItem, PlanDraft
from documents.fields import actors, heading_units, listed
from documents.read import read_bytes

HEAD = "KẾ HOẠCH\nCông tác năm 2026\n"


def read(text: str, *, signed: str = "") -> PlanDraft:
    return read_bytes(f"{signed}{HEAD}{text}".encode(), "plan.txt")


def only(text: str) -> DraftItem:
    """The one task of a text."""
    items = read(text).items
    assert len(items) == 1, [i.text for i in items]
    return items[0]


class TestNames:
    """Where the name of a body ends, and what is one body."""

    @pytest.mark.parametrize(
        ("sentence", "lead"),
        [
            ("Nhà trường tổ chức sơ kết vào cuối học kỳ.", ("Nhà trường",)),
            ("Các bệnh viện tổ chức trực cấp cứu dịp Tết.", ("Các bệnh viện",)),
            ("Công an xã tổng rà soát các cơ sở kinh doanh.", ("Công an xã",)),
            ("Phó Hiệu trưởng phụ trách cơ sở vật chất lập sổ theo dõi.", None),
            ("Yêu cầu các đồng chí Ủy viên phụ trách thôn dự họp.", ("các đồng chí Ủy viên phụ trách thôn",)),
            ("Cán bộ, đảng viên viết bài thu hoạch.", ("Cán bộ, đảng viên",)),
            ("Các chi bộ, đảng bộ trực thuộc tổ chức học tập.", ("Các chi bộ, đảng bộ trực thuộc",)),
            ("Các trường ngoài công lập nộp danh sách học sinh.", ("Các trường ngoài công lập",)),
            ("Các cơ quan, đơn vị thực hiện công khai tài sản.", ("Các cơ quan, đơn vị",)),
            ("Các khoa, phòng duy trì vệ sinh buồng bệnh.", ("Các khoa, phòng",)),
            ("Điều dưỡng trưởng các khoa giám sát rửa tay.", ("Điều dưỡng trưởng các khoa",)),
            ("Thường xuyên nắm khó khăn của đoàn viên, hội viên trong sản xuất.", ()),
            ("Báo Hòa Sơn tăng thời lượng phát tin.", ("Báo Hòa Sơn",)),
            (
                "Phòng Lao động - Thương binh và Xã hội rà soát hộ nghèo.",
                ("Phòng Lao động - Thương binh và Xã hội",),
            ),
            ("Sở Y tế trong phạm vi nhiệm vụ của mình kiểm tra cơ sở.", ("Sở Y tế",)),
        ],
    )
    def test_a_name_ends_before_the_verb(self, sentence: str, lead: tuple[str, ...] | None) -> None:
        """Verbs end a name, "tổ chức" and "phụ trách" too where they are no part of it."""
        wanted = ("Phó Hiệu trưởng phụ trách cơ sở vật chất",) if lead is None else lead
        assert wanted == actors(sentence).lead

    def test_notes_in_brackets_are_no_part_of_a_name(self) -> None:
        """ "Sở A (bàn giao), Sở B": the list goes on behind the bracket."""
        value = "Sở Xây dựng (bàn giao), Sở Nội vụ, Điện lực Hòa Sơn, doanh nghiệp."
        assert listed(value).lead == ("Sở Xây dựng", "Sở Nội vụ", "Điện lực Hòa Sơn", "doanh nghiệp")

    def test_members_of_a_class_get_their_whole_name(self) -> None:
        """ "Các Sở: Tài chính, Giáo dục và Đào tạo" names two bodies and not one class."""
        value = "Các Sở: Tài chính, Giáo dục và Đào tạo, Y tế và các đơn vị liên quan"
        wanted = ("Sở Tài chính", "Sở Giáo dục và Đào tạo", "Sở Y tế", "các đơn vị liên quan")
        assert wanted == listed(value).lead

    def test_paper_and_station_are_one_house(self) -> None:
        """Since 2025 "Báo và Đài" of a province is one house."""
        assert listed("Báo và Đài PT-TH tỉnh, Sở Nội vụ").lead == ("Báo và Đài PT-TH tỉnh", "Sở Nội vụ")

    def test_a_name_ends_before_where_it_works(self) -> None:
        """ "phối hợp với Công an tỉnh trong giải quyết …": "trong" begins what they do together."""
        said = actors("Tòa án nhân dân tỉnh phối hợp với Công an tỉnh trong giải quyết các vụ án.")
        assert said.coordinate == ("Công an tỉnh",)

    def test_adverbs_between_take_part_and_with(self) -> None:
        """ "phối hợp chặt chẽ, kịp thời với X": X takes part."""
        said = actors("Sở Nội vụ chủ trì, phối hợp chặt chẽ, kịp thời với Công an tỉnh rà soát biên chế.")
        assert (said.lead, said.coordinate) == (("Sở Nội vụ",), ("Công an tỉnh",))

    @pytest.mark.parametrize(
        ("title", "names"),
        [
            ("Đối với Thủ đô Hà Nội", ("Thủ đô Hà Nội",)),
            ("Công chức tham mưu từng tiêu chí", ("Công chức tham mưu từng tiêu chí",)),
            ("Học sinh và cha mẹ học sinh", ("Học sinh", "cha mẹ học sinh")),
            ("Phòng Kinh tế (Cơ quan thường trực)", ("Phòng Kinh tế",)),
            ("Phòng Kinh tế (Cơ quan thường trực): Lập dự toán năm", ()),
        ],
    )
    def test_headings_of_bodies(self, title: str, names: tuple[str, ...]) -> None:
        """A heading is a body only where it says nothing else."""
        assert names == heading_units(title)


class TestShape:
    """What is a task, and which lines speak about it."""

    def test_aim_content_and_labels_under_a_heading(self) -> None:
        """a) Mục tiêu, b) Nội dung, c) Phân công: the content is the task, the labels below c) are its own."""
        item = only(
            "I. CÁC DỰ ÁN THÀNH PHẦN\n1. Dự án 1: Hỗ trợ sinh kế\na) Mục tiêu: Tăng thu nhập cho hộ nghèo.\n"
            "b) Nội dung: Xây dựng 05 mô hình nuôi bò sinh sản.\nc) Phân công thực hiện:\n"
            "- Đơn vị chủ trì: Phòng Kinh tế.\n- Đơn vị phối hợp: Hội Nông dân xã.\n- Thời gian: Quý II/2026.\n"
        )
        assert item.text == "Xây dựng 05 mô hình nuôi bò sinh sản."
        assert (item.lead, item.coordinate) == (("Phòng Kinh tế",), ("Hội Nông dân xã",))
        assert "2026-06-30" in str(item.due[0].model_dump(mode="json"))

    @pytest.mark.parametrize(
        "line", ["Bộ Y tế chủ trì thực hiện.", "(Bộ Y tế chủ trì, phối hợp với Bộ Công an thực hiện)"]
    )
    def test_a_line_that_only_says_who_leads(self, line: str) -> None:
        """It is a label without its word."""
        item = only(f"I. NHIỆM VỤ\n1. Rà soát, hoàn thiện quy chuẩn về nước thải y tế.\n{line}\n")
        assert item.lead == ("Bộ Y tế",)

    def test_who_looks_after_a_task_leads_it(self) -> None:
        """ "Phụ trách: …" is a label like "Chủ trì: …"."""
        items = read(
            "I. NHIỆM VỤ\n1. Tiêu chí giao thông\n- Bê tông hóa đường thôn.\n- Lắp đặt biển báo.\n"
            "Phụ trách: Phòng Kinh tế. Phối hợp: Ban phát triển thôn Đông.\n"
        ).items
        assert [(i.lead, i.coordinate) for i in items] == [
            (("Phòng Kinh tế",), ("Ban phát triển thôn Đông",))
        ] * 2

    def test_a_last_call_is_no_task(self) -> None:
        """ "Yêu cầu … triển khai thực hiện tốt Kế hoạch này./." asks for nothing in particular."""
        only("I. NHIỆM VỤ\n1. Mở lớp học bơi.\nYêu cầu các thôn triển khai thực hiện tốt Kế hoạch này./.\n")

    def test_stars_behind_dashes_speak_about_all_of_them(self) -> None:
        """ "* Phân công: …", "* Thời gian: …" after several dashes belong to each, as other labels do."""
        items = read(
            "I. NỘI DUNG\n1. Tiếp sức mùa thi\n- Lập đội hình hỗ trợ thí sinh.\n- Bố trí suất ăn miễn phí.\n"
            "* Phân công: Ban Phong trào chủ trì; phối hợp: Hội Sinh viên tỉnh.\n* Thời gian: tháng 6/2026.\n"
        ).items
        assert [(i.lead, i.coordinate) for i in items] == [(("Ban Phong trào",), ("Hội Sinh viên tỉnh",))] * 2
        assert all(i.due_text == "tháng 6/2026" for i in items)

    def test_who_leads_in_brackets_behind_the_task(self) -> None:
        """ "… (Sở A chủ trì, phối hợp với Sở B)" names both."""
        item = only(
            "I. NHIỆM VỤ\n1. Rà soát quy hoạch du lịch (Sở Du lịch chủ trì, phối hợp với Sở Tài chính).\n"
        )
        assert (item.lead, item.coordinate) == (("Sở Du lịch",), ("Sở Tài chính",))

    def test_a_heading_over_a_table_is_no_task(self) -> None:
        """Whatever the table holds."""
        table = "|\nTT\n|\nHoạt động\n|\nTháng 3\n|\nTháng 4\n|\n|\n1\n|\nDiệt lăng quăng\n|\nx\n|\nx\n|\n"
        assert not read(f"I. HOẠT ĐỘNG\n1. Tiến độ\n{table}").items

    def test_a_label_with_nothing_behind_it_leaves_no_task(self) -> None:
        """Only words can be assigned."""
        assert not read("I. NHIỆM VỤ\n1. Nội dung:\n").items

    def test_an_article_that_enacts_is_no_task(self) -> None:
        """A decision without a plan behind it gives tasks only where it assigns them."""
        items = read_bytes(
            (
                "QUYẾT ĐỊNH\nVề việc phê duyệt Kế hoạch bán trú\nQUYẾT ĐỊNH:\n"
                "Điều 1. Phê duyệt Kế hoạch bán trú năm học 2026 - 2027.\n"
                "Điều 2. Trách nhiệm thực hiện:\n1. Giao Hiệu trưởng Trường Mầm non Hoa Sen tổ chức bếp ăn.\n"
                "Điều 3. Chánh Văn phòng, Trưởng phòng Kinh tế và Hiệu trưởng Trường Mầm non Hoa Sen chịu trách "
                "nhiệm thi hành Quyết định này.\n"
            ).encode(),
            "q.txt",
        ).items
        assert [i.lead for i in items] == [("Hiệu trưởng Trường Mầm non Hoa Sen",)]

    def test_a_roman_heading_that_is_a_label_is_no_task(self) -> None:
        """ "II. THỜI GIAN: từ ngày … đến ngày …" tells about the plan."""
        item = only(
            "I. NỘI DUNG\n1. Tổ chức hội thao công nhân.\nII. THỜI GIAN: Từ ngày 01/5/2026 đến ngày 31/5/2026.\n"
        )
        assert item.text == "Tổ chức hội thao công nhân."

    def test_a_table_of_projects_without_times_gives_no_tasks(self) -> None:
        """A list of projects with a contact is no assignment."""
        rows = [
            "TT\n|\nTên dự án\n|\nĐịa điểm\n|\nCơ quan đầu mối",
            "1\n|\nNhà máy nước\n|\nKCN\n|\nSở Công Thương",
        ]
        rows.append(rows[1].replace("1\n", "2\n", 1))
        assert not read("PHỤ LỤC\nDANH MỤC DỰ ÁN\n|\n" + "\n|\n|\n".join(rows) + "\n|\n").items

    def test_a_second_annex_between_two_tables_begins_there(self) -> None:
        """A note and the title of the next annex stand between the bars of two tables."""
        head = "TT\n|\nNội dung\n|\nCơ quan chủ trì\n|\nThời gian"
        first = "1\n|\nLập sổ theo dõi\n|\nSở Nội vụ\n|\nQuý I/2026"
        second = "1\n|\nMở lớp tập huấn\n|\nSở Y tế\n|\nQuý II/2026"
        text = f"PHỤ LỤC I\n|\n{head}\n|\n|\n{first}\n|\nGhi chú: số liệu tạm tính.\nPHỤ LỤC II\n|\n{head}\n|\n|\n{second}\n|\n"
        assert [i.lead for i in read(text).items] == [("Sở Nội vụ",), ("Sở Y tế",)]


class TestTimes:
    """Deadlines in the words of schools, health posts and unions."""

    @pytest.mark.parametrize(
        ("phrase", "wanted"),
        [
            ("Giám sát ổ dịch, mỗi tháng 01 lần.", "monthly"),
            ("Phát thông điệp, mỗi quý ít nhất 01 thông điệp.", "quarterly"),
            ("Lập báo cáo cải cách hành chính quý, 6 tháng và năm.", "half-yearly"),
            ("Mở lễ phát động vào ngày 28/4/2026.", "2026-04-28"),
            ("Gửi vướng mắc về Sở Y tế trước 05 ngày tổ chức Hội nghị.", "-5"),
            ("Trình phương án tại phiên họp thường kỳ tháng 5/2026.", "2026-05-31"),
            ("Thành viên xuống cơ sở, mỗi tuần họp thôn ít nhất 01 lần.", "weekly"),
            ("Duy trì vệ sinh buồng bệnh hằng ngày.", "daily"),
            ("Báo cáo hằng tuần vào thứ Năm về Ủy ban bầu cử.", "weekly"),
            ("Trạm Y tế: Thường xuyên kiểm tra bếp ăn.", "ongoing"),
            ("Tổng hợp báo cáo kết quả định kỳ lên Đảng ủy xã.", "other"),
        ],
    )
    def test_phrases(self, phrase: str, wanted: str) -> None:
        """Each is read as what it says."""
        item = only(f"I. NHIỆM VỤ\n1. {phrase}\n")
        assert wanted in str([d.model_dump(mode="json") for d in item.due])

    def test_months_with_a_year_behind_the_second(self) -> None:
        """ "09 - 10/2026" in a cell are two months."""
        table = "TT | Nội dung | Thời gian\n1 | Rà soát tài khoản | 09 - 10/2026\n2 | Sơ kết | 12/2026\n"
        rows = "\n".join(f"| {row} |" for row in table.splitlines())
        item = read(f"IV. LỘ TRÌNH THỰC HIỆN\n{rows}\n").items[0]
        assert {"kind": "period", "start": "2026-09-01", "end": "2026-10-31"}.items() <= item.due[
            0
        ].model_dump(mode="json").items()

    def test_the_end_of_a_rhythm_is_no_deadline(self) -> None:
        """ "cập nhật hằng quý đến 2030" comes round; 2030 only says how long."""
        item = only("I. NHIỆM VỤ\n1. Lập bảng cân đối nguồn nước.\nThời gian: cập nhật hằng quý đến 2030.\n")
        assert [d.kind for d in item.due] == ["recurring"]


class TestHeader:
    """The document's own data."""

    def test_a_letter_without_a_title(self) -> None:
        """ "V/v …" is no Roman five; the place and date below it are the letter's."""
        text = (
            "ỦY BAN NHÂN DÂN\nTỈNH HÒA SƠN\nSố: 12/UBND-VX\nV/v bảo đảm an toàn thực phẩm năm 2026\n"
            "Hòa Sơn, ngày 04 tháng 9 năm 2026\nKính gửi: Các sở, ban, ngành.\n1. Sở Y tế kiểm tra các cơ sở.\n"
        )
        document = read_bytes(text.encode(), "cv.txt").document
        assert (
            document.number,
            document.place,
            str(document.date),
        ) == ("12/UBND-VX", "Hòa Sơn", "2026-09-04")

    def test_a_place_with_a_dash_inside(self) -> None:
        """ "Bà Rịa - Vũng Tàu" is one place."""
        text = "Số: 5/KH-UBND\nBà Rịa - Vũng Tàu, ngày 06 tháng 11 năm 2023\nKẾ HOẠCH\nNăm 2024\n"
        assert read_bytes(text.encode(), "kh.txt").document.place == "Bà Rịa - Vũng Tàu"

    def test_a_paper_of_the_youth_union(self) -> None:
        """Its number has a second part, and capitals stand left of the place."""
        text = (
            "BCH ĐOÀN TỈNH HÒA SƠN\n***\nSố: 15-KH/TĐTN-PT\nĐOÀN TNCS HỒ CHÍ MINH\n"
            "Hòa Sơn, ngày 06 tháng 5 năm 2026\nKẾ HOẠCH\nHè năm 2026\n"
        )
        document = read_bytes(text.encode(), "kh.txt").document
        assert (document.number, document.place) == ("15-KH/TĐTN-PT", "Hòa Sơn")

    def test_a_draft_with_the_day_left_blank(self) -> None:
        """The place is printed, the day is not made up."""
        text = (
            "BẢO HIỂM XÃ HỘI\nSố:      /KH-BHXH\nHòa Sơn, ngày     tháng     năm 2026\nKẾ HOẠCH\nNăm 2026\n"
        )
        document = read_bytes(text.encode(), "kh.txt").document
        assert (document.place, document.date) == ("Hòa Sơn", None)
