"""The year's page: its list filtered, what wants a look, files, the check before signing, the engine's part."""

import io
import json
from datetime import date

import pytest
from openpyxl import load_workbook

from models.database import unit_of_work
from models.engine import FOLLOWING, Switch
from tests.web.conftest import NOON, Browser, Console
from tests.web.test_plans import everything_decided, lan, plan
from web.year_list import NoticeWanted

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


def test_what_wants_a_look_is_counted(lan: Browser):
    page = lan.get(YEAR).text

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
