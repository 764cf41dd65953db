"""A past day shows the record as it stood then: states, deadlines, addresses, running years; nothing that came later."""

import re
from datetime import date

import pytest
from sqlmodel import select

from actions import extensions, moves
from models import periods
from models.cycles import Assignment
from models.database import reading, unit_of_work
from models.periods import AssignmentPeriod
from models.queries import armed
from plan.lifecycle import WorkState
from tests import builders as b
from tests.web.conftest import Browser, Console
from tests.web.test_office_rules import DECISION, look, seen

DAY = "2021-04-20"
EVERY = (
    "/assignments", "/assignments/1", "/assignments/2", "/leader", "/plans", "/plans/1?year=2021",
    "/plans/1/timeline/2021", "/plans/1/years/2021/report", "/units", "/units/1",
)  # fmt: skip
"""The pages that can be shown as of a past day."""


def at(console: Console, day: str, number: int = 1) -> Assignment:
    with reading(console.url, date.fromisoformat(day)) as session:
        return session.get_one(Assignment, number)


def then(browser: Browser, page: str, day: str = DAY) -> str:
    answer = browser.get(f"{page}{'&' if '?' in page else '?'}as-of={day}")
    assert answer.status_code == 200
    return answer.text


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


def test_a_redated_deadline_is_the_one_before_it_was_redated(console: Console):
    from actions.plans import plan_named
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
    assert_the_same_when_computed_anew(console)


def assert_the_same_when_computed_anew(console: Console) -> None:
    """What was written as people acted is what the moves, the requests and the ledger say."""
    order = (AssignmentPeriod.assignment_id, AssignmentPeriod.from_day)
    with unit_of_work(console.url) as session:
        written = [row.model_dump() for row in session.exec(select(AssignmentPeriod).order_by(*order))]
        session.expunge_all()
        periods.fill(session)
        computed = [row.model_dump() for row in session.exec(select(AssignmentPeriod).order_by(*order))]
    assert written == computed


def test_what_is_kept_as_people_act_is_what_the_moves_and_the_ledger_say(lived: Console):
    b.by(lived.url, b.LAN, moves.reopen, 1, b.moment("2021-05-03", 13), reason="Nghiệm thu nhầm")
    b.by(lived.url, b.MINH, moves.submit, 1, b.moment("2021-05-04"), note="Lần hai")
    b.by(lived.url, b.LAN, moves.accept, 1, b.moment("2021-05-05"))
    lived.browser("lan").post(
        "/assignments/2/reassign", {"unit": "2", "reason": "Đúng việc"}, page="/assignments/2"
    )
    assert_the_same_when_computed_anew(lived)


def test_a_year_that_did_not_run_yet_shows_nothing(lived: Console):
    with reading(lived.url, b.date(2021, 4, 6)) as session:
        assert armed(session) == []
    with reading(lived.url, b.date(2021, 4, 8)) as session:
        assert [cycle.id for cycle in armed(session)] == [1]
    assert "Không có nhiệm vụ nào như vậy" in then(lived.browser("kiem"), "/assignments", "2021-04-06")


def test_a_task_given_to_another_unit_later_still_belongs_to_the_first_then(lived: Console):
    lived.browser("lan").post(
        "/assignments/2/reassign", {"unit": "2", "reason": "Đúng việc"}, page="/assignments/2"
    )
    lived.at(b.moment("2021-05-05"))

    kiem = lived.browser("kiem")
    assert "chuyển, xem việc mới" not in then(kiem, "/assignments/2", "2021-05-02")
    assert kiem.get("/assignments/4?as-of=2021-05-02").status_code == 404
    assert "Sở B" in then(kiem, "/assignments/4", "2021-05-03")


def test_a_task_of_a_past_day_shows_what_had_been_done_by_then(lived: Console):
    kiem = lived.browser("kiem")

    page = then(kiem, "/assignments/1", "2021-04-15")
    assert "Như cuối ngày 15/04/2021 (Thứ Năm)" in page
    assert "Chờ nghiệm thu" in page
    aside = page.split("<aside>")[1]
    assert "Nộp kết quả" in aside
    assert "Nghiệm thu" not in aside
    assert "30/06/2021" not in then(kiem, "/assignments/2", "2021-04-19")
    assert "Chờ trả lời" in then(kiem, "/assignments/2", "2021-04-20")
    assert kiem.get("/assignments/1?as-of=2021-04-05").status_code == 404


def test_lists_and_figures_of_a_past_day_are_those_of_then(lived: Console):
    kiem = lived.browser("kiem")
    assert "Nhiệm vụ II.3" not in then(kiem, "/assignments?unit=1")
    done = then(kiem, "/assignments?state=completed")
    assert "Nhiệm vụ II.1" in done
    assert "Nhiệm vụ II.2" not in done
    assert "Không có nhiệm vụ nào như vậy" in then(kiem, "/assignments?state=completed", "2021-04-18")
    figure = '<span class="figure tone-done">{}</span>'
    assert figure.format(1) in then(kiem, "/leader")
    assert figure.format(0) in then(kiem, "/leader", "2021-04-18")
    assert "1/1 hoàn thành" in then(kiem, "/plans/1?year=2021")
    assert "1/1 hoàn thành" not in then(kiem, "/plans/1?year=2021", "2021-04-18")
    assert "theo tình hình đến ngày 18/04/2021" in then(kiem, "/plans/1/years/2021/report", "2021-04-18")


@pytest.mark.parametrize("who", ["admin", "lan", "kiem", "binh"])
def test_a_past_day_is_said_kept_in_every_link_and_offers_nothing_that_changes_anything(
    lived: Console, who: str
):
    browser = lived.browser(who)
    for page in EVERY:
        text = then(browser, page)
        assert "Như cuối ngày 20/04/2021 (Thứ Ba)" in text
        assert "Về hôm nay" in text
        main = text.split("<main", 1)[1].split("</main>")[0]
        assert 'method="post"' not in main, page
        links = re.findall(r'<a [^>]*href="([/?][^"#]*)', main)
        assert [x for x in links if "as-of=2021-04-20" not in x and not x.endswith("/text")] == [], page


def test_the_day_is_kept_by_filters_and_left_by_one_link(lived: Console):
    text = then(lived.browser("kiem"), "/assignments?unit=1")
    assert text.count('<input type="hidden" name="as-of" value="2021-04-20">') == 1
    assert 'href="/assignments?unit=1">Về hôm nay' in text


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("/assignments/1/why", "bậc nhắc, lịch và danh bạ hiện nay"),
        ("/ledger", "hãy lọc theo ngày ngay trên trang nhật ký"),
        ("/morning", "việc phải làm hôm nay"),
        ("/office/days", "nhật ký ghi mỗi lần thay đổi"),
        ("/plans/1/years/2021", "bản đã ký không đổi theo ngày"),
    ],
)
def test_a_page_without_a_past_says_why_and_leads_back_to_today(lived: Console, page: str, says: str):
    answer = lived.browser("admin").get(f"{page}?as-of={DAY}")
    assert answer.status_code == 422
    assert says in answer.text
    assert f'href="{page}?">Về hôm nay' in answer.text


@pytest.mark.parametrize("day", ["2030-01-01", "hôm-qua", "0001-01-01"])
def test_a_day_that_is_none_is_refused_in_words_and_today_is_today(lived: Console, day: str):
    kiem = lived.browser("kiem")
    answer = kiem.get(f"/assignments?as-of={day}")
    assert answer.status_code == 422
    assert "Ngày xem lại phải từ 01/01/1996 đến hôm nay" in answer.text
    assert "Về hôm nay" not in then(kiem, "/assignments", "2021-05-03")


def test_a_unit_always_looks_at_today(lived: Console):
    page = lived.browser("minh").get(f"/assignments/2?as-of={DAY}").text
    assert "Về hôm nay" not in page
    assert "30/06/2021" in page


def test_a_units_addresses_of_a_past_day_are_those_of_then(console: Console):
    admin = console.browser("admin")
    kiem = console.browser("kiem")
    console.at(b.moment("2021-04-10"))
    form = {"name": "Sở A", "role-0": "mailbox", "address-0": "moi@so-a.example"}
    admin.post("/units/1", form, page="/units/1")
    console.at(b.moment("2021-04-12"))

    for page in ("/units", "/units/1"):
        assert "a@so-a.example" in then(kiem, page, "2021-04-09")
        after = then(kiem, page, "2021-04-10")
        assert "moi@so-a.example" in after
        assert ">a@so-a.example" not in after
        assert "chưa ghi đơn vị này" in then(kiem, page, "2021-04-01")


def test_the_same_day_is_shown_alike_whatever_happens_later(lived: Console):
    before = at(lived, "2021-04-16", 2).model_dump()
    b.by(lived.url, b.MINH, moves.receive, 2, b.moment("2021-05-05"))
    assert at(lived, "2021-04-16", 2).model_dump() == before
    assert b.broken(lived.url) == []
