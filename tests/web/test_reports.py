"""A plan's quarterly report, its time line in parts, and what was delivered about what is late."""

import io
from datetime import date

import pytest
from docx import Document
from openpyxl import load_workbook

from actions.reporting import span
from tests import builders as b
from tests.web.conftest import Console
from tests.web.test_overview import accept
from tests.web.test_work import hand_in

REPORT = "/plans/1/years/2021/report"


@pytest.mark.parametrize(("quarter", "first", "last"), [
    (1, date(2020, 12, 15), date(2021, 3, 14)), (2, date(2021, 3, 15), date(2021, 6, 14)),
    (4, date(2021, 9, 15), date(2021, 12, 14)),
])  # fmt: skip
def test_a_quarter_closes_on_the_fourteenth(quarter: int, first: date, last: date):
    assert span(2021, quarter) == (first, last)


def lived(console: Console) -> None:
    """One of three is done in time, the others are late; the first reminders have gone out."""
    hand_in(console, 1)
    accept(console, 1)
    b.live(console.url, date(2021, 4, 8), date(2021, 5, 25))
    console.at(b.moment("2021-05-26", 9))


def test_the_report_counts_what_was_due_done_and_late(console: Console):
    lived(console)
    page = console.browser("binh").get(f"{REPORT}?quarter=2").text

    assert (
        "Trong kỳ có 3 việc đến hạn, giao cho 2 đơn vị. Đã hoàn thành 1 việc, trong đó đúng hạn 1 việc (100%)"
        in page
    )
    assert "Còn quá hạn 2 việc" in page
    assert "6 ngày" in page
    assert "Không có việc nào đến hạn trong quý" in console.browser("binh").get(f"{REPORT}?quarter=4").text


def test_the_report_leaves_as_a_paper_in_the_form_of_the_decree(console: Console):
    lived(console)
    answer = console.browser("lan").get("/plans/1/years/2021/report-2.docx")
    paper = Document(io.BytesIO(answer.content))
    words = "\n".join(p.text for p in paper.paragraphs)
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]

    assert "Tình hình thực hiện Kế hoạch số 15/KH-UBND quý II năm 2021" in words
    assert any("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc" in c for c in cells)
    assert {"Sở A", "Sở B", "20/05/2021"} <= set(cells)
    assert "15-KH-UBND" in answer.headers["content-disposition"]


def test_the_report_leaves_as_a_workbook(console: Console):
    lived(console)
    book = load_workbook(io.BytesIO(console.browser("lan").get("/plans/1/years/2021/report-2.xlsx").content))

    assert book["Quá hạn"].max_row == 3
    assert console.browser("lan").get("/plans/1/years/2021/report-5.xlsx").status_code == 404
    assert console.browser("lan").get("/plans/1/years/2030/report").status_code == 404


def test_a_leader_sees_what_was_delivered_to_whom(console: Console):
    lived(console)
    page = console.browser("binh").get("/leader").text

    assert "lần, gần nhất" in page
    assert "a@so-a.example" in page


def test_what_reached_nobody_is_said(console: Console):
    console.at(b.moment("2021-05-25", 9))

    assert "chưa báo được" in console.browser("binh").get("/leader").text


def test_a_time_line_is_cut_into_parts(console: Console):
    binh = console.browser("binh")

    assert binh.get("/plans/1/timeline/2021").text.count("<title>II.") == 3
    assert binh.get("/plans/1/timeline/2021?page=2").text.count("<title>II.") == 0
