"""What somebody has begun to write as an answer and not yet sent: kept for them alone, gone once it is handed
in, or untouched for 90 days."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import json_value


class AnswerDraft(SQLModel, table=True):
    """The fields of one unsent answer; `who` is "contact:ID" or "person:ID". It proves nothing and is in no ledger."""

    __tablename__ = "answer_draft"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("who", "assignment_id"),)

    id: int | None = Field(default=None, primary_key=True)
    who: str
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    fields: dict[str, list[str]] = json_value()
    saved_at: datetime


class RolloverDraft(SQLModel, table=True):
    """What has been typed about one item of next year's plan and not yet accepted; item 0 is the head of it.

    Kept per year that ends, for everybody who works on it. It proves nothing and is in no ledger.
    """

    __tablename__ = "rollover_draft"  # pyright: ignore[reportAssignmentType]

    cycle_id: int = Field(foreign_key="cycle.id", primary_key=True)
    item_id: int = Field(primary_key=True)
    fields: dict[str, list[str]] = json_value()
    saved_by: str
    saved_at: datetime
