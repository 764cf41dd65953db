"""Excel workbooks: an annex table wherever its head stands."""

import datetime as dt
import io

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from documents.readers import read_source
from documents.readers.errors import Empty
from documents.readers.sheet import shown
from documents.source import LineKind
from tests.unit.format_files import read_here

HEAD = ["STT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn"]


def book(fill) -> bytes:
    made = openpyxl.Workbook()
    fill(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rows(sheet: Worksheet, top: int, *values: list) -> None:
    for at, row in enumerate(values):
        for column, value in enumerate(row, start=2):
            sheet.cell(top + at, column, value)


def annex(made: openpyxl.Workbook) -> None:
    sheet = made.active
    sheet["B1"], sheet["E1"] = "UBND TỈNH", "PHỤ LỤC I"
    sheet["B3"] = "DANH MỤC NHIỆM VỤ"
    sheet.merge_cells("B3:F3")
    rows(sheet, 5, HEAD, ["I", "Nhóm một"], [1, "Việc A", "Sở A", None, dt.date(2025, 12, 31)])
    sheet.merge_cells("C6:F6")
    rows(sheet, 9, [2, "Việc B", "Sở B", "Sở C", "Quý I/2026"], [3, "Việc C", None, "Sở D", 2026])
    sheet.merge_cells("D9:D10")
    rows(sheet, 13, ["Nơi nhận:", None, None, "CHỦ TỊCH"])


def test_the_head_may_stand_anywhere_and_titles_are_no_rows() -> None:
    read = read_here(book(annex))
    assert [line.text for line in read.lines[:3]] == ["UBND TỈNH", "PHỤ LỤC I", "DANH MỤC NHIỆM VỤ"]
    assert [read.cells[0, col] for col in range(5)] == HEAD
    assert [line.text for line in read.lines[-2:]] == ["Nơi nhận:", "CHỦ TỊCH"]
    assert read.lines[-1].kind is LineKind.PARAGRAPH


def test_a_table_goes_on_after_an_empty_row_when_the_numbers_do() -> None:
    read = read_here(book(annex))
    assert [read.cells[row, 0] for row in range(5)] == ["STT", "I", "1", "2", "3"]


def test_merged_cells_stand_once_and_empty_ones_are_empty_lines() -> None:
    read = read_here(book(annex))
    reach = {(line.row, line.col): (line.colspan, line.rowspan) for line in read.lines if line.table == 0}
    assert reach[1, 1] == (4, 1)
    assert reach[3, 2] == (1, 2)
    assert (4, 2) not in reach
    assert read.cells[2, 3] == ""


def test_dates_and_numbers_are_written_as_people_read_them() -> None:
    assert read_here(book(annex)).cells[2, 4] == "31/12/2025"
    assert shown(3.0) == "3" and shown(2.5) == "2.5" and shown(None) == ""
    assert shown(dt.datetime(2025, 1, 2, 9, 30)) == "02/01/2025 09:30"
    assert shown("#REF!") == "" and shown(True) == "True"


def test_hidden_sheets_are_left_out_and_said() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        made.active["A1"] = "thấy"
        hidden = made.create_sheet("bí mật")
        hidden["A1"] = "giấu"
        hidden.sheet_state = "veryHidden"

    source = read_source(book(fill), "a.xlsx")
    assert source.text.strip() == "thấy"
    assert any("bí mật" in note for note in source.notes)


def test_formulas_give_what_excel_last_computed_and_are_never_run() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        made.active["A1"] = '=WEBSERVICE("http://example.invalid/")'
        made.active["A2"] = "chữ"

    assert read_here(book(fill)).words == ["chữ"]


def test_a_cell_far_away_costs_nothing() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        made.active["A1"] = "gần"
        made.active["XFD1048576"] = "xa"

    assert read_source(book(fill), "a.xlsx").lines[0].text == "gần"


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(Empty):
        read_here(book(lambda made: None))
