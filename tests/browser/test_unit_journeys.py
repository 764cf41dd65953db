"""A unit's work in a real browser: begun on a phone, handed in at a desk, with a link that had ended."""

import email
import re
import threading
from datetime import timedelta
from email import policy
from pathlib import Path

from playwright.sync_api import expect

from plan.lifecycle import WorkState
from tests.browser.conftest import Site
from tests.browser.test_journeys import PDF, Keep, mailed_link, state
from tests.web.conftest import NOON


def test_what_is_begun_on_a_phone_is_there_at_the_desk_and_handed_in(site: Site, keep: Keep, tmp_path: Path):
    file = tmp_path / "Báo cáo.pdf"
    file.write_bytes(PDF)
    phone = site.somebody(phone=True)
    phone.goto(mailed_link(site, 1))
    phone.get_by_label("Nội dung kết quả").fill("Đã họp giao ban ngày 15/4")
    expect(phone.get_by_text("Đã tự lưu nháp lúc")).to_be_visible()
    assert state(site, 1) is WorkState.ASSIGNED

    desk = site.somebody()
    desk.goto(mailed_link(site, 1))
    expect(desk.get_by_text("Đây là bản nháp lưu lúc")).to_be_visible()
    expect(desk.get_by_label("Nội dung kết quả")).to_have_value("Đã họp giao ban ngày 15/4")
    desk.get_by_label("Tệp minh chứng").set_input_files(file)
    keep(desk, "tra-loi-ban-nhap")
    desk.get_by_role("button", name="Lưu nháp, nộp sau").click()
    expect(desk.get_by_role("status").first).to_contain_text("Đã lưu nháp")
    expect(desk.get_by_label("Báo cáo.pdf")).to_be_checked()
    desk.get_by_role("button", name="Nộp kết quả").click()
    expect(desk.get_by_role("status").first).to_contain_text("Đã nộp kết quả")
    assert state(site, 1) is WorkState.SUBMITTED
    with desk.expect_download() as taken:
        desk.get_by_role("link", name="Báo cáo.pdf").click()
    assert Path(taken.value.path()).read_bytes() == PDF


def test_a_refused_file_is_told_at_its_field_and_nothing_typed_is_lost(site: Site, tmp_path: Path):
    bad = tmp_path / "chay.exe"
    bad.write_bytes(b"MZ\x90\x00" + bytes(60))
    unit = site.somebody()
    unit.goto(mailed_link(site, 1))
    unit.get_by_label("Nội dung kết quả").fill("Đã làm xong")
    unit.get_by_label("Tệp minh chứng").set_input_files(bad)
    unit.get_by_role("button", name="Nộp kết quả").click()
    expect(unit.get_by_role("alert")).to_contain_text("không nhận loại tệp này")
    expect(unit.get_by_label("Nội dung kết quả")).to_have_value("Đã làm xong")
    assert state(site, 1) is WorkState.ASSIGNED


def test_an_ended_link_brings_a_new_one_into_the_mailbox(site: Site, keep: Keep):
    mailed, real = threading.Event(), site.console.app.state.fresh_link
    site.console.app.state.fresh_link = lambda place, number: (real(place, number), mailed.set())
    unit = site.somebody(phone=True)
    unit.goto(site.address + site.console.link(1, at=NOON - timedelta(days=61)))
    keep(unit, "lien-ket-het-han-dien-thoai")
    unit.get_by_role("button", name="Gửi cho tôi liên kết mới").click()
    expect(unit.get_by_role("heading", name="Hãy xem hộp thư của đơn vị")).to_be_visible()
    assert mailed.wait(30)
    (file,) = site.console.settings.mail_dir.rglob("*.eml")
    mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    body = mail.get_body(("plain",))
    found = re.search(r"http://\S+/a/\S+", body.get_content() if body else "")  # type: ignore[attr-defined]
    assert found
    unit.goto(found.group())
    expect(unit.get_by_role("link", name="Nhiệm vụ II.1")).to_be_visible()
