"""The coordinator's morning, queues, and what is done about one task."""

import re
from html import unescape

from sqlmodel import col, select

from models.cycles import Extension, ExtensionState
from models.database import reading
from models.notices import Notice, NoticeState
from plan.kinds import NoticeKind
from plan.lifecycle import WorkState
from tasks.mail import notice_mails
from tests import builders as b
from tests.web.conftest import NOON, Console
from tests.web.test_door import PASSWORD, give_password

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def hand_in(console: Console, number: int = 1) -> None:
    link = console.link(number, unit=b.B if number == 3 else b.A)
    done = console.browser().post(
        f"{link}/{number}/hand-in",
        {"note": "Đã làm xong việc này"},
        page=link,
        files=[("files", ("kết quả.pdf", PDF))],
    )
    assert done.status_code == 303


def evidence_on(page: str) -> str:
    """The address of the first file on a page, behind "/evidence/"."""
    return re.findall(r'href="/evidence/(\d+/\w{64})"', page)[0]


def state(console: Console, number: int = 1) -> WorkState:
    return b.assignments(console.url)[number - 1].state


def test_the_morning_shows_what_is_late_and_what_waits(console: Console):
    hand_in(console, 3)
    console.at(b.moment("2021-05-21", 9))
    page = console.browser("lan").get("/morning").text

    assert '<span class="figure tone-late">2</span>' in page
    assert "quá hạn 1 ngày" in page
    assert "Nhiệm vụ II.1" in page
    late, review = page.split("Chờ bạn nghiệm thu")
    assert "Nhiệm vụ II.3" not in late
    assert "Nhiệm vụ II.3" in review


def test_stopping_all_sending_needs_a_reason_shows_on_every_page_and_can_be_undone(console: Console):
    lan = console.browser("lan")
    refused = lan.post("/sending/stop", {"reason": " "}, page="/sending")
    assert refused.status_code == 422
    assert "Dừng gửi phải nêu lý do" in refused.text

    assert (
        lan.post("/sending/stop", {"reason": "Sai danh bạ"}, page="/sending").headers["location"]
        == "/sending?said=stopped"
    )
    assert "Đang dừng gửi" in lan.get("/assignments").text
    lan.post("/sending/resume", {"what": "send"}, page="/sending")
    assert "Đang dừng gửi" not in lan.get("/assignments").text
    assert [r.action for r in b.told(console.url)][-2:] == ["sending.stopped", "sending.resumed"]


def test_what_waits_is_shown_before_sending_is_switched(console: Console):
    b.wake(console.url, b.moment("2021-04-08", 6))
    page = console.browser("lan").get("/sending").text

    assert page.count("Giao nhiệm vụ, thư tổng hợp") == 3
    assert "a@so-a.example" in page
    assert "Nhắc" not in page


def test_what_was_handed_in_is_reviewed_with_its_files_beside_it(console: Console):
    hand_in(console)
    lan = console.browser("lan")
    queue = lan.get("/review").text
    assert "Đã làm xong việc này" in queue
    assert "nộp đúng hạn" in queue
    address = evidence_on(queue)
    file = lan.get(f"/evidence/{address}")
    assert file.content == PDF
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["content-security-policy"] == "default-src 'none'; sandbox"

    accepted = lan.post("/assignments/1/accept", {"back": "/review"}, page="/review")
    assert accepted.headers["location"] == "/review?said=accepted"
    assert state(console) is WorkState.COMPLETED
    assert "đúng hạn" in lan.get("/assignments/1").text


def test_the_engine_is_told_after_the_commit(console: Console):
    hand_in(console)
    console.browser("lan").post("/assignments/1/accept", page="/review")

    assert len(console.kicked) == 1


def test_a_result_comes_back_only_with_a_reason(console: Console):
    hand_in(console)
    lan = console.browser("lan")
    assert lan.post("/assignments/1/return", {"reason": ""}, page="/review").status_code == 422
    assert state(console) is WorkState.SUBMITTED

    lan.post("/assignments/1/return", {"reason": "Thiếu phụ lục"}, page="/review")
    assert state(console) is WorkState.RECEIVED
    assert "Thiếu phụ lục" in console.browser().get(console.link(1)).text


def test_a_mail_names_whoever_decided(console: Console):
    hand_in(console)
    console.browser("lan").post("/assignments/1/return", {"reason": "Thiếu phụ lục"}, page="/review")
    told = (NoticeKind.SUBMITTED, NoticeKind.RETURNED)

    with reading(console.url) as session:
        rows = session.exec(select(Notice).where(col(Notice.kind).in_(told))).all()
        mails = notice_mails(session, rows, NOON, console.settings).values()

    assert {(m.kind, m.by) for m in mails} == {
        (NoticeKind.SUBMITTED, "Văn thư Sở A"),
        (NoticeKind.RETURNED, "Lan"),
    }


def test_two_reviewers_at_once_the_second_is_told(console: Console):
    hand_in(console)
    lan, mai = console.browser("lan"), console.browser("mai")
    mark = mai.mark("/review")
    lan.post("/assignments/1/accept", page="/review")
    late = mai.client.post("/assignments/1/accept", data={"_mark": mark})

    assert late.status_code == 422
    assert "hoàn thành" in late.text


def test_more_time_is_granted_to_another_day_or_refused_in_words(console: Console):
    link = console.link(1, 2)
    for number in (1, 2):
        console.browser().post(
            f"{link}/{number}/extension", {"new_due_on": "30/5/2021", "reason": "Chờ số liệu"}, page=link
        )
    lan = console.browser("lan")
    assert "thêm 10 ngày" in lan.get("/extensions").text
    lan.post("/extensions/1", {"answer": "grant", "new_due_on": "25/5/2021"}, page="/extensions")
    assert (
        "Từ chối phải nêu lý do" in lan.post("/extensions/2", {"answer": "refuse"}, page="/extensions").text
    )
    lan.post("/extensions/2", {"answer": "refuse", "words": "Không thể"}, page="/extensions")

    with reading(console.url) as session:
        assert [e.state for e in session.exec(select(Extension))] == [
            ExtensionState.GRANTED,
            ExtensionState.REFUSED,
        ]
    assert str(b.assignments(console.url)[0].due_on) == "2021-05-25"


def test_a_disputed_task_moves_to_the_unit_that_has_it(console: Console):
    link = console.link(1)
    console.browser().post(f"{link}/1/dispute", {"not_ours": "Của Sở B"}, page=link)
    lan = console.browser("lan")
    assert "Của Sở B" in lan.get("/extensions").text
    refused = lan.post("/disputes/1", {"answer": "move", "words": "Đúng vậy"}, page="/extensions")
    assert "Hãy chọn đơn vị" in refused.text
    lan.post("/disputes/1", {"answer": "move", "words": "Đúng vậy", "unit": "2"}, page="/extensions")

    assert state(console) is WorkState.REPLACED
    assert [a.unit_id for a in b.assignments(console.url)] == [1, 1, 2, 2]


def test_a_disputed_task_may_stay_and_the_unit_is_told_why(console: Console):
    link = console.link(1)
    console.browser().post(f"{link}/1/dispute", {"not_ours": "Của Sở B"}, page=link)
    console.browser("lan").post(
        "/disputes/1", {"answer": "stay", "words": "Sở A chủ trì theo quyết định 5"}, page="/extensions"
    )

    assert state(console) is WorkState.ASSIGNED
    assert "Sở A chủ trì theo quyết định 5" in [n.detail for n in b.notices(console.url)]
    assert "Sở A chủ trì theo quyết định 5" in console.browser().get(link).text


def test_the_list_is_searched_and_filtered(console: Console):
    lan = console.browser("lan")

    assert "3 nhiệm vụ" in lan.get("/assignments").text
    assert "1 nhiệm vụ" in lan.get("/assignments?words=II.3").text
    assert "2 nhiệm vụ" in lan.get("/assignments?unit=1&state=assigned").text
    assert "Không có nhiệm vụ nào như vậy" in lan.get("/assignments?when=late").text
    assert lan.get("/assignments?unit=x&page=999999999999&when=%00").status_code == 200


def test_a_tasks_page_tells_its_life(console: Console):
    b.wake(console.url, b.moment("2021-04-08", 6))
    b.deliver(console.url, b.moment("2021-04-08", 8))
    console.at(b.moment("2021-04-08", 9))
    page = console.browser("lan").get("/assignments/1").text

    assert "Giao nhiệm vụ (NEW): đã gửi" in page
    assert "Văn thư Sở A" in page


def test_a_units_person_sees_its_own_tasks_only(console: Console):
    hand_in(console)
    address = evidence_on(console.browser("lan").get("/review").text)
    minh, hoa = console.browser("minh"), console.browser("hoa")

    assert (minh.get("/assignments/1").status_code, hoa.get("/assignments/1").status_code) == (200, 403)
    assert (minh.get(f"/evidence/{address}").status_code, hoa.get(f"/evidence/{address}").status_code) == (
        200,
        403,
    )
    assert b.told(console.url)[-1].action == "access.refused"


def test_what_is_not_there_is_not_found(console: Console):
    lan = console.browser("lan")

    assert lan.get("/assignments/99").status_code == 404
    assert lan.get(f"/evidence/1/{'0' * 64}").status_code == 404
    assert lan.post("/extensions/99", {"answer": "grant"}, page="/extensions").status_code == 404
    assert lan.post("/disputes/99", {"answer": "stay", "words": "x"}, page="/extensions").status_code == 404


def test_a_session_that_ends_while_typing_loses_nothing(console: Console):
    hand_in(console)
    give_password(console, "lan")
    lan = console.browser("lan")
    mark = lan.mark("/review")
    reason = "Những lời trả lại rất dài mà không ai muốn gõ lại lần thứ hai"
    lan.post("/sign-out", page="/review")
    lan.client.cookies.set("dondoc_session", "đã-hết".encode().hex())
    page = lan.client.post("/assignments/1/return", data={"_mark": mark, "reason": reason})

    assert page.status_code == 401
    assert "những gì bạn đã nhập vẫn được giữ" in page.text
    assert state(console) is WorkState.SUBMITTED
    fields = dict(re.findall(r'name="(kept|kept_path|_mark)" value="([^"]*)"', page.text))
    signed_in = lan.client.post(
        "/sign-in", data={**{k: unescape(v) for k, v in fields.items()}, "code": "lan", "password": PASSWORD}
    )
    assert reason in signed_in.text
    assert 'action="/assignments/1/return"' in signed_in.text
    mark = re.findall(r'name="_mark" value="(\w+)"', signed_in.text)[-1]
    lan.client.post("/assignments/1/return", data={"_mark": mark, "reason": reason})
    assert state(console) is WorkState.RECEIVED


def test_a_telephone_call_is_logged_on_the_tasks_page_and_shown_there(console: Console):
    lan = console.browser("lan")
    said = {"told": "bà Hoa, văn thư", "words": "hứa nộp"}
    done = lan.post("/assignments/1/call", said, page="/assignments/1")

    page = lan.get(done.headers["location"]).text
    assert "Đã ghi cuộc gọi." in page
    for shown in (page, lan.get("/assignments/1/why").text):
        assert "bà Hoa, văn thư" in shown and "hứa nộp" in shown
    (kept,) = b.notices(console.url, Notice.rung == "call:1")
    assert (kept.state, kept.detail) == (NoticeState.ACCEPTED, "hứa nộp")
    refused = lan.post("/assignments/1/call", {"told": "", "words": "giữ lại"}, page="/assignments/1")
    assert "ãy ghi tên người nghe điện thoại" in refused.text
    assert "giữ lại" in refused.text
    assert console.browser("minh").post("/assignments/1/call", {"told": "x"}, page="/mine").status_code == 403
