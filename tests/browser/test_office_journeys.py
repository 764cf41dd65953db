"""The administrator's and the auditor's work in a real browser."""

import json
from pathlib import Path

from playwright.sync_api import expect

from models.database import reading, unit_of_work
from models.people import Contact
from models.standing import calendar
from plan import clock
from tests import builders as b
from tests.browser.conftest import Site
from tests.browser.test_journeys import Keep
from tests.web.conftest import NOON


def test_an_administrator_mends_the_directory_and_moves_a_day_by_decision(
    site: Site, keep: Keep, tmp_path: Path
):
    with unit_of_work(site.console.url) as session:
        contact = session.get_one(Contact, 1)
        contact.bounced_at = clock.now()
        session.add(contact)
    admin = site.somebody("admin")
    admin.goto(f"{site.address}/office")
    keep(admin, "quan-tri")
    admin.get_by_role("link", name="Xem và sửa").click()
    keep(admin, "quan-tri-can-sua")
    admin.get_by_role("link", name="Sở A").first.click()
    admin.get_by_label("Địa chỉ 1").fill("vanthu@so-a.example")
    admin.get_by_role("button", name="Lưu").click()
    admin.goto(f"{site.address}/office/faults")
    expect(admin.get_by_text("Đang có việc nhưng không ai nhận được thư")).to_have_count(0)

    admin.goto(f"{site.address}/office/days?year=2021")
    admin.get_by_label("Các ngày nghỉ").fill("20/5/2021")
    admin.get_by_role("button", name="Xem sẽ dời những gì").click()
    expect(admin.get_by_role("alert")).to_be_focused()
    expect(admin.get_by_label("Các ngày nghỉ")).to_have_value("20/5/2021")
    admin.get_by_label("Số quyết định, thông báo").fill("12/TB-BNV")
    admin.get_by_label("Ngày ban hành").fill("1/4/2021")
    admin.get_by_role("button", name="Xem sẽ dời những gì").click()
    keep(admin, "quan-tri-lich-xem-truoc")
    admin.get_by_role("button", name="Áp dụng").click()
    expect(admin.get_by_role("status")).to_contain_text("Đã điều chỉnh lịch")
    with reading(site.console.url) as session:
        assert [line.decision for line in calendar(session).overrides] == ["12/TB-BNV"]

    admin.goto(f"{site.address}/office/directory")
    with admin.expect_download() as taken:
        admin.get_by_role("link", name="Toàn bộ (YAML)").click()
    file = tmp_path / "danh-ba.yaml"
    file.write_text(
        Path(taken.value.path()).read_text(encoding="utf-8").replace("Sở B", "Sở Bê"), encoding="utf-8"
    )
    admin.get_by_label("Tệp YAML hoặc CSV").set_input_files(file)
    admin.get_by_role("button", name="Xem sẽ thay đổi gì").click()
    keep(admin, "quan-tri-danh-ba-xem-truoc")
    admin.get_by_role("button", name="Đưa vào danh bạ").click()
    expect(admin.get_by_role("status")).to_contain_text("Đã đưa danh bạ vào")
    assert b.broken(site.console.url) == []


def test_an_auditor_follows_a_task_back_to_a_past_day_and_takes_the_record_away(site: Site, keep: Keep):
    link = site.console.link(1)
    site.console.browser().post(f"{link}/1/hand-in", {"note": "Đã làm xong"}, page=link)
    site.console.at(b.moment("2021-04-09", 12))
    kiem = site.somebody("kiem")
    kiem.goto(f"{site.address}/assignments/1")
    kiem.get_by_role("link", name="Vì sao nhắc, vì sao không").click()
    keep(kiem, "vi-sao")
    kiem.goto(f"{site.address}/assignments/1")
    kiem.get_by_text("Xem ngày trước").click()
    kiem.get_by_label("Trang này như cuối ngày").fill("2021-04-08")
    kiem.get_by_role("button", name="Xem", exact=True).click()
    expect(kiem.get_by_text("Như cuối ngày 08/04/2021 (Thứ Năm).")).to_be_visible()
    expect(kiem.get_by_text("Chờ nghiệm thu").first).to_be_visible()
    keep(kiem, "ngay-truoc")
    kiem.get_by_role("link", name="Về hôm nay").click()
    expect(kiem.locator(".past-band")).to_have_count(0)

    kiem.goto(f"{site.address}/ledger?action=evidence.")
    keep(kiem, "nhat-ky-loc")
    with kiem.expect_download() as taken:
        kiem.get_by_role("link", name="JSON").click()
    (row,) = json.loads(Path(taken.value.path()).read_text(encoding="utf-8"))
    assert (row["action"], row["at"][:10]) == ("evidence.submitted", f"{NOON:%Y-%m-%d}")
    kiem.get_by_role("link", name="Kiểm tra toàn bộ").click()
    expect(kiem.get_by_text("Nguyên vẹn:")).to_be_visible()
