"""What stands around the pages: hosts, cookies, sizes, slow senders, scanners of mail and of files, figures for machines."""

import asyncio
import hashlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from models.database import engine_for
from settings import Settings
from tests import builders as b
from tests.web.conftest import Browser, Console
from tests.web.test_door import give_password, sign_in
from tests.web.test_work import PDF, hand_in, state
from web.app import create_app
from web.limits import Limits

EICAR = b"%PDF-1.4\n" + b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def over(console: Console, **settings: Any) -> Console:
    """The same office with other settings."""
    made = Settings(home=console.settings.home, office="Văn phòng thử", **settings)
    return Console(made, create_app(made, kick=console.kicked.append), console.kicked)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "[", "dondoc.example.vn@evil.example"]
)
def test_another_name_than_ours_opens_nothing(console: Console, host: str):
    answer = console.browser().get("/sign-in", headers={"host": host})

    assert answer.status_code == 400
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert console.browser().get("/health", headers={"host": host}).status_code == 200


def test_the_public_name_and_this_machine_open_it(console: Console):
    there = over(console, public_url="https://dondoc.example.vn")
    for host in ("dondoc.example.vn", "DONDOC.example.vn:443", "localhost:8787", "[::1]:8787"):
        assert there.browser().get("/sign-in", headers={"host": host}).status_code == 200


def test_over_https_cookies_are_bound_to_the_host_and_browsers_keep_to_it(console: Console):
    give_password(console, "lan")
    there = over(console, public_url="https://127.0.0.1:8787")
    client = TestClient(there.app, base_url="https://127.0.0.1:8787", follow_redirects=False)
    page = client.get("/sign-in")
    assert page.headers["strict-transport-security"].startswith("max-age=")
    assert page.headers["set-cookie"].startswith("__Host-dondoc_form=")
    cookie = sign_in(Browser(client), "lan").headers["set-cookie"]
    assert cookie.startswith("__Host-dondoc_session=")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert client.get("/morning").status_code == 200


def test_nobody_unknown_fills_the_disk(console: Console):
    page = console.browser()
    mark = page.mark("/sign-in")
    large = {"files": ("a.pdf", PDF + bytes(3 << 20))}
    refused = page.client.post("/a/forged/1/hand-in", data={"_mark": mark}, files=large)
    assert refused.status_code == 403
    assert "Chỉ nhận tệp từ người đã đăng nhập" in refused.text
    link = console.link(1)
    taken = console.browser().post(
        f"{link}/1/hand-in", {"note": "x"}, page=link, files=[("files", large["files"])]
    )
    assert taken.status_code == 303


@pytest.mark.parametrize(("pieces", "ends", "status"), [
    ([b"x" * 600, b"x" * 300], True, 200), ([b"x" * 600, b"x" * 600], True, 413), ([b"{"], False, 408),
])  # fmt: skip
def test_a_body_without_a_length_is_counted_and_a_silent_sender_is_given_up(
    pieces: list[bytes], ends: bool, status: int
):
    sent: list[Any] = []

    async def reads_all(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await PlainTextResponse("read")(scope, receive, send)

    async def receive() -> dict[str, Any]:
        if not pieces:
            await asyncio.Event().wait()
        body = pieces.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(pieces) or not ends}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/plans", "headers": [(b"host", b"localhost")]}
    guarded = Limits(reads_all, hosts=frozenset({"localhost"}), most=1000, silence=0.05)
    asyncio.run(guarded(scope, receive, send))

    assert sent[0]["status"] == status


def test_a_name_that_nobody_has_takes_as_long_as_a_wrong_password(console: Console):
    """In CPU seconds, which the load of the machine does not change; the answer is dominated by the hash."""
    give_password(console, "lan")
    spent: dict[str, list[float]] = {"lan": [], "không-có-ai": []}
    for _ in range(4):
        for code, times in spent.items():
            browser = console.browser()
            mark = browser.mark("/sign-in")
            before = time.process_time()
            browser.client.post("/sign-in", data={"_mark": mark, "code": code, "password": "sai bét"})
            times.append(time.process_time() - before)

    assert min(spent["không-có-ai"]) > 0.5 * min(spent["lan"])


@pytest.mark.parametrize("target", [
    "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:alert(1)", "\\\\evil",
    "/\r\nset-cookie: a=b",
])  # fmt: skip
def test_no_address_leads_elsewhere_after_signing_in_or_choosing_a_language(console: Console, target: str):
    give_password(console, "lan")
    assert sign_in(console.browser(), "lan", next=target).headers["location"] == "/morning"
    chosen = console.browser().post("/language", {"lang": "en", "back": target}, page="/sign-in")
    assert chosen.headers["location"] == "/"


# Mail scanners open every link, many times, from many addresses.


def everything(url: str) -> dict[str, str]:
    """The whole database, table by table."""
    with engine_for(url).connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        return {
            name: hashlib.sha256(json.dumps([list(map(str, r)) for r in connection.execute(sa.text(f"SELECT * FROM {name}"))]).encode()).hexdigest()
            for name in tables
        }  # fmt: skip


def test_mail_scanners_change_nothing_however_often_they_look(console: Console):
    hand_in(console)
    personal, several = console.link(1, shared=False), console.link()
    browser = console.browser("lan")
    feed = browser.post("/account/keys", {"purpose": "calendar"}, page="/account").text
    calendar = feed.split('<code class="wraps">')[1].split("<")[0].removeprefix(console.settings.public_url)
    key = console.browser("admin").post("/people/1/key", page="/people").text
    password = "/set-password/" + key.split("/set-password/")[1].split("<")[0]
    links = [
        personal,
        f"{personal}/1",
        several,
        f"{several}/1",
        f"{several}/2",
        calendar,
        password,
        "/sign-in",
        "/",
    ]
    before = everything(console.url)
    files = {p: p.stat().st_mtime_ns for p in console.settings.home.rglob("evidence/**/*") if p.is_file()}

    for client in (f"203.0.113.{n}" for n in range(20)):
        scanner = TestClient(
            console.app, base_url="http://127.0.0.1:8787", client=(client, 1), follow_redirects=True
        )
        for link in links:
            for method in ("HEAD", "GET", "GET", "OPTIONS"):
                answer = scanner.request(method, link, headers={"user-agent": "SafeLinks/1.0"})
                assert answer.status_code < 500, (method, link)

    assert everything(console.url) == before
    assert {p: p.stat().st_mtime_ns for p in files} == files
    assert b.assignments(console.url)[1].state == "assigned"


# The virus scanner.


@dataclass
class Clamd:
    """A server that speaks clamd's INSTREAM and PING, as clamd(8) has it."""

    address: str = ""
    seen: list[int] = field(default_factory=list[int])
    answer: Callable[[bytes], bytes] = lambda data: (
        b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if b"EICAR" in data else b"stream: OK\0"
    )


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[Clamd]:
    found, server = Clamd(), socket.socket(socket.AF_UNIX)
    path = tmp_path / "clamd.ctl"
    server.bind(str(path))
    server.listen()
    found.address = f"clamd://{path}"

    def exactly(line: socket.socket, count: int) -> bytes:
        got = b""
        while len(got) < count and (more := line.recv(count - len(got))):
            got += more
        return got

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                command = b""
                while not command.endswith(b"\0"):
                    command += line.recv(1)
                if command == b"zPING\0":
                    line.sendall(b"PONG\0")
                    continue
                data = b""
                while size := struct.unpack(">I", exactly(line, 4))[0]:
                    data += exactly(line, size)
                found.seen.append(len(data))
                line.sendall(found.answer(data))

    threading.Thread(target=serve, daemon=True).start()
    yield found
    server.close()


def upload(there: Console, data: bytes) -> Any:
    link = there.link(1)
    return there.browser().post(
        f"{link}/1/hand-in", {"note": "x"}, page=link, files=[("files", ("mật.pdf", data))]
    )


def test_a_file_with_a_virus_is_refused_in_words_and_in_the_ledger(console: Console, clamd: Clamd):
    there = over(console, scanner=clamd.address)
    answer = upload(there, EICAR)

    assert answer.status_code == 422
    assert "mật.pdf: phần mềm diệt virus phát hiện Win.Test.EICAR_HDB-1" in answer.text
    row = b.told(console.url)[-1]
    assert (row.action, row.subject) == ("upload.infected", f"paper:{hashlib.sha256(EICAR).hexdigest()}")
    assert "mật" not in row.data
    assert not list((there.settings.home / "evidence").rglob("*")) or state(console) == "assigned"


def test_a_clean_file_is_streamed_past_the_scanner_whole(console: Console, clamd: Clamd):
    there = over(console, scanner=clamd.address)
    large = PDF + bytes(300_000)

    assert upload(there, large).status_code == 303
    assert clamd.seen == [len(large)]


@pytest.mark.parametrize(("down", "status"), [("refuse", 422), ("take", 303)])
@pytest.mark.parametrize("said", [None, b"INSTREAM size limit exceeded. ERROR\0", b""])
def test_while_the_scanner_gives_no_verdict_the_setting_decides(
    console: Console, clamd: Clamd, tmp_path: Path, down: str, status: int, said: bytes | None
):
    if said is not None:
        clamd.answer = lambda _: said
    there = over(
        console,
        scanner=clamd.address if said is not None else f"clamd://{tmp_path}/nobody",
        scanner_down=down,
    )

    assert upload(there, PDF).status_code == status
    assert "upload.unscanned" in [r.action for r in b.told(console.url)]


@pytest.mark.parametrize(("program", "status"), [
    ("cat > /dev/null; exit 0", 303), ("cat > /dev/null; echo 'stream: Xấu FOUND'; exit 1", 422), ("exit 2", 422),
])  # fmt: skip
def test_a_program_may_be_the_scanner(console: Console, tmp_path: Path, program: str, status: int):
    path = tmp_path / "scan"
    path.write_text(f"#!/bin/sh\n{program}\n")
    path.chmod(0o700)

    assert upload(over(console, scanner=f"command://{path}"), PDF).status_code == status


# Figures for machines.


def test_figures_are_what_prometheus_reads_and_hold_no_names(console: Console):
    hand_in(console)
    answer = console.browser().get("/metrics")
    families = {f.name: f for f in text_string_to_metric_families(answer.text)}
    states = {s.labels["state"]: s.value for s in families["dondoc_assignments"].samples}

    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert (states["submitted"], states["assigned"], states["completed"]) == (1, 2, 0)
    assert families["dondoc_ledger_rows"].type == "counter"
    assert families["dondoc_ledger_rows"].samples[0].value == len(b.told(console.url))
    assert all(f.documentation and f.name.startswith("dondoc_") for f in families.values())
    assert {label for f in families.values() for s in f.samples for label in s.labels} == {"state"}
    for secret in ("Sở A", "so-a", "@", "Nhiệm vụ", "15/KH"):
        assert secret not in answer.text


def test_a_broken_database_is_said_without_its_address(console: Console, tmp_path: Path):
    (console.settings.home / "dondoc.db").write_bytes(b"not a database" * 100)
    engine_for(console.url).dispose()
    answer = console.browser().get("/health")

    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text
