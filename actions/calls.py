"""A telephone call to a unit, logged as the notice that it is: it counts as telling the unit, as a mail does."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.chasing import Rules, reconsider
from actions.decisions import kind_now, must_be_open
from actions.errors import Problem, refuse_if
from actions.moves import assignment_numbered
from actions.people import Doer
from models import ledger
from models.cycles import Assignment
from models.notices import Notice, NoticeState
from plan.clock import local_day
from plan.ladder import Delivery

RUNG = "call"
"""What the rungs of calls begin with: "call:1", "call:2"."""


def log_call(
    session: Session, number: int, doer: Doer, at: datetime, rules: Rules, *, told: str, words: str = "",
    reached: bool = True, called_at: datetime | None = None,
) -> Notice:  # fmt: skip
    """Write down that somebody of the unit was called about a task at `called_at` (aware; `at` where none is given).

    `told` is who was spoken to, with the number if wanted; `words` what was said. A call that nobody answered
    (`reached` False) is kept, counts for nothing, and is never held against the unit. Raises :class:`Refused` for a
    task that the unit does not owe, without `told`, and for a moment to come or before the task was given.
    """
    doer.must_coordinate()
    assignment = assignment_numbered(session, number)
    doer.reaching(assignment)
    when = called_at or at
    refuse_if([*must_be_open(assignment), *_told_whom(told), *_when(assignment, when, at)])
    notice = Notice(
        assignment_id=number, version=assignment.version, rung=f"{RUNG}:{_serial(session, number)}",
        day=local_day(when), recipient="", address=told.strip(), kind=kind_now(assignment, when),
        delivery=Delivery.ALONE, state=NoticeState.ACCEPTED if reached else NoticeState.UNREACHABLE,
        reason="" if reached else "nobody answered the telephone", detail=words.strip(), send_after=when,
        owed_at=when, settled_at=when,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    ledger.record(
        session, at, doer.actor, "notice.called", f"notice:{notice.id}", assignment=number, rung=notice.rung,
        kind=notice.kind, called_at=when.isoformat(), reached=reached,
    )  # fmt: skip
    reconsider(session, at, rules.hours)
    return notice


def _serial(session: Session, number: int) -> int:
    """The number of the next call about an assignment."""
    mine = select(sa.func.count()).where(
        Notice.assignment_id == number, col(Notice.rung).startswith(f"{RUNG}:")
    )
    return session.exec(mine).one() + 1


def _told_whom(told: str) -> list[Problem]:
    if told.strip():
        return []
    return [Problem("say who was spoken to", "hãy ghi tên người nghe điện thoại")]


def _when(assignment: Assignment, when: datetime, at: datetime) -> list[Problem]:
    if (assignment.since or assignment.created_at) <= when <= at:
        return []
    return [Problem(
        f"the call of {when:%Y-%m-%d %H:%M} UTC is in the future or before the task was given",
        "thời điểm gọi phải sau khi giao nhiệm vụ và không ở tương lai",
    )]  # fmt: skip
