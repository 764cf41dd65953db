"""Unsent answers: kept while somebody writes, shown again on any machine, forgotten once they are handed in."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.moves import assignment_numbered
from actions.people import Doer
from models.drafts import AnswerDraft

MOST = 64_000
"""How much of one draft is kept, in characters."""
KEEP = timedelta(days=90)
"""How long an unsent answer is kept after it was last saved."""


def draft_of(session: Session, doer: Doer, number: int) -> AnswerDraft | None:
    """What this person or mailbox has begun to answer about one assignment."""
    query = select(AnswerDraft).where(AnswerDraft.who == doer.actor.who, AnswerDraft.assignment_id == number)
    return session.exec(query).one_or_none()


def keep_draft(
    session: Session, number: int, doer: Doer, at: datetime, fields: Mapping[str, list[str]]
) -> AnswerDraft:
    """Keep the fields of an unsent answer in the place of those before; it says nothing to anybody else."""
    doer.reaching(assignment_numbered(session, number))
    draft = draft_of(session, doer, number) or AnswerDraft(
        who=doer.actor.who, assignment_id=number, fields={}, saved_at=at
    )
    draft.fields = {name: [v[:MOST] for v in values] for name, values in fields.items()}
    draft.saved_at = at
    session.add(draft)
    return draft


def forget_old(session: Session, at: datetime) -> int:
    """Forget what nobody has touched for :data:`KEEP`; answers how many there were."""
    old = sa.delete(AnswerDraft).where(col(AnswerDraft.saved_at) < at - KEEP)
    return session.connection().execute(old).rowcount


def forget_drafts(session: Session, doer: Doer, numbers: Iterable[int]) -> None:
    """Forget what has been handed in."""
    gone = sa.delete(AnswerDraft).where(
        col(AnswerDraft.who) == doer.actor.who, col(AnswerDraft.assignment_id).in_(list(numbers))
    )
    session.connection().execute(gone)
