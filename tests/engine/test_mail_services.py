"""Any other Apprise service: its bare False becomes an answer with the reason, without tokens."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from notifications.channels import Status
from notifications.services import open_channel
from plan.recipients import shown
from settings import load_settings
from tasks.sending import open_settings_channel
from tests.engine.mail_servers import Sink, free_port, running
from tests.engine.test_mail_channel import message


@contextmanager
def web(status: int):
    """A web server on loopback that answers every POST with `status`; gives its port and what it got."""
    got: list[bytes] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_address[1], got
    finally:
        server.shutdown()
        server.server_close()


def service(port: int):
    return open_channel(
        f"json://127.0.0.1:{port}/hook/very-secret-token",
        sender="dondoc@tinh.example.vn",
        folder=Path("unused"),
    )


def test_a_webhook_gets_subject_and_text():
    with web(200) as (port, got), service(port) as through:
        (outcome,) = through.send([message()])

    assert outcome.status is Status.ACCEPTED
    assert "118/KH-UBND" in got[0].decode("unicode-escape")


@pytest.mark.parametrize("status", [500, 503, 404])
def test_a_bare_false_becomes_a_retry_with_code_and_reason(status):
    with web(status) as (port, _), service(port) as through:
        first, second = through.send([message(1), message(2)])

    assert (first.status, first.code, second.status) == (Status.RETRY, status, Status.RETRY)
    assert "JSON" in first.answer


def test_a_service_that_is_down_is_tried_again_and_its_token_is_not_told():
    with service(free_port()) as through:
        (outcome,) = through.send([message()])

    assert outcome.status is Status.RETRY and outcome.answer
    assert "very-secret-token" not in outcome.answer


def to(address: str, number: int = 1):
    return replace(message(number), to=address)


def routed(folder: Path, url: str):
    settings = load_settings(home=folder, mail_url=url, mail_from="dondoc@tinh.example.vn")
    return open_settings_channel(settings)


def test_each_message_takes_the_way_that_its_address_names(tmp_path: Path):
    sink = Sink()
    with (
        web(200) as (port, got),
        running(sink) as smtp,
        routed(tmp_path, f"smtp://127.0.0.1:{smtp}") as through,
    ):
        ends = [
            end.status
            for end in through.send([
                to("a@so-a.example", 1), to(f"json://127.0.0.1:{port}/hook/very-secret-token", 2), to("b@so-b.example", 3),
            ])
        ]  # fmt: skip

    assert ends == [Status.ACCEPTED] * 3
    assert sink.recipients == ["a@so-a.example", "b@so-b.example"]
    assert len(got) == 1


def test_a_bad_address_a_refusal_and_silence_are_told_apart_and_no_secret_with_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    with web(403) as (port, _), routed(tmp_path, "smtp://127.0.0.1:1") as through:
        bad, refused, silent, server = through.send([
            to("khong-co-kenh-nay://very-secret-token"),
            to(f"json://127.0.0.1:{port}/hook/very-secret-token"),
            to(f"json://127.0.0.1:{free_port()}/hook/very-secret-token"),
            to("dondocmail://user:very-secret-token@mx.example.vn"),
        ])  # fmt: skip

    assert (bad.status, bad.code) == (Status.FAILED, None)
    assert bad.answer.startswith("địa chỉ kênh khong-co-kenh-nay://… không hợp lệ")
    assert (refused.status, refused.code) == (Status.RETRY, 403)
    assert (silent.status, silent.code) == (Status.RETRY, None)
    assert "Connection" in silent.answer
    assert (server.status, "máy chủ thư" in server.answer) == (Status.FAILED, True)
    said = f"{bad.answer} {refused.answer} {silent.answer} {server.answer} {caplog.text}"
    assert "very-secret-token" not in said


def test_while_no_channel_is_set_nothing_leaves_for_a_service_either(tmp_path: Path):
    with web(200) as (port, got), routed(tmp_path, "") as through:
        (kept,) = through.send([to(f"json://127.0.0.1:{port}/hook/very-secret-token")])

    assert (kept.status, got) == (Status.ACCEPTED, [])
    (file,) = (tmp_path / "mail").rglob("*.eml")
    assert "json@channel.invalid" in file.read_text("utf-8")
    assert "very-secret-token" not in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("address", "seen"),
    [("tgram://123:abc/456", "tgram://…"), ("a@so-a.example", "a@so-a.example"), ("", "")],
)
def test_people_see_only_the_scheme_of_a_channels_address(address: str, seen: str):
    assert shown(address) == seen
