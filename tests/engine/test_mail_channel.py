"""Mail over real SMTP: what arrives, and what a server that is down, refuses or hangs comes to."""

import email
import email.policy
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from apprise import Apprise

from notifications.channels import Channel, Status
from notifications.mail_plugin import register
from notifications.messages import Message
from notifications.services import open_channel
from tests.engine.mail_servers import Sink, certificate, free_port, only, running, scripted

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HELLO = ["220 mx", "250 mx"]
"""Greeting and the answer to EHLO."""
BYE = "221 bye"
TAKEN = ["250 sender", "250 recipient", "354 go on", "250 2.0.0 queued"]


def message(number: int = 1, to: str | None = None) -> Message:
    return Message(
        to=to or f"so{number}@tinh.example.vn",
        to_name=f"Sở thứ {number}",
        subject=f"Còn 7 ngày – 118/KH-UBND, mục II.{number}",
        text=f"Kính gửi: Sở thứ {number}\n.một dòng bắt đầu bằng dấu chấm\n",
        html=f"<p>Kính gửi: Sở thứ {number}</p>",
        message_id=f"<notice-{number}@tinh.example.vn>",
        references=(f"<assignment-{number}@tinh.example.vn>",),
        date=AT,
    )


def channel(
    port: int, options: str = "", *, scheme: str = "dondocmail", login: str = "", timeout: float = 5
) -> Channel:
    return open_channel(
        f"{scheme}://{login}127.0.0.1:{port}/?{options}",
        sender="dondoc@tinh.example.vn",
        sender_name="Văn phòng UBND tỉnh",
        folder=Path("unused"),
        timeout=timeout,
    )


def send(through: Channel, *messages: Message):
    with through:
        return list(through.send(messages))


def test_a_mail_arrives_with_our_text_html_ids_and_vietnamese_headers():
    sink = Sink()
    with running(sink) as port:
        (outcome,) = send(channel(port), message())

    assert (outcome.status, outcome.code, outcome.answer) == (Status.ACCEPTED, 250, "2.0.0 queued as 1")
    assert outcome.message_id == "<notice-1@tinh.example.vn>"
    received = email.message_from_bytes(sink.mails[0], policy=email.policy.default)
    assert received["Message-ID"] == "<notice-1@tinh.example.vn>"
    assert received["References"] == "<assignment-1@tinh.example.vn>"
    assert received["Subject"] == "Còn 7 ngày – 118/KH-UBND, mục II.1"
    assert received["To"].addresses[0].display_name == "Sở thứ 1"
    assert received["From"].addresses[0].addr_spec == "dondoc@tinh.example.vn"
    assert received.get_body(("plain",)).get_content().replace("\r\n", "\n") == message().text
    assert received.get_body(("html",)).get_content().strip() == message().html


def test_many_mails_go_over_one_connection():
    sink = Sink()
    with running(sink) as port:
        outcomes = send(channel(port), *(message(number) for number in range(300)))

    assert {outcome.status for outcome in outcomes} == {Status.ACCEPTED}
    assert len(sink.mails) == 300
    assert len(sink.connections) == 1


def test_one_refused_recipient_does_not_hurt_the_others():
    sink = Sink(refuse={"so2@tinh.example.vn": "550 5.1.1 không có hộp thư này"})
    with running(sink) as port:
        good, bad, after = send(channel(port), message(1), message(2), message(3))

    assert (bad.status, bad.code, bad.permanent) == (Status.FAILED, 550, True)
    assert bad.answer == "5.1.1 không có hộp thư này"
    assert good.status is after.status is Status.ACCEPTED
    assert sink.recipients == ["so1@tinh.example.vn", "so3@tinh.example.vn"]
    assert len(sink.connections) == 1


@pytest.mark.parametrize("answer", ["451 4.3.0 try again later", "450 4.2.1 mailbox busy", "452 4.2.2 full"])
def test_a_passing_refusal_is_tried_again_later(answer):
    with running(Sink(refuse={"so1@tinh.example.vn": answer})) as port:
        first, second = send(channel(port), message(1), message(2))

    assert (first.status, first.code, first.permanent) == (Status.RETRY, int(answer[:3]), False)
    assert second.status is Status.ACCEPTED


def test_a_text_that_is_refused_fails_for_good():
    with running(Sink(refuse_data="554 5.7.1 looks like spam")) as port:
        (outcome,) = send(channel(port), message())

    assert (outcome.status, outcome.code, outcome.permanent) == (Status.FAILED, 554, True)


def test_a_refused_sender_is_the_channels_fault_and_the_notice_stays_owed():
    with running(Sink(refuse_sender="550 5.7.1 sender not allowed")) as port:
        (outcome,) = send(channel(port), message())

    assert (outcome.status, outcome.code, outcome.permanent) == (Status.RETRY, 550, False)


def test_a_mail_that_is_too_big_fails_for_good():
    with running(Sink(refuse_sender="552 5.3.4 too big")) as port:
        (outcome,) = send(channel(port), message())

    assert (outcome.status, outcome.permanent) == (Status.FAILED, True)


def test_421_hangs_up_and_the_next_mail_opens_a_new_connection():
    with scripted([*HELLO, "250 sender", "421 4.7.0 too many"], [*HELLO, *TAKEN, BYE]) as (port, heard):
        first, second = send(channel(port), message(1), message(2))

    assert (first.status, first.code) == (Status.RETRY, 421)
    assert second.status is Status.ACCEPTED
    assert "rcpt TO:<so2@tinh.example.vn>" in heard[1]


def test_a_server_that_greets_with_421_is_tried_again_later():
    with scripted(["421 4.3.2 not now"], ["421 4.3.2 not now"]) as (port, _):
        outcomes = send(channel(port), *map(message, range(5)))

    assert {(outcome.status, outcome.code) for outcome in outcomes} == {(Status.RETRY, 421)}


def test_a_server_that_is_down_leaves_everything_owed():
    outcomes = send(channel(free_port()), *map(message, range(50)))

    assert {(outcome.status, outcome.code, outcome.permanent) for outcome in outcomes} == {
        (Status.RETRY, None, False)
    }
    assert "refused" in outcomes[0].answer.lower()
    assert [outcome.message_id for outcome in outcomes] == [
        message(number).message_id for number in range(50)
    ]


def test_a_server_that_never_greets_costs_two_time_outs_and_not_one_for_each_mail():
    with scripted([None], [None], [None]) as (port, heard):
        outcomes = send(channel(port, timeout=0.2), *map(message, range(50)))

    assert {(outcome.status, outcome.code) for outcome in outcomes} == {(Status.RETRY, None)}
    assert "timed out" in outcomes[0].answer
    assert len(heard) == 2


def test_a_server_that_hangs_at_the_recipient_does_not_hold_the_next_mail():
    with scripted([*HELLO, "250 sender", None], [*HELLO, *TAKEN, BYE]) as (port, _):
        first, second = send(channel(port, timeout=0.2), message(1), message(2))

    assert (first.status, first.uncertain) == (Status.RETRY, False)
    assert second.status is Status.ACCEPTED


@pytest.mark.parametrize("end", [[None], []], ids=["silent", "hangs up"])
def test_no_answer_after_the_text_may_mean_that_it_arrived(end):
    with scripted([*HELLO, *TAKEN[:3], *end]) as (port, _):
        (outcome,) = send(channel(port, timeout=0.2), message())

    assert (outcome.status, outcome.code, outcome.uncertain) == (Status.RETRY, None, True)


def test_a_refusal_to_take_the_text_is_certain():
    with scripted([*HELLO, *TAKEN[:2], "451 4.3.0 no room"]) as (port, _):
        (outcome,) = send(channel(port), message())

    assert (outcome.status, outcome.code, outcome.uncertain) == (Status.RETRY, 451, False)


def test_a_connection_that_the_server_closed_while_idle_is_opened_again():
    with scripted([*HELLO, *TAKEN], [*HELLO, *TAKEN, BYE]) as (port, heard), channel(port) as through:
        (first,) = through.send([message(1)])
        (second,) = through.send([message(2)])

    assert first.status is second.status is Status.ACCEPTED
    assert len(heard) == 2


def test_an_answer_that_is_no_smtp_is_tried_again_later():
    with scripted([*HELLO, "what?"], [*HELLO, *TAKEN, BYE]) as (port, _):
        first, second = send(channel(port), message(1), message(2))

    assert (first.status, first.code) == (Status.RETRY, None)
    assert second.status is Status.ACCEPTED


def test_a_message_to_what_is_no_address_fails_alone():
    sink = Sink()
    with running(sink) as port:
        bad, good = send(channel(port), message(1, to="sở@tỉnh"), message(2))

    assert (bad.status, bad.permanent) == (Status.FAILED, True)
    assert "sở@tỉnh" in bad.answer
    assert good.status is Status.ACCEPTED


def test_outcomes_come_one_by_one_before_the_next_mail_leaves():
    sink = Sink()
    with running(sink) as port, channel(port) as through:
        outcomes = through.send(message(number) for number in range(3))
        next(outcomes)

        assert len(sink.mails) == 1


def test_sign_in_over_starttls(tmp_path):
    sink, tls = Sink(), certificate(tmp_path)
    guard = {"tls_context": tls, "authenticator": only("dondoc", "mật-khẩu"), "auth_required": True}
    with running(sink, **guard) as port:
        options = "mode=starttls&verify=no"
        (good,) = send(channel(port, options, login="dondoc:m%E1%BA%ADt-kh%E1%BA%A9u@"), message())
        (bad,) = send(channel(port, options, login="dondoc:sai-mat-khau@"), message())
        (unknown,) = send(channel(port, "mode=starttls", login="dondoc:sai-mat-khau@"), message())

    assert good.status is Status.ACCEPTED
    assert (bad.status, bad.code, bad.permanent) == (Status.RETRY, 535, False)
    assert unknown.status is Status.RETRY and "certificate" in unknown.answer.lower()


def test_tls_from_the_first_byte(tmp_path):
    sink = Sink()
    with scripted_tls(sink, certificate(tmp_path)) as port:
        (outcome,) = send(channel(port, "verify=no", scheme="dondocmails"), message())

    assert outcome.status is Status.ACCEPTED
    assert len(sink.mails) == 1


def scripted_tls(sink, tls):
    return running(sink, ssl_context=tls)


def test_starttls_that_the_server_does_not_offer_sends_nothing():
    sink = Sink()
    with running(sink) as port:
        (outcome,) = send(channel(port, "mode=starttls"), message())

    assert outcome.status is Status.RETRY and "STARTTLS" in outcome.answer
    assert sink.mails == []


def test_the_password_is_in_no_answer_description_or_log(caplog):
    caplog.set_level(logging.DEBUG)
    with running(Sink()) as port, channel(port, login="dondoc:bi-mat-123@") as through:
        (outcome,) = through.send([message()])
        shown = (
            f"{outcome} {through.description} {through.plugin.url(privacy=True)} {through.plugin.server!r}"
        )

    assert outcome.status is Status.RETRY
    assert "bi-mat-123" not in shown + caplog.text


def test_probe_says_whether_the_server_would_take_mail_and_sends_none():
    sink = Sink()
    with running(sink) as port, channel(port) as through:
        up = through.probe()
    down = channel(port).probe()

    assert (up.status, up.code, sink.mails) == (Status.ACCEPTED, 250, [])
    assert down.status is Status.RETRY


def test_apprise_itself_can_call_the_service():
    register()
    sink = Sink(refuse={"nobody@tinh.example.vn": "550 no"})
    with running(sink) as port:
        url = f"dondocmail://127.0.0.1:{port}/?from=dondoc@tinh.example.vn&to="
        alerts, lost = Apprise(), Apprise()
        alerts.add(f"{url}vanthu@tinh.example.vn")
        lost.add(f"{url}nobody@tinh.example.vn")

        assert alerts.notify(title="Cảnh báo", body="Máy chủ <đầy>") is True
        assert lost.notify(title="Cảnh báo", body="x") is False
    received = email.message_from_bytes(sink.mails[0], policy=email.policy.default)
    assert received["Subject"] == "Cảnh báo"
    assert received.get_body(("plain",)).get_content().strip() == "Máy chủ <đầy>"
