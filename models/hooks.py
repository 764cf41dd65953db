"""Webhooks: where other programs want to be told, and what became of each message."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import choice, json_value, long_text


class Webhook(SQLModel, table=True):
    """One subscription: the ledger rows after `cursor` whose action starts with one of `events` go to `url`, signed.

    `secret` and `old_secret` are sealed; the old one signs too until `old_until`, so that a receiver can change over.
    """

    __tablename__ = "webhook"  # pyright: ignore[reportAssignmentType]
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    url: str
    note: str = ""
    events: list[str] = json_value(default_factory=list)
    secret: str
    old_secret: str = ""
    old_until: datetime | None = None
    cursor: int
    made_by: str
    made_at: datetime
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    why: str = ""


class HookState(enum.StrEnum):
    """What became of one message."""

    OWED = "owed"
    RETRYING = "retrying"
    TAKEN = "taken"
    FAILED = "failed"


class HookMessage(SQLModel, table=True):
    """One ledger row owed to one subscription; UNIQUE, so that it is owed once however often the rows are looked at."""

    __tablename__ = "hook_message"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.UniqueConstraint("webhook_id", "seq"),
        sa.Index("hook_message_waits", "next_try_at", sqlite_where=sa.text("next_try_at IS NOT NULL"),
                 postgresql_where=sa.text("next_try_at IS NOT NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhook.id", index=True)
    seq: int
    state: HookState = choice(HookState, "hook_message_state", default=HookState.OWED)
    tries: int = 0
    next_try_at: datetime | None = None
    lease: str = ""
    code: int | None = None
    answer: str = long_text(default="")
    made_at: datetime
    settled_at: datetime | None = None
