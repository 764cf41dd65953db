"""The unit's answer from the link in its mail."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from actions import accounts
from models.cycles import Extension
from models.database import reading, unit_of_work
from models.disputes import Dispute
from models.evidence import Submission, SubmissionPaper
from models.ledger import SYSTEM
from models.notices import Notice
from plan import clock
from plan.kinds import NoticeKind
from plan.lifecycle import WorkState
from tests import builders as b
from tests.web.conftest import NOON, Console

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def states(console: Console) -> list[WorkState]:
    return [a.state for a in b.assignments(console.url)]


def test_a_link_shows_what_is_asked_and_by_when(console: Console):
    page = console.browser().get(console.link(1))

    assert page.status_code == 200
    for words in (
        "Nhiệm vụ II.1",
        "Thứ Năm, ngày 20/05/2021",
        "Sở A",
        "Sở B",
        "Chưa tiếp nhận",
        "Nộp kết quả",
    ):
        assert words in page.text


def test_a_link_about_several_tasks_lists_them(console: Console):
    page = console.browser().get(console.link(1, 2)).text

    assert "Nhiệm vụ II.1" in page
    assert "Nhiệm vụ II.2" in page
    assert "Nhiệm vụ II.3" not in page


def test_a_link_that_names_no_task_is_about_everything_open_for_the_mailbox(console: Console):
    page = console.browser().get(console.link()).text

    assert "Nhiệm vụ II.2" in page
    assert "Nhiệm vụ II.3" not in page


def test_mail_scanners_that_open_every_link_many_times_change_nothing(console: Console):
    before, rows = states(console), b.told(console.url)
    for path in (console.link(1), console.link(1, 2), console.link(1, 2) + "/2", console.link()):
        for _ in range(3):
            scanner = console.browser()
            assert scanner.get(path).status_code == 200
            assert scanner.client.head(path).status_code == 200

    assert states(console) == before
    assert b.told(console.url) == rows


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused_in_words(console: Console, method: str):
    answer = console.browser().client.request(method, console.link(1))

    assert answer.status_code == 405
    assert "không dùng theo cách đó được" in answer.text


def test_receipt_is_confirmed_by_a_form_and_recorded_with_how_sure_we_are(console: Console):
    link = console.link(1)
    answer = console.browser().post(f"{link}/1/receive", page=link)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{link}/1?said=received"
    assert states(console)[0] is WorkState.RECEIVED
    row = b.told(console.url)[-1]
    assert (row.action, row.who, row.assurance) == ("assignment.receive", "contact:1", "shared-link")


def test_all_tasks_of_a_link_are_received_at_once(console: Console):
    link = console.link(1, 2)
    console.browser().post(f"{link}/receive", page=link)

    assert states(console) == [WorkState.RECEIVED, WorkState.RECEIVED, WorkState.ASSIGNED]


def test_one_answer_serves_several_tasks_with_its_files(console: Console):
    link = console.link(1, 2)
    answer = console.browser().post(
        f"{link}/1/hand-in", {"note": "Đã làm xong", "also": "2", "paper_on": "6/4/2021"},
        page=f"{link}/1", files=[("files", ("Báo cáo.pdf", PDF, "application/pdf"))],
    )  # fmt: skip

    assert answer.headers["location"].endswith("/1?said=handed-in")
    assert states(console) == [WorkState.SUBMITTED, WorkState.SUBMITTED, WorkState.ASSIGNED]
    with reading(console.url) as session:
        assert [s.note for s in session.exec(select(Submission))] == ["Đã làm xong"] * 2
        assert {p.name for p in session.exec(select(SubmissionPaper))} == {"Báo cáo.pdf"}
    assert b.broken(console.url) == []


def test_another_units_task_is_never_served_along(console: Console):
    link = console.link(1, 2)
    console.browser().post(f"{link}/1/hand-in", {"note": "Đã làm xong", "also": "3"}, page=f"{link}/1")

    assert states(console) == [WorkState.SUBMITTED, WorkState.ASSIGNED, WorkState.ASSIGNED]


def test_a_second_click_counts_once(console: Console):
    link = console.link(1)
    browser = console.browser()
    mark = browser.mark(link)
    answers = [
        browser.client.post(f"{link}/1/hand-in", data={"_mark": mark, "note": "Xong"}) for _ in range(2)
    ]

    assert [a.status_code for a in answers] == [303, 303]
    with reading(console.url) as session:
        assert len(session.exec(select(Submission)).all()) == 1


def test_nothing_to_hand_in_is_refused_in_words(console: Console):
    link = console.link(1)
    answer = console.browser().post(f"{link}/1/hand-in", page=link)

    assert answer.status_code == 422
    assert "Chưa có gì để nộp" in answer.text


def test_a_refused_form_loses_nothing_that_was_typed_and_no_file_that_was_sent(console: Console):
    link = console.link(1)
    browser = console.browser()
    refused = browser.post(
        f"{link}/1/hand-in", {"note": "Rất nhiều chữ đã gõ", "paper_on": "31/2/2021"},
        page=link, files=[("files", ("ket-qua.pdf", PDF, "application/pdf"))],
    )  # fmt: skip

    assert refused.status_code == 422
    assert "“31/2/2021” không phải là một ngày" in refused.text
    assert "Rất nhiều chữ đã gõ" in refused.text
    assert "ket-qua.pdf" in refused.text
    kept = refused.text.split('name="kept" value="')[1].split('"')[0]
    browser.post(f"{link}/1/hand-in", {"note": "Rất nhiều chữ đã gõ", "kept": kept}, page=link)
    with reading(console.url) as session:
        assert [p.name for p in session.exec(select(SubmissionPaper))] == ["ket-qua.pdf"]


@pytest.mark.parametrize(("name", "data", "why"), [
    ("virus.exe", b"MZ\x90\x00\x03\x00\x00\x00", "không nhận loại tệp này"),
    ("anh.jpg", b"", "tệp rỗng"),
    ("bao-cao.pdf", b"\x7fELF\x02\x01\x01\x00", "không nhận loại tệp này"),
])  # fmt: skip
def test_a_file_is_judged_by_its_content_and_refused_by_name(
    console: Console, name: str, data: bytes, why: str
):
    link = console.link(1)
    answer = console.browser().post(
        f"{link}/1/hand-in", {"note": "x"}, page=link, files=[("files", (name, data))]
    )

    assert answer.status_code == 422
    assert f"{name}: {why}" in answer.text
    assert states(console)[0] is WorkState.ASSIGNED


def test_a_files_name_is_never_a_path(console: Console):
    link = console.link(1)
    console.browser().post(
        f"{link}/1/hand-in", {"note": "x"}, page=link, files=[("files", ("../../etc/passwd.pdf", PDF))]
    )

    with reading(console.url) as session:
        assert [p.name for p in session.exec(select(SubmissionPaper))] == ["passwd.pdf"]


def test_more_time_is_asked_for_with_a_day_and_a_reason(console: Console):
    link = console.link(1)
    browser = console.browser()
    refused = browser.post(f"{link}/1/extension", {"new_due_on": "10/5/2021", "reason": ""}, page=link)
    assert refused.status_code == 422
    assert "Thời hạn mới 10/05/2021 không sau thời hạn hiện tại" in refused.text
    assert "Xin gia hạn phải nêu lý do" in refused.text

    answer = browser.post(
        f"{link}/1/extension", {"new_due_on": "30/5/2021", "reason": "Chờ số liệu"}, page=link
    )
    assert answer.headers["location"].endswith("said=asked")
    with reading(console.url) as session:
        assert [e.reason for e in session.exec(select(Extension))] == ["Chờ số liệu"]


def test_a_unit_says_that_a_task_is_not_its_own_and_the_coordinators_are_told(console: Console):
    link = console.link(1)
    browser = console.browser()
    browser.post(f"{link}/1/dispute", {"not_ours": "Việc này của Sở B"}, page=link)

    with reading(console.url) as session:
        assert [d.reason for d in session.exec(select(Dispute))] == ["Việc này của Sở B"]
        told = session.exec(
            select(Notice).where(Notice.kind == NoticeKind.DISPUTED).order_by(col(Notice.id))
        ).all()
        assert [(n.address, n.detail) for n in told] == [
            ("lan@ubnd.example", "Việc này của Sở B"), ("mai@ubnd.example", "Việc này của Sở B"),
        ]  # fmt: skip
    again = browser.post(f"{link}/1/dispute", {"not_ours": "Lần nữa"}, page=link)
    assert again.status_code == 422
    assert "đang chờ trả lời" in again.text


def test_a_task_that_the_link_does_not_name_is_not_found(console: Console):
    assert console.browser().get(console.link(1, 2) + "/3").status_code == 404
    assert console.browser().post(f"{console.link(1)}/3/receive", page=console.link(1)).status_code == 404
    assert states(console)[2] is WorkState.ASSIGNED


@pytest.mark.parametrize("token", ["x", "WyJhbnN3ZXIiXQ.abc", "ngày-mai"])
def test_a_forged_link_opens_nothing_and_says_what_to_do(console: Console, token: str):
    page = console.browser().get(f"/a/{token}")

    assert page.status_code == 404
    assert "Mở thư mới nhất" in page.text


def test_a_link_ends(console: Console):
    link = console.link(1)
    console.at(NOON + timedelta(days=61))
    page = console.browser().get(link)

    assert page.status_code == 410
    assert "đã hết hạn" in page.text


def test_a_link_can_be_revoked(console: Console):
    link = console.link(1)
    with unit_of_work(console.url) as session:
        accounts.revoke_links(session, "contact:1", now=clock.now(), at=NOON, actor=SYSTEM)

    assert console.browser().get(link).status_code == 410
    assert console.browser().get(console.link(1, generation=1)).status_code == 200


def test_a_link_of_one_mailbox_sends_no_form_of_another(console: Console):
    mine, theirs = console.link(1), console.link(3, unit=b.B)
    answer = console.browser().post(f"{theirs}/3/receive", page=mine)

    assert answer.status_code == 403
    assert states(console)[2] is WorkState.ASSIGNED


def test_a_stale_form_loses_nothing(console: Console):
    link = console.link(1)
    answer = console.browser().client.post(
        f"{link}/1/hand-in", data={"_mark": "cũ", "note": "Những chữ đã gõ rất lâu"}
    )

    assert answer.status_code == 403
    assert "Những chữ đã gõ rất lâu" in answer.text
    assert 'name="_mark"' in answer.text
