"""The REST API under /api/v1: the same rows and actions as the pages, for programs, with keys made on the account page.

Errors are problem+json; lists come in pages; the description is at /api/v1/openapi.json.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, select
from starlette.exceptions import HTTPException

from actions import moves
from actions.accounts import whose_key
from actions.chasing import Rules
from actions.errors import NotAllowed, NotFound, Problem, Refused
from actions.people import Doer, doer
from models.accounts import KeyPurpose
from models.cycles import Assignment
from models.database import StoreError, reading, unit_of_work
from models.ledger import Ledger
from models.moment import now_in
from models.people import Person, PersonRole, Unit
from models.plans import ItemStatus, Plan, PlanItem
from models.queries import Named, items_of, named
from plan import clock
from plan.lifecycle import TimeState, WorkState, time_state
from tasks.place import Place
from web.errors import answer_problem
from web.lists import Wanted, count, find
from web.visit import SignInNeeded

MOST = 200
"""How many rows one page holds at most."""

Shape = TypeVar("Shape")


class Out(BaseModel):
    """What the API answers with: read off rows, unknown keys never appear."""

    model_config = ConfigDict(from_attributes=True)


class PageOf(BaseModel, Generic[Shape]):
    """One page of a list, and how many rows there are in all."""

    items: list[Shape]
    total: int
    page: int


class AssignmentOut(Out):
    """One item × one unit × one occurrence; `time_state` is computed at the moment of asking."""

    id: int
    plan: str
    item: str
    text: str
    unit: str
    unit_name: str
    occurrence: str
    state: WorkState
    time_state: TimeState
    due_on: date | None
    due_time: time | None
    original_due_on: date | None
    handed_in_at: datetime | None
    completed_at: datetime | None


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


class ItemOut(Out):
    """One task of a plan with its place in the text (code points)."""

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


class UnitOut(Out):
    """A unit."""

    id: int
    code: str
    name: str
    active: bool


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


class Reason(BaseModel):
    """Why."""

    reason: str = Field(min_length=1, max_length=4000)


class ProblemOut(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[str]


class Caller:
    """The person whose key a program uses, and what the key may do."""

    def __init__(self, place: Place, person: Person, *, may_write: bool) -> None:
        """Read the clock once."""
        self.place, self.person, self.may_write = place, person, may_write
        self.at = now_in(place.url)

    def doer(self, session: Session) -> Doer:
        """Who acts; raises for a key or a role that only reads."""
        if not self.may_write:
            raise NotAllowed([Problem("this key only reads", "khóa này chỉ được đọc")])
        return doer(session, self.person.code, "api-key", self.at)

    def own(self) -> list[Any]:
        """A unit's key sees its own assignments only."""
        return (
            [Assignment.unit_id == (self.person.unit_id or 0)] if self.person.role is PersonRole.UNIT else []
        )


_bearer = HTTPBearer(auto_error=False, description="A key made on the account page.")


def caller(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Whose key this is; raises :class:`SignInNeeded` without a good one."""
    place: Place = request.app.state.place
    if given is None:
        raise SignInNeeded
    with reading(place.url) as session:
        found = whose_key(session, given.credentials, KeyPurpose.API, clock.now())
    if found is None:
        raise SignInNeeded
    key, person = found
    return Caller(place, person, may_write=key.may_write)


Who = Annotated[Caller, Depends(caller)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Size = Annotated[int, Query(ge=1, le=MOST)]
Id = Annotated[int, Query(ge=1, le=2**31 - 1)]

_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemOut, "description": words}
    for status, words in (
        (401, "No good key"),
        (403, "Not allowed"),
        (404, "Not found"),
        (409, "Changed meanwhile"),
        (422, "Refused"),
    )
}

router = APIRouter()


@router.get("/assignments", tags=["assignments"])
def assignments(
    who: Who, when: str = "", state: WorkState | None = None, plan: Id | None = None, unit: Id | None = None,
    words: Annotated[str, Query(max_length=100)] = "", page: PageNumber = 1, size: Size = 50,
) -> PageOf[AssignmentOut]:  # fmt: skip
    """Assignments of running years; `when` is late, today, soon or open."""
    wanted = Wanted(when=when, state=state or "", plan=plan, unit=unit, words=words.replace("\0", ""))
    with reading(who.place.url) as session:
        where = [*wanted.where(who.at), *who.own()]
        rows = find(session, where, page=page, size=size)
        return PageOf(
            items=[_assignment(row, who.at) for row in rows], total=count(session, where), page=page
        )


def _assignment(row: Named, at: datetime) -> AssignmentOut:
    a = row.assignment
    return AssignmentOut(
        id=a.id or 0, plan=row.plan.number, item=row.item.code, text=row.item.text,
        unit=row.unit.code, unit_name=row.unit.name,
        occurrence=a.occurrence, state=a.state, time_state=time_state(a.due_on, a.due_time, at),
        due_on=a.due_on,
        due_time=a.due_time, original_due_on=a.original_due_on, handed_in_at=a.handed_in_at,
        completed_at=a.completed_at,
    )  # fmt: skip


def _one(session: Session, who: Caller, number: int) -> Named:
    row = next(iter(named(session, Assignment.id == number, *who.own())), None)
    if row is None:
        raise NotFound([Problem(f"there is no assignment {number}", f"không có việc giao số {number}")])
    return row


@router.get("/assignments/{number}", tags=["assignments"])
def assignment(number: int, who: Who) -> AssignmentOut:
    """One assignment."""
    with reading(who.place.url) as session:
        return _assignment(_one(session, who, number), who.at)


Move = Callable[[Session, Doer, Rules], object]


def _move(who: Caller, number: int, move: Move) -> AssignmentOut:
    with unit_of_work(who.place.url) as session:
        _one(session, who, number)
        move(session, who.doer(session), Rules.of(session, who.place.hours))
    with reading(who.place.url) as session:
        return _assignment(_one(session, who, number), who.at)


@router.post("/assignments/{number}/receive", tags=["assignments"])
def receive(number: int, who: Who) -> AssignmentOut:
    """Say that the unit has the task; a second time changes nothing."""
    return _move(who, number, lambda s, d, _: moves.receive(s, number, d, who.at))


@router.post("/assignments/{number}/accept", tags=["assignments"])
def accept(number: int, who: Who) -> AssignmentOut:
    """Accept what was handed in."""
    return _move(who, number, lambda s, d, r: moves.accept(s, number, d, who.at, r))


@router.post("/assignments/{number}/return", tags=["assignments"])
def send_back(number: int, body: Reason, who: Who) -> AssignmentOut:
    """Return what was handed in, with the reason."""
    return _move(who, number, lambda s, d, r: moves.send_back(s, number, d, who.at, r, body.reason))


@router.get("/plans", tags=["plans"])
def plans(who: Who, page: PageNumber = 1, size: Size = 50) -> PageOf[PlanOut]:
    """Every plan, the newest first."""
    _looks(who)
    with reading(who.place.url) as session:
        every = session.exec(select(Plan).order_by(col(Plan.signed_on).desc(), col(Plan.id).desc())).all()
    shown = [PlanOut.model_validate(plan) for plan in every[(page - 1) * size : page * size]]
    return PageOf(items=shown, total=len(every), page=page)


def _looks(who: Caller) -> None:
    if who.person.role is PersonRole.UNIT:
        raise NotAllowed(
            [Problem("a unit's key sees its own assignments only", "khóa của đơn vị chỉ xem việc của đơn vị")]
        )


@router.get("/plans/{number}/items", tags=["plans"])
def items(number: int, who: Who) -> list[ItemOut]:
    """The tasks of a plan in the order of its text."""
    _looks(who)
    with reading(who.place.url) as session:
        if session.get(Plan, number) is None:
            raise NotFound([Problem(f"there is no plan {number}", f"không có kế hoạch số {number}")])
        rows: list[PlanItem] = list(items_of(session, number))
    return [ItemOut.model_validate(row) for row in rows]


@router.get("/units", tags=["units"])
def units(who: Who, page: PageNumber = 1, size: Size = MOST) -> PageOf[UnitOut]:
    """Every unit by name."""
    _looks(who)
    with reading(who.place.url) as session:
        every = session.exec(select(Unit).order_by(Unit.name)).all()
    shown = [UnitOut.model_validate(unit) for unit in every[(page - 1) * size : page * size]]
    return PageOf(items=shown, total=len(every), page=page)


@router.get("/ledger", tags=["ledger"])
def ledger_rows(
    who: Who, after: Annotated[int, Query(ge=0, le=2**62)] = 0, size: Size = 100
) -> list[LedgerOut]:
    """The rows after the one with number `after`, in order: enough to keep a second copy of the chain elsewhere."""
    if who.person.role not in {PersonRole.ADMINISTRATOR, PersonRole.COORDINATOR, PersonRole.AUDITOR}:
        raise NotAllowed(
            [
                Problem(
                    "the ledger is for auditors and coordinators",
                    "nhật ký dành cho người kiểm tra và đầu mối",
                )
            ]
        )
    with reading(who.place.url) as session:
        rows = session.exec(
            select(Ledger).where(Ledger.seq > after).order_by(col(Ledger.seq)).limit(size)
        ).all()
    return [LedgerOut.model_validate(row) for row in rows]


async def _answer(_: Request, error: Exception) -> JSONResponse:
    if isinstance(error, RequestValidationError):
        words = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        error = Refused([Problem(w, w) for w in words])
    return answer_problem(error)


def create_api(place: Place) -> FastAPI:
    """The API as an application of its own, to be mounted under /api/v1."""
    api = FastAPI(title="Đôn Đốc", version="1", docs_url=None, redoc_url=None, responses=_ERRORS)
    api.state.place = place
    api.include_router(router)
    for error in (SignInNeeded, Refused, StoreError, HTTPException, RequestValidationError):
        api.add_exception_handler(error, _answer)
    return api
