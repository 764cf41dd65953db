"""Every fault of a directory is found, once, with where it is mended."""

from datetime import date

import pytest
from sqlmodel import select

from models.database import reading, unit_of_work
from models.lint import Fault, Found, lint, parent_circle
from models.people import Contact, ContactRole, Person, PersonRole, Unit, UnitGroup
from models.year import Absence
from tests.builders import AT, armed


def found(url: str) -> list[Found]:
    with reading(url) as session:
        return lint(session)


def kinds(url: str) -> set[Fault]:
    return {f.fault for f in found(url)}


def test_a_directory_without_a_fault_has_none_but_the_unit_that_nothing_is_given_to(url: str) -> None:
    armed(url)
    assert [(f.fault, f.name) for f in found(url)] == [(Fault.IDLE, "Sở B")]


def test_a_bounced_mailbox_of_a_unit_with_work_comes_first(url: str) -> None:
    armed(url)
    with unit_of_work(url) as session:
        contact = session.get_one(Contact, 1)
        contact.bounced_at = AT
        session.add(contact)
    assert [f.fault for f in found(url)][:2] == [Fault.UNREACHABLE, Fault.BOUNCED]
    assert found(url)[1].others == ("a@so-a.example",)


def test_circles_of_units_and_deputies_are_told_once(url: str) -> None:
    armed(url)
    with unit_of_work(url) as session:
        first, second = session.get_one(Unit, 1), session.get_one(Unit, 2)
        first.parent_id, second.parent_id = 2, 1
        session.add_all([first, second])
        days = {"first_day": date(2021, 5, 1), "last_day": date(2021, 5, 9), "made_by": "x", "made_at": AT}
        session.add(Absence(who="person:1", deputy="person:2", **days))
        session.add(Absence(who="person:2", deputy="person:1", **days))
    told = [f for f in found(url) if f.fault in (Fault.PARENT_CIRCLE, Fault.DEPUTY_CIRCLE)]
    assert [(f.fault, f.name) for f in told] == [(Fault.PARENT_CIRCLE, "Sở A"), (Fault.DEPUTY_CIRCLE, "Lan")]


@pytest.mark.parametrize(
    ("fault", "row"),
    [
        (Fault.SAME_ADDRESS, Contact(unit_id=2, role=ContactRole.OFFICER, address="A@so-a.example")),
        (Fault.OWN_SUPERIOR, Contact(unit_id=1, role=ContactRole.SUPERIOR, address="a@so-a.example")),
        (Fault.SAME_NAME, Unit(code="x", name="Sở X", aliases=["sở a"])),
        (Fault.MUTE, Unit(code="x", name="Sở X")),
        (Fault.NO_SUPERIOR, Unit(code="x", name="Sở X")),
        (Fault.EMPTY_GROUP, UnitGroup(code="x", name="Khối X")),
        (Fault.NO_UNIT, Person(code="x", name="X", role=PersonRole.UNIT)),
        (
            Fault.DEPUTY_LOST,
            Absence(
                who="person:1", deputy="contact:99", first_day=date(2021, 5, 1), last_day=date(2021, 5, 2),
                made_by="x", made_at=AT,
            ),
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, Fault) else "",
)  # fmt: skip
def test_each_other_fault_is_found(url: str, fault: Fault, row: object) -> None:
    armed(url)
    assert fault not in kinds(url)
    with unit_of_work(url) as session:
        session.add(type(row)(**row.model_dump(exclude={"id"})))  # type: ignore[attr-defined]
    assert fault in kinds(url)


def test_no_coordinator_with_an_address_is_a_fault_of_the_whole_office(url: str) -> None:
    armed(url)
    with unit_of_work(url) as session:
        for person in session.exec(select(Person).where(Person.role == PersonRole.COORDINATOR)):
            person.address = ""
            session.add(person)
    assert Fault.NO_COORDINATOR in kinds(url)


def test_a_unit_that_has_ended_above_another_is_a_fault(url: str) -> None:
    armed(url)
    with unit_of_work(url) as session:
        first, second = session.get_one(Unit, 1), session.get_one(Unit, 2)
        first.parent_id, second.active = 2, False
        session.add_all([first, second])
    assert Fault.PARENT_INACTIVE in kinds(url)


def test_a_circle_above_that_one_is_not_in_is_no_circle_of_its_own() -> None:
    above = {1: 2, 2: 3, 3: 2}
    assert parent_circle(1, above) == []
    assert parent_circle(2, above) == [2, 3]
