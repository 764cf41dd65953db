"""Signing in with the office's own account: who of ours the provider's person is, and in which role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from actions.accounts import SignInRefused
from actions.errors import Problem
from actions.sessions import end_sessions
from models import ledger
from models.accounts import ProviderLink
from models.ledger import Actor
from models.people import Person, PersonRole

PROVIDER = Actor("provider", "oidc")


@dataclass(frozen=True)
class Claims:
    """What a provider has signed about somebody; the address counts only where it says that it has verified it."""

    issuer: str
    subject: str
    address: str = ""
    verified: bool = False
    name: str = ""
    roles: tuple[str, ...] | None = None
    """The values of the claim that names roles; None where roles are kept here."""


@dataclass(frozen=True)
class Rules:
    """What the office has set: which value means which role, and whether people whom it does not know get in."""

    roles: Mapping[str, str]
    create: bool = False


def person_behind(session: Session, claims: Claims, rules: Rules, *, now: datetime, at: datetime) -> Person:
    """The active person with this account: by the link made before, else once by a verified address, else a new one.

    Raises :class:`SignInRefused` for somebody whom the office does not know, or who has no role here any more.
    """
    person = (
        _linked(session, claims)
        or _by_address(session, claims, now, at)
        or _new(session, claims, rules, now, at)
    )
    if not person.active:
        raise _refusal("this account is shut out here", "tài khoản này đã bị khóa ở đây", "shut out", person)
    if claims.roles is not None:
        _take_role(session, person, _role(claims.roles, rules, person), now, at)
    return person


def _linked(session: Session, claims: Claims) -> Person | None:
    query = select(Person).join(ProviderLink, col(ProviderLink.person_id) == col(Person.id))
    return session.exec(
        query.where(ProviderLink.issuer == claims.issuer, ProviderLink.subject == claims.subject)
    ).one_or_none()


def _by_address(session: Session, claims: Claims, now: datetime, at: datetime) -> Person | None:
    """One active person with this address who is linked to no other account yet."""
    if not (claims.verified and claims.address):
        return None
    wanted = claims.address.strip().casefold()
    linked = set(session.exec(select(ProviderLink.person_id)))
    same = [
        p for p in session.exec(select(Person).where(col(Person.active), Person.address != ""))
        if p.address.casefold() == wanted
    ]  # fmt: skip
    if len(same) != 1 or same[0].id in linked:
        return None
    _link(session, same[0], claims, now, at)
    return same[0]


def _link(session: Session, person: Person, claims: Claims, now: datetime, at: datetime) -> None:
    session.add(
        ProviderLink(person_id=person.id or 0, issuer=claims.issuer, subject=claims.subject, linked_at=now)
    )
    ledger.record(session, at, PROVIDER, "provider.linked", f"person:{person.id}", issuer=claims.issuer)


def _new(session: Session, claims: Claims, rules: Rules, now: datetime, at: datetime) -> Person:
    if not (rules.create and claims.roles is not None):
        raise _refusal(
            "nobody here has this account; ask the administrator to enter your mail address as the provider knows it",
            "chưa có ai ở đây dùng tài khoản này; hãy nhờ quản trị ghi đúng địa chỉ thư của bạn",
            "unknown account",
        )
    role = _role(claims.roles, rules, None)
    if role is PersonRole.UNIT:
        raise _refusal(
            "a unit's person is entered by the administrator, who knows the unit",
            "người của đơn vị phải do quản trị nhập để gắn đúng đơn vị",
            "no unit known",
        )
    person = Person(
        code=_code(session, claims), name=claims.name or claims.address or claims.subject, role=role,
        address=claims.address if claims.verified else "",
    )  # fmt: skip
    session.add(person)
    session.flush()
    ledger.record(session, at, PROVIDER, "person.added", f"person:{person.id}", role=role)
    _link(session, person, claims, now, at)
    return person


def _code(session: Session, claims: Claims) -> str:
    """A code that is free: the address's first part, else the subject."""
    first = (claims.address.partition("@")[0] or claims.subject)[:40]
    taken = set(session.exec(select(Person.code)))
    return next(code for code in (first, *(f"{first}-{n}" for n in range(2, 10_000))) if code not in taken)


def _role(values: Sequence[str], rules: Rules, person: Person | None) -> PersonRole:
    """The first role in the order of the office's list that the provider's values give."""
    found = [role for value, role in rules.roles.items() if value in values]
    if not found:
        raise _refusal(
            "the provider gives you no role here; ask its administrator",
            "tài khoản của bạn chưa được cấp vai trò nào ở đây; hãy hỏi người quản trị tài khoản",
            "no role", person,
        )  # fmt: skip
    return PersonRole(found[0])


def _take_role(session: Session, person: Person, role: PersonRole, now: datetime, at: datetime) -> None:
    if person.role is role:
        return
    old, person.role = person.role, role
    session.add(person)
    end_sessions(session, person.id or 0, now=now)
    ledger.record(session, at, PROVIDER, "person.role", f"person:{person.id}", old=old, new=role)


def _refusal(en: str, vi: str, why: str, person: Person | None = None) -> SignInRefused:
    return SignInRefused(Problem(en, vi), f"oidc: {why}", person.id if person else None)
