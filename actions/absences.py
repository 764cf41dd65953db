"""Delegation in a time of absence: on those days a deputy receives somebody's notices and acts for the unit."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.errors import NotFound, Problem, refuse_if
from actions.rights import must_speak_for
from models import ledger
from models.cycles import Assignment, Cycle, CycleState
from models.ledger import Actor
from models.people import Contact, Person, PersonRole, Unit
from models.standing import recipient_of
from models.year import Absence
from plan.clock import local_day
from plan.lifecycle import UNFINISHED
from plan.recipients import Away, Recipient, circle


def recipient_named(session: Session, name: str) -> str:
    """The key of a person by code, or of a unit's contact by address; raises :class:`NotFound` for none or several."""
    person = session.exec(select(Person).where(Person.code == name, col(Person.active))).one_or_none()
    if person is not None:
        return f"person:{person.id}"
    contacts = session.exec(select(Contact).where(Contact.address == name, col(Contact.active))).all()
    if len(contacts) == 1:
        return f"contact:{contacts[0].id}"
    raise NotFound([Problem(
        f"{len(contacts) or 'nobody'} found under {name!r}; give the code of a person or the address of one contact",
        f"tìm thấy {len(contacts)} người với {name!r}; hãy nêu mã người hoặc địa chỉ của một liên hệ",
    )])  # fmt: skip


def delegate(
    session: Session,
    who: str,
    deputy: str,
    first_day: date,
    last_day: date,
    *,
    reason: str,
    at: datetime,
    actor: Actor,
) -> Absence:
    """Let `deputy` receive and act for `who` on these days, both included; keys are "contact:ID" or "person:ID".

    Acting is what a unit does: receive, hand in, ask for time, object. It is recorded as done on behalf of `who`. What
    takes a coordinator still takes a coordinator's own role.

    Raises :class:`Refused` for a deputy without an address, for an auditor, for days in the past or out of order, for
    days on which somebody stands in already, and where two (or more) would stand in for each other.
    """
    must_speak_for(session, actor, who)
    to = recipient_of(session, deputy)
    new = Away(who, to or Recipient(deputy, deputy, ""), first_day, last_day)
    refuse_if([*_wrong_days(new, at), *_wrong_deputy(session, new, to)])
    row = Absence(
        who=who,
        deputy=deputy,
        first_day=first_day,
        last_day=last_day,
        reason=reason.strip(),
        made_by=actor.who,
        made_at=at,
    )
    session.add(row)
    session.flush()
    ledger.record(
        session,
        at,
        actor,
        "absence.made",
        f"absence:{row.id}",
        who=who,
        deputy=deputy,
        first=first_day,
        last=last_day,
    )
    return row


def _wrong_days(new: Away, at: datetime) -> list[Problem]:
    if new.first_day > new.last_day:
        return [
            Problem(
                f"{new.first_day} comes after {new.last_day}",
                f"ngày {new.first_day:%d/%m/%Y} sau ngày {new.last_day:%d/%m/%Y}",
            )
        ]
    if new.last_day < local_day(at):
        return [
            Problem(f"the days are over ({new.last_day})", f"thời gian này đã qua ({new.last_day:%d/%m/%Y})")
        ]
    return []


def _wrong_deputy(session: Session, new: Away, to: Recipient | None) -> list[Problem]:
    name = name_of(session, new.deputy.key)
    if to is None:
        return [Problem(f"{name} has no address", f"{name} chưa có địa chỉ nhận")]
    known, away = known_absences(session), name_of(session, new.who)
    problems = [
        Problem(
            f"{away} is stood in for from {line.first_day} to {line.last_day} already",
            f"{away} đã có người thay từ {line.first_day:%d/%m/%Y} đến {line.last_day:%d/%m/%Y}",
        )
        for line in known
        if line.who == new.who and line.meets(new)
    ]
    if _only_looks(session, new.deputy.key):
        problems.append(Problem(
            f"{name} is an auditor, who looks on and does not act for anybody",
            f"{name} là kiểm toán, chỉ xem, không làm thay ai được",
        ))  # fmt: skip
    if round_trip := circle(new, known):
        names = " → ".join(name_of(session, key) for key in round_trip)
        problems.append(Problem(
            f"they would stand in for each other on the same days: {names}",
            f"những người này thay lẫn nhau trong cùng thời gian: {names}",
        ))  # fmt: skip
    return problems


def _only_looks(session: Session, key: str) -> bool:
    kind, _, number = key.partition(":")
    person = session.get(Person, int(number)) if kind == "person" else None
    return person is not None and person.role is PersonRole.AUDITOR


def name_of(session: Session, key: str) -> str:
    """How people call whoever has this key: the name, with the address of a contact; the key of nobody known."""
    kind, _, number = key.partition(":")
    if kind == "person":
        person = session.get(Person, int(number))
        return person.name if person else key
    contact = session.get(Contact, int(number))
    if contact is None:
        return key
    return f"{contact.name} <{contact.address}>" if contact.name else contact.address


def assignments_of_absent(session: Session, who: str) -> list[int]:
    """The unfinished assignments of running years whose notices may reach whoever has the key `who`."""
    kind, _, number = who.partition(":")
    running = (
        select(col(Assignment.id)).join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .where(Cycle.state == CycleState.ARMED, col(Assignment.state).in_(UNFINISHED))
    )  # fmt: skip
    if kind == "contact":
        unit = session.get_one(Contact, int(number)).unit_id
        below = select(Unit.id).where(sa.or_(col(Unit.id) == unit, col(Unit.parent_id) == unit))
        running = running.where(col(Assignment.unit_id).in_(below))
    return [n for n in session.exec(running.order_by(col(Assignment.id))) if n is not None]


def known_absences(session: Session) -> list[Away]:
    """Every absence on record, also of deputies who have lost their address meanwhile."""
    rows = session.exec(select(Absence).order_by(col(Absence.first_day))).all()
    return [Away(r.who, Recipient(r.deputy, "", ""), r.first_day, r.last_day) for r in rows]


def end_absence(session: Session, number: int, *, at: datetime, actor: Actor) -> None:
    """End an absence now: from today on whoever was away receives again; one that has not begun is taken back."""
    row = session.get(Absence, number)
    if row is None:
        raise NotFound([Problem(f"there is no absence {number}", f"không có lượt vắng mặt số {number}")])
    must_speak_for(session, actor, row.who)
    today = local_day(at)
    if row.first_day >= today:
        session.delete(row)
    else:
        row.last_day = min(row.last_day, today - timedelta(days=1))
        session.add(row)
    ledger.record(session, at, actor, "absence.ended", f"absence:{number}", today=today)
