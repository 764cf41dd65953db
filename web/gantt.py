"""A plan's tasks through the year: one line each, with its deadlines as dots."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, Cycle
from models.plans import PlanItem
from models.timing import late, many
from plan.clock import local_day
from plan.lifecycle import OPEN, UNFINISHED, WorkState


@dataclass(frozen=True)
class Bar:
    """One item on a plan's time line, as parts of the year (0 to 1000): its span and its deadlines with their tones."""

    item: PlanItem
    left: int
    right: int
    marks: list[tuple[int, str, date]]
    units: int
    done: int


MARKS = 60
"""How many deadlines one line of the time line shows."""


def given_items(session: Session, cycle: Cycle) -> list[int]:
    """The items that somebody has in this year, in the order of the text."""
    given = select(Assignment.item_id).where(Assignment.cycle_id == cycle.id)
    query = select(PlanItem.id).where(col(PlanItem.id).in_(given)).order_by(col(PlanItem.position))
    return [number or 0 for number in session.exec(query)]


def place_in(year: int, day: date) -> int:
    """Where a day stands in its year, from 0 to 1000."""
    first = date(year, 1, 1)
    return max(0, min(1000, round(1000 * (day - first).days / (date(year + 1, 1, 1) - first).days)))


def labels(year: int) -> list[int]:
    """Where each month of the year begins."""
    return [place_in(year, date(year, month, 1)) for month in range(1, 13)]


def gantt(session: Session, cycle: Cycle, at: datetime, items: Sequence[int]) -> list[Bar]:
    """These items of a cycle in the order of the text, with their deadlines through the year."""
    part = partial(place_in, cycle.year)

    is_open = col(Assignment.state).in_(OPEN)
    query = (
        sa.select(
            col(Assignment.item_id), col(Assignment.due_on), sa.func.count(), many(sa.and_(is_open, late(at))),
            many(col(Assignment.state).in_(UNFINISHED)), many(col(Assignment.state) == WorkState.COMPLETED),
        )
        .where(col(Assignment.cycle_id) == cycle.id, col(Assignment.item_id).in_(items))
        .group_by(col(Assignment.item_id), col(Assignment.due_on)).order_by(col(Assignment.due_on))
    )  # fmt: skip
    days: dict[int, list[Any]] = {}
    for row in cast("Any", session).exec(query):
        days.setdefault(row[0], []).append(row)
    rows = session.exec(select(PlanItem).where(col(PlanItem.id).in_(days)).order_by(col(PlanItem.position)))
    armed = local_day(cycle.armed_at) if cycle.armed_at else date(cycle.year, 1, 1)
    start = part(armed) if armed.year == cycle.year else 0
    return [_bar(item, days[item.id or 0], part, start) for item in rows]


def _bar(item: PlanItem, rows: Sequence[Any], part: Callable[[date], int], start: int) -> Bar:
    marks = [
        (part(due), "late" if bad else "calm" if left else "done", due)
        for _, due, _, bad, left, _ in rows
        if due
    ]
    right = max((place for place, _, _ in marks), default=1000)
    return Bar(
        item, min(start, right), right, marks[:MARKS], sum(r[2] for r in rows), sum(r[5] for r in rows)
    )
