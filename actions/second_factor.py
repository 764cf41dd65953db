"""The second factor: codes from a phone (TOTP, RFC 6238), and recovery codes for who has lost it.

The seed is sealed under the signing key; each code counts once, because the step of the newest one used is kept.
"""

import base64
import secrets
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from pyotp import random_base32
from pyotp.totp import TOTP
from sqlmodel import Session, col, select

from actions.accounts import SignInRefused, forgive, must_wait
from actions.errors import NotFound, Problem, Refused
from actions.rights import must_administer
from actions.sessions import end_sessions
from models import ledger
from models.accounts import RecoveryCode, SecondFactor, digest
from models.ledger import Actor
from models.people import Person
from models.sealing import Seal

PURPOSE = "second-factor"
STEP, DRIFT = 30, 1
"""Seconds for which a code holds, and how many steps a phone's clock may be off."""
RECOVERY_CODES = 10

_WRONG = Problem(
    "this code is not right or has been used; wait for the next one on your phone",
    "mã này không đúng hoặc đã dùng; hãy chờ mã tiếp theo trên điện thoại",
)


def begin(session: Session, person: Person, seal: Seal, *, now: datetime) -> str:
    """A new seed, which counts once :func:`confirm` has seen a code of it; answers it for the phone (base32).

    Raises :class:`Refused` where a factor is in use: it must be taken off first.
    """
    old = session.get(SecondFactor, person.id)
    if old is not None and old.confirmed_at is not None:
        raise Refused.because("a second factor is in use already", "đã có bước xác thực thứ hai")
    seed = seal.open(old.seed) if old else random_base32()
    if old is None:
        session.add(SecondFactor(person_id=person.id or 0, seed=seal.close(seed), made_at=now))
    return seed


def address(seed: str, person: Person, office: str) -> str:
    """The address that a phone reads from a QR code (otpauth://…)."""
    return cast("Any", TOTP(seed, interval=STEP)).provisioning_uri(
        name=person.code, issuer_name=f"Đôn Đốc – {office}"
    )


def confirm(
    session: Session, person: Person, code: str, seal: Seal, *, now: datetime, at: datetime
) -> list[str]:
    """Put the factor into use with a first code; answers the recovery codes, which are shown this once."""
    row = session.get(SecondFactor, person.id)
    if row is None or row.confirmed_at is not None:
        raise Refused.because(
            "start anew: there is nothing to confirm", "hãy làm lại từ đầu: không có gì để xác nhận"
        )
    step = _step(row, code, seal, now)
    if step is None:
        raise Refused([_WRONG])
    row.confirmed_at, row.last_step = now, step
    session.add(row)
    ledger.record(session, at, _self(person), "second-factor.set", f"person:{person.id}")
    return _new_codes(session, person)


def new_codes(session: Session, person: Person, *, at: datetime) -> list[str]:
    """New recovery codes in the place of all old ones."""
    if not in_use(session, person):
        raise Refused.because("there is no second factor", "chưa có bước xác thực thứ hai")
    ledger.record(session, at, _self(person), "second-factor.recovery-codes", f"person:{person.id}")
    return _new_codes(session, person)


def _new_codes(session: Session, person: Person) -> list[str]:
    session.connection().execute(sa.delete(RecoveryCode).where(col(RecoveryCode.person_id) == person.id))
    letters = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    codes = ["-".join(text[n : n + 4] for n in range(0, 16, 4)) for text in letters]
    session.add_all(RecoveryCode(person_id=person.id or 0, digest=digest(_plain(code))) for code in codes)
    return codes


def codes_left(session: Session, person: Person) -> int:
    """How many recovery codes are still good."""
    left = select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person.id)
    return session.exec(left.where(col(RecoveryCode.used_at).is_(None))).one()


def in_use(session: Session, person: Person) -> bool:
    """Whether somebody must give a code when signing in."""
    row = session.get(SecondFactor, person.id)
    return row is not None and row.confirmed_at is not None


def tries_of(person: Person) -> str:
    """Under what name failed codes are counted: apart from passwords, so that neither opens the other."""
    return f"code:{person.id}"


def check(
    session: Session, person: Person, code: str, source: str, seal: Seal, *, now: datetime, at: datetime
) -> str:
    """Take one code of the phone, or one recovery code; answers "code" or "recovery-code".

    Raises :class:`SignInRefused` for a wrong or used one and after too many tries; then tell
    :func:`actions.accounts.refused` under the name :func:`tries_of`.
    """
    must_wait(session, tries_of(person), source, now, person.id)
    row = session.get(SecondFactor, person.id)
    if row is None or row.confirmed_at is None:
        raise SignInRefused(_WRONG, "no second factor", person.id)
    step = _step(row, code, seal, now)
    if step is not None and _claim(session, row, step):
        how = "code"
    elif _use_recovery(session, person, code, now=now):
        how = "recovery-code"
        ledger.record(
            session,
            at,
            _self(person),
            "second-factor.recovered",
            f"person:{person.id}",
            left=codes_left(session, person),
        )
    else:
        raise SignInRefused(_WRONG, "wrong or used code", person.id)
    forgive(session, tries_of(person))
    return how


def _step(row: SecondFactor, code: str, seal: Seal, now: datetime) -> int | None:
    """The step whose code this is, if it is a later one than the newest used."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return None
    totp, present = TOTP(seal.open(row.seed), interval=STEP), int(now.timestamp()) // STEP
    near = (present + n for n in range(-DRIFT, DRIFT + 1))
    return next(
        (s for s in near if s > row.last_step and secrets.compare_digest(totp.at(s * STEP), typed)), None
    )


def _claim(session: Session, row: SecondFactor, step: int) -> bool:
    """Use a step up; of two sign-ins at once with the same code one succeeds."""
    guarded = sa.update(SecondFactor).where(
        col(SecondFactor.person_id) == row.person_id, col(SecondFactor.last_step) < step
    )
    return session.connection().execute(guarded.values(last_step=step)).rowcount == 1


def _use_recovery(session: Session, person: Person, code: str, *, now: datetime) -> bool:
    guarded = sa.update(RecoveryCode).where(
        col(RecoveryCode.person_id) == person.id, col(RecoveryCode.digest) == digest(_plain(code)),
        col(RecoveryCode.used_at).is_(None),
    )  # fmt: skip
    return session.connection().execute(guarded.values(used_at=now)).rowcount == 1


def _plain(code: str) -> str:
    return "".join(c for c in code.lower() if c.isalnum())


def _self(person: Person) -> Actor:
    return Actor(f"person:{person.id}", "signed-in")


def take_off(session: Session, person: Person, *, at: datetime) -> None:
    """Do without a second factor from now on."""
    if not in_use(session, person):
        raise Refused.because("there is no second factor", "chưa có bước xác thực thứ hai")
    _forget(session, person)
    ledger.record(session, at, _self(person), "second-factor.taken-off", f"person:{person.id}")


def reset(session: Session, person_id: int, *, now: datetime, at: datetime, actor: Actor) -> Person:
    """Let an administrator take somebody's factor off, who has lost phone and codes; every session of theirs ends."""
    must_administer(session, actor)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound([Problem(f"there is no person {person_id}", f"không có người dùng số {person_id}")])
    if not in_use(session, person):
        raise Refused.because(
            f"{person.code} has no second factor", f"{person.code} chưa đặt bước xác thực thứ hai"
        )
    _forget(session, person)
    end_sessions(session, person.id or 0, now=now)
    ledger.record(session, at, actor, "second-factor.reset", f"person:{person.id}")
    return person


def _forget(session: Session, person: Person) -> None:
    for table in (RecoveryCode, SecondFactor):
        session.connection().execute(sa.delete(table).where(col(table.person_id) == person.id))
