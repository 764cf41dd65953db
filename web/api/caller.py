"""Who calls: the person whose key a program carries, what the key may do, and in which language they are answered."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session, col

from actions.accounts import key_seen, whose_key
from actions.chasing import Rules
from actions.errors import NotAllowed, Problem, refuse_if
from actions.people import Doer, doer, units_of
from actions.rights import look_as
from actions.sessions import SEEN_EVERY
from models.accounts import AccessKey, KeyPurpose, KeyScope
from models.cycles import Assignment
from models.database import reading, unit_of_work
from models.ledger import Actor
from models.moment import now_in
from models.people import Person, PersonRole
from plan import clock
from tasks.place import Place
from web.visit import SignInNeeded

ASSURANCE = "api-key"
OVERSEERS = frozenset(
    {PersonRole.ADMINISTRATOR, PersonRole.COORDINATOR, PersonRole.LEADER, PersonRole.AUDITOR}
)
AUDITORS = OVERSEERS - {PersonRole.LEADER}


@dataclass(frozen=True)
class Caller:
    """The person whose key a program uses; `at` is the database's moment, `now` the machine's."""

    place: Place
    person: Person
    key: AccessKey
    at: datetime
    now: datetime
    kick: Callable[[Place], None]

    @property
    def actor(self) -> Actor:
        """Who acts, for the ledger."""
        return Actor(f"person:{self.person.id}", ASSURANCE)

    def doer(self, session: Session) -> Doer:
        """Who acts, for the actions; raises for a role that only looks."""
        return doer(session, self.person.code, ASSURANCE, self.at)

    def rules(self, session: Session) -> Rules:
        """The rules as they are now."""
        return Rules.of(session, self.place.hours)

    @contextmanager
    def looking(self, day: date | None = None) -> Generator[Session]:
        """A look at the database, as it stood at the end of a past day if given.

        A coordinator of some plans finds nothing of any other in it.
        """
        with reading(self.place.url, day) as session:
            look_as(session, self.person)
            yield session

    def mine(self, session: Session) -> list[Any]:
        """What narrows assignments to those of the person's units, for a unit's person."""
        if self.person.role is not PersonRole.UNIT:
            return []
        return [col(Assignment.unit_id).in_(units_of(session, self.person, self.at))]

    def must_be(self, roles: frozenset[PersonRole]) -> None:
        """Raise :class:`NotAllowed` for another role."""
        if self.person.role not in roles:
            raise NotAllowed([Problem(
                f"this is not for the role {self.person.role}", "vai trò của người giữ khóa không được xem phần này",
            )])  # fmt: skip


_bearer = HTTPBearer(
    auto_error=False,
    description="A key made on the page Account or by `dondoc key make`. It acts as its person, within its scopes: "
    "read, evidence, write, ledger, webhooks.",
)
Given = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


class Needs:
    """Lets in who carries a key with this scope."""

    def __init__(self, scope: KeyScope) -> None:
        """Ask for `scope`."""
        self.scope = scope

    def __call__(self, request: Request, given: Given) -> Caller:
        """The caller; raises :class:`SignInNeeded` without a good key, :class:`NotAllowed` without the scope, and
        :class:`Refused` for a parameter that the operation does not have: to leave it out would answer something else.
        """
        place: Place = request.app.state.place
        now = clock.now()
        with reading(place.url) as session:
            found = whose_key(session, given.credentials, KeyPurpose.API, now) if given else None
        if found is None:
            raise SignInNeeded
        key, person = found
        if not key.opens(self.scope):
            raise NotAllowed([Problem(
                f"this key lacks the scope “{self.scope}”; make one that has it",
                f"khóa này không có quyền “{self.scope}”; hãy tạo khóa có quyền đó",
            )])  # fmt: skip
        _must_have(request)
        if key.used_at is None or now - key.used_at > SEEN_EVERY:
            with unit_of_work(place.url) as session:
                key_seen(session, key.id or 0, now)
        return Caller(place, person, key, now_in(place.url), now, request.app.state.kick)


def _must_have(request: Request) -> None:
    """Raise :class:`Refused` with every parameter in the query that the description of the operation does not have."""
    operation: Any = request.app.openapi()["paths"][request.scope["route"].path][request.method.lower()]
    known = sorted(str(one["name"]) for one in operation.get("parameters", ()) if one["in"] == "query")
    refuse_if([
        Problem(
            f"there is no parameter “{name}” here; there are: {', '.join(known) or 'none'}",
            f"không có tham số “{name}” ở đây; có: {', '.join(known) or 'không tham số nào'}",
        )
        for name in dict.fromkeys(request.query_params)
        if name not in known
    ])  # fmt: skip


Reads = Annotated[Caller, Depends(Needs(KeyScope.READ))]
Downloads = Annotated[Caller, Depends(Needs(KeyScope.EVIDENCE))]
Writes = Annotated[Caller, Depends(Needs(KeyScope.WRITE))]
ReadsLedger = Annotated[Caller, Depends(Needs(KeyScope.LEDGER))]
ManagesHooks = Annotated[Caller, Depends(Needs(KeyScope.WEBHOOKS))]
