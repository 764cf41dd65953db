"""A plan's year: the cycle, its assignments, their moves, extensions, and the calendar and ladders they follow."""

import enum
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import choice, json_value, long_text
from plan.due import Reason
from plan.lifecycle import UNFINISHED, Event, WorkState


class CycleState(enum.StrEnum):
    """Where a plan's year stands."""

    DRAFT = "draft"
    ARMED = "armed"
    CLOSED = "closed"


class Cycle(SQLModel, table=True):
    """One plan in one year."""

    __tablename__ = "cycle"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("plan_id", "year"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    year: int
    state: CycleState = choice(CycleState, "cycle_state", default=CycleState.DRAFT)
    armed_at: datetime | None = None
    simulation_id: int | None = Field(default=None, foreign_key="simulation.id")


class Simulation(SQLModel, table=True):
    """The signed list of a cycle's notices: canonical JSON, one row a line, compressed; its hash is in the ledger."""

    __tablename__ = "simulation"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    year: int
    sha256: str = Field(max_length=64)
    notices: int
    lines: bytes = Field(sa_type=sa.LargeBinary)
    made_at: datetime


class SimulationDay(SQLModel, table=True):
    """One day of a signed list: its counts, and its lines as in :class:`Simulation`; void ones are not in `notices`."""

    __tablename__ = "simulation_day"  # pyright: ignore[reportAssignmentType]

    simulation_id: int = Field(foreign_key="simulation.id", primary_key=True)
    day: date = Field(primary_key=True)
    notices: int
    void: int
    alone: int
    digests: int
    unreachable: int
    lines: bytes = Field(sa_type=sa.LargeBinary)


class Assignment(SQLModel, table=True):
    """One item × one lead unit × one occurrence.

    `next_wake_at` is the next moment at which the rules owe something; the flow `schedule` asks for nothing else.
    """

    __tablename__ = "assignment"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "item_id", "unit_id", "occurrence", "serial"),
        sa.Index("assignment_wakes", "next_wake_at", sqlite_where=sa.text("next_wake_at IS NOT NULL"),
                 postgresql_where=sa.text("next_wake_at IS NOT NULL")),
        # each holds all that its question asks, so that lists and counts read an index and no rows
        sa.Index("assignment_listed", "cycle_id", sa.text("(due_on IS NULL)"), "due_on", "due_time", "id", "state",
                 "unit_id", "item_id"),
        sa.Index("assignment_due", "state", "due_on", "due_time", "cycle_id", "unit_id"),
        sa.Index("assignment_of_unit", "unit_id", "cycle_id", "state", "due_on", "due_time", "original_due_on",
                 "handed_in_at"),
        sa.Index("assignment_of_cycle", "cycle_id", "state", "due_on", "due_time", "original_due_on", "handed_in_at"),
        {"sqlite_autoincrement": True},  # a number stands in the ledger and is never given again
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    item_id: int = Field(foreign_key="plan_item.id", index=True)
    unit_id: int = Field(foreign_key="unit.id")
    occurrence: str
    serial: int = 1
    state: WorkState = choice(WorkState, "assignment_state", default=WorkState.ASSIGNED)
    announce: bool = True
    ladder: str = "chuan"
    due_on: date | None = None
    due_time: time | None = None
    original_due_on: date | None = None
    why_due: str = ""
    reason_due: Reason = choice(Reason, "assignment_reason", default=Reason.STATED)
    version: int = 1
    since: datetime | None = None
    next_wake_at: datetime | None = None
    next_rungs: str = ""
    escalation_waits: bool = False
    """An escalation's day has passed, but too few notices have been delivered: each morning looks again."""
    handed_in_at: datetime | None = None
    completed_at: datetime | None = None
    replaces_id: int | None = Field(default=None, foreign_key="assignment.id", index=True)
    created_at: datetime

    @property
    def unfinished(self) -> bool:
        """Whether the assignment can still go on."""
        return self.state in UNFINISHED


class AssignmentMove(SQLModel, table=True):
    """One step in the life of an assignment."""

    __tablename__ = "assignment_move"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    old: WorkState = choice(WorkState, "assignment_move_old")
    new: WorkState = choice(WorkState, "assignment_move_new")
    event: Event = choice(Event, "assignment_move_event")
    at: datetime
    by: str
    on_behalf: str = ""
    reason: str = long_text(default="")


class ExtensionState(enum.StrEnum):
    """What has been said to a request for more time."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    VOID = "void"


class Extension(SQLModel, table=True):
    """A request for more time and its answer; the old date is kept.

    `on_behalf` is the key of whoever is away and was stood in for by `requested_by`. `decision` and `decision_on` are
    the number and date of the paper that answers, where there is one.
    """

    __tablename__ = "extension"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        sa.Index("extension_one_open", "assignment_id", unique=True, sqlite_where=sa.text("state = 'requested'"),
                 postgresql_where=sa.text("state = 'requested'")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    state: ExtensionState = choice(ExtensionState, "extension_state", default=ExtensionState.REQUESTED)
    old_due_on: date | None = None
    new_due_on: date
    reason: str = long_text()
    requested_by: str
    on_behalf: str = ""
    requested_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    answer: str = long_text(default="")
    decision: str = ""
    decision_on: date | None = None


class CalendarOverride(SQLModel, table=True):
    """A day that a decision made a working day or a day off."""

    __tablename__ = "calendar_override"  # pyright: ignore[reportAssignmentType]

    day: date = Field(primary_key=True)
    works: bool
    decision: str
    decided_on: date
    note: str = ""


class LadderRow(SQLModel, table=True):
    """An office's own ladder, or its change of one that ships with the program."""

    __tablename__ = "ladder"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True)
    value: dict[str, Any] = json_value()
