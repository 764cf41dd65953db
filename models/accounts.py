"""How people prove who they are: passwords, sign-ins, keys that open one door, and the numbers that revoke links.

Nothing here can be used by who reads the database: passwords are argon2 hashes, keys and session cookies SHA-256 ones.
Sessions and attempts live by the machine's clock and not by a rehearsal's, which jumps.
"""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import choice


class Credential(SQLModel, table=True):
    """A person's password, hashed."""

    __tablename__ = "credential"  # pyright: ignore[reportAssignmentType]

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    password_hash: str
    changed_at: datetime


class WebSession(SQLModel, table=True):
    """One sign-in of one person; `key` is the SHA-256 of what the cookie holds. Ended ones open nothing."""

    __tablename__ = "web_session"  # pyright: ignore[reportAssignmentType]

    key: str = Field(primary_key=True, max_length=64)
    person_id: int = Field(foreign_key="person.id", index=True)
    started_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class SignInAttempt(SQLModel, table=True):
    """One try to sign in that failed; `who` and `source` are hashes, kept only to slow guessing down."""

    __tablename__ = "sign_in_attempt"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.Index("attempt_by_who", "who", "at"), sa.Index("attempt_by_source", "source", "at"))

    id: int | None = Field(default=None, primary_key=True)
    who: str = Field(max_length=64)
    source: str = Field(max_length=64)
    at: datetime


class KeyPurpose(enum.StrEnum):
    """What a key opens."""

    SET_PASSWORD = "set-password"
    """Once: choose a password."""
    CALENDAR = "calendar"
    """Read the deadlines of one person's work as a calendar feed."""
    API = "api"
    """Call the REST API as this person."""


class AccessKey(SQLModel, table=True):
    """A secret given out once; only its SHA-256 is kept, and it can be revoked."""

    __tablename__ = "access_key"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    purpose: KeyPurpose = choice(KeyPurpose, "access_key_purpose")
    digest: str = Field(unique=True, max_length=64)
    name: str = ""
    may_write: bool = False
    made_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class LinkGeneration(SQLModel, table=True):
    """The number that a recipient's mailed links must carry; raising it revokes every link given out before."""

    __tablename__ = "link_generation"  # pyright: ignore[reportAssignmentType]

    recipient: str = Field(primary_key=True)
    number: int
    raised_at: datetime
