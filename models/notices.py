"""The outbox: every notice owed, what became of it, and every attempt to deliver it."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import choice, long_text
from plan.kinds import NoticeKind
from plan.ladder import Delivery


class NoticeState(enum.StrEnum):
    """What has become of a notice or a digest."""

    OWED = "owed"
    """Waiting for its moment or for a sender."""
    SENDING = "sending"
    """Claimed by a sender under a lease."""
    RETRYING = "retrying"
    """The channel answered with a passing failure; tried again at `next_try_at`."""
    ACCEPTED = "accepted"
    """The channel took it."""
    FAILED = "failed"
    """The channel refused it for good, or the retries ran out."""
    BOUNCED = "bounced"
    """The channel took it, and it came back: see :class:`Bounce`."""
    VOID = "void"
    """No longer owed; `reason` says why."""
    SUPPRESSED = "suppressed"
    """The switch that stops all sending was on."""
    UNREACHABLE = "unreachable"
    """Nobody can receive it; never held against the unit."""


WAITING = (NoticeState.OWED, NoticeState.RETRYING)
"""States from which a sender may claim."""


_UNSETTLED = "state NOT IN ('accepted','void')"
UNSETTLED, UNSETTLED_DIGEST = sa.text(f"notice.{_UNSETTLED}"), sa.text(f"digest.{_UNSETTLED}")
"""Neither sent nor void: few rows of very many. Put it beside a state in a question, and the small index of these rows
alone is used; a database uses it only where these very words stand in the question, so no other question is misled."""


class Notice(SQLModel, table=True):
    """One message owed to one recipient, under a key that makes it owed once.

    `recipient` is "contact:ID" or "person:ID", or "" where nobody can receive it. A telephone call is one as well: its
    rung is "call:1", and `address` says who was spoken to.
    """

    __tablename__ = "notice"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.UniqueConstraint("assignment_id", "version", "rung", "day", "recipient"),
        sa.Index("notice_unsettled", "state", "send_after", sqlite_where=sa.text(_UNSETTLED),
                 postgresql_where=sa.text(_UNSETTLED)),
        sa.Index("notice_sent", "send_after", "state"),
        sa.Index("notice_digest", "digest_id"),
        {"sqlite_autoincrement": True},  # a number stands in the ledger and in Message-IDs and is never given again
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    version: int
    rung: str
    day: date
    recipient: str = ""
    address: str = ""
    kind: NoticeKind = choice(NoticeKind, "notice_kind")
    delivery: Delivery = choice(Delivery, "notice_delivery")
    state: NoticeState = choice(NoticeState, "notice_state", default=NoticeState.OWED)
    reason: str = long_text(default="")
    detail: str = long_text(default="")
    send_after: datetime
    owed_at: datetime
    settled_at: datetime | None = None
    digest_id: int | None = Field(default=None, foreign_key="digest.id")
    message_id: str = ""
    lease: str = ""
    lease_until: datetime | None = None
    tries: int = 0
    losses: int = 0
    """How many senders died, or broke, over it: the third time it is set aside."""
    next_try_at: datetime | None = None


class Digest(SQLModel, table=True):
    """One mail to one mailbox on one working day, in which its notices travel."""

    __tablename__ = "digest"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.UniqueConstraint("mailbox", "day"),
        sa.Index("digest_unsettled", "state", sqlite_where=sa.text(_UNSETTLED), postgresql_where=sa.text(_UNSETTLED)),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    mailbox: str
    recipient: str
    day: date
    state: NoticeState = choice(NoticeState, "digest_state", default=NoticeState.OWED)
    message_id: str = ""
    lease: str = ""
    lease_until: datetime | None = None
    tries: int = 0
    losses: int = 0
    """How many senders died, or broke, over it: the third time it is set aside."""
    next_try_at: datetime | None = None
    made_at: datetime
    settled_at: datetime | None = None


class Attempt(SQLModel, table=True):
    """One attempt to hand one message to its channel, with the channel's answer."""

    __tablename__ = "attempt"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int | None = Field(default=None, foreign_key="notice.id", index=True)
    digest_id: int | None = Field(default=None, foreign_key="digest.id", index=True)
    message_id: str
    at: datetime
    outcome: NoticeState = choice(NoticeState, "attempt_outcome")
    code: int | None = None
    answer: str = long_text(default="")


class Morning(SQLModel, table=True):
    """The one line of each morning to one coordinator or auditor: owed, sent, not delivered, and the ledger's head."""

    __tablename__ = "morning"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("recipient", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    recipient: str
    day: date
    state: NoticeState = choice(NoticeState, "morning_state")
    message_id: str = ""
    made_at: datetime


class BounceEnd(enum.StrEnum):
    """What was made of a mail that came into the bounce mailbox."""

    BOUNCED = "bounced"
    """A mail of ours came back for good."""
    DELAYED = "delayed"
    """The far server still tries: nothing changes."""
    DELIVERED = "delivered"
    AUTOMATIC = "automatic"
    """An automatic answer: no bounce."""
    FORWARDED = "forwarded"
    """It names a mail of ours, but an address to which we did not send it: somebody forwards there."""
    UNKNOWN = "unknown"
    """It names no mail of ours: forged, or very old."""
    OTHER = "other"


class Bounce(SQLModel, table=True):
    """A report from the bounce mailbox, by the hash of its bytes: read twice it is one row."""

    __tablename__ = "bounce"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True, max_length=64)
    read_at: datetime
    end: BounceEnd = choice(BounceEnd, "bounce_end")
    subject: str = ""
    """"notice:12", "digest:3" or "morning:4": the mail of ours that it is about."""
    address: str = ""
    status: str = ""
    answer: str = long_text(default="")


class BounceBox(SQLModel, table=True):
    """How far a bounce mailbox has been read, in the numbering of its server (RFC 3501, UIDVALIDITY and UID)."""

    __tablename__ = "bounce_box"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True)
    validity: int = Field(default=0, sa_type=sa.BigInteger)
    uid: int = Field(default=0, sa_type=sa.BigInteger)
    read_at: datetime
