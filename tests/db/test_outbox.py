"""The outbox: each row has one sender at a time, each answer is kept, and what is stale never leaves."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from actions import extensions, moves, outbox
from actions.outbox import LEASE, RETRY_DELAYS, Answer
from models.cycles import Assignment
from models.database import reading, unit_of_work
from models.notices import Attempt, Digest, Notice, NoticeState
from plan.ladder import Delivery, Hours
from tests.builders import (
    AT,
    LAN,
    MAI,
    MINH,
    armed,
    broken,
    by,
    deliver,
    moment,
    notices,
    spec,
    told,
    wake,
)

LAST_DAY = moment("2021-05-20", 7)
MORNING = moment("2021-04-08", 8)
ACCEPTED = Answer(NoticeState.ACCEPTED, 250, "2.0.0 ok")
BUSY = Answer(NoticeState.RETRYING, 451, "4.7.1 later")
REFUSED = Answer(NoticeState.FAILED, 550, "5.1.1 no such user")


def on_the_last_day(url: str, items: int = 1) -> None:
    """As many single notices as items, due at 07:00 of the last day."""
    armed(url, *(spec(f"II.{n}") for n in range(1, items + 1)), at=moment("2021-05-18", 9))
    wake(url, moment("2021-05-19", 6))
    deliver(url, moment("2021-05-19", 8))
    wake(url, moment("2021-05-20", 6))


def claim(url: str, at: datetime, lease: str = "one", limit: int = 100) -> list[int]:
    with unit_of_work(url) as session:
        return [n.id or 0 for n in outbox.claim_alone(session, at, lease, limit)]


def claim_digests(url: str, at: datetime, lease: str = "one", limit: int = 100) -> list[int]:
    with unit_of_work(url) as session:
        return [d.id or 0 for d in outbox.claim_digests(session, at, lease, limit)]


def settle(url: str, number: int, answer: Answer, at: datetime, lease: str = "one") -> bool:
    with unit_of_work(url) as session:
        return outbox.settle(session, Notice, number, answer, f"<{number}@test>", at, lease)


def settle_digest(url: str, number: int, answer: Answer, at: datetime, lease: str = "one") -> bool:
    with unit_of_work(url) as session:
        return outbox.settle(session, Digest, number, answer, f"<d{number}@test>", at, lease)


def make_digests(url: str, at: datetime) -> int:
    with unit_of_work(url) as session:
        return outbox.make_digests(session, at)


def digests(url: str) -> list[Digest]:
    with reading(url) as session:
        return list(session.exec(select(Digest).order_by(col(Digest.id))))


def attempts(url: str) -> list[tuple[str, int | None, str]]:
    with reading(url) as session:
        return [
            (a.outcome, a.code, a.answer) for a in session.exec(select(Attempt).order_by(col(Attempt.id)))
        ]


def one(url: str, number: int) -> Notice:
    with reading(url) as session:
        return session.get_one(Notice, number)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run every job in a thread of its own, all from one moment on."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        start.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [found.result() for found in [pool.submit(run, job) for job in jobs]]


def test_an_accepted_notice_keeps_the_servers_answer(url: str) -> None:
    on_the_last_day(url)
    (number,) = claim(url, LAST_DAY)
    assert settle(url, number, ACCEPTED, LAST_DAY)
    assert (one(url, number).state, one(url, number).settled_at) == (NoticeState.ACCEPTED, LAST_DAY)
    assert attempts(url)[-1] == ("accepted", 250, "2.0.0 ok")
    entry = told(url)[-1]
    assert (entry.action, entry.subject) == ("delivery.accepted", f"notice:{number}")
    assert '"code":250' in entry.data


def test_a_single_notice_waits_for_its_hour(url: str) -> None:
    on_the_last_day(url)
    assert claim(url, LAST_DAY - timedelta(minutes=1)) == []
    assert len(claim(url, LAST_DAY)) == 1


def test_what_one_sender_holds_no_other_gets(url: str) -> None:
    on_the_last_day(url, 3)
    first = claim(url, LAST_DAY, "one", 2)
    second = claim(url, LAST_DAY, "two")
    assert (len(first), len(second), set(first) & set(second)) == (2, 1, set())
    assert claim(url, LAST_DAY, "three") == []


@pytest.mark.parametrize("attempt", range(3))
def test_senders_at_once_share_no_row(url: str, attempt: int) -> None:
    on_the_last_day(url, 12)

    def send(lease: str) -> Callable[[], list[int]]:
        return lambda: [number for _ in range(3) for number in claim(url, LAST_DAY, lease, 2)]

    found = at_once(*(send(f"sender-{n}") for n in range(4)))
    assert max(Counter(number for each in found for number in each).values()) == 1
    left = claim(url, LAST_DAY, "last")
    assert sum(map(len, found)) + len(left) == 12


def test_a_lease_that_ended_is_taken_over_and_may_be_a_second_mail(url: str) -> None:
    on_the_last_day(url)
    (number,) = claim(url, LAST_DAY, "dead")
    assert claim(url, LAST_DAY + LEASE - timedelta(seconds=1), "next") == []
    later = LAST_DAY + LEASE
    assert claim(url, later, "next") == [number]
    (entry,) = [r for r in told(url) if r.action == "delivery.perhaps-twice"]
    assert entry.subject == f"notice:{number}" and '"lease":"dead"' in entry.data
    assert not settle(url, number, ACCEPTED, later, "dead")
    assert settle(url, number, ACCEPTED, later, "next")
    assert not settle(url, number, REFUSED, later, "next")
    assert (one(url, number).state, len([a for a in attempts(url) if a[0] == "failed"])) == (
        NoticeState.ACCEPTED,
        0,
    )


def test_a_dead_senders_leases_are_ended_at_once(url: str) -> None:
    on_the_last_day(url, 2)
    claim(url, LAST_DAY, "worker-1:a", 1)
    (other,) = claim(url, LAST_DAY, "worker-2:a", 1)
    with unit_of_work(url) as session:
        assert outbox.release(session, "worker-1:", LAST_DAY) == 1
    assert len(claim(url, LAST_DAY, "worker-3:a")) == 1
    assert one(url, other).lease == "worker-2:a"


def test_a_passing_failure_is_tried_again_after_growing_waits_and_then_fails(url: str) -> None:
    on_the_last_day(url)
    at = LAST_DAY
    for delay in RETRY_DELAYS:
        (number,) = claim(url, at)
        settle(url, number, BUSY, at)
        assert (one(url, number).state, one(url, number).next_try_at) == (NoticeState.RETRYING, at + delay)
        assert claim(url, at + delay - timedelta(seconds=1)) == []
        at += delay
    (number,) = claim(url, at)
    settle(url, number, BUSY, at)
    assert (one(url, number).state, one(url, number).tries) == (NoticeState.FAILED, len(RETRY_DELAYS) + 1)
    assert claim(url, at + timedelta(days=2)) == []
    assert len([a for a in attempts(url) if a[1] == 451]) == len(RETRY_DELAYS) + 1


def test_a_refusal_for_good_is_not_tried_again(url: str) -> None:
    on_the_last_day(url)
    (number,) = claim(url, LAST_DAY)
    settle(url, number, REFUSED, LAST_DAY)
    assert one(url, number).state is NoticeState.FAILED
    assert claim(url, LAST_DAY + timedelta(days=1)) == []


def test_a_failed_recipient_is_tried_again_alone(url: str) -> None:
    on_the_last_day(url, 2)
    first, second = claim(url, LAST_DAY)
    settle(url, first, ACCEPTED, LAST_DAY)
    settle(url, second, BUSY, LAST_DAY)
    assert claim(url, LAST_DAY + RETRY_DELAYS[0]) == [second]


def test_what_is_no_longer_owed_is_void_when_it_is_claimed(url: str) -> None:
    """A decision that a wake wrote down after the unit was done: the last look is the sender's."""
    on_the_last_day(url)
    with unit_of_work(url) as session:
        session.connection().execute(sa.update(Assignment).values(state="completed"))
    assert claim(url, LAST_DAY) == []
    (stale,) = notices(url, Notice.rung == "T")
    assert (stale.state, stale.reason) == (NoticeState.VOID, "completed by then")
    assert told(url)[-1].action == "notices.void"


def test_a_notice_about_an_old_date_is_void_when_it_is_claimed(url: str) -> None:
    on_the_last_day(url)
    with unit_of_work(url) as session:
        session.connection().execute(sa.update(Assignment).values(version=2))
    assert claim(url, LAST_DAY) == []
    assert [n.reason for n in notices(url, Notice.rung == "T")] == ["the deadline has moved"]


def test_news_goes_out_whatever_has_become_of_the_task(url: str) -> None:
    armed(url)
    by(url, LAN, moves.suspend, 1, AT, reason="chờ")
    by(url, LAN, moves.cancel, 1, AT, reason="thôi")
    assert sorted(one(url, n).kind for n in claim(url, AT)) == ["cancelled", "suspended"]


def test_a_batch_of_stale_notices_does_not_hide_the_good_ones_behind_it(url: str) -> None:
    on_the_last_day(url, 5)
    with unit_of_work(url) as session:
        stale = sa.update(Assignment).where(col(Assignment.id) <= 4).values(state="completed")
        session.connection().execute(stale)
    assert len(claim(url, LAST_DAY, limit=2)) == 1


def test_a_notice_that_a_sender_holds_keeps_its_answer_when_the_task_is_done_meanwhile(url: str) -> None:
    on_the_last_day(url)
    (number,) = claim(url, LAST_DAY)
    by(url, MINH, moves.submit, 1, LAST_DAY, note="xong")
    assert settle(url, number, ACCEPTED, LAST_DAY)
    assert one(url, number).state is NoticeState.ACCEPTED


@pytest.mark.parametrize("attempt", range(4))
def test_a_notice_is_either_void_or_sent_and_never_both(url: str, attempt: int) -> None:
    """The unit hands in while the sender claims: what went out stands as sent, what did not as void."""
    on_the_last_day(url, 2)
    claimed, *_ = at_once(
        lambda: claim(url, LAST_DAY),
        lambda: by(url, MINH, moves.submit, 1, LAST_DAY, note="xong"),
        lambda: by(url, MINH, moves.submit, 2, LAST_DAY, note="xong"),
    )
    assert all(settle(url, number, ACCEPTED, LAST_DAY) for number in claimed)
    ends = {n.id: n.state for n in notices(url, Notice.rung == "T")}
    assert ends == {n: NoticeState.ACCEPTED if n in claimed else NoticeState.VOID for n in ends}
    assert broken(url) == []


def lose(url: str, at: datetime, limit: int = 100) -> list[int]:
    """A sender claims and dies; answers what it held."""
    held = claim(url, at, "dead", limit)
    with unit_of_work(url) as session:
        outbox.release(session, "dead", at)
    return held


def test_what_kills_its_sender_three_times_is_set_aside_and_takes_nobody_along(url: str) -> None:
    """Of five in one batch the third kills whoever sends it: the other four go out."""
    on_the_last_day(url, 5)
    numbers = sorted(n.id or 0 for n in notices(url, Notice.rung == "T"))
    poison, sent = numbers[2], set[int]()
    for _ in range(10):
        held = claim(url, LAST_DAY, "next")
        for number in held[: held.index(poison)] if poison in held else held:
            assert settle(url, number, ACCEPTED, LAST_DAY, "next")
            sent.add(number)
        with unit_of_work(url) as session:
            outbox.release(session, "next", LAST_DAY)
    assert sent == set(numbers) - {poison}
    lost = one(url, poison)
    assert (lost.state, lost.reason, lost.losses) == (
        NoticeState.FAILED, "set aside: its sender was lost 3 times", 3,
    )  # fmt: skip
    (line,) = [row for row in told(url) if row.action == "delivery.set-aside"]
    assert line.subject == f"notice:{poison}"
    assert broken(url) == []


def test_the_first_loss_makes_all_that_were_held_suspects_and_each_is_tried_by_itself(url: str) -> None:
    on_the_last_day(url, 3)
    assert len(lose(url, LAST_DAY, 2)) == 2
    fresh, *suspects = (claim(url, LAST_DAY, name) for name in ("one", "two", "three"))
    assert [len(held) for held in (fresh, *suspects)] == [1, 1, 1]


def test_a_digest_that_kills_its_sender_is_set_aside_with_what_travels_in_it(url: str) -> None:
    armed(url, spec("II.1"), spec("II.2"))
    wake(url, moment("2021-04-08", 6))
    make_digests(url, MORNING)
    for _ in range(3):
        assert len(claim_digests(url, MORNING, "dead")) == 1
        with unit_of_work(url) as session:
            outbox.release(session, "dead", MORNING)
    assert claim_digests(url, MORNING) == []
    assert [(n.state, n.reason) for n in notices(url)] == [
        (NoticeState.FAILED, "set aside: its sender was lost 3 times")
    ] * 2  # fmt: skip


def test_a_message_over_which_the_sender_breaks_is_tried_twice_more_and_set_aside(url: str) -> None:
    on_the_last_day(url)
    broke = Answer(NoticeState.RETRYING, None, "KeyError: 'x'", fault=True)
    at = LAST_DAY
    for turn in range(3):
        (number,) = claim(url, at)
        assert settle(url, number, broke, at)
        at += RETRY_DELAYS[turn]
    end = one(url, number)
    assert (end.state, end.reason) == (
        NoticeState.FAILED, "set aside: sending it broke (KeyError: 'x') 3 times",
    )  # fmt: skip
    assert claim(url, at + timedelta(days=1)) == []


def test_each_mailbox_gets_one_digest_a_day_with_everything_in_it(url: str) -> None:
    armed(url, *(spec(f"II.{n}", groups=["cac-so"]) for n in range(1, 4)))
    wake(url, moment("2021-04-08", 6))
    assert (make_digests(url, MORNING), make_digests(url, MORNING)) == (2, 0)
    riding = Counter(n.digest_id for n in notices(url))
    assert sorted(riding.values()) == [3, 3]
    assert {d.mailbox for d in digests(url)} == {"a@so-a.example", "b@so-b.example"}


def test_a_digest_waits_for_its_hour(url: str) -> None:
    armed(url)
    wake(url, moment("2021-04-08", 6))
    assert make_digests(url, MORNING - timedelta(minutes=1)) == 0


def test_what_comes_after_the_mornings_digest_waits_for_the_next(url: str) -> None:
    armed(url)
    wake(url, moment("2021-04-08", 6))
    deliver(url, MORNING)
    by(url, MINH, moves.submit, 1, MORNING, note="xong")
    by(url, LAN, moves.accept, 1, MORNING)
    assert make_digests(url, moment("2021-04-08", 17)) == 0
    assert make_digests(url, moment("2021-04-09", 8)) == 3  # Minh's unit, Lan and Mai
    assert Counter(d.mailbox for d in digests(url))["a@so-a.example"] == 2


def test_two_who_make_digests_at_once_make_them_once(url: str) -> None:
    armed(url, spec(groups=["cac-so"]))
    wake(url, moment("2021-04-08", 6))
    assert sorted(at_once(*[lambda: make_digests(url, MORNING)] * 2)) == [0, 2]
    assert len(digests(url)) == 2


def test_the_answer_to_a_digest_is_that_of_every_notice_in_it(url: str) -> None:
    armed(url, spec("II.1"), spec("II.2"))
    wake(url, moment("2021-04-08", 6))
    make_digests(url, MORNING)
    (number,) = claim_digests(url, MORNING)
    assert settle_digest(url, number, ACCEPTED, MORNING)
    assert {(n.state, n.message_id) for n in notices(url)} == {(NoticeState.ACCEPTED, f"<d{number}@test>")}
    assert '"notices":[1,2]' in told(url)[-1].data


def test_a_digest_is_tried_again_with_the_notices_that_are_still_owed(url: str) -> None:
    armed(url, spec("II.1"), spec("II.2"))
    wake(url, moment("2021-04-08", 6))
    make_digests(url, MORNING)
    (number,) = claim_digests(url, MORNING)
    settle_digest(url, number, BUSY, MORNING)
    by(url, MINH, moves.submit, 1, MORNING, note="xong")
    again = MORNING + RETRY_DELAYS[0]
    assert claim_digests(url, again - timedelta(seconds=1)) == []
    assert claim_digests(url, again) == [number]
    settle_digest(url, number, ACCEPTED, again)
    assert [(n.state, n.reason) for n in notices(url, Notice.rung == "NEW")] == [
        (NoticeState.VOID, "submitted 2021-04-08"), (NoticeState.ACCEPTED, ""),
    ]  # fmt: skip


def test_a_notice_in_a_digest_on_its_way_counts_as_sent_when_the_task_is_done_meanwhile(url: str) -> None:
    armed(url)
    wake(url, moment("2021-04-08", 6))
    make_digests(url, MORNING)
    (number,) = claim_digests(url, MORNING)
    by(url, MINH, moves.submit, 1, MORNING, note="xong")
    settle_digest(url, number, ACCEPTED, MORNING)
    assert [n.state for n in notices(url, Notice.rung == "NEW")] == [NoticeState.ACCEPTED]


def test_a_digest_whose_sender_died_is_sent_by_another_with_all_that_was_in_it(url: str) -> None:
    armed(url)
    wake(url, moment("2021-04-08", 6))
    make_digests(url, MORNING)
    claim_digests(url, MORNING, "dead")
    (number,) = claim_digests(url, MORNING + LEASE, "next")
    assert not settle_digest(url, number, ACCEPTED, MORNING + LEASE, "dead")
    assert settle_digest(url, number, ACCEPTED, MORNING + LEASE, "next")
    assert [n.state for n in notices(url)] == [NoticeState.ACCEPTED]
    assert "delivery.perhaps-twice" in {r.action for r in told(url)}


def test_a_stale_notice_is_left_out_when_its_digest_is_made_or_claimed(url: str) -> None:
    armed(url, spec("II.1"), spec("II.2"), spec("II.3"))
    wake(url, moment("2021-04-08", 6))

    def done(number: int) -> None:
        with unit_of_work(url) as session:
            session.connection().execute(
                sa.update(Assignment).where(col(Assignment.id) == number).values(state="completed")
            )

    done(1)
    make_digests(url, MORNING)
    done(2)
    claim_digests(url, MORNING)
    assert [(n.state, n.reason) for n in notices(url)] == [
        (NoticeState.VOID, "completed by then"), (NoticeState.VOID, "completed by then"), (NoticeState.SENDING, ""),
    ]  # fmt: skip


def test_a_digest_that_was_missed_goes_into_the_next_mornings(url: str) -> None:
    """Made, and then the office closed or sending was stopped: the next morning brings one mail, not two."""
    armed(url, spec("II.1"), spec("II.2", deadlines=[{"kind": "fixed", "date": "2021-04-16"}]))
    wake(url, moment("2021-04-08", 6))
    make_digests(url, MORNING)
    wake(url, moment("2021-04-09", 6))
    assert make_digests(url, moment("2021-04-09", 8)) == 1
    assert [(d.day, d.state) for d in digests(url)] == [
        (date(2021, 4, 8), NoticeState.VOID), (date(2021, 4, 9), NoticeState.OWED),
    ]  # fmt: skip
    assert len(claim_digests(url, moment("2021-04-09", 8))) == 1
    assert {n.digest_id for n in notices(url, Notice.state == NoticeState.SENDING)} == {2}
    assert "digests.missed" in {r.action for r in told(url)}


def test_notices_of_two_decisions_go_out_at_once_within_office_hours(url: str) -> None:
    armed(url)
    asked = by(
        url, MINH, extensions.ask, 1, moment("2021-04-08", 17, 59), new_due_on=date(2021, 6, 1), reason="x"
    )
    by(url, MAI, extensions.answer, asked.id, moment("2021-04-08", 18), grant=False, words="không")
    (answer,) = notices(url, Notice.delivery == Delivery.ALONE)
    assert answer.send_after == moment("2021-04-09", 7)


@pytest.mark.parametrize(
    ("hour", "alone", "digest"),
    [
        (time(6, 59), False, False),
        (time(7), True, False),
        (time(8), True, True),
        (time(17, 59), True, True),
        (time(18), False, False),
    ],
)
def test_the_hours_within_which_mail_goes_out(hour: time, alone: bool, digest: bool) -> None:
    at = moment("2021-04-08", hour.hour, hour.minute)
    assert (outbox.may_send_alone(at, Hours()), outbox.may_send_digest(at, Hours(), works=True)) == (
        alone,
        digest,
    )
    assert not outbox.may_send_digest(at, Hours(), works=False)


def test_what_waits_is_counted_before_the_switch_is_turned(url: str) -> None:
    armed(url, spec("II.1"), spec("II.2"))
    wake(url, moment("2021-04-08", 6))
    by(url, LAN, moves.cancel, 2, MORNING, reason="thôi")
    with reading(url) as session:
        found = outbox.waiting(session)
    assert (found.alone, found.digest, found.oldest) == (1, 1, date(2021, 4, 8))
