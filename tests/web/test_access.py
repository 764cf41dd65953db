"""Every route × every role, and nobody: let in or refused as the table made from the routes says."""

import re

import pytest

from models.people import PersonRole
from tests import builders as b
from tests.web.conftest import Console
from web.access import Access, every_route, table

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
