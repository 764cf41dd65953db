"""The links in mails by which units answer without an account.

A link names the mailbox it was sent to and the assignments it is about; with none named it is about everything that is
open for that mailbox. What it may do, and that it does nothing by itself, is the business of the page behind it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from notifications.links import Links
from settings import Settings

PURPOSE = "answer"
LIFE = timedelta(days=60)
"""How long a mailed link opens: longer than the widest step between two reminders."""


def links(settings: Settings) -> Links:
    """What signs and reads links with this office's key."""
    return Links(settings.signing_key().decode(), settings.lang)


def answer_link(
    settings: Settings,
    recipient: str,
    subjects: Iterable[int],
    at: datetime,
    *,
    shared: bool,
    generation: int = 0,
) -> str:
    """The address by which the mailbox `recipient` ("contact:8") answers about the assignments `subjects`.

    `at` (aware UTC) is the moment of sending. The expiry is cut to the day, so that mails of one day that are about the
    same have the same link. `shared` says that several people read the mailbox. `generation` is the recipient's number
    from :func:`actions.accounts.generation`.
    """
    ends = (at + LIFE).replace(hour=17, minute=0, second=0, microsecond=0)
    assurance = "shared" if shared else "personal"
    token = links(settings).sign(PURPOSE, subjects, recipient, assurance, ends, generation=generation)
    return f"{settings.public_url}/a/{token}"


def console_link(settings: Settings, assignment_id: int) -> str:
    """The address at which a person with an account finds an assignment."""
    return f"{settings.public_url}/assignments/{assignment_id}"
