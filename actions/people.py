"""Who acts, in which part, and whether they may."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from actions.errors import NotAllowed, NotFound, Problem
from models.cycles import Assignment
from models.ledger import Actor
from models.people import Contact, Person, PersonRole
from models.queries import person
from plan.lifecycle import Party

_PARTIES = {
    PersonRole.ADMINISTRATOR: Party.COORDINATOR,
    PersonRole.COORDINATOR: Party.COORDINATOR,
    PersonRole.UNIT: Party.UNIT,
}


@dataclass(frozen=True)
class Doer:
    """Somebody who acts on assignments: for one unit, or as a coordinator for all."""

    actor: Actor
    party: Party
    unit_id: int | None = None

    def must_reach(self, assignment: Assignment) -> None:
        """Raise :class:`NotAllowed` unless this assignment is theirs to act on."""
        if self.party is Party.UNIT and self.unit_id != assignment.unit_id:
            raise NotAllowed([Problem(
                f"assignment {assignment.id} belongs to another unit",
                f"việc giao số {assignment.id} thuộc đơn vị khác",
            )])  # fmt: skip

    def must_coordinate(self) -> None:
        """Raise :class:`NotAllowed` unless this is a coordinator."""
        if self.party is not Party.COORDINATOR:
            raise NotAllowed(
                [Problem("only a coordinator may do this", "chỉ chuyên viên đầu mối được làm việc này")]
            )


def doer(session: Session, code: str, assurance: str = "command-line") -> Doer:
    """The person with this code as somebody who acts; raises where there is none or the role only looks."""
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
    party = _PARTIES.get(found.role)
    if party is None:
        raise NotAllowed(
            [
                Problem(
                    f"a {found.role} only looks, {code} may not do this", f"vai trò của {code} chỉ được xem"
                )
            ]
        )
    return Doer(Actor(f"person:{found.id}", assurance), party, found.unit_id)


def contact_doer(contact: Contact, *, shared: bool) -> Doer:
    """Whoever opened a signed link that was mailed to this address."""
    return Doer(
        Actor(f"contact:{contact.id}", "shared-link" if shared else "personal-link"),
        Party.UNIT,
        contact.unit_id,
    )
