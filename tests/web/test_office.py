"""The administrator's tables, one's own account, the calendar feed and the API."""

import re

import httpx
import pytest
from icalendar import Calendar
from sqlmodel import col, select

from models.database import reading
from models.people import Contact, Person, Unit
from plan.lifecycle import WorkState
from tests import builders as b
from tests.web.conftest import Browser, Console
from tests.web.test_door import PASSWORD, sign_in
from tests.web.test_work import hand_in

UNIT = {
    "name": "Sở C",
    "code": "so-c",
    "role-0": "mailbox",
    "name-0": "Văn thư",
    "address-0": "c@so-c.example",
}


@pytest.fixture
def admin(console: Console) -> Browser:
    return console.browser("admin")


def test_a_unit_is_added_and_changed_with_its_addresses(console: Console, admin: Browser):
    assert admin.post("/units", UNIT, page="/units/new").headers["location"] == "/units?said=saved"
    with reading(console.url) as session:
        unit = session.exec(select(Unit).where(Unit.code == "so-c")).one()
    changed = {
        **UNIT,
        "name": "Sở C mới",
        "aliases": "SC; Sở cũ",
        "parent": "1",
        "address-0": "moi@so-c.example",
    }
    admin.post(f"/units/{unit.id}", changed, page=f"/units/{unit.id}")

    with reading(console.url) as session:
        unit = session.exec(select(Unit).where(Unit.code == "so-c")).one()
        addresses = session.exec(
            select(Contact.address).where(Contact.unit_id == unit.id, col(Contact.active))
        ).all()
    assert (unit.name, unit.aliases, unit.parent_id, addresses) == (
        "Sở C mới",
        ["SC", "Sở cũ"],
        1,
        ["moi@so-c.example"],
    )


def test_mistakes_in_a_unit_are_named_by_their_field_and_nothing_typed_is_lost(admin: Browser):
    refused = admin.post("/units", {**UNIT, "name": "", "address-0": "không phải thư"}, page="/units/new")

    assert refused.status_code == 422
    assert 'href="#f-address-0"' in refused.text
    assert "Hãy ghi tên" in refused.text
    assert 'value="không phải thư"' in refused.text


def test_what_is_wrong_with_how_units_are_reached_stands_beside_them(admin: Browser):
    admin.post("/units", {"name": "Sở Im Lặng", "code": "im"}, page="/units/new")

    assert "Chưa ai nhận được thư" in admin.get("/units?words=im").text


def test_links_of_a_leaked_mailbox_are_revoked(console: Console, admin: Browser):
    link = console.link(1)
    admin.post("/contacts/1/revoke-links", page="/units/1")

    assert console.browser().get(link).status_code == 410


def test_somebody_is_added_gets_a_key_and_signs_in(console: Console, admin: Browser):
    person = {"code": "thu", "name": "Thu", "role": "leader", "address": "thu@ubnd.example"}
    admin.post("/people", person, page="/people")
    with reading(console.url) as session:
        number = session.exec(select(Person.id).where(Person.code == "thu")).one()
    page = admin.post(f"/people/{number}/key", page="/people").text
    found = re.search(r"/set-password/[\w-]+", page)
    assert found
    thu = console.browser()
    thu.post(found.group(), {"password": PASSWORD, "again": PASSWORD}, page=found.group())
    assert sign_in(thu, "thu").headers["location"] == "/leader"

    admin.post(f"/people/{number}/active", {"active": "no"}, page="/people")
    assert thu.get("/leader").status_code == 303
    assert sign_in(console.browser(), "thu").status_code == 401


def test_a_units_person_needs_a_unit_and_nobody_shuts_themselves_out(console: Console, admin: Browser):
    refused = admin.post("/people", {"code": "x", "name": "X", "role": "unit"}, page="/people")
    assert "Hãy chọn đơn vị" in refused.text
    with reading(console.url) as session:
        me = session.exec(select(Person.id).where(Person.code == "admin")).one()
    assert "không thể tự khóa" in admin.post(f"/people/{me}/active", {"active": "no"}, page="/people").text


def key_of(browser: Browser, **fields: str) -> str:
    page = browser.post("/account/keys", fields, page="/account").text
    return page.split('<code class="wraps">')[1].split("<")[0]


def test_deadlines_come_as_a_calendar_until_the_address_is_revoked(console: Console):
    minh = console.browser("minh")
    feed = key_of(minh, purpose="calendar").removeprefix(console.settings.public_url)
    events = Calendar.from_ical(console.browser().get(feed).content).walk("VEVENT")
    assert [str(e["summary"]) for e in events] == [
        "15/KH-UBND II.1: Nhiệm vụ II.1",
        "15/KH-UBND II.2: Nhiệm vụ II.2",
    ]

    minh.post("/account/keys/1/revoke", page="/account")
    assert console.browser().get(feed).status_code == 404


def test_nobody_ends_somebody_elses_key(console: Console):
    key_of(console.browser("minh"), purpose="calendar")

    assert console.browser("hoa").post("/account/keys/1/revoke", page="/account").status_code == 404


def call(console: Console, key: str, path: str, method: str = "GET", **options: object) -> httpx.Response:
    headers = {"authorization": f"Bearer {key}"}
    return console.browser().client.request(method, f"/api/v1{path}", headers=headers, **options)  # pyright: ignore[reportArgumentType]


def test_programs_read_with_a_key_and_change_only_with_one_that_may(console: Console):
    hand_in(console)
    lan = console.browser("lan")
    reader, writer = (
        key_of(lan, purpose="api", name="đọc"),
        key_of(lan, purpose="api", name="ghi", may_write="1"),
    )
    listed = call(console, reader, "/assignments?state=submitted").json()
    assert (listed["total"], listed["items"][0]["item"], listed["items"][0]["time_state"]) == (
        1,
        "II.1",
        "on-track",
    )

    assert call(console, reader, "/assignments/1/accept", "POST").status_code == 403
    assert call(console, writer, "/assignments/1/return", "POST", json={"reason": ""}).status_code == 422
    assert call(console, writer, "/assignments/1/accept", "POST").json()["state"] == "completed"
    assert b.assignments(console.url)[0].state is WorkState.COMPLETED
    assert "api-key" in {r.assurance for r in b.told(console.url)}
    again = call(console, writer, "/assignments/1/accept", "POST")
    assert (again.status_code, again.headers["content-type"]) == (422, "application/problem+json")


def test_a_units_key_reaches_its_own_assignments_only(console: Console):
    key = key_of(console.browser("minh"), purpose="api", name="phần mềm của sở", may_write="1")

    assert call(console, key, "/assignments").json()["total"] == 2
    assert call(console, key, "/assignments/3").status_code == 404
    assert call(console, key, "/assignments/3/receive", "POST").status_code == 404
    assert call(console, key, "/assignments/1/receive", "POST").json()["state"] == "received"
    assert call(console, key, "/ledger").status_code == 403


def test_without_a_good_key_programs_are_told_so(console: Console):
    for answer in (console.browser().get("/api/v1/assignments"), call(console, "x", "/units")):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["status"] == 401


def test_the_api_describes_itself(console: Console):
    described = console.browser().get("/api/v1/openapi.json").json()

    assert set(described["paths"]) >= {"/assignments", "/assignments/{number}", "/plans", "/units", "/ledger"}


def test_a_copy_of_the_ledger_can_be_kept_elsewhere(console: Console):
    key = key_of(console.browser("kiem"), purpose="api", name="bản sao")
    rows = call(console, key, "/ledger?after=2&size=3").json()

    assert [r["seq"] for r in rows] == [3, 4, 5]
    assert rows[1]["previous"] == rows[0]["hash"]
