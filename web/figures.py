"""The few figures with which a coordinator's day starts."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, Cycle, Extension, ExtensionState
from models.disputes import Dispute
from models.notices import Notice, NoticeState
from models.people import Unit
from models.plans import PlanItem
from plan.clock import local_day, local_moment
from plan.lifecycle import OPEN, WorkState
from web.lists import RUNNING, late, soon, today_


@dataclass(frozen=True)
class Figures:
    """How many assignments are how; `waiting` are handed in, `asked` and `disputed` want an answer."""

    open: int
    late: int
    today: int
    soon: int
    waiting: int
    done: int
    asked: int
    disputed: int


def figures(session: Session, at: datetime, *more: sa.ColumnElement[bool]) -> Figures:
    """Count the assignments of running cycles, of all or of those that meet `more`."""
    is_open = col(Assignment.state).in_(OPEN)

    def many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    conditions = (
        is_open, sa.and_(is_open, late(at)), sa.and_(is_open, today_(at)), sa.and_(is_open, soon(at)),
        col(Assignment.state) == WorkState.SUBMITTED, col(Assignment.state) == WorkState.COMPLETED,
    )  # fmt: skip
    query = (
        sa.select(*map(many, conditions))
        .select_from(Assignment)
        .join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
    )
    counts: Any = cast("Any", session).exec(query.where(RUNNING, *more)).one()
    asked = select(sa.func.count()).select_from(Extension).where(Extension.state == ExtensionState.REQUESTED)
    disputed = select(sa.func.count()).select_from(Dispute).where(col(Dispute.answered_at).is_(None))
    every: Any = (*counts, session.exec(asked).one(), session.exec(disputed).one())
    return Figures(*every)


@dataclass(frozen=True)
class Delivery:
    """Owed, sent, not delivered since yesterday morning; `void` are no longer owed, `to_go` wait for their moment."""

    owed: int
    sent: int
    to_go: int
    bad: list[tuple[Notice, str, str]]
    unreachable: list[tuple[int, str, str]]


NOT_DELIVERED = (NoticeState.FAILED, NoticeState.BOUNCED, NoticeState.RETRYING)
SHOWN = 20


def delivery(session: Session, at: datetime) -> Delivery:
    """What was owed since the start of yesterday, and what became of it."""
    since = local_moment(local_day(at) - timedelta(days=1), time.min)
    span = (col(Notice.send_after) >= since, col(Notice.send_after) <= at)
    rows = session.exec(select(Notice.state, sa.func.count()).where(*span).group_by(col(Notice.state))).all()
    by_state = dict(rows)
    owed = sum(n for state, n in by_state.items() if state is not NoticeState.VOID)
    to_go = sum(by_state.get(s, 0) for s in (NoticeState.OWED, NoticeState.SENDING))
    query = (
        select(Notice, Unit.name, PlanItem.code)
        .join(Assignment, col(Assignment.id) == col(Notice.assignment_id))
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .join(PlanItem, col(PlanItem.id) == col(Assignment.item_id))
        .where(*span, col(Notice.state).in_(NOT_DELIVERED)).order_by(col(Notice.id).desc()).limit(SHOWN)
    )  # fmt: skip
    bad = [(notice, unit, code) for notice, unit, code in session.exec(query)]
    return Delivery(owed, by_state.get(NoticeState.ACCEPTED, 0), to_go, bad, _unreachable(session, at))


def _unreachable(session: Session, at: datetime) -> list[tuple[int, str, str]]:
    """The open assignments that nobody could be told of in the last week: assignment, unit, item."""
    query = (
        select(Assignment.id, Unit.name, PlanItem.code)
        .join(Notice, col(Notice.assignment_id) == col(Assignment.id))
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .join(PlanItem, col(PlanItem.id) == col(Assignment.item_id))
        .where(Notice.state == NoticeState.UNREACHABLE, col(Notice.owed_at) > at - timedelta(days=7))
        .where(col(Assignment.state).in_(OPEN))
        .distinct().limit(SHOWN)
    )  # fmt: skip
    return [(number or 0, unit, code) for number, unit, code in session.exec(query)]
