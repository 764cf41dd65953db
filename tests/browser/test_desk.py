"""The coordinator's desk in a real browser: many tasks at once, decisions by keyboard, pages that follow a form."""

from pathlib import Path

from playwright.sync_api import Page, expect

from plan.lifecycle import WorkState
from tests import builders as b
from tests.browser.conftest import DESK, Site
from tests.browser.test_journeys import Keep
from tests.browser.test_pages import CHECK, RULES, axe
from tests.web.test_amendment import NEWER
from tests.web.test_evidence import pdf
from tests.web.test_plans import TEXT, everything_decided, put_in

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


def test_a_document_is_looked_through_by_keyboard_merged_split_and_taken_back(
    site: Site, axe: str, keep: Keep, tmp_path: Path
):
    document = tmp_path / "ke-hoach.txt"
    document.write_text(TEXT, encoding="utf-8")
    lan = site.somebody("lan")
    lan.goto(f"{site.address}/plans")
    lan.get_by_label("Văn bản đã ký").set_input_files(document)
    lan.get_by_role("button", name="Đọc và nhập").click()
    expect(lan.get_by_role("status")).to_contain_text("Đã nhập kế hoạch")
    sound(lan, axe, keep, "van-ban")
    lan.keyboard.press("?")
    expect(lan.get_by_role("dialog")).to_contain_text("Giao như văn bản ghi")
    keep(lan, "phim-tat")
    lan.keyboard.press("Escape")
    lan.keyboard.press("j")
    expect(lan.get_by_role("region", name="II.1")).to_be_focused()
    lan.keyboard.press("a")
    expect(lan.get_by_role("region", name="II.2")).to_be_focused()
    expect(lan.get_by_role("region", name="II.1")).to_contain_text("đã giao")
    lan.keyboard.press("u")
    expect(lan.get_by_role("region", name="II.1")).to_contain_text("chờ quyết định")
    for key in "mjmg":
        lan.keyboard.press(key)
    expect(lan.get_by_role("region", name="II.1+II.2")).to_be_focused()
    sound(lan, axe, keep, "van-ban-gop")
    lan.keyboard.press("z")
    expect(lan.get_by_role("region", name="II.2")).to_contain_text("chờ quyết định")
    lan.get_by_role("region", name="II.2").focus()
    lan.keyboard.press("e")
    lan.wait_for_url("**/items/*")
    lan.keyboard.press("t")
    lan.keyboard.press("Control+Home")
    for _ in range(len("Mở lớp bồi dưỡng ")):
        lan.keyboard.press("ArrowRight")
    lan.keyboard.press("Enter")
    sound(lan, axe, keep, "tach")
    lan.get_by_role("button", name="Tách", exact=True).click()
    expect(lan.get_by_role("region", name="II.2.1")).to_be_focused()
    expect(lan.get_by_role("region", name="II.2.2")).to_contain_text("Các Sở")


def test_a_missed_sentence_is_marked_with_the_mouse(site: Site, tmp_path: Path):
    document = tmp_path / "ke-hoach.txt"
    document.write_text(TEXT, encoding="utf-8")
    lan = site.somebody("lan")
    lan.goto(f"{site.address}/plans")
    lan.get_by_label("Văn bản đã ký").set_input_files(document)
    lan.get_by_role("button", name="Đọc và nhập").click()
    lan.get_by_text("Thời gian hoàn thành: Trước ngày 20/10/2021").click(click_count=3)
    lan.get_by_role("button", name="Thêm thành nhiệm vụ").click()
    expect(lan.get_by_label("Số mục")).to_be_focused()
    expect(lan.get_by_label("Câu giao việc")).not_to_have_value("")


def test_the_queue_is_worked_through_by_keyboard(site: Site, axe: str, keep: Keep):
    for number, unit in ((1, b.A), (3, b.B)):
        link = site.console.link(number, unit=unit)
        site.console.browser().post(
            f"{link}/{number}/hand-in", {"note": "Xong"}, page=link, files=[("files", ("bc.pdf", pdf()))]
        )
    lan = site.somebody("lan")
    lan.goto(f"{site.address}/review")
    expect(lan.get_by_alt_text("Trang 1 của bc.pdf").first).to_be_visible()
    sound(lan, axe, keep, "nghiem-thu-tep")
    lan.keyboard.press("j")
    lan.keyboard.press("r")
    lan.keyboard.type("Thiếu phụ lục")
    lan.keyboard.press("Control+Enter")
    expect(lan.get_by_role("status")).to_contain_text("Đã trả lại")
    lan.keyboard.press("j")
    lan.keyboard.press("o")
    lan.wait_for_url("**/view")
    sound(lan, axe, keep, "xem-tep")
    lan.go_back()
    lan.keyboard.press("j")
    lan.keyboard.press("a")
    expect(lan.get_by_role("status")).to_contain_text("Đã nghiệm thu")
    assert [a.state for a in b.assignments(site.console.url)] == [
        WorkState.RECEIVED, WorkState.ASSIGNED, WorkState.COMPLETED,
    ]  # fmt: skip


def test_a_newer_version_is_accepted_beside_the_running_one(site: Site, axe: str, keep: Keep, tmp_path: Path):
    lan = site.somebody("lan")
    browser = site.console.browser("lan")
    put_in(browser)
    year = everything_decided(site.console, browser, "/plans/2")
    sha = browser.get(f"{year}/arm").text.split('name="sha256" value="')[1].split('"')[0]
    browser.post(f"{year}/arm", {"sha256": sha, "seen": "1"}, page=year)
    newer = tmp_path / "moi.txt"
    newer.write_text(NEWER, encoding="utf-8")
    lan.goto(f"{site.address}/plans")
    lan.get_by_label("Văn bản đã ký").set_input_files(newer)
    lan.get_by_text("Bổ sung điều văn bản không ghi rõ").click()
    lan.get_by_label("Đây là bản mới của một kế hoạch đã có").check()
    lan.get_by_role("button", name="Đọc và nhập").click()
    lan.get_by_role("link", name="So sánh với năm 2021").click()
    sound(lan, axe, keep, "ban-moi")
    lan.get_by_label("Lý do, văn bản sửa đổi").fill("Quyết định 5/QĐ-UBND")
    lan.get_by_role("button", name="Xem trước ai nhận gì").click()
    expect(lan.get_by_text("Chưa có gì được ghi")).to_be_visible()
    sound(lan, axe, keep, "ban-moi-xem-truoc")
    lan.get_by_role("button", name="Chấp nhận những thay đổi đã chọn").click()
    expect(lan.get_by_role("status").first).to_contain_text("Đã chấp nhận thay đổi")
    assert b.broken(site.console.url) == []
