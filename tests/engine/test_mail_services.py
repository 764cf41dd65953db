"""Any other Apprise service: its bare False becomes an answer with the reason, without tokens."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from notifications.channels import Status
from notifications.services import open_channel
from tests.engine.mail_servers import free_port
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
