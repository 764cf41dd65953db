"""Drafts of answers, new links for ended ones, and what a link says about a task that is not open any more."""

import email
import re
from datetime import timedelta
from email import policy

import pytest
from sqlmodel import select

from actions import accounts
from actions.drafts import forget_old
from models.database import reading, unit_of_work
from models.drafts import AnswerDraft
from models.evidence import SubmissionPaper
from models.ledger import SYSTEM
from plan import clock
from plan.lifecycle import WorkState
from tests import builders as b
from tests.web.conftest import NOON, Console
from tests.web.test_answer import PDF


def drafts(console: Console) -> list[AnswerDraft]:
    with reading(console.url) as session:
        return list(session.exec(select(AnswerDraft)))


def test_a_draft_is_kept_with_its_files_and_says_nothing_to_anybody(console: Console):
    link = console.link(1, 2)
    rows = b.told(console.url)
    typed = {"note": "Đang làm dở", "paper_on": "ngày mai", "also": "2"}
    files = [("files", ("Báo cáo.pdf", PDF))]

    done = console.browser().post(f"{link}/1/draft", typed, page=f"{link}/1", files=files)

    assert done.headers["location"] == f"{link}/1?said=draft"
    page = console.browser().get(f"{link}/1").text
    assert "Đang làm dở" in page
    assert 'value="ngày mai"' in page
    assert "Báo cáo.pdf" in page
    assert re.search(r'name="also" value="2" checked', page)
    assert b.told(console.url) == rows
    assert b.assignments(console.url)[0].state is WorkState.ASSIGNED


def test_handing_in_takes_the_drafts_files_and_forgets_it(console: Console):
    link = console.link(1)
    somebody = console.browser()
    somebody.post(f"{link}/1/draft", {"note": "Dở"}, page=link, files=[("files", ("a.pdf", PDF))])
    token = re.search(r'name="kept" value="([^"]+)"', somebody.get(link).text)
    assert token

    somebody.post(f"{link}/1/hand-in", {"note": "Xong", "kept": token.group(1)}, page=link)

    with reading(console.url) as session:
        assert [p.name for p in session.exec(select(SubmissionPaper))] == ["a.pdf"]
    assert drafts(console) == []


def test_a_draft_of_one_reader_is_not_shown_to_another(console: Console):
    console.browser().post(f"{console.link(1)}/1/draft", {"note": "Của hộp thư"}, page=console.link(1))

    assert "Của hộp thư" not in console.browser("minh").get("/mine/1").text
    console.browser("minh").post("/mine/1/draft", {"note": "Của Minh"}, page="/mine/1")
    assert "Của Minh" in console.browser("minh").get("/mine/1").text
    assert sorted(d.who for d in drafts(console)) == ["contact:1", "person:3"]


def test_a_draft_about_another_units_task_is_refused(console: Console):
    link = console.link(1)

    assert console.browser().post(f"{link}/3/draft", {"note": "x"}, page=link).status_code == 404
    assert drafts(console) == []


def test_what_was_handed_in_can_be_fetched_again_by_the_unit_and_by_no_other(console: Console):
    link = console.link(1, 2)
    console.browser().post(f"{link}/1/hand-in", page=link + "/1", files=[("files", ("a.pdf", PDF))])
    found = re.search(r'href="(/a/[^"]+/1/evidence/1/\w{64})"', console.browser().get(f"{link}/1").text)
    assert found

    assert console.browser().get(found.group(1)).content == PDF
    sha = found.group(1).rpartition("/")[2]
    assert console.browser().get(f"{link}/2/evidence/1/{sha}").status_code == 404
    other = console.link(3, unit=b.B)
    assert console.browser().get(f"{other}/1/evidence/1/{sha}").status_code == 404


def mails(console: Console) -> list[email.message.EmailMessage]:
    files = sorted(console.settings.mail_dir.rglob("*.eml"))
    return [email.message_from_bytes(f.read_bytes(), policy=policy.default) for f in files]  # type: ignore[misc]


def test_an_expired_link_is_mailed_anew_to_its_own_mailbox_and_opens(console: Console):
    old = console.link(1, at=NOON - timedelta(days=61))
    ended = console.browser().get(old)
    assert ended.status_code == 410
    assert "a…@so-a.example" in ended.text
    assert "a@so-a.example" not in ended.text

    page = console.browser().post(f"{old}/fresh", page=old).text

    assert "Hãy xem hộp thư của đơn vị" in page
    (mail,) = mails(console)
    assert mail["To"].addresses[0].addr_spec == "a@so-a.example"
    assert mail["Subject"].startswith("Liên kết mới")
    body = mail.get_body(("plain",))
    found = re.search(r"/a/\S+", body.get_content() if body else "")
    assert found
    assert "Nhiệm vụ II.2" in console.browser().get(found.group()).text
    assert [r.action for r in b.told(console.url)][-1] == "link.asked"


def test_a_mailbox_is_not_filled_by_whoever_asks_again_and_again(console: Console):
    old = console.link(1, at=NOON - timedelta(days=61))
    for _ in range(3):
        assert console.browser().post(f"{old}/fresh", page=old).status_code == 200

    assert len(mails(console)) == 1
    console.at(NOON + timedelta(minutes=16))
    console.browser().post(f"{old}/fresh", page=old)
    assert len(mails(console)) == 2


@pytest.mark.parametrize(
    ("address", "sent"), [("b@so-b.example", 1), ("la@khong-co.example", 0), ("giam-doc@so-b.example", 0)]
)
def test_a_broken_link_gives_the_same_answer_for_every_address(console: Console, address: str, sent: int):
    page = console.browser().post("/a/khong-dung/fresh", {"address": address}, page="/a/khong-dung")

    assert page.status_code == 200
    assert "Nếu địa chỉ có trong danh bạ" in page.text
    assert len(mails(console)) == sent


def test_a_revoked_link_says_so_and_offers_a_new_one_to_the_same_mailbox(console: Console):
    link = console.link(1)
    with unit_of_work(console.url) as session:
        accounts.revoke_links(session, "contact:1", now=clock.now(), at=NOON, actor=SYSTEM)

    page = console.browser().get(link)

    assert page.status_code == 410
    assert "đã bị thu hồi" in page.text
    assert "Gửi cho tôi liên kết mới" in page.text


def test_nothing_is_mailed_while_sending_is_stopped_and_the_page_says_so(console: Console):
    console.browser("lan").post("/sending/stop", {"reason": "Bảo trì"}, page="/sending")
    old = console.link(1, at=NOON - timedelta(days=61))

    page = console.browser().post(f"{old}/fresh", page=old).text

    assert "tạm dừng mọi việc gửi thư" in page
    assert mails(console) == []


@pytest.mark.parametrize(
    ("event", "words"), [("suspend", "đang tạm dừng"), ("cancel", "Nhiệm vụ đã hủy"), ("reassign", "nay do")]
)
def test_a_task_that_is_not_open_says_why_and_what_that_means_for_the_unit(
    console: Console, event: str, words: str
):
    form = {"reason": "Theo ý kiến chỉ đạo", "unit": "2", "date": ""}
    console.browser("lan").post(f"/assignments/1/{event}", form, page="/assignments/1")
    assert b.assignments(console.url)[0].state is not WorkState.ASSIGNED

    page = console.browser().get(console.link(1)).text

    assert words in page
    assert "“Theo ý kiến chỉ đạo”" in page


def test_a_paper_goes_with_a_request_for_more_time(console: Console):
    link = console.link(1)
    fields = {"new_due_on": "30/6/2021", "reason": "Chờ số liệu"}
    files = [("paper", ("Công văn xin gia hạn.pdf", PDF))]
    console.browser().post(f"{link}/1/extension", fields, page=link, files=files)

    assert "Công văn xin gia hạn.pdf" in console.browser().get(link).text


def test_a_draft_that_nobody_touches_for_long_is_forgotten(console: Console):
    link = console.link(1)
    console.browser().post(f"{link}/1/draft", {"note": "Đang làm dở"}, page=f"{link}/1")
    for days, left in ((90, 1), (91, 0)):
        with unit_of_work(console.url) as session:
            forget_old(session, NOON + timedelta(days=days))
        assert len(drafts(console)) == left
