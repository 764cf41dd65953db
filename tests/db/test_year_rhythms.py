"""Daily rhythms in a running year: a decision adds or takes away a working day, shown first, applied when told."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from actions import moves
from actions.chasing import Rules
from actions.people import doer
from actions.rhythms import RhythmDay
from models.cycles import Assignment
from models.database import reading, unit_of_work
from models.ledger import Ledger
from models.notices import Notice, NoticeState
from models.people import Unit
from plan.calendar import Override
from plan.deadlines import Freq, Recurring
from plan.ladder import OFFICE
from plan.lifecycle import WorkState
from tests.builders import AT, MINH, armed, assignments, broken, by, live, moment, notices, put_in, spec, told
from tests.db.test_cycles import compared
from tests.db.test_year_calendar import change, look

PAPER = ("12/TB-BNV", date(2021, 4, 1))
DAILY = Recurring(freq=Freq.DAILY)
FRIDAY, SATURDAY = date(2021, 4, 16), date(2021, 4, 24)
OFF, WORKED = Override(FRIDAY, False, *PAPER), Override(SATURDAY, True, *PAPER)
END = date(2022, 2, 1)


def daily(url: str, **options: Any) -> int:
    return armed(url, spec("II.1", DAILY, ladder="bao-cao", **options))


def on(url: str, day: date) -> list[Assignment]:
    return [a for a in assignments(url) if a.occurrence == day.isoformat()]


def test_a_change_shows_the_days_that_come_and_go_and_writes_nothing(url: str) -> None:
    daily(url, groups=["cac-so"])
    rows = len(told(url))
    seen = look(url, OFF, WORKED, at=AT).moved
    gone = [a.id for a in on(url, FRIDAY)]
    assert seen.rhythms == [
        RhythmDay(gone[0], "II.1", "Sở A", FRIDAY),
        RhythmDay(gone[1], "II.1", "Sở B", FRIDAY),
        RhythmDay(None, "II.1", "Sở A", SATURDAY),
        RhythmDay(None, "II.1", "Sở B", SATURDAY),
    ]
    added = [(n.unit, n.rung, n.new) for n in seen.notices if n.assignment_id == 0 and n.rung in {"T-1", "T"}]
    assert added[:2] == [("Sở A", "T-1", date(2021, 4, 23)), ("Sở A", "T", SATURDAY)]
    assert {n.new for n in seen.notices if n.assignment_id in gone} == {None}
    assert (len(told(url)), on(url, SATURDAY)) == (rows, [])


def test_what_was_shown_is_what_is_applied(url: str) -> None:
    daily(url)
    seen = look(url, OFF, WORKED, at=AT).moved
    assert change(url, OFF, WORKED).moved == seen


def test_a_day_that_is_taken_away_is_owed_by_nobody_and_one_that_is_added_is_chased(url: str) -> None:
    cycle = daily(url)
    change(url, OFF, WORKED)
    live(url, AT.date(), END)
    (off,), (extra,) = on(url, FRIDAY), on(url, SATURDAY)
    assert (off.state, off.next_wake_at) == (WorkState.CANCELLED, None)
    ends = {(n.state, n.reason) for n in notices(url, Notice.assignment_id == off.id)}
    assert ends == {(NoticeState.VOID, "calendar changed by 12/TB-BNV")}
    sent = [
        (n.rung, n.day) for n in notices(url, Notice.assignment_id == extra.id) if n.state is NoticeState.ACCEPTED
    ]  # fmt: skip
    assert sent[:3] == [("T-5", date(2021, 4, 19)), ("T-1", date(2021, 4, 23)), ("T", SATURDAY)]
    with reading(url) as session:
        reasons = session.exec(
            select(Ledger.action).where(col(Ledger.data).contains("calendar changed by 12/TB-BNV"))
        ).all()
    assert {"assignment.cancel", "assignment.made"} <= set(reasons)
    seen = compared(url, cycle, moment(END))
    assert (seen.missing, seen.unplanned, broken(url)) == ([], [], [])


def test_a_decision_that_is_withdrawn_gives_the_day_back(url: str) -> None:
    cycle = daily(url)
    change(url, OFF)
    change(url, at=moment("2021-04-08"), remove=(FRIDAY,))
    assert [(a.serial, a.state) for a in on(url, FRIDAY)] == [
        (1, WorkState.CANCELLED),
        (2, WorkState.ASSIGNED),
    ]
    live(url, AT.date(), END)
    assert compared(url, cycle, moment(END)).missing == []


def test_a_draft_year_has_the_days_of_the_new_calendar(url: str) -> None:
    put_in(url, spec("II.1", DAILY))
    change(url, OFF, WORKED)
    assert (on(url, FRIDAY), len(on(url, SATURDAY))) == ([], 1)


@pytest.mark.parametrize("days", ["passed", "handed in"])
def test_what_has_passed_or_was_handed_in_stays(url: str, days: str) -> None:
    daily(url)
    (one,) = on(url, FRIDAY)
    at = moment("2021-04-19")
    if days == "handed in":
        at = moment("2021-04-14")
        by(url, MINH, moves.submit, one.id or 0, at, note="nộp sớm")
    state = on(url, FRIDAY)[0].state
    assert change(url, OFF, at=at).moved.rhythms == []
    assert on(url, FRIDAY)[0].state is state is not WorkState.CANCELLED


def test_an_added_day_goes_to_whoever_has_the_day_beside_it(url: str) -> None:
    daily(url)
    with unit_of_work(url) as session:
        lan, rules, unit = doer(session, "lan"), Rules.of(session, OFFICE), session.get_one(Unit, 2)
        for a in session.exec(select(Assignment).where(col(Assignment.due_on) >= date(2021, 4, 19))).all():
            moves.reassign(session, a.id or 0, unit, lan, AT, rules, "đổi đơn vị trực")
    change(url, WORKED, Override(date(2021, 4, 10), True, *PAPER))
    assert [a.unit_id for a in on(url, SATURDAY)] == [2]
    assert [a.unit_id for a in on(url, date(2021, 4, 10))] == [1]
