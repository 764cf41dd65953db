"""From rows to what the rules look at: calendar, ladders, directory, and how assignments stand."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, CalendarOverride, Cycle, LadderRow
from models.notices import Notice, NoticeState
from models.people import Contact, ContactRole, Person, PersonRole, Unit
from plan.calendar import Override, WorkingCalendar
from plan.kinds import NoticeKind
from plan.ladder import LADDERS, Ladder
from plan.owed import Key, Standing
from plan.recipients import Directory, Reach, Recipient

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


def _recipient(contact: Contact) -> Recipient:
    return Recipient(f"contact:{contact.id}", contact.name, contact.address)


def directory(session: Session) -> Directory:
    """How every unit is reached now; bounced and retired addresses are left out."""
    usable = select(Contact).where(col(Contact.active), col(Contact.bounced_at).is_(None)).order_by(col(Contact.id))
    by_role: dict[int, dict[ContactRole, list[Recipient]]] = {}
    for contact in session.exec(usable):
        by_role.setdefault(contact.unit_id, {}).setdefault(contact.role, []).append(_recipient(contact))

    def of(unit_id: int | None, role: ContactRole) -> tuple[Recipient, ...]:
        return tuple(by_role.get(unit_id or 0, {}).get(role, ()))

    units = {
        unit.id or 0: Reach(
            mailbox=of(unit.id, ContactRole.MAILBOX),
            officer=of(unit.id, ContactRole.OFFICER),
            deputy=of(unit.id, ContactRole.DEPUTY),
            superior=of(unit.id, ContactRole.SUPERIOR),
            parent_mailbox=of(unit.parent_id, ContactRole.MAILBOX),
        )
        for unit in session.exec(select(Unit))
    }
    return Directory(units, coordinators(session))


def coordinators(session: Session, roles: Sequence[PersonRole] = (PersonRole.COORDINATOR,)) -> list[Recipient]:
    """The active people in these roles who have an address."""
    people = session.exec(select(Person).where(col(Person.role).in_(roles), col(Person.active)).order_by(col(Person.id)))
    return [Recipient(f"person:{p.id}", p.name, p.address) for p in people if p.address]


def delivered(session: Session, ids: Iterable[int]) -> Mapping[tuple[int, int], int]:
    """How many notices have reached the unit, per assignment and deadline version."""
    counted = (
        select(Notice.assignment_id, Notice.version, sa.func.count())
        .where(col(Notice.assignment_id).in_(list(ids)), Notice.state == NoticeState.ACCEPTED)
        .where(col(Notice.kind).in_(UNIT_KINDS))
        .group_by(col(Notice.assignment_id), col(Notice.version))
    )
    return {(assignment, version): count for assignment, version, count in session.exec(counted)}


def decided(session: Session, ids: Iterable[int]) -> dict[tuple[int, int], set[Key]]:
    """The rungs that have been decided, per assignment and deadline version."""
    out: dict[tuple[int, int], set[Key]] = {}
    rows = select(Notice.assignment_id, Notice.version, Notice.rung, Notice.day)
    for assignment, version, rung, day in session.exec(rows.where(col(Notice.assignment_id).in_(list(ids)))):
        out.setdefault((assignment, version), set()).add((rung, day))
    return out


def standings(session: Session, assignments: Sequence[Assignment], known: Mapping[str, Ladder] | None = None) -> list[Standing]:
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
