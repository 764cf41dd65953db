"""A changed calendar shows what it moves, and moves exactly that, with every notice accounted for."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from actions import calendar as days
from actions.calendar import CalendarChange, change_calendar, changed, preview_change, read_days
from actions.chasing import Rules
from actions.errors import NotFound, Refused
from models.database import reading, unit_of_work
from models.ledger import SYSTEM
from models.notices import NoticeState
from plan.calendar import DaysOff, Override
from plan.deadlines import Fixed
from plan.ladder import OFFICE
from tests.builders import AT, armed, assignments, broken, draft, live, moment, notices, put_in, spec, told
from tests.db.test_cycles import compared

PAPER = ("12/TB-BNV", date(2021, 4, 1))
OFF = Override(date(2021, 5, 20), False, *PAPER)
"""Thursday 20/05/2021, on which the task of the builders is due."""


def look(url: str, *lines: Override, at: datetime | None = None) -> CalendarChange:
    with reading(url) as session:
        rules = Rules.of(session, OFFICE)
        return preview_change(session, rules, changed(rules, lines), at)


def change(url: str, *lines: Override, at: object = AT, remove: tuple[date, ...] = ()) -> CalendarChange:
    with unit_of_work(url) as session:
        rules = Rules.of(session, OFFICE)
        return change_calendar(session, rules, changed(rules, lines, remove), at=at, actor=SYSTEM)  # type: ignore[arg-type]


def later_plan(url: str) -> None:
    """The plan's deadlines on days off fall on the next working day."""
    from actions.plans import plan_named

    with unit_of_work(url) as session:
        plan = plan_named(session, "15/KH-UBND")
        plan.days_off = DaysOff.LATER
        session.add(plan)


def test_looking_at_a_change_writes_nothing(url: str) -> None:
    armed(url)
    rows = len(told(url))
    seen = look(url, OFF)
    assert [d.day for d in seen.days] == [date(2021, 5, 20)]
    assert ("T", date(2021, 5, 20), date(2021, 5, 19)) in [(n.rung, n.old, n.new) for n in seen.moved.notices]
    assert (len(told(url)), notices(url)) == (rows, [])


def test_what_was_shown_is_what_is_applied(url: str) -> None:
    armed(url)
    seen = look(url, OFF)
    assert change(url, OFF).moved == seen.moved
    assert broken(url) == []


def test_a_deadline_moves_by_the_plans_rule_with_a_new_version(url: str) -> None:
    put_in(url)
    later_plan(url)
    from tests.builders import arm

    arm(url)
    done = change(url, OFF)
    assert [(d.old, d.new) for d in done.moved.deadlines] == [(date(2021, 5, 20), date(2021, 5, 21))]
    (one,) = assignments(url)
    assert (one.due_on, one.original_due_on, one.version) == (date(2021, 5, 21), date(2021, 5, 20), 2)
    assert {n.reason for n in notices(url)} == {"planned anew: calendar changed by 12/TB-BNV"}


def test_a_draft_year_is_dated_anew_and_owes_nothing(url: str) -> None:
    put_in(url)
    later_plan(url)
    change(url, OFF)
    (one,) = assignments(url)
    assert (one.due_on, one.original_due_on, one.version, notices(url)) == (
        date(2021, 5, 21),
        date(2021, 5, 21),
        1,
        [],
    )


@pytest.mark.parametrize("day", ["2021-04-12", "2021-05-14", "2021-05-20", "2021-05-24"])
def test_after_a_change_planned_and_actual_still_agree(url: str, day: str) -> None:
    """Whatever had been sent by then: nothing is missing, nothing is told twice, each void line says why."""
    cycle = armed(url, spec(groups=["cac-so"]), spec("II.2", Fixed(date=date(2021, 4, 15))))
    live(url, AT.date(), date.fromisoformat(day))
    lines = [OFF, *(Override(date(2021, 5, d), False, *PAPER) for d in (13, 14, 17, 21, 27))]
    change(url, *lines, Override(date(2021, 5, 22), True, *PAPER), at=moment(day, 11))
    live(url, date.fromisoformat(day), date(2021, 8, 20))
    found = compared(url, cycle, moment("2021-08-21"))
    assert (found.missing, found.unplanned) == ([], [])
    sent = [(n.assignment_id, n.rung, n.recipient) for n in notices(url) if n.state is NoticeState.ACCEPTED]
    assert len(sent) == len(set(sent))
    assert all(n.reason for n in notices(url) if n.state is NoticeState.VOID)


def test_a_second_decision_about_one_day_is_refused(url: str) -> None:
    put_in(url)
    change(url, OFF)
    with pytest.raises(Refused, match="contradict"):
        look(url, replace(OFF, decision="99/TB-BNV", works=True))
    assert look(url, replace(OFF, works=True)).days  # the same decision corrects its own line


def test_a_decision_is_withdrawn_as_a_whole(url: str) -> None:
    armed(url)
    change(url, OFF)
    with reading(url) as session:
        assert days.decision_days(session, "12/TB-BNV") == [date(2021, 5, 20)]
        with pytest.raises(NotFound, match="no day was changed"):
            days.decision_days(session, "1/TB")
    back = change(url, remove=(date(2021, 5, 20),))
    assert ("T", date(2021, 5, 19), date(2021, 5, 20)) in [(n.rung, n.old, n.new) for n in back.moved.notices]
    assert assignments(url)[0].version == 2  # the day that had lost its notice gets it back
    assert "calendar.restored" in {r.action for r in told(url)}
    with pytest.raises(Refused, match="no decision has changed"):
        change(url, remove=(date(2021, 5, 20),))


def test_a_file_of_days_gives_every_error_with_its_place() -> None:
    with pytest.raises(Refused) as refused:
        read_days(
            {"days": [{"day": "2021-02-30", "works": True, "decision": "", "decided_on": "x"}]}, "ngay.yaml"
        )
    assert [p.en.split(":")[1].strip() for p in refused.value.problems] == [
        "days.0.day",
        "days.0.decision",
        "days.0.decided_on",
    ]


def test_a_deadline_that_was_extended_moves_with_its_own_date(url: str) -> None:
    from actions import extensions
    from tests.builders import LAN, MINH, arm, by

    put_in(url, plan=draft("II.1"))
    later_plan(url)
    arm(url)
    asked = by(url, MINH, extensions.ask, 1, AT, new_due_on=date(2021, 6, 24), reason="khó")
    by(url, LAN, extensions.answer, asked.id, AT, grant=True)
    assert change(url, OFF).moved.deadlines == []
    change(url, Override(date(2021, 6, 24), False, *PAPER))
    assert assignments(url)[0].due_on == date(2021, 6, 25)
