"""A session that ends while somebody types loses nothing: with a password, and with the office's own account."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect
from pydantic import SecretStr
from pyotp.totp import TOTP
from sqlmodel import select

from models.accounts import WebSession
from models.database import unit_of_work
from models.people import Person
from plan import clock
from settings import Settings
from tests import builders as b
from tests.browser.conftest import Site
from tests.web.openid_provider import CLIENT, SECRET, OpenIdProvider, serving
from tests.web.test_door import PASSWORD, give_password
from tests.web.test_work import PDF
from web.app import create_app

WORDS = "Đã hoàn thành toàn bộ nội dung, số liệu kèm theo trong phụ lục, không ai muốn gõ lại đoạn này."
Keep = Callable[[Page, str], None]


def end_sessions(site: Site) -> None:
    with unit_of_work(site.console.url) as session:
        for row in session.exec(select(WebSession)):
            row.ended_at = clock.now()
            session.add(row)


def type_and_lose(site: Site, page: Page, folder: Path) -> None:
    """Write an answer and choose a file; the session ends before it is sent."""
    page.goto(f"{site.address}/mine/1")
    note = page.locator("textarea[name=note]")
    note.fill(WORDS)
    file = folder / "báo cáo.pdf"
    file.write_bytes(PDF)
    page.locator("input[name=files]").set_input_files(file)
    end_sessions(site)
    note.evaluate(
        "(box) => box.form.requestSubmit(box.form.querySelector('button[formaction$=hand-in], button:not([formaction])'))"
    )
    expect(page.locator("h1")).to_have_text("Đăng nhập")
    expect(page.locator("main")).to_contain_text("những gì bạn đã nhập vẫn được giữ")


def handed_in(site: Site) -> list[str]:
    rows = [r for r in b.told(site.console.url) if r.action == "evidence.submitted"]
    return [row.who for row in rows if json.loads(row.data)["assignment"] == 1]


def test_with_a_password_what_was_typed_comes_back_and_files_are_asked_for(
    site: Site, keep: Keep, tmp_path: Path
):
    give_password(site.console, "minh")
    page = site.somebody("minh")
    type_and_lose(site, page, tmp_path)
    keep(page, "sign-in-kept")
    page.fill("input[name=code]", "minh")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form[action='/sign-in'] button").click()
    expect(page.locator("main")).to_contain_text("Tệp cần chọn lại")
    expect(page.locator("main textarea")).to_have_value(WORDS)
    keep(page, "sign-in-resume")
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("Đã nộp kết quả")

    assert len(handed_in(site)) == 1


def test_through_the_provider_what_was_typed_comes_back_too(site: Site, keep: Keep, tmp_path: Path):
    with unit_of_work(site.console.url) as session:
        minh = session.exec(select(Person).where(Person.code == "minh")).one()
        claims = {"sub": "minh", "email": minh.address, "email_verified": True}
    with serving(OpenIdProvider(f"{site.address}/sign-in/oidc/back", claims=claims)) as provider:
        old: Settings = site.console.settings
        settings = Settings(
            home=old.home, office=old.office, console_port=old.console_port, public_url=old.public_url,
            oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SecretStr(SECRET), oidc_name="Cổng tỉnh",
        )  # fmt: skip
        site.console.app.state.place = create_app(settings).state.place
        page = site.somebody("minh")
        type_and_lose(site, page, tmp_path)
        page.get_by_role("link", name="Cổng tỉnh").click()
        expect(page.locator("main")).to_contain_text("Làm tiếp việc dở dang?")
        expect(page.locator("section.note textarea")).to_have_value(WORDS)
        keep(page, "sign-in-provider-resume")
        page.locator("section.note form button").click()
        expect(page.locator("main")).to_contain_text("Đã nộp kết quả")

    assert len(handed_in(site)) == 1


def test_a_second_factor_is_set_up_and_asked_for(site: Site, keep: Keep):
    give_password(site.console, "lan")
    page = site.somebody("lan")
    page.goto(f"{site.address}/account")
    page.get_by_role("link", name="Bật").click()
    page.get_by_role("button", name="Bắt đầu").click()
    expect(page.get_by_alt_text("Mã QR cho ứng dụng xác thực")).to_be_visible()
    keep(page, "second-factor-setup")
    seed = page.locator("main code").inner_text()
    page.fill("input[name=code]", TOTP(seed).at(clock.now() - timedelta(seconds=30)))
    page.get_by_role("button", name="Bật").click()
    expect(page.locator("main ul.plain li")).to_have_count(10)
    keep(page, "second-factor-codes")

    door = site.somebody(phone=True)
    door.goto(f"{site.address}/sign-in")
    door.fill("input[name=code]", "lan")
    door.fill("input[name=password]", PASSWORD)
    door.locator("form[action='/sign-in'] button").click()
    expect(door.locator("h1")).to_have_text("Nhập mã xác thực")
    keep(door, "second-factor-code")
    door.fill("input[name=code]", TOTP(seed).at(clock.now()))
    door.get_by_role("button", name="Tiếp tục").click()
    expect(door).to_have_url(f"{site.address}/morning")
