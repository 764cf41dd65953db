"""Working days and ladders: what a change moves is shown first, and nothing else is done than what was shown."""

import html
import re
from datetime import date

from models.database import reading
from models.standing import calendar, ladders
from plan.ladder import LADDERS
from tests import builders as b
from tests.web.conftest import Browser, Console

DECISION = {"off": "20/5/2021", "decision": "12/TB-BNV", "decided_on": "1/4/2021", "note": "nghỉ bù"}
LADDER = {"title": "Chuẩn", "review": "15/3; 15/11", "announce": "1", "days-0": "-10", "audience-0": "unit"}


def seen(page: str) -> dict[str, str]:
    """The mark of what a page has shown."""
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return {"seen": found.group(1)}


def changed(console: Console) -> dict[date, str]:
    with reading(console.url) as session:
        return {line.day: line.decision for line in calendar(session).overrides}


def look(admin: Browser, **fields: str) -> str:
    answer = admin.post("/office/days/look", {**DECISION, **fields}, page="/office/days")
    return html.unescape(answer.text)


def test_a_decision_shows_what_it_moves_and_is_put_into_force_when_confirmed(console: Console):
    admin = console.browser("admin")
    rows = len(b.told(console.url))

    page = look(admin)
    assert "Thứ Năm, ngày 20/05/2021" in page
    assert "Thông báo dời" in page
    assert (changed(console), len(b.told(console.url))) == ({}, rows)

    done = admin.post("/office/days", {**DECISION, **seen(page)}, page="/office/days")
    assert done.headers["location"] == "/office/days?said=days"
    assert changed(console) == {date(2021, 5, 20): "12/TB-BNV"}
    assert len(console.kicked) == 1
    assert "12/TB-BNV ngày 01/04/2021" in console.browser("binh").get("/office/days?year=2021").text


def test_a_change_that_was_not_looked_at_is_shown_again_and_not_made(console: Console):
    admin = console.browser("admin")
    other = seen(look(admin, off="21/5/2021"))

    refused = admin.post("/office/days", {**DECISION, **other}, page="/office/days")

    assert refused.status_code == 409
    assert "tình hình đã đổi sau khi bạn xem" in refused.text.lower()
    assert changed(console) == {}
    admin.post("/office/days", {**DECISION, **seen(refused.text)}, page="/office/days")
    assert len(changed(console)) == 1


def test_a_changed_day_is_taken_back_the_same_way(console: Console):
    admin = console.browser("admin")
    admin.post("/office/days", {**DECISION, **seen(look(admin))}, page="/office/days")

    page = admin.post("/office/days/look", {"remove": "2021-05-20"}, page="/office/days?year=2021").text
    admin.post("/office/days", {"remove": "2021-05-20", **seen(page)}, page="/office/days")

    assert changed(console) == {}
    assert b.broken(console.url) == []


def test_every_mistake_in_a_decision_is_told_at_its_field(console: Console):
    admin = console.browser("admin")
    page = look(
        admin, off="31/2/2021; 30/4/2021 - 3/5/2021", on="1/5/2021", decision="", decided_on="hôm qua"
    )

    for field in ("off", "decision", "decided_on", "on"):
        assert f'href="#f-{field}"' in page, field
    assert 'value="31/2/2021; 30/4/2021 - 3/5/2021"' in page
    assert "ít nhất một ngày" in look(admin, off="")
    assert "tối đa 40 ngày" in look(admin, off="1/5/2021 - 1/7/2021")


def ladder_look(admin: Browser, name: str, fields: dict[str, str]) -> str:
    answer = admin.post(f"/office/ladders/{name}/look", fields, page=f"/office/ladders/{name}")
    return html.unescape(answer.text)


def test_a_ladder_is_checked_shown_on_an_example_and_put_into_force(console: Console):
    admin = console.browser("admin")

    page = ladder_look(admin, "chuan", LADDER)
    assert "Trước hạn 10 ngày" in page
    assert "không gửi nữa" in page
    with reading(console.url) as session:
        assert ladders(session)["chuan"] == LADDERS["chuan"]

    admin.post("/office/ladders/chuan", {**LADDER, **seen(page)}, page="/office/ladders/chuan")
    with reading(console.url) as session:
        own = ladders(session)["chuan"]
    assert ([r.days for r in own.rungs], own.review) == ([-10], ("03-15", "11-15"))
    assert "của cơ quan" in admin.get("/office/ladders").text
    assert (
        "đang được dùng cho 3 việc giao"
        in admin.post("/office/ladders/chuan/remove", page="/office/ladders/chuan").text
    )


def test_mistakes_in_a_ladder_are_told_at_their_rung_and_nothing_typed_is_lost(console: Console):
    admin = console.browser("admin")
    wrong = {**LADDER, "days-0": "nhiều", "days-1": "14", "every-1": "7", "review": "15-11"}

    page = ladder_look(admin, "chuan", wrong)

    assert 'href="#f-days-0"' in page
    assert 'value="nhiều"' in page
    assert 'href="#f-review"' in page
    page = ladder_look(admin, "chuan", {**wrong, "days-0": "-3", "review": ""})
    assert "phải có cả" in page
    assert 'href="#f-every-1"' in page
    alone = {"title": "X", "days-0": "3", "audience-0": "superior", "escalation-0": "1", "after-0": "2"}
    assert "nhưng trước đó chỉ có 0" in ladder_look(admin, "chuan", alone)


def test_a_ladder_of_ones_own_gets_a_code_is_chosen_and_taken_away(console: Console):
    admin = console.browser("admin")
    assert 'href="#f-name"' in ladder_look(admin, "new", {**LADDER, "name": "Báo cáo"})
    assert "mã chuan đã có" in ladder_look(admin, "new", {**LADDER, "name": "chuan"}).lower()
    fields = {**LADDER, "name": "rieng"}
    page = ladder_look(admin, "new", fields)
    admin.post("/office/ladders/new", {**fields, **seen(page)}, page="/office/ladders/new")

    lan = console.browser("lan")
    lan.post("/office/ladders/choose", {"plan": "1", "ladder": "rieng"}, page="/office/ladders")
    assert "Kế hoạch 15/KH-UBND: <strong>Chuẩn</strong>" in lan.get("/office/ladders").text
    assert "1 lựa chọn" in admin.post("/office/ladders/rieng/remove", page="/office/ladders/rieng").text
    lan.post("/office/ladders/choose", {"plan": "1", "back": "1"}, page="/office/ladders")
    admin.post("/office/ladders/rieng/remove", page="/office/ladders/rieng")
    with reading(console.url) as session:
        assert "rieng" not in ladders(session)


def test_a_choice_of_nothing_is_refused_and_an_unknown_ladder_is_not_found(console: Console):
    lan = console.browser("lan")
    assert "chọn bậc nhắc" in lan.post("/office/ladders/choose", page="/office/ladders").text
    assert lan.get("/office/ladders/khong-co").status_code == 404
    assert "17/05/2021" in lan.get("/office/ladders/chuan?due=2021-05-17").text
