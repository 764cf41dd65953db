"""The simulated year: every line that will be owed, who gets it, and a hash that means exactly this list."""

import json
import random
from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from plan.calendar import WorkingCalendar
from plan.ladder import LADDERS, Audience, Delivery, Rung
from plan.owed import decide, next_wake
from plan.recipients import Directory, Reach, Recipient
from plan.simulation import Case, SimulatedNotice, local_hour, sha256, simulate, totals
from tests.builders import AT, ladder, moment, standing

CALENDAR = WorkingCalendar()
MAILBOX = Recipient("contact:1", "Văn thư Sở A", "a@so-a.example")
OFFICER = Recipient("contact:2", "Minh", "minh@so-a.example")
BOSS = Recipient("contact:3", "Giám đốc", "giam-doc@so-a.example")
ABOVE = Recipient("contact:4", "Văn thư UBND", "ubnd@tinh.example")
LAN = Recipient("person:1", "Lan", "lan@ubnd.example")
DIRECTORY = Directory({1: Reach(mailbox=(MAILBOX,), officer=(OFFICER,), superior=(BOSS,))}, (LAN,))


def case(unit_id: int = 1, **changes: object) -> Case:
    return Case(standing(**changes), unit_id, "Sở A", "II.1", "2021")


def lines(*cases: Case, directory: Directory = DIRECTORY) -> list[SimulatedNotice]:
    return list(simulate(cases or (case(),), directory, CALENDAR))


def test_each_line_says_who_when_how_and_why() -> None:
    found = {n.rung: n for n in lines()}
    assert (found["T-7"].day, local_hour(found["T-7"]), found["T-7"].why) == (
        date(2021, 5, 13), "08:00", "trước hạn 7 ngày",
    )  # fmt: skip
    assert (local_hour(found["T"]), found["T"].delivery, found["T"].why) == (
        "07:00",
        Delivery.ALONE,
        "ngày đến hạn",
    )
    assert (found["E+7"].recipient, found["E+7"].why) == (BOSS.key, "báo cáo cấp trên: quá hạn 7 ngày")
    assert (found["NEW"].address, found["NEW"].channel, found["NEW"].why) == (
        MAILBOX.address,
        "mail",
        "giao nhiệm vụ",
    )


def test_an_address_with_a_scheme_is_a_channel_of_its_own() -> None:
    assert Recipient("contact:9", "Nhóm", "tgram://token/chat").channel == "tgram"


def test_who_stands_behind_an_audience() -> None:
    deputy = Recipient("contact:5", "Phó", "pho@so-a.example")
    everyone = Directory(
        {
            1: Reach((MAILBOX,), (OFFICER,), (deputy,), (BOSS,), (ABOVE,)),
            2: Reach(officer=(OFFICER,), parent_mailbox=(ABOVE,)),
            3: Reach(deputy=(deputy,)),
        },
        (LAN,),
    )
    assert [list(everyone.who(unit, Audience.UNIT)) for unit in (1, 2, 3, 4)] == [
        [MAILBOX],
        [OFFICER],
        [deputy],
        [],
    ]
    assert [list(everyone.who(unit, Audience.SUPERIOR)) for unit in (1, 2, 3)] == [[BOSS], [ABOVE], []]
    assert list(everyone.who(4, Audience.COORDINATOR)) == [LAN]


def test_a_rung_on_one_channel_reaches_those_who_have_it_and_all_where_nobody_does() -> None:
    phone = Recipient("contact:6", "Văn thư", "tgram://token/chat")
    both = Directory({1: Reach(mailbox=(MAILBOX, phone)), 2: Reach(mailbox=(MAILBOX,))})
    assert [list(both.who(1, Audience.UNIT, None, c)) for c in (None, "mail", "tgram", "slack")] == [
        [MAILBOX, phone],
        [MAILBOX],
        [phone],
        [MAILBOX, phone],
    ]
    assert list(both.who(2, Audience.UNIT, None, "tgram")) == [MAILBOX]
    rungs = ladder(Rung(days=-3, channel="mail"), Rung(days=0, channel="tgram"), Rung(days=1))
    sent = lines(case(ladder=rungs, announce=False), directory=both)
    assert [(n.rung, n.channel) for n in sent if n.audience is Audience.UNIT] == [
        ("T-3", "mail"), ("T", "tgram"), ("T+1", "mail"), ("T+1", "tgram"),
    ]  # fmt: skip


def test_a_unit_that_nobody_can_reach_is_shown_as_such() -> None:
    found = [n for n in lines(case(unit_id=9)) if n.audience is Audience.UNIT]
    assert found and all(n.unreachable and n.recipient == "" for n in found)


def test_a_notice_has_one_line_per_recipient() -> None:
    two = Directory({1: Reach(mailbox=(MAILBOX, OFFICER))})
    found = lines(case(ladder=ladder(Rung(days=-7)), announce=False), directory=two)
    assert [(n.rung, n.recipient) for n in found] == [("T-7", MAILBOX.key), ("T-7", OFFICER.key)]


def test_what_passed_before_arming_is_listed_as_void() -> None:
    found = {n.rung: n.void for n in lines(case(since=moment("2021-05-17", 9)))}
    assert {rung for rung, void in found.items() if void} == {"T-30", "T-7", "T-3"}
    assert {void for void in found.values() if void} == {"before arming"}


def test_the_signed_line_holds_ids_and_dates_only() -> None:
    (line,) = [json.loads(n.line()) for n in lines() if n.rung == "T-7"]
    assert line == [1, 1, "T-7", "2021-05-13", "contact:1", "2021-05-13T01:00:00+00:00", "digest", "mail", ""]


@given(st.randoms(use_true_random=False))
def test_the_hash_is_of_the_list_and_not_of_its_order(chance: random.Random) -> None:
    shuffled = lines(case(), case(assignment_id=2))
    expected = sha256(shuffled)
    chance.shuffle(shuffled)
    assert sha256(shuffled) == expected


@given(st.data())
def test_any_change_that_matters_changes_the_hash(data: st.DataObject) -> None:
    before = lines()
    at = data.draw(st.integers(0, len(before) - 1))
    one = before[at]
    other = data.draw(st.sampled_from([
        one._replace(day=date(2022, 1, 3)), one._replace(recipient="contact:77"), one._replace(void="before arming"),
        one._replace(send_after=one.send_after.replace(minute=1)), one._replace(rung="T-99"), one._replace(version=7),
    ]))  # fmt: skip
    assert sha256([*before[:at], other, *before[at + 1 :]]) != sha256(before)
    assert sha256([*before[:at], *before[at + 1 :]]) != sha256(before)


@given(st.integers(1, 300), st.sampled_from(sorted(LADDERS)), st.integers(1, 500))
def test_what_was_simulated_is_what_the_wakes_then_owe(days: int, name: str, item: int) -> None:
    """The list that is signed and the list that is sent come out of one rule."""
    due = date.fromordinal(AT.date().toordinal() + days)
    one = standing(due_on=due, ladder=LADDERS[name], item_id=item, delivered=99)
    owed: list[tuple[str, date]] = []
    decided: set[tuple[str, date]] = set()
    while (following := next_wake(one, CALENDAR, decided)) is not None:
        for decision in decide(one, CALENDAR, decided, following.at):
            decided.add((decision.notice.rung, decision.notice.day))
            owed += [] if decision.void else [(decision.notice.rung, decision.notice.day)]
    signed = simulate([Case(one, 1, "Sở A", "II.1", "2021")], DIRECTORY, CALENDAR)
    assert Counter(owed) == Counter((n.rung, n.day) for n in signed if not n.void)


def test_totals_count_notices_mails_and_who_cannot_be_reached() -> None:
    found = lines(case(), case(assignment_id=2), case(unit_id=9, assignment_id=3))
    summed = totals(found)
    assert summed.notices == len(found)
    assert summed.unreachable == sum(not n.recipient for n in found)
    assert summed.digests == len({n.day for n in found if n.recipient and n.delivery is Delivery.DIGEST})
    assert summed.alone == sum(n.delivery is Delivery.ALONE for n in found)
    assert sum(summed.per_day.values()) == summed.per_unit["Sở A"] == summed.notices
    assert list(summed.per_day) == sorted(summed.per_day)
    assert summed.busiest[0][1] == max(summed.per_day.values())
