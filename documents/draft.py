"""What reading a plan gives: a draft that a person checks before anything is assigned.

Everything is kept as it was written, with its place and the name of the rule that read it so, because the review page
shows both and a person may disagree.
"""

import datetime as dt
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from plan.deadlines import DEADLINES, Deadline, Freq


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Severity(StrEnum):
    """How much a warning matters: `question` wants an answer before the item is accepted, `note` only tells."""

    NOTE = "note"
    QUESTION = "question"


class Warned(_Part):
    """One thing that a careful reader would ask about.

    `code` is stable ("past-date"), `message` is for people, in the office's language (Vietnamese).
    """

    code: str
    message: str
    severity: Severity = Severity.NOTE


class Section(_Part):
    """One heading above a task: its printed mark ("II", "3", "a") and its title."""

    mark: str
    title: str


class ReportDuty(_Part):
    """A duty to report: to whom, by way of whom ("qua Sở Tư pháp"), and how often; empty where the text is silent."""

    recipients: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    rhythms: tuple[Freq, ...] = ()


class DraftItem(_Part):
    """One task as the text has it.

    `start` and `end` count Unicode code points of the source's text, and `text` is what stands there with its white
    space folded. `code` joins the printed marks above it ("II.3.1", "PL.I.2" in an annex). `due_text` holds the words
    of the deadline, `due` what they mean; both are empty where the text names no time. `rule` says why this was taken
    for a task ("list item under a heading of tasks"). `doubtful` items may be no task at all; a person decides.
    """

    code: str
    section: tuple[Section, ...] = ()
    text: str = Field(min_length=1)
    start: int = Field(default=0, ge=0)
    end: int = Field(default=0, ge=0)
    page: int | None = None
    row: int | None = None
    lead: tuple[str, ...] = ()
    coordinate: tuple[str, ...] = ()
    due_text: str | None = None
    due: tuple[Deadline, ...] = ()
    deliverable: str | None = None
    report: ReportDuty | None = None
    budget: str | None = None
    rule: str = ""
    lead_rule: str = ""
    due_rule: str = ""
    warnings: tuple[Warned, ...] = ()
    doubtful: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> "DraftItem":
        if self.end < self.start:
            raise ValueError(f"the item ends at {self.end}, before it starts at {self.start}")
        return self


class DraftDocument(_Part):
    """The document's own data, as printed; None or empty where it was not found.

    `years` are the years that the plan is for: one, or the first and the last of a span. `issuer` is the office that
    signs it ("UBND tỉnh Bắc Ninh"), `place` and `date` stand above the title.
    """

    number: str | None = None
    kind: str | None = None
    issuer: str | None = None
    place: str | None = None
    date: dt.date | None = None
    title: str | None = None
    signer: str | None = None
    years: tuple[int, ...] = ()
    legal_bases: tuple[str, ...] = ()


class PlanDraft(_Part):
    """A whole plan as read: its own data, its tasks in the order of the text, and what was noticed.

    `text` is the text in which the items' places count; it is left out of the YAML form, where places are optional.
    """

    document: DraftDocument
    items: tuple[DraftItem, ...] = ()
    warnings: tuple[Warned, ...] = ()
    notes: tuple[str, ...] = ()
    name: str = ""
    format: str = ""
    sha256: str = ""
    text: str = Field(default="", repr=False)


def as_json(draft: PlanDraft) -> dict[str, Any]:
    """The draft as plain JSON values, without the text: what `dondoc plan read --output json` prints."""
    data = draft.model_dump(mode="json", exclude={"text"})
    for item, printed in zip(draft.items, data["items"], strict=True):
        printed["due"] = DEADLINES.dump_python(list(item.due), mode="json")
    return data
