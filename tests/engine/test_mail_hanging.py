"""A mail server that hangs, refuses or cannot be trusted, through the flow that sends: what goes on, and what is said."""

from pathlib import Path

import pytest
from sqlmodel import select

from actions.outbox import LEASE, RETRY_DELAYS
from deployments.prefect_server import PrefectPlace
from flows.deliver import deliver
from models.database import reading
from models.moment import set_clock
from models.notices import Attempt, NoticeState
from notifications.services import open_channel
from tasks.delivery import BATCH
from tasks.place import Place
from tests.builders import moment, spec
from tests.engine.last_day import DUE, today, told
from tests.engine.mail_servers import Sink, certificate, free_port, only, running, scripted
from tests.engine.test_mail_poison import alone

TWO = (spec("II.1"), spec("II.2"))
"""Two notices by themselves, both to unit A."""
OPEN: list[str | None] = ["220 mx", "250 mx"]
TAKEN: list[str | None] = ["250 ok", "250 ok", "354 go on", "250 2.0.0 queued"]
HANGS: list[str | None] = ["250 ok", "250 ok", "354 go on", None]


def patient(port: int, options: str = "", login: str = "") -> str:
    """Where a rehearsal's mail goes, by a sender who waits half a second for each answer."""
    return f"{login}127.0.0.1:{port}/?timeout=0.5&{options}&rest="


def flow_says(place: Place, minute: int) -> str:
    """Run the flow at a minute past seven in the engine; answers the message of its state."""
    set_clock(place.url, moment(DUE, 7, minute))
    state = deliver(return_state=True)
    assert state.is_completed()
    return state.message or ""


def answers(place: Place) -> list[tuple[NoticeState, int | None, str]]:
    """The attempts of the last day's notices, which go by themselves."""
    ids = {n.id for n in alone(place)}
    with reading(place.url) as session:
        return [(a.outcome, a.code, a.answer) for a in session.exec(select(Attempt)) if a.notice_id in ids]


def lately(place: Place) -> list[NoticeState]:
    return [n.state for n in alone(place)]


@pytest.mark.parametrize("place", [TWO], indirect=True, ids=["two notices"])
def test_a_server_that_hangs_over_one_mail_gets_the_other_and_that_one_once_more(
    place: Place, prefect_place: PrefectPlace
):
    with scripted([*OPEN, *HANGS], [*OPEN, *TAKEN], [*OPEN, *TAKEN]) as (port, heard):
        today(place, patient(port))
        assert flow_says(place, 1).startswith("by themselves: 1 sent, 1 to be tried again")
        assert lately(place) == [NoticeState.RETRYING, NoticeState.ACCEPTED]
        assert flow_says(place, 3).startswith("by themselves: 0 sent"), "not before its time"
        assert flow_says(place, 6).startswith("by themselves: 1 sent, 0 to be tried again")

    assert lately(place) == [NoticeState.ACCEPTED] * 2
    assert len([line for lines in heard for line in lines if line.lower().startswith("mail")]) == 3
    assert told(place, "delivery.perhaps-twice") == 1
    first = alone(place)[0]
    with reading(place.url) as session:
        tries = session.exec(select(Attempt).where(Attempt.notice_id == first.id)).all()
    assert {t.message_id for t in tries} == {first.message_id}, "a second copy has the same Message-ID"
    assert "máy chủ thư không trả lời kịp" in tries[0].answer


@pytest.mark.parametrize("place", [TWO], indirect=True, ids=["two notices"])
def test_a_server_that_says_nothing_at_all_costs_two_time_outs_and_leaves_no_row_claimed(
    place: Place, prefect_place: PrefectPlace
):
    with scripted([None], [None], [None], [None]) as (port, _):
        today(place, patient(port))
        assert flow_says(place, 1).startswith("by themselves: 0 sent, 2 to be tried again")

    assert lately(place) == [NoticeState.RETRYING] * 2
    assert {n.next_try_at for n in alone(place)} == {moment(DUE, 7, 1) + RETRY_DELAYS[0]}
    assert told(place, "delivery.perhaps-twice") == 0, "it had not come to the text"


def test_a_lease_outlives_the_longest_that_a_batch_can_take(tmp_path: Path):
    channel = open_channel("smtp://mx.example.vn", sender="dondoc@example.vn", folder=tmp_path)

    assert BATCH * channel.patience < LEASE.total_seconds()


@pytest.mark.parametrize(
    ("refusal", "state", "code"),
    [
        ("451 4.7.1 greylisted, try again later", NoticeState.RETRYING, 451),
        ("452 4.2.2 mailbox full", NoticeState.RETRYING, 452),
        ("421 4.3.2 shutting down", NoticeState.RETRYING, 421),
        ("550 5.1.1 no such user", NoticeState.FAILED, 550),
        ("552 5.2.2 mailbox full", NoticeState.FAILED, 552),
    ],
)
def test_what_the_server_says_about_a_recipient_is_kept_with_its_code(
    place: Place, prefect_place: PrefectPlace, refusal: str, state: NoticeState, code: int
):
    with running(Sink(refuse={"a@so-a.example": refusal})) as port:
        today(place, patient(port))
        flow_says(place, 1)

    assert answers(place)[-1] == (state, code, refusal[4:])


def test_a_certificate_that_nobody_signed_is_told_in_words_and_nothing_sent(
    place: Place, prefect_place: PrefectPlace, tmp_path: Path
):
    sink = Sink()
    with running(sink, tls_context=certificate(tmp_path), require_starttls=True) as port:
        today(place, patient(port, "mode=starttls"))
        flow_says(place, 1)

    state, _, words = answers(place)[-1]
    assert (state, sink.mails) == (NoticeState.RETRYING, [])
    assert words.startswith("không tin được chứng chỉ của máy chủ thư; hãy cài chứng chỉ của nơi cấp")


def test_a_sign_in_that_is_refused_is_told_in_words_without_the_password(
    place: Place, prefect_place: PrefectPlace
):
    with running(Sink(), authenticator=only("dondoc", "dung"), auth_require_tls=False) as port:
        today(place, patient(port, login="dondoc:mat-khau-sai@"))
        flow_says(place, 1)

    state, code, words = answers(place)[-1]
    assert (state, code) == (NoticeState.RETRYING, 535)
    assert words.startswith(
        "máy chủ thư từ chối đăng nhập; hãy xem lại tên và mật khẩu trong DONDOC_MAIL_URL"
    )
    assert "mat-khau-sai" not in words


def test_a_server_that_is_down_is_told_in_words(place: Place, prefect_place: PrefectPlace):
    today(place, patient(free_port()))
    flow_says(place, 1)

    state, code, words = answers(place)[-1]
    assert (state, code) == (NoticeState.RETRYING, None)
    assert words.startswith("máy chủ thư không nhận kết nối; hãy xem nó có chạy không")
