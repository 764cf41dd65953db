"""From rows to what the rules look at: calendar, ladders, directory, and how assignments stand."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, CalendarOverride, Cycle, LadderRow
from models.notices import Notice, NoticeState
from models.people import Contact, ContactRole, Person, PersonRole, Unit
from models.year import Absence, LadderChoice
from plan.calendar import Override, WorkingCalendar
from plan.choice import Choice
from plan.kinds import NoticeKind
from plan.ladder import LADDERS, Ladder
from plan.owed import Key, Standing
from plan.recipients import Away, Directory, Reach, Recipient

UNIT_KINDS = (NoticeKind.REMINDER, NoticeKind.LAST_DAY, NoticeKind.OVERDUE, NoticeKind.ASSIGNED)
"""The notices that count as having told the unit."""


def calendar(session: Session) -> WorkingCalendar:
    """The working calendar: Vietnam's holidays and the office's overrides."""
    rows = session.exec(select(CalendarOverride)).all()
    return WorkingCalendar(Override(r.day, r.works, r.decision, r.decided_on, r.note) for r in rows)


def ladders(session: Session) -> dict[str, Ladder]:
    """Every ladder by name: those that ship, and the office's own in their place."""
    own = {row.name: Ladder.model_validate(row.value) for row in session.exec(select(LadderRow))}
    return {**LADDERS, **own}


def choices(session: Session) -> list[Choice]:
    """The ladders that the office has chosen for plans, units and classes of items."""
    return [Choice(c.ladder, c.plan_id, c.unit_id, c.item_class) for c in session.exec(select(LadderChoice))]


def _recipient(contact: Contact) -> Recipient:
    return Recipient(f"contact:{contact.id}", contact.name, contact.address)


def directory(session: Session) -> Directory:
    """How every unit is reached now; bounced and retired addresses are left out."""
    usable = (
        sa.select(
            col(Contact.id), col(Contact.unit_id), col(Contact.role), col(Contact.name), col(Contact.address)
        )
        .where(col(Contact.active), col(Contact.bounced_at).is_(None)).order_by(col(Contact.id))
    )  # fmt: skip
    by_role: dict[int, dict[ContactRole, list[Recipient]]] = {}
    for number, unit_id, role, name, address in (
        session.connection().execute(usable).all()
    ):  # no objects: offices have 2,000
        recipient = Recipient(f"contact:{number}", name, address)
        by_role.setdefault(unit_id, {}).setdefault(role, []).append(recipient)

    def of(unit_id: int | None, role: ContactRole) -> tuple[Recipient, ...]:
        return tuple(by_role.get(unit_id or 0, {}).get(role, ()))

    units = {
        number or 0: Reach(
            mailbox=of(number, ContactRole.MAILBOX),
            officer=of(number, ContactRole.OFFICER),
            deputy=of(number, ContactRole.DEPUTY),
            superior=of(number, ContactRole.SUPERIOR),
            parent_mailbox=of(parent, ContactRole.MAILBOX),
        )
        for number, parent in session.exec(select(col(Unit.id), Unit.parent_id)).all()
    }
    return Directory(units, coordinators(session), away(session))


def away(session: Session) -> dict[str, list[Away]]:
    """Who is stood in for by whom and when, by the key of whoever is away; a deputy without an address counts not."""
    out: dict[str, list[Away]] = {}
    rows = session.exec(select(Absence).order_by(col(Absence.first_day))).all()
    for row in rows:
        if deputy := recipient_of(session, row.deputy):
            out.setdefault(row.who, []).append(Away(row.who, deputy, row.first_day, row.last_day))
    return out


def recipient_of(session: Session, key: str) -> Recipient | None:
    """Who has the key "contact:ID" or "person:ID", if there is an address to reach them at."""
    kind, _, number = key.partition(":")
    if kind == "contact":
        contact = session.get(Contact, int(number))
        usable = contact is not None and contact.active and contact.bounced_at is None
        return _recipient(contact) if contact is not None and usable else None
    found = session.get(Person, int(number))
    usable = found is not None and found.active and found.address and found.bounced_at is None
    return Recipient(key, found.name, found.address) if found is not None and usable else None


def addresses_of(session: Session, keys: Iterable[str]) -> dict[str, str]:
    """The addresses behind many keys, also those that are no longer in use."""
    out: dict[str, str] = {}
    split = [key.split(":") for key in keys]
    for kind, table in (("contact", Contact), ("person", Person)):
        ids = [int(number) for of, number in split if of == kind]
        rows = session.exec(select(table.id, table.address).where(col(table.id).in_(ids))) if ids else ()
        out |= {f"{kind}:{number}": address or "" for number, address in rows}
    return out


def coordinators(
    session: Session, roles: Sequence[PersonRole] = (PersonRole.COORDINATOR,)
) -> list[Recipient]:
    """The active people in these roles who have an address that mail does not come back from."""
    usable = select(Person).where(col(Person.active), col(Person.bounced_at).is_(None))
    people = session.exec(usable.where(col(Person.role).in_(roles)).order_by(col(Person.id)))
    return [Recipient(f"person:{p.id}", p.name, p.address) for p in people if p.address]


def delivered(session: Session, ids: Iterable[int]) -> Mapping[tuple[int, int], int]:
    """How many notices have reached the unit, per assignment and deadline version; several addresses count once."""
    counted = (
        select(Notice.assignment_id, Notice.version, sa.func.count(sa.distinct(col(Notice.rung))))
        .where(col(Notice.assignment_id).in_(list(ids)), Notice.state == NoticeState.ACCEPTED)
        .where(col(Notice.kind).in_(UNIT_KINDS))
        .group_by(col(Notice.assignment_id), col(Notice.version))
    )
    return {(assignment, version): count for assignment, version, count in session.exec(counted)}


def decided(session: Session, ids: Iterable[int]) -> dict[tuple[int, int], set[Key]]:
    """The rungs that have been decided, per assignment and deadline version."""
    out: dict[tuple[int, int], set[Key]] = {}
    rows = select(Notice.assignment_id, Notice.version, Notice.rung, col(Notice.day))
    for assignment, version, rung, day in session.exec(rows.where(col(Notice.assignment_id).in_(list(ids)))):
        out.setdefault((assignment, version), set()).add((rung, day))
    return out


def standings(
    session: Session, assignments: Sequence[Assignment], known: Mapping[str, Ladder] | None = None
) -> list[Standing]:
    """How assignments stand, for the rules; `since` is the epoch's end for what is not armed yet."""
    known = known or ladders(session)
    years = dict(session.exec(select(Cycle.id, Cycle.year)).all())
    told = delivered(session, [a.id or 0 for a in assignments])
    return [
        Standing(
            assignment_id=a.id or 0, item_id=a.item_id, state=a.state, year=years[a.cycle_id],
            due_on=a.due_on, due_time=a.due_time, version=a.version, since=a.since or a.created_at,
            ladder=known[a.ladder], announce=a.announce, delivered=told.get((a.id or 0, a.version), 0),
        )
        for a in assignments
    ]  # fmt: skip
