"""A plan's year: looked at beforehand, armed as it was looked at, taken back before the first notice."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from actions import cycles
from actions.outlook import Outlook, outlook
from actions.signed import signed_simulation
from models.cycles import Cycle, CycleState
from models.plans import Plan
from plan.simulation import SimulatedNotice, sha256, totals
from web.api.answers import CHANGES, LISTS, READS
from web.api.assignments import Number
from web.api.caller import Caller, Reads, Writes
from web.api.listing import Paging
from web.api.plan_shapes import (
    ArmedOut,
    ArmIn,
    CollisionOut,
    SimulatedOut,
    SimulatedPage,
    SimulationOut,
    Year,
)
from web.api.plans import the_plan
from web.api.shapes import CycleOut, Reason
from web.api.writing import Write, once, write
from web.errors import lang_of

router = APIRouter(prefix="/plans/{number}/years/{year}", tags=["years"])

How = Annotated[Write, Depends(write)]


class _LongPaging(Paging):
    """Pages of a list that is computed as a whole each time: longer ones, so that it is not computed so often."""

    def __init__(
        self, request: Request, response: Response,
        cursor: Annotated[str | None, Query(max_length=60, description="What the page before gave as `next`")] = None,
        limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    ) -> None:  # fmt: skip
        """Read the cursor."""
        super().__init__(request, response, cursor, limit)


def the_year(session: Session, who: Caller, number: int, year: int) -> tuple[Plan, Cycle]:
    """The plan and its year, if the caller may see them; raises :class:`actions.errors.NotFound`."""
    plan = the_plan(session, who, number)
    return plan, cycles.cycle_named(session, plan, year)


@router.get("/simulation", responses=READS)
def simulation(request: Request, number: Number, year: Year, who: Reads) -> SimulationOut:
    """The year beforehand in short, with the hash of its list; of a running one what was signed."""
    with who.looking() as session:
        plan, cycle = the_year(session, who, number, year)
        rules = who.rules(session)
        found = outlook(session, cycle, who.at, rules)
        vi = lang_of(request) == "vi"
        draft = cycle.state is CycleState.DRAFT
        problems = cycles.arming_problems(session, cycle, plan, rules) if draft else []
        signed = None if draft else signed_simulation(session, cycle)
        return _short(cycle, found, signed.sha256 if signed else sha256(found.notices),
                      [p.vi if vi else p.en for p in problems])  # fmt: skip


def _short(cycle: Cycle, found: Outlook, digest: str, obstacles: list[str]) -> SimulationOut:
    counted, look = totals(found.notices), found.look
    return SimulationOut(
        cycle=CycleOut.model_validate(cycle), sha256=digest, notices=counted.notices, void=counted.void,
        unreachable=counted.unreachable, alone=counted.alone, digests=counted.digests, assignments=len(found.cases),
        obstacles=obstacles, collisions=[CollisionOut.model_validate(c) for c in look.collisions],
        undated=sorted({u.item for u in look.undated}), nobody_reaches=look.unreachable,
    )  # fmt: skip


@router.get("/simulation/notices", responses=LISTS)
def notices(
    number: Number, year: Year, who: Reads, asked: Annotated[Paging, Depends(_LongPaging)]
) -> SimulatedPage:
    """Every notice of the simulated list, in the order of sending."""
    with who.looking() as session:
        _, cycle = the_year(session, who, number, year)
        found = outlook(session, cycle, who.at, who.rules(session)).notices
    order = sorted(found, key=lambda n: (n.send_after, n.assignment_id, n.rung, n.recipient))
    rows = list(enumerate(order, 1))[asked.after : asked.after + asked.limit + 1]
    page = asked.page(rows, lambda row: row[0], lambda row: _line(row[1]))
    return SimulatedPage(sha256=sha256(found), items=page.items, next=page.next)


def _line(n: SimulatedNotice) -> SimulatedOut:
    return SimulatedOut(
        assignment_id=n.assignment_id, item=n.item_code, unit=n.unit, occurrence=n.occurrence, rung=n.rung, day=n.day,
        send_after=n.send_after, audience=n.audience, delivery=n.delivery, recipient=n.recipient, why=n.why,
        void=n.void,
    )  # fmt: skip


@router.post("/arm", responses=CHANGES, response_model=ArmedOut)
def arm(number: Number, year: Year, body: ArmIn, who: Writes, asked: How) -> Any:
    """Sign the list that was looked at and put the year into force; another list than that is refused (409)."""

    def do(session: Session) -> ArmedOut:
        who.doer(session).must_coordinate()
        plan, cycle = the_year(session, who, number, year)
        done = cycles.arm(
            session, plan, cycle, at=who.at, actor=who.actor, hours=who.place.hours, expected=body.sha256
        )
        year_now = CycleOut.model_validate(done.cycle).model_dump()
        return ArmedOut(**year_now, sha256=done.sha256, notices=done.notices, new=done.new)

    return once(who, asked, 200, do, kick=True)


@router.post("/disarm", responses=CHANGES, response_model=CycleOut)
def disarm(number: Number, year: Year, body: Reason, who: Writes, asked: How) -> Any:
    """Take an armed year back to a draft, as long as no notice has gone out."""

    def do(session: Session) -> CycleOut:
        who.doer(session).must_coordinate()
        _, cycle = the_year(session, who, number, year)
        cycles.disarm(session, cycle, at=who.at, actor=who.actor, reason=body.reason)
        return CycleOut.model_validate(cycle)

    return once(who, asked, 200, do, kick=True)
