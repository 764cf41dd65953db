"""What the program knows of the engine that runs it, and its own switches."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import long_text

FOLLOWING = "following"
"""The switch that says how many of the running items have their deployment: "12/25"."""


class WorkerBeat(SQLModel, table=True):
    """One life of one worker process: dead when its heartbeat stops, and its runs with it."""

    __tablename__ = "worker_beat"  # pyright: ignore[reportAssignmentType]

    incarnation: str = Field(primary_key=True)
    pool: str
    host: str
    pid: int
    started_at: datetime
    beat_at: datetime
    stopped_at: datetime | None = None


class EngineRun(SQLModel, table=True):
    """The mirror of one Prefect flow run as it last stood; each change of it is in the ledger."""

    __tablename__ = "engine_run"  # pyright: ignore[reportAssignmentType]

    run_id: str = Field(primary_key=True, max_length=36)
    item_id: int | None = Field(default=None, foreign_key="plan_item.id", index=True)
    flow: str
    name: str
    state_type: str
    state_name: str
    message: str = long_text(default="")
    scheduled_for: datetime | None = None
    changed_at: datetime
    incarnation: str = ""


class Switch(SQLModel, table=True):
    """A setting that lives with the data: "sending", "rehearsal", "clock"."""

    __tablename__ = "switch"  # pyright: ignore[reportAssignmentType]

    name: str = Field(primary_key=True)
    value: str = long_text()
    changed_at: datetime
    by: str
