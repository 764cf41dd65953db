"""A mail that comes back: marked once, its address left out, others told; and nobody silenced by a forged report."""

import hashlib
from datetime import datetime

import pytest
from sqlmodel import select

from actions import addresses, bounces, directory, moves
from actions.bounces import StillSending
from actions.chasing import Rules
from actions.errors import NotFound
from models.database import reading, unit_of_work
from models.ledger import SYSTEM
from models.notices import Attempt, Bounce, BounceEnd, Digest, Notice, NoticeState
from models.people import Contact, Person
from plan.ladder import OFFICE
from plan.returned import Fared, Fate, Report
from tests.builders import (
    LAN,
    MINH,
    OFFICE_FILE,
    armed,
    broken,
    by,
    deliver,
    live,
    moment,
    notices,
    spec,
    told,
    wake,
)
from tests.db.test_outbox import claim, on_the_last_day

MORNING, LATER = moment("2021-04-08", 8), moment("2021-04-08", 9)
DIGEST = "<d1@test>"
A_BOX, ITS_OFFICER = "a@so-a.example", "vien-chuc@so-a.example"
WITH_OFFICER = OFFICE_FILE.replace(
    f"      - {{address: {A_BOX}, name: Văn thư Sở A}}\n",
    f"      - {{address: {A_BOX}, name: Văn thư Sở A}}\n      - {{address: {ITS_OFFICER}, role: officer}}\n",
)


def report(
    message: str = DIGEST,
    to: str = A_BOX,
    status: str = "5.1.1",
    fate: Fate = Fate.FAILED,
    words: str = "550 no",
) -> Report:
    return Report(fate, frozenset({message}), (Fared(fate, frozenset({to}), status, words),))


def take(url: str, what: Report, at: datetime = LATER) -> BounceEnd:
    sha256 = hashlib.sha256(repr(what).encode()).hexdigest()
    with unit_of_work(url) as session:
        return bounces.take(session, what, sha256, at, Rules.of(session, OFFICE))


def a_digest_delivered(url: str, office: str = OFFICE_FILE) -> None:
    armed(url, spec("II.1"), spec("II.2"), office=office)
    wake(url, moment("2021-04-08", 6))
    deliver(url, MORNING)


def contact(url: str, address: str = A_BOX) -> Contact:
    with reading(url) as session:
        return session.exec(select(Contact).where(Contact.address == address)).one()


def actions(url: str) -> list[str]:
    return [row.action for row in told(url)]


def test_a_digest_that_came_back_takes_its_notices_and_its_address_with_it(url: str) -> None:
    a_digest_delivered(url)
    assert take(url, report()) is BounceEnd.BOUNCED
    came_back = notices(url, Notice.state == NoticeState.BOUNCED)
    assert [(n.rung, n.reason) for n in came_back] == [("NEW", "came back: 5.1.1 550 no")] * 2
    assert contact(url).bounced_at == LATER
    assert actions(url)[-3:] == ["delivery.bounced", "address.bounced", "notices.decided"]
    with reading(url) as session:
        assert [a.outcome for a in session.exec(select(Attempt))] == [
            NoticeState.ACCEPTED, NoticeState.BOUNCED,
        ]  # fmt: skip
    assert broken(url) == []


def test_where_nobody_else_can_receive_it_the_unit_is_unreachable(url: str) -> None:
    a_digest_delivered(url)
    take(url, report())
    lost = notices(url, Notice.state == NoticeState.UNREACHABLE)
    assert [(n.rung, n.recipient, n.reason) for n in lost] == [("NEW", "", "nobody can receive it")] * 2
    live(url, moment("2021-04-09").date(), moment("2021-05-27").date())
    assert notices(url, Notice.address == A_BOX, Notice.state == NoticeState.ACCEPTED) == []


def test_where_somebody_else_can_it_goes_to_them_in_the_next_digest(url: str) -> None:
    a_digest_delivered(url, WITH_OFFICER)
    take(url, report())
    anew = notices(url, Notice.address == ITS_OFFICER)
    assert [(n.rung, n.state, n.send_after) for n in anew] == [
        ("NEW", NoticeState.OWED, moment("2021-04-09", 8))
    ] * 2  # fmt: skip
    deliver(url, moment("2021-04-09", 8))
    assert {n.state for n in notices(url, Notice.address == ITS_OFFICER)} == {NoticeState.ACCEPTED}


def test_the_same_report_read_twice_changes_nothing(url: str) -> None:
    a_digest_delivered(url, WITH_OFFICER)
    take(url, report())
    before = (notices(url), told(url))
    assert take(url, report(), moment("2021-04-08", 10)) is BounceEnd.BOUNCED
    assert (notices(url), told(url)) == before


def test_a_second_report_about_the_same_mail_marks_nothing_anew(url: str) -> None:
    a_digest_delivered(url)
    take(url, report())
    before = (notices(url), told(url), contact(url))
    take(url, report(words="550 once more"), moment("2021-04-08", 10))
    assert (notices(url), told(url), contact(url)) == before
    with reading(url) as session:
        assert len(session.exec(select(Bounce)).all()) == 2


@pytest.mark.parametrize(
    ("forged", "end"),
    [
        (report(message="<digest-2021-04-08-guessed@test>"), BounceEnd.UNKNOWN),
        (report(to="b@so-b.example"), BounceEnd.FORWARDED),
        (Report(Fate.AUTOMATIC), BounceEnd.AUTOMATIC),
        (Report(Fate.OTHER), BounceEnd.OTHER),
        (report(fate=Fate.DELAYED, status="4.4.1"), BounceEnd.DELAYED),
        (report(fate=Fate.DELIVERED, status="2.0.0"), BounceEnd.DELIVERED),
    ],
    ids=["guessed id", "another address", "vacation", "letter", "delayed", "delivered"],
)
def test_what_does_not_name_our_mail_and_its_address_marks_nothing(
    url: str, forged: Report, end: BounceEnd
) -> None:
    a_digest_delivered(url)
    before = (notices(url), told(url))
    assert take(url, forged) is end
    assert (notices(url), told(url)) == before
    assert contact(url).bounced_at is None


def test_a_full_mailbox_loses_the_mail_and_keeps_the_address(url: str) -> None:
    a_digest_delivered(url)
    assert take(url, report(status="5.2.2")) is BounceEnd.BOUNCED
    assert {n.state for n in notices(url)} == {NoticeState.BOUNCED}
    assert contact(url).bounced_at is None


def test_a_report_about_a_mail_in_its_senders_hands_is_left_for_later(url: str) -> None:
    on_the_last_day(url)
    (number,) = claim(url, moment("2021-05-20", 7))
    with unit_of_work(url) as session:
        session.get_one(Notice, number).message_id = "<n@test>"
    with pytest.raises(StillSending):
        take(url, report("<n@test>"), moment("2021-05-20", 7))


def test_what_waits_for_a_dead_address_waits_for_somebody_else(url: str) -> None:
    a_digest_delivered(url, WITH_OFFICER)
    by(url, LAN, moves.cancel, 2, LATER, reason="thôi")
    take(url, report())
    waits = notices(url, Notice.state == NoticeState.OWED, Notice.rung == "cancelled:1")
    assert [n.address for n in waits] == [ITS_OFFICER]
    (dropped,) = notices(url, Notice.address == A_BOX, Notice.rung == "cancelled:1")
    assert (dropped.state, dropped.reason) == (NoticeState.VOID, "the address is dead")


def test_what_is_no_longer_owed_is_not_sent_to_anybody_else(url: str) -> None:
    a_digest_delivered(url, WITH_OFFICER)
    by(url, MINH, moves.submit, 1, LATER, note="xong")
    take(url, report())
    assert [n.assignment_id for n in notices(url, Notice.address == ITS_OFFICER)] == [2]


def test_a_mail_that_came_back_does_not_count_as_told(url: str) -> None:
    a_digest_delivered(url, WITH_OFFICER)
    take(url, report())
    wake(url, moment("2021-04-20", 6))
    live(url, moment("2021-04-09").date(), moment("2021-04-20").date())
    assert {n.address for n in notices(url, Notice.state == NoticeState.ACCEPTED)} == {ITS_OFFICER}


def test_an_address_is_used_again_once_somebody_has_said_why(url: str) -> None:
    a_digest_delivered(url)
    take(url, report())
    with reading(url) as session:
        assert [(d.address, d.whose) for d in addresses.dead_addresses(session)] == [(A_BOX, "Sở A")]
    with unit_of_work(url) as session:
        assert addresses.use_again(session, A_BOX, at=LATER, actor=SYSTEM, reason="hộp thư đã mở lại") == 1
    assert contact(url).bounced_at is None
    assert told(url)[-1].action == "address.trusted-again"
    with pytest.raises(NotFound), unit_of_work(url) as session:
        addresses.use_again(session, A_BOX, at=LATER, actor=SYSTEM)


def test_what_was_sent_before_an_address_was_cleared_says_nothing_about_it(url: str) -> None:
    armed(url)
    for day in ("2021-04-08", "2021-04-20"):
        wake(url, moment(day, 6))
        deliver(url, moment(day, 8))
    take(url, report("<d1@test>"), moment("2021-04-20", 9))
    with unit_of_work(url) as session:
        addresses.use_again(session, A_BOX, at=moment("2021-04-20", 10), actor=SYSTEM)
    assert take(url, report("<d2@test>"), moment("2021-04-20", 11)) is BounceEnd.BOUNCED
    assert contact(url).bounced_at is None


def test_an_address_that_is_changed_is_used_at_once(url: str) -> None:
    a_digest_delivered(url)
    by(url, MINH, moves.submit, 1, LATER, note="xong")
    deliver(url, moment("2021-04-09", 8))
    with reading(url) as session:
        (mail,) = session.exec(select(Digest.message_id).where(Digest.mailbox == "lan@ubnd.example"))
    take(url, report(mail, "lan@ubnd.example"), moment("2021-04-09", 9))
    with reading(url) as session:
        lan = session.exec(select(Person).where(Person.code == LAN)).one()
    assert lan.bounced_at == moment("2021-04-09", 9)
    moved = OFFICE_FILE.replace("lan@ubnd.example", "lan.moi@ubnd.example")
    with unit_of_work(url) as session:
        directory.apply_directory(session, directory.read_yaml(moved, "x"), at=LATER, actor=SYSTEM)
        assert session.get_one(Person, lan.id).bounced_at is None
