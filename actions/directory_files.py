"""The directory as files: what stands in it as YAML or CSV, and what a file would change before it is put in."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import yaml
from sqlmodel import Session, col, select

from actions.directory import (
    ContactSpec,
    DirectorySpec,
    GroupSpec,
    PersonSpec,
    UnitSpec,
    contradictions,
    read_csv,
    read_yaml,
)
from actions.errors import refuse_if
from models.people import Contact, GroupMember, Person, Unit, UnitGroup

_Named = TypeVar("_Named", UnitSpec, GroupSpec, PersonSpec)
COLUMNS = ("code", "name", "aliases", "groups", "parent", "address", "role", "contact")


def read(text: str, name: str) -> DirectorySpec:
    """The directory in a file, by its name's ending; raises :class:`actions.errors.Refused` with every error."""
    return read_csv(text, name) if name.lower().endswith(".csv") else read_yaml(text, name)


def export_directory(session: Session) -> DirectorySpec:
    """The directory as it stands, in the shape of the files that are put in; retired addresses are left out."""
    units = session.exec(select(Unit).order_by(Unit.code)).all()
    groups = session.exec(select(UnitGroup).order_by(UnitGroup.code)).all()
    codes, group_codes = {u.id: u.code for u in units}, {g.id: g.code for g in groups}
    contacts: dict[int, list[ContactSpec]] = {}
    for c in session.exec(select(Contact).where(col(Contact.active)).order_by(col(Contact.id))):
        known = ContactSpec.model_construct(address=c.address, role=c.role, name=c.name)
        contacts.setdefault(c.unit_id, []).append(known)
    members: dict[int, list[str]] = {}
    for m in session.exec(select(GroupMember).order_by(col(GroupMember.group_id))):
        members.setdefault(m.unit_id, []).append(group_codes[m.group_id])
    return DirectorySpec(
        units=[
            UnitSpec(
                code=u.code, name=u.name, aliases=u.aliases, groups=members.get(u.id or 0, []),
                parent=codes.get(u.parent_id), contacts=contacts.get(u.id or 0, []), active=u.active,
            )
            for u in units
        ],
        groups=[GroupSpec(code=g.code, name=g.name, aliases=g.aliases) for g in groups],
        people=[
            PersonSpec(code=p.code, name=p.name, role=p.role, unit=codes.get(p.unit_id), address=p.address)
            for p in session.exec(select(Person).where(col(Person.active)).order_by(Person.code))
        ],
    )  # fmt: skip


def as_yaml(spec: DirectorySpec) -> str:
    """A directory as YAML that can be put in again."""
    plain = spec.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110)


def as_csv(spec: DirectorySpec) -> str:
    """The units of a directory as CSV that can be put in again: one line for each address. People are not in it."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    for unit in spec.units:
        words = [unit.code, unit.name, "; ".join(unit.aliases), "; ".join(unit.groups), unit.parent or ""]
        for contact in unit.contacts or [None]:
            reached = [contact.address, contact.role.value, contact.name] if contact else ["", "", ""]
            lines.writerow([*words, *reached])
    return out.getvalue()


@dataclass(frozen=True)
class Change:
    """One unit, group or person that a file would add or change; `fields` are name, value before, value after."""

    kind: str
    code: str
    name: str
    new: bool
    fields: tuple[tuple[str, str, str], ...]


def changes(session: Session, spec: DirectorySpec) -> list[Change]:
    """What putting a file in would change; nothing is written. Raises :class:`actions.errors.Refused` as that would."""
    refuse_if(contradictions(session, spec))
    now = export_directory(session)
    return [
        *_differ("unit", now.units, spec.units),
        *_differ("group", now.groups, [g for g in spec.groups if g.name or not _among(g, now.groups)]),
        *_differ("person", now.people, spec.people),
    ]


def _among(group: GroupSpec, known: Sequence[GroupSpec]) -> bool:
    return any(group.code == one.code for one in known)


def _differ(kind: str, before: Sequence[_Named], after: Sequence[_Named]) -> Iterator[Change]:
    known: Mapping[str, _Named] = {row.code: row for row in before}
    for row in after:
        old = known.get(row.code)
        was, will = (_plain(old) if old else {}), _plain(row)
        if getattr(row, "active", True) is None:
            will["active"] = was.get("active", "True")
        fields = tuple((k, was.get(k, ""), v) for k, v in will.items() if k != "code" and was.get(k, "") != v)
        if fields:
            yield Change(kind, row.code, row.name or row.code, old is None, fields)


def _plain(row: UnitSpec | GroupSpec | PersonSpec) -> dict[str, str]:
    return {key: _words(value) for key, value in dict(row).items()}


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(sorted(map(_word, cast("list[object]", value))))
    return "" if value is None else str(value)


def _word(value: object) -> str:
    if not isinstance(value, ContactSpec):
        return str(value)
    return f"{value.address} ({value.role}{': ' + value.name if value.name else ''})"
