"""The links that a mail carries: one to answer by for a unit's addresses, the console for people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from models.accounts import LinkGeneration
from models.people import Contact, ContactRole
from notifications.answer_links import answer_link, console_link
from settings import Settings


@dataclass(frozen=True)
class Linking:
    """Makes the links of one round of sending."""

    settings: Settings
    at: datetime
    roles: Mapping[str, ContactRole]
    generations: Mapping[str, int]

    @classmethod
    def of(cls, session: Session, settings: Settings, at: datetime) -> "Linking":
        """What links need to know of their readers, read once."""
        roles = {
            f"contact:{key}": ContactRole(role)
            for key, role in session.exec(select(Contact.id, Contact.role))
        }
        generations = {row.recipient: row.number for row in session.exec(select(LinkGeneration))}
        return cls(settings, at, roles, generations)

    def to(self, recipient: str, assignments: Iterable[int]) -> str | None:
        """The link for `recipient` about these assignments (for none: all that are open); a superior gets none."""
        subjects = list(assignments)
        role = self.roles.get(recipient)
        if recipient.startswith("person:"):
            return console_link(self.settings, subjects[0]) if subjects else None
        if role is None or role is ContactRole.SUPERIOR:
            return None
        return answer_link(
            self.settings, recipient, subjects, self.at,
            shared=role is ContactRole.MAILBOX, generation=self.generations.get(recipient, 0),
        )  # fmt: skip
