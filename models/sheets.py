"""A simulated year as a workbook (XLSX) and as a calendar (ICS), for people who plan in other programs."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar, Event
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from plan.clock import LOCAL, local_moment
from plan.overview import Overview
from plan.recipients import shown
from plan.simulation import Case, SimulatedNotice, local_hour, sha256, totals

_WIDEST = 60
_FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


def workbook(notices: Sequence[SimulatedNotice], look: Overview, title: str) -> bytes:
    """The year as XLSX: totals, every notice, per unit and day, collisions, days off, without a day, unreachable."""
    book = Workbook()
    book.remove(book.worksheets[0])
    count = totals(notices)
    add_sheet(
        book,
        "Tổng hợp",
        ("Mục", "Giá trị"),
        [
            ("Kế hoạch", title),
            ("Thông báo", count.notices),
            ("Gửi riêng", count.alone),
            ("Thư tổng hợp", count.digests),
            ("Đã qua trước khi kích hoạt", count.void),
            ("Không có người nhận", count.unreachable),
            ("SHA-256", sha256(notices)),
        ],
    )
    add_sheet(
        book,
        "Thông báo",
        ("Ngày", "Giờ", "Nhiệm vụ", "Đơn vị", "Kỳ", "Bậc", "Người nhận", "Kênh", "Cách gửi", "Lý do"),
        (
            (
                n.day,
                local_hour(n),
                n.item_code,
                n.unit,
                n.occurrence,
                n.rung,
                shown(n.address),
                n.channel,
                n.delivery.value,
                n.void or n.why,
            )
            for n in sorted(notices, key=lambda n: (n.send_after, n.item_code, n.unit))
        ),
    )
    add_sheet(book, "Theo đơn vị", ("Đơn vị", "Thông báo"), count.per_unit.items())
    add_sheet(book, "Theo ngày", ("Ngày", "Thông báo"), count.per_day.items())
    add_sheet(
        book,
        "Trùng dồn",
        ("Ngày", "Đơn vị, hộp thư", "Loại", "Nhiệm vụ"),
        (
            (c.day, c.who, "thời hạn" if c.what == "deadlines" else "thư gửi riêng", ", ".join(c.items))
            for c in look.collisions
        ),
    )
    add_sheet(
        book,
        "Hạn vào ngày nghỉ",
        ("Ngày", "Nhiệm vụ", "Đơn vị", "Ngày nghỉ"),
        ((d.due_on, d.item, d.unit, d.why) for d in look.days_off),
    )
    add_sheet(
        book,
        "Không thời hạn",
        ("Nhiệm vụ", "Đơn vị", "Kỳ"),
        ((u.item, u.unit, u.occurrence) for u in look.undated),
    )
    add_sheet(book, "Không có người nhận", ("Đơn vị", "Thông báo"), look.unreachable.items())
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def add_sheet(book: Workbook, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add a sheet with a head that stays, columns as wide as their words, and no cell that is a formula."""
    sheet = book.create_sheet(name)
    sheet.append(list(head))
    widths = [len(cell) for cell in head]
    for row in rows:
        cells = [_plain(cell) for cell in row]
        sheet.append(cells)
        widths = [max(width, len(str(cell))) for width, cell in zip(widths, cells, strict=True)]
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(width + 2, _WIDEST)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _plain(cell: Any) -> Any:
    """Words that begin like a formula are kept words: names and addresses come from other people's files."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def calendar_file(cases: Iterable[Case], title: str, *, at: datetime) -> bytes:
    """The deadlines of the year as ICS: a whole day, or the hour where there is one.

    A deadline keeps its UID from export to export. `at` (aware UTC) is the moment of the export.
    """
    out: Any = Calendar()  # icalendar leaves its values untyped
    out.add("prodid", "-//dondoc//VN")
    out.add("version", "2.0")
    out.add("x-wr-calname", title)
    for case in cases:
        if case.standing.due_on is not None:
            out.add_component(_event(case, title, at))
    return out.to_ical()


def _event(case: Case, title: str, at: datetime) -> Any:
    standing = case.standing
    event: Any = Event()
    event.add("uid", f"assignment-{standing.assignment_id}@dondoc")
    event.add("dtstamp", at)
    event.add("sequence", standing.version)
    event.add("summary", f"{case.item_code} · {case.unit} ({case.occurrence})")
    event.add("description", title)
    day = standing.due_on
    assert day is not None
    if standing.due_time is not None:
        event.add("dtstart", local_moment(day, standing.due_time).astimezone(LOCAL))
    else:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    return event
