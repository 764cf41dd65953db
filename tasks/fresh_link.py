"""The mail that brings a new link: everything that is open for one mailbox, asked for by its reader."""

from dataclasses import replace

from sqlmodel import Session, col

from actions.letters import tell_unfit
from models.cycles import Assignment, Cycle, CycleState
from models.database import reading, unit_of_work
from models.notices import Digest
from models.people import Contact
from models.queries import named
from notifications.channels import Outcome
from notifications.messages import DigestMail
from plan.clock import local_day
from plan.lifecycle import OPEN
from tasks.linking import Linking
from tasks.mail import Desk, Names, digest_mail
from tasks.place import Place
from tasks.sending import renderer, send_sample


def send_fresh_link(place: Place, contact_id: int) -> Outcome:
    """Mail the reader of one address a new link to all that is open there. Raises ChannelError with no channel."""
    at = place.now
    with reading(place.url) as session:
        mail = open_mail(session, place, session.get_one(Contact, contact_id))
    make = renderer(place)
    message = make.digest(mail, at=at)
    if make.unfit:
        with unit_of_work(place.url) as session:
            tell_unfit(session, make.unfit, make.lang, at)
    title = {"vi": "Liên kết mới", "en": "Your new link"}[place.settings.lang]
    own_id = message.message_id.replace("<digest-", f"<link-{at:%H%M%S}-", 1)
    return send_sample(place, replace(message, subject=f"{title} – {message.subject}", message_id=own_id))


def open_mail(session: Session, place: Place, contact: Contact) -> DigestMail:
    """Everything that is open for one address, as its digest lists it."""
    at, unit = place.now, contact.unit_id
    where = (Assignment.unit_id == unit, Cycle.state == CycleState.ARMED, col(Assignment.state).in_(OPEN))
    desk = Desk(
        at, {unit: named(session, *where)}, {contact.address: [unit]}, frozenset(), [], [], frozenset(),
        Names.of(session), Linking.of(session, place.settings, at),
    )  # fmt: skip
    digest = Digest(mailbox=contact.address, recipient=f"contact:{contact.id}", day=local_day(at), made_at=at)
    return digest_mail(digest, (), {}, desk)
