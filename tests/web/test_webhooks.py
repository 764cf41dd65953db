"""Webhooks against a real receiver: signed, in order, once, tried again, given up; and no way inside."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlmodel import select

from actions import webhooks
from models.database import reading, unit_of_work
from models.hooks import HookMessage, HookState, Webhook
from models.ledger import SYSTEM
from models.people import Person
from models.sealing import Seal
from notifications.webhook import TargetRefused, check_target, new_secret, post
from settings import Settings
from tasks.place import Place, at_place
from tasks.webhooks import send
from tests import builders as b
from tests.web.conftest import NOON, Console
from tests.web.test_work import hand_in
from web.app import create_app

PAGE = "/office/webhooks"


@dataclass
class Receiver:
    """What came, and what is answered."""

    url: str = ""
    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list[tuple[dict[str, str], bytes]])

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(found.status)
            self.send_header("location", "http://127.0.0.1:1/elsewhere")
            self.send_header("content-length", "5")
            self.end_headers()
            self.wfile.write(b"nope!")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@dataclass
class Office:
    console: Console
    place: Place
    secret: str

    def send(self, later: timedelta = timedelta()) -> str:
        if later:
            self.console.at(self.now + later)
        return send(self.place)

    @property
    def now(self) -> datetime:
        return self.place.now

    def messages(self) -> list[HookMessage]:
        with reading(self.console.url) as session:
            return list(session.exec(select(HookMessage).order_by(HookMessage.id)))  # pyright: ignore[reportArgumentType]

    def hook(self) -> Webhook:
        with reading(self.console.url) as session:
            return session.get_one(Webhook, 1)


@pytest.fixture
def office(console: Console, receiver: Receiver) -> Office:
    """An office that tells the receiver of evidence and assignments."""
    settings = Settings(home=console.settings.home, webhook_private=True, mail_from="dondoc@ubnd.example")
    place, secret = at_place(settings), new_secret()
    with unit_of_work(console.url) as session:
        seal = Seal(settings.signing_key(), webhooks.PURPOSE)
        webhooks.make(
            session,
            receiver.url,
            ["evidence.", "assignment.submit"],
            secret,
            seal,
            note="",
            at=NOON,
            actor=SYSTEM,
        )
    return Office(Console(settings, create_app(settings), []), place, secret)


def verifies(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver's library does it (Standard Webhooks 1.0)."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split()


def test_what_happens_is_told_once_in_order_and_signed(office: Office, receiver: Receiver):
    hand_in(office.console)
    assert office.send() == "2 new, 2 of 2 taken"
    assert office.send() == "0 new, 0 of 0 taken"

    assert [body["type"] for body in receiver.bodies] == ["assignment.submit", "evidence.submitted"]
    assert receiver.bodies[1]["data"]["details"]["assignment"] == 1
    assert all(verifies(office.secret, headers, body) for headers, body in receiver.got)
    headers, body = receiver.got[0]
    assert not verifies(office.secret, headers, body + b" ")
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 2


def test_a_receiver_that_fails_is_tried_again_later_and_later(office: Office, receiver: Receiver):
    receiver.status = 500
    hand_in(office.console)
    office.send()
    assert office.send() == "0 new, 0 of 0 taken"
    assert {(m.state, m.tries, m.code, m.answer) for m in office.messages()} == {
        (HookState.RETRYING, 1, 500, "nope!")
    }
    receiver.status = 204
    assert office.send(webhooks.DELAYS[0]) == "0 new, 2 of 2 taken"

    assert receiver.got[0][0]["webhook-id"] == receiver.got[2][0]["webhook-id"]
    assert office.hook().failing_since is None


def test_after_days_of_failing_it_is_switched_off_and_the_administrators_are_told(
    office: Office, receiver: Receiver
):
    with unit_of_work(office.console.url) as session:
        admin = session.exec(select(Person).where(Person.code == "admin")).one()
        admin.address = "quan-tri@ubnd.example"
        session.add(admin)
    receiver.status = 503
    for day in range(6):
        with unit_of_work(office.console.url) as session:
            webhooks.ping(session, 1, at=office.now, actor=SYSTEM)
        office.send(timedelta(days=1) if day else timedelta())

    hook = office.hook()
    assert (hook.why, hook.disabled_at) == ("failing", office.now)
    assert {m.state for m in office.messages()} == {HookState.FAILED}
    assert "webhook.disabled" in [r.action for r in b.told(office.console.url)]
    mails = [p.read_text("utf-8") for p in office.console.settings.mail_dir.rglob("*.eml")]
    assert len(mails) == 1
    assert "quan-tri@ubnd.example" in mails[0]
    assert "Tự tắt lúc" in office.console.browser("admin").get(PAGE).text


def test_a_receiver_that_is_gone_is_left_alone_at_once(office: Office, receiver: Receiver):
    receiver.status = 410
    hand_in(office.console)
    office.send()

    assert office.hook().why == "gone"
    assert {m.state for m in office.messages()} == {HookState.FAILED}
    assert office.send(timedelta(days=1)) == "0 new, 0 of 0 taken"


def test_a_redirect_is_not_followed(office: Office, receiver: Receiver):
    receiver.status = 307
    hand_in(office.console)
    office.send()

    assert {m.code for m in office.messages()} == {307}
    assert len(receiver.got) == 2


def test_a_sender_that_died_leaves_its_messages_to_the_next(office: Office, receiver: Receiver):
    hand_in(office.console)
    seal = Seal(office.place.settings.signing_key(), webhooks.PURPOSE)
    with unit_of_work(office.console.url) as session:
        webhooks.owe(session, office.now)
        dead = webhooks.claim(session, office.now, "dead", seal, 10)
    assert office.send() == "0 new, 0 of 0 taken"
    assert office.send(webhooks.LEASE) == "0 new, 2 of 2 taken"
    with unit_of_work(office.console.url) as session:
        for one in dead:
            webhooks.settle(
                session, one.id, "dead", code=500, answer="late", taken=False, gone=False, at=office.now
            )

    assert {m.state for m in office.messages()} == {HookState.TAKEN}


def test_an_old_secret_signs_too_for_a_day(office: Office, receiver: Receiver):
    page = office.console.browser("admin").post(f"{PAGE}/1/rotate", page=PAGE).text
    new = page.split('<code class="wraps">')[1].split("<")[0]
    with unit_of_work(office.console.url) as session:
        webhooks.ping(session, 1, at=office.now, actor=SYSTEM)
    office.send()
    headers, body = receiver.got[0]
    assert verifies(new, headers, body) and verifies(office.secret, headers, body)

    office.console.at(office.now + webhooks.OVERLAP)
    with unit_of_work(office.console.url) as session:
        webhooks.ping(session, 1, at=office.now, actor=SYSTEM)
    office.send()
    headers, body = receiver.got[1]
    assert verifies(new, headers, body) and not verifies(office.secret, headers, body)


@pytest.mark.parametrize("url", [
    "http://dieu-hanh.example.vn/hook", "https://127.0.0.1/hook", "https://10.1.2.3/", "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://[fd00::1]/", "https://[::ffff:10.0.0.1]/",
    "https://localhost/", "https://dich-vu.local/", "https://may-chu/", "ftp://example.vn/", "https://a:b@example.vn/",
    "https://0.0.0.0/", "https://[64:ff9b::a00:1]:99999/", "https://224.0.0.1/", "https://", "x",
])  # fmt: skip
def test_no_message_goes_inside_unless_the_office_says_so(url: str):
    with pytest.raises(TargetRefused):
        check_target(url, private=False)


def test_a_name_that_leads_inside_is_not_connected_to(receiver: Receiver):
    """A name outside by its looks, inside by its address: the connection itself is guarded."""
    port = receiver.url.rpartition(":")[2].partition("/")[0]
    answer = post(
        f"https://localhost.localdomain:{port}/",
        b"{}",
        [new_secret()],
        message_id="x",
        moment=1,
        private=False,
    )

    assert answer.code is None
    assert receiver.got == []


def test_the_page_refuses_an_address_inside_and_a_hook_about_nothing(console: Console):
    admin = console.browser("admin")
    inside = admin.post(PAGE, {"url": "https://10.0.0.1/", "events": ["evidence."]}, page=PAGE)
    nothing = admin.post(PAGE, {"url": "https://dieu-hanh.example.vn/hook"}, page=PAGE)

    assert (inside.status_code, nothing.status_code) == (422, 422)
    assert "Không gửi được đến địa chỉ này" in inside.text
    assert 'value="https://dieu-hanh.example.vn/hook"' in nothing.text


def test_the_database_holds_no_secret(console: Console):
    admin = console.browser("admin")
    page = admin.post(PAGE, {"url": "https://dieu-hanh.example.vn/hook", "events": ["plan."]}, page=PAGE).text
    secret = page.split('<code class="wraps">')[1].split("<")[0]
    with reading(console.url) as session:
        kept = session.exec(select(Webhook)).one()

    assert secret.startswith("whsec_")
    assert secret not in kept.secret
    assert secret.removeprefix("whsec_") not in json.dumps(b.told(console.url)[-1].model_dump())
