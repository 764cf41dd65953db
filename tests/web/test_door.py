"""Signing in and out, passwords, and what stands around every page."""

import json
import re

import pytest
import sqlalchemy as sa
from sqlmodel import select

from actions import accounts
from models.accounts import WebSession
from models.database import reading, unit_of_work
from models.notices import Notice, NoticeState
from models.people import Person
from plan import clock
from plan.kinds import NoticeKind
from plan.ladder import Delivery
from tests import builders as b
from tests.web.conftest import NOON, Browser, Console
from web.__main__ import announce

PASSWORD = "một câu thật dễ nhớ"


def give_password(console: Console, code: str, password: str = PASSWORD) -> None:
    with unit_of_work(console.url) as session:
        person = session.exec(select(Person).where(Person.code == code)).one()
        secret = accounts.make_key(
            session, person, accounts.KeyPurpose.SET_PASSWORD, now=clock.now(), at=NOON, actor=accounts.SYSTEM,
        )  # fmt: skip
    browser = console.browser()
    done = browser.post(
        f"/set-password/{secret}", {"password": password, "again": password}, page=f"/set-password/{secret}"
    )
    assert done.headers["location"] == "/sign-in?said=password-set"


def sign_in(browser: Browser, code: str, password: str = PASSWORD, **more: str):
    return browser.post("/sign-in", {"code": code, "password": password, **more}, page="/sign-in")


def actions_told(console: Console) -> list[str]:
    return [row.action for row in b.told(console.url)]


def test_who_signs_in_comes_to_where_the_day_starts(console: Console):
    give_password(console, "lan")
    browser = console.browser()
    answer = sign_in(browser, "lan")

    assert (answer.status_code, answer.headers["location"]) == (303, "/morning")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert actions_told(console)[-1] == "sign-in.accepted"
    assert browser.get("/").headers["location"] == "/morning"


@pytest.mark.parametrize("code", ["lan", "binh", "không-có-ai"])
def test_a_refused_sign_in_says_the_same_for_everybody_and_is_in_the_ledger(console: Console, code: str):
    give_password(console, "lan")
    answer = sign_in(console.browser(), code, "mật khẩu sai bét")

    assert answer.status_code == 401
    assert "Mã người dùng hoặc mật khẩu không đúng" in answer.text
    row = b.told(console.url)[-1]
    assert row.action == "sign-in.refused"
    assert "sai bét" not in row.data
    assert code not in row.data


def test_guessing_is_slowed_down(console: Console):
    give_password(console, "lan")
    browser = console.browser()
    for _ in range(accounts.TRIES_PER_NAME):
        sign_in(browser, "lan", "sai")
    answer = sign_in(browser, "lan")

    assert answer.status_code == 401
    assert "Đã thử sai quá nhiều lần" in answer.text
    assert json.loads(b.told(console.url)[-1].data)["reason"] == "too many tries"


def test_signing_out_ends_the_session_on_the_server_too(console: Console):
    browser = console.browser("lan")
    secret = browser.client.cookies["dondoc_session"]
    browser.post("/sign-out", page="/no-such-page")
    thief = console.browser()
    thief.client.cookies.set("dondoc_session", secret)

    assert thief.get("/").headers["location"] == "/sign-in"
    assert actions_told(console)[-1] == "sign-in.ended"


def test_a_new_password_ends_every_session(console: Console):
    browser = console.browser("lan")
    give_password(console, "lan")

    assert browser.get("/").headers["location"] == "/sign-in"


def test_the_database_holds_nothing_to_sign_in_with(console: Console):
    browser = console.browser("lan")
    with reading(console.url) as session:
        assert browser.client.cookies["dondoc_session"] not in {
            s.key for s in session.exec(select(WebSession))
        }


@pytest.mark.parametrize(("password", "again", "why"), [
    ("ngắn", "ngắn", "ít nhất 10 ký tự"),
    ("aaaaaaaaaaaa", "aaaaaaaaaaaa", "quá dễ đoán"),
    (PASSWORD, "một câu khác hẳn", "không giống nhau"),
])  # fmt: skip
def test_a_poor_password_is_refused_in_words(console: Console, password: str, again: str, why: str):
    address = first_address(console)
    answer = console.browser().post(address, {"password": password, "again": again}, page=address)

    assert answer.status_code == 422
    assert why in answer.text


def first_address(console: Console) -> str:
    sentence = announce(console.settings)
    assert sentence
    found = re.search(r"/set-password/[\w-]+", sentence)
    assert found
    return found.group()


def test_the_first_administrator_chooses_a_password_by_a_one_time_address(console: Console):
    address = first_address(console)
    assert console.browser().get(address).status_code == 200
    browser = console.browser()
    browser.post(address, {"password": PASSWORD, "again": PASSWORD}, page=address)

    assert sign_in(browser, "admin").status_code == 303
    assert console.browser().get(address).status_code == 410
    assert announce(console.settings) is None


def test_a_new_address_ends_the_one_before(console: Console):
    old = first_address(console)
    first_address(console)

    assert console.browser().get(old).status_code == 410


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_sent_elsewhere_after_signing_in(console: Console, target: str):
    give_password(console, "lan")

    assert sign_in(console.browser(), "lan", next=target).headers["location"] == "/morning"


def test_a_form_of_another_site_does_nothing(console: Console):
    browser = console.browser("lan")
    answer = browser.client.post(
        "/sign-out", data={"_mark": "0" * 64}, headers={"origin": "https://evil.example"}
    )

    assert answer.status_code == 403
    assert browser.get("/").headers["location"] == "/morning"


def test_the_language_is_chosen_and_kept(console: Console):
    browser = console.browser()
    browser.post("/language", {"lang": "en", "back": "/sign-in"}, page="/sign-in")

    assert "<h1>Sign in</h1>" in browser.get("/sign-in").text


@pytest.mark.parametrize("path", ["/sign-in", "/không-có", "/static/console.css", "/health"])
def test_every_answer_carries_the_security_headers(console: Console, path: str):
    headers = console.browser().get(path).headers

    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(console: Console):
    page = console.browser().get("/sign-in").text

    assert re.findall(r'(?:src|href)="(?!/)', page) == ['href="']  # the skip link leads into the page itself
    assert " style=" not in page
    assert "onclick" not in page


def test_a_page_that_is_not_there_is_said_in_words(console: Console):
    page = console.browser().get("/không-có")

    assert page.status_code == 404
    assert "Không có trang này" in page.text


def test_machines_learn_whether_it_works(console: Console):
    assert console.browser().get("/health").json() == {"status": "ok"}
    figures = console.browser().get("/metrics").text
    assert 'dondoc_assignments{state="assigned"} 3' in figures
    assert "dondoc_overdue 0" in figures


def test_machines_learn_what_became_of_every_notice(console: Console):
    ends = {NoticeState.ACCEPTED: 4, NoticeState.VOID: 3, NoticeState.BOUNCED: 2, NoticeState.OWED: 1}
    with unit_of_work(console.url) as session:
        session.connection().execute(sa.delete(Notice))
        session.add_all(
            Notice(
                assignment_id=1, version=1, rung=f"T-{n}", day=NOON.date(), recipient=state, kind=NoticeKind.REMINDER,
                delivery=Delivery.DIGEST, state=state, send_after=NOON, owed_at=NOON,
            )
            for state, count in ends.items() for n in range(count)
        )  # fmt: skip
    figures = console.browser().get("/metrics").text

    for state in NoticeState:
        assert f'dondoc_notices{{state="{state}"}} {ends.get(state, 0)}.0' in figures


def test_a_page_is_compressed_for_browsers_that_take_it_and_says_the_same(console: Console):
    lan = console.browser("lan").client
    plain = lan.get("/assignments", headers={"accept-encoding": "identity"})
    packed = lan.get("/assignments", headers={"accept-encoding": "gzip, br"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.text.count("<tr>") == plain.text.count("<tr>")


def test_the_mark_of_forms_looks_different_on_each_page_and_counts_on_all(console: Console):
    from web.guard import form_mark, masked, same

    mark = form_mark(b"key", "session:1")
    first, second = masked(mark), masked(mark)

    assert first != second
    assert same(mark, first)
    assert same(mark, second)
    for wrong in ("", "0" * 64, mark, first[:-2], first[:-1] + ("0" if first[-1] != "0" else "1"), "ü"):
        assert not same(mark, wrong)
