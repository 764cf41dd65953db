"""Wakes: late, twice, at once or after an outage, each assignment gets what is owed now, once, and the rest is void."""

import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col

from actions import chasing, moves
from actions.errors import Refused
from models.database import engine_for, reading, unit_of_work
from models.notices import Notice, NoticeState
from models.people import Contact
from plan.deadlines import Fixed, Ongoing
from plan.kinds import NoticeKind
from plan.ladder import OFFICE
from tests.builders import (
    AT,
    LAN,
    MINH,
    armed,
    assignments,
    broken,
    by,
    deliver,
    live,
    moment,
    notices,
    put_in,
    spec,
    told,
    wake,
)

TWO_ADDRESSES = """
groups: [{code: cac-so, name: Các Sở}]
units:
  - code: so-a
    name: Sở A
    contacts:
      - {address: a@so-a.example}
      - {address: b@so-a.example}
      - {address: giam-doc@so-a.example, role: superior}
"""


def rungs(url: str, state: NoticeState = NoticeState.OWED) -> list[str]:
    return [n.rung for n in notices(url, Notice.state == state)]


def void(url: str) -> dict[str, str]:
    return {n.rung: n.reason for n in notices(url, Notice.state == NoticeState.VOID)}


def test_a_wake_writes_down_what_is_owed_and_when_to_look_again(url: str) -> None:
    armed(url, spec(groups=["cac-so"]))
    woken = wake(url, moment("2021-04-08", 6))
    assert (woken.owed, woken.unreachable, woken.void) == (Counter(NEW=2), 0, Counter())
    assert [(n.rung, n.kind, n.address, n.send_after) for n in notices(url)] == [
        ("NEW", NoticeKind.ASSIGNED, "a@so-a.example", moment("2021-04-08", 8)),
        ("NEW", NoticeKind.ASSIGNED, "b@so-b.example", moment("2021-04-08", 8)),
    ]  # fmt: skip
    assert [a.next_rungs for a in assignments(url)] == ["T-30", "T-30"]
    assert "notices.decided" in {r.action for r in told(url)}


def test_before_its_moment_a_wake_finds_nothing(url: str) -> None:
    armed(url)
    assert wake(url, moment("2021-04-07", 23)).owed == Counter()
    assert notices(url) == []


def test_a_second_wake_finds_nothing_left(url: str) -> None:
    armed(url)
    wake(url, moment("2021-04-08", 6))
    again = wake(url, moment("2021-04-08", 7))
    assert (again.owed, again.void, len(notices(url))) == (Counter(), Counter(), 1)


def test_a_wake_of_one_item_leaves_the_others_and_counts_its_units(url: str) -> None:
    armed(url, spec("II.1", groups=["cac-so"]), spec("II.2"))
    by(url, MINH, moves.submit, 1, AT, note="xong")
    by(url, LAN, moves.accept, 1, AT)
    woken = wake(url, moment("2021-04-08", 6), item_id=1)
    assert (woken.owed, woken.units, woken.done) == (Counter(NEW=1), 2, 1)
    assert {
        n.assignment_id for n in notices(url, Notice.rung == "NEW", Notice.state == NoticeState.OWED)
    } == {2}


def test_a_draft_is_never_woken(url: str) -> None:
    put_in(url)
    assert wake(url, moment("2022-01-01")).owed == Counter()


def test_after_an_outage_one_current_notice_goes_out_per_assignment(url: str) -> None:
    armed(url, spec(groups=["cac-so"]))
    live(url, AT.date(), date(2021, 5, 16))
    woken = wake(url, moment("2021-05-21", 6))
    assert woken.owed == Counter({"T+1": 2})
    assert woken.void == Counter({"outage, replaced by T+1": 4})
    assert deliver(url, moment("2021-05-21", 8)) == 2
    assert {(n.rung, n.reason) for n in notices(url, Notice.state == NoticeState.VOID)} == {
        ("T-3", "outage, replaced by T+1"), ("T", "outage, replaced by T+1"),
    }  # fmt: skip


def test_a_reminder_that_still_waits_gives_way_to_the_next(url: str) -> None:
    """Sending was stopped: when it goes on, nobody gets a backlog."""
    armed(url)
    for day in ("2021-04-08", "2021-04-20", "2021-05-13"):
        wake(url, moment(day, 6))
    assert rungs(url) == ["T-7"]
    assert void(url) == {"NEW": "still waiting, replaced by T-30", "T-30": "still waiting, replaced by T-7"}


def test_an_escalation_waits_for_its_number_and_goes_out_the_working_day_after_it_is_reached(
    url: str,
) -> None:
    armed(url)
    for day in ("2021-04-08", "2021-04-20", "2021-05-27"):
        wake(url, moment(day, 6))
        deliver(url, moment(day, 8), NoticeState.FAILED if day == "2021-04-20" else NoticeState.ACCEPTED)
    assert notices(url, Notice.rung == "E+7") == []
    assert assignments(url)[0].escalation_waits
    live(url, date(2021, 5, 28), date(2021, 6, 3))  # T+14, by which the unit is told a third time
    assert assignments(url)[0].next_wake_at == moment("2021-06-04", 1, 7)
    live(url, date(2021, 6, 4), date(2021, 6, 30))
    assert [(n.rung, n.recipient, n.owed_at) for n in notices(url, Notice.kind == NoticeKind.ESCALATION)] == [
        ("E+7", "contact:2", moment("2021-06-04", 6)), ("E+30", "contact:2", moment("2021-06-18", 6)),
    ]  # fmt: skip
    assert not assignments(url)[0].escalation_waits


def test_two_addresses_of_one_unit_are_one_notice_delivered(url: str) -> None:
    """A unit with two mailboxes is not reported to its superior after half as many notices."""
    armed(url, office=TWO_ADDRESSES)
    for day in ("2021-04-08", "2021-04-20", "2021-05-27"):
        wake(url, moment(day, 6))
        deliver(url, moment(day, 8))
    assert notices(url, Notice.rung == "E+7") == []


def test_a_unit_that_nobody_can_reach_is_counted_and_not_reported(url: str) -> None:
    armed(url)
    with unit_of_work(url) as session:
        session.get_one(Contact, 1).active = False
    woken = wake(url, moment("2021-04-08", 6))
    assert (woken.owed, woken.unreachable) == (Counter(), 1)
    assert [(n.state, n.reason) for n in notices(url)] == [(NoticeState.UNREACHABLE, "nobody can receive it")]
    live(url, date(2021, 4, 9), date(2021, 7, 16))
    assert void(url)["E+7"] == void(url)["E+30"] == "no escalation: 0 of 3 notices delivered"
    assert assignments(url)[0].next_wake_at is None


def test_a_bounced_address_is_not_used_again(url: str) -> None:
    armed(url, office=TWO_ADDRESSES)
    with unit_of_work(url) as session:
        session.get_one(Contact, 1).bounced_at = AT
    wake(url, moment("2021-04-08", 6))
    assert [n.address for n in notices(url)] == ["b@so-a.example"]


def test_each_kind_of_notice_is_named_for_its_day(url: str) -> None:
    armed(url)
    live(url, AT.date(), date(2021, 6, 4))
    found = {n.rung: n.kind for n in notices(url)}
    assert found == {
        "NEW": "assigned", "T-30": "reminder", "T-7": "reminder", "T-3": "reminder", "T": "last_day", "T+1": "overdue",
        "E+7": "escalation", "T+14": "overdue",
    }  # fmt: skip


def test_an_undated_task_is_reviewed_once_a_year_by_both_sides(url: str) -> None:
    armed(url, spec("II.1", Ongoing(), undated=True))
    live(url, AT.date(), date(2021, 12, 31))
    asked = [(n.rung, n.kind, n.recipient, n.day) for n in notices(url, col(Notice.rung).contains("REVIEW"))]
    assert sorted(asked) == [
        ("C-REVIEW", "review", "person:1", date(2021, 11, 15)), ("C-REVIEW", "review", "person:2", date(2021, 11, 15)),
        ("REVIEW", "review", "contact:1", date(2021, 11, 15)),
    ]  # fmt: skip


def test_an_hour_rung_wakes_at_its_hour(url: str) -> None:
    armed(url, spec("II.1", Fixed(date=date(2021, 5, 20), time=time(15))))
    live(url, AT.date(), date(2021, 5, 20))
    assert assignments(url)[0].next_rungs == "T-3h"
    wake(url, moment("2021-05-20", 12))
    assert rungs(url) == ["T-3h"]


def test_the_wakes_that_are_needed_are_listed_once_per_item_and_moment(url: str) -> None:
    armed(url, spec("II.1", groups=["cac-so"]), spec("II.2"))
    with reading(url) as session:
        due = list(chasing.due_items(session, moment("2021-04-09")))
    assert [(item, rung) for item, _, rung in sorted(due)] == [(1, "NEW"), (2, "NEW")]


def test_two_wakes_at_once_decide_once(url: str) -> None:
    armed(url, *(spec(f"II.{n}", groups=["cac-so"]) for n in range(1, 6)))
    both = Barrier(3)

    def at_once(job: Callable[[], chasing.Woken]) -> chasing.Woken:
        both.wait()
        return job()

    night = moment("2021-04-08", 6)
    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(at_once, lambda: wake(url, night)) for _ in range(2)]
        jobs.append(pool.submit(at_once, lambda: wake(url, night, item_id=2)))
        assert sum(job.result().owed.total() for job in jobs) == 10
    assert len(notices(url)) == 10
    assert broken(url) == []


def test_a_wake_that_fails_half_way_leaves_nothing(url: str) -> None:
    armed(url)
    before = len(told(url))
    with pytest.raises(LookupError), unit_of_work(url) as session:
        chasing.wake(session, moment("2021-04-08", 6), OFFICE)
        raise LookupError
    assert (notices(url), len(told(url))) == ([], before)
    assert wake(url, moment("2021-04-08", 6)).owed == Counter(NEW=1)


ACTIONS = st.sampled_from(
    ["submit", "accept", "return", "suspend", "resume", "cancel", "reopen", "none", "none"]
)


def act(url: str, what: str, day: date) -> None:
    """Do it if the state allows it."""
    at = moment(day, 5)
    acts: dict[str, Callable[[], object]] = {
        "submit": lambda: by(url, MINH, moves.submit, 1, at, note="x"),
        "accept": lambda: by(url, LAN, moves.accept, 1, at),
        "return": lambda: by(url, LAN, moves.send_back, 1, at, reason="x"),
        "suspend": lambda: by(url, LAN, moves.suspend, 1, at, reason="x"),
        "resume": lambda: by(url, LAN, moves.resume, 1, at),
        "cancel": lambda: by(url, LAN, moves.cancel, 1, at, reason="x"),
        "reopen": lambda: by(url, LAN, moves.reopen, 1, at, reason="x"),
        "none": lambda: None,
    }
    with suppress(Refused):
        acts[what]()


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(1, 25), ACTIONS, st.booleans()), max_size=10))
def test_whatever_happens_each_signed_line_gets_one_end_with_its_reason(
    sqlite_template: Path, steps: list[tuple[int, str, bool]]
) -> None:
    """Random days on which the engine runs at all, random acts of people, and mail that goes out or not."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{shutil.copy(sqlite_template, folder)}"
        armed(url)
        day = AT.date()
        for days, what, sends in steps:
            day += timedelta(days=days)
            act(url, what, day)
            wake(url, moment(day, 6))
            if sends:
                deliver(url, moment(day, 8, 5))
        wake(url, moment("2022-01-03", 6))
        found = [n for n in notices(url) if ":" not in n.rung]
        assert all(count == 1 for count in Counter((n.version, n.rung) for n in found).values())
        signed = [n for n in found if n.version == 1]
        assert len(signed) == 15
        assert all(n.reason for n in found if n.state is NoticeState.VOID)
        assert assignments(url)[0].next_wake_at is None
        assert broken(url) == []
        engine_for(url).dispose()
