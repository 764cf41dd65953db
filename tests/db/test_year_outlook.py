"""The simulated year as a whole: crowded days, days off, gaps; and the files for other programs."""

import io
from datetime import date, time

from icalendar import Calendar
from openpyxl import load_workbook

from actions.chasing import Rules
from actions.outlook import Outlook, outlook
from models import sheets
from models.cycles import Cycle
from models.database import reading
from plan.deadlines import Fixed, Ongoing
from plan.ladder import OFFICE
from tests.builders import AT, armed, put_in, spec
from tests.db.test_cycles import MUTE_GROUP

SATURDAY = Fixed(date=date(2021, 5, 22), time=time(15))


def look(url: str, cycle: int) -> Outlook:
    with reading(url) as session:
        return outlook(session, session.get_one(Cycle, cycle), AT, Rules.of(session, OFFICE))


def crowded(url: str) -> Outlook:
    same = [spec(f"II.{n}") for n in range(1, 5)]
    return look(url, put_in(url, *same, spec("II.5", SATURDAY), spec("II.6", Ongoing(), undated=True)))


def test_crowded_days_days_off_and_gaps_are_found(url: str) -> None:
    seen = crowded(url).look
    deadlines = [c for c in seen.collisions if c.what == "deadlines"]
    assert [(c.day, c.who, c.items) for c in deadlines] == [
        (date(2021, 5, 20), "Sở A", ("II.1", "II.2", "II.3", "II.4"))
    ]
    assert [(d.item, d.due_on, d.why) for d in seen.days_off] == [("II.5", date(2021, 5, 22), "Thứ Bảy")]
    assert [(u.item, u.unit) for u in seen.undated] == [("II.6", "Sở A")]
    assert "a@so-a.example" in {c.who for c in seen.collisions if c.what == "mails"}


def test_units_that_nobody_reaches_are_counted(url: str) -> None:
    seen = look(url, put_in(url, spec(groups=["cac-so"]), office=MUTE_GROUP))
    assert seen.look.unreachable == {"Sở A": 15, "Sở B": 15}


def test_the_outlook_simulates_what_arming_signs(url: str) -> None:
    cycle = armed(url, spec(groups=["cac-so"]))
    seen = look(url, cycle)
    assert len(seen.cases) == 2 and len(seen.notices) == 30


def test_the_workbook_holds_every_notice_and_no_formula(url: str) -> None:
    seen = crowded(url)
    odd = seen.notices[0]._replace(unit="=1+1")
    book = load_workbook(
        io.BytesIO(sheets.workbook([odd, *seen.notices[1:]], seen.look, "15/KH-UBND (2021)"))
    )
    assert book.sheetnames == [
        "Tổng hợp", "Thông báo", "Theo đơn vị", "Theo ngày", "Trùng dồn", "Hạn vào ngày nghỉ", "Không thời hạn", "Không có người nhận"
    ]  # fmt: skip
    assert book["Thông báo"].max_row == len(seen.notices) + 1
    values = [cell for row in book["Thông báo"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in values) and "'=1+1" in {cell.value for cell in values}


def test_the_calendar_holds_every_dated_deadline_at_its_hour(url: str) -> None:
    seen = crowded(url)
    data = sheets.calendar_file(seen.cases, "15/KH-UBND (2021)", at=AT)
    events = {str(e["uid"]): e for e in Calendar.from_ical(data).walk("VEVENT")}
    assert len(events) == 5
    assert events["assignment-1@dondoc"].decoded("dtstart") == date(2021, 5, 20)
    assert events["assignment-5@dondoc"].decoded("dtstart").astimezone(AT.tzinfo).hour == 8
    assert data == sheets.calendar_file(seen.cases, "15/KH-UBND (2021)", at=AT)
