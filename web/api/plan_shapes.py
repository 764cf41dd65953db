"""What the API takes and answers with about plans, their years, newer versions and the year after."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field

from models.cycles import CycleState
from plan.amendment import Fate
from plan.ladder import Audience, Delivery
from plan.lifecycle import WorkState
from web.api.shapes import CycleOut, In, ItemOut, Out, PlanWhole, Said

Year = Annotated[int, Path(ge=1996, le=2098)]
InYear = Annotated[int, Field(ge=1996, le=2098)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Name = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
Phrase = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Names = Annotated[list[Name], Field(max_length=1000)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class PlanRead(Out):
    """A plan as it was read: `new` says whether this document made it, or it was there already."""

    new: bool
    plan: PlanWhole
    warnings: list[str]
    items: list[ItemOut]


class Decision(In):
    """What is decided about one task, by its number in the plan.

    `units` are names or codes of units and groups; left out: as the plan names them. `due` is the deadline as a plan
    would write it; left out: as it was read. `event_day` is the day of the event that a relative deadline waits for.
    """

    code: Name
    reject: bool = False
    units: Names | None = None
    due: Phrase | None = None
    undated: bool = False
    ladder: Name | None = None
    event_day: Day | None = None


class Decisions(In):
    """Decisions about tasks for one year, all or nothing."""

    year: InYear
    items: Annotated[list[Decision], Field(min_length=1, max_length=30000)]


class Decided(Out):
    """How many tasks were decided, and what became of their assignments in the year."""

    year: int
    items: int
    made: int
    kept: int
    removed: int


class Codes(In):
    """Tasks by their numbers in the plan."""

    codes: Annotated[list[Name], Field(min_length=2, max_length=100)]


class Split(In):
    """The parts into which a task is split, in words."""

    parts: Annotated[list[Said], Field(min_length=2, max_length=50)]


class Missed(In):
    """A task that was not seen: its number, its sentence as it stands in the text; `start` tells equal ones apart."""

    code: Name
    words: Said
    start: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class ItemsMade(Out):
    """The drafts that stand there now."""

    items: list[ItemOut]


class EventIn(In):
    """The day on which an event fell; `anchor` names it where a task waits for several."""

    year: InYear
    day: Day
    anchor: Name | None = None


class Touched(Out):
    """The assignments that changed."""

    assignments: list[int]


class CollisionOut(Out):
    """A day on which one unit has several deadlines, or one mailbox several mails of their own."""

    day: date
    who: str
    what: str
    items: list[str]


class SimulationOut(Out):
    """A year beforehand, or as it was signed; `obstacles` are why it cannot be armed yet.

    `sha256` stands for the whole list: give it back to arm exactly that.
    """

    cycle: CycleOut
    sha256: str
    notices: int
    void: int
    unreachable: int
    alone: int
    digests: int
    assignments: int
    obstacles: list[str]
    collisions: list[CollisionOut]
    undated: list[str]
    nobody_reaches: Mapping[str, int]


class SimulatedOut(Out):
    """One notice of the list; without a `recipient` nobody can receive it, `void` says why it will not go out."""

    assignment_id: int
    item: str
    unit: str
    occurrence: str
    rung: str
    day: date
    send_after: datetime
    audience: Audience
    delivery: Delivery
    recipient: str
    why: str
    void: str


class SimulatedPage(Out):
    """One page of the list; another `sha256` than on the page before says that the list has changed meanwhile."""

    sha256: str
    items: list[SimulatedOut]
    next: str | None


class ArmIn(In):
    """The hash of the list that was looked at."""

    sha256: Sha256


class ArmedOut(Out):
    """The armed year and the hash of its signed list; `new` is false where it had been armed before."""

    id: int
    year: int
    state: CycleState
    armed_at: datetime | None
    sha256: str
    notices: int
    new: bool


class RolloverAsked(In):
    """Which units take the place of which (by code), and until when unfinished tasks go on."""

    units: Annotated[dict[Name, Names], Field(max_length=2000, default_factory=dict)]
    carry_until: Day | None = None


class RolledOver(Out):
    """The draft of the next year."""

    plan_id: int
    cycle_id: int
    items: int
    assignments: int
    carried: int
    sha256: str


class SideOut(Out):
    """One task as one version states it."""

    item_id: int
    code: str
    text: str
    due_text: str | None
    lead: list[str]


class PairOut(Out):
    """One task in both versions; `fields` names what differs. `code` is how it is accepted."""

    code: str
    fate: Fate
    fields: list[str]
    old: SideOut | None
    new: SideOut | None


class AmendmentDecision(In):
    """Units and deadline of one added or changed task, as in a decision about a plan."""

    code: Name
    units: Annotated[list[Name], Field(max_length=1000, default_factory=list)]
    due: Phrase | None = None
    undated: bool = False


class AmendmentIn(In):
    """Which changes are taken (none named: every one), with the reason or paper."""

    reason: Said
    codes: Annotated[list[Name], Field(max_length=30000, default_factory=list)]
    decisions: Annotated[list[AmendmentDecision], Field(max_length=30000, default_factory=list)]


class AmendmentSeen(AmendmentIn):
    """The same, with the `seen` of the preview: another outcome than the one looked at is refused (409)."""

    seen: Sha256


class StandsOut(Out):
    """How an assignment stands."""

    item: str
    unit: str
    state: WorkState
    due_on: date | None


class EffectOut(Out):
    """One assignment before and after (null where it is not there), and who is told what."""

    before: StandsOut | None
    after: StandsOut | None
    told: list[str]


class AmendmentPreview(Out):
    """What accepting would do; give `seen` back to do it."""

    seen: str
    effects: list[EffectOut]


class AmendedOut(Out):
    """What accepting has done: tasks by fate, assignments closed and made, and how many go on."""

    accepted: dict[str, int]
    closed: list[int]
    made: list[int]
    kept: int
