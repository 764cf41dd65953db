"""Each role's day in a real browser, from one end to the other: coordinator, leader, auditor, administrator, unit."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import httpx
import openpyxl
import pypdfium2
from icalendar import Calendar
from playwright.sync_api import Download, Page, expect
from sqlmodel import select

from models.database import unit_of_work
from models.engine import Switch
from models.moment import CAPTURE
from models.people import Person
from plan.lifecycle import WorkState
from tests import builders as b
from tests.browser.conftest import Site, shot
from tests.engine.mail_servers import Sink, running
from tests.web.test_door import PASSWORD
from tests.web.test_work import hand_in

CUT_OFF = """() => [...document.querySelectorAll("main *")]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible")
  .map(e => e.outerHTML.slice(0, 90))"""
A4 = {"width": 718, "height": 1000}
"""A sheet without its margins, in CSS pixels."""


def look_and_do(page: Page, words: str) -> None:
    """Look at who gets what (a nudge shows it at once), find these words there, and do it."""
    if (look := page.get_by_role("button", name="Xem trước ai nhận gì")).count():
        look.click()
    expect(page.get_by_text("Chưa có gì được ghi")).to_be_visible()
    expect(page.locator("main")).to_contain_text(words)
    page.get_by_role("button", name="Thực hiện").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã")


def chosen(site: Site, page: Page, what: str, *tasks: str) -> None:
    """Tick tasks in the list and choose what to do with them."""
    page.goto(f"{site.address}/assignments")
    for task in tasks:
        page.get_by_label(f"mục {task}, ").first.check()
    page.get_by_role("button", name=what).click()


def open_ones(site: Site) -> list[tuple[int, int, str]]:
    """The unfinished assignments: item, unit, day."""
    return [
        (a.item_id, a.unit_id, str(a.due_on))
        for a in b.assignments(site.console.url)
        if a.state is WorkState.ASSIGNED
    ]


def test_a_coordinator_changes_the_running_year_and_each_change_shows_first_who_gets_what(site: Site):
    lan = site.somebody("lan")
    lan.goto(f"{site.address}/morning")
    lan.get_by_label("Tìm trong mọi kế hoạch").fill("nhiem vu ii.2")
    lan.keyboard.press("Enter")
    expect(lan.get_by_role("link", name="15/KH-UBND, II.2")).to_be_visible()

    chosen(site, lan, "Chuyển cho đơn vị khác", "II.1", "II.2")
    lan.get_by_label("Đơn vị mới").select_option(label="Sở B")
    lan.get_by_label("Lý do, văn bản").fill("Sắp xếp lại nhiệm vụ")
    look_and_do(lan, "a@so-a.example")
    assert [unit for _, unit, _ in open_ones(site)] == [2, 2, 2]

    chosen(site, lan, "Gia hạn, lùi thời hạn", "II.1", "II.3")
    lan.get_by_label("hoặc thêm số ngày").fill("7")
    lan.get_by_label("Lý do, văn bản").fill("Chờ hướng dẫn")
    look_and_do(lan, "27/05/2021")
    assert sorted(day for *_, day in open_ones(site)) == ["2021-05-20", "2021-05-27", "2021-05-27"]

    chosen(site, lan, "Nhắc thêm một lần ngay", "II.3")
    look_and_do(lan, "b@so-b.example")
    chosen(site, lan, "Hủy nhiệm vụ", "II.2")
    lan.get_by_label("Lý do, văn bản").fill("Không còn phù hợp")
    look_and_do(lan, "b@so-b.example")
    assert len(open_ones(site)) == 2

    lan.goto(f"{site.address}/sending")
    lan.get_by_label("Lý do dừng").fill("Kiểm tra danh bạ")
    lan.get_by_role("button", name="Dừng mọi việc gửi").click()
    lan.goto(f"{site.address}/morning")
    expect(lan.locator(".band-stopped")).to_be_visible()
    shot(lan, "dau-moi-dung-gui")
    lan.goto(f"{site.address}/sending")
    lan.get_by_role("button", name="Tiếp tục gửi").click()
    expect(lan.locator(".band-stopped")).to_have_count(0)
    assert b.broken(site.console.url) == []


def test_a_coordinator_adds_and_splits_tasks_sets_an_event_and_answers_for_more_time(site: Site):
    lan = site.somebody("lan")
    lan.goto(f"{site.address}/assignments/3")
    lan.get_by_role("link", name="Bổ sung nhiệm vụ vào năm này").click()
    lan.get_by_label("Số mục").fill("II.9")
    lan.get_by_label("Nội dung nhiệm vụ").fill("Báo cáo kết quả kiểm tra")
    lan.get_by_label("Đơn vị", exact=True).fill("Sở A")
    lan.get_by_label("Thời hạn", exact=True).fill("trong vòng 10 ngày kể từ ngày nhận Kế hoạch")
    lan.get_by_label("Lý do, văn bản").fill("Công văn 12/UBND")
    look_and_do(lan, "NEW 08/04/2021")
    added = b.assignments(site.console.url)[-1]
    assert added.due_on is None

    lan.goto(f"{site.address}/assignments/{added.id}")
    lan.get_by_role("link", name="Ghi ngày của sự kiện").click()
    lan.get_by_label("Diễn ra ngày").fill("12/4/2021")
    shot(lan, "dau-moi-su-kien")
    look_and_do(lan, "22/04/2021")
    assert str(b.assignments(site.console.url)[-1].due_on) == "2021-04-22"

    lan.goto(f"{site.address}/assignments/3")
    lan.get_by_role("link", name="Tách nhiệm vụ này cho mọi đơn vị").click()
    lan.get_by_label("Mỗi dòng một nhiệm vụ").fill("Rà soát văn bản\nBáo cáo rà soát")
    lan.get_by_label("Lý do, văn bản").fill("Hai bước làm riêng")
    look_and_do(lan, "b@so-b.example")
    assert b.assignments(site.console.url)[2].state is WorkState.REPLACED

    link = site.console.link(1)
    asked = {"new_due_on": "30/5/2021", "reason": "Chờ số liệu"}
    site.console.browser().post(f"{link}/1/extension", asked, page=link)
    lan.goto(f"{site.address}/extensions")
    lan.get_by_label("Đồng ý đến ngày").fill("28/5/2021")
    lan.get_by_role("button", name="Đồng ý").click()
    expect(lan.get_by_text("Không có đề nghị nào chờ trả lời")).to_be_visible()
    assert str(b.assignments(site.console.url)[0].due_on) == "2021-05-28"


def test_a_leader_reads_the_overview_the_time_line_and_the_calendar_and_prints_them_whole(site: Site):
    hand_in(site.console)
    site.console.at(b.moment("2021-05-24", 9))
    binh = site.somebody("binh")
    binh.goto(f"{site.address}/leader")
    expect(binh.get_by_role("heading", name="Quá hạn lâu nhất")).to_be_visible()
    printed(binh, "Đơn vị theo tháng")
    binh.get_by_role("link", name="15/KH-UBND").nth(1).click()
    expect(binh.get_by_role("heading", name="dòng thời gian năm 2021")).to_be_visible()
    printed(binh, "Nhiệm vụ II.3")
    binh.go_back()
    binh.get_by_role("link", name="lịch", exact=True).click()
    expect(binh.get_by_role("heading", name="Cả năm trên một trang")).to_be_visible()
    printed(binh, "Tháng 12")


def printed(page: Page, words: str) -> None:
    """The page on A4: some sheets, with these words on one of them and nothing cut off at the edge."""
    before = page.viewport_size
    page.emulate_media(media="print")
    page.set_viewport_size(A4)  # pyright: ignore[reportArgumentType]
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"]
    sheets = pypdfium2.PdfDocument(page.pdf(format="A4", margin={"left": "1cm", "right": "1cm"}))
    text = [sheet.get_textpage().get_text_range() for sheet in sheets]
    assert any(words in sheet for sheet in text)
    assert all(sheet.strip() for sheet in text)
    page.emulate_media(media="screen")
    page.set_viewport_size(before)  # pyright: ignore[reportArgumentType]


def test_an_auditor_takes_tables_away_that_other_programs_open_and_proves_the_record(
    site: Site, tmp_path: Path
):
    hand_in(site.console)
    kiem = site.somebody("kiem")
    kiem.goto(f"{site.address}/assignments")
    rows = list(csv.reader(io.StringIO(taken(kiem, "CSV").read_text("utf-8-sig"))))
    sheet = openpyxl.load_workbook(taken(kiem, "Excel")).active
    assert sheet
    assert len(rows) == sheet.max_row == 4
    assert len(json.loads(taken(kiem, "JSON").read_text("utf-8"))) == 3

    kiem.goto(f"{site.address}/ledger?action=evidence.")
    rows = list(csv.reader(io.StringIO(taken(kiem, "CSV").read_text("utf-8-sig"))))
    assert len(rows) == 2
    with zipfile.ZipFile(taken(kiem, "Xuất kèm bộ kiểm tra")) as export:
        export.extractall(tmp_path)
    verify = next(tmp_path.rglob("verify.py"))
    done = subprocess.run(
        [sys.executable, "-I", verify], cwd=verify.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr

    b.live(site.console.url, date(2021, 4, 8), date(2021, 4, 8))
    site.console.at(b.moment("2021-04-08", 12))
    kiem.goto(f"{site.address}/ledger")
    kiem.get_by_role("link", name="Một hộp thư đã nhận gì, vì sao").click()
    kiem.get_by_label("Địa chỉ").fill("a@so-a.example")
    kiem.get_by_role("button", name="Xem", exact=True).click()
    expect(kiem.locator("main")).to_contain_text("việc giao số 2 NEW đã gửi")
    shot(kiem, "kiem-tra-hop-thu")


def taken(page: Page, link: str) -> Path:
    """The file behind a link, as a browser downloads it."""
    with page.expect_download() as coming:
        page.get_by_role("link", name=link, exact=True).click()
    download: Download = coming.value
    path = Path(download.path())
    return path.rename(path.with_name(f"{path.name}-{download.suggested_filename}"))


def test_an_administrator_lets_somebody_in_and_tries_letters_keys_and_webhooks(site: Site):
    admin, sink = site.somebody("admin"), Sink()
    admin.goto(f"{site.address}/people")
    admin.get_by_label("Mã người dùng").fill("nga")
    admin.get_by_label("Họ tên").fill("Nga")
    admin.get_by_role("button", name="Lưu").click()
    admin.get_by_role("button", name="Cấp liên kết đặt mật khẩu Nga").click()
    link = admin.get_by_role("status").locator("code").inner_text()
    nga = site.somebody(phone=True)
    nga.goto(link)
    shot(nga, "dat-mat-khau-dien-thoai")
    nga.get_by_label("Mật khẩu mới").fill(PASSWORD)
    nga.get_by_label("Nhập lại").fill(PASSWORD)
    nga.get_by_role("button", name="Đặt mật khẩu").click()
    nga.get_by_label("Mã người dùng").fill("nga")
    nga.get_by_label("Mật khẩu").fill(PASSWORD)
    nga.get_by_role("button", name="Đăng nhập").click()
    expect(nga).to_have_url(f"{site.address}/morning")

    with running(sink) as port:
        with unit_of_work(site.console.url) as session:
            session.get_one(Switch, CAPTURE).value = f"127.0.0.1:{port}"
            session.exec(select(Person).where(Person.code == "admin")).one().address = "admin@ubnd.example"
        admin.goto(f"{site.address}/office/letters/digest")
        admin.get_by_role("button", name="Gửi thử cho tôi").click()
        expect(admin.get_by_role("status").first).to_contain_text("Đã gửi đến admin@ubnd.example")
        assert sink.recipients == ["admin@ubnd.example"]
        admin.goto(f"{site.address}/office/checks")
        admin.get_by_role("button", name="Kiểm tra ngay").click()
        expect(admin.get_by_role("row").filter(has_text="Kênh gửi thư")).to_be_visible()

    admin.goto(f"{site.address}/office/keys")
    admin.get_by_label("Tên khóa").fill("Cổng báo cáo tỉnh")
    admin.get_by_label("Thay mặt ai").select_option("1")
    admin.get_by_role("button", name="Tạo khóa").click()
    key = admin.get_by_role("status").locator("code.wraps").inner_text()
    asked = {"headers": {"authorization": f"Bearer {key}"}, "trust_env": False}
    assert httpx.get(f"{site.address}/api/v1/assignments", **asked).json()["items"]
    admin.get_by_role("button", name="Thu hồi Cổng báo cáo tỉnh").click()
    assert httpx.get(f"{site.address}/api/v1/assignments", **asked).status_code == 401

    admin.goto(f"{site.address}/office/webhooks")
    admin.get_by_label("Địa chỉ nhận").fill("https://nhan.example/dondoc")
    admin.get_by_label("Ghi chú").fill("Trục liên thông")
    admin.locator("[name=events]").first.check()
    admin.get_by_role("button", name="Thêm").click()
    expect(admin.get_by_role("status").first).to_contain_text("Chỉ hiện một lần")
    expect(admin.get_by_role("heading", name="Trục liên thông")).to_be_visible()


def test_an_administrator_makes_a_ladder_and_changes_it(site: Site):
    admin = site.somebody("admin")
    admin.goto(f"{site.address}/office/ladders/new?from=chuan")
    admin.get_by_label("Mã", exact=True).fill("dot-xuat")
    admin.get_by_label("Tên", exact=True).fill("Đột xuất")
    for _ in range(2):
        admin.get_by_role("button", name="Kiểm tra và xem trước").click()
        expect(admin.get_by_text("Xem trước, chưa thay đổi gì")).to_be_visible()
        admin.get_by_role("button", name="Lưu và áp dụng").click()
        expect(admin.get_by_role("status").first).to_contain_text("Đã")
        admin.goto(f"{site.address}/office/ladders/dot-xuat")
        admin.get_by_text("Sửa thành bậc của cơ quan").click()
        admin.get_by_label("Tên", exact=True).fill("Đột xuất, nhắc dày")
    admin.goto(f"{site.address}/office/ladders")
    expect(admin.get_by_role("heading", name="Đột xuất, nhắc dày")).to_be_visible()


def test_a_unit_with_an_account_sees_what_it_owes_names_a_deputy_and_has_a_calendar(site: Site):
    minh = site.somebody("minh", phone=True)
    minh.goto(f"{site.address}/mine")
    shot(minh, "don-vi-viec-dien-thoai")
    minh.get_by_role("button", name="Xác nhận tiếp nhận tất cả").click()
    expect(minh.get_by_text("Đang thực hiện")).to_have_count(2)
    minh.goto(f"{site.address}/mine/unit")
    minh.get_by_text("Ghi một lượt vắng mặt").click()
    minh.get_by_label("Ai vắng").select_option(index=1)
    minh.get_by_label("Ai thay").select_option(label="Minh")
    minh.get_by_label("Từ ngày").fill("10/4/2021")
    minh.get_by_label("Đến hết ngày").fill("20/4/2021")
    minh.get_by_role("button", name="Lưu").click()
    expect(minh.get_by_text("vắng từ 10/04/2021")).to_be_visible()
    minh.get_by_role("button", name="Kết thúc").click()
    expect(minh.get_by_text("Không ai vắng mặt")).to_be_visible()

    minh.get_by_role("button", name="Tạo địa chỉ lịch").click()
    address = minh.get_by_role("status").locator("code").inner_text()
    events = Calendar.from_ical(httpx.get(address, trust_env=False).content).walk("VEVENT")
    assert {str(e["dtstart"].dt) for e in events} == {"2021-05-20"}
    minh.goto(f"{site.address}/account")
    minh.get_by_role("button", name="Thu hồi lịch").click()
    assert httpx.get(address, trust_env=False).status_code == 404
