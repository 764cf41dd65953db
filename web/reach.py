"""Whether what an address is about is within the reach of who asks: a coordinator's plans, a unit's own tasks.

Asked once for every route, before its page runs; the actions ask again by themselves.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from actions.errors import NotAllowed, NotFound, Problem
from actions.people import units_of
from actions.rights import plans_of
from models.cycles import Assignment, Cycle, Extension
from models.disputes import Dispute
from models.evidence import Submission
from models.people import Person, PersonRole
from web.forms import number_of

ABOUT: Mapping[str, tuple[type[Any] | None, str]] = {
    "/plans/{number}": (None, "number"),
    "/assignments/{number}": (Assignment, "number"),
    "/mine/{number}": (Assignment, "number"),
    "/extensions/{number}": (Extension, "number"),
    "/disputes/{number}": (Dispute, "number"),
    "/evidence/{submission}": (Submission, "submission"),
}
"""By how a route begins: what it is about, and which part of the address names it."""


def about(path: str) -> tuple[type[Any] | None, str] | None:
    """What the route with this path is about; None where it is about no plan and no task."""
    return next((what for begins, what in ABOUT.items() if f"{path}/".startswith(f"{begins}/")), None)


def must_reach(session: Session, person: Person, path: str, given: Mapping[str, Any], at: datetime) -> None:
    """Raise :class:`NotAllowed` for another coordinator's plan or another unit's task, :class:`NotFound`
    for what is no plain number; what does not exist passes."""
    what = about(path)
    if what is None or person.role not in {PersonRole.COORDINATOR, PersonRole.UNIT}:
        return
    table, name = what
    number = number_of(str(given[name]))
    if number is None:  # "+3" or "3.0", which the page would take for 3
        raise NotFound([Problem(f"nothing has the number {given[name]}", f"không có số {given[name]}")])
    assignment = _assignment(session, table, number) if table else None
    if table and assignment is None:
        return
    plan = session.get_one(Cycle, assignment.cycle_id).plan_id if assignment else number
    if not reaches(session, person, plan, assignment, at):
        raise NotAllowed([Problem(
            "this is another unit's, or of another coordinator's plan",
            "việc này thuộc đơn vị khác, hoặc thuộc kế hoạch do chuyên viên đầu mối khác phụ trách",
        )])  # fmt: skip


def reaches(session: Session, person: Person, plan: int, assignment: Assignment | None, at: datetime) -> bool:
    """Whether somebody may see this plan, or this assignment of it."""
    if person.role is PersonRole.UNIT:
        return assignment is not None and assignment.unit_id in units_of(session, person, at)
    plans = plans_of(session, person)
    return plans is None or plan in plans


def _assignment(session: Session, table: type[Any], number: int) -> Assignment | None:
    row = session.get(table, number)
    if row is None or isinstance(row, Assignment):
        return row
    return session.get(Assignment, row.assignment_id)
