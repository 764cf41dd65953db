"""What waits to go out, one line each: looked at before sending is switched on or off."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.cycles import Assignment
from models.notices import UNSETTLED, WAITING, Notice
from models.people import Unit
from models.plans import PlanItem
from plan.kinds import NoticeKind
from plan.ladder import Delivery

SHOWN = 60
"""How many notices are shown; the rest is counted."""


@dataclass(frozen=True)
class Waits:
    """One notice that waits: its day, what it is about, for whom."""

    assignment_id: int
    day: date
    kind: NoticeKind
    delivery: Delivery
    address: str
    unit: str
    code: str


def that_wait(session: Session) -> list[Waits]:
    """The first of them, in the order of sending."""
    query = (
        select(Notice, Unit.name, PlanItem.code)
        .join(Assignment, col(Assignment.id) == col(Notice.assignment_id))
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .join(PlanItem, col(PlanItem.id) == col(Assignment.item_id))
        .where(UNSETTLED, col(Notice.state).in_(WAITING))
        .order_by(col(Notice.send_after), col(Notice.id)).limit(SHOWN)
    )  # fmt: skip
    return [
        Waits(n.assignment_id, n.day, n.kind, n.delivery, n.address, unit, code)
        for n, unit, code in session.exec(query)
    ]
