"""The directory file: all errors at once, applied as a whole, and what is named becomes exactly what is listed."""

import pytest
from sqlmodel import col, select

from actions import directory
from actions.errors import Refused
from models.database import reading, unit_of_work
from models.ledger import SYSTEM
from models.people import Contact, ContactRole, GroupMember, Person, Unit
from models.queries import group_members
from tests.builders import AT, OFFICE_FILE, told


def take(url: str, text: str) -> dict[str, int]:
    with unit_of_work(url) as session:
        return directory.apply_directory(
            session, directory.read_yaml(text, "office.yaml"), at=AT, actor=SYSTEM
        )


def addresses(url: str) -> list[tuple[str, str, bool]]:
    with reading(url) as session:
        rows = session.exec(select(Contact).order_by(col(Contact.id)))
        return [(c.address, c.role, c.active) for c in rows]


def test_a_file_is_taken_in_and_counted(url: str) -> None:
    assert take(url, OFFICE_FILE) == {"units": 2, "groups": 1, "contacts": 4, "people": 5}
    with reading(url) as session:
        assert [u.code for u in group_members(session)["cac-so"]] == ["so-a", "so-b"]
        minh = session.exec(select(Person).where(Person.code == "minh")).one()
        assert session.get_one(Unit, minh.unit_id).code == "so-a"


def test_the_same_file_again_changes_nothing(url: str) -> None:
    take(url, OFFICE_FILE)
    before = addresses(url)
    take(url, OFFICE_FILE)
    assert addresses(url) == before
    with reading(url) as session:
        assert len(session.exec(select(GroupMember)).all()) == 2


def test_an_address_that_is_no_longer_listed_rests_and_may_come_back(url: str) -> None:
    take(url, OFFICE_FILE)
    take(url, "units: [{code: so-a, name: Sở A, contacts: [{address: moi@so-a.example, name: Mới}]}]")
    assert addresses(url)[:2] == [
        ("a@so-a.example", ContactRole.MAILBOX, False),
        ("giam-doc@so-a.example", ContactRole.SUPERIOR, False),
    ]
    take(url, OFFICE_FILE)
    assert [active for *_, active in addresses(url)] == [True, True, True, True, False]


def test_everything_wrong_with_a_file_is_told_at_once_and_nothing_is_written(url: str) -> None:
    with pytest.raises(Refused) as refused:
        take(
            url,
            """
            units:
              - {code: so-a, name: Sở A, groups: [khoi-x]}
              - {code: so-a, name: Sở A, parent: so-y}
            people: [{code: minh, name: Minh, role: unit, unit: so-z}]
            """,
        )
    assert [p.en for p in refused.value.problems] == [
        "unit so-a stands twice in the file",
        "unit so-a: unknown group khoi-x",
        "unit so-a: unknown parent so-y",
        "person minh: unknown unit so-z",
    ]
    assert told(url) == [] and addresses(url) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("units: [", r"office\.yaml line 1, column 9: broken YAML"),
        ("units: [{code: so-a}]", r"office\.yaml: units\.0\.name: Field required"),
        ("unitz: []", r"office\.yaml: unitz: Extra inputs are not permitted"),
        ("units: [{code: a, name: A, contacts: [{address: nobody}]}]", r"units\.0\.contacts\.0\.address"),
        ("people: [{code: a, name: A, role: king}]", r"people\.0\.role: .*\('king'\)"),
    ],
)
def test_a_broken_file_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        directory.read_yaml(text, "office.yaml")


def test_a_table_gives_units_groups_and_addresses(url: str) -> None:
    table = (
        "\ufeffcode,name,groups,address,role\n"
        "so-a,Sở A,cac-so;cap-tinh,a@so-a.example,\n"
        "so-a,Sở A,,giam-doc@so-a.example,superior\n"
        "so-b,Sở B,cac-so,,\n"
    )
    with unit_of_work(url) as session:
        counts = directory.apply_directory(
            session, directory.read_csv(table, "units.csv"), at=AT, actor=SYSTEM
        )
    assert counts == {"units": 2, "groups": 2, "contacts": 2, "people": 0}
    with pytest.raises(Refused, match="the first line must name the columns code and name"):
        directory.read_csv("mã,tên\nso-a,Sở A\n", "units.csv")
