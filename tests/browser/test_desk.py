"""The coordinator's desk in a real browser: many tasks at once, decisions by keyboard, pages that follow a form."""

from playwright.sync_api import Page, expect

from plan.lifecycle import WorkState
from tests import builders as b
from tests.browser.conftest import DESK, Site
from tests.browser.test_journeys import Keep
from tests.browser.test_pages import CHECK, RULES, axe

__all__ = ["axe"]
SMALL = {"width": 320, "height": 700}


def sound(page: Page, axe: str, keep: Keep, name: str) -> None:
    """The page as it stands now is free of violations, and no wider than a small phone."""
    for kind, size in (("nho", SMALL), ("ban", DESK)):
        page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], kind
        page.evaluate(axe)
        assert page.evaluate(CHECK, RULES) == [], kind
        keep(page, f"{name}-{kind}")


def test_several_tasks_are_suspended_after_looking_at_who_gets_what(site: Site, axe: str, keep: Keep):
    lan = site.somebody("lan")
    lan.goto(f"{site.address}/assignments")
    lan.get_by_label("Chọn cả trang").focus()
    lan.keyboard.press("Space")
    lan.get_by_role("button", name="Tạm dừng …").click()
    sound(lan, axe, keep, "thay-doi-hoi")
    lan.get_by_role("button", name="Xem trước ai nhận gì").click()
    expect(lan.get_by_role("alert")).to_contain_text("Hãy nêu lý do")
    lan.get_by_label("Lý do, văn bản").fill("Chờ hướng dẫn của Bộ")
    lan.get_by_role("button", name="Xem trước ai nhận gì").click()
    expect(lan.get_by_text("Tạm dừng → a@so-a.example").first).to_be_visible()
    sound(lan, axe, keep, "thay-doi-xem-truoc")
    assert {a.state for a in b.assignments(site.console.url)} == {WorkState.ASSIGNED}
    lan.get_by_role("button", name="Thực hiện").click()
    expect(lan.get_by_role("status").first).to_contain_text("Đã thực hiện thay đổi")
    assert {a.state for a in b.assignments(site.console.url)} == {WorkState.SUSPENDED}
