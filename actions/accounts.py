"""Who somebody is: passwords, keys, and revoking the links in mails; every sign-in and refusal is in the ledger.

`now` is the machine's own moment (aware UTC), by which sessions, keys and waits live; `at` is the database's, which a
rehearsal jumps, and stands in the ledger. What somebody typed never stands there, for it may be a password.
"""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from pwdlib import PasswordHash
from sqlmodel import Session, col, select

from actions.errors import NotFound, Problem, Refused, refuse_if
from actions.rights import must_administer
from actions.sessions import end_sessions
from models import ledger
from models.accounts import AccessKey, Credential, KeyPurpose, KeyScope, LinkGeneration, SignInAttempt, digest
from models.ledger import SYSTEM, Actor
from models.people import Person, PersonRole

FIRST_KEY_LIFE = timedelta(days=3)
WAIT = timedelta(minutes=15)
TRIES_PER_NAME, TRIES_PER_SOURCE = 5, 40
"""Failed tries within :data:`WAIT` after which a name or a network address has to wait."""
SHORTEST_PASSWORD = 10
ONLY_READS = frozenset({KeyScope.READ, KeyScope.EVIDENCE, KeyScope.LEDGER})
READS_AND_WRITES = ONLY_READS | {KeyScope.WRITE}


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    """A hash to compare with when there is nobody of that name, so that the answer takes as long."""
    return _hasher().hash(secrets.token_hex(16))


class SignInRefused(Refused):
    """A sign-in that was not accepted; `reason` is the word for the ledger, `person_id` whom it was about if known."""

    def __init__(self, problem: Problem, reason: str, person_id: int | None = None) -> None:
        """Take the sentence for the person at the screen and the word for the ledger."""
        self.reason, self.person_id = reason, person_id
        super().__init__([problem])


_WRONG = Problem("the code or the password is not right", "mã người dùng hoặc mật khẩu không đúng")
_WAIT = Problem(
    "too many failed tries; wait 15 minutes, or ask the administrator for a new key",
    "đã thử sai quá nhiều lần; hãy chờ 15 phút, hoặc nhờ quản trị cấp khóa đặt lại mật khẩu",
)


def know(session: Session, code: str, password: str, source: str, *, now: datetime) -> Person:
    """Whose code and password these are. `source` is the network address.

    Raises :class:`SignInRefused`; the caller then tells :func:`refused` in a transaction of its own. Takes as long for
    a name that nobody has as for a wrong password.
    """
    name = code.strip().casefold()
    person = session.exec(select(Person).where(Person.code == code.strip(), col(Person.active))).one_or_none()
    number = person.id if person else None
    must_wait(session, name, source, now, number)
    kept = session.get(Credential, number) if number else None
    good = _hasher().verify(password[:1024], kept.password_hash if kept else _nobody())
    if person is None or kept is None or not good:
        raise SignInRefused(
            _WRONG,
            "wrong password" if kept else "no password set" if person else "nobody of this name",
            number,
        )
    forgive(session, name)
    return person


def forgive(session: Session, who: str) -> None:
    """Forget the failed tries of who has come in."""
    session.connection().execute(sa.delete(SignInAttempt).where(col(SignInAttempt.who) == digest(who)))


def must_wait(session: Session, who: str, source: str, now: datetime, person_id: int | None) -> None:
    """Raise :class:`SignInRefused` where a name or a network address has tried too often; counted in the database."""
    if (
        _tried(session, "who", digest(who), now) >= TRIES_PER_NAME
        or _tried(session, "source", digest(source), now) >= TRIES_PER_SOURCE
    ):
        raise SignInRefused(_WAIT, "too many tries", person_id)


def _tried(session: Session, column: str, value: str, now: datetime) -> int:
    tries = select(sa.func.count()).select_from(SignInAttempt).where(col(SignInAttempt.at) > now - WAIT)
    return session.exec(tries.where(getattr(SignInAttempt, column) == value)).one()


def refused(
    session: Session, error: SignInRefused, who: str, source: str, *, now: datetime, at: datetime
) -> None:
    """Keep that a sign-in failed: for the wait, and in the ledger."""
    session.connection().execute(sa.delete(SignInAttempt).where(col(SignInAttempt.at) < now - WAIT))
    session.add(SignInAttempt(who=digest(who.strip().casefold()), source=digest(source), at=now))
    subject = f"person:{error.person_id}" if error.person_id else "person:unknown"
    ledger.record(session, at, Actor("nobody", "none"), "sign-in.refused", subject, reason=error.reason)


def make_key(
    session: Session, person: Person, purpose: KeyPurpose, *, now: datetime, at: datetime, actor: Actor,
    name: str = "", life: timedelta | None = None, scopes: Collection[KeyScope] = (),
) -> str:  # fmt: skip
    """A new key for one purpose, shown once; a new one for the password or the calendar ends the old ones.

    One's own keys everybody makes; somebody else's an administrator.
    """
    if actor.who != f"person:{person.id}":
        must_administer(session, actor)
    if purpose is not KeyPurpose.API:
        old = sa.update(AccessKey).where(
            col(AccessKey.person_id) == person.id, col(AccessKey.purpose) == purpose
        )
        session.connection().execute(old.where(col(AccessKey.revoked_at).is_(None)).values(revoked_at=now))
    secret = secrets.token_urlsafe(32)
    key = AccessKey(
        person_id=person.id or 0, purpose=purpose, digest=digest(secret), name=name.strip(),
        may_write=KeyScope.WRITE in scopes, scopes=" ".join(s for s in KeyScope if s in scopes),
        made_at=now, expires_at=now + life if life else None,
    )  # fmt: skip
    session.add(key)
    session.flush()
    ledger.record(
        session,
        at,
        actor,
        "key.made",
        f"key:{key.id}",
        person=person.id,
        purpose=purpose,
        scopes=key.scopes.split(),
    )
    return secret


def whose_key(
    session: Session, secret: str, purpose: KeyPurpose, now: datetime
) -> tuple[AccessKey, Person] | None:
    """The key with this secret and its active person, if it still opens something."""
    key = session.exec(
        select(AccessKey).where(AccessKey.digest == digest(secret), AccessKey.purpose == purpose)
    ).one_or_none()
    if key is None or key.revoked_at is not None or (key.expires_at and key.expires_at <= now):
        return None
    if purpose is KeyPurpose.SET_PASSWORD and key.used_at is not None:
        return None
    person = session.get(Person, key.person_id)
    return (key, person) if person and person.active else None


def key_seen(session: Session, key_id: int, now: datetime) -> None:
    """Keep that a key is in use."""
    session.connection().execute(sa.update(AccessKey).where(col(AccessKey.id) == key_id).values(used_at=now))


def revoke_key(
    session: Session, key_id: int, person: Person, *, now: datetime, at: datetime, actor: Actor
) -> None:
    """End one key of `person`; a second time changes nothing."""
    if actor.who != f"person:{person.id}":
        must_administer(session, actor)
    key = session.get(AccessKey, key_id)
    if key is None or key.person_id != person.id:
        raise NotFound([Problem(f"there is no key {key_id}", f"không có khóa số {key_id}")])
    if key.revoked_at is None:
        key.revoked_at = now
        session.add(key)
        ledger.record(
            session, at, actor, "key.revoked", f"key:{key.id}", person=person.id, purpose=key.purpose
        )


def set_password(
    session: Session, secret: str, password: str, again: str, *, now: datetime, at: datetime
) -> Person:
    """Choose a password with a one-time key; every session of the person ends."""
    found = whose_key(session, secret, KeyPurpose.SET_PASSWORD, now)
    if found is None:
        raise Refused.because(
            "this key has been used or has ended; ask the administrator for a new one",
            "khóa này đã dùng hoặc đã hết hạn; hãy nhờ quản trị cấp khóa mới",
        )
    key, person = found
    refuse_if(_password_problems(password, again, person))
    session.merge(
        Credential(person_id=person.id or 0, password_hash=_hasher().hash(password), changed_at=now)
    )
    key.used_at = now
    session.add(key)
    end_sessions(session, person.id or 0, now=now)
    ledger.record(
        session,
        at,
        Actor(f"person:{person.id}", "one-time-key"),
        "password.set",
        f"person:{person.id}",
        key=key.id,
    )
    return person


def change_password(
    session: Session,
    person: Person,
    old: str,
    password: str,
    again: str,
    source: str,
    *,
    now: datetime,
    at: datetime,
) -> None:
    """Choose another password, knowing the old one; every session of the person ends, this one too.

    Raises :class:`SignInRefused` for a wrong old one: it counts like a failed sign-in.
    """
    know(session, person.code, old, source, now=now)
    refuse_if(_password_problems(password, again, person))
    session.merge(
        Credential(person_id=person.id or 0, password_hash=_hasher().hash(password), changed_at=now)
    )
    end_sessions(session, person.id or 0, now=now)
    actor = Actor(f"person:{person.id}", "signed-in")
    ledger.record(session, at, actor, "password.changed", f"person:{person.id}")


def _password_problems(password: str, again: str, person: Person) -> list[Problem]:
    out: list[Problem] = []
    if not SHORTEST_PASSWORD <= len(password) <= 1024:
        out.append(Problem(
            f"a password has at least {SHORTEST_PASSWORD} characters; a sentence is good",
            f"mật khẩu cần ít nhất {SHORTEST_PASSWORD} ký tự; nên dùng cả một câu",
        ))  # fmt: skip
    if password.casefold() in {person.code.casefold(), person.name.casefold()} or len(set(password)) < 5:
        out.append(Problem("this password is too easy to guess", "mật khẩu này quá dễ đoán"))
    if password != again:
        out.append(Problem("the two passwords differ", "hai lần nhập mật khẩu không giống nhau"))
    return out


def first_administrator(session: Session, *, now: datetime, at: datetime) -> str | None:
    """The secret of a one-time key for the first administrator, who is made if need be; None once one can sign in."""
    can = select(Person.id).join(Credential, col(Credential.person_id) == col(Person.id))
    if (
        session.exec(can.where(Person.role == PersonRole.ADMINISTRATOR, col(Person.active))).first()
        is not None
    ):
        return None
    person = session.exec(
        select(Person).where(Person.role == PersonRole.ADMINISTRATOR, col(Person.active))
    ).first()
    if person is None:
        taken = set(session.exec(select(Person.code)))
        code = next(c for c in ("quan-tri", *(f"quan-tri-{n}" for n in range(2, 1000))) if c not in taken)
        person = Person(code=code, name="Quản trị", role=PersonRole.ADMINISTRATOR)
        session.add(person)
        session.flush()
        ledger.record(session, at, SYSTEM, "person.added", f"person:{person.id}", role=person.role)
    return make_key(
        session, person, KeyPurpose.SET_PASSWORD, now=now, at=at, actor=SYSTEM, life=FIRST_KEY_LIFE
    )


def generation(session: Session, recipient: str) -> int:
    """The number that links to `recipient` ("contact:8") carry now."""
    row = session.get(LinkGeneration, recipient)
    return row.number if row else 0


def revoke_links(session: Session, recipient: str, *, now: datetime, at: datetime, actor: Actor) -> int:
    """Make every link that was mailed to `recipient` before useless; answers the new number."""
    must_administer(session, actor)
    number = generation(session, recipient) + 1
    session.merge(LinkGeneration(recipient=recipient, number=number, raised_at=now))
    ledger.record(session, at, actor, "links.revoked", recipient, generation=number)
    return number


def set_active(
    session: Session, person: Person, *, active: bool, now: datetime, at: datetime, actor: Actor
) -> None:
    """Let somebody in again, or shut them out: every session and key of theirs ends. Nobody shuts themselves out."""
    must_administer(session, actor)
    if not active and actor.who == f"person:{person.id}":
        raise Refused.because("you cannot shut yourself out", "bạn không thể tự khóa tài khoản của mình")
    if person.active == active:
        return
    person.active = active
    session.add(person)
    if not active:
        end_sessions(session, person.id or 0, now=now)
        open_ones = sa.update(AccessKey).where(
            col(AccessKey.person_id) == person.id, col(AccessKey.revoked_at).is_(None)
        )
        session.connection().execute(open_ones.values(revoked_at=now))
    ledger.record(session, at, actor, "person.let-in" if active else "person.shut-out", f"person:{person.id}")
