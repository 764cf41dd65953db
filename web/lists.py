"""Lists of assignments as pages ask for them: filtered, counted and cut into pages by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, Cycle, CycleState
from models.people import Unit
from models.plans import Plan, PlanItem
from models.queries import AT_ONCE, Named, named
from models.timing import late
from plan.clock import local_day
from plan.lifecycle import OPEN, SOON_DAYS, UNFINISHED, WorkState
from web.forms import number_of
from web.sorting import vietnamese

PAGE = 50
"""How many rows one page shows."""

ARMED: Any = Cycle.state == CycleState.ARMED
RUNNING: Any = col(Assignment.cycle_id).in_(sa.select(col(Cycle.id)).where(ARMED))
"""Of running cycles only: by number, so that an index on assignments serves it and no other table is read."""


def today_(at: datetime) -> sa.ColumnElement[bool]:
    """Due today and not late yet."""
    return sa.and_(col(Assignment.due_on) == local_day(at), sa.not_(late(at)))


def soon(at: datetime) -> sa.ColumnElement[bool]:
    """Due within the next days."""
    today = local_day(at)
    return sa.and_(
        col(Assignment.due_on) > today, col(Assignment.due_on) <= today + timedelta(days=SOON_DAYS)
    )


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; empty values do not narrow."""

    when: str = ""
    state: str = ""
    plan: int | None = None
    unit: int | None = None
    words: str = ""
    page: int = 1

    @classmethod
    def of(cls, given: Any, **fixed: Any) -> "Wanted":
        """From the query part of an address; what cannot be understood is left out."""
        values: dict[str, Any] = {
            key: str(given.get(key, "")).strip()[:100] for key in ("when", "state", "words")
        }
        for key in ("plan", "unit", "page"):
            if (number := number_of(str(given.get(key, "")))) is not None:
                values[key] = number
        values["page"] = max(1, min(values.get("page", 1), 100_000))
        return cls(**(values | fixed))

    def where(self, at: datetime) -> list[Any]:
        """The conditions."""
        out: list[Any] = [RUNNING]
        match self.when:
            case "late":
                out += [col(Assignment.state).in_(OPEN), late(at)]
            case "today":
                out += [col(Assignment.state).in_(OPEN), today_(at)]
            case "soon":
                out += [col(Assignment.state).in_(OPEN), soon(at)]
            case "open":
                out.append(col(Assignment.state).in_(UNFINISHED))
            case _:
                pass
        if self.state in set(WorkState):
            out.append(Assignment.state == WorkState(self.state))
        out += [_of_items(PlanItem.plan_id == self.plan)] if self.plan else []
        out += [Assignment.unit_id == self.unit] if self.unit else []
        out += [_speaks_of(self.words)] if self.words else []
        return out


def _of_items(*where: Any) -> Any:
    return col(Assignment.item_id).in_(sa.select(col(PlanItem.id)).where(*where))


def _speaks_of(words: str) -> Any:
    """The words in an item's text or code, its plan's number or the unit's name: looked for once in each of them."""
    like = f"%{words.replace('%', '').replace('_', '')}%"
    plans = sa.select(col(Plan.id)).where(col(Plan.number).ilike(like))
    items = (
        col(PlanItem.text).ilike(like),
        col(PlanItem.code).ilike(like),
        col(PlanItem.plan_id).in_(plans),
    )
    units = sa.select(col(Unit.id)).where(col(Unit.name).ilike(like))
    return sa.or_(_of_items(sa.or_(*items)), col(Assignment.unit_id).in_(units))


def find(
    session: Session, where: Sequence[Any], *, page: int = 1, size: int = PAGE, newest: bool = False
) -> list[Named]:
    """One page of the assignments that meet every condition, the most pressing first.

    1. Their numbers, from an index alone.
    2. The rows of this page, with what they belong to; conditions speak of assignments only.
    """
    order = [col(Assignment.id).desc()] if newest else [
        col(Assignment.due_on).is_(None), col(Assignment.due_on), col(Assignment.due_time), col(Assignment.id),
    ]  # fmt: skip
    numbers = sa.select(col(Assignment.id)).where(*where).order_by(*order)
    return _whole(session, list(session.scalars(numbers.limit(size).offset((page - 1) * size))))


def _whole(session: Session, found: Sequence[int | None]) -> list[Named]:
    """The assignments with these numbers, in this order, with what they belong to."""
    rows: dict[int | None, Named] = {}
    for start in range(0, len(found), AT_ONCE):
        some = named(session, col(Assignment.id).in_(found[start : start + AT_ONCE]))
        rows |= {row.assignment.id: row for row in some}
    return [rows[number] for number in found]


def rows_after(session: Session, where: Sequence[Any], after: int, limit: int) -> list[Named]:
    """The assignments with a number above `after`, in the order of their numbers: for programs that read on."""
    numbers = (
        sa.select(col(Assignment.id)).where(*where, col(Assignment.id) > after).order_by(col(Assignment.id))
    )
    return _whole(session, list(session.scalars(numbers.limit(limit))))


def count(session: Session, where: Sequence[Any]) -> int:
    """How many there are."""
    query = sa.select(sa.func.count()).select_from(Assignment).where(*where)
    return session.scalars(query).one()


def armed_plans(session: Session) -> list[tuple[int, str]]:
    """The plans that run, for a choice."""
    query = (
        select(Plan.id, Plan.number, Plan.year)
        .join(Cycle, col(Cycle.plan_id) == col(Plan.id))
        .where(ARMED)
        .distinct()
    )
    return [
        (number or 0, f"{name} ({year})") for number, name, year in session.exec(query.order_by(Plan.number))
    ]


def units(session: Session) -> list[tuple[int, str]]:
    """Every active unit in the order of the dictionary, for a choice."""
    query = select(Unit.id, Unit.name).where(col(Unit.active))
    found = [(number or 0, name) for number, name in session.exec(query).all()]
    return sorted(found, key=lambda row: vietnamese(row[1]))
