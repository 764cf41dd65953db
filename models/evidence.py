"""What units hand in and what is said to it."""

import enum
from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.columns import choice, long_text


class Verdict(enum.StrEnum):
    """What the reviewer has said to a submission."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class Submission(SQLModel, table=True):
    """One handing-in for one assignment: who, when, in what words, and the review of it.

    Three dates are kept apart: `paper_on` on the paper, `submitted_at` handed in, `reviewed_at` accepted or returned.
    """

    __tablename__ = "submission"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    submitted_by: str
    on_behalf: str = ""
    submitted_at: datetime
    paper_on: date | None = None
    note: str = long_text(default="")
    verdict: Verdict = choice(Verdict, "submission_verdict", default=Verdict.WAITING)
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    reason: str = long_text(default="")


class Paper(SQLModel, table=True):
    """One stored file, by the SHA-256 of its bytes; never overwritten, its name never used as a path."""

    __tablename__ = "paper"  # pyright: ignore[reportAssignmentType]

    sha256: str = Field(primary_key=True, max_length=64)
    size: int
    media_type: str
    stored_at: datetime


class SubmissionPaper(SQLModel, table=True):
    """A file in a submission, under the name that its sender gave it."""

    __tablename__ = "submission_paper"  # pyright: ignore[reportAssignmentType]

    submission_id: int = Field(foreign_key="submission.id", primary_key=True)
    sha256: str = Field(foreign_key="paper.sha256", primary_key=True)
    name: str


class ExtensionPaper(SQLModel, table=True):
    """A file beside a request for more time, or beside its answer (`of_answer`), under its sender's name."""

    __tablename__ = "extension_paper"  # pyright: ignore[reportAssignmentType]

    extension_id: int = Field(foreign_key="extension.id", primary_key=True)
    sha256: str = Field(foreign_key="paper.sha256", primary_key=True)
    of_answer: bool = Field(default=False, primary_key=True)
    name: str
