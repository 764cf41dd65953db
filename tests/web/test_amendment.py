"""A newer version against the running year, in the console: side by side, looked at, accepted."""

import httpx
import pytest
from sqlmodel import select

from models.database import unit_of_work
from models.people import Contact
from plan.lifecycle import WorkState
from tests import builders as b
from tests.web.conftest import Browser, Console
from tests.web.test_plans import TEXT, everything_decided, lan, plan
from web.word_diff import word_diff

__all__ = ["lan", "plan"]
NEWER = (
    TEXT.replace("Xây dựng tài liệu bồi dưỡng.", "Xây dựng tài liệu bồi dưỡng cán bộ.")
    .replace("Trước ngày 20/10/2021", "Trước ngày 30/11/2021")
    .replace(
        "3. Khảo sát <script>alert(1)</script> nhu cầu.\n- Đơn vị chủ trì: Sở Ấy.",
        "3. Tổ chức hội thi tìm hiểu pháp luật.\n- Đơn vị chủ trì: Sở B.",
    )
)


@pytest.fixture
def newer(console: Console, lan: Browser, plan: str) -> str:
    """The address of a newer version of a plan that runs."""
    year = everything_decided(console, lan, plan)
    sha = lan.get(f"{year}/arm").text.split('name="sha256" value="')[1].split('"')[0]
    lan.post(f"{year}/arm", {"sha256": sha, "seen": "1"}, page=year)
    put = lan.post("/plans", {"new_version": "1"}, files=[("document", ("moi.txt", NEWER.encode()))])
    return put.headers["location"].partition("?")[0]


def look(lan: Browser, newer: str, *codes: str, **more: str) -> httpx.Response:
    return lan.post(f"{newer}/amendment", {"year": "2021", "pick": codes, "reason": "QĐ 5", **more})


def accept(lan: Browser, newer: str, *codes: str, **more: str) -> httpx.Response:
    """Look at what these changes would do, and go on."""
    seen = look(lan, newer, *codes, **more).text.split('name="seen" value="')[1].split('"')[0]
    return look(lan, newer, *codes, **more, seen=seen, go="1")


def test_words_are_compared_one_by_one():
    found = word_diff("Mở lớp cho cán bộ", "Mở hai lớp cho cán bộ xã")

    assert "".join(w.text for w in found if w.kind != "new") == "Mở lớp cho cán bộ"
    assert "".join(w.text for w in found if w.kind != "gone") == "Mở hai lớp cho cán bộ xã"
    assert [w.text.strip() for w in found if w.kind == "new"] == ["hai", "xã"]


def test_a_newer_version_is_held_against_the_running_year_instead_of_assigned_anew(lan: Browser, newer: str):
    page = lan.get(newer).text

    assert f'href="{newer}/amendment?year=2021"' in page
    assert 'name="accept"' not in page
    assert "Giao luôn" not in page


def test_both_versions_stand_side_by_side(lan: Browser, newer: str):
    page = lan.get(f"{newer}/amendment").text

    assert "<ins> cán bộ</ins>" in page
    assert "đổi hạn hoặc đơn vị" in page
    assert "thêm mới" in page
    assert "không còn" in page
    assert "&lt;script&gt;" in page


def test_it_is_looked_at_before_it_is_done_and_nothing_is_written_meanwhile(
    console: Console, lan: Browser, newer: str
):
    before = len(b.told(console.url))
    page = lan.post(f"{newer}/amendment", {"year": "2021", "pick": ["II.1"]}).text
    assert "Hãy nêu lý do hoặc văn bản" in page
    looked = lan.post(f"{newer}/amendment", {"year": "2021", "pick": ["II.1"], "reason": "QĐ 5"}).text

    assert "Nếu chấp nhận" in looked
    assert "Thay thế nhiệm vụ → a@so-a.example" in looked
    assert len(b.told(console.url)) == before


def test_one_change_is_accepted_and_the_rest_waits(console: Console, lan: Browser, newer: str):
    done = accept(lan, newer, "II.1")
    assert done.headers["location"].endswith("said=amended")
    rows = [a for a in b.assignments(console.url) if a.replaces_id]
    assert [str(a.due_on) for a in rows] == ["2021-11-29"]
    assert "thêm mới" in lan.get(f"{newer}/amendment").text


def test_what_is_accepted_is_what_was_looked_at(console: Console, lan: Browser, newer: str):
    seen = look(lan, newer, "II.1").text.split('name="seen" value="')[1].split('"')[0]
    told = len(b.told(console.url))
    unlooked = look(lan, newer, "II.1", go="1")
    more = look(lan, newer, "II.1", "II.2", seen=seen, go="1")
    assert (unlooked.status_code, more.status_code) == (409, 409)
    assert "Tình hình đã đổi sau khi bạn xem" in more.text

    with unit_of_work(console.url) as session:
        contact = session.exec(select(Contact).where(Contact.address == "a@so-a.example")).one()
        contact.address = "moi@so-a.example"
    changed = look(lan, newer, "II.1", seen=seen, go="1")
    assert changed.status_code == 409
    assert "Thay thế nhiệm vụ → moi@so-a.example" in changed.text
    assert len(b.told(console.url)) == told
    again = changed.text.split('name="seen" value="')[1].split('"')[0]
    assert look(lan, newer, "II.1", seen=again, go="1").status_code == 303


def test_an_added_task_gets_its_units_and_everything_is_accepted_at_once(
    console: Console, lan: Browser, newer: str
):
    page = lan.get(f"{newer}/amendment").text
    codes = [part.split('"')[0] for part in page.split('name="pick" value="')[1:]]
    item = page.split('id="f-units-')[-1].split('"')[0]
    wrong = lan.post(
        f"{newer}/amendment", {"year": "2021", "pick": codes, "reason": "QĐ 5", f"units-{item}": "Sở Bê"}
    )
    assert "Không có đơn vị “Sở Bê”" in wrong.text
    accept(lan, newer, *codes, **{f"units-{item}": "Sở B; Sở A"})

    assert "Mọi thay đổi đã được quyết định" in lan.get(f"{newer}/amendment").text or (
        "đã chạy theo bản này" in lan.get(f"{newer}/amendment").text
    )
    assert [a.state for a in b.assignments(console.url)].count(WorkState.REPLACED) == 2
    assert b.broken(console.url) == []


def test_nothing_ticked_is_said(lan: Browser, newer: str):
    refused = lan.post(f"{newer}/amendment", {"year": "2021", "reason": "QĐ 5", "go": "1"})

    assert "Hãy đánh dấu ít nhất một thay đổi" in refused.text


def test_a_plan_without_a_running_version_has_nothing_to_be_held_against(lan: Browser, plan: str):
    assert lan.get(f"{plan}/amendment").status_code == 404
