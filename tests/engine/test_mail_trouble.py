"""A mail server that is down, refuses or is full, seen from the tasks that send: tried again, then failed, and shown."""

import email
import email.policy
from datetime import timedelta

from sqlmodel import col, select

from actions.outbox import RETRY_DELAYS
from deployments.checkup import check_up
from models.database import reading
from models.moment import mark_as_rehearsal, set_clock
from models.notices import Attempt, Morning, NoticeState
from plan.clock import local_day
from tasks import delivery, morning
from tasks.place import Place
from tests.builders import moment
from tests.engine.last_day import DUE, last_day, notice, today, told
from tests.engine.mail_servers import Sink, free_port, running


def try_until_failed(place: Place) -> list[timedelta]:
    """Send again whenever it is time; answers the waits, in the office hours of the days that follow."""
    waits: list[timedelta] = []
    for _ in range(len(RETRY_DELAYS) + 1):
        before = place.now
        delivery.send_alone.fn()
        waiting = notice(place)
        if waiting.next_try_at is None:
            break
        waits.append(waiting.next_try_at - before)
        set_clock(place.url, max(waiting.next_try_at, moment(local_day(waiting.next_try_at), 7)))
    return waits


def test_while_the_server_is_down_a_notice_is_tried_again_after_growing_waits_and_then_fails(place: Place):
    today(place, free_port())
    waits = try_until_failed(place)

    assert waits == list(RETRY_DELAYS)
    assert (notice(place).state, notice(place).tries) == (NoticeState.FAILED, len(RETRY_DELAYS) + 1)
    with reading(place.url) as session:
        answers = session.exec(select(Attempt.answer).where(Attempt.notice_id == last_day(session).id)).all()
    assert len(answers) == len(RETRY_DELAYS) + 1
    assert all("refused" in answer.lower() for answer in answers)
    assert told(place, "delivery.retrying") == len(RETRY_DELAYS)
    assert told(place, "delivery.failed") == 1


def test_a_server_that_comes_back_gets_the_notice_once(place: Place):
    port = free_port()
    today(place, port)
    delivery.send_alone.fn()
    assert notice(place).state is NoticeState.RETRYING
    sink = Sink()
    with running(sink, port):
        delivery.send_alone.fn()
        assert sink.recipients == [], "not before its time"
        set_clock(place.url, moment(DUE, 7, 5))
        delivery.send_alone.fn()
        delivery.send_alone.fn()

    assert sink.recipients.count("a@so-a.example") == 1
    assert notice(place).state is NoticeState.ACCEPTED


def test_a_recipient_that_is_refused_for_good_fails_at_once(place: Place):
    sink = Sink(refuse={"a@so-a.example": "550 5.1.1 không có hộp thư này"})
    with running(sink) as port:
        today(place, port)
        delivery.send_alone.fn()

    assert (notice(place).state, notice(place).tries) == (NoticeState.FAILED, 1)
    with reading(place.url) as session:
        (attempt,) = session.exec(select(Attempt).where(Attempt.notice_id == last_day(session).id)).all()
    assert (attempt.code, attempt.answer) == (550, "5.1.1 không có hộp thư này")


def test_a_mailbox_that_is_full_is_tried_again(place: Place):
    sink = Sink(refuse={"a@so-a.example": "452 4.2.2 hộp thư đầy"})
    with running(sink) as port:
        today(place, port)
        delivery.send_alone.fn()

    assert notice(place).state is NoticeState.RETRYING
    assert notice(place).next_try_at == moment(DUE, 7) + RETRY_DELAYS[0]


def test_what_failed_is_shown_by_the_doctor_and_in_the_morning_line(place: Place):
    sink = Sink(refuse={"a@so-a.example": "550 5.1.1 không có hộp thư này"})
    with running(sink) as port:
        today(place, port)
        delivery.send_alone.fn()
        set_clock(place.url, moment(DUE, 8))
        morning.send_morning.fn()

    (outbox,) = [finding for finding in check_up(place) if finding.what == "outbox"]
    assert outbox.level == "warning"
    assert outbox.seen.startswith("1 notices failed")
    assert "dondoc notice list --state failed" in outbox.todo
    lines = [mail for mail in map(parsed, sink.mails) if "lan@ubnd.example" in str(mail["To"])]
    assert len(lines) == 1
    assert "a@so-a.example" in lines[0].get_body(("plain",)).get_content()


def parsed(data: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)


def test_a_morning_line_that_was_not_taken_is_tried_again_and_not_doubled(place: Place):
    port = free_port()
    today(place, port)
    set_clock(place.url, moment(DUE, 8))
    morning.send_morning.fn()
    with reading(place.url) as session:
        assert {m.state for m in session.exec(select(Morning))} == {NoticeState.RETRYING}
    sink = Sink()
    with running(sink, port):
        for _ in range(3):
            morning.send_morning.fn(missed_only=True)

    assert sorted(sink.recipients) == ["lan@ubnd.example", "mai@ubnd.example"]
    with reading(place.url) as session:
        assert {m.state for m in session.exec(select(Morning))} == {NoticeState.ACCEPTED}


def test_a_morning_line_that_no_digest_sent_goes_out_later_the_same_day(place: Place):
    sink = Sink()
    with running(sink) as port:
        today(place, port)
        set_clock(place.url, moment(DUE, 8, 5))
        morning.send_morning.fn(missed_only=True)
        assert sink.recipients == [], "the digest may still be under way"
        set_clock(place.url, moment(DUE, 9))
        morning.send_morning.fn(missed_only=True)
        morning.send_morning.fn(missed_only=True)

    assert sorted(sink.recipients) == ["lan@ubnd.example", "mai@ubnd.example"]


def test_mail_that_cannot_be_kept_as_a_file_stays_owed(place: Place):
    folder = place.settings.mail_dir
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where the folder should be")
    mark_as_rehearsal(place.url, moment(DUE, 7), "")
    delivery.send_alone.fn()

    assert notice(place).state is NoticeState.RETRYING
    with reading(place.url) as session:
        (answer,) = session.exec(
            select(Attempt.answer).where(col(Attempt.notice_id) == last_day(session).id)
        ).all()
    assert str(folder) in answer
