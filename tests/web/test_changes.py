"""Changes to one or many tasks: looked at first, made at once, and what is refused is told one by one."""

import re

from models.notices import NoticeState
from plan.kinds import NoticeKind
from plan.lifecycle import WorkState
from tests import builders as b
from tests.web.conftest import Browser, Console
from tests.web.test_work import hand_in, state


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found, "nothing is shown that could be done"
    return found.group(1)


def look(lan: Browser, what: str, *numbers: int, **fields: str):
    return lan.post(
        "/changes", {"what": what, "number": [str(n) for n in numbers], **fields}, page="/assignments"
    )


def go(lan: Browser, what: str, *numbers: int, **fields: str):
    page = look(lan, what, *numbers, **fields)
    return look(lan, what, *numbers, go="1", seen=seen(page.text), **fields)


def test_looking_shows_who_gets_what_and_writes_nothing(console: Console):
    before = len(b.told(console.url))
    page = look(console.browser("lan"), "suspend", 1, 3, reason="Chờ hướng dẫn").text

    assert "2 việc thay đổi được" in page
    assert "Tạm dừng → a@so-a.example" in page
    assert "Tạm dừng → b@so-b.example" in page
    assert state(console) is WorkState.ASSIGNED
    assert [r.action for r in b.told(console.url)[before:]] == ["sign-in.accepted"]


def test_many_are_changed_in_one_transaction_and_the_engine_is_told(console: Console):
    done = go(console.browser("lan"), "suspend", 1, 2, 3, reason="Chờ hướng dẫn")

    assert done.headers["location"] == "/assignments?said=changed"
    assert [a.state for a in b.assignments(console.url)] == [WorkState.SUSPENDED] * 3
    assert len(console.kicked) == 1
    assert b.broken(console.url) == []


def test_what_is_refused_is_told_one_by_one_and_the_rest_is_done(console: Console):
    hand_in(console)
    lan = console.browser("lan")
    page = look(lan, "suspend", 1, 2, reason="Chờ hướng dẫn").text
    assert "không thể “tạm dừng”" in page.lower()
    done = look(lan, "suspend", 1, 2, reason="Chờ hướng dẫn", go="1", seen=seen(page))

    assert "Đã làm: <strong>1</strong>" in done.text
    assert [a.state for a in b.assignments(console.url)][:2] == [WorkState.SUBMITTED, WorkState.SUSPENDED]
    assert b.broken(console.url) == []


def test_another_outcome_than_the_one_shown_is_shown_again_and_not_done(console: Console):
    lan = console.browser("lan")
    page = look(lan, "cancel", 1, 2, reason="Không còn cần").text
    hand_in(console, 1)
    again = look(lan, "cancel", 1, 2, reason="Không còn cần", go="1", seen=seen(page))

    assert again.status_code == 409
    assert "Tình hình đã đổi sau khi bạn xem" in again.text
    assert [a.state for a in b.assignments(console.url)][:2] == [WorkState.SUBMITTED, WorkState.ASSIGNED]


def test_what_is_missing_is_said_by_its_field_and_what_was_typed_stays(console: Console):
    lan = console.browser("lan")
    page = look(lan, "extend", 1, reason="Chờ số liệu", days="x")
    assert page.status_code == 422
    assert '<a href="#f-days">' in page.text
    assert ">Chờ số liệu</textarea>" in page.text
    assert "Hãy chọn đơn vị" in look(lan, "reassign", 1, reason="x").text
    assert "Hãy nêu lý do" in look(lan, "cancel", 1).text
    assert "Hãy chọn ít nhất một nhiệm vụ" in look(lan, "cancel", reason="x").text
    assert "Hãy chọn việc cần làm" in look(lan, "explode", 1).text


def test_deadlines_are_shifted_each_from_its_own_day_and_the_first_one_is_kept(console: Console):
    go(console.browser("lan"), "extend", 1, 3, days="10", reason="Bão số 3")

    moved = b.assignments(console.url)
    assert [str(moved[n].due_on) for n in (0, 2)] == ["2021-05-30", "2021-05-30"]
    assert [str(moved[n].original_due_on) for n in (0, 2)] == ["2021-05-20", "2021-05-20"]
    told = b.notices(console.url)
    assert [n.kind for n in told if n.detail == "Bão số 3"] == [NoticeKind.EXTENSION_DECISION] * 2


def test_a_decision_answers_the_request_that_waits(console: Console):
    link = console.link(1)
    console.browser().post(
        f"{link}/1/extension", {"new_due_on": "30/5/2021", "reason": "Chờ số liệu"}, page=link
    )
    go(console.browser("lan"), "extend", 1, day="25/5/2021", reason="Theo công văn 12")

    assert "Không có đề nghị nào chờ trả lời" in console.browser("lan").get("/extensions").text
    assert str(b.assignments(console.url)[0].due_on) == "2021-05-25"


def test_a_nudge_goes_out_by_itself_with_the_coordinators_words_and_once_a_day(console: Console):
    lan = console.browser("lan")
    go(lan, "nudge", 1, reason="Cần số liệu trước thứ Sáu")
    again = look(lan, "nudge", 1)

    assert "đã được nhắc thêm trong hôm nay" in again.text
    one = next(n for n in b.notices(console.url) if n.detail == "Cần số liệu trước thứ Sáu")
    assert (one.kind, one.delivery, one.state) == (NoticeKind.REMINDER, "alone", NoticeState.OWED)


def test_a_nudge_about_what_is_late_says_so(console: Console):
    console.at(b.moment("2021-05-25", 9))
    go(console.browser("lan"), "nudge", 1)

    assert b.notices(console.url)[-1].kind is NoticeKind.OVERDUE


def test_many_move_to_another_unit(console: Console):
    go(console.browser("lan"), "reassign", 1, 2, unit="2", reason="Sáp nhập")

    assert [a.unit_id for a in b.assignments(console.url)] == [1, 1, 2, 2, 2]


def test_everything_that_meets_the_filter_is_chosen(console: Console):
    page = look(console.browser("lan"), "nudge", every="1", by_unit="1").text

    assert "Nhắc thêm một lần ngay: 2 nhiệm vụ" in page


def test_the_way_back_is_only_to_our_own_pages(console: Console):
    done = go(console.browser("lan"), "nudge", 1, back="//evil.example/")

    assert done.headers["location"] == "/assignments?said=changed"
