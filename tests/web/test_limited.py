"""A coordinator who is limited to some plans sees the lines of those, and of no other's, on every list."""

import pytest
from sqlmodel import select

from actions import extensions, plans, rights
from models.database import unit_of_work
from models.people import Person
from tests import builders as b
from tests.web.conftest import NOON, Browser, Console
from tests.web.test_work import hand_in

OTHER = "99/KH"


@pytest.fixture
def other(console: Console) -> str:
    """A second plan, of which nothing is assigned; unit A has handed in and asked for time about the first one's tasks."""
    hand_in(console)
    b.by(console.url, b.MINH, extensions.ask, 2, NOON, new_due_on=b.date(2021, 6, 1), reason="Chờ số liệu")
    with unit_of_work(console.url) as session:
        plans.import_plan(session, b.draft("I.1", number=OTHER, sha256="9" * 64), at=NOON, actor=b.SYSTEM)
    return OTHER


def limited(console: Console, *numbers: str) -> Browser:
    """Mai's browser, after she was limited to these plans."""
    with unit_of_work(console.url) as session:
        mai = session.exec(select(Person).where(Person.code == b.MAI)).one()
        named = [plans.plan_named(session, number).id or 0 for number in numbers]
        rights.limit(session, mai, named, at=NOON, actor=b.SYSTEM)
    return console.browser(b.MAI)


@pytest.mark.parametrize(
    "path", ["/plans", "/assignments", "/assignments.csv", "/review", "/extensions", "/morning"]
)
def test_a_list_has_the_lines_of_ones_own_plans_only(console: Console, other: str, path: str):
    assert b.NUMBER in limited(console).get(path).text
    assert b.NUMBER in limited(console, b.NUMBER).get(path).text
    assert b.NUMBER not in limited(console, other).get(path).text


def test_what_is_counted_is_ones_own(console: Console, other: str):
    waiting = "/extensions"
    assert "Chờ số liệu" in limited(console, b.NUMBER).get(waiting).text
    assert "Chờ số liệu" not in limited(console, other).get(waiting).text


def test_every_line_of_a_filter_means_ones_own(console: Console, other: str):
    form = {"every": "1", "by_when": "open", "what": "suspend", "reason": "Chờ"}
    refused = limited(console, other).post("/changes", form, page="/morning")

    assert refused.status_code == 422
    assert "hãy chọn ít nhất một nhiệm vụ" in refused.text.lower()
    assert (
        "hãy chọn ít nhất một" not in limited(console, b.NUMBER).post("/changes", form, page="/morning").text
    )
