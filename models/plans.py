"""The signed document and the tasks in it."""

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import choice, json_value, long_text
from plan.calendar import DaysOff


class Plan(SQLModel, table=True):
    """One version of one signed plan: what it says of itself, its whole text and the text's SHA-256."""

    __tablename__ = "plan"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.UniqueConstraint("number", "year", "version"),
        sa.UniqueConstraint("sha256", "number"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(index=True)
    year: int
    version: int = 1
    kind: str = "Kế hoạch"
    issuer: str = ""
    place: str = ""
    signed_on: date
    title: str = ""
    signer: str = ""
    text: str = long_text()
    sha256: str = Field(max_length=64)
    source_name: str = ""
    source_format: str = "txt"
    header: dict[str, Any] = json_value(default_factory=dict)
    warnings: list[str] = json_value(default_factory=list)
    days_off: DaysOff = choice(DaysOff, "plan_days_off", default=DaysOff.KEEP)
    created_at: datetime


class ItemStatus(enum.StrEnum):
    """What a person has said to a task that was read."""

    DRAFT = "draft"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class PlanItem(SQLModel, table=True):
    """One task, with the place in the plan's text that says so (`start`, `end`: code points) and why it was read."""

    __tablename__ = "plan_item"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("plan_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    code: str
    position: int
    section: list[list[str]] = json_value(default_factory=list)
    text: str = long_text()
    start: int | None = None
    end: int | None = None
    page: int | None = None
    rule: str = ""
    status: ItemStatus = choice(ItemStatus, "plan_item_status", default=ItemStatus.DRAFT)
    lead: list[str] = json_value(default_factory=list)
    coordinate: list[str] = json_value(default_factory=list)
    due_text: str | None = long_text(default=None)
    deadlines: list[dict[str, Any]] = json_value(default_factory=list)
    undated: bool = False
    deliverable: str | None = long_text(default=None)
    warnings: list[str] = json_value(default_factory=list)
    ladder: str | None = None
    deployment_id: str | None = None
