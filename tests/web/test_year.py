"""The year's page: its list filtered, what wants a look, files, the check before signing, the engine's part."""

import io
import json
from datetime import date
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from actions.signed import lines_of, signed_days, signed_lines
from models.cycles import Cycle, SimulationDay
from models.database import reading, unit_of_work
from models.engine import FOLLOWING, Switch
from models.notices import Notice, NoticeState
from plan.kinds import NoticeKind
from plan.ladder import Delivery
from plan.signed import decoded
from tests.web.conftest import NOON, Browser, Console
from tests.web.test_plans import everything_decided, lan, plan
from web.signed_list import counted, signed_page
from web.year_list import PAGE, NoticeWanted, together

__all__ = ["lan", "plan"]
YEAR = "/plans/1/years/2021"


def listed(page: str) -> str:
    return page.split('id="list"')[1]


def test_the_list_is_narrowed_by_unit_item_and_way(lan: Browser):
    page = listed(lan.get(f"{YEAR}?unit=S%E1%BB%9F+B").text)
    assert "b@so-b.example" in page
    assert "a@so-a.example" not in page
    assert "II.2" not in listed(lan.get(f"{YEAR}?item=II.1").text).split("<tbody>")[1]
    assert "tổng hợp" not in listed(lan.get(f"{YEAR}?how=alone").text).split("<tbody>")[1]
    assert "Không có thông báo nào như vậy" in lan.get(f"{YEAR}?how=nobody").text


@pytest.mark.parametrize(
    "query", ["day=x&page=y", "unit=%00", "how=explode&item=%3Cscript%3E", "page=999999999"]
)
def test_what_cannot_be_understood_is_left_out(lan: Browser, query: str):
    assert lan.get(f"{YEAR}?{query}").status_code == 200


def test_a_list_is_cut_into_pages():
    assert NoticeWanted.of({"page": "0"}).page == 1
    assert NoticeWanted.of({"page": "3"}).of_list([], date(2021, 5, 20)) == ([], 0)


def test_what_differs_in_its_readers_only_is_one_line():
    made = {"item_code": "II.1", "rung": "T-7", "delivery": "digest", "why": "trước hạn 7 ngày", "void": ""}
    rows = [SimpleNamespace(send_after=1, unit=unit, **made) for unit in ("A", "B")]
    later = SimpleNamespace(send_after=2, unit="A", **made)

    assert together([*rows, later]) == [rows, [later]]


def test_what_wants_a_look_is_counted(lan: Browser):
    page = lan.get(f"{YEAR}/compare").text

    assert "Trùng dồn (" in page
    assert "Thời hạn rơi vào ngày nghỉ (0)" in page
    assert "Số thông báo theo đơn vị (2)" in page


def test_the_year_leaves_as_workbook_calendar_and_json(lan: Browser):
    book = load_workbook(io.BytesIO(lan.get(f"{YEAR}.xlsx").content))
    assert "Thông báo" in book.sheetnames
    ics = lan.get(f"{YEAR}.ics")
    assert ics.text.count("BEGIN:VEVENT") == 3
    assert ics.headers["content-disposition"] == "attachment; filename*=UTF-8''15-KH-UBND%20%282021%29.ics"
    told = json.loads(lan.get(f"{YEAR}.json").content)
    assert told["notices"][0]["recipient"] == "a@so-a.example"
    assert lan.get("/plans/1/years/2030.xlsx").status_code == 404


def test_what_would_be_signed_is_checked_first(console: Console, lan: Browser, plan: str):
    year = everything_decided(console, lan, plan)
    assert f'href="{year}/arm"' in lan.get(year).text
    page = lan.get(f"{year}/arm").text

    assert "Kiểm tra lần cuối trước khi ký" in page
    assert "3 nhiệm vụ, 4 việc giao" in page
    assert "Ký và kích hoạt năm 2021" in page


def test_a_year_that_runs_is_not_armed_again(lan: Browser):
    page = lan.get(f"{YEAR}/arm").text

    assert "Năm này đã được kích hoạt" in page
    assert 'name="sha256"' not in page


def test_how_far_the_engine_has_followed_is_shown_until_it_has(console: Console, lan: Browser):
    assert "chưa lập lịch cho năm này" in lan.get(YEAR).text
    for value, shown in (("20/90", True), ("90/90", False)):
        with unit_of_work(console.url) as session:
            session.merge(Switch(name=FOLLOWING, value=value, changed_at=NOON, by="system"))
        page = lan.get(YEAR).text
        assert ('value="20" max="90"' in page) is shown
        assert ("data-poll" in page) is shown
        assert ("data-poll" in lan.get(f"{YEAR}/engine").text) is shown


def test_a_running_year_is_held_against_the_signed_list_where_asked(lan: Browser):
    assert f'href="{YEAR}/compare"' in lan.get(YEAR).text
    page = lan.get(f"{YEAR}/compare").text

    assert "Không thiếu thông báo nào so với danh sách đã ký" in page
    assert "chưa đến ngày" in page
    assert lan.get("/plans/1/years/2030/compare").status_code == 404


def test_each_signed_line_says_how_it_went_so_far(console: Console, lan: Browser):
    assert "chưa đến ngày" in listed(lan.get(YEAR).text)
    with unit_of_work(console.url) as session:
        line = decoded(signed_lines(session, session.get_one(Cycle, 1)))[0]
        session.add(Notice(
            assignment_id=line.assignment_id, version=line.version, rung=line.rung, day=date.fromisoformat(line.day),
            recipient=line.recipient, kind=NoticeKind.REMINDER, delivery=Delivery.DIGEST, state=NoticeState.VOID,
            reason="cancelled 2021-04-07", send_after=NOON, owed_at=NOON,
        ))  # fmt: skip
    assert "đã hủy" in listed(lan.get(f"{YEAR}?day={line.day}").text)


def rows_of(page: str) -> list[str]:
    return listed(page).split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]


@pytest.mark.parametrize(
    "query", ["", "?gone=1", "?how=alone", "?how=alone&gone=1", "?unit=S%E1%BB%9F+B", "?item=II.1"]
)
def test_a_list_signed_before_days_were_kept_reads_the_same(console: Console, lan: Browser, query: str):
    before = lan.get(YEAR + query).text
    with unit_of_work(console.url) as session:
        session.connection().execute(sa.delete(SimulationDay))
    assert rows_of(lan.get(YEAR + query).text) == rows_of(before) != []


def test_the_days_of_a_running_year_add_up_to_what_was_signed(console: Console, lan: Browser):
    with reading(console.url) as session:
        cycle = session.get_one(Cycle, 1)
        days, lines = signed_days(session, cycle), signed_lines(session, cycle)
        every = [line for day in days for line in lines_of(day)]
        assert sorted(every) == sorted(decoded(lines))
        wanted = [
            NoticeWanted.of({"gone": "1", "page": str(page)}) for page in range(1, len(lines) // PAGE + 3)
        ]
        pages = [signed_page(session, cycle, days, one, NOON, NOON.date()) for one in wanted]
    assert {count for _, count in pages} == {len(lines)}
    shown = [(r.assignment_id, r.rung, r.day) for rows, _ in pages for r in rows]
    assert len(shown) == len(lines)
    moments = [r.send_after for rows, _ in pages for r in rows]
    assert moments == sorted(moments)
    assert counted(days).notices == sum(not line.void for line in every)
