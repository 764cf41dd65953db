"""Arming: the list that was looked at is signed once, with every reason against it at once, and can be taken back."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlmodel import select

from actions import chasing, cycles, disputes, extensions, moves, outbox, people, plans
from actions.errors import NotFound, Refused
from actions.signed import signed_lines
from models.cycles import Cycle, CycleState, Simulation
from models.database import reading, unit_of_work
from models.ledger import SYSTEM
from models.notices import Notice, NoticeState
from models.people import Contact, Unit
from plan.deadlines import Fixed, Recurring
from plan.ladder import OFFICE
from plan.simulation import SimulatedNotice, sha256
from tests.builders import (
    AT,
    LAN,
    MAI,
    MINH,
    NUMBER,
    YEAR,
    B,
    arm,
    armed,
    assignments,
    broken,
    by,
    deliver,
    draft,
    live,
    moment,
    notices,
    put_in,
    spec,
    told,
    wake,
)

MUTE_GROUP = """
groups: [{code: cac-so, name: Các Sở}]
units:
  - {code: so-a, name: Sở A, groups: [cac-so]}
  - {code: so-b, name: Sở B, groups: [cac-so]}
"""
OFFICE_TWO = """
groups: [{code: cac-so, name: Các Sở}]
units:
  - code: so-a
    name: Sở A
    contacts: [{address: a@so-a.example}, {address: b@so-a.example}]
"""


def simulated(url: str, cycle: int, at: object = AT) -> list[SimulatedNotice]:
    with reading(url) as session:
        return cycles.simulate_cycle(session, session.get_one(Cycle, cycle), at, OFFICE)  # type: ignore[arg-type]


def disarm(url: str, cycle: int) -> None:
    with unit_of_work(url) as session:
        cycles.disarm(session, session.get_one(Cycle, cycle), at=AT, actor=SYSTEM, reason="nhầm hạn")


def compared(url: str, cycle: int, at: object) -> cycles.Compared:
    with reading(url) as session:
        return cycles.compare(session, session.get_one(Cycle, cycle), at)  # type: ignore[arg-type]


def state(url: str, cycle: int) -> CycleState:
    with reading(url) as session:
        return session.get_one(Cycle, cycle).state


def test_simulating_writes_nothing(url: str) -> None:
    cycle = put_in(url, spec(groups=["cac-so"]))
    before = len(told(url))
    assert len(simulated(url, cycle)) == 30
    assert (len(told(url)), notices(url), state(url, cycle)) == (before, [], CycleState.DRAFT)
    assert [a.since for a in assignments(url)] == [None, None]


def test_arming_signs_exactly_the_list_that_was_simulated(url: str) -> None:
    cycle = put_in(url, spec(groups=["cac-so"]))
    expected = simulated(url, cycle)
    got = arm(url, expected=sha256(expected))
    assert (got.new, got.sha256, got.notices) == (True, sha256(expected), len(expected))
    with reading(url) as session:
        row = session.get_one(Cycle, cycle)
        assert signed_lines(session, row) == sorted(n.line() for n in expected)
        assert (row.state, row.armed_at) == (CycleState.ARMED, AT)
    (entry,) = [r for r in told(url) if r.action == "cycle.armed"]
    assert got.sha256 in entry.data


def test_each_armed_assignment_knows_its_next_moment(url: str) -> None:
    armed(url)
    (one,) = assignments(url)
    assert (one.since, one.next_rungs) == (AT, "NEW")
    assert one.next_wake_at is not None and moment("2021-04-08", 0) < one.next_wake_at < moment(
        "2021-04-08", 6
    )


def test_what_passed_before_arming_is_void_from_the_start(url: str) -> None:
    armed(url, at=moment("2021-05-17", 9))
    assert [(n.rung, n.state, n.reason) for n in notices(url)] == [
        (rung, NoticeState.VOID, "before arming") for rung in ("T-30", "T-7", "T-3")
    ]  # fmt: skip


def test_arming_again_changes_nothing(url: str) -> None:
    put_in(url)
    first = arm(url)
    rows = len(told(url))
    again = arm(url, moment("2021-04-09"), expected="f" * 64)
    assert (again.new, again.sha256, again.notices) == (False, first.sha256, first.notices)
    assert len(told(url)) == rows


def test_a_list_that_has_changed_since_it_was_looked_at_is_refused(url: str) -> None:
    cycle = put_in(url)
    looked_at = sha256(simulated(url, cycle))
    with unit_of_work(url) as session:
        session.add(Contact(unit_id=1, role="mailbox", address="moi@so-a.example"))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="no longer the one that was simulated"):
        arm(url, expected=looked_at)
    assert state(url, cycle) is CycleState.DRAFT


def test_every_reason_against_arming_is_told_at_once(url: str) -> None:
    early = spec("II.1", Fixed(date=date(2021, 3, 1)), groups=["cac-so"])
    undated = [
        spec("II.2", deadlines=[]),
        spec("II.3", Recurring(freq="yearly")),
        spec("II.4", deadlines=[], undated=True),
    ]  # type: ignore[arg-type]
    cycle = put_in(
        url, early, *undated, plan=draft("II.1", "II.2", "II.3", "II.4", "II.5"), office=MUTE_GROUP
    )
    with unit_of_work(url) as session:
        plan = plans.plan_named(session, NUMBER)
        plans.set_status(session, plans.item_named(session, plan, "II.5"), "accepted", at=AT, actor=SYSTEM)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        arm(url)
    assert [p.en for p in refused.value.problems] == [
        "item II.5 is accepted but no unit has it",
        "nobody can receive mail for unit so-a (Sở A); add a contact",
        "nobody can receive mail for unit so-b (Sở B); add a contact",
        "item II.1, Sở A: the deadline 2021-03-01 lies before the plan was signed (2021-04-06)",
        "item II.1, Sở B: the deadline 2021-03-01 lies before the plan was signed (2021-04-06)",
        "item II.2, Sở A: no date and not marked undated",
        "item II.3, Sở A: no date and not marked undated",
    ]
    assert all(p.vi for p in refused.value.problems)
    assert state(url, cycle) is CycleState.DRAFT


def test_a_year_without_assignments_cannot_be_named(url: str) -> None:
    put_in(url)
    with reading(url) as session, pytest.raises(NotFound, match="no assignments for 2025; assign first"):
        cycles.cycle_named(session, plans.plan_named(session, NUMBER), 2025)


def test_of_two_arms_at_once_one_wins_and_the_other_sees_it_armed(url: str) -> None:
    cycle = put_in(url, spec(groups=["cac-so"]))
    both = threading.Barrier(2)

    def at_once(_: int) -> cycles.Armed:
        with unit_of_work(url) if url.startswith("postgresql") else reading(url) as session:
            plan = plans.plan_named(session, NUMBER)
            row = cycles.cycle_named(session, plan, YEAR)
            both.wait()
            if url.startswith("postgresql"):
                return cycles.arm(session, plan, row, at=AT, actor=SYSTEM, hours=OFFICE)
        return arm(url)

    with ThreadPoolExecutor(2) as pool:
        got = list(pool.map(at_once, range(2)))
    assert sorted(a.new for a in got) == [False, True]
    assert len({a.sha256 for a in got}) == 1
    assert [r.action for r in told(url)].count("cycle.armed") == 1
    with reading(url) as session:
        assert len(session.exec(select(Simulation)).all()) == 1
    assert state(url, cycle) is CycleState.ARMED and broken(url) == []


def test_a_cycle_is_disarmed_before_its_first_notice_and_armed_again(url: str) -> None:
    cycle = armed(url)
    wake(url, moment("2021-04-08", 6))
    disarm(url, cycle)
    assert (state(url, cycle), notices(url)) == (CycleState.DRAFT, [])
    assert [(a.since, a.next_wake_at) for a in assignments(url)] == [(None, None)]
    assert arm(url, moment("2021-04-09")).new
    assert "cycle.disarmed" in {r.action for r in told(url)}


@pytest.mark.parametrize("answer", [NoticeState.ACCEPTED, NoticeState.RETRYING, NoticeState.FAILED])
def test_after_the_first_notice_a_cycle_stays_armed(url: str, answer: NoticeState) -> None:
    cycle = armed(url)
    wake(url, moment("2021-04-08", 6))
    deliver(url, moment("2021-04-08", 8), answer)
    with pytest.raises(Refused, match="1 notices have gone out; cancel or extend single tasks instead"):
        disarm(url, cycle)
    assert state(url, cycle) is CycleState.ARMED


def test_a_digest_on_its_way_keeps_its_cycle_armed(url: str) -> None:
    cycle = armed(url)
    wake(url, moment("2021-04-08", 6))
    with unit_of_work(url) as session:
        outbox.make_digests(session, moment("2021-04-08", 8))
        assert outbox.claim_digests(session, moment("2021-04-08", 8), "test", 10)
    with pytest.raises(Refused, match="have gone out"):
        disarm(url, cycle)


def test_a_digest_of_a_disarmed_cycle_does_not_go_out_empty(url: str) -> None:
    cycle = armed(url)
    wake(url, moment("2021-04-08", 6))
    with unit_of_work(url) as session:
        outbox.make_digests(session, moment("2021-04-08", 8))
    disarm(url, cycle)
    assert deliver(url, moment("2021-04-08", 8, 1)) == 0


ACTS: dict[str, tuple[str, Callable[..., object], dict[str, object]]] = {
    "cancelled": (LAN, moves.cancel, {"reason": "không còn cần"}),
    "received": (MINH, moves.receive, {}),
    "more time": (MINH, extensions.ask, {"new_due_on": date(2021, 7, 1), "reason": "khó"}),
    "disputed": (MINH, disputes.dispute, {"reason": "việc của Sở B"}),
}


@pytest.mark.parametrize("what", ACTS)
def test_a_cycle_in_which_people_have_acted_stays_armed(url: str, what: str) -> None:
    cycle = armed(url)
    who, action, options = ACTS[what]
    by(url, who, action, 1, AT, **options)
    with pytest.raises(Refused, match="people have acted on 1 assignments"):
        disarm(url, cycle)


def test_a_draft_cannot_be_disarmed(url: str) -> None:
    cycle = put_in(url)
    with pytest.raises(Refused, match="the cycle is draft, not armed"):
        disarm(url, cycle)


def test_a_whole_year_without_anybody_acting_is_the_signed_one(url: str) -> None:
    cycle = armed(url, spec(groups=["cac-so"]), spec("II.2", Fixed(date=date(2021, 4, 15))))
    live(url, date(2021, 4, 7), date(2021, 7, 20))
    found = compared(url, cycle, moment("2021-07-21"))
    assert (found.missing, found.unplanned) == ([], [])
    assert found.by_end == {"accepted": found.planned - 1, "void: before arming": 1}  # T-30 of II.2


def test_a_year_with_people_acting_differs_only_where_a_reason_says_why(url: str) -> None:
    cycle = armed(url, *(spec(f"II.{n}") for n in range(1, 7)))
    live(url, AT.date(), date(2021, 4, 19))
    at = moment("2021-04-19")
    by(url, MINH, moves.submit, 1, at, note="xong")
    by(url, LAN, moves.accept, 1, at)
    by(url, LAN, moves.cancel, 2, at, reason="thôi")
    by(url, LAN, moves.suspend, 3, at, reason="chờ")
    by(url, MINH, moves.submit, 4, at, note="xong")
    request = by(url, MINH, extensions.ask, 5, at, new_due_on=date(2021, 7, 1), reason="khó")
    by(url, MAI, extensions.answer, request.id, at, grant=True)
    with unit_of_work(url) as session:
        other = session.exec(select(Unit).where(Unit.code == B)).one()
        lan = people.doer(session, LAN)
        moves.reassign(session, 6, other, lan, at, chasing.Rules.of(session, OFFICE), reason="đúng chức năng")
    live(url, date(2021, 4, 20), date(2021, 7, 20))
    found = compared(url, cycle, moment("2021-07-21"))
    assert (found.missing, found.unplanned) == ([], [])
    assert set(found.by_end) == {
        "accepted", "void: completed", "void: cancelled", "void: suspended", "void: submitted by then",
        "void: extended to", "void: reassigned",
    }  # fmt: skip


def test_a_notice_that_nobody_decided_is_an_incident(url: str) -> None:
    cycle = armed(url)
    found = compared(url, cycle, moment("2021-04-08", 9))
    assert found.missing == ["assignment 1 v1 NEW 2021-04-08 contact:1"]
    assert found.by_end == {"to come": found.planned - 1}


def test_each_recipient_has_an_end_of_its_own(url: str) -> None:
    cycle = armed(url, office=OFFICE_TWO)
    wake(url, moment("2021-04-08", 6))
    deliver(url, moment("2021-04-08", 8))
    with unit_of_work(url) as session:
        one = session.exec(select(Notice).where(Notice.recipient == "contact:1")).one()
        one.state = NoticeState.BOUNCED
        session.add(one)
    ends = compared(url, cycle, moment("2021-04-08", 9)).by_end
    assert (ends["accepted"], ends["bounced"]) == (1, 1)


def test_an_address_taken_away_meanwhile_is_no_incident(url: str) -> None:
    cycle = armed(url)
    with unit_of_work(url) as session:
        for contact in session.exec(select(Contact).where(Contact.unit_id == 1)):
            contact.active = False
            session.add(contact)
    wake(url, moment("2021-04-08", 6))
    assert [(n.rung, n.state) for n in notices(url)] == [("NEW", NoticeState.UNREACHABLE)]
    assert compared(url, cycle, moment("2021-04-08", 9)).missing == []
