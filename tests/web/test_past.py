"""A past day shows the record as it stood then: states, deadlines, addresses, running years; nothing that came later."""

import pytest

from actions import extensions, moves
from models.as_of import Past, assignments_at, running_at
from models.database import reading
from plan.lifecycle import WorkState
from tests import builders as b
from tests.web.conftest import Console
from tests.web.test_office_rules import DECISION, look, seen

DAY = "2021-04-20"


def at(console: Console, day: str, number: int = 1) -> Past:
    with reading(console.url) as session:
        (found,) = assignments_at(session, b.moment(day, 23), b.moment("2021-12-01"), number=number)
    return found


@pytest.fixture
def lived(console: Console) -> Console:
    """Task 1: received on 12/4, handed in on 15/4, accepted on 19/4. Task 2: extended on 21/4 to 30/6."""
    b.by(console.url, b.MINH, moves.receive, 1, b.moment("2021-04-12"))
    b.by(console.url, b.MINH, moves.submit, 1, b.moment("2021-04-15"), note="Xong")
    b.by(console.url, b.LAN, moves.accept, 1, b.moment("2021-04-19"))
    new = {"new_due_on": b.date(2021, 6, 30), "reason": "Chờ số liệu"}
    b.by(console.url, b.MINH, extensions.ask, 2, b.moment("2021-04-20"), **new)
    b.by(console.url, b.LAN, extensions.answer, 1, b.moment("2021-04-21"), grant=True)
    console.at(b.moment("2021-05-03", 12))
    return console


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2021-04-08", WorkState.ASSIGNED),
        ("2021-04-12", WorkState.RECEIVED),
        ("2021-04-15", WorkState.SUBMITTED),
        ("2021-04-18", WorkState.SUBMITTED),
        ("2021-04-19", WorkState.COMPLETED),
        ("2021-05-01", WorkState.COMPLETED),
    ],
)
def test_the_state_of_a_past_day_is_the_one_of_then(lived: Console, day: str, state: WorkState):
    assert at(lived, day).state is state


def test_the_deadline_of_a_past_day_is_the_one_before_it_was_extended(lived: Console):
    assert at(lived, "2021-04-20", 2).due_on == b.date(2021, 5, 20)
    assert at(lived, "2021-04-21", 2).due_on == b.date(2021, 6, 30)


def test_a_redated_deadline_is_taken_back_from_the_ledger(console: Console):
    from actions.plans import plan_named
    from models.database import unit_of_work
    from plan.calendar import DaysOff

    with unit_of_work(console.url) as session:
        plan = plan_named(session, b.NUMBER)
        plan.days_off = DaysOff.LATER
        session.add(plan)
    console.at(b.moment("2021-04-22"))
    admin = console.browser("admin")
    admin.post("/office/days", {**DECISION, **seen(look(admin))}, page="/office/days")

    assert at(console, "2021-04-22").due_on == b.date(2021, 5, 21)
    assert at(console, "2021-04-21").due_on == b.date(2021, 5, 20)


def test_a_year_that_did_not_run_yet_shows_nothing(lived: Console):
    with reading(lived.url) as session:
        assert running_at(session, b.moment("2021-04-06")) == set()
        assert running_at(session, b.moment("2021-04-08")) == {1}


def test_a_task_given_to_another_unit_later_still_belongs_to_the_first_then(lived: Console):
    lived.browser("lan").post(
        "/assignments/2/reassign", {"unit": "2", "reason": "Đúng việc"}, page="/assignments/2"
    )

    with reading(lived.url) as session:
        now = b.moment("2021-05-04")
        then = assignments_at(session, b.moment("2021-05-02"), now)
        after = assignments_at(session, b.moment("2021-05-03", 23), now)
    assert [p.unit_id for p in then if p.number in {2, 4}] == [1]
    assert [(p.state, p.unit_id) for p in after if p.number == 4] == [(WorkState.ASSIGNED, 2)]


def test_the_page_says_as_of_when_and_hides_what_came_later(lived: Console):
    kiem = lived.browser("kiem")

    page = kiem.get(f"/past?day={DAY}").text
    assert "Như cuối ngày Thứ Ba, ngày 20/04/2021" in page
    assert "(nay 30/06/2021)" in page
    one = kiem.get("/past/assignments/1?day=2021-04-15").text
    assert "chờ nghiệm thu" in one
    assert "Nộp kết quả" in one
    assert "Nghiệm thu" not in one.split("<aside>")[1]
    assert kiem.get("/past/assignments/1?day=2021-04-06").status_code == 404


def test_lists_of_a_past_day_are_narrowed_by_unit_state_and_lateness(lived: Console):
    kiem = lived.browser("kiem")
    assert "Nhiệm vụ II.3" not in kiem.get(f"/past?day={DAY}&unit=1").text
    done = kiem.get(f"/past?day={DAY}&state=completed").text
    assert "Nhiệm vụ II.1" in done
    assert "Nhiệm vụ II.2" not in done
    assert "không có nhiệm vụ nào như vậy" in kiem.get(f"/past?day={DAY}&when=late").text


def test_a_day_to_come_is_today_and_nonsense_is_yesterday(lived: Console):
    kiem = lived.browser("kiem")
    assert "ngày 03/05/2021.</strong>" in kiem.get("/past?day=2030-01-01").text
    assert "ngày 02/05/2021.</strong>" in kiem.get("/past?day=hôm-qua").text


def test_a_units_addresses_of_a_past_day_are_those_of_then(console: Console):
    admin = console.browser("admin")
    kiem = console.browser("kiem")
    console.at(b.moment("2021-04-10"))
    form = {"name": "Sở A", "role-0": "mailbox", "address-0": "moi@so-a.example"}
    admin.post("/units/1", form, page="/units/1")
    console.at(b.moment("2021-04-12"))

    assert "a@so-a.example" in kiem.get("/past/units?day=2021-04-09").text
    page = kiem.get("/past/units?day=2021-04-10").text
    assert "moi@so-a.example" in page
    assert ">a@so-a.example" not in page
    assert "chưa ghi đơn vị này" in kiem.get("/past/units?day=2021-04-01").text


def test_the_same_day_is_shown_alike_whatever_happens_later(lived: Console):
    before = at(lived, "2021-04-16")
    b.by(lived.url, b.MINH, moves.receive, 2, b.moment("2021-05-05"))
    with reading(lived.url) as session:
        assert assignments_at(session, b.moment("2021-04-16", 23), b.moment("2021-06-01"), number=1) == [
            before
        ]
    assert b.broken(lived.url) == []
