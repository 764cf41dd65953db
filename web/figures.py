"""The few figures with which a coordinator's day starts."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.cycles import Assignment, Extension, ExtensionState
from models.disputes import Dispute
from models.notices import UNSETTLED, Notice, NoticeState
from models.people import Unit
from models.plans import PlanItem
from models.queries import ask
from models.timing import late, many
from plan.clock import local_day, local_moment
from plan.lifecycle import OPEN, SOON_DAYS, WorkState
from web.lists import RUNNING, soon, today_


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


def figures(session: Session, at: datetime) -> Figures:
    """Count the assignments of running cycles.

    Each question is put so that an index answers it: states are counted whole, deadlines among the open ones only.
    """
    by_state = states(session)
    overdue, today, coming = pressing(session, at)
    asked, disputed = (how_many(session, query) for query in waiting_requests())
    return Figures(
        open=sum(by_state.get(state, 0) for state in OPEN), late=overdue, today=today, soon=coming,
        waiting=by_state.get(WorkState.SUBMITTED, 0), done=by_state.get(WorkState.COMPLETED, 0),
        asked=asked, disputed=disputed,
    )  # fmt: skip


def pressing(session: Session, at: datetime, *more: sa.ColumnElement[bool]) -> tuple[int, int, int]:
    """How many open assignments are late, due today, and due within the week after."""
    query: Any = sa.select(*(many(condition) for condition in (late(at), today_(at), soon(at)))).where(
        col(Assignment.state).in_(OPEN),
        col(Assignment.due_on) <= local_day(at) + timedelta(days=SOON_DAYS),
        RUNNING,
        *more,
    )
    late_, today, coming = ask(session, query).one()
    return late_, today, coming


def waiting_requests() -> tuple[SelectOfScalar[Extension], SelectOfScalar[Dispute]]:
    """Requests for more time and disputes that want an answer."""
    asked = select(Extension).where(Extension.state == ExtensionState.REQUESTED)
    disputed = select(Dispute).where(col(Dispute.answered_at).is_(None))
    return asked, disputed


def how_many(session: Session, query: SelectOfScalar[Any]) -> int:
    """How many rows a query has."""
    counted = query.with_only_columns(sa.func.count(), maintain_column_froms=True)
    return session.scalars(counted).one()


def states(session: Session) -> dict[WorkState, int]:
    """How many assignments of running cycles are in each state."""
    counted = select(Assignment.state, sa.func.count()).where(RUNNING)
    return {WorkState(state): n for state, n in session.exec(counted.group_by(col(Assignment.state)))}


@dataclass(frozen=True)
class Delivery:
    """Owed, sent, not delivered since yesterday morning; `void` are no longer owed, `to_go` wait for their moment."""

    owed: int
    sent: int
    to_go: int
    bad: list[tuple[Notice, str, str]]
    unreachable: list[tuple[int, str, str]]


OWED_ONCE = tuple(state for state in NoticeState if state is not NoticeState.VOID)
"""Every state but void; named one by one, so that the index by state and moment is used."""
NOT_DELIVERED = (NoticeState.FAILED, NoticeState.BOUNCED, NoticeState.RETRYING)
SHOWN = 20


def delivery(session: Session, at: datetime) -> Delivery:
    """What was owed since the start of yesterday, and what became of it."""
    since = local_moment(local_day(at) - timedelta(days=1), time.min)
    span = (col(Notice.send_after) >= since, col(Notice.send_after) <= at)
    counted = select(Notice.state, sa.func.count()).where(*span, col(Notice.state).in_(OWED_ONCE))
    by_state = dict(session.exec(counted.group_by(col(Notice.state))).all())
    owed = sum(by_state.values())
    to_go = sum(by_state.get(s, 0) for s in (NoticeState.OWED, NoticeState.SENDING))
    query = (
        select(Notice, Unit.name, PlanItem.code)
        .join(Assignment, col(Assignment.id) == col(Notice.assignment_id))
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .join(PlanItem, col(PlanItem.id) == col(Assignment.item_id))
        .where(UNSETTLED, *span, col(Notice.state).in_(NOT_DELIVERED)).order_by(col(Notice.id).desc()).limit(SHOWN)
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
        .where(UNSETTLED, Notice.state == NoticeState.UNREACHABLE, col(Notice.owed_at) > at - timedelta(days=7))
        .where(col(Assignment.state).in_(OPEN))
        .distinct().limit(SHOWN)
    )  # fmt: skip
    return [(number or 0, unit, code) for number, unit, code in session.exec(query)]
