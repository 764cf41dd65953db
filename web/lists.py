"""Lists of assignments as pages ask for them: filtered, counted and cut into pages by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, Cycle, CycleState
from models.people import Unit
from models.plans import Plan, PlanItem
from models.queries import Named
from plan.clock import LOCAL, local_day
from plan.lifecycle import OPEN, SOON_DAYS, UNFINISHED, WorkState
from web.sorting import vietnamese

PAGE = 50
"""How many rows one page shows."""

RUNNING: Any = Cycle.state == CycleState.ARMED
"""Of running cycles only."""


def late(at: datetime) -> sa.ColumnElement[bool]:
    """Past its deadline at `at`: the same rule as :func:`plan.lifecycle.overdue_from`."""
    today, hour = local_day(at), at.astimezone(LOCAL).time()
    gone = sa.and_(col(Assignment.due_on) == today, col(Assignment.due_time) <= hour)
    return sa.or_(col(Assignment.due_on) < today, gone)


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
            if str(given.get(key, "")).isdecimal():
                values[key] = int(given[key])
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
        out += [Plan.id == self.plan] if self.plan else []
        out += [Assignment.unit_id == self.unit] if self.unit else []
        if self.words:
            like = f"%{self.words.replace('%', '').replace('_', '')}%"
            fits = (
                col(PlanItem.text).ilike(like),
                col(PlanItem.code).ilike(like),
                col(Unit.name).ilike(like),
            )
            out.append(sa.or_(*fits, col(Plan.number).ilike(like)))
        return out


def _joined(*columns: Any) -> Any:
    return (
        sa.select(*columns).select_from(Assignment)
        .join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .join(PlanItem, col(PlanItem.id) == col(Assignment.item_id))
        .join(Plan, col(Plan.id) == col(PlanItem.plan_id))
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
    )  # fmt: skip


def find(
    session: Session, where: Sequence[Any], *, page: int = 1, size: int = PAGE, newest: bool = False
) -> list[Named]:
    """One page of the assignments that meet every condition, the most pressing first."""
    order = [col(Assignment.id).desc()] if newest else [
        col(Assignment.due_on).is_(None), col(Assignment.due_on), col(Assignment.due_time), col(Assignment.id),
    ]  # fmt: skip
    query = _joined(Assignment, PlanItem, Plan, Unit, Cycle).where(*where).order_by(*order)
    return [Named(*row) for row in cast("Any", session).exec(query.limit(size).offset((page - 1) * size))]


def count(session: Session, where: Sequence[Any]) -> int:
    """How many there are."""
    return int(cast("Any", session).exec(_joined(sa.func.count()).where(*where)).scalar_one())


def armed_plans(session: Session) -> list[tuple[int, str]]:
    """The plans that run, for a choice."""
    query = (
        select(Plan.id, Plan.number, Plan.year)
        .join(Cycle, col(Cycle.plan_id) == col(Plan.id))
        .where(RUNNING)
        .distinct()
    )
    return [
        (number or 0, f"{name} ({year})") for number, name, year in session.exec(query.order_by(Plan.number))
    ]


def units(session: Session) -> list[tuple[int, str]]:
    """Every active unit in the order of the dictionary, for a choice."""
    query = select(Unit.id, Unit.name).where(col(Unit.active))
    return sorted(
        ((number or 0, name) for number, name in session.exec(query)), key=lambda row: vietnamese(row[1])
    )
