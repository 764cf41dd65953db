"""What units say about tasks that they hold to be somebody else's, and the answer to it."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import long_text


class Dispute(SQLModel, table=True):
    """A unit says that a task is not its own, with its reason; open until a coordinator has answered."""

    __tablename__ = "dispute"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.Index("dispute_one_open", "assignment_id", unique=True, sqlite_where=sa.text("answered_at IS NULL"),
                 postgresql_where=sa.text("answered_at IS NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    reason: str = long_text()
    raised_by: str
    on_behalf: str = ""
    raised_at: datetime
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer: str = long_text(default="")
