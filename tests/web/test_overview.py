"""The leader's page, the ledger's, the files, and the unit's own list."""

import csv
import io
import sqlite3
import zipfile

from openpyxl import load_workbook

from models.database import reading
from plan.lifecycle import WorkState
from tests import builders as b
from tests.web.conftest import Console
from tests.web.test_work import hand_in
from web.figures import pressing
from web.overview import by_unit


def accept(console: Console, number: int) -> None:
    console.browser("lan").post(f"/assignments/{number}/accept", page="/review")


def test_a_leader_sees_whose_work_is_late_and_since_when(console: Console):
    console.at(b.moment("2021-05-25", 9))
    page = console.browser("binh").get("/leader").text

    assert "Tình hình thực hiện nhiệm vụ năm 2021" in page
    assert "quá hạn 5 ngày" in page
    assert '<span class="cell late-3">2/2</span>' in page


def test_what_is_due_today_is_counted_as_such_until_the_day_has_ended(console: Console):
    with reading(console.url) as session:
        now, after = (pressing(session, b.moment(day, 9)) for day in ("2021-05-20", "2021-05-21"))
    assert now == (0, 3, 0)
    assert after == (3, 0, 0)


def test_in_time_is_judged_by_the_day_of_handing_in_on_both_dates(console: Console):
    link = console.link(1)
    console.browser().post(
        f"{link}/1/extension", {"new_due_on": "30/5/2021", "reason": "Chờ số liệu"}, page=link
    )
    console.browser("lan").post("/extensions/1", {"answer": "grant"}, page="/extensions")
    console.at(b.moment("2021-05-30", 23, 50))
    hand_in(console, 1)
    console.at(b.moment("2021-06-02", 9))
    hand_in(console, 2)
    accept(console, 1)
    accept(console, 2)

    with reading(console.url) as session:
        row = by_unit(session, b.moment("2021-06-02", 10), 2021, 10)
    unit = next(r for r in row if r.name == "Sở A")
    assert (unit.done, unit.in_time, unit.in_time_first, unit.share) == (2, 1, 0, 50)


def test_a_plans_time_line_shows_each_task_and_says_the_same_in_a_table(console: Console):
    page = console.browser("binh").get("/plans/1/timeline/2021").text

    assert page.count("<title>II.") == 3
    assert page.count("20/05/2021") >= 6
    assert console.browser("binh").get("/plans/1/timeline/2030").status_code == 404


def test_the_ledger_is_narrowed(console: Console):
    hand_in(console)
    kiem = console.browser("kiem")
    assert "evidence.submitted" in kiem.get("/ledger").text
    narrowed = kiem.get("/ledger?action=evidence.&about=submission:1").text
    assert narrowed.count('<tr id="r-') == 1
    assert "Văn thư Sở A" in narrowed
    assert "Không có dòng nào như vậy" in kiem.get("/ledger?who=person:999").text


def test_the_ledger_is_verified_against_a_head_kept_elsewhere(console: Console):
    kiem = console.browser("kiem")
    assert "Nguyên vẹn" in kiem.get("/ledger/verify").text
    assert "Có chỗ không khớp" in kiem.get(f"/ledger/verify?head=3:{'0' * 64}").text
    assert kiem.get("/ledger/verify?head=abc").status_code == 422


def test_a_changed_row_is_found(console: Console):
    raw = sqlite3.connect(console.url.removeprefix("sqlite:///"))
    raw.execute("DROP TRIGGER ledger_no_update")
    raw.execute("UPDATE ledger SET who = 'person:9' WHERE seq = 2")
    raw.commit()
    raw.close()

    assert "Dòng 2:" in console.browser("kiem").get("/ledger/verify").text


def test_the_ledger_leaves_with_its_verifier(console: Console):
    answer = console.browser("kiem").get("/ledger/export.zip")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert set(archive.namelist()) >= {"ledger.jsonl", "head.txt", "verify.py"}


def test_the_list_leaves_as_csv_and_as_excel(console: Console):
    lan = console.browser("lan")
    rows = list(csv.reader(io.StringIO(lan.get("/assignments.csv?unit=1").content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert rows[1][3:5] == ["Nhiệm vụ II.1", "Sở A"]
    sheet = load_workbook(io.BytesIO(lan.get("/assignments.xlsx").content)).active
    assert sheet is not None
    assert sheet.max_row == 4


def test_a_unit_with_an_account_sees_and_answers_everything_it_owes(console: Console):
    minh = console.browser("minh")
    page = minh.get("/mine").text
    assert "Nhiệm vụ II.1" in page
    assert "Nhiệm vụ II.3" not in page
    minh.post("/mine/receive", page="/mine")
    minh.post("/mine/1/hand-in", {"note": "Xong", "also": "2"}, page="/mine/1")

    assert [a.state for a in b.assignments(console.url)] == [
        WorkState.SUBMITTED,
        WorkState.SUBMITTED,
        WorkState.ASSIGNED,
    ]
    assert [r.assurance for r in b.told(console.url)][-2:].count("signed-in") >= 1
    assert minh.get("/mine/3").status_code == 403
    assert minh.post("/mine/3/receive", page="/mine").status_code == 403
