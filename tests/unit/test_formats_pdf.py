"""PDF: lines and tables by position, furniture of the page removed."""

import time
import zlib

import pytest

from documents.readers import read_source
from documents.readers.errors import Broken, Empty, Protected, Scanned
from documents.readers.pdf_grid import grids, joined
from documents.readers.pdf_page import Rule
from documents.source import LineKind
from tests.unit.format_files import Pdf, read_here

FULL = "Noi dung cua mot doan van dai cho den het dong va con di tiep sang dong sau nua"


def test_wrapped_lines_are_one_paragraph_and_indents_begin_one() -> None:
    made = Pdf()
    for n, y in enumerate((100, 118, 136, 154, 172, 190)):
        x, words = ((92, FULL[:-4]), (70, FULL), (70, "het doan."))[n % 3]
        made.text(x, y, words)
    read = read_here(made.bytes())
    assert len(read.words) == 2
    assert all(text.endswith("het doan.") for text in read.words)


def test_marks_after_a_finished_sentence_begin_paragraphs_and_hanging_lines_do_not() -> None:
    made = Pdf()
    y = 100
    for text in ("1. Muc dich", "- " + FULL, "   treo;", "- " + FULL, "   treo."):
        made.text(70 if text[0] != " " else 78, y, text.strip())
        y += 18
    assert [text[:6] for text in read_here(made.bytes()).words] == ["1. Muc", "- Noi ", "- Noi "]


def test_a_title_in_the_middle_is_one_paragraph() -> None:
    made = Pdf().text(260, 100, "KE HOACH").text(146, 118, "THUC HIEN QUYET DINH SO 5 CUA UBND TINH VE")
    made.text(224, 136, "THONG TIN DOI NGOAI")
    for n in range(6):
        made.text(70, 170 + 18 * n, FULL)
    assert read_here(made.bytes()).words[:2] == [
        "KE HOACH",
        "THUC HIEN QUYET DINH SO 5 CUA UBND TINH VE THONG TIN DOI NGOAI",
    ]


def test_a_word_broken_at_its_hyphen_closes_up() -> None:
    made = Pdf().text(70, 100, FULL + " so 14/KH-").text(70, 118, "UBND ngay nay " + FULL).text(70, 136, "x.")
    assert "14/KH-UBND ngay" in read_here(made.bytes()).text


def test_running_heads_and_page_numbers_are_removed() -> None:
    made = Pdf()
    for number in range(1, 5):
        made.text(250, 40, f"Ke hoach so 5, trang {number}", 9).text(290, 60, str(number), 11)
        made.text(70, 300, f"Cau thu {number * 111} cua van ban nay.").text(
            70, 800, "https://example.invalid/x", 8
        )
        if number < 4:
            made.page()
    assert read_here(made.bytes()).words == [f"Cau thu {n * 111} cua van ban nay." for n in range(1, 5)]


def test_a_paragraph_goes_on_over_the_page() -> None:
    made = Pdf().text(90, 700, FULL).text(70, 718, FULL).page().text(70, 100, "phan con lai.")
    read = read_here(made.bytes())
    assert len(read.words) == 1
    assert read.lines[0].page == 1


XS = (70, 110, 300, 420, 520)


def head(made: Pdf, y: float) -> Pdf:
    return made.row(y, y + 20, XS, ["TT", "Nhiem vu", "Chu tri", "Thoi gian"])


def test_ruled_tables_keep_rows_columns_and_merged_cells() -> None:
    made = head(Pdf().text(70, 60, "PHU LUC kem theo ke hoach nay"), 100)
    made.row(120, 140, XS, ["I", "Nhom mot", None, None])
    made.row(140, 180, XS, ["1", "Viec A\ngom hai dong", "So A", "Quy I"])
    made.row(180, 200, XS, ["2", "Viec B", "", "Quy II"])
    read = read_here(made.text(70, 300, "Sau bang la chu thuong day").bytes())
    assert read.cells[0, 1] == "Nhiem vu"
    assert read.cells[2, 1].replace(" / ", " ") == "Viec A gom hai dong"
    assert read.cells[3, 2] == ""
    spans = {(line.row, line.col): line.colspan for line in read.lines if line.table == 0}
    assert spans[1, 1] == 3
    assert [line.text for line in read.lines if line.table is None] == [
        "PHU LUC kem theo ke hoach nay", "Sau bang la chu thuong day",
    ]  # fmt: skip


def test_cells_merged_downwards_reach_over_their_rows() -> None:
    made = head(Pdf(), 100)
    for row, y in enumerate((120, 140)):
        made.row(y, y + 20, XS[:3], [str(row + 1), f"Viec {row}"]).box(XS[3], y, XS[4], y + 20)
    made.box(XS[2], 120, XS[3], 160).text(XS[2] + 3, 142, "So A", 10)
    reach = {(line.row, line.col): line.rowspan for line in read_here(made.bytes()).lines}
    assert reach[1, 2] == 2
    assert (2, 2) not in reach


def test_a_table_goes_on_over_the_page_without_its_second_head() -> None:
    made = head(Pdf(), 600).row(620, 700, XS, ["1", "Viec A", "So A", "Quy I"])
    made = head(made.page().text(290, 50, "2", 11), 80).row(100, 120, XS, ["2", "Viec B", "So B", "Quy II"])
    read = read_here(made.bytes())
    assert {line.table for line in read.lines} == {0}
    assert [read.cells[row, 0] for row in range(3)] == ["TT", "1", "2"]
    assert read.lines[-1].page == 2


def test_a_row_cut_by_the_page_is_one_row() -> None:
    made = head(Pdf(), 600).row(620, 650, XS, ["1", "Viec A dai", "So A", "Quy I"])
    made.row(650, 700, XS, ["2", "Viec B con", "So B", "Quy II"])
    made.page().row(60, 90, XS, ["", "phan sau cua no", "", ""]).row(90, 110, XS, ["3", "Viec C", "So C", ""])
    read = read_here(made.bytes())
    assert read.cells[2, 1] == "Viec B con phan sau cua no"
    assert read.cells[3, 0] == "3"


def test_two_columns_are_read_one_after_the_other() -> None:
    made = Pdf()
    for y, left, right in ((60, "UY BAN NHAN DAN", "CONG HOA XA HOI CHU NGHIA"), (76, "TINH X", "Doc lap - Tu do"),
                           (100, "So: 5/KH-UBND", "X, ngay 5 thang 4 nam 2025")):  # fmt: skip
        made.text(90, y, left).text(330, y, right)
    for n in range(6):
        made.text(70, 160 + 18 * n, FULL if n % 2 == 0 else "het doan.")
    read = read_here(made.bytes())
    assert read.cells[0, 0] == "UY BAN NHAN DAN / TINH X / So: 5/KH-UBND"
    assert read.cells[0, 1].endswith("nam 2025")
    assert read.lines[-1].table is None


def test_footnotes_are_set_apart() -> None:
    made = Pdf()
    for n in range(8):
        made.text(70, 100 + 18 * n, FULL)
    made.text(70, 700, "1 Loi chu thich nho o cuoi trang giay", 8).text(70, 710, "van con la no.", 8)
    read = read_here(made.page().text(70, 100, FULL).bytes())
    assert read.lines[-1].kind is LineKind.NOTE
    assert read.lines[-1].text == "1 Loi chu thich nho o cuoi trang giay van con la no."


def test_rules_that_nearly_meet_are_one() -> None:
    assert joined([Rule(10, 0, 50), Rule(11, 52, 100), Rule(10.5, 200, 300)]) == [
        Rule(10.5, 0, 100),
        Rule(10.5, 200, 300),
    ]


def test_a_frame_or_an_underline_is_no_table() -> None:
    box = [Rule(0, 0, 100), Rule(100, 0, 100)]
    assert grids(box, box) == []
    assert grids(box, []) == []


def test_graph_paper_is_no_table_and_takes_no_time() -> None:
    across = [Rule(4 * n, 0, 2000) for n in range(500)]
    since = time.process_time()
    assert grids(across, across) == []
    assert time.process_time() - since < 3


def image_only() -> bytes:
    made = Pdf()
    made.pages[0] = ["q 500 0 0 700 40 40 cm /I1 Do Q"]
    pixels = zlib.compress(bytes(100))
    data = made.bytes().replace(b"/Resources<</Font<</F1 3 0 R>>>>", b"/Resources<</XObject<</I1 9 0 R>>>>")
    image = b"9 0 obj\n<</Type/XObject/Subtype/Image/Width 10/Height 10/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n"
    return data.replace(b"xref\n", image % (len(pixels), pixels) + b"xref\n", 1)


def test_a_scan_says_what_to_do() -> None:
    with pytest.raises(Scanned, match="OCR"):
        read_source(image_only(), "quét.pdf")


def test_an_empty_pdf_is_refused() -> None:
    with pytest.raises(Empty):
        read_here(Pdf().bytes())


def test_a_protected_pdf_asks_for_one_without_password() -> None:
    crypt = (
        b"/Encrypt<</Filter/Standard/V 1/R 2/P -44/O(" + b"o" * 32 + b")/U(" + b"u" * 32 + b")>>/ID[(1)(2)]"
    )
    data = Pdf().text(70, 100, FULL).bytes().replace(b"/Root 1 0 R", b"/Root 1 0 R" + crypt)
    with pytest.raises(Protected, match="mật khẩu"):
        read_source(data, "a.pdf")


def test_a_pdf_that_is_none_is_broken() -> None:
    with pytest.raises(Broken):
        read_here(b"%PDF-1.7\nnothing else")
