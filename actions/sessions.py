"""Sign-ins that hold: started, looked up, kept alive, ended one by one or all at once.

They live by the machine's own clock (`now`); `at` is the database's and stands in the ledger.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.errors import NotFound, Problem
from models import ledger
from models.accounts import WebSession, digest
from models.ledger import Actor
from models.people import Person

SESSION_LIFE, SESSION_IDLE = timedelta(hours=12), timedelta(minutes=60)
"""How long a sign-in holds where nothing else is set: a long working day, and an hour without a page."""
SEEN_EVERY = timedelta(minutes=3)
"""How exactly it is known when a session or a key was last used: a row is not written with every page."""


def start_session(
    session: Session, person: Person, *, now: datetime, at: datetime, life: timedelta = SESSION_LIFE,
    how: str = "password", agent: str = "",
) -> str:  # fmt: skip
    """Sign a person in; answers the secret for the cookie. `how` says by what: "password", "password+code", "oidc"."""
    secret = secrets.token_urlsafe(32)
    row = WebSession(
        key=digest(secret), person_id=person.id or 0, started_at=now, expires_at=now + life, seen_at=now, how=how,
        agent=agent[:200],
    )  # fmt: skip
    session.add(row)
    actor = Actor(f"person:{person.id}", "signed-in")
    ledger.record(session, at, actor, "sign-in.accepted", f"person:{person.id}", role=person.role, how=how)
    return secret


@dataclass(frozen=True)
class Held:
    """A session that holds, and whose it is."""

    session: WebSession
    person: Person


def whose_session(
    session: Session, secret: str, now: datetime, idle: timedelta = SESSION_IDLE
) -> Held | None:
    """The session of this cookie and its active person, if it holds at `now` and was used within `idle`."""
    found = session.get(WebSession, digest(secret))
    if found is None or found.ended_at is not None or found.expires_at <= now:
        return None
    if now - (found.seen_at or found.started_at) > idle + SEEN_EVERY:
        return None
    person = session.get(Person, found.person_id)
    return Held(found, person) if person and person.active else None


def knows_session(session: Session, secret: str) -> bool:
    """Whether this cookie was ever given out, even if its session has ended."""
    return session.get(WebSession, digest(secret)) is not None


def seen(session: Session, key: str, now: datetime) -> None:
    """Keep that a session is in use."""
    session.connection().execute(sa.update(WebSession).where(col(WebSession.key) == key).values(seen_at=now))


def open_sessions(
    session: Session, person: Person, now: datetime, idle: timedelta = SESSION_IDLE
) -> list[WebSession]:
    """Where somebody is signed in now, the newest first."""
    query = select(WebSession).where(
        WebSession.person_id == person.id, col(WebSession.ended_at).is_(None), WebSession.expires_at > now
    )
    rows = session.exec(query.order_by(col(WebSession.started_at).desc()))
    return [row for row in rows if now - (row.seen_at or row.started_at) <= idle + SEEN_EVERY]


def end_session(
    session: Session, person: Person, number: str, *, now: datetime, at: datetime, actor: Actor
) -> None:
    """End one session of `person` from another one."""
    found = next((row for row in open_sessions(session, person, now) if row.number == number), None)
    if found is None:
        raise NotFound([Problem("there is no such sign-in any more", "phiên đăng nhập này không còn")])
    found.ended_at = now
    session.add(found)
    ledger.record(session, at, actor, "sign-in.ended", f"person:{person.id}", ended=number)


def sign_out(session: Session, secret: str, *, now: datetime, at: datetime) -> None:
    """End one session."""
    found = session.get(WebSession, digest(secret))
    if found is not None and found.ended_at is None:
        found.ended_at = now
        session.add(found)
        ledger.record(
            session,
            at,
            Actor(f"person:{found.person_id}", "signed-in"),
            "sign-in.ended",
            f"person:{found.person_id}",
        )


def end_sessions(session: Session, person_id: int, *, now: datetime) -> None:
    """End every session of a person: after a new password, or when somebody leaves."""
    open_ones = sa.update(WebSession).where(
        col(WebSession.person_id) == person_id, col(WebSession.ended_at).is_(None)
    )
    session.connection().execute(open_ones.values(ended_at=now))
