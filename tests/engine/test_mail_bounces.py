"""Mail that comes back into a real mailbox, read from a real IMAP server by the task that reads it."""

import email
import email.policy
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from deployments.checkup import check_up
from models.database import reading, unit_of_work
from models.moment import set_clock
from models.notices import Bounce, BounceBox, BounceEnd, NoticeState
from models.people import Contact
from notifications.bounce_box import BoxError, Mark, open_box
from tasks import bounces, delivery, morning
from tasks.place import Place, here
from tests.builders import moment
from tests.engine.imap_server import ImapServer, dovecot
from tests.engine.last_day import DUE, last_day, notice, today, told
from tests.engine.mail_servers import Sink, free_port, running
from tests.returned_mail import TO, away, exim_report, status_report
from tests.unit.test_bounces import damaged


@pytest.fixture(scope="module")
def server(dovecot_path: str) -> Iterator[ImapServer]:
    with dovecot(dovecot_path) as server:
        yield server


@pytest.fixture
def box(server: ImapServer) -> ImapServer:
    server.empty()
    return server


def sent(place: Place, port: int | None = None) -> str:
    """The notice of the last day goes out over SMTP; answers its Message-ID."""
    with running(Sink(), port) as listening:
        today(place, listening)
        delivery.send_alone.fn()
    assert notice(place).state is NoticeState.ACCEPTED
    return notice(place).message_id


def read(place: Place, box: ImapServer) -> list[BounceEnd]:
    return list(bounces.take_new(place, open_box(box.url())))


def bounced_contacts(place: Place) -> list[str]:
    with reading(place.url) as session:
        return [c.address for c in session.exec(select(Contact)) if c.bounced_at]


def test_a_mail_that_comes_back_is_marked_with_its_address_and_said_in_the_morning(
    place: Place, box: ImapServer
):
    port = free_port()
    box.put(status_report(sent(place, port)))

    assert read(place, box) == [BounceEnd.BOUNCED]
    assert (notice(place).state, bounced_contacts(place)) == (NoticeState.BOUNCED, [TO])
    assert told(place, "delivery.bounced") == told(place, "address.bounced") == 1
    sink = Sink()
    with running(sink, port):
        set_clock(place.url, moment(DUE, 8))
        morning.send_morning.fn()
    said = text_of(sink.mails[0])
    assert "bị trả về" in said and "5.1.1" in said
    assert "KHÔNG CÓ NGƯỜI NHẬN" in said, "nobody else can be told about the task"
    (dead,) = [finding for finding in check_up(place) if finding.what == "dead addresses"]
    assert TO in dead.seen and "dondoc unit use-again" in dead.todo


def test_what_was_read_is_not_read_again_and_the_mailbox_stays_as_it_is(place: Place, box: ImapServer):
    box.put(status_report(sent(place)))
    read(place, box)

    assert read(place, box) == []
    box.put(away())
    assert read(place, box) == [BounceEnd.AUTOMATIC]
    with box.signed_in() as person:
        seen = [mail.flags for mail in person.fetch(mark_seen=False)]
    assert len(seen) == 2
    assert "\\Seen" not in {flag for flags in seen for flag in flags}


def test_read_anew_from_the_start_the_same_report_changes_nothing(place: Place, box: ImapServer):
    box.put(status_report(sent(place)))
    read(place, box)
    with unit_of_work(place.url) as session:
        session.delete(session.exec(select(BounceBox)).one())
    lines = told(place, "delivery.bounced")

    assert read(place, box) == [BounceEnd.BOUNCED]
    assert told(place, "delivery.bounced") == lines
    with reading(place.url) as session:
        assert len(session.exec(select(Bounce)).all()) == 1


def test_a_forged_report_silences_nobody(place: Place, box: ImapServer):
    """Message-IDs end in a seal: whoever has not had the mail cannot name one."""
    seal = sent(place).partition("@")[0].rpartition(".")[2]
    guessed = sent_id_without(notice(place).message_id, seal)
    box.put(
        status_report(guessed), status_report(guessed.replace("@", f".{'0' * 20}@")), exim_report(guessed)
    )

    assert read(place, box) == [BounceEnd.UNKNOWN] * 3
    assert (notice(place).state, bounced_contacts(place)) == (NoticeState.ACCEPTED, [])


def sent_id_without(message_id: str, seal: str) -> str:
    assert len(seal) == 20
    return message_id.replace(f".{seal}", "")


def test_a_report_before_its_sender_has_written_the_answer_is_read_next_time(place: Place, box: ImapServer):
    message_id = sent(place)
    with unit_of_work(place.url) as session:
        last_day(session).state = NoticeState.SENDING
    box.put(status_report(message_id), away())
    assert read(place, box) == []
    with unit_of_work(place.url) as session:
        last_day(session).state = NoticeState.ACCEPTED

    assert read(place, box) == [BounceEnd.BOUNCED, BounceEnd.AUTOMATIC]


@given(st.lists(st.one_of(damaged(), st.binary(min_size=1, max_size=300)), min_size=1, max_size=4))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)  # fmt: skip
def test_no_damaged_mail_stops_the_reading_or_marks_anything(
    place: Place, box: ImapServer, mails: list[bytes]
):
    """They quote no Message-ID of ours; the one behind them is read all the same."""
    box.put(*[mail.replace(b"\0", b"?") for mail in mails], away())

    ends = read(place, box)
    assert ends[-1] is BounceEnd.AUTOMATIC and len(ends) == len(mails) + 1
    assert BounceEnd.BOUNCED not in ends
    assert bounced_contacts(place) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (lambda box: box.url(mode="ssl"), "không tin được chứng chỉ TLS"),
        (lambda box: box.url(password="sai-mat-khau"), "máy chủ từ chối đăng nhập"),
        (lambda box: box.url("Khong-co"), "không mở được thư mục"),
        (lambda box: f"imap://a:b@127.0.0.1:{free_port()}/?mode=plain", "máy chủ không trả lời"),
    ],
    ids=["certificate", "password", "folder", "down"],
)
def test_a_mailbox_that_cannot_be_read_is_told_in_words_without_its_password(box: ImapServer, url, said: str):
    with pytest.raises(BoxError) as refused:
        open_box(url(box)).count()
    assert said in str(refused.value)
    assert "sai-mat-khau" not in str(refused.value)


@pytest.mark.parametrize("mode", ["ssl", "starttls"])
def test_it_is_read_over_tls(box: ImapServer, mode: str):
    box.put(away())
    url = box.url(mode=mode)
    trusting = open_box(url + ("&" if "?" in url else "?") + "verify=no")

    assert [mail.raw for mail in trusting.new(Mark())] == [away().replace(b"\n", b"\r\n")]


@pytest.mark.parametrize(
    "url", ["imaps://", "imaps://server/", "imap://u:p@mail.example.vn/?mode=plain", "imaps://u@[x"]
)
def test_an_address_that_is_none_or_dangerous_is_refused(url: str):
    with pytest.raises(BoxError, match="DONDOC_BOUNCE_URL"):
        open_box(url)


def test_a_rehearsal_reads_no_mailbox(place: Place, box: ImapServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DONDOC_BOUNCE_URL", box.url())
    here.cache_clear()
    today(place, free_port())

    assert bounces.read_bounces.fn() == "a rehearsal reads no mailbox"


def test_live_the_task_reads_the_mailbox_of_the_settings_and_the_doctor_says_when(
    place: Place, box: ImapServer, monkeypatch: pytest.MonkeyPatch
):
    assert bounces.read_bounces.fn() == "no bounce mailbox is set"
    monkeypatch.setenv("DONDOC_BOUNCE_URL", box.url())
    here.cache_clear()
    box.put(away(), status_report())

    (before,) = [finding for finding in check_up(here()) if finding.what == "bounces"]
    assert bounces.read_bounces.fn() == "1 automatic, 1 unknown"
    (after,) = [finding for finding in check_up(here()) if finding.what == "bounces"]
    assert (before.level, after.level) == ("warning", "ok")
    assert "2 mails" in after.seen and "never" in before.seen


def text_of(data: bytes) -> str:
    mail = email.message_from_bytes(data, policy=email.policy.default)
    return mail.get_body(("plain",)).get_content()
