"""What is wrong with a directory: who cannot be told, who stands in for whom in a circle, which names mean two units.

Read for people who mend it: each fault names the unit, person or group where it is mended. The worst come first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, Cycle, CycleState
from models.people import Contact, ContactRole, GroupMember, Person, PersonRole, Unit, UnitGroup
from models.queries import ask
from models.standing import directory
from models.year import Absence
from plan.ladder import Audience
from plan.recipients import Away, Recipient, circle, shown

Key = TypeVar("Key", int, str)


class Fault(StrEnum):
    """One kind of thing that is wrong, the worst first."""

    UNREACHABLE = "unreachable"
    """Nobody can receive for a unit that has work now."""
    BOUNCED = "bounced"
    """A mail to this address came back; nothing more is sent there."""
    PARENT_CIRCLE = "parent-circle"
    DEPUTY_CIRCLE = "deputy-circle"
    DEPUTY_LOST = "deputy-lost"
    """Somebody is away and the deputy has no address left."""
    NO_UNIT = "no-unit"
    """A person with the role unit belongs to none."""
    SAME_ADDRESS = "same-address"
    """One address receives for two units."""
    SAME_NAME = "same-name"
    """A name or alias that means two units."""
    OWN_SUPERIOR = "own-superior"
    """The unit's lateness is reported to the unit's own address."""
    PARENT_INACTIVE = "parent-inactive"
    MUTE = "mute"
    """Nobody can receive for a unit without work."""
    NO_SUPERIOR = "no-superior"
    NO_COORDINATOR = "no-coordinator"
    """No coordinator has an address: nobody gets the morning line."""
    EMPTY_GROUP = "empty-group"
    IDLE = "idle"
    """A unit that no running plan gives anything to."""


SERIOUS = frozenset({
    Fault.UNREACHABLE, Fault.BOUNCED, Fault.PARENT_CIRCLE, Fault.DEPUTY_CIRCLE, Fault.DEPUTY_LOST, Fault.NO_UNIT,
    Fault.NO_COORDINATOR,
})  # fmt: skip
"""Faults by which somebody who should be told is not."""


@dataclass(frozen=True)
class Found:
    """One fault: the name of what it is about, its address in the tables, and the other names or addresses in it."""

    fault: Fault
    name: str
    unit_id: int | None = None
    person_id: int | None = None
    group_id: int | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Office:
    """The directory, read once: rows of the columns that are looked at, as thousands of objects would take longer."""

    units: Sequence[Any]
    contacts: Sequence[Any]
    people: Sequence[Any]
    groups: Sequence[UnitGroup]
    members: Sequence[GroupMember]
    busy: frozenset[int]

    @cached_property
    def names(self) -> dict[int, str]:
        """Every unit's name."""
        return {u.id or 0: u.name for u in self.units}

    @cached_property
    def active(self) -> list[Any]:
        """The units that take part."""
        return [u for u in self.units if u.active]


def lint(session: Session) -> list[Found]:
    """Everything that is wrong with the directory now, the worst first."""
    armed = select(Cycle.id).where(Cycle.state == CycleState.ARMED)
    works = select(Assignment.id).where(Assignment.unit_id == Unit.id, col(Assignment.cycle_id).in_(armed))
    running = select(col(Unit.id)).where(works.exists())  # one look per unit, not one per assignment
    office = _Office(
        ask(session, _columns(Unit, "name", "aliases", "parent_id", "active")).all(),
        ask(
            session,
            _columns(Contact, "unit_id", "role", "name", "address", "bounced_at").where(col(Contact.active)),
        ).all(),
        ask(session, _columns(Person, "name", "role", "unit_id", "address").where(col(Person.active))).all(),
        session.exec(select(UnitGroup).order_by(UnitGroup.name)).all(),
        session.exec(select(GroupMember)).all(),
        frozenset(number or 0 for number in session.exec(running).all()),
    )
    found = [
        *_reach(session, office),
        *_parents(office),
        *_deputies(session, office),
        *_twice(office),
        *_people(office),
        *_groups(office),
    ]
    order = list(Fault)
    return sorted(found, key=lambda f: order.index(f.fault))


def _columns(table: type[Unit | Contact | Person], *names: str) -> Any:
    return sa.select(col(table.id), *(getattr(table, name) for name in names)).order_by(col(table.id))


def _reach(session: Session, office: _Office) -> Iterator[Found]:
    known = directory(session)
    for unit in office.active:
        number = unit.id or 0
        reached = known.who(number, Audience.UNIT)
        if not reached:
            yield Found(Fault.UNREACHABLE if number in office.busy else Fault.MUTE, unit.name, number)
        above = known.who(number, Audience.SUPERIOR)
        if not above:
            yield Found(Fault.NO_SUPERIOR, unit.name, number)
        own = {r.address.casefold() for r in reached}
        same = tuple(r.address for r in above if r.address.casefold() in own)
        if same:
            yield Found(Fault.OWN_SUPERIOR, unit.name, number, others=same)
        if office.busy and number not in office.busy:
            yield Found(Fault.IDLE, unit.name, number)
    for contact in office.contacts:
        if contact.bounced_at is not None:
            name = office.names.get(contact.unit_id, "")
            yield Found(Fault.BOUNCED, name, contact.unit_id, others=(shown(contact.address),))


def _parents(office: _Office) -> Iterator[Found]:
    above = {u.id or 0: u.parent_id for u in office.units}
    by_id = {u.id or 0: u for u in office.units}
    told: set[frozenset[int]] = set()
    for unit in office.units:
        ring = parent_circle(unit.id or 0, above)
        if ring and frozenset(ring) not in told:
            told.add(frozenset(ring))
            others = tuple(office.names[n] for n in ring[1:])
            yield Found(Fault.PARENT_CIRCLE, unit.name, unit.id, others=others)
        parent = by_id.get(unit.parent_id or 0)
        if unit.active and parent is not None and not parent.active:
            yield Found(Fault.PARENT_INACTIVE, unit.name, unit.id, others=(parent.name,))


def parent_circle(unit: Key, above: Mapping[Key, Key | None]) -> list[Key]:
    """The units (ids or codes) from `unit` upwards until it comes round to itself; empty where it does not."""
    trail = [unit]
    while (parent := above.get(trail[-1])) is not None:
        if parent == unit:
            return trail
        if parent in trail:
            return []
        trail.append(parent)
    return []


def _deputies(session: Session, office: _Office) -> Iterator[Found]:
    rows = session.exec(select(Absence).order_by(col(Absence.first_day))).all()
    known = [Away(r.who, Recipient(r.deputy, "", ""), r.first_day, r.last_day) for r in rows]
    names = {f"person:{p.id}": p.name for p in office.people}
    names |= {f"contact:{c.id}": c.name or shown(c.address) for c in office.contacts}
    told: set[frozenset[str]] = set()
    for line in known:
        ring = circle(line, [other for other in known if other is not line])
        if ring and frozenset(ring) not in told:
            told.add(frozenset(ring))
            yield Found(
                Fault.DEPUTY_CIRCLE,
                names.get(line.who, line.who),
                others=tuple(names.get(k, k) for k in ring[1:]),
            )
    usable = {f"contact:{c.id}" for c in office.contacts if c.bounced_at is None}
    usable |= {f"person:{p.id}" for p in office.people if p.address}
    for line in known:
        if line.deputy.key not in usable:
            name = names.get(line.deputy.key, line.deputy.key)
            yield Found(Fault.DEPUTY_LOST, names.get(line.who, line.who), others=(name,))


def _twice(office: _Office) -> Iterator[Found]:
    active = {u.id or 0 for u in office.active}
    receiving = [c for c in office.contacts if c.role is not ContactRole.SUPERIOR and c.unit_id in active]
    yield from _shared(Fault.SAME_ADDRESS, office, ((c.address, c.unit_id) for c in receiving))
    names = ((name, u.id or 0) for u in office.active for name in (u.name, *u.aliases))
    yield from _shared(Fault.SAME_NAME, office, names)


def _shared(fault: Fault, office: _Office, pairs: Iterable[tuple[str, int]]) -> Iterator[Found]:
    shown: dict[str, str] = {}
    by_word: defaultdict[str, dict[int, None]] = defaultdict(dict)
    for word, unit in pairs:
        shown.setdefault(word.casefold(), word)
        by_word[word.casefold()][unit] = None
    for word, units in by_word.items():
        if len(units) > 1:
            first = next(iter(units))
            yield Found(fault, shown[word], first, others=tuple(office.names[n] for n in units))


def _people(office: _Office) -> Iterator[Found]:
    for person in office.people:
        if person.role is PersonRole.UNIT and person.unit_id is None:
            yield Found(Fault.NO_UNIT, person.name, person_id=person.id)
    if not any(p.role is PersonRole.COORDINATOR and p.address for p in office.people):
        yield Found(Fault.NO_COORDINATOR, "")


def _groups(office: _Office) -> Iterator[Found]:
    active = {u.id for u in office.active}
    filled = {m.group_id for m in office.members if m.unit_id in active}
    for group in office.groups:
        if group.id not in filled:
            yield Found(Fault.EMPTY_GROUP, group.name, group_id=group.id)
