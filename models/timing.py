"""Late, in time, how many: what :mod:`plan.lifecycle` says of one deadline, as conditions for the database."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from models.cycles import Assignment
from plan.clock import LOCAL, local_day


def late(at: datetime) -> sa.ColumnElement[bool]:
    """Past its deadline at `at`: the same rule as :func:`plan.lifecycle.overdue_from`."""
    today, hour = local_day(at), at.astimezone(LOCAL).time()
    hours = (
        col(Assignment.due_time).is_not(None),
        col(Assignment.due_time) <= hour,
    )  # never NULL: "not late" is asked too
    gone = sa.and_(col(Assignment.due_on) == today, *hours)
    return sa.or_(col(Assignment.due_on) < today, gone)


def handed_in_time(session: Session, due_on: Any) -> Any:
    """Whether what was accepted had been handed in by the end of `due_on`, or by its hour, in Vietnam.

    The moment of handing in stays as it is stored and the deadline is brought to it: most were handed in on a day
    before, and for them one comparison is enough.
    """
    handed, hour = col(Assignment.handed_in_at), col(Assignment.due_time)
    if session.connection().dialect.name == "postgresql":
        ends = due_on + sa.func.coalesce(hour, sa.literal_column("TIME '24:00'"))
        return handed < sa.func.timezone(LOCAL.key, ends)
    day = sa.cast(due_on, sa.String)
    at_hour = day + sa.literal(" ") + sa.func.substr(sa.cast(hour, sa.String), 1, 8)
    stated = sa.func.strftime("%Y-%m-%d %H:%M:%S", at_hour, "-7 hours")
    ends = sa.case((hour.is_(None), day + sa.literal(" 17:00:00")), else_=stated)
    moment = sa.cast(handed, sa.String)
    return sa.or_(moment < day, moment < ends)


def many(condition: Any) -> Any:
    """How many rows meet a condition, as a column."""
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
