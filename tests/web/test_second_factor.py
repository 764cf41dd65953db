"""The second factor, where one is signed in, and for how long."""

import json
import re
from datetime import timedelta

import httpx
import pytest
from pyotp.totp import TOTP
from sqlmodel import select

from actions import accounts, sessions
from actions.resealing import Resealed, reseal
from actions.second_factor import PURPOSE
from models.accounts import RecoveryCode, SecondFactor, WebSession
from models.database import reading, unit_of_work
from models.people import Person
from plan import clock
from settings import Settings
from tasks.place import at_place
from tests import builders as b
from tests.web.conftest import NOON, Browser, Console
from tests.web.test_door import PASSWORD, give_password, sign_in
from web.app import create_app

PAGE = "/account/second-factor"


def code_of(seed: str, steps: int = 0) -> str:
    return TOTP(seed).at(clock.now() + timedelta(seconds=30 * steps))


def set_up(browser: Browser) -> tuple[str, list[str]]:
    """Turn it on; answers the seed and the recovery codes."""
    shown = browser.post(PAGE, page=PAGE).text
    found = re.search(r'<code class="wraps">([A-Z2-7]{32})</code>', shown)
    assert found
    seed = found.group(1)
    on = browser.post(f"{PAGE}/confirm", {"code": code_of(seed, -1)}, page=PAGE)
    return seed, re.findall(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", on.text)


def second_step(browser: Browser, page: str, code: str) -> httpx.Response:
    half, mark = (re.findall(rf'name="{name}" value="([^"]+)"', page)[-1] for name in ("half", "_mark"))
    return browser.client.post("/sign-in/code", data={"_mark": mark, "half": half, "code": code})


@pytest.fixture
def lan(console: Console) -> Browser:
    give_password(console, "lan")
    return console.browser("lan")


def test_with_a_second_factor_a_password_alone_opens_nothing(console: Console, lan: Browser):
    seed, codes = set_up(lan)
    assert len(codes) == 10
    browser = console.browser()
    first = sign_in(browser, "lan")

    assert first.status_code == 200
    assert "Nhập mã xác thực" in first.text
    assert browser.get("/morning").status_code == 303
    done = second_step(browser, first.text, code_of(seed))
    assert done.headers["location"] == "/morning"
    assert json.loads(b.told(console.url)[-1].data)["how"] == "password+code"


def test_a_code_counts_once(console: Console, lan: Browser):
    seed, _ = set_up(lan)
    one, two = console.browser(), console.browser()
    first, second = sign_in(one, "lan").text, sign_in(two, "lan").text
    code = code_of(seed)
    assert second_step(one, first, code).status_code == 303
    replayed = second_step(two, second, code)

    assert replayed.status_code == 401
    assert "đã dùng" in replayed.text
    assert json.loads(b.told(console.url)[-1].data)["reason"] == "wrong or used code"


def test_the_code_that_turned_it_on_does_not_sign_in_too(console: Console, lan: Browser):
    seed, _ = set_up(lan)
    browser = console.browser()

    assert second_step(browser, sign_in(browser, "lan").text, code_of(seed, -1)).status_code == 401


def test_a_recovery_code_helps_once(console: Console, lan: Browser):
    _, codes = set_up(lan)
    for typed, status in ((codes[0].upper().replace("-", " "), 303), (codes[0], 401), (codes[1], 303)):
        browser = console.browser()
        assert second_step(browser, sign_in(browser, "lan").text, typed).status_code == status
    assert "second-factor.recovered" in [r.action for r in b.told(console.url)]
    assert "Còn <strong>8 mã dự phòng" in lan.get(PAGE).text


def test_guessing_codes_is_slowed_down_for_good_codes_too(console: Console, lan: Browser):
    seed, _ = set_up(lan)
    browser = console.browser()
    page = sign_in(browser, "lan").text
    for _ in range(accounts.TRIES_PER_NAME):
        assert second_step(browser, page, "000000").status_code == 401
    last = second_step(browser, page, code_of(seed))

    assert last.status_code == 401
    assert "Đã thử sai quá nhiều lần" in last.text


@pytest.mark.parametrize("half", ["", "x", "WzEsOTk5OTk5OTk5OTldCg.forged"])
def test_the_second_step_needs_the_first(console: Console, half: str):
    browser = console.browser()
    answer = browser.post("/sign-in/code", {"half": half, "code": "123456"}, page="/sign-in")

    assert answer.headers["location"] == "/sign-in?said=too-slow"


def test_the_first_step_of_one_browser_is_worth_nothing_in_another(console: Console, lan: Browser):
    seed, _ = set_up(lan)
    page = sign_in(console.browser(), "lan").text
    half = re.findall(r'name="half" value="([^"]+)"', page)[0]
    thief = console.browser()
    thief.get("/sign-in")

    assert (
        thief.post("/sign-in/code", {"half": half, "code": code_of(seed)}, page="/sign-in").headers[
            "location"
        ]
        == "/sign-in?said=too-slow"
    )


def test_the_database_holds_no_seed_and_no_recovery_code(console: Console, lan: Browser):
    seed, codes = set_up(lan)
    with reading(console.url) as session:
        kept = session.exec(select(SecondFactor)).one().seed
        digests = set(session.exec(select(RecoveryCode.digest)))

    assert seed not in kept
    assert not digests & {*codes, *(c.replace("-", "") for c in codes)}


def test_a_seed_sealed_under_another_key_is_said_so(console: Console, lan: Browser):
    seed, _ = set_up(lan)
    (console.settings.home / "secret.key").write_text("k" * 40)
    other = Console(console.settings, create_app(console.settings), [])
    browser = other.browser()
    answer = second_step(browser, sign_in(browser, "lan").text, code_of(seed))

    assert answer.status_code == 503


def test_after_a_change_of_the_key_a_seed_opens_under_the_old_one_until_it_is_sealed_anew(
    console: Console, lan: Browser
):
    seed, _ = set_up(lan)
    console.settings.renew_signing_key()
    place = at_place(console.settings)
    other = Console(console.settings, create_app(console.settings), [])
    browser = other.browser()
    assert second_step(browser, sign_in(browser, "lan").text, code_of(seed)).status_code == 303

    with unit_of_work(console.url) as session:
        assert reseal(session, place.seal, at=NOON, actor=b.SYSTEM) == Resealed(1, ())
    console.settings.forget_old_key()
    with reading(console.url) as session:
        assert place.seal(PURPOSE).open(session.exec(select(SecondFactor)).one().seed) == seed
    assert b.told(console.url)[-1].action == "secrets.resealed"


def test_a_wrong_first_code_leaves_it_off_and_shows_the_picture_again(console: Console, lan: Browser):
    lan.post(PAGE, page=PAGE)
    answer = lan.post(f"{PAGE}/confirm", {"code": "000000"}, page=PAGE)

    assert answer.status_code == 422
    assert 'src="data:image/png;base64,' in answer.text
    assert sign_in(console.browser(), "lan").status_code == 303


def test_it_is_taken_off_with_a_code_only(console: Console, lan: Browser):
    _, codes = set_up(lan)
    assert lan.post(f"{PAGE}/take-off", {"code": "000000"}, page=PAGE).status_code == 422
    lan.post(f"{PAGE}/take-off", {"code": codes[0]}, page=PAGE)

    assert sign_in(console.browser(), "lan").status_code == 303
    assert "second-factor.taken-off" in [r.action for r in b.told(console.url)]


def test_an_administrator_resets_it_and_every_session_ends(console: Console, lan: Browser):
    set_up(lan)
    with reading(console.url) as session:
        number = session.exec(select(Person.id).where(Person.code == "lan")).one()
    assert lan.post(f"/people/{number}/second-factor", page=PAGE).status_code == 403
    done = console.browser("admin").post(f"/people/{number}/second-factor", page="/people")

    assert done.headers["location"] == "/people?said=factor-reset"
    assert lan.get("/morning").status_code == 303
    assert sign_in(console.browser(), "lan").status_code == 303
    row = next(r for r in b.told(console.url) if r.action == "second-factor.reset")
    assert row.subject == f"person:{number}"


def test_a_role_that_must_have_one_sets_it_up_before_anything_else(console: Console):
    settings = Settings(home=console.settings.home, second_factor="coordinator, administrator")
    strict = Console(settings, create_app(settings), [])
    browser = strict.browser("lan")
    for path in ("/morning", "/account", "/assignments/1"):
        assert browser.get(path).headers["location"] == PAGE
    assert browser.post("/assignments/1/suspend", {"reason": "x"}, page=PAGE).headers["location"] == PAGE
    assert "Vai trò của bạn phải bật" in browser.get(PAGE).text
    set_up(browser)

    assert browser.get("/morning").status_code == 200
    assert strict.browser("binh").get("/leader").status_code == 200


def test_sessions_are_seen_and_ended_from_another_one(console: Console, lan: Browser):
    other = console.browser("lan")
    number = re.search(r"/account/sessions/(\w+)/end", lan.get("/account").text)
    assert number
    done = lan.post(f"/account/sessions/{number.group(1)}/end", page="/account")

    assert done.headers["location"] == "/account?said=session-ended"
    assert other.get("/morning").status_code == 303
    assert lan.get("/morning").status_code == 200
    assert (
        console.browser("mai").post(f"/account/sessions/{number.group(1)}/end", page="/account").status_code
        == 404
    )


def test_a_changed_password_ends_every_other_session(console: Console, lan: Browser):
    other = console.browser("lan")
    new = "một câu khác dễ nhớ"
    wrong = lan.post(
        "/account/password", {"old": "sai rồi nhé", "password": new, "again": new}, page="/account"
    )
    assert wrong.status_code == 422
    done = lan.post("/account/password", {"old": PASSWORD, "password": new, "again": new}, page="/account")

    assert done.headers["location"] == "/account?said=password-changed"
    assert lan.get("/morning").status_code == 200
    assert other.get("/morning").status_code == 303
    assert sign_in(console.browser(), "lan", new).status_code == 303


def move_back(console: Console, **spans: timedelta) -> None:
    with unit_of_work(console.url) as session:
        for row in session.exec(select(WebSession)):
            for name, span in spans.items():
                setattr(row, name, getattr(row, name) - span)
            session.add(row)


def test_a_session_ends_after_an_hour_without_a_page_and_lives_on_with_one(console: Console, lan: Browser):
    move_back(console, seen_at=timedelta(minutes=50))
    assert lan.get("/morning").status_code == 200
    move_back(console, seen_at=timedelta(minutes=50))
    assert lan.get("/morning").status_code == 200
    move_back(console, seen_at=timedelta(minutes=64))
    assert lan.get("/morning").status_code == 303


def test_a_session_ends_at_its_last_hour_however_busy(console: Console, lan: Browser):
    move_back(console, expires_at=sessions.SESSION_LIFE)

    assert lan.get("/morning").status_code == 303


def test_signing_in_anew_ends_the_session_that_the_browser_had(console: Console, lan: Browser):
    old = lan.client.cookies["dondoc_session"]
    sign_in_again = lan.post("/sign-in", {"code": "lan", "password": PASSWORD}, page="/no-such-page")
    assert sign_in_again.status_code == 303
    thief = console.browser()
    thief.client.cookies.set("dondoc_session", old)

    assert thief.get("/morning").status_code == 303
