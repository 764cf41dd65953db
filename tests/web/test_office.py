"""The administrator's tables, one's own account, the calendar feed and the API."""

import re

import pytest
from icalendar import Calendar
from sqlmodel import col, select

from models.database import reading
from models.people import Contact, Person, Unit
from tests.web.conftest import Browser, Console
from tests.web.test_door import PASSWORD, sign_in

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


def key_of(browser: Browser, **fields: str | list[str]) -> str:
    fields.setdefault("scopes", ["read", "evidence", "ledger"])
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
