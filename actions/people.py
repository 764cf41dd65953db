"""Who acts, in which part, on whose behalf, and whether they may."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from actions.errors import NotAllowed, NotFound, Problem
from actions.rights import cycles_of
from models.cycles import Assignment
from models.ledger import Actor
from models.people import Contact, ContactRole, Person, PersonRole
from models.queries import person
from models.year import Absence
from plan.clock import local_day
from plan.lifecycle import Party

_PARTIES = {
    PersonRole.ADMINISTRATOR: Party.COORDINATOR,
    PersonRole.COORDINATOR: Party.COORDINATOR,
    PersonRole.UNIT: Party.UNIT,
}


@dataclass(frozen=True)
class Doer:
    """Somebody who acts on assignments: for one unit, or as a coordinator for all.

    `stands_for` names the other units that they act for now, with the key of whoever is away there. `cycles` are the
    years to whose plans a coordinator is limited; None for one of all plans.
    """

    actor: Actor
    party: Party
    unit_id: int | None = None
    stands_for: Mapping[int, str] = field(default_factory=dict[int, str])
    cycles: frozenset[int] | None = None

    @property
    def units(self) -> frozenset[int]:
        """The units that they may act for: their own, and those where they stand in for somebody."""
        return frozenset({*self.stands_for, *(() if self.unit_id is None else (self.unit_id,))})

    def reaching(self, assignment: Assignment) -> "Doer":
        """Themselves as they act on this assignment, on behalf of whoever is away where they stand in.

        Raises :class:`NotAllowed` unless it is theirs to act on.
        """
        if self.unit_id == assignment.unit_id:
            return self
        if away := self.stands_for.get(assignment.unit_id):
            return replace(self, actor=replace(self.actor, on_behalf=away))
        if self.party is Party.UNIT:
            raise NotAllowed([Problem(
                f"assignment {assignment.id} belongs to another unit",
                f"việc giao số {assignment.id} thuộc đơn vị khác",
            )])  # fmt: skip
        if self.cycles is not None and assignment.cycle_id not in self.cycles:
            raise NotAllowed([Problem(
                f"assignment {assignment.id} is of another coordinator's plan",
                f"việc giao số {assignment.id} thuộc kế hoạch do chuyên viên đầu mối khác phụ trách",
            )])  # fmt: skip
        return self

    def must_coordinate(self) -> None:
        """Raise :class:`NotAllowed` unless this is a coordinator."""
        if self.party is not Party.COORDINATOR:
            raise NotAllowed(
                [Problem("only a coordinator may do this", "chỉ chuyên viên đầu mối được làm việc này")]
            )


def stands_for(session: Session, keys: Iterable[str], at: datetime) -> dict[int, str]:
    """The units for which whoever has one of `keys` acts at `at`, with the key of whoever is away there.

    One who stands in for a deputy who is away too acts for the same units. A superior receives and does not act.
    """
    today = local_day(at)
    lines = select(Absence.deputy, Absence.who).where(
        col(Absence.first_day) <= today, col(Absence.last_day) >= today
    )
    rows = session.exec(lines.order_by(col(Absence.id))).all()
    away: dict[str, None] = {}
    waiting = list(keys) if rows else []
    while waiting:
        deputy = waiting.pop()
        fresh = [who for to, who in rows if to == deputy and who not in away]
        away |= dict.fromkeys(fresh)
        waiting += fresh
    found = ((_unit_of(session, key), key) for key in away)
    return {unit: key for unit, key in found if unit is not None}


def _unit_of(session: Session, key: str) -> int | None:
    """The unit that this person or contact acts for."""
    kind, _, number = key.partition(":")
    if kind == "contact":
        contact = session.get(Contact, int(number))
        return contact.unit_id if contact and contact.role is not ContactRole.SUPERIOR else None
    found = session.get(Person, int(number))
    return found.unit_id if found and found.role is PersonRole.UNIT else None


def doer(session: Session, code: str, assurance: str = "command-line", at: datetime | None = None) -> Doer:
    """The person with this code as somebody who acts; raises where there is none or the role only looks.

    With `at` (aware UTC) they also act for those they stand in for on that day, whatever their own role.
    """
    found = person(session, code)
    if found is None:
        known = (
            ", ".join(session.exec(select(Person.code).where(col(Person.active)).order_by(Person.code)))
            or "-"
        )
        raise NotFound(
            [
                Problem(
                    f"nobody has the code {code!r}; known: {known}",
                    f"không có người mang mã {code!r}; có: {known}",
                )
            ]
        )
    for_others = stands_for(session, [f"person:{found.id}"], at) if at else {}
    party = _PARTIES.get(found.role, Party.UNIT if for_others else None)
    if party is None:
        raise NotAllowed(
            [
                Problem(
                    f"a {found.role} only looks, {code} may not do this", f"vai trò của {code} chỉ được xem"
                )
            ]
        )
    return Doer(
        Actor(f"person:{found.id}", assurance), party, found.unit_id, for_others, cycles_of(session, found)
    )


def units_of(session: Session, person: Person, at: datetime) -> frozenset[int]:
    """The units whose work is somebody's to see at `at`: their own, and those where they stand in for somebody."""
    own = {person.unit_id} if person.role is PersonRole.UNIT and person.unit_id else set[int]()
    return frozenset(own | set(stands_for(session, [f"person:{person.id}"], at)))


def contact_doer(contact: Contact, *, shared: bool, stands_for: Mapping[int, str] | None = None) -> Doer:
    """Whoever opened a signed link that was mailed to this address; `stands_for` as :func:`stands_for` answers it."""
    return Doer(
        Actor(f"contact:{contact.id}", "shared-link" if shared else "personal-link"),
        Party.UNIT,
        contact.unit_id,
        stands_for or {},
    )
