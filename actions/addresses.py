"""Addresses that mail comes back from: which they are, and using one again."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.errors import NotFound, Problem
from actions.rights import must_administer
from models import ledger
from models.ledger import Actor
from models.people import Contact, Person, Unit


@dataclass(frozen=True)
class Dead:
    """An address that is not used: whose it is, and since when."""

    key: str
    address: str
    whose: str
    since: datetime


def dead_addresses(session: Session) -> list[Dead]:
    """Every address in use that mail has come back from, the newest first."""
    contacts = select(Contact, Unit.name).join(Unit, col(Unit.id) == col(Contact.unit_id))
    held = [
        (c, "contact", unit) for c, unit in session.exec(contacts.where(col(Contact.bounced_at).is_not(None)))
    ]
    held += [
        (p, "person", p.name) for p in session.exec(select(Person).where(col(Person.bounced_at).is_not(None)))
    ]
    found = [
        Dead(f"{kind}:{row.id}", row.address, whose, row.bounced_at)
        for row, kind, whose in held
        if row.active and row.bounced_at
    ]
    return sorted(found, key=lambda dead: (dead.since, dead.key), reverse=True)


def use_again(session: Session, address: str, *, at: datetime, actor: Actor, reason: str = "") -> int:
    """Send to this address again from now on; a mail sent before that comes back later says nothing any more.

    Answers how many contacts and people have it. Raises :class:`NotFound` where nobody with it is left out.
    """
    must_administer(session, actor)
    keys: list[str] = []
    for table in (Contact, Person):
        same = sa.func.lower(table.address) == address.strip().lower()
        query = select(table).where(same, col(table.bounced_at).is_not(None)).order_by(col(table.id))
        for holder in session.exec(query.with_for_update()).all():
            holder.bounced_at, holder.cleared_at = None, at
            session.add(holder)
            keys.append(f"{table.__name__.lower()}:{holder.id}")
    if not keys:
        raise NotFound([Problem(
            f"no mail has come back from {address}; see: dondoc unit bounced",
            f"không có thư nào bị trả về từ {address}; xem: dondoc unit bounced",
        )])  # fmt: skip
    session.flush()
    ledger.record(session, at, actor, "address.trusted-again", keys[0], cleared=keys, reason=reason.strip())
    return len(keys)
