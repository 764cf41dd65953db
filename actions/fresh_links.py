"""A new link for a mailbox whose old one has ended: mailed to the address on record, and to no other."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models import ledger
from models.ledger import Actor, Ledger, stamp
from models.people import Contact, ContactRole, Unit

WAIT = timedelta(minutes=15)
"""How long a mailbox that has just got a new link gets no other: nobody fills it from outside."""
_ASKED = "link.asked"


def contact_at(session: Session, address: str) -> Contact | None:
    """The first active address of a unit that reads `address`; a superior's has no links."""
    query = select(Contact).join(Unit, col(Unit.id) == col(Contact.unit_id)).where(
        col(Contact.address) == address.strip(), col(Contact.active), col(Unit.active),
        col(Contact.bounced_at).is_(None), Contact.role != ContactRole.SUPERIOR,
    )  # fmt: skip
    return session.exec(query.order_by(col(Contact.id))).first()


def ask(session: Session, contact: Contact, at: datetime) -> bool:
    """Put down that a new link is asked for; False where one went out a moment ago."""
    recent = select(Ledger).where(
        Ledger.subject == f"contact:{contact.id}", Ledger.action == _ASKED, col(Ledger.at) > stamp(at - WAIT)
    )
    if session.exec(recent).first() is not None:
        return False
    ledger.record(session, at, Actor("nobody", "none"), _ASKED, f"contact:{contact.id}", unit=contact.unit_id)
    return True
