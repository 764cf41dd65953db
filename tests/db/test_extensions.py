"""More time: asked with a reason, answered once, with the old date kept and its notices void."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlmodel import select

from actions import extensions, moves
from actions.errors import ChangedMeanwhile, NotAllowed, NotFound, Refused
from actions.papers import StoredFile
from models.cycles import Extension, ExtensionState
from models.database import reading, unit_of_work
from models.evidence import Paper
from models.explain import explain_assignment
from models.notices import Notice, NoticeState
from models.plans import Plan
from models.queries import named
from plan.calendar import DaysOff
from plan.deadlines import Ongoing
from plan.kinds import NoticeKind
from tests.builders import (
    AT,
    HOA,
    LAN,
    MAI,
    MINH,
    armed,
    assignments,
    broken,
    by,
    live,
    moment,
    notices,
    spec,
    told,
    wake,
)

NEW_DATE = date(2021, 6, 30)
LATER = AT + timedelta(hours=2)


def ask(url: str, who: str = MINH, at: Any = AT, **options: Any) -> Extension:
    return by(url, who, extensions.ask, 1, at, **{"new_due_on": NEW_DATE, "reason": "chờ số liệu", **options})


def answer(url: str, number: int | None, who: str = LAN, at: Any = LATER, **options: Any) -> Extension:
    return by(url, who, extensions.answer, number or 0, at, **{"grant": True, **options})


def request(url: str, number: int | None) -> Extension:
    with reading(url) as session:
        return session.get_one(Extension, number)


def test_a_granted_request_moves_the_date_and_keeps_the_old_one(url: str) -> None:
    armed(url)
    asked = ask(url)
    answer(url, asked.id, words="đồng ý")
    (one,) = assignments(url)
    assert (one.due_on, one.original_due_on, one.version, one.since) == (
        NEW_DATE,
        date(2021, 5, 20),
        2,
        LATER,
    )
    kept = request(url, asked.id)
    assert (kept.state, kept.old_due_on, kept.new_due_on) == (
        ExtensionState.GRANTED,
        date(2021, 5, 20),
        NEW_DATE,
    )
    assert (kept.requested_by, kept.decided_by, kept.decided_at, kept.answer) == (
        "person:3",
        "person:1",
        LATER,
        "đồng ý",
    )
    rows = [(r.action, r.who) for r in told(url) if r.action.startswith("extension")]
    assert rows == [("extension.requested", "person:3"), ("extension.granted", "person:1")]


def test_nothing_more_goes_out_about_the_old_date(url: str) -> None:
    armed(url)
    live(url, AT.date(), date(2021, 5, 16))
    wake(url, moment("2021-05-17", 6))
    asked = ask(url, at=moment("2021-05-17", 6, 30))
    answer(url, asked.id, at=moment("2021-05-17", 7))
    live(url, date(2021, 5, 17), date(2021, 6, 30))
    old = {n.rung: (n.state, n.reason) for n in notices(url, Notice.version == 1) if ":" not in n.rung}
    assert {rung for rung, (state, _) in old.items() if state is NoticeState.ACCEPTED} == {
        "NEW",
        "T-30",
        "T-7",
    }
    assert {reason for state, reason in old.values() if state is NoticeState.VOID} == {
        "extended to 2021-06-30"
    }
    assert len(old) == 15
    fresh = {n.rung: n.state for n in notices(url, Notice.version == 2) if ":" not in n.rung}
    assert fresh == dict.fromkeys(("T-30", "T-7", "T-3", "T"), NoticeState.ACCEPTED)


def test_the_coordinators_are_told_of_a_request_and_the_unit_of_the_answer(url: str) -> None:
    armed(url)
    asked = ask(url)
    answer(url, asked.id, grant=False, words="không có lý do chính đáng")
    sent = [(n.kind, n.recipient, n.delivery, n.detail) for n in notices(url)]
    assert sent == [
        (NoticeKind.EXTENSION_DECISION, "contact:1", "alone", "không có lý do chính đáng"),
        (NoticeKind.EXTENSION_ASKED, "person:1", "digest", "chờ số liệu"),
        (NoticeKind.EXTENSION_ASKED, "person:2", "digest", "chờ số liệu"),
    ]  # fmt: skip


def test_a_refused_request_changes_no_date_and_another_may_be_asked(url: str) -> None:
    armed(url)
    answer(url, ask(url).id, grant=False, words="không")
    (one,) = assignments(url)
    assert (one.due_on, one.version) == (date(2021, 5, 20), 1)
    assert ask(url, at=LATER).state is ExtensionState.REQUESTED


def test_everything_wrong_with_a_request_is_told_at_once(url: str) -> None:
    armed(url)
    with pytest.raises(Refused) as refused:
        ask(url, at=moment("2021-05-25"), new_due_on=date(2021, 5, 19), reason=" ")
    assert [p.en for p in refused.value.problems] == [
        "the new date 2021-05-19 is not after the present one 2021-05-20",
        "the new date 2021-05-19 lies in the past", "an extension needs a reason",
    ]  # fmt: skip


def test_one_request_at_a_time(url: str) -> None:
    armed(url)
    ask(url)
    with pytest.raises(Refused, match="has a request waiting already"):
        ask(url)


def test_a_finished_or_undated_task_gets_no_more_time(url: str) -> None:
    armed(url, spec("II.1", Ongoing(), undated=True))
    with pytest.raises(Refused, match="has no deadline to extend"):
        ask(url)
    by(url, LAN, moves.cancel, 1, AT, reason="thôi")
    with pytest.raises(Refused, match="assignment 1 is cancelled"):
        ask(url)


def test_only_its_own_unit_asks_and_only_a_coordinator_answers(url: str) -> None:
    armed(url)
    with pytest.raises(NotAllowed, match="belongs to another unit"):
        ask(url, HOA)
    asked = ask(url)
    with pytest.raises(NotAllowed, match="only a coordinator may do this"):
        answer(url, asked.id, MINH)
    with pytest.raises(NotFound, match="there is no request 99"):
        answer(url, 99)


def test_a_refusal_says_why(url: str) -> None:
    armed(url)
    asked = ask(url)
    with pytest.raises(Refused, match="a refusal needs a reason"):
        answer(url, asked.id, grant=False)


def test_the_coordinator_may_grant_another_day_but_none_that_has_passed_or_is_not_later(url: str) -> None:
    armed(url)
    asked = ask(url)
    with pytest.raises(Refused, match="lies in the past"):
        answer(url, asked.id, at=moment("2021-07-01"))
    with pytest.raises(Refused, match="is not after the present one"):
        answer(url, asked.id, new_due_on=date(2021, 5, 19))
    answer(url, asked.id, new_due_on=date(2021, 6, 10))
    assert assignments(url)[0].due_on == date(2021, 6, 10)


def test_the_new_day_follows_the_plans_rule_for_days_off(url: str) -> None:
    armed(url)
    with unit_of_work(url) as session:
        session.get_one(Plan, 1).days_off = DaysOff.LATER
    answer(url, ask(url, new_due_on=date(2021, 6, 26)).id)  # a Saturday
    assert assignments(url)[0].due_on == date(2021, 6, 28)


def test_an_answer_is_given_once(url: str) -> None:
    armed(url)
    asked = ask(url)
    answer(url, asked.id)
    with pytest.raises(ChangedMeanwhile, match="has been answered already: granted"):
        answer(url, asked.id, MAI, grant=False, words="không")
    assert assignments(url)[0].version == 2


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_answers_at_once_one_counts(url: str, attempt: int) -> None:
    armed(url)
    asked = ask(url)
    both = Barrier(2)

    def say(who: str, **options: Any) -> bool:
        both.wait()
        try:
            answer(url, asked.id, who, **options)
        except ChangedMeanwhile:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(say, LAN), pool.submit(say, MAI, grant=False, words="không")]
        assert sorted(job.result() for job in jobs) == [False, True]
    assert len(notices(url, Notice.kind == NoticeKind.EXTENSION_DECISION)) == 1
    assert (assignments(url)[0].version == 2) is (request(url, asked.id).state is ExtensionState.GRANTED)
    assert broken(url) == []


def test_a_request_about_what_is_finished_meanwhile_waits_for_nobody(url: str) -> None:
    armed(url)
    asked = ask(url)
    by(url, LAN, moves.cancel, 1, AT, reason="thôi")
    kept = request(url, asked.id)
    assert (kept.state, kept.decided_by, kept.decided_at) == (ExtensionState.VOID, "person:1", AT)
    assert told(url)[-3].action == "extension.void"
    with pytest.raises(ChangedMeanwhile, match="has been answered already: void"):
        answer(url, asked.id)
    assert assignments(url)[0].version == 1


def test_a_request_waits_on_while_the_task_is_suspended_or_handed_in(url: str) -> None:
    armed(url)
    asked = ask(url)
    by(url, MINH, moves.submit, 1, AT, note="xong")
    by(url, LAN, moves.send_back, 1, AT, reason="thiếu")
    by(url, LAN, moves.suspend, 1, AT, reason="chờ")
    assert request(url, asked.id).state is ExtensionState.REQUESTED


def test_a_task_extended_while_suspended_owes_nothing_until_it_is_resumed(url: str) -> None:
    armed(url)
    asked = ask(url)
    by(url, LAN, moves.suspend, 1, AT, reason="chờ")
    answer(url, asked.id)
    live(url, date(2021, 4, 8), date(2021, 6, 1))
    assert {n.state for n in notices(url, Notice.rung == "T-30")} == {NoticeState.VOID}
    by(url, LAN, moves.resume, 1, moment("2021-06-02"))
    assert (assignments(url)[0].version, assignments(url)[0].next_rungs) == (3, "T-7")


def test_a_second_extension_keeps_the_first_date_of_all(url: str) -> None:
    armed(url)
    answer(url, ask(url).id)
    answer(url, ask(url, at=LATER, new_due_on=date(2021, 8, 31)).id)
    (one,) = assignments(url)
    assert (one.due_on, one.original_due_on, one.version) == (date(2021, 8, 31), date(2021, 5, 20), 3)


# Papers


PAPER, DECISION = StoredFile("c" * 64, "CV xin gia hạn.pdf"), StoredFile("d" * 64, "QĐ gia hạn.pdf")


def in_the_store(url: str, *files: StoredFile) -> None:
    with unit_of_work(url) as session:
        session.add_all(
            Paper(sha256=f.sha256, size=9, media_type="application/pdf", stored_at=AT) for f in files
        )


def test_a_request_and_its_answer_keep_their_papers_and_the_ledger_names_them(url: str) -> None:
    armed(url)
    in_the_store(url, PAPER, DECISION)
    asked = ask(url, files=[PAPER, PAPER])
    answer(url, asked.id, decision="20/QĐ-UBND", decision_on=date(2021, 4, 7), files=[DECISION])
    with reading(url) as session:
        kept = extensions.papers_of(session, [asked.id])[asked.id or 0]
        (row,) = named(session)
        history = explain_assignment(session, row, LATER)["history"]
    assert [(p.name, p.of_answer) for p in kept] == [(PAPER.name, False), (DECISION.name, True)]
    done = request(url, asked.id)
    assert (done.decision, done.decision_on) == ("20/QĐ-UBND", date(2021, 4, 7))
    entries = {r.action: json.loads(r.data) for r in told(url) if r.action.startswith("extension")}
    assert entries["extension.requested"]["papers"] == [PAPER.sha256]
    granted = entries["extension.granted"]
    assert (granted["decision"], granted["decision_on"], granted["papers"]) == (
        "20/QĐ-UBND", "2021-04-07", [DECISION.sha256],
    )  # fmt: skip
    said = [line["which"] for line in history if line["what"] == "extension"]
    assert said[0].endswith("by person:3: CV xin gia hạn.pdf (cccccccccccc)")
    assert said[1] == "granted by person:1 (20/QĐ-UBND of 2021-04-07): QĐ gia hạn.pdf (dddddddddddd)"


def test_a_paper_that_is_not_in_the_store_refuses_the_request_whole(url: str) -> None:
    armed(url)
    with pytest.raises(Refused, match="not in the store: CV xin gia hạn"):
        ask(url, files=[PAPER])
    with reading(url) as session:
        assert session.exec(select(Extension)).all() == []


def test_a_decision_has_a_number_and_no_day_to_come(url: str) -> None:
    armed(url)
    asked = ask(url)
    with pytest.raises(Refused) as refused:
        answer(url, asked.id, grant=False, decision_on=date(2021, 4, 9))
    assert [p.en for p in refused.value.problems] == [
        "a refusal needs a reason",
        "the decision of 2021-04-09 has no number",
        "the date of the decision (2021-04-09) lies in the future",
    ]
    assert request(url, asked.id).state is ExtensionState.REQUESTED
