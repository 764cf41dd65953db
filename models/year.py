"""What a year needs beside its assignments: choices of ladders, absences, events, lineage, plans made anew."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import choice, long_text
from plan.choice import ItemClass


class LadderChoice(SQLModel, table=True):
    """The ladder for new assignments of a plan, a unit, a class of items, or any of them together; empty means all."""

    __tablename__ = "ladder_choice"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    item_class: ItemClass | None = choice(ItemClass, "ladder_choice_class", default=None, nullable=True)
    ladder: str


class Absence(SQLModel, table=True):
    """Days on which somebody's notices go to a deputy; `who` and `deputy` are "contact:ID" or "person:ID"."""

    __tablename__ = "absence"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    who: str = Field(index=True)
    deputy: str
    first_day: date
    last_day: date
    reason: str = long_text(default="")
    made_by: str
    made_at: datetime


class ItemEvent(SQLModel, table=True):
    """The day of an event that an item's relative deadlines wait for, by the words of the plan."""

    __tablename__ = "item_event"  # pyright: ignore[reportAssignmentType]

    item_id: int = Field(foreign_key="plan_item.id", primary_key=True)
    anchor: str = Field(primary_key=True)
    day: date
    set_by: str
    set_at: datetime


class ItemLineage(SQLModel, table=True):
    """The item that another one comes from: of the year before, of an older version of the plan, or split from it."""

    __tablename__ = "item_lineage"  # pyright: ignore[reportAssignmentType]

    item_id: int = Field(foreign_key="plan_item.id", primary_key=True)
    from_item_id: int = Field(foreign_key="plan_item.id", primary_key=True)
    how: str


class Rollover(SQLModel, table=True):
    """A year that has been rolled over, once, and the plan that it became."""

    __tablename__ = "rollover"  # pyright: ignore[reportAssignmentType]

    from_cycle_id: int = Field(foreign_key="cycle.id", primary_key=True)
    to_cycle_id: int = Field(foreign_key="cycle.id", unique=True)
    sha256: str = Field(max_length=64)
    made_by: str
    made_at: datetime


class Replanned(SQLModel, table=True):
    """An assignment whose notices were planned anew under the same deadline: the calendar or its ladder changed."""

    __tablename__ = "replanned"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.Index("replanned_assignment", "assignment_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    version: int
    at: datetime
    reason: str = long_text()
