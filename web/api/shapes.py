"""What the API takes and answers with: rows read into fields that stay, nothing that is not named here."""

from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from models.accounts import KeyScope
from models.cycles import CycleState, ExtensionState
from models.evidence import Verdict
from models.hooks import HookState
from models.notices import NoticeState
from models.people import PersonRole
from models.plans import ItemStatus
from plan.kinds import NoticeKind
from plan.ladder import Delivery
from plan.lifecycle import Event, TimeState, WorkState

Words = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Said = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
"""Words that say something."""


class Out(BaseModel):
    """What the API answers with."""

    model_config = ConfigDict(from_attributes=True)


class In(BaseModel):
    """What the API takes; a field that it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


class MeOut(Out):
    """Whose key this is, and what it may do."""

    person: str
    name: str
    role: PersonRole
    units: list[str]
    scopes: list[KeyScope]
    expires_at: datetime | None


class AssignmentOut(Out):
    """One item × one unit × one occurrence; `time_state` is computed at the moment of asking."""

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "id": 41, "plan_id": 3, "plan": "92/KH-UBND", "item_id": 17, "item": "II.3.1", "text": "Báo cáo quý III",
        "unit_id": 5, "unit": "so-tc", "unit_name": "Sở Tài chính", "occurrence": "2026-Q3", "state": "received",
        "time_state": "due-soon", "due_on": "2026-09-15", "due_time": None, "original_due_on": "2026-09-10",
        "version": 2, "handed_in_at": None, "completed_at": None, "replaces_id": None,
    }]})  # fmt: skip

    id: int
    plan_id: int
    plan: str
    item_id: int
    item: str
    text: str
    unit_id: int
    unit: str
    unit_name: str
    occurrence: str
    state: WorkState
    time_state: TimeState
    due_on: date | None
    due_time: time | None
    original_due_on: date | None
    version: int
    """Raised each time the deadline moves."""
    handed_in_at: datetime | None
    completed_at: datetime | None
    replaces_id: int | None


class MoveOut(Out):
    """One step in the life of an assignment."""

    at: datetime
    event: Event
    old: WorkState
    new: WorkState
    by: str
    on_behalf: str
    reason: str


class CycleOut(Out):
    """A plan in one year."""

    id: int
    year: int
    state: CycleState
    armed_at: datetime | None


class PlanOut(Out):
    """One version of a signed plan."""

    id: int
    number: str
    year: int
    version: int
    title: str
    issuer: str
    signed_on: date
    sha256: str


class PlanWhole(PlanOut):
    """One version of a signed plan with its years."""

    signer: str
    kind: str
    warnings: list[str]
    cycles: list[CycleOut]


class ItemOut(Out):
    """One task of a plan with its place in the text (code points), and what was not certain in reading it."""

    id: int
    code: str
    text: str
    start: int | None
    end: int | None
    status: ItemStatus
    lead: list[str]
    coordinate: list[str]
    due_text: str | None
    deadlines: list[dict[str, Any]]
    deliverable: str | None
    undated: bool
    ladder: str | None
    page: int | None
    warnings: list[str]


class UnitOut(Out):
    """A unit."""

    id: int
    code: str
    name: str
    aliases: list[str]
    parent_id: int | None
    active: bool


class NoticeOut(Out):
    """One message owed to one recipient, and what became of it."""

    id: int
    assignment_id: int
    version: int
    rung: str
    day: date
    kind: NoticeKind
    delivery: Delivery
    recipient: str
    address: str | None
    """Only for those who look over all units."""
    state: NoticeState
    reason: str
    send_after: datetime
    settled_at: datetime | None
    tries: int
    message_id: str


class FileOut(Out):
    """A file that was handed in."""

    sha256: str
    name: str
    size: int
    media_type: str


class KeptFile(FileOut):
    """A file that has been taken in; `token` names it when handing in."""

    token: str


class SubmissionIn(In):
    """What is handed in: words, files that were taken in before, or both."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"note": "Đã hoàn thành, kèm báo cáo 12/BC-STC", "files": [], "paper_on": "2026-09-12"},
    ]})  # fmt: skip

    note: Words = ""
    files: Annotated[list[Annotated[str, Field(max_length=2000)]], Field(max_length=20)] = []
    paper_on: date | None = None


class SubmissionOut(Out):
    """One handing-in, and the review of it."""

    id: int
    assignment_id: int
    submitted_by: str
    submitted_at: datetime
    paper_on: date | None
    note: str
    verdict: Verdict
    reviewed_by: str | None
    reviewed_at: datetime | None
    reason: str
    files: list[FileOut]


class Reason(In):
    """Why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Thiếu phụ lục 2"}]})

    reason: Said


class Seen(In):
    """Which submission was looked at; another one in its place is refused (409)."""

    submission: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class Returned(Seen):
    """What was looked at, and why it goes back."""

    reason: Said


class Reassigned(Reason):
    """To whom, and why."""

    unit: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class ExtensionIn(In):
    """Until when more time is asked for, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"new_due_on": "2026-09-30", "reason": "Chờ số liệu của Cục Thống kê"},
    ]})  # fmt: skip

    new_due_on: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
    reason: Said


class ExtensionOut(Out):
    """A request for more time and its answer; the old date is kept."""

    id: int
    assignment_id: int
    state: ExtensionState
    old_due_on: date | None
    new_due_on: date
    reason: str
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    answer: str


class Granted(In):
    """Words beside a grant, and another date than the one asked for."""

    words: Words = ""
    new_due_on: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))] | None = None


class LedgerOut(Out):
    """One row of the ledger as it is hashed."""

    seq: int
    at: str
    who: str
    assurance: str
    action: str
    subject: str
    data: str
    previous: str
    hash: str


class HeadOut(Out):
    """The last row of the ledger."""

    seq: int
    hash: str


class HookIn(In):
    """Where to, and about what: beginnings of the ledger's actions, such as "assignment." or "evidence.accepted"."""

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"url": "https://dieu-hanh.example.vn/hooks/dondoc", "events": ["assignment.", "extension."], "note": "Trục"},
    ]})  # fmt: skip

    url: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
    events: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=80)]], Field(min_length=1, max_length=40)
    ]
    note: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class HookOut(Out):
    """A webhook; its secret is shown once, when it is made or changed."""

    id: int
    url: str
    events: list[str]
    note: str
    made_at: datetime
    disabled_at: datetime | None
    why: str


class HookMade(HookOut):
    """A webhook with its secret, shown this once."""

    secret: str


class HookMessageOut(Out):
    """What became of one message."""

    id: int
    seq: int
    state: HookState
    tries: int
    code: int | None
    answer: str
    made_at: datetime
    next_try_at: datetime | None
    settled_at: datetime | None
