"""One year of one plan with every real part: a Word document, Chromium, Prefect, an SMTP server, a clock that is moved."""

import email
import os
import re
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from email import policy
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import docx
import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

import migrations
from actions import directory
from deployments import prefect_server
from deployments.answers import AnswerSpec, AnswersSpec, Behaviour
from deployments.driver import Driver
from deployments.kick import prefect_place
from deployments.running import Engine, free_port, running_engine
from models.database import engine_for, unit_of_work
from models.ledger import SYSTEM
from models.moment import mark_as_rehearsal, set_clock
from settings import Settings
from tasks.engine import item_deployments
from tasks.engine_api import client
from tasks.place import Place, at_place
from tests import builders as b
from tests.browser.conftest import Site, shot
from tests.engine.conftest import ROOT, spoken_to
from tests.engine.mail_servers import Sink, running
from tests.until import until
from tests.web.conftest import Console
from tests.web.test_work import PDF
from web.app import create_app

BEGIN = b.moment("2026-01-08", 9)
TASK = "Lập danh mục thủ tục cần đơn giản hóa"
NOBODY = AnswersSpec(answers=[AnswerSpec(behaviour=Behaviour.NEVER)])
"""In the driver's script nobody answers: people do that themselves, in their browsers."""


def plan_in_word(file: Path) -> Path:
    """A signed plan as an office writes it: its head in a table, tasks in groups, one of them in a table of tasks."""
    paper = docx.Document()
    head = paper.add_table(rows=2, cols=2)
    head.cell(0, 0).text, head.cell(0, 1).text = (
        "ỦY BAN NHÂN DÂN\nTỈNH BÌNH SƠN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
    )
    head.cell(1, 0).text, head.cell(1, 1).text = "Số: 7/KH-UBND", "Bình Sơn, ngày 7 tháng 01 năm 2026"
    for words in (
        "KẾ HOẠCH", "Cải cách hành chính năm 2026", "I. MỤC ĐÍCH, YÊU CẦU", "Nâng cao chất lượng phục vụ người dân.", "II. NHIỆM VỤ",
        "1. Rà soát thủ tục hành chính", "a) Lập danh mục thủ tục cần đơn giản hóa.", "- Đơn vị chủ trì: Sở A.", "- Thời gian hoàn thành: Trước ngày 31/01/2026.",
        "b) Công bố danh mục thủ tục đã đơn giản hóa.", "- Đơn vị chủ trì: Sở B.", "- Thời gian hoàn thành: Quý III/2026.",
        "2. Nâng cao năng lực", "a) Mở lớp bồi dưỡng cho cán bộ một cửa.", "- Đơn vị chủ trì: Các Sở.", "- Thời gian hoàn thành: Trước ngày 20/10/2026.",
        "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Trần Thị Cúc",
    ):  # fmt: skip
        paper.add_paragraph(words)
    paper.save(str(file))
    return file


@dataclass
class Living:
    """An office whose days pass through the real engine."""

    place: Place
    engine: Engine
    mails: Sink

    def until(self, day: str) -> None:
        """Let the days up to the end of `day` pass: wakes, digests, mail."""
        Driver(self.place, self.engine, NOBODY, self.place.now, date.fromisoformat(day), lambda _: None).run()

    def link(self, word: str) -> str:
        """The address in the newest mail to Sở A's mailbox whose text has this word."""
        for raw in reversed(self.mails.mails):
            mail = email.message_from_bytes(raw, policy=policy.default)
            body = mail.get_body(("plain",))
            text = body.get_content() if body else ""
            if "a@so-a.example" in str(mail["to"]) and word in text:
                return re.findall(r"http://\S+/a/[^\s>)]+", text)[0]
        pytest.fail(f"no mail with {word!r}")


@pytest.fixture
def living(tmp_path: Path, chromium: Browser) -> Iterator[tuple[Site, Living]]:
    """The console, a Prefect server with a worker, and a mail server, on ports of their own."""
    port = free_port()
    settings = Settings(
        home=tmp_path / "home", office="UBND tỉnh Bình Sơn", console_port=port, public_url=f"http://127.0.0.1:{port}",
        prefect_port=free_port(),
    )  # fmt: skip
    place, sink = at_place(settings), Sink()
    migrations.upgrade(place.url)
    with unit_of_work(place.url) as session:
        directory.apply_directory(
            session, directory.read_yaml(b.OFFICE_FILE, "office.yaml"), at=BEGIN, actor=SYSTEM
        )
    with (
        patch.dict(os.environ),  # the engine says in the environment where it is
        running(sink) as smtp,
        spoken_to(prefect_place(settings)),
        running_engine(settings, schedules=False, say=lambda _: None) as engine,
    ):
        mark_as_rehearsal(place.url, BEGIN, f"127.0.0.1:{smtp}")
        with own_process(settings):
            console = Console(settings, create_app(settings), [])
            site = Site(console, settings.public_url, chromium, [], [])
            yield site, Living(place, engine, sink)
            site.leave()
        assert site.wrong == []
    engine_for(place.url).dispose()


def answers(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).is_success
    except httpx.TransportError:
        return False


@contextmanager
def own_process(settings: Settings) -> Generator[None]:
    """The console as the stack starts it, which tells the engine what people do."""
    environment = {
        **os.environ,
        **settings.environment(),
        **prefect_server.environment(prefect_place(settings)),
    }
    with (settings.home / "console.log").open("ab") as log:
        console = subprocess.Popen(
            [sys.executable, "-m", "web", "announced"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    until(
        lambda: answers(f"{settings.public_url}/health") or console.poll() is not None,
        60,
        "the console answers",
    )
    yield
    console.terminate()
    console.wait(20)


def test_a_document_becomes_a_finished_task_and_next_years_draft(living: tuple[Site, Living], tmp_path: Path):
    site, year = living
    lan, phone = site.somebody("lan"), site.somebody(phone=True)
    put_in_and_armed(site, lan, plan_in_word(tmp_path / "ke-hoach.docx"))

    year.until("2026-01-23")
    set_clock(year.place.url, b.moment("2026-01-26", 9))
    answered(phone, year.link(TASK), tmp_path, "Đã rà soát 12 thủ tục")
    lan.goto(f"{site.address}/review")
    lan.get_by_text("Trả lại để bổ sung").click()
    lan.get_by_label("Cần bổ sung gì").fill("Thiếu phụ lục")
    lan.get_by_role("button", name="Trả lại").click()
    expect(lan.get_by_role("status")).to_contain_text("Đã trả lại")

    year.until("2026-01-26")
    set_clock(year.place.url, b.moment("2026-01-27", 9))
    answered(phone, year.link("Thiếu phụ lục"), tmp_path, "Đã bổ sung phụ lục")
    lan.goto(f"{site.address}/review")
    lan.get_by_role("button", name="Nghiệm thu", exact=True).click()
    expect(lan.get_by_role("status")).to_contain_text("Đã nghiệm thu")

    year.until("2026-02-02")
    everywhere_in_time(site, lan)
    rolled_over(site, lan)


def put_in_and_armed(site: Site, lan: Page, document: Path) -> None:
    lan.goto(f"{site.address}/plans")
    lan.get_by_label("Văn bản đã ký").set_input_files(document)
    lan.get_by_role("button", name="Đọc và nhập").click()
    expect(lan.get_by_role("status")).to_contain_text("Đã nhập kế hoạch")
    expect(lan.get_by_role("region", name="II.1.a")).to_contain_text("Sở A")
    shot(lan, "ca-nam-van-ban")
    lan.get_by_role("region", name="II.1.a").get_by_role("button", name="Giao II.1.a").click()
    lan.get_by_role("button", name="Giao luôn 2 nhiệm vụ").click()
    lan.get_by_role("link", name="Mô phỏng năm 2026").click()
    expect(lan.get_by_text("Cả năm trên một trang")).to_be_visible()
    lan.get_by_role("link", name="Kiểm tra lần cuối và kích hoạt").click()
    lan.get_by_label("Tôi đã xem danh sách").check()
    lan.get_by_role("button", name="Ký và kích hoạt năm 2026").click()
    expect(lan.get_by_role("status")).to_contain_text("Đã ký danh sách và kích hoạt")


def answered(phone: Page, link: str, folder: Path, words: str) -> None:
    """The mail's link is opened on a phone, and the task handed in with a file."""
    file = folder / "Báo cáo.pdf"
    file.write_bytes(PDF)
    phone.goto(link)
    if (
        one := phone.get_by_role("link", name=TASK)
    ).count():  # a mail about several tasks leads to their list
        shot(phone, "ca-nam-danh-sach")
        one.click()
    phone.get_by_label("Nội dung kết quả").fill(words)
    phone.get_by_label("Tệp minh chứng").set_input_files(file)
    shot(phone, f"ca-nam-tra-loi-{words.split()[1]}")
    phone.get_by_role("button", name="Nộp kết quả").click()
    expect(phone.get_by_role("status").first).to_contain_text("Đã nộp kết quả")


def everywhere_in_time(site: Site, lan: Page) -> None:
    """The console, the ledger and Prefect say the same."""
    lan.goto(f"{site.address}/assignments/1")
    expect(lan.get_by_text("đúng hạn", exact=True)).to_be_visible()
    run = (
        lan.locator(".k-run", has_text="T-7: đã nhắc")
        .get_by_role("link", name="Prefect")
        .get_attribute("href")
    )
    shot(lan, "ca-nam-viec-giao")
    assert run
    with client() as api:
        state = api.read_flow_run(UUID(run.rpartition("/")[2])).state
        description = api.read_deployment(UUID(item_deployments()[1])).description
    assert state
    assert (state.type, state.name) == ("COMPLETED", "Reminded")
    assert description
    assert "Đã xong.\n\nHoàn thành đúng hạn 1." in description

    lan.goto(f"{site.address}/ledger?action=evidence.accepted")
    expect(lan.get_by_role("row").nth(1)).to_contain_text("Nghiệm thu, hoàn thành đúng hạn")
    shot(lan, "ca-nam-nhat-ky")
    lan.get_by_role("link", name="Kiểm tra toàn bộ").click()
    expect(lan.get_by_text("Nguyên vẹn:")).to_be_visible()


def rolled_over(site: Site, lan: Page) -> None:
    """Next year's draft comes out of this year."""
    lan.goto(f"{site.address}/plans/1/years/2026")
    lan.get_by_role("link", name="Lập kế hoạch năm 2027").click()
    shot(lan, "ca-nam-nam-sau")
    lan.get_by_role("button", name="Chấp nhận, lập kế hoạch năm 2027").click()
    expect(lan.get_by_role("status")).to_contain_text("năm sau")
    expect(lan.get_by_role("region", name="II.1.a")).to_contain_text("30/01/2027")
    shot(lan, "ca-nam-nam-sau-nhap")
