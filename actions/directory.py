"""Units, groups, contacts and people from YAML or CSV: all errors at once, applied as a whole or not at all."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session, SQLModel, col, select

from actions.errors import Problem, Refused, refuse_if
from actions.rights import must_administer
from documents.shape_words import in_vietnamese
from models import ledger
from models.ledger import Actor
from models.lint import parent_circle
from models.people import Contact, ContactRole, GroupMember, Person, PersonRole, Unit, UnitGroup

Shape = TypeVar("Shape", bound=BaseModel)
Row = TypeVar("Row", bound=SQLModel)


class Spec(BaseModel):
    """The base of what files may say: unknown keys are errors, white space around words is not meant."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class ContactSpec(Spec):
    """One address of a unit."""

    address: str = Field(pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+|[a-z][a-z0-9+.-]*://\S+)$")
    role: ContactRole = ContactRole.MAILBOX
    name: str = ""


class UnitSpec(Spec):
    """One unit with its names, the groups it is in, the unit it answers to, and its addresses."""

    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    aliases: list[str] = []
    groups: list[str] = []
    parent: str | None = None
    contacts: list[ContactSpec] = []
    active: bool | None = None
    """Whether it takes part; left out, that stays as it is."""


class GroupSpec(Spec):
    """A class of units; one that is only named by its code keeps the name and aliases that it has."""

    code: str = Field(min_length=1)
    name: str | None = Field(default=None, min_length=1)
    aliases: list[str] = []


class PersonSpec(Spec):
    """Somebody who acts."""

    code: str = Field(min_length=1)
    name: str = Field(min_length=1)
    role: PersonRole
    unit: str | None = None
    address: str = ""


class DirectorySpec(Spec):
    """A whole directory file."""

    units: list[UnitSpec] = []
    groups: list[GroupSpec] = []
    people: list[PersonSpec] = []


def read_yaml(text: str, name: str) -> DirectorySpec:
    """The directory in a YAML text; raises :class:`Refused` with every error and its place."""
    return validated(DirectorySpec, load_yaml(text, name), name)


class _Loader(yaml.SafeLoader):
    """Safe YAML in which dates stay text: a day that does not exist is told with its place, like any other error."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_yaml(text: str, name: str) -> Any:
    """Plain values from YAML; raises :class:`Refused` with line and column where it is broken."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506 (a safe loader, but for dates)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        dong = f" dòng {mark.line + 1}, cột {mark.column + 1}" if mark else ""
        what = getattr(error, "problem", None) or "not YAML"
        raise Refused.because(
            f"{name}{place}: broken YAML: {what}", f"{name}{dong}: YAML hỏng: {what}"
        ) from error


def validated(shape: type[Shape], value: Any, name: str) -> Shape:
    """`value` in its shape; raises :class:`Refused` with every error and where it stands in the file."""
    try:
        return shape.model_validate(value if value is not None else {})
    except ValidationError as error:
        raise Refused([_said(name, e) for e in error.errors()]) from error


def _said(name: str, error: Mapping[str, Any]) -> Problem:
    where, value = ".".join(str(part) for part in error["loc"]), error["input"]
    shown = "" if isinstance(value, dict | list) else f" ({str(value)[:80]!r})"
    en, vi = error["msg"], in_vietnamese(error["type"])
    return Problem(f"{name}: {where or 'the file'}: {en}{shown}", f"{name}: {where or 'cả tệp'}: {vi}{shown}")


def read_csv(text: str, name: str) -> DirectorySpec:
    """Units from CSV with the columns code, name, aliases, groups, parent, address, role, contact.

    ";" joins several aliases or groups; a unit with several addresses has several lines.
    """
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    if not rows or not {"code", "name"} <= rows[0].keys():
        raise Refused.because(
            f"{name}: the first line must name the columns code and name, "
            "and may name aliases, groups, parent, address, role, contact",
            f"{name}: dòng đầu phải có các cột code và name, có thể có aliases, groups, parent, address, role, contact",
        )
    units: dict[str, dict[str, Any]] = {}
    for row in rows:
        unit = units.setdefault(row["code"], _unit_of(row))
        if row.get("address"):
            contact = {
                "address": row["address"],
                "role": row.get("role") or "mailbox",
                "name": row.get("contact") or "",
            }
            unit["contacts"].append(contact)
    groups = sorted({g for unit in units.values() for g in unit["groups"]})
    return validated(
        DirectorySpec,
        {"units": list(units.values()), "groups": [{"code": g} for g in groups]},
        name,
    )


def _unit_of(row: Mapping[str, str]) -> dict[str, Any]:
    several = {
        key: [v.strip() for v in (row.get(key) or "").split(";") if v.strip()]
        for key in ("aliases", "groups")
    }
    return {
        "code": row["code"],
        "name": row["name"],
        **several,
        "parent": row.get("parent") or None,
        "contacts": [],
    }


def apply_directory(session: Session, spec: DirectorySpec, *, at: datetime, actor: Actor) -> dict[str, int]:
    """Add or bring up to date what the file names, by code; contacts of a named unit become exactly those listed.

    Answers how many units, groups, contacts and people the file holds. Raises :class:`Refused` with every unknown
    group, unit and code named twice.
    """
    must_administer(session, actor)
    refuse_if(contradictions(session, spec))
    known = {g.code for g in session.exec(select(UnitGroup))}
    for g in spec.groups:
        if g.name or g.code not in known:
            _upsert(session, UnitGroup, g.code, name=g.name or g.code, aliases=g.aliases)
    groups = {g.code: g for g in session.exec(select(UnitGroup))}
    units = {u.code: _upsert(session, Unit, u.code, name=u.name, aliases=u.aliases) for u in spec.units}
    units |= {u.code: u for u in session.exec(select(Unit))}
    for unit in spec.units:
        _settle_unit(session, unit, units, groups)
        row = units[unit.code]
        ledger.record(session, at, actor, "unit.settled", f"unit:{row.id}", **_settled(session, row))
    for person in spec.people:
        unit_id = units[person.unit].id if person.unit else None
        _upsert(
            session,
            Person,
            person.code,
            name=person.name,
            role=person.role,
            unit_id=unit_id,
            address=person.address,
        )
    contacts = sum(len(u.contacts) for u in spec.units)
    counts = {
        "units": len(spec.units),
        "groups": len(spec.groups),
        "contacts": contacts,
        "people": len(spec.people),
    }
    ledger.record(session, at, actor, "directory.applied", "directory", **counts)
    return counts


def contradictions(session: Session, spec: DirectorySpec) -> list[Problem]:
    """Every unknown unit and group, every code that stands twice, and every circle of units above one another."""
    units = {u.code for u in spec.units} | set(session.exec(select(Unit.code)))
    groups = {g.code for g in spec.groups} | set(session.exec(select(UnitGroup.code)))
    out: list[Problem] = []
    for kind, codes in (
        ("unit", [u.code for u in spec.units]),
        ("group", [g.code for g in spec.groups]),
        ("person", [p.code for p in spec.people]),
    ):
        for code in sorted({c for c in codes if codes.count(c) > 1}):
            out.append(
                Problem(f"{kind} {code} stands twice in the file", f"{kind} {code} có hai lần trong tệp")
            )
    for unit in spec.units:
        for group in unit.groups:
            if group not in groups:
                out.append(
                    Problem(
                        f"unit {unit.code}: unknown group {group}",
                        f"đơn vị {unit.code}: không có khối {group}",
                    )
                )
        if unit.parent and unit.parent not in units:
            out.append(
                Problem(
                    f"unit {unit.code}: unknown parent {unit.parent}",
                    f"đơn vị {unit.code}: không có cấp trên {unit.parent}",
                )
            )
    for person in spec.people:
        if person.unit and person.unit not in units:
            out.append(
                Problem(
                    f"person {person.code}: unknown unit {person.unit}",
                    f"người {person.code}: không có đơn vị {person.unit}",
                )
            )
    return [*out, *_circles(session, spec)]


def _circles(session: Session, spec: DirectorySpec) -> list[Problem]:
    """Units that would answer to themselves, by way of others or not."""
    rows = session.exec(select(Unit)).all()
    codes = {u.id: u.code for u in rows}
    above = {u.code: codes.get(u.parent_id) for u in rows} | {u.code: u.parent for u in spec.units}
    rings = (parent_circle(unit.code, above) for unit in spec.units)
    shown = {frozenset(ring): " → ".join([*ring, ring[0]]) for ring in rings if ring}
    return [
        Problem(
            f"units above one another in a circle: {ring}", f"đơn vị cấp trên lẫn nhau thành vòng: {ring}"
        )
        for ring in shown.values()
    ]


def _settled(session: Session, unit: Unit) -> dict[str, Any]:
    """How a unit stands now, in ids: what the ledger says of it, so that any past day can be shown."""
    contacts = session.exec(select(Contact.id).where(Contact.unit_id == unit.id, col(Contact.active))).all()
    groups = session.exec(select(GroupMember.group_id).where(GroupMember.unit_id == unit.id)).all()
    return {
        "parent": unit.parent_id,
        "active": unit.active,
        "contacts": sorted(filter(None, contacts)),
        "groups": sorted(groups),
    }


def _upsert(session: Session, table: type[Row], code: str, **values: Any) -> Row:
    row = session.exec(select(table).where(table.code == code)).one_or_none()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownArgumentType, reportUnknownMemberType]
    row = row or table(code=code, **values)
    if isinstance(row, Person) and row.address != values["address"]:
        row.bounced_at = None  # it was the old address that mail came back from
    for key, value in values.items():
        setattr(row, key, value)
    session.add(row)
    session.flush()
    return row


def _settle_unit(
    session: Session, spec: UnitSpec, units: Mapping[str, Unit], groups: Mapping[str, UnitGroup]
) -> None:
    unit = units[spec.code]
    unit.parent_id = units[spec.parent].id if spec.parent else None
    unit.active = unit.active if spec.active is None else spec.active
    session.add(unit)
    for member in session.exec(select(GroupMember).where(GroupMember.unit_id == unit.id)).all():
        session.delete(member)
    session.flush()
    session.add_all(
        GroupMember(group_id=groups[g].id or 0, unit_id=unit.id or 0) for g in dict.fromkeys(spec.groups)
    )
    wanted = {(c.role, c.address): c for c in spec.contacts}
    for contact in session.exec(select(Contact).where(Contact.unit_id == unit.id)).all():
        known = wanted.pop((contact.role, contact.address), None)
        contact.active = known is not None
        contact.name = known.name if known else contact.name
        session.add(contact)
    session.add_all(
        Contact(unit_id=unit.id or 0, role=c.role, name=c.name, address=c.address) for c in wanted.values()
    )
    session.flush()


def settle_group(
    session: Session, spec: GroupSpec, units: Sequence[int], *, at: datetime, actor: Actor
) -> UnitGroup:
    """Add a group or bring it up to date; its units become exactly those with these ids."""
    must_administer(session, actor)
    group = _upsert(session, UnitGroup, spec.code, name=spec.name or spec.code, aliases=spec.aliases)
    known = {m.unit_id: m for m in session.exec(select(GroupMember).where(GroupMember.group_id == group.id))}
    wanted = set(session.exec(select(Unit.id).where(col(Unit.id).in_(units))))
    for gone in known.keys() - wanted:
        session.delete(known[gone])
    session.add_all(GroupMember(group_id=group.id or 0, unit_id=n) for n in wanted - known.keys() if n)
    session.flush()
    members = sorted(filter(None, wanted))
    ledger.record(session, at, actor, "group.settled", f"group:{group.id}", units=members)
    return group
