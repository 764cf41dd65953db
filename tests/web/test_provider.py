"""Signing in with the office's own account, against a real provider that signs with real keys."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlmodel import select

from models.accounts import ProviderLink
from models.database import reading
from models.people import Person, PersonRole
from settings import Settings
from tests import builders as b
from tests.web.conftest import Browser, Console
from tests.web.openid_provider import CLIENT, SECRET, OpenIdProvider, curve_key, other_key, serving
from web.app import create_app

BACK = "http://127.0.0.1:8787/sign-in/oidc/back"
LAN = {"sub": "lan-at-the-provider", "email": "LAN@ubnd.example", "email_verified": True, "name": "Lan"}


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with serving(OpenIdProvider(BACK, claims=dict(LAN))) as running:
        yield running


def office(console: Console, provider: OpenIdProvider, **more: Any) -> Console:
    """The same office, with the provider set."""
    settings = Settings(
        home=console.settings.home, office="Văn phòng thử", oidc_issuer=provider.issuer, oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET), oidc_name="Cổng tỉnh", **more,
    )  # fmt: skip
    return Console(settings, create_app(settings, kick=console.kicked.append), console.kicked)


def come_back(browser: Browser, start: str = "/sign-in/oidc") -> httpx.Response:
    """To the provider, where somebody signs in, and back."""
    went = browser.get(start)
    assert went.status_code == 303, went.text
    there = httpx.get(went.headers["location"])
    assert there.status_code == 303
    return browser.get(there.headers["location"].removeprefix("http://127.0.0.1:8787"))


def last(console: Console) -> dict[str, Any]:
    row = b.told(console.url)[-1]
    return {"action": row.action, **json.loads(row.data)}


def test_who_is_known_by_a_verified_address_comes_in_and_is_then_known_by_the_account(
    console: Console, provider: OpenIdProvider
):
    there = office(console, provider)
    browser = there.browser()
    assert "Đăng nhập bằng tài khoản Cổng tỉnh" in browser.get("/sign-in").text
    answer = come_back(browser, "/sign-in/oidc?next=/plans")

    assert (answer.status_code, answer.headers["location"]) == (303, "/plans")
    assert browser.get("/").headers["location"] == "/morning"
    assert last(there)["how"] == "oidc"
    provider.claims |= {"email": "khac@ubnd.example"}
    assert come_back(there.browser()).headers["location"] == "/morning"


@pytest.mark.parametrize("claims", [
    {"email_verified": False}, {"email_verified": None}, {"email_verified": "true"}, {"email": "ai@ubnd.example"},
    {"email": None},
])  # fmt: skip
def test_an_address_that_is_not_verified_or_not_ours_lets_nobody_in(
    console: Console, provider: OpenIdProvider, claims: dict[str, Any]
):
    provider.claims |= claims
    there = office(console, provider)
    answer = come_back(there.browser())

    assert answer.status_code == 403
    assert "Chưa có ai ở đây dùng tài khoản này" in answer.text
    assert last(there)["reason"] == "oidc: unknown account"


def test_a_second_account_with_the_same_address_is_not_let_in(console: Console, provider: OpenIdProvider):
    there = office(console, provider)
    come_back(there.browser())
    provider.claims |= {"sub": "somebody-else"}

    assert come_back(there.browser()).status_code == 403


@pytest.mark.parametrize("change", [
    {"iss": "https://evil.example"}, {"aud": "another-client"}, {"aud": [CLIENT, "other"], "azp": "other"},
    {"nonce": "replayed"}, {"nonce": None}, {"exp": 1_000_000_000}, {"sub": None}, {"iat": None},
])  # fmt: skip
def test_what_is_signed_for_somebody_else_or_another_time_does_not_hold(
    console: Console, provider: OpenIdProvider, change: dict[str, Any]
):
    provider.change = change
    there = office(console, provider)
    answer = come_back(there.browser())

    assert answer.status_code == 502
    assert last(there)["reason"] == "oidc: provider"


@pytest.mark.parametrize(("skew", "status"), [(90, 303), (-390, 303), (600, 502), (-600, 502)])
def test_clocks_may_differ_a_little(console: Console, provider: OpenIdProvider, skew: int, status: int):
    provider.skew = skew

    assert come_back(office(console, provider).browser()).status_code == status


def test_a_forged_signature_does_not_hold(console: Console, provider: OpenIdProvider):
    provider.shown = [other_key("k1")]

    assert come_back(office(console, provider).browser()).status_code == 502


def test_a_key_that_the_provider_has_changed_is_fetched(console: Console, provider: OpenIdProvider):
    there = office(console, provider)
    come_back(there.browser())
    provider.key = other_key()

    assert come_back(there.browser()).status_code == 303
    assert provider.asked.count("/keys") == 2


def test_signatures_on_curves_hold_and_shared_secrets_do_not(console: Console, provider: OpenIdProvider):
    provider.key, provider.algorithm = curve_key(), "ES256"
    assert come_back(office(console, provider).browser()).status_code == 303
    from joserfc.jwk import OctKey

    provider.key, provider.algorithm = OctKey.import_key(SECRET * 3, {"kid": "s"}), "HS256"
    provider.shown = [other_key("s")]
    assert come_back(office(console, provider).browser()).status_code == 502


def test_an_answer_of_another_browser_or_a_second_time_is_refused(console: Console, provider: OpenIdProvider):
    there = office(console, provider)
    mine, thief = there.browser(), there.browser()
    back = httpx.get(mine.get("/sign-in/oidc").headers["location"]).headers["location"]
    path = back.removeprefix("http://127.0.0.1:8787")

    assert thief.get(path).headers["location"] == "/sign-in?said=too-slow"
    thief.get("/sign-in/oidc")
    assert thief.get(path).status_code == 502
    assert mine.get(path).status_code == 303
    assert mine.get(path).headers["location"] == "/sign-in?said=too-slow"


def test_a_refusal_of_the_provider_is_said_in_words(console: Console, provider: OpenIdProvider):
    there = office(console, provider)
    browser = there.browser()
    went = httpx.URL(browser.get("/sign-in/oidc").headers["location"])
    answer = browser.get(f"/sign-in/oidc/back?error=access_denied&state={went.params['state']}")

    assert answer.status_code == 502
    assert "access_denied" in answer.text


def test_a_provider_that_is_down_or_another_one_is_said_and_passwords_still_work(
    console: Console, provider: OpenIdProvider
):
    there = office(console, provider)
    provider.discovery = {"issuer": "https://evil.example"}
    answer = there.browser().get("/sign-in/oidc")

    assert answer.status_code == 502
    assert "is about https://evil.example" in answer.text
    assert 'name="password"' in answer.text


def test_no_account_is_made_unless_the_office_says_so(console: Console, provider: OpenIdProvider):
    provider.claims |= {"sub": "moi", "email": "moi@ubnd.example", "roles": ["lanh-dao", "khac"]}
    rules = {"oidc_role_claim": "roles", "oidc_roles": "quan-tri=administrator, lanh-dao=leader"}
    assert come_back(office(console, provider, **rules).browser()).status_code == 403
    assert (
        come_back(office(console, provider, **rules, oidc_create=True).browser()).headers["location"]
        == "/leader"
    )
    with reading(console.url) as session:
        person = session.exec(select(Person).where(Person.code == "moi")).one()
        assert session.exec(select(ProviderLink.subject)).one() == "moi"

    assert (person.role, person.address) == (PersonRole.LEADER, "moi@ubnd.example")


def test_roles_follow_the_claim_even_when_only_userinfo_tells_it(console: Console, provider: OpenIdProvider):
    provider.told_apart = {"realm_access": {"roles": ["kiem-tra"]}}
    rules = {"oidc_role_claim": "realm_access.roles", "oidc_roles": "kiem-tra=auditor"}
    there = office(console, provider, **rules)
    assert come_back(there.browser()).headers["location"] == "/ledger"

    provider.told_apart = {}
    answer = come_back(there.browser())
    assert answer.status_code == 403
    assert "chưa được cấp vai trò" in answer.text


def test_a_client_secret_goes_where_the_provider_wants_it(console: Console, provider: OpenIdProvider):
    provider.basic = False

    assert come_back(office(console, provider).browser()).status_code == 303


def test_signing_out_offers_to_sign_out_there_too(console: Console, provider: OpenIdProvider):
    browser = office(console, provider).browser()
    come_back(browser)
    out = browser.post("/sign-out", page="/no-such-page").headers["location"]

    assert "Đăng xuất ở đó luôn" in browser.get(out).text
    assert (
        browser.get("/sign-in/oidc/out").headers["location"].startswith(f"{provider.issuer}/out?client_id=")
    )
    assert browser.get("/").headers["location"] == "/sign-in"


def test_without_a_provider_there_is_no_such_door(console: Console):
    assert console.browser().get("/sign-in/oidc").status_code == 404
    assert "oidc" not in console.browser().get("/sign-in").text
