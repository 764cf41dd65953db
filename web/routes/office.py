"""The administrator's tables: units with their addresses, people with their roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ValidationError
from sqlmodel import Session, col, select

from actions import accounts, directory
from actions.errors import NotFound, Problem, Refused
from models.accounts import Credential, KeyPurpose
from models.database import reading, unit_of_work
from models.people import Contact, ContactRole, GroupMember, Person, PersonRole, Unit, UnitGroup
from web.forms import FieldProblem, wrong
from web.lists import units as unit_choices
from web.matching import split
from web.sorting import vietnamese
from web.visit import Administering, Looking, Visit

router = APIRouter()

PAGE, SPARE = 100, 3
DIRECTORY_LIMIT = 4 << 20


@dataclass(frozen=True)
class Listed:
    """One unit with what is wrong with how it is reached."""

    unit: Unit
    contacts: list[Contact]
    wrong: list[tuple[str, str]]


@router.get("/units")
def list_units(visit: Looking) -> Response:
    """Every unit with its addresses, and what is wrong with them."""
    return _units(visit)


def _units(visit: Visit, problems: Sequence[Problem] = ()) -> Response:
    given = visit.request.query_params
    page = int(given["page"]) if given.get("page", "").isdecimal() else 1
    words = given.get("words", "").strip()
    with reading(visit.url) as session:
        query = select(Unit).order_by(col(Unit.active).desc(), Unit.name)
        if words:
            query = query.where(col(Unit.name).ilike(f"%{words}%") | col(Unit.code).ilike(f"%{words}%"))
        total = session.exec(select(sa.func.count()).select_from(query.order_by(None).subquery())).one()
        units = session.exec(query.limit(PAGE).offset((max(page, 1) - 1) * PAGE)).all()
        by_unit: dict[int, list[Contact]] = {}
        for contact in session.exec(select(Contact).where(col(Contact.unit_id).in_([u.id for u in units]))):
            by_unit.setdefault(contact.unit_id, []).append(contact)
        rows = [Listed(u, by_unit.get(u.id or 0, []), _wrong(u, by_unit.get(u.id or 0, []))) for u in units]
        return visit.page(
            "units.html", rows=rows, total=total, page=max(page, 1), size=PAGE, words=words, problems=problems
        )


def _wrong(unit: Unit, contacts: Sequence[Contact]) -> list[tuple[str, str]]:
    """What keeps a unit from being told, in Vietnamese and English."""
    usable = [c for c in contacts if c.active and c.bounced_at is None]
    roles = {c.role for c in usable}
    out: list[tuple[str, str]] = []
    if unit.active and not roles & {ContactRole.MAILBOX, ContactRole.OFFICER, ContactRole.DEPUTY}:
        out.append(("không ai nhận được thư", "nobody can receive mail"))
    if any(c.active and c.bounced_at for c in contacts):
        out.append(("có địa chỉ bị trả thư", "an address bounces"))
    if unit.active and ContactRole.SUPERIOR not in roles and unit.parent_id is None:
        out.append(("chưa có cấp trên để báo cáo trễ hạn", "no superior to report lateness to"))
    return out


@router.post("/units")
def add_directory(visit: Administering) -> Response:
    """Put a whole directory in from a YAML or CSV file, or add one unit."""
    if not visit.form.files("directory"):
        return _save_unit(visit, None)

    def step(session: Session) -> None:
        file = visit.form.files("directory")[0]
        name, data = file.filename or "", file.file.read(DIRECTORY_LIMIT)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise wrong("directory", f"{name}: không phải UTF-8", f"{name}: not UTF-8") from error
        read = directory.read_csv if name.lower().endswith(".csv") else directory.read_yaml
        directory.apply_directory(session, read(text, name), at=visit.at, actor=visit.actor)

    return visit.does(step, "/units", "saved", lambda p: _units(visit, p))


@router.get("/units/new")
def new_unit(visit: Administering) -> Response:
    """The form for a new unit."""
    return _unit_page(visit, None)


@router.get("/units/{number}")
def show_unit(number: int, visit: Administering) -> Response:
    """One unit with its names, groups and addresses."""
    return _unit_page(visit, number)


def _the_unit(session: Session, number: int) -> Unit:
    unit = session.get(Unit, number)
    if unit is None:
        raise NotFound([Problem(f"there is no unit {number}", f"không có đơn vị số {number}")])
    return unit


def _unit_page(visit: Visit, number: int | None, problems: Sequence[Problem] = ()) -> Response:
    with reading(visit.url) as session:
        unit = _the_unit(session, number) if number else None
        contacts = session.exec(
            select(Contact).where(Contact.unit_id == number, col(Contact.active)).order_by(col(Contact.id))
        ).all()
        groups = session.exec(select(UnitGroup).order_by(UnitGroup.name)).all()
        mine = set(session.exec(select(GroupMember.group_id).where(GroupMember.unit_id == number)))
        rows = [(c.role, c.name, c.address, c.id) for c in contacts] + [("mailbox", "", "", None)] * SPARE
        if problems:
            rows = [(*row, None) for row in _typed_contacts(visit)] + [("mailbox", "", "", None)]
        return visit.page(
            "unit.html", unit=unit, rows=rows, groups=groups, mine=mine,
            parents=[u for u in unit_choices(session) if u[0] != number],
            roles=list(ContactRole), problems=problems, typed=visit.form,
        )  # fmt: skip


def _typed_contacts(visit: Visit) -> list[tuple[str, str, str]]:
    form = visit.form
    rows = range(100)
    typed = [
        (form.text(f"role-{n}", "mailbox"), form.text(f"name-{n}"), form.text(f"address-{n}")) for n in rows
    ]
    return [row for row in typed if row[1] or row[2]]


@router.post("/units/{number}")
def save_unit(number: int, visit: Administering) -> Response:
    """Save one unit; its addresses become exactly those in the form."""
    return _save_unit(visit, number)


def _save_unit(visit: Visit, number: int | None) -> Response:
    def step(session: Session) -> None:
        unit = _the_unit(session, number) if number else None
        spec = _unit_spec(visit, session, unit)
        directory.apply_directory(
            session, directory.DirectorySpec(units=[spec]), at=visit.at, actor=visit.actor
        )

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
    return _validated(directory.UnitSpec, values)


def _validated(shape: Any, values: Mapping[str, Any]) -> Any:
    """Values of a form in their shape; every mistake is named by its field."""
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        raise Refused([_said(e["loc"], e["msg"]) for e in error.errors()]) from error


def _said(place: tuple[int | str, ...], message: str) -> FieldProblem:
    field = str(place[0])
    if field == "contacts" and len(place) > 2:
        n = int(place[1]) + 1
        return FieldProblem(
            f"address {n}: {message}",
            f"địa chỉ thứ {n}: phải là địa chỉ thư hoặc địa chỉ kênh (scheme://…)",
            f"{place[2]}-{place[1]}",
        )
    words = {"code": "hãy ghi mã", "name": "hãy ghi tên", "role": "hãy chọn vai trò"}
    return FieldProblem(f"{field}: {message}", words.get(field, f"{field}: {message}"), field)


@router.post("/contacts/{number}/revoke-links")
def revoke_links(number: int, visit: Administering) -> Response:
    """Make every link mailed to this address useless; the next mail carries new ones."""
    unit: list[int] = []

    def step(session: Session) -> None:
        contact = session.get(Contact, number)
        if contact is None:
            raise NotFound([Problem(f"there is no contact {number}", f"không có liên hệ số {number}")])
        unit.append(contact.unit_id)
        accounts.revoke_links(session, f"contact:{number}", now=visit.now, at=visit.at, actor=visit.actor)

    return visit.does(step, lambda: f"/units/{unit[0]}", "revoked", lambda p: _units(visit, p))


@router.get("/people")
def list_people(visit: Administering) -> Response:
    """Everybody who has a role, and the form for one more."""
    return _people(visit)


def _people(
    visit: Visit, problems: Sequence[Problem] = (), made: tuple[Person, str] | None = None
) -> Response:
    with reading(visit.url) as session:
        people = sorted(session.exec(select(Person)), key=lambda p: (not p.active, vietnamese(p.name)))
        can = set(session.exec(select(Credential.person_id)))
        names = dict(unit_choices(session))
        edited = next((p for p in people if str(p.id) == visit.request.query_params.get("edit", "")), None)
        return visit.page(
            "people.html", people=people, can=can, units=names, roles=list(PersonRole), edited=edited, made=made,
            problems=problems, typed=visit.form,
        )  # fmt: skip


@router.post("/people")
def save_person(visit: Administering) -> Response:
    """Add somebody, or change who has this code."""

    def step(session: Session) -> None:
        form = visit.form
        unit = session.get(Unit, form.number("unit") or 0)
        if form.text("role") == PersonRole.UNIT and unit is None:
            raise wrong(
                "unit", "hãy chọn đơn vị mà người này làm việc cho", "choose the unit this person works for"
            )
        values = {
            "code": form.text("code"),
            "name": form.text("name"),
            "role": form.text("role"),
            "address": form.text("address"),
            "unit": unit.code if unit else None,
        }
        spec = directory.DirectorySpec(people=[_validated(directory.PersonSpec, values)])
        directory.apply_directory(session, spec, at=visit.at, actor=visit.actor)

    return visit.does(step, "/people", "saved", lambda p: _people(visit, p))


def _the_person(session: Session, number: int) -> Person:
    person = session.get(Person, number)
    if person is None:
        raise NotFound([Problem(f"there is no person {number}", f"không có người dùng số {number}")])
    return person


@router.post("/people/{number}/key")
def give_key(number: int, visit: Administering) -> Response:
    """A one-time address with which somebody chooses a password; shown once, here."""
    try:
        with unit_of_work(visit.url) as session:
            person = _the_person(session, number)
            secret = accounts.make_key(
                session,
                person,
                KeyPurpose.SET_PASSWORD,
                now=visit.now,
                at=visit.at,
                actor=visit.actor,
                life=accounts.FIRST_KEY_LIFE,
            )
    except Refused as error:
        return visit.refused(error, lambda p: _people(visit, p))
    return _people(visit, made=(person, f"{visit.place.settings.public_url}/set-password/{secret}"))


@router.post("/people/{number}/active")
def set_active(number: int, visit: Administering) -> Response:
    """Shut somebody out, or let them in again."""
    active = visit.form.text("active") == "yes"

    def step(session: Session) -> None:
        person = _the_person(session, number)
        accounts.set_active(session, person, active=active, now=visit.now, at=visit.at, actor=visit.actor)

    return visit.does(step, "/people", "saved", lambda p: _people(visit, p))
