"""What an administrator does to one unit or address beside its entry: end it, trust an address again."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.errors import NotFound, Problem, Refused
from actions.rights import must_administer
from models import ledger
from models.cycles import Assignment, Cycle, CycleState
from models.ledger import Actor
from models.people import Contact, Unit
from plan.lifecycle import UNFINISHED


def unit_numbered(session: Session, number: int) -> Unit:
    """The unit with this id; raises :class:`NotFound`."""
    unit = session.get(Unit, number)
    if unit is None:
        raise NotFound([Problem(f"there is no unit {number}", f"không có đơn vị số {number}")])
    return unit


def contact_numbered(session: Session, number: int) -> Contact:
    """The address with this id; raises :class:`NotFound`."""
    contact = session.get(Contact, number)
    if contact is None:
        raise NotFound([Problem(f"there is no contact {number}", f"không có liên hệ số {number}")])
    return contact


def set_unit_active(session: Session, unit: Unit, *, active: bool, at: datetime, actor: Actor) -> None:
    """Let a unit take part again, or end it. A unit that still owes something in a running year cannot be ended."""
    must_administer(session, actor)
    if unit.active == active:
        return
    owed = (
        select(sa.func.count())
        .select_from(Assignment)
        .join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .where(Assignment.unit_id == unit.id, Cycle.state != CycleState.CLOSED)
        .where(col(Assignment.state).in_(UNFINISHED))
    )
    if not active and (count := session.exec(owed).one()):
        raise Refused.because(
            f"{unit.name} still has {count} open tasks; give them to other units first",
            f"{unit.name} còn {count} nhiệm vụ chưa xong; hãy chuyển giao cho đơn vị khác trước",
        )
    unit.active = active
    session.add(unit)
    ledger.record(session, at, actor, "unit.let-in" if active else "unit.ended", f"unit:{unit.id}")
