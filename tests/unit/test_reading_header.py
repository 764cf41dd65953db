"""The document's own data: number, issuer, place, date, title, signer, years, legal bases."""

import datetime as dt

import pytest

from tests.unit.reading import HEAD, read

BODY = "I. NHIỆM VỤ\n1. Trồng cây.\n"


def test_a_usual_head_gives_everything():
    document = read(BODY).document
    assert document.number == "12/KH-UBND"
    assert document.kind == "Kế hoạch"
    assert document.issuer == "UBND tỉnh Hòa An"
    assert (document.place, document.date) == ("Hòa An", dt.date(2026, 1, 15))
    assert document.title == "TRỒNG CÂY NĂM 2026"
    assert document.years == (2026,)
    assert document.legal_bases[0].startswith("Thực hiện Quyết định số 03/QĐ-TTg")


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("Số: 05/2026/KH-UBND", "05/2026/KH-UBND"),
        ("Số 12-KH/TU", "12-KH/TU"),
        ("Số: 7 /KH - SNV", "7/KH-SNV"),
        ("Số:120/QĐ-TTg", "120/QĐ-TTg"),
        ("Số hiệu 33/KH-MTTQ-BTT", "33/KH-MTTQ-BTT"),
    ],
)
def test_numbers_are_read_as_offices_write_them(printed: str, number: str):
    assert read(BODY, HEAD.replace("Số: 12/KH-UBND", printed)).document.number == number


def test_place_and_date_may_be_broken_over_lines():
    document = read(
        BODY, HEAD.replace("Hòa An, ngày 15 tháng 01 năm 2026", "Hòa An,\nngày 15\ntháng 01 năm 2026")
    ).document
    assert (document.place, document.date) == ("Hòa An", dt.date(2026, 1, 15))


def test_an_impossible_date_is_no_date():
    assert read(BODY, HEAD.replace("ngày 15 tháng 01", "ngày 31 tháng 02")).document.date is None


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("TRỒNG CÂY GIAI ĐOẠN 2026 - 2030", (2026, 2030)),
        ("TRỒNG CÂY NĂM 2026", (2026,)),
        ("TRIỂN KHAI QUYẾT ĐỊNH SỐ 06/QĐ-TTG NGÀY 02 THÁNG 01 NĂM 2025", ()),
        ("PHÁT TRIỂN RỪNG ĐẾN NĂM 2035", ()),
    ],
)
def test_the_years_of_the_plan_are_those_of_its_title_and_not_of_cited_papers(
    title: str, years: tuple[int, ...]
):
    assert read(BODY, HEAD.replace("TRỒNG CÂY NĂM 2026", title)).document.years == years


def test_a_text_without_a_head_has_none():
    document = read(BODY, "").document
    assert (document.number, document.date, document.place, document.issuer) == (None, None, None, None)


def test_a_plan_begins_in_the_year_in_which_its_first_task_falls_due():
    body = "I. NHIỆM VỤ\n1. Rà soát quỹ đất, hoàn thành trước ngày {}.\n2. Tổ chức lễ phát động.\n"
    head = HEAD.replace("TRỒNG CÂY NĂM 2026", "TẾT TRỒNG CÂY NĂM 2027")

    assert read(body.format("15/12/2026"), head).document.years == (2026, 2027)
    assert read(body.format("15/01/2027"), head).document.years == (2027,)
    assert read(body.format("15/12/2019"), head).document.years == (2027,)
