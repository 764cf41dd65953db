"""How people prove who they are: passwords, sign-ins, keys that open one door, and the numbers that revoke links.

Nothing here can be used by who reads the database: passwords are argon2 hashes, keys and session cookies SHA-256 ones.
Sessions and attempts live by the machine's clock and not by a rehearsal's, which jumps.
"""

import enum
import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import choice, long_text


def digest(secret: str) -> str:
    """What is kept of a secret that has enough randomness of its own: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


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
    seen_at: datetime | None = None
    how: str = "password"
    agent: str = ""

    @property
    def number(self) -> str:
        """What the page calls it: enough to tell sessions apart, too little to find the cookie."""
        return self.key[:16]


class SecondFactor(SQLModel, table=True):
    """The seed of one person's codes (RFC 6238), sealed; `last_step` is the newest one used: it counts once."""

    __tablename__ = "second_factor"  # pyright: ignore[reportAssignmentType]

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    seed: str
    made_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0


class RecoveryCode(SQLModel, table=True):
    """A code for whoever has lost their phone: hashed, good once."""

    __tablename__ = "recovery_code"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    digest: str = Field(unique=True, max_length=64)
    used_at: datetime | None = None


class ProviderLink(SQLModel, table=True):
    """Somebody's account at the OpenID Connect provider: once linked, the subject counts and not the address."""

    __tablename__ = "provider_link"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    issuer: str
    subject: str
    linked_at: datetime


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


class KeyScope(enum.StrEnum):
    """What a key for programs may do, within what its person may."""

    READ = "read"
    """Plans, tasks, assignments, notices, extensions, units."""
    EVIDENCE = "evidence"
    """Download what was handed in."""
    WRITE = "write"
    """Do what the person may do."""
    LEDGER = "ledger"
    """Read the ledger, and anything as of a past day."""
    WEBHOOKS = "webhooks"
    """Make, change and end webhooks."""


class AccessKey(SQLModel, table=True):
    """A secret given out once; only its SHA-256 is kept, and it can be revoked."""

    __tablename__ = "access_key"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    purpose: KeyPurpose = choice(KeyPurpose, "access_key_purpose")
    digest: str = Field(unique=True, max_length=64)
    name: str = ""
    may_write: bool = False
    scopes: str = ""
    made_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def opens(self, scope: KeyScope) -> bool:
        """Whether the key may do this."""
        return scope in self.scopes.split()


class PlanScope(SQLModel, table=True):
    """A plan to which a coordinator is limited, in all its versions; one without any line coordinates every plan."""

    __tablename__ = "plan_scope"  # pyright: ignore[reportAssignmentType]

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", primary_key=True)


class Idempotent(SQLModel, table=True):
    """What the API answered to one key of one caller, so that a request sent twice counts once."""

    __tablename__ = "idempotent"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("person_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    key: str = Field(max_length=255)
    asked: str = Field(max_length=64)
    status: int
    body: str = long_text()
    made_at: datetime = Field(index=True)


class LinkGeneration(SQLModel, table=True):
    """The number that a recipient's mailed links must carry; raising it revokes every link given out before."""

    __tablename__ = "link_generation"  # pyright: ignore[reportAssignmentType]

    recipient: str = Field(primary_key=True)
    number: int
    raised_at: datetime
