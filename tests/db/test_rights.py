"""The actions refuse by themselves, whoever calls them: by role, by plan, by unit."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlmodel import Session, select

from actions import (
    absences,
    accounts,
    assigning,
    cycles,
    directory,
    disputes,
    extensions,
    moves,
    people,
    plans,
    rights,
    switches,
)  # fmt: skip
from actions.chasing import Rules
from actions.errors import NotAllowed, Refused
from models.accounts import KeyPurpose
from models.database import reading, unit_of_work
from models.ledger import Actor
from models.people import Person, PersonRole
from models.plans import ItemStatus, Plan
from models.queries import items_of
from plan.ladder import OFFICE
from tests import builders as b

OTHER = "16/KH-UBND"


class Undone(Exception):
    """What was tried is rolled back."""


def id_of(url: str, code: str) -> int:
    with reading(url) as session:
        return session.exec(select(Person.id).where(Person.code == code)).one() or 0


def actor(url: str, code: str) -> Actor:
    return Actor(f"person:{id_of(url, code)}", "signed-in")


@pytest.fixture
def office(url: str) -> str:
    """A running plan of unit A, and a second one that Mai alone coordinates."""
    b.armed(url, b.spec(), b.spec("II.2"))
    with unit_of_work(url) as session:
        session.add(Person(code="admin", name="Admin", role=PersonRole.ADMINISTRATOR))
        session.add(Person(code="kiem", name="Kiểm", role=PersonRole.AUDITOR))
        plans.import_plan(session, b.draft("I.1", number=OTHER, sha256="c" * 64), at=b.AT, actor=b.SYSTEM)
        session.flush()
        other = plans.plan_named(session, OTHER)
        mai = session.exec(select(Person).where(Person.code == "mai")).one()
        rights.limit(session, mai, [other.id or 0], at=b.AT, actor=b.SYSTEM)
    return url


def refuses(url: str, code: str, action: Callable[[Session, Actor], Any]) -> str:
    before = len(b.told(url))
    with pytest.raises(NotAllowed) as refused, unit_of_work(url) as session:
        action(session, actor(url, code))
    assert len(b.told(url)) == before
    return str(refused.value)


def the_plan(session: Session) -> Plan:
    return plans.plan_named(session, b.NUMBER)


PLAN_ACTIONS: dict[str, Callable[[Session, Actor], Any]] = {
    "assign": lambda s, a: assigning.apply_assignments(s, the_plan(s), b.YEAR, [b.spec()], at=b.AT, actor=a),
    "arm": lambda s, a: cycles.arm(
        s, the_plan(s), cycles.cycle_named(s, the_plan(s), b.YEAR), at=b.AT, actor=a, hours=OFFICE
    ),
    "disarm": lambda s, a: cycles.disarm(
        s, cycles.cycle_named(s, the_plan(s), b.YEAR), at=b.AT, actor=a, reason="x"
    ),
    "decide": lambda s, a: plans.set_status(
        s, items_of(s, the_plan(s).id or 0)[0], ItemStatus.ACCEPTED, at=b.AT, actor=a
    ),
    "amend": lambda s, a: plans.import_plan(s, b.draft(sha256="d" * 64), at=b.AT, actor=a, new_version=True),
}


@pytest.mark.parametrize("name", PLAN_ACTIONS)
@pytest.mark.parametrize("code", ["minh", "binh", "kiem", "mai"])
def test_only_a_coordinator_of_the_plan_touches_it(office: str, name: str, code: str):
    words = refuses(office, code, PLAN_ACTIONS[name])

    assert words == (
        "this plan is another coordinator's" if code == "mai" else "only a coordinator may do this"
    )


OFFICE_ACTIONS: dict[str, tuple[Callable[[Session, Actor], Any], set[str]]] = {
    "directory": (
        lambda s, a: directory.apply_directory(
            s, directory.read_yaml(b.OFFICE_FILE, "office.yaml"), at=b.AT, actor=a
        ),
        {"admin"},
    ),
    "shut out": (
        lambda s, a: accounts.set_active(s, s.get_one(Person, 1), active=False, now=b.AT, at=b.AT, actor=a),
        {"admin"},
    ),
    "somebody's key": (
        lambda s, a: accounts.make_key(
            s, s.exec(select(Person).where(Person.code == "binh")).one(), KeyPurpose.API, now=b.AT, at=b.AT, actor=a
        ),
        {"admin", "binh"},
    ),
    "revoke links": (
        lambda s, a: accounts.revoke_links(s, "contact:1", now=b.AT, at=b.AT, actor=a), {"admin"},
    ),
    "stop sending": (lambda s, a: switches.stop_sending(s, b.AT, a, "x"), {"admin", "lan", "mai"}),
    "resume sending": (lambda s, a: switches.resume_sending(s, b.AT, a, drop=True), {"admin", "lan"}),
    "limit": (lambda s, a: rights.limit(s, s.get_one(Person, 1), [], at=b.AT, actor=a), {"admin"}),
    "deputies of unit A": (
        lambda s, a: absences.delegate(
            s, "contact:1", "person:4", b.AT.date(), b.AT.date(), reason="x", at=b.AT, actor=a
        ),
        {"admin", "lan", "mai", "minh"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OFFICE_ACTIONS)
def test_what_moves_the_whole_office_is_for_whom_the_table_names(office: str, name: str):
    action, may = OFFICE_ACTIONS[name]
    for code in {"admin", "lan", "mai", "minh", "hoa", "binh", "kiem"} - may:
        refuses(office, code, action)
    for code in may - {"lan"} if name == "shut out" else may:
        with suppress(Undone), unit_of_work(office) as session:
            if name == "resume sending":
                switches.stop_sending(session, b.AT, b.SYSTEM, "x")
            action(session, actor(office, code))
            raise Undone


def test_whoever_is_shut_out_may_nothing_any_more(office: str):
    with unit_of_work(office) as session:
        person = session.get_one(Person, id_of(office, "lan"))
        accounts.set_active(session, person, active=False, now=b.AT, at=b.AT, actor=b.SYSTEM)

    assert "may no longer act" in refuses(office, "lan", PLAN_ACTIONS["assign"])


MOVES: dict[str, Callable[[Session, people.Doer, Rules], Any]] = {
    "suspend": lambda s, d, r: moves.suspend(s, 1, d, b.AT, r, "x"),
    "cancel": lambda s, d, r: moves.cancel(s, 1, d, b.AT, r, "x"),
    "accept": lambda s, d, r: moves.accept(s, 1, d, b.AT, r),
    "grant": lambda s, d, r: extensions.answer(s, 1, d, b.AT, r, grant=True, words="x"),
    "answer": lambda s, d, r: disputes.answer(s, 1, d, b.AT, r, words="x"),
}


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("code", ["mai", "minh", "hoa"])
def test_a_move_takes_the_coordinator_of_its_plan(office: str, name: str, code: str):
    b.by(office, "minh", extensions.ask, 1, b.AT, new_due_on=b.moment("2021-06-01").date(), reason="x")
    b.by(office, "minh", disputes.dispute, 1, b.AT, "x")
    with pytest.raises(Refused), unit_of_work(office) as session:
        MOVES[name](session, people.doer(session, code), Rules.of(session, OFFICE))
    assert b.assignments(office)[0].state == "assigned"


def test_an_amended_version_is_still_theirs_and_a_new_plan_becomes_so(office: str):
    mai = actor(office, "mai")
    with unit_of_work(office) as session:
        again = b.draft("I.1", number=OTHER, sha256="e" * 64)
        plans.import_plan(session, again, at=b.AT, actor=mai, new_version=True)
        plans.import_plan(session, b.draft("I.1", number="17/KH-UBND", sha256="f" * 64), at=b.AT, actor=mai)
    with reading(office) as session:
        mine = rights.plans_of(session, session.get_one(Person, id_of(office, "mai")))
        names = {session.get_one(Plan, n).number for n in mine or ()}

    assert names == {OTHER, "17/KH-UBND"}
    assert len(mine or ()) == 3
