"""What has been typed about next year's plan and not yet accepted: kept part by part, gone once it is accepted."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.rights import must_coordinate
from models.cycles import Cycle
from models.drafts import RolloverDraft
from models.ledger import Actor

HEAD_ITEM = 0
"""Under which "item" the fields about the whole plan are kept."""


def rollover_drafts(session: Session, cycle: Cycle) -> dict[int, dict[str, list[str]]]:
    """The fields that were typed, by item."""
    rows = session.exec(select(RolloverDraft).where(RolloverDraft.cycle_id == cycle.id))
    return {row.item_id: dict(row.fields) for row in rows}


def keep_rollover(
    session: Session, cycle: Cycle, fields: Mapping[int, Mapping[str, list[str]]], *, at: datetime, actor: Actor
) -> None:  # fmt: skip
    """Keep these fields in the place of everything kept before; it says nothing to anybody else."""
    must_coordinate(session, actor, cycle.plan_id)
    known = {
        r.item_id: r for r in session.exec(select(RolloverDraft).where(RolloverDraft.cycle_id == cycle.id))
    }
    for item_id, row in known.items():
        if item_id not in fields:
            session.delete(row)
    for item_id, said in fields.items():
        row = known.get(item_id)
        if row is None or row.fields != dict(said):
            row = row or RolloverDraft(
                cycle_id=cycle.id or 0, item_id=item_id, fields={}, saved_by="", saved_at=at
            )
            row.fields, row.saved_by, row.saved_at = dict(said), actor.who, at
            session.add(row)
    session.flush()


def forget_rollover(session: Session, cycle_id: int) -> None:
    """Forget what was typed, once it is accepted."""
    gone = sa.delete(RolloverDraft).where(col(RolloverDraft.cycle_id) == cycle_id)
    session.connection().execute(gone)
