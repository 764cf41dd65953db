"""What was delivered about assignments, to whom and when, in one line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.notices import Notice, NoticeState
from plan.kinds import NoticeKind


@dataclass
class Told:
    """What reached somebody about one assignment: how many times, when last, to which addresses, and superiors."""

    times: int = 0
    last: date | None = None
    to: str = ""
    superiors: int = 0


def told(session: Session, numbers: Sequence[int]) -> dict[int, Told]:
    """What was delivered about each of these assignments; the reminders about their present deadline and before."""
    out = {number: Told() for number in numbers}
    if not numbers:
        return out
    columns = (col(Notice.assignment_id), col(Notice.day), col(Notice.address), col(Notice.kind))
    query = select(*columns).where(
        col(Notice.assignment_id).in_(numbers), col(Notice.state) == NoticeState.ACCEPTED
    )
    for number, day, address, kind in session.exec(query.order_by(col(Notice.day), col(Notice.id))):
        one = out[number]
        if kind is NoticeKind.ESCALATION:
            one.superiors += 1
        else:
            one.times, one.last, one.to = one.times + 1, day, address
    return out
