"""What a session sees: one that is kept to some plans finds nothing of any other, whatever is asked of it.

The pages and the API look through such sessions for a coordinator of some plans, so that no list, count, search, export
or past day has to think of it. It holds for what is asked of the session itself, joins and subqueries included; what is
asked of `session.connection()` is not kept to anything.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlmodel import Session, col, select

from models.cycles import Assignment, Cycle, Extension
from models.disputes import Dispute
from models.evidence import Submission
from models.ledger import Ledger
from models.notices import Notice
from models.plans import Plan, PlanItem

_KEPT = "kept to"


def keep_to(session: Session, plans: Collection[int], *, also: Collection[str] = ()) -> None:
    """Let `session` see these plans alone, with their years, tasks and work, and the ledger's rows about them.

    `also` are further subjects of the ledger that it sees, such as "person:3".
    """
    years = select(col(Cycle.id)).where(col(Cycle.plan_id).in_(plans))
    cycles = frozenset(number or 0 for number in session.exec(years))
    items = select(col(PlanItem.id)).where(col(PlanItem.plan_id).in_(plans))
    works = select(col(Assignment.id)).where(col(Assignment.cycle_id).in_(cycles))
    hung = (Submission, Extension, Dispute, Notice)
    of_work = {table: select(col(table.id)).where(col(table.assignment_id).in_(works)) for table in hung}
    subjects = [
        *(f"plan:{number}" for number in plans), *(f"cycle:{number}" for number in cycles), *also,
    ]  # fmt: skip
    told = [
        col(Ledger.subject).in_(_subjects(kind, numbers))
        for kind, numbers in (("item", items), ("assignment", works), *((_kind(t), n) for t, n in of_work.items()))
    ]  # fmt: skip
    session.info[_KEPT] = [
        with_loader_criteria(Plan, col(Plan.id).in_(plans)),
        with_loader_criteria(PlanItem, col(PlanItem.plan_id).in_(plans)),
        with_loader_criteria(Cycle, col(Cycle.plan_id).in_(plans)),
        with_loader_criteria(Assignment, col(Assignment.cycle_id).in_(cycles)),
        *(with_loader_criteria(table, col(table.assignment_id).in_(works)) for table in hung),
        with_loader_criteria(Ledger, sa.or_(col(Ledger.subject).in_(subjects), *told)),
    ]


def _kind(table: type[Any]) -> str:
    return table.__tablename__


def _subjects(kind: str, numbers: Any) -> Any:
    number = numbers.selected_columns[0]
    return numbers.with_only_columns(sa.literal(f"{kind}:") + sa.cast(number, sa.String))


def sees_all(session: Session) -> bool:
    """Whether the session is kept to nothing."""
    return _KEPT not in session.info


@event.listens_for(Session, "do_orm_execute")
def _keep(asked: ORMExecuteState) -> None:
    kept = asked.session.info.get(_KEPT)
    if kept and asked.is_select:
        asked.statement = asked.statement.options(*kept)  # pyright: ignore[reportAttributeAccessIssue]
