"""Every route × every role, and nobody: let in or refused as the table made from the routes says."""

import re
from datetime import date

import pytest
from sqlmodel import select

from actions import disputes, extensions, plans, rights
from models.database import unit_of_work
from models.people import Person, PersonRole
from tests import builders as b
from tests.web.conftest import NOON, Console
from tests.web.test_work import hand_in
from web.access import PAGE, Access, access_page, every_route, table
from web.reach import about

CODES = {
    PersonRole.ADMINISTRATOR: "admin", PersonRole.COORDINATOR: "lan", PersonRole.LEADER: "binh",
    PersonRole.UNIT: "minh", PersonRole.AUDITOR: "kiem",
}  # fmt: skip
ROUTES = every_route()
PAGES = [a for a in ROUTES if a.method == "GET" and a.roles is not None]
FORMS = [a for a in ROUTES if a.method == "POST" and a.roles is not None]
SAMPLES = {
    "number": "1",
    "item_id": "1",
    "year": "2021",
    "page": "1",
    "quarter": "2",
    "submission": "1",
    "sha256": "0" * 64,
    "extension": "1",
    "key_id": "1",
    "name": "chuan",
    "letter": "digest",
    "kind": "csv",
    "session_id": "0" * 16,
    "day": "2021-04-07",
}


def address(access: Access) -> str:
    return re.sub(r"{(\w+)}", lambda m: SAMPLES[m.group(1)], access.path)


def name(access: Access) -> str:
    return f"{access.method} {access.path}"


@pytest.mark.parametrize("access", PAGES, ids=name)
def test_a_page_lets_in_exactly_the_roles_of_the_table(console: Console, access: Access):
    for role, code in CODES.items():
        status = console.browser(code).get(address(access)).status_code
        assert (status == 403) is (role not in (access.roles or ())), (role, status)
        assert status in {200, 303, 403, 404}, (role, status)


@pytest.mark.parametrize("access", PAGES, ids=name)
def test_nobody_signed_in_is_asked_to_sign_in_first(console: Console, access: Access):
    answer = console.browser().get(address(access))

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")


@pytest.mark.parametrize("access", FORMS, ids=name)
def test_a_form_of_another_role_changes_nothing_and_the_refusal_is_in_the_ledger(
    console: Console, access: Access
):
    for role, code in CODES.items():
        if role not in (access.roles or ()):
            before = len(b.told(console.url))
            refused = console.browser(code).post(address(access), page="/no-such-page")
            rows = b.told(console.url)[before:]
            assert refused.status_code == 403
            assert [r.action for r in rows] == ["sign-in.accepted", "access.refused"]


@pytest.mark.parametrize("access", FORMS, ids=name)
def test_a_form_without_a_session_or_a_mark_changes_nothing(console: Console, access: Access):
    before = b.told(console.url)
    assert console.browser().client.post(address(access)).status_code in {401, 403}
    assert console.browser("lan").client.post(address(access)).status_code == 403
    assert [r.action for r in b.told(console.url)[len(before) :]] == ["sign-in.accepted"]


OBJECTS = [a for a in ROUTES if about(a.path)]
FOREIGNERS = {"hoa": PersonRole.UNIT, "mai": PersonRole.COORDINATOR}


@pytest.fixture
def lived(console: Console) -> Console:
    """Unit A has handed in, asked for time and objected; Mai coordinates another plan only."""
    hand_in(console)
    b.by(console.url, "minh", extensions.ask, 2, NOON, new_due_on=date(2021, 6, 1), reason="x")
    b.by(console.url, "minh", disputes.dispute, 2, NOON, "x")
    with unit_of_work(console.url) as session:
        plans.import_plan(session, b.draft("I.1", number="99/KH", sha256="9" * 64), at=NOON, actor=b.SYSTEM)
        mai = session.exec(select(Person).where(Person.code == "mai")).one()
        other = plans.plan_named(session, "99/KH").id or 0
        rights.limit(session, mai, [other], at=NOON, actor=b.SYSTEM)
    return console


@pytest.mark.parametrize("access", OBJECTS, ids=name)
def test_another_units_person_and_another_plans_coordinator_reach_nothing(lived: Console, access: Access):
    """Everything that the addresses name is there: who it belongs to does reach it."""
    for code, role in FOREIGNERS.items():
        if role not in (access.roles or ()):
            continue
        browser = lived.browser(code)
        before = b.told(lived.url)
        if access.method == "GET":
            answer = browser.get(address(access))
        else:
            answer = browser.post(address(access), {"reason": "x", "words": "x"}, page="/no-such-page")
        assert answer.status_code == 403, code
        assert [r.action for r in b.told(lived.url)[len(before) :]] == ["access.refused"]


@pytest.mark.parametrize("number", ["+1", "1.0", "%201", "01x"])
@pytest.mark.parametrize("path", ["/assignments/{}", "/plans/{}", "/mine/{}"])
def test_a_number_in_other_writing_reaches_nothing(lived: Console, path: str, number: str):
    for code in FOREIGNERS:
        assert lived.browser(code).get(path.format(number)).status_code in {403, 404}


@pytest.mark.parametrize("path", ["/assignments/1", "/plans/1", "/mine/1"])
def test_whom_it_belongs_to_reaches_it(lived: Console, path: str):
    assert lived.browser("minh" if path.startswith("/mine") else "lan").get(path).status_code == 200


@pytest.mark.parametrize("number", ["0", "99999", "2147483648", "9" * 30])
@pytest.mark.parametrize("path", ["/assignments/{}", "/plans/{}", "/mine/{}", "/people/{}/plans"])
def test_a_number_that_nothing_has_is_not_found(console: Console, path: str, number: str):
    who = {"/mine/{}": "minh", "/people/{}/plans": "admin"}.get(path, "lan")

    assert console.browser(who).get(path.format(number)).status_code == 404


def test_the_table_in_the_docs_is_the_one_that_runs():
    assert PAGE.read_text("utf-8") == access_page(), "write it anew: make docs"


def test_only_the_door_the_answer_page_and_the_machines_questions_are_open_to_everybody():
    open_ones = {a.path.split("/")[1] for a in ROUTES if a.roles is None}

    assert open_ones == {
        "",
        "a",
        "calendar",
        "health",
        "metrics",
        "sign-in",
        "sign-out",
        "set-password",
        "language",
    }


def test_the_table_has_a_line_for_each_route():
    assert len(table().splitlines()) == len(ROUTES) + 2
