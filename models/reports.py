"""A plan's report for a quarter, as a Word paper in the form of Nghị định 30/2020/NĐ-CP and as a workbook."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from openpyxl import Workbook

from models.sheets import add_sheet

ROMAN = ("", "I", "II", "III", "IV")


@dataclass(frozen=True)
class Line:
    """One assignment in the report; `told` is how many notices about it were delivered, `late` how many days it is."""

    code: str
    text: str
    unit: str
    due_on: date | None
    first_due_on: date | None
    handed_in: date | None = None
    late: int = 0
    told: int = 0


@dataclass(frozen=True)
class Lines:
    """Some assignments of the report: how many there are, and those that are shown."""

    count: int = 0
    shown: Sequence[Line] = ()


@dataclass(frozen=True)
class UnitLine:
    """How one unit stands in the quarter; `in_time_first` counts on the deadlines first given."""

    unit: str
    due: int
    done: int
    in_time: int
    in_time_first: int
    late: int


@dataclass(frozen=True)
class Report:
    """What a quarter's report says; the data run from `first` to `last`, as they stood on `as_of`."""

    number: str
    title: str
    issuer: str
    place: str
    year: int
    quarter: int
    first: date
    last: date
    as_of: date
    units: Sequence[UnitLine] = field(default_factory=list[UnitLine])
    done: Lines = Lines()
    waiting: Lines = Lines()
    late: Lines = Lines()
    coming: Lines = Lines()

    @property
    def due(self) -> int:
        """How many assignments were due."""
        return sum(u.due for u in self.units)

    @property
    def in_time(self) -> int:
        """How many of the completed ones were in time, on the deadlines as extended."""
        return sum(u.in_time for u in self.units)

    @property
    def in_time_first(self) -> int:
        """How many were in time on the deadlines first given."""
        return sum(u.in_time_first for u in self.units)

    @property
    def name(self) -> str:
        """Its name in a sentence."""
        return f"quý {ROMAN[self.quarter]} năm {self.year}"

    def summary(self) -> list[str]:
        """The paragraphs with which it begins."""
        share = f" ({round(100 * self.in_time / self.done.count)}%)" if self.done.count else ""
        return [
            f"Số liệu tính từ ngày {self.first:%d/%m/%Y} đến ngày {self.last:%d/%m/%Y}, theo tình hình đến ngày "
            f"{self.as_of:%d/%m/%Y}.",
            f"Trong kỳ có {self.due} việc đến hạn, giao cho {len(self.units)} đơn vị. "
            f"Đã hoàn thành {self.done.count} việc, trong đó đúng hạn {self.in_time} việc{share}; "
            f"tính theo thời hạn giao ban đầu, đúng hạn {self.in_time_first} việc. "
            f"Đã nộp, đang chờ nghiệm thu {self.waiting.count} việc. Còn quá hạn {self.late.count} việc.",
        ]


UNIT_HEAD = ("Đơn vị", "Đến hạn", "Hoàn thành", "Đúng hạn", "Đúng hạn ban đầu", "Quá hạn")
LATE_HEAD = ("Mục", "Nhiệm vụ", "Đơn vị", "Thời hạn", "Hạn ban đầu", "Trễ (ngày)", "Đã nhắc (lần)")
DONE_HEAD = ("Mục", "Nhiệm vụ", "Đơn vị", "Thời hạn", "Nộp ngày")
NEXT_HEAD = ("Mục", "Nhiệm vụ", "Đơn vị", "Thời hạn")


def unit_rows(report: Report) -> list[Sequence[Any]]:
    """The table of the units."""
    return [(u.unit, u.due, u.done, u.in_time, u.in_time_first, u.late) for u in report.units]


def late_rows(report: Report) -> list[Sequence[Any]]:
    """The table of what is late."""
    return [(x.code, x.text, x.unit, x.due_on, x.first_due_on, x.late, x.told) for x in report.late.shown]


def done_rows(report: Report) -> list[Sequence[Any]]:
    """The table of what is done."""
    return [(x.code, x.text, x.unit, x.due_on, x.handed_in) for x in report.done.shown]


def next_rows(report: Report) -> list[Sequence[Any]]:
    """The table of what comes next."""
    return [(x.code, x.text, x.unit, x.due_on) for x in report.coming.shown]


def workbook(report: Report) -> bytes:
    """The report's tables as XLSX."""
    book = Workbook()
    book.remove(book.worksheets[0])
    head = [
        ("Kế hoạch", report.number),
        ("Kỳ báo cáo", report.name),
        *(("", words) for words in report.summary()),
    ]
    add_sheet(book, "Tổng hợp", ("Mục", "Nội dung"), head)
    add_sheet(book, "Theo đơn vị", UNIT_HEAD, unit_rows(report))
    add_sheet(book, "Quá hạn", LATE_HEAD, late_rows(report))
    add_sheet(book, "Hoàn thành", DONE_HEAD, done_rows(report))
    add_sheet(book, "Quý sau", NEXT_HEAD, next_rows(report))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def paper(report: Report) -> bytes:
    """The report as DOCX, to be completed, numbered and signed."""
    document: Any = Document()
    _set_up(document)
    _head(document, report)
    _centred(document, "BÁO CÁO", bold=True, size=14)
    _centred(document, f"Tình hình thực hiện Kế hoạch số {report.number} {report.name}", bold=True)
    if report.title:
        _centred(document, f"({report.title})", italic=True)
    _part(document, "I. TÌNH HÌNH CHUNG", report.summary())
    _part(document, "II. KẾT QUẢ THEO ĐƠN VỊ", [])
    _table(document, UNIT_HEAD, unit_rows(report))
    _part(document, "III. NHIỆM VỤ QUÁ HẠN", [] if report.late.count else ["Không có nhiệm vụ quá hạn."])
    _table(document, LATE_HEAD, late_rows(report))
    _part(
        document,
        "IV. NHIỆM VỤ ĐÃ HOÀN THÀNH",
        [] if report.done.count else ["Chưa có nhiệm vụ hoàn thành trong kỳ."],
    )
    _table(document, DONE_HEAD, done_rows(report))
    _part(document, "V. NHIỆM VỤ ĐẾN HẠN TRONG KỲ TỚI", [] if report.coming.count else ["Không có."])
    _table(document, NEXT_HEAD, next_rows(report))
    _part(document, "VI. KHÓ KHĂN, VƯỚNG MẮC VÀ KIẾN NGHỊ", ["……"])
    _foot(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Any) -> None:
    """A4 with the margins and the letter of the decree."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin = page.bottom_margin = Cm(2)
    page.left_margin, page.right_margin = Cm(3), Cm(1.5)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)


def _head(document: Any, report: Report) -> None:
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    _cell(left, [(report.issuer.upper() or "……", True), ("Số: …/BC-…", False)])
    when = f"{report.place or '……'}, ngày … tháng … năm …"
    _cell(right, [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True), ("Độc lập - Tự do - Hạnh phúc", True), (when, False)
    ])  # fmt: skip
    document.add_paragraph()


def _cell(cell: Any, lines: Sequence[tuple[str, bool]]) -> None:
    for number, (words, bold) in enumerate(lines):
        paragraph = cell.paragraphs[0] if not number else cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(words)
        run.bold, run.font.size = bold, Pt(12)


def _centred(document: Any, words: str, *, bold: bool = False, italic: bool = False, size: int = 13) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(words)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _part(document: Any, title: str, paragraphs: Iterable[str]) -> None:
    document.add_paragraph().add_run(title).bold = True
    for words in paragraphs:
        paragraph = document.add_paragraph(words)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Cm(1)


def _table(document: Any, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    for cell, words in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = (
                f"{value:%d/%m/%Y}" if isinstance(value, date) else "" if value is None else str(value)
            )
    for row in table.rows:
        for cell in row.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(11)
    document.add_paragraph()


def _foot(document: Any) -> None:
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    left.paragraphs[0].add_run("Nơi nhận:").italic = True
    left.add_paragraph("- ……;")
    left.add_paragraph("- Lưu: VT.")
    _cell(right, [("THỦ TRƯỞNG CƠ QUAN", True), ("(Ký, ghi rõ họ tên)", False)])
