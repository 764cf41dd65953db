"""Units with their addresses: the list, one unit, and what is done about an address that leaked or bounced."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import accounts, addresses, directory, units
from actions.errors import Problem
from models.as_of import units_at
from models.cycles import Assignment
from models.database import reading
from models.lint import Fault, Found, lint
from models.people import Contact, ContactRole, GroupMember, Person, Unit, UnitGroup
from plan.lifecycle import UNFINISHED
from web.fault_words import FAULTS
from web.forms import wrong
from web.lists import RUNNING, Wanted, count
from web.lists import units as unit_choices
from web.matching import split
from web.overview import of_unit
from web.spec_forms import in_shape
from web.visit import ADMIN, Administering, Looking, Visit

router = APIRouter()

PAGE, SPARE = 100, 3


@dataclass(frozen=True)
class Listed:
    """One unit with its addresses and what is wrong with it."""

    unit: Unit
    contacts: Sequence[Contact]
    wrong: list[Found]
    active: bool
    known: bool = True
    """Whether the record goes back that far, on a past day."""
    parent_id: int | None = None


@router.get("/units")
def list_units(visit: Looking) -> Response:
    """Every unit with its addresses, and what is wrong with them."""
    given = visit.request.query_params
    page = Wanted.of(given).page
    words = given.get("words", "").strip()
    with visit.looking() as session:
        query = select(Unit).order_by(col(Unit.active).desc(), Unit.name)
        if words:
            query = query.where(col(Unit.name).ilike(f"%{words}%") | col(Unit.code).ilike(f"%{words}%"))
        total = session.exec(select(sa.func.count()).select_from(query.order_by(None).subquery())).one()
        found = session.exec(query.limit(PAGE).offset((page - 1) * PAGE)).all()
        rows = _then(session, found, visit.day) if visit.day else _now(session, found)
        return visit.page(
            "units.html", rows=rows, total=total, page=page, size=PAGE, words=words, faults=FAULTS,
        )  # fmt: skip


def _now(session: Session, units: Sequence[Unit]) -> list[Listed]:
    by_unit: dict[int, list[Contact]] = {}
    used = select(Contact).where(col(Contact.unit_id).in_([u.id for u in units]), col(Contact.active))
    for contact in session.exec(used):
        by_unit.setdefault(contact.unit_id, []).append(contact)
    faults = [f for f in lint(session) if f.fault not in (Fault.IDLE, Fault.SAME_NAME)]
    return [
        Listed(
            u,
            by_unit.get(u.id or 0, []),
            [f for f in faults if f.unit_id == u.id],
            u.active,
            True,
            u.parent_id,
        )
        for u in units
    ]


def _then(session: Session, units: Sequence[Unit], day: date) -> list[Listed]:
    found = units_at(session, day, units).values()
    return [Listed(p.unit, p.contacts, [], p.active, p.known, p.parent_id) for p in found]


@router.get("/units/new")
def new_unit(visit: Administering) -> Response:
    """The form for a new unit."""
    return _unit_page(visit, None)


@router.post("/units")
def add_unit(visit: Administering) -> Response:
    """Add one unit."""
    return _save_unit(visit, None)


@router.get("/units/{number}")
def show_unit(number: int, visit: Looking) -> Response:
    """One unit: for administrators the form; for all others, and on a past day, how it is reached and how it stands."""
    return _unit_page(visit, number) if visit.is_a(ADMIN) and not visit.day else _look(visit, number)


def _look(visit: Visit, number: int) -> Response:
    with visit.looking() as session:
        unit = units.unit_numbered(session, number)
        (row,) = _then(session, [unit], visit.day) if visit.day else _now(session, [unit])
        parent = session.get(Unit, row.parent_id or 0)
        return visit.page(
            "unit-look.html", row=row, unit=unit, parent=parent,
            figures=of_unit(session, visit.at, unit), faults=FAULTS,
        )  # fmt: skip


def _unit_page(visit: Visit, number: int | None, problems: Sequence[Problem] = ()) -> Response:
    with reading(visit.url) as session:
        unit = units.unit_numbered(session, number) if number else None
        contacts = session.exec(
            select(Contact).where(Contact.unit_id == number, col(Contact.active)).order_by(col(Contact.id))
        ).all()
        groups = session.exec(select(UnitGroup).order_by(UnitGroup.name)).all()
        mine = set(session.exec(select(GroupMember.group_id).where(GroupMember.unit_id == number)))
        rows = [(c.role, c.name, c.address, c.id) for c in contacts] + [("mailbox", "", "", None)] * SPARE
        if problems and visit.form.typed():
            rows = [(*row, None) for row in _typed_contacts(visit)] + [("mailbox", "", "", None)]
        owed = (Assignment.unit_id == number, RUNNING, col(Assignment.state).in_(UNFINISHED))
        return visit.page(
            "unit.html", unit=unit, rows=rows, groups=groups, mine=mine, contacts=contacts,
            parents=[u for u in unit_choices(session) if u[0] != number],
            people=session.exec(select(Person).where(Person.unit_id == (number or 0), col(Person.active))).all(),
            wrong=[f for f in lint(session) if number and f.unit_id == number], faults=FAULTS,
            owed=count(session, owed) if number else 0,
            roles=list(ContactRole), problems=problems, typed=visit.form,
        )  # fmt: skip


def _typed_contacts(visit: Visit) -> list[tuple[str, str, str]]:
    form = visit.form
    typed = [
        (form.text(f"role-{n}", "mailbox"), form.text(f"name-{n}"), form.text(f"address-{n}"))
        for n in range(100)
    ]
    return [row for row in typed if row[1] or row[2]]


@router.post("/units/{number}")
def save_unit(number: int, visit: Administering) -> Response:
    """Save one unit; its addresses become exactly those in the form."""
    return _save_unit(visit, number)


def _save_unit(visit: Visit, number: int | None) -> Response:
    def step(session: Session) -> None:
        unit = units.unit_numbered(session, number) if number else None
        spec = directory.DirectorySpec(units=[_unit_spec(visit, session, unit)])
        directory.apply_directory(session, spec, at=visit.at, actor=visit.actor)

    return visit.does(step, "/units", "saved", lambda p: _unit_page(visit, number, p))


def _unit_spec(visit: Visit, session: Session, unit: Unit | None) -> directory.UnitSpec:
    form = visit.form
    parent = session.get(Unit, form.number("parent") or 0)
    groups = [
        g.code for g in session.exec(select(UnitGroup).where(col(UnitGroup.id).in_(form.numbers("groups"))))
    ]
    code = unit.code if unit else form.text("code")
    if unit is None and session.exec(select(Unit).where(Unit.code == code)).first():
        raise wrong("code", f"mã {code} đã có", f"the code {code} is taken")
    values: dict[str, Any] = {
        "code": code, "name": form.text("name"), "aliases": split(form.text("aliases")), "groups": groups,
        "parent": parent.code if parent else None,
        "contacts": [{"role": r, "name": name, "address": address} for r, name, address in _typed_contacts(visit)],
    }  # fmt: skip
    return in_shape(directory.UnitSpec, values)


@router.post("/units/{number}/active")
def set_active(number: int, visit: Administering) -> Response:
    """End a unit, or let it take part again."""
    active = visit.form.text("active") == "yes"

    def step(session: Session) -> None:
        unit = units.unit_numbered(session, number)
        units.set_unit_active(session, unit, active=active, at=visit.at, actor=visit.actor)

    return visit.does(step, f"/units/{number}", "saved", lambda p: _unit_page(visit, number, p))


@router.post("/contacts/{number}/revoke-links")
def revoke_links(number: int, visit: Administering) -> Response:
    """Make every link mailed to this address useless; the next mail carries new ones."""

    def step(session: Session, contact: Contact) -> None:
        accounts.revoke_links(session, f"contact:{contact.id}", now=visit.now, at=visit.at, actor=visit.actor)

    return _about_contact(visit, number, step, "revoked")


@router.post("/contacts/{number}/trust")
def trust_again(number: int, visit: Administering) -> Response:
    """Send to an address again from which mail came back."""

    def step(session: Session, contact: Contact) -> None:
        addresses.use_again(session, contact.address, at=visit.at, actor=visit.actor)

    return _about_contact(visit, number, step, "trusted")


def _about_contact(
    visit: Visit, number: int, step: Callable[[Session, Contact], None], said: str
) -> Response:
    unit: list[int] = []

    def do(session: Session) -> None:
        contact = units.contact_numbered(session, number)
        unit.append(contact.unit_id)
        step(session, contact)

    return visit.does(
        do, lambda: f"/units/{unit[0]}", said, lambda p: visit.page("refused.html", code=404, problems=p)
    )
