"""Whole journeys in a real browser: the document's way to a finished task, on a desk and on a phone, and by keyboard."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from models.database import reading
from plan.lifecycle import WorkState
from tasks.linking import Linking
from tests import builders as b
from tests.browser.conftest import Site
from tests.web.conftest import NOON
from tests.web.test_door import PASSWORD, give_password
from tests.web.test_plans import TEXT

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
Keep = Callable[[Page, str], None]


def test_a_document_becomes_a_running_year(site: Site, keep: Keep, tmp_path: Path):
    give_password(site.console, "lan")
    document = tmp_path / "ke-hoach.txt"
    document.write_text(TEXT, encoding="utf-8")
    lan = site.somebody()
    lan.goto(f"{site.address}/plans")
    lan.get_by_label("Mã người dùng").fill("lan")
    lan.get_by_label("Mật khẩu").fill(PASSWORD)
    lan.get_by_role("button", name="Đăng nhập").click()
    lan.get_by_label("Văn bản đã ký").set_input_files(document)
    lan.get_by_role("button", name="Đọc và nhập").click()
    expect(lan.get_by_role("status")).to_contain_text("Đã nhập kế hoạch")
    keep(lan, "ke-hoach")
    lan.get_by_role("button", name="Giao luôn 2 nhiệm vụ").click()
    lan.get_by_role("link", name="Xem và giao từng nhiệm vụ").click()
    keep(lan, "nhiem-vu")
    lan.get_by_label("Đơn vị chủ trì").fill("Sở Bê")
    lan.get_by_role("button", name="Giao việc").click()
    expect(lan.get_by_role("alert")).to_be_focused()
    lan.get_by_role("link", name="Không có đơn vị “Sở Bê”").click()
    expect(lan.get_by_label("Đơn vị chủ trì")).to_be_focused()
    lan.get_by_label("Đơn vị chủ trì").fill("Sở B")
    lan.get_by_role("button", name="Giao việc").click()
    lan.get_by_role("link", name="Mô phỏng năm 2021").click()
    keep(lan, "nam")
    lan.get_by_role("link", name="Kiểm tra lần cuối và kích hoạt").click()
    keep(lan, "kiem-tra")
    lan.get_by_label("Tôi đã xem danh sách").check()
    lan.get_by_role("button", name="Ký và kích hoạt năm 2021").click()
    expect(lan.get_by_role("status")).to_contain_text("Đã ký danh sách và kích hoạt")
    assert len(site.console.kicked) == 1
    assert b.broken(site.console.url) == []


def mailed_link(site: Site, *numbers: int) -> str:
    """The address as a mail to the shared mailbox of unit A carries it."""
    with reading(site.console.url) as session:
        link = Linking.of(session, site.console.settings, NOON).to("contact:1", numbers)
    assert link
    return link


def state(site: Site, number: int) -> WorkState:
    return b.assignments(site.console.url)[number - 1].state


def test_a_unit_answers_on_a_phone_is_returned_and_answers_again(site: Site, keep: Keep, tmp_path: Path):
    file = tmp_path / "Báo cáo.pdf"
    file.write_bytes(PDF)
    unit = site.somebody(phone=True)
    unit.goto(mailed_link(site, 1, 2))
    keep(unit, "tra-loi-danh-sach-dien-thoai")
    assert state(site, 1) is WorkState.ASSIGNED
    unit.get_by_role("link", name="Nhiệm vụ II.1").click()
    unit.get_by_role("button", name="Xác nhận đã tiếp nhận").click()
    unit.get_by_label("Nội dung kết quả").fill("Đã ban hành kế hoạch của sở")
    unit.reload()
    expect(unit.get_by_label("Nội dung kết quả")).to_have_value("Đã ban hành kế hoạch của sở")
    unit.get_by_label("Tệp minh chứng").set_input_files(file)
    unit.get_by_label("II.2").check()
    keep(unit, "tra-loi-dien-thoai")
    unit.get_by_role("button", name="Nộp kết quả").click()
    expect(unit.get_by_role("status")).to_contain_text("Đã nộp kết quả")
    assert (state(site, 1), state(site, 2)) == (WorkState.SUBMITTED, WorkState.SUBMITTED)

    lan = site.somebody("lan")
    lan.goto(f"{site.address}/review")
    keep(lan, "nghiem-thu")
    first = lan.get_by_role("listitem").filter(has_text="mục II.1")
    with lan.expect_download() as taken:
        first.get_by_role("link", name="Báo cáo.pdf", exact=True).click()
    assert Path(taken.value.path()).read_bytes() == PDF
    first.get_by_text("Trả lại để bổ sung").click()
    first.get_by_label("Cần bổ sung gì").fill("Thiếu phụ lục số liệu")
    first.get_by_role("button", name="Trả lại").click()

    unit.goto(mailed_link(site, 1))
    expect(unit.get_by_text("Thiếu phụ lục số liệu").first).to_be_visible()
    unit.get_by_label("Nội dung kết quả").fill("Đã bổ sung phụ lục")
    unit.get_by_role("button", name="Nộp kết quả").click()
    lan.goto(f"{site.address}/assignments/1")
    lan.get_by_role("button", name="Nghiệm thu", exact=True).click()
    expect(lan.get_by_text("đúng hạn", exact=True)).to_be_visible()
    keep(lan, "viec-giao")
    assert state(site, 1) is WorkState.COMPLETED
    unit.reload()
    expect(unit.get_by_role("heading", name="Nhiệm vụ đã hoàn thành")).to_be_visible()


def test_the_review_is_done_by_keyboard_alone(site: Site):
    link = site.console.link(1)
    site.console.browser().post(f"{link}/1/hand-in", {"note": "Đã làm xong"}, page=link)
    lan = site.somebody("lan")
    lan.goto(f"{site.address}/review")
    lan.keyboard.press("Tab")
    expect(lan.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    lan.keyboard.press("Enter")
    for _ in range(3):
        lan.keyboard.press("Tab")
        if lan.evaluate("document.activeElement.innerText") == "Nghiệm thu":
            break
    lan.keyboard.press("Enter")
    expect(lan.get_by_role("status")).to_contain_text("Đã nghiệm thu")
    assert state(site, 1) is WorkState.COMPLETED
