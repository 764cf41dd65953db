"""What a mail that came back says, as far as the rules look at it."""

import re
from dataclasses import dataclass
from enum import StrEnum

_DEAD = re.compile(r"5\.(1\.(0|1|2|3|4|6|10)|2\.(0|1)|4\.(1|4)|7\.17)")
"""Statuses by which the address itself is no good (RFC 3463, 7505 and 7293; Exchange answers 5.4.1 as well)."""
_NOBODY = re.compile(
    r"user unknown|unknown (user|recipient|address)|no such (user|recipient|mailbox|address|person)|does ?n[o']t exist"
    r"|not exist|mailbox (unavailable|not found)|(user|recipient|address|account) (not found|disabled|inactive)"
    r"|invalid (recipient|mailbox|address)|no mailbox here",
    re.IGNORECASE,
)
"""Words for the same, where the server gives no status or the one that says nothing, 5.0.0."""


class Fate(StrEnum):
    """What a mail in the bounce mailbox says."""

    FAILED = "failed"
    """The mail was not delivered and will not be."""
    DELAYED = "delayed"
    """The server still tries."""
    DELIVERED = "delivered"
    """It arrived, or went on to a server that reports nothing."""
    AUTOMATIC = "automatic"
    """An automatic answer or a read receipt."""
    OTHER = "other"
    """Anything else: it says nothing about a delivery."""


@dataclass(frozen=True, slots=True)
class Fared:
    """How the mail to one recipient fared. `addresses`, in lower case: the final one and the one first written to.

    `status` is the enhanced code ("5.1.1", or "" where there is none), `answer` the far server's words on one line.
    """

    fate: Fate
    addresses: frozenset[str]
    status: str = ""
    answer: str = ""

    @property
    def dead(self) -> bool:
        """Whether nothing will ever be delivered to this address: not so for a full mailbox or a refused text."""
        if self.fate is not Fate.FAILED:
            return False
        vague = self.status in {"", "5.0.0"}
        return bool(_NOBODY.search(self.answer) if vague else _DEAD.fullmatch(self.status))


@dataclass(frozen=True, slots=True)
class Report:
    """One mail of the bounce mailbox: the Message-IDs of our form that it names, and how each recipient fared."""

    fate: Fate
    message_ids: frozenset[str] = frozenset()
    fared: tuple[Fared, ...] = ()

    def about(self, address: str) -> Fared | None:
        """How the mail to this address fared, if the report speaks of it."""
        wanted = address.strip().lower()
        return next((one for one in self.fared if wanted in one.addresses), None)
