"""Files as Word 97, OpenDocument, RTF and Excel 97 keep them, made and read by a real LibreOffice."""

import subprocess
from pathlib import Path

import pytest

from documents.draft import PlanDraft
from documents.read import read_bytes
from tests.unit.format_files import plan_docx, plan_xlsx

PLAN = """ỦY BAN NHÂN DÂN
XÃ HÒA SƠN
Số: 12/KH-UBND
Hòa Sơn, ngày 05 tháng 01 năm 2026
KẾ HOẠCH
Công tác năm 2026
I. NHIỆM VỤ
1. Công an xã rà soát nhân khẩu, xong trước ngày 15/3/2026.
2. Trạm Y tế xã phối hợp với Hội Phụ nữ xã mở lớp tập huấn trong quý II/2026.
PHỤ LỤC
PHÂN CÔNG NHIỆM VỤ
|
TT
|
Nội dung
|
Cơ quan chủ trì
|
Thời gian hoàn thành
|
|
1
|
Lập sổ theo dõi
|
Phòng Kinh tế
|
Quý I/2026
|
|
2
|
Sơ kết sáu tháng
|
Văn phòng HĐND và UBND
|
Trước ngày 30/6/2026
|
"""


class _Office:
    """Turns files into others; each start has a folder and a profile of its own."""

    def __init__(self, program: str, room: Path) -> None:
        self.program = program
        self.room = room

    def made(self, data: bytes, form: str, into: str) -> bytes:
        """`data` of the format `form` as a file of the format `into`."""
        source = self.room / f"plan.{form}"
        source.write_bytes(data)
        profile = f"-env:UserInstallation={(self.room / 'profile').as_uri()}"
        subprocess.run(
            [self.program, "--headless", profile, "--convert-to", into, "--outdir", str(self.room), str(source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return (self.room / f"plan.{into}").read_bytes()


@pytest.fixture(scope="module")
def office(office_path: str, tmp_path_factory: pytest.TempPathFactory) -> _Office:
    return _Office(office_path, tmp_path_factory.mktemp("office"))


def told(plan: PlanDraft) -> list[tuple[object, ...]]:
    """What was read of each task, without its place."""
    return [(i.text, i.lead, i.coordinate, i.due) for i in plan.items]


def test_old_and_open_text_files_read_as_the_word_file(office: _Office) -> None:
    """Tables, numbering and tone marks come through .odt, .rtf and .doc alike.

    The .doc is made from the .odt: LibreOffice writes no table into it where Word's file gives cells no width.
    """
    word = plan_docx(PLAN)
    wanted = told(read_bytes(word, "plan.docx"))
    assert len(wanted) == 4
    odt = office.made(word, "docx", "odt")
    for name, data in {
        "plan.odt": odt,
        "plan.rtf": office.made(word, "docx", "rtf"),
        "plan.doc": office.made(odt, "odt", "doc"),
    }.items():
        assert told(read_bytes(data, name)) == wanted, name


def test_an_old_workbook_reads_as_the_new_one(office: _Office) -> None:
    """Merged cells and dates of a sheet come through .xls."""
    book = plan_xlsx(PLAN)
    wanted = told(read_bytes(book, "plan.xlsx"))
    assert len(wanted) == 4
    assert told(read_bytes(office.made(book, "xlsx", "xls"), "plan.xls")) == wanted
