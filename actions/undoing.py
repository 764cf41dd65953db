"""What a person did about an item that was read, taken back: decisions, merges, splits and additions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from actions.drafting import ADDED, MERGE, SPLIT, decided_problems
from actions.errors import Problem, Refused, refuse_if
from actions.rights import must_coordinate
from models import ledger
from models.cycles import Assignment, Cycle, CycleState
from models.ledger import Actor
from models.plans import ItemStatus, Plan, PlanItem
from models.year import ItemEvent, ItemLineage


@dataclass(frozen=True)
class Undone:
    """The items that are drafts again, and the numbers of those that are no longer there."""

    again: list[PlanItem]
    gone: list[str]


def undo(session: Session, item: PlanItem, *, at: datetime, actor: Actor) -> Undone:
    """Take back the last thing a person did about an item: a decision, a merge, a split, an addition.

    1. What is accepted or left out becomes a draft again; its assignments of years that do not run are removed.
    2. A draft made by a merge or a split goes, with its brothers, and what was read comes back.
    3. A draft that was marked by hand goes.

    Raises :class:`Refused` for an item of a running or closed year, and for one that nobody has done anything about.
    """
    must_coordinate(session, actor, item.plan_id)
    refuse_if(_in_force(session, item))
    if item.status is not ItemStatus.DRAFT:
        _reconsider(session, item, at, actor)
        return Undone([item], [])
    old = _made_from(session, item)
    if old:
        brothers = [b for b in _made_of(session, old[0]) if b.id != item.id]
        refuse_if([p for b in brothers for p in decided_problems(b)])
        for one in old:
            one.status = ItemStatus.DRAFT
            session.add(one)
        return Undone(list(old), _remove(session, [item, *brothers], at, actor, [o.id for o in old]))
    if item.rule == ADDED:
        return Undone([], _remove(session, [item], at, actor, []))
    raise Refused.because(
        f"nothing to undo for item {item.code}", f"nhiệm vụ {item.code}: không có gì để hoàn tác"
    )


def _in_force(session: Session, item: PlanItem) -> list[Problem]:
    query = select(Cycle.year).join(Assignment, col(Assignment.cycle_id) == col(Cycle.id))
    running = query.where(Assignment.item_id == item.id, Cycle.state != CycleState.DRAFT)
    return [
        Problem(
            f"item {item.code} is in force in {year}; extend, reassign or cancel its assignments",
            f"nhiệm vụ {item.code} đang có hiệu lực trong năm {year}; hãy gia hạn, chuyển giao hoặc hủy việc giao",
        )
        for year in session.exec(running.limit(1))
    ]


def _reconsider(session: Session, item: PlanItem, at: datetime, actor: Actor) -> None:
    gone = list(session.exec(select(Assignment.id).where(Assignment.item_id == item.id)))
    session.connection().execute(sa.delete(Assignment).where(col(Assignment.item_id) == item.id))
    old, item.status = item.status, ItemStatus.DRAFT
    session.add(item)
    session.flush()
    ledger.record(
        session, at, actor, "item.reconsidered", f"item:{item.id}", code=item.code, was=old, removed=gone
    )


def _made_from(session: Session, item: PlanItem) -> Sequence[PlanItem]:
    """The items that were read and that this one stands in the place of."""
    query = select(PlanItem).join(ItemLineage, col(ItemLineage.from_item_id) == col(PlanItem.id))
    mine = query.where(ItemLineage.item_id == item.id, col(ItemLineage.how).in_((MERGE, SPLIT)))
    return session.exec(
        mine.where(PlanItem.plan_id == item.plan_id, PlanItem.status == ItemStatus.REJECTED)
    ).all()


def _made_of(session: Session, item: PlanItem) -> Sequence[PlanItem]:
    query = select(PlanItem).join(ItemLineage, col(ItemLineage.item_id) == col(PlanItem.id))
    return session.exec(query.where(ItemLineage.from_item_id == item.id)).all()


def replaced(session: Session, plan: Plan) -> dict[int, list[str]]:
    """By the id of each item that was merged or split while it was a draft: the numbers of what stands in its place."""
    old = aliased(PlanItem)
    query = (
        select(ItemLineage.from_item_id, PlanItem.code)
        .join(PlanItem, col(PlanItem.id) == col(ItemLineage.item_id))
        .join(old, col(old.id) == col(ItemLineage.from_item_id))
        .where(
            col(old.plan_id) == plan.id, PlanItem.plan_id == plan.id, col(old.status) == ItemStatus.REJECTED
        )
        .where(col(ItemLineage.how).in_((MERGE, SPLIT)))
        .order_by(col(PlanItem.position))
    )
    out: dict[int, list[str]] = {}
    for number, code in session.exec(query):
        out.setdefault(number, []).append(code)
    return out


def _remove(
    session: Session, items: Sequence[PlanItem], at: datetime, actor: Actor, back: Sequence[int | None]
) -> list[str]:
    ids = [i.id for i in items]
    session.flush()
    for table in (ItemLineage, ItemEvent):
        session.connection().execute(sa.delete(table).where(col(table.item_id).in_(ids)))
    for item in items:
        session.delete(item)
        ledger.record(session, at, actor, "item.undone", f"item:{item.id}", code=item.code, back=list(back))
    session.flush()
    return [i.code for i in items]
