"""Why a mail went out or did not, and the lists of the auditor as files."""

import io
import json
from datetime import UTC, datetime

import openpyxl
import pytest

from actions import moves
from models import ledger
from models.database import unit_of_work
from models.engine import EngineRun
from models.ledger import Entry, verify
from tests import builders as b
from tests.web.conftest import NOON, Console
from web.ledger_words import ENGINE, broken
from web.pages import Phrases


@pytest.fixture
def lived(console: Console) -> Console:
    """The days from arming to 14 May: task 1 is handed in on the 12th, before its reminder of the 13th."""
    b.live(console.url, b.date(2021, 4, 8), b.date(2021, 5, 11))
    b.by(console.url, b.MINH, moves.submit, 1, b.moment("2021-05-12"), note="Xong")
    b.live(console.url, b.date(2021, 5, 12), b.date(2021, 5, 14))
    console.at(b.moment("2021-05-14", 12))
    return console


def test_each_rung_says_why_it_is_there_and_what_became_of_it(lived: Console):
    page = lived.browser("kiem").get("/assignments/1/why").text

    assert "Trước hạn 30 ngày; cho đơn vị" in page
    assert "250 ok" in page
    assert "Không nhắc khi đã nộp, đang chờ nghiệm thu" in page
    assert "Ngày đến hạn" in page


def test_what_is_still_to_come_and_what_moved_off_a_day_off_is_said(lived: Console):
    page = lived.browser("binh").get("/assignments/2/why").text

    assert "Chưa đến ngày" in page
    assert "chỉ khi đã gửi được 3 lần nhắc" in page
    assert "dời từ" in page


def test_a_mailbox_and_a_day_show_everything_owed_there(lived: Console):
    kiem = lived.browser("kiem")
    page = kiem.get("/why?address=a@so-a.example&day=2021-05-13").text

    assert "Thư tổng hợp" in page
    assert "việc giao số 2" in page
    assert "không có thông báo nào phải gửi" in kiem.get("/why?address=a@so-a.example&day=2021-05-10").text
    assert "không phải là một ngày" in kiem.get("/why?address=x&day=mai").text
    assert lived.browser("binh").get("/why").status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_ledger_is_taken_away_as_it_was_narrowed_with_its_hashes(lived: Console, kind: str):
    answer = lived.browser("kiem").get(f"/ledger.{kind}?action=evidence.")

    (row,) = [r for r in b.told(lived.url) if r.action == "evidence.submitted"]
    if kind == "json":
        (found,) = json.loads(answer.text)
        entry = Entry(found["at"], *(found[k] for k in ("who", "assurance", "action", "subject", "data")))
        assert entry.chained(found["seq"], found["previous"]) == found["hash"] == row.hash
    elif kind == "csv":
        assert row.hash in answer.text.splitlines()[1]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        assert sheet is not None
        assert [c.value for c in sheet[2]][-1] == row.hash


def test_tasks_as_json_have_names_for_programs_and_an_unknown_kind_is_not_found(lived: Console):
    kiem = lived.browser("kiem")
    rows = json.loads(kiem.get("/assignments.json").text)
    assert next((r["id"], r["unit"], r["due_on"]) for r in rows) == (1, "Sở A", "2021-05-20")
    assert kiem.get("/assignments.docx").status_code == 404
    assert kiem.get("/ledger.docx").status_code == 404


def test_the_ledger_is_narrowed_by_days_of_vietnam(lived: Console):
    kiem = lived.browser("kiem")
    page = kiem.get("/ledger?since=2021-05-12&until=2021-05-12&action=evidence.").text
    assert "evidence.submitted" in page
    assert "Không có dòng nào như vậy" in kiem.get("/ledger?until=2021-05-11&action=evidence.").text
    assert kiem.get("/ledger?since=hôm-qua").status_code == 200


def test_the_engines_own_runs_are_shown_when_asked_for(lived: Console):
    with unit_of_work(lived.url) as session:
        ledger.record(session, NOON, ledger.SYSTEM, ENGINE, "run:7", name="deliver")
    kiem = lived.browser("kiem")

    assert "lượt chạy 7" not in kiem.get("/ledger").text
    for asked in ("engine=1", "about=run:7", "action=engine."):
        assert "lượt chạy 7" in kiem.get(f"/ledger?{asked}").text


def test_verification_against_an_old_head_still_looks_at_the_present_one(lived: Console):
    rows = b.told(lived.url)
    kept = f"{rows[4].seq}:{rows[4].hash}"
    assert "Nguyên vẹn" in lived.browser("kiem").get(f"/ledger/verify?head={kept}").text
    wrong = f"{rows[4].seq}:{'0' * 64}"
    assert "Có chỗ không khớp" in lived.browser("kiem").get(f"/ledger/verify?head={wrong}").text


def test_the_ledger_speaks_vietnamese_beside_its_own_words(lived: Console):
    page = lived.browser("kiem").get("/ledger?action=evidence.").text

    assert "Nộp kết quả" in page
    assert "evidence.submitted" in page
    assert "10:00 12/05/2021" in page


@pytest.mark.parametrize(
    ("rows", "head", "words"),
    [
        ([1, 3], None, "thiếu dòng 2"),
        ([1, 2], 3, "phần cuối đã bị cắt: nhật ký kết thúc ở dòng 2"),
        ([1, 2, 3], 3, "không phải dòng đã báo"),
    ],
)
def test_a_chain_that_does_not_hold_is_told_in_words(
    lived: Console, rows: list[int], head: int | None, words: str
):
    told = [r for r in b.told(lived.url) if r.seq in rows]

    found = list(verify(told, head=(head, "0" * 64) if head else None))

    assert any(words in broken(x.what, Phrases("vi", b.AT)) for x in found), found


def test_a_tasks_timeline_has_the_engines_runs_at_the_moment_that_was_rehearsed(console: Console):
    with unit_of_work(console.url) as session:
        ended = datetime(2026, 11, 26, 5, tzinfo=UTC)  # the engine's own clock goes on
        run = EngineRun(
            run_id="7f", item_id=1, flow="plan-item", name="T-7", state_type="COMPLETED", state_name="Reminded",
            message="T-7 to 1", changed_at=ended,
        )  # fmt: skip
        session.add(run)
        ledger.record(session, NOON, ledger.SYSTEM, ENGINE, "run:7f", name="T-7")

    page = console.browser("kiem").get("/assignments/1").text

    assert "Lượt nhắc T-7: đã nhắc" in page
    assert f'href="http://127.0.0.1:{console.settings.prefect_port}/runs/flow-run/7f"' in page
    assert "26/11/2026" not in page
