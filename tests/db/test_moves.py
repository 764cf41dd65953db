"""What people do with an assignment: every move, whose it is, what it makes void, and two of them at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlmodel import col, select

from actions import chasing, extensions, moves, people
from actions.errors import ChangedMeanwhile, NotAllowed, NotFound, Refused
from actions.papers import StoredFile
from models.cycles import Assignment, AssignmentMove
from models.database import reading, unit_of_work
from models.evidence import Paper, Submission, Verdict
from models.notices import Notice, NoticeState
from models.people import Unit
from plan.kinds import NoticeKind
from plan.ladder import OFFICE
from plan.lifecycle import Event, WorkState
from tests.builders import (
    AT,
    BINH,
    HOA,
    LAN,
    MAI,
    MINH,
    B,
    armed,
    assignments,
    broken,
    by,
    live,
    moment,
    notices,
    put_in,
    told,
    wake,
)

LATER = AT + timedelta(hours=1)
HOURS = timedelta(hours=1)


def state(url: str, number: int = 1) -> WorkState:
    with reading(url) as session:
        return session.get_one(Assignment, number).state


def history(url: str) -> list[tuple[str, str, str, str]]:
    with reading(url) as session:
        return [
            (m.old, m.event, m.new, m.by)
            for m in session.exec(select(AssignmentMove).order_by(AssignmentMove.id))
        ]  # type: ignore[arg-type]


def kinds(url: str, *where: Any) -> list[str]:
    return [n.kind.value for n in notices(url, *where)]


def give(url: str, number: int, to: str, who: str = LAN, at: Any = LATER) -> Assignment:
    with unit_of_work(url) as session:
        unit = session.exec(select(Unit).where(Unit.code == to)).one()
        doer = people.doer(session, who)
        return moves.reassign(
            session, number, unit, doer, at, chasing.Rules.of(session, OFFICE), reason="đúng chức năng"
        )


def test_from_given_to_done(url: str) -> None:
    armed(url)
    by(url, MINH, moves.receive, 1, AT)
    by(url, MINH, moves.submit, 1, AT + HOURS, note="Đã làm xong", paper_on=date(2021, 4, 6))
    by(url, LAN, moves.send_back, 1, AT + 2 * HOURS, reason="thiếu số liệu")
    by(url, MINH, moves.submit, 1, AT + 3 * HOURS, note="Đã bổ sung")
    by(url, LAN, moves.accept, 1, AT + 4 * HOURS)
    assert history(url) == [
        ("assigned", "receive", "received", "person:3"), ("received", "submit", "submitted", "person:3"),
        ("submitted", "return", "received", "person:1"), ("received", "submit", "submitted", "person:3"),
        ("submitted", "accept", "completed", "person:1"),
    ]  # fmt: skip
    (one,) = assignments(url)
    assert (one.state, one.handed_in_at, one.completed_at) == (
        WorkState.COMPLETED,
        AT + 3 * HOURS,
        AT + 4 * HOURS,
    )
    with reading(url) as session:
        papers = session.exec(select(Submission).order_by(Submission.id)).all()  # type: ignore[arg-type]
    assert [(p.verdict, p.reviewed_by, p.reason) for p in papers] == [
        (Verdict.RETURNED, "person:1", "thiếu số liệu"), (Verdict.ACCEPTED, "person:1", ""),
    ]  # fmt: skip
    assert (papers[0].paper_on, papers[0].submitted_at, papers[0].reviewed_at) == (
        date(2021, 4, 6), AT + HOURS, AT + 2 * HOURS,
    )  # fmt: skip
    assert broken(url) == []


def test_each_move_stands_in_the_ledger_with_who_made_it(url: str) -> None:
    armed(url)
    by(url, MINH, moves.submit, 1, LATER, note="xong")
    rows = [(r.action, r.who, r.assurance) for r in told(url) if r.who.startswith("person")]
    assert rows == [
        ("assignment.submit", "person:3", "command-line"),
        ("evidence.submitted", "person:3", "command-line"),
    ]


def test_saying_twice_that_one_knows_changes_nothing(url: str) -> None:
    armed(url)
    by(url, MINH, moves.receive, 1, AT)
    by(url, MINH, moves.receive, 1, LATER)
    assert len(history(url)) == 1


@pytest.mark.parametrize("action", [moves.receive, moves.submit])
def test_a_unit_cannot_act_on_anothers_task(url: str, action: Any) -> None:
    armed(url)
    options = {"note": "x"} if action is moves.submit else {}
    with pytest.raises(NotAllowed, match="assignment 1 belongs to another unit"):
        by(url, HOA, action, 1, LATER, **options)
    assert state(url) is WorkState.ASSIGNED


@pytest.mark.parametrize(
    "action", [moves.accept, moves.send_back, moves.suspend, moves.cancel, moves.resume, moves.reopen]
)
def test_a_unit_does_nothing_that_is_the_coordinators(url: str, action: Any) -> None:
    armed(url)
    by(url, MINH, moves.submit, 1, LATER, note="xong")
    options = {} if action in (moves.accept, moves.resume) else {"reason": "x"}
    with pytest.raises(Refused):
        by(url, MINH, action, 1, LATER, **options)
    assert state(url) is WorkState.SUBMITTED


def test_a_leader_only_looks_and_a_stranger_is_not_known(url: str) -> None:
    armed(url)
    with pytest.raises(NotAllowed, match="a leader only looks"):
        by(url, BINH, moves.receive, 1, LATER)
    with pytest.raises(NotFound, match=r"nobody has the code 'ai'; known: .*lan.*minh"):
        by(url, "ai", moves.receive, 1, LATER)


def test_nobody_reviews_what_they_handed_in_themselves(url: str) -> None:
    armed(url)
    by(url, LAN, moves.submit, 1, LATER, note="nộp thay đơn vị")
    for action, options in ((moves.accept, {}), (moves.send_back, {"reason": "x"})):
        with pytest.raises(NotAllowed, match="somebody else must review it"):
            by(url, LAN, action, 1, LATER, **options)
    assert by(url, MAI, moves.accept, 1, LATER).state is WorkState.COMPLETED


def test_a_move_that_the_state_does_not_allow_is_refused_in_both_languages(url: str) -> None:
    armed(url)
    with pytest.raises(Refused) as refused:
        by(url, LAN, moves.accept, 1, LATER)
    (problem,) = refused.value.problems
    assert problem.en.startswith("assignment 1: an assignment that is assigned cannot take 'accept'")
    assert problem.vi == "việc giao số 1 đang ở trạng thái “đã giao”, không thể “nghiệm thu”"
    with pytest.raises(Refused, match="'cancel' needs a reason"):
        by(url, LAN, moves.cancel, 1, LATER, reason=" ")


def test_nothing_moves_before_arming_and_nothing_that_is_not_there(url: str) -> None:
    put_in(url)
    with pytest.raises(Refused, match="its cycle is not armed"):
        by(url, MINH, moves.receive, 1, LATER)
    with pytest.raises(NotFound, match="there is no assignment 77"):
        by(url, MINH, moves.receive, 77, LATER)


def test_handing_in_nothing_or_a_paper_of_tomorrow_is_refused(url: str) -> None:
    armed(url)
    with pytest.raises(Refused, match="nothing was handed in"):
        by(url, MINH, moves.submit, 1, LATER, note="  ")
    with pytest.raises(Refused, match="lies in the future"):
        by(url, MINH, moves.submit, 1, LATER, note="x", paper_on=date(2021, 4, 8))
    assert (state(url), history(url)) == (WorkState.ASSIGNED, [])


def test_a_file_handed_in_twice_in_one_answer_counts_once(url: str) -> None:
    armed(url)
    with unit_of_work(url) as session:
        session.add(Paper(sha256="c" * 64, size=3, media_type="application/pdf", stored_at=AT))
    files = [StoredFile("c" * 64, name) for name in ("a.pdf", "b.pdf")]
    by(url, MINH, moves.submit, 1, LATER, files=files)
    (entry,) = [r for r in told(url) if r.action == "evidence.submitted"]
    assert entry.data.count("c" * 64) == 1


def test_while_a_result_waits_for_review_the_unit_is_left_alone(url: str) -> None:
    armed(url)
    wake(url, moment("2021-04-20", 6))
    by(url, MINH, moves.submit, 1, moment("2021-04-20", 7), note="xong")
    assert [(n.rung, n.reason) for n in notices(url, Notice.rung == "T-30")] == [
        ("T-30", "submitted 2021-04-20")
    ]
    live(url, date(2021, 4, 21), date(2021, 5, 21))
    assert {n.reason for n in notices(url, Notice.rung == "T")} == {"submitted by then"}
    assert [n.recipient for n in notices(url, Notice.kind == NoticeKind.SUBMITTED)] == [
        "person:1",
        "person:2",
    ]


def test_what_is_returned_is_told_at_once_and_chased_again(url: str) -> None:
    armed(url)
    by(url, MINH, moves.submit, 1, moment("2021-05-18"), note="xong")
    by(url, LAN, moves.send_back, 1, moment("2021-05-19"), reason="thiếu")
    (back,) = notices(url, Notice.kind == NoticeKind.RETURNED)
    assert (back.send_after, back.detail, back.delivery) == (moment("2021-05-19"), "thiếu", "alone")
    live(url, date(2021, 5, 19), date(2021, 5, 20))
    assert [n.state for n in notices(url, Notice.rung == "T")] == [NoticeState.ACCEPTED]


def test_a_second_return_is_a_second_notice(url: str) -> None:
    armed(url)
    for _ in range(2):
        by(url, MINH, moves.submit, 1, LATER, note="xong")
        by(url, LAN, moves.send_back, 1, LATER, reason="thiếu")
    assert [n.rung for n in notices(url, Notice.kind == NoticeKind.RETURNED)] == ["returned:1", "returned:2"]


@pytest.mark.parametrize(
    ("action", "kind", "word"),
    [
        (moves.suspend, NoticeKind.SUSPENDED, "suspended"),
        (moves.cancel, NoticeKind.CANCELLED, "cancelled"),
    ],
)
def test_what_is_stopped_owes_nothing_more_and_every_rung_says_why(
    url: str, action: Any, kind: str, word: str
) -> None:
    armed(url)
    wake(url, moment("2021-04-08", 6))
    by(url, LAN, action, 1, moment("2021-04-08", 7), reason="chờ hướng dẫn")
    rungs = notices(url, Notice.kind != kind)
    assert len(rungs) == 15
    assert {(n.state, n.reason) for n in rungs} == {(NoticeState.VOID, f"{word} 2021-04-08")}
    assert kinds(url, Notice.state == NoticeState.OWED) == [kind]
    (one,) = assignments(url)
    assert (one.next_wake_at, one.next_rungs) == (None, "")


def test_a_resumed_task_climbs_its_ladder_anew_about_the_same_date(url: str) -> None:
    armed(url)
    by(url, LAN, moves.suspend, 1, AT, reason="chờ")
    by(url, LAN, moves.resume, 1, moment("2021-05-14"))
    (one,) = assignments(url)
    assert (one.state, one.version, one.due_on, one.next_rungs) == (
        WorkState.ASSIGNED,
        2,
        date(2021, 5, 20),
        "T-3",
    )
    live(url, date(2021, 5, 14), date(2021, 5, 20))
    sent = notices(url, Notice.version == 2, Notice.state == NoticeState.ACCEPTED)
    assert [n.rung for n in sent] == ["resumed:1", "T-3", "T"]


def test_a_reopened_task_is_owed_again(url: str) -> None:
    armed(url)
    by(url, MINH, moves.submit, 1, LATER, note="xong")
    by(url, LAN, moves.accept, 1, LATER)
    by(url, LAN, moves.reopen, 1, moment("2021-05-14"), reason="nghiệm thu nhầm")
    (one,) = assignments(url)
    assert (one.state, one.handed_in_at, one.completed_at, one.next_rungs) == (
        WorkState.RECEIVED,
        None,
        None,
        "T-3",
    )
    assert kinds(url, Notice.version == 2) == ["reopened"]


def test_an_accepted_task_voids_what_waits_and_tells_the_unit(url: str) -> None:
    armed(url)
    wake(url, moment("2021-04-08", 6))
    by(url, MINH, moves.submit, 1, moment("2021-04-08", 7), note="xong")
    by(url, LAN, moves.accept, 1, moment("2021-04-08", 7, 30))
    reasons = {n.rung: n.reason for n in notices(url, Notice.state == NoticeState.VOID)}
    assert reasons.pop("NEW") == "submitted 2021-04-08"
    assert set(reasons.values()) == {"completed 2021-04-08"} and len(reasons) == 14
    assert kinds(url, Notice.state == NoticeState.OWED) == ["submitted", "submitted", "accepted"]


def test_a_task_given_to_another_unit_is_replaced_and_announced_there(url: str) -> None:
    armed(url)
    by(url, MINH, moves.receive, 1, AT)
    new = give(url, 1, B)
    old, fresh = assignments(url)
    assert (old.state, old.next_wake_at) == (WorkState.REPLACED, None)
    assert (fresh.id, fresh.unit_id, fresh.replaces_id, fresh.version, fresh.due_on) == (
        new.id,
        2,
        1,
        1,
        old.due_on,
    )
    assert (fresh.announce, fresh.next_rungs, fresh.state) == (True, "NEW", WorkState.ASSIGNED)
    live(url, AT.date(), date(2021, 4, 8))
    sent = [
        (n.assignment_id, n.rung, n.recipient) for n in notices(url, Notice.state == NoticeState.ACCEPTED)
    ]
    assert sent == [(1, "reassigned:1", "contact:1"), (2, "NEW", "contact:3")]


def test_a_task_goes_back_and_forth_under_numbers_of_its_own(url: str) -> None:
    armed(url)
    give(url, 1, B)
    give(url, 2, "so-a")
    give(url, 3, B)
    assert [(a.unit_id, a.serial, a.state) for a in assignments(url)] == [
        (1, 1, "replaced"), (2, 1, "replaced"), (1, 2, "replaced"), (2, 2, "assigned"),
    ]  # fmt: skip


def test_a_task_is_not_given_to_the_unit_that_has_it(url: str) -> None:
    armed(url)
    with pytest.raises(Refused, match="is with Sở A already"):
        give(url, 1, "so-a")
    with pytest.raises(Refused, match="for the coordinator"):
        give(url, 1, B, who=MINH)


def test_a_task_given_away_has_no_request_left_to_answer(url: str) -> None:
    armed(url)
    request = by(url, MINH, extensions.ask, 1, AT, new_due_on=date(2021, 6, 30), reason="khó")
    give(url, 1, B)
    with pytest.raises(Refused):
        by(url, LAN, extensions.answer, request.id, LATER, grant=True)
    assert [a.version for a in assignments(url)] == [1, 1]


def test_what_was_seen_before_somebody_else_moved_it_is_refused(postgresql_copy: str) -> None:
    url = postgresql_copy
    armed(url)
    with (
        pytest.raises(ChangedMeanwhile, match="assignment 1 is no longer assigned"),
        unit_of_work(url) as session,
    ):
        seen = session.get_one(Assignment, 1)
        by(url, MINH, moves.submit, 1, AT, note="xong")
        lan = people.doer(session, LAN)
        assert seen.state is WorkState.ASSIGNED
        moves.cancel(session, 1, lan, LATER, chasing.Rules.of(session, OFFICE), reason="thôi")
    assert state(url) is WorkState.SUBMITTED
    assert [event for _, event, _, _ in history(url)] == [Event.SUBMIT]
    assert broken(url) == []


def test_a_date_that_moved_meanwhile_is_a_change_too(postgresql_copy: str) -> None:
    """Otherwise a cancelling would void the rungs of the old date and leave those of the new one."""
    url = postgresql_copy
    armed(url)
    request = by(url, MINH, extensions.ask, 1, AT, new_due_on=date(2021, 6, 30), reason="khó")
    with pytest.raises(ChangedMeanwhile), unit_of_work(url) as session:
        seen = session.get_one(Assignment, 1)
        by(url, LAN, extensions.answer, request.id, LATER, grant=True)
        lan = people.doer(session, LAN)
        assert seen.version == 1
        moves.cancel(session, 1, lan, LATER, chasing.Rules.of(session, OFFICE), reason="thôi")
    assert state(url) is WorkState.ASSIGNED


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_reviewers_at_once_one_decides(url: str, attempt: int) -> None:
    armed(url)
    by(url, MINH, moves.submit, 1, LATER, note="xong")
    both = Barrier(2)

    def review(who: str, action: Any, **options: Any) -> bool:
        both.wait()
        try:
            by(url, who, action, 1, LATER + HOURS, **options)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(review, LAN, moves.accept),
            pool.submit(review, MAI, moves.send_back, reason="thiếu"),
        ]
        assert sorted(job.result() for job in jobs) == [False, True]
    assert len(history(url)) == 2
    assert broken(url) == []


@pytest.mark.parametrize("day", range(8, 12))
def test_accepting_while_the_night_decides_leaves_nothing_owed(url: str, day: int) -> None:
    """Whoever comes first: after both, the done task has no reminder that would go out."""
    armed(url)
    by(url, MINH, moves.submit, 1, LATER, note="xong")
    both = Barrier(2)

    def at_once(job: Callable[[], object]) -> None:
        both.wait()
        job()

    with ThreadPoolExecutor(2) as pool:
        night = pool.submit(at_once, lambda: wake(url, moment("2021-05-20", 6)))
        review = pool.submit(at_once, lambda: by(url, LAN, moves.accept, 1, moment(date(2021, 4, day))))
        night.result(), review.result()
    rungs = notices(url, ~col(Notice.rung).contains(":"))
    assert (len(rungs), {n.state for n in rungs}) == (15, {NoticeState.VOID})
    assert broken(url) == []
