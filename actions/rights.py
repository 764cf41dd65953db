"""Who may do what, asked by the actions themselves: by role, and by plan for coordinators who have some only.

An actor is "person:3", "contact:8" (a mailed link), "operator" (this machine's command line) or the program itself;
the last two are held by the machine's own door and not by roles.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.errors import NotAllowed, Problem
from models import ledger
from models.accounts import PlanScope
from models.cycles import Cycle
from models.ledger import Actor
from models.people import Contact, Person, PersonRole
from models.plans import Plan
from models.sight import keep_to
from models.standing import coordinators
from plan.recipients import Recipient

COORDINATING = frozenset({PersonRole.ADMINISTRATOR, PersonRole.COORDINATOR})


def person_of(session: Session, actor: Actor) -> Person | None:
    """The person who acts; None for the operator and the program itself. Raises for one who is shut out."""
    kind, _, number = actor.who.partition(":")
    if kind != "person":
        return None
    person = session.get(Person, int(number))
    if person is None or not person.active:
        raise NotAllowed([Problem("this person may no longer act", "người này không còn quyền thao tác")])
    return person


def _must_be(
    session: Session, actor: Actor, roles: Collection[PersonRole], en: str, vi: str
) -> Person | None:
    if actor.who.startswith("contact:"):
        raise NotAllowed([Problem(en, vi)])
    person = person_of(session, actor)
    if person is not None and person.role not in roles:
        raise NotAllowed([Problem(en, vi)])
    return person


def must_administer(session: Session, actor: Actor) -> None:
    """Raise :class:`NotAllowed` unless the actor is an administrator or the operator."""
    _must_be(
        session,
        actor,
        {PersonRole.ADMINISTRATOR},
        "only an administrator may do this",
        "chỉ quản trị được làm việc này",
    )


def must_coordinate(session: Session, actor: Actor, plan_id: int | None = None) -> None:
    """Raise :class:`NotAllowed` unless the actor coordinates, and this plan if one is named."""
    person = _must_be(
        session,
        actor,
        COORDINATING,
        "only a coordinator may do this",
        "chỉ chuyên viên đầu mối được làm việc này",
    )
    if person is None or plan_id is None:
        return
    allowed = plans_of(session, person)
    if allowed is not None and plan_id not in allowed:
        raise NotAllowed(
            [
                Problem(
                    "this plan is another coordinator's", "kế hoạch này do chuyên viên đầu mối khác phụ trách"
                )
            ]
        )


def must_coordinate_all(session: Session, actor: Actor) -> None:
    """Raise :class:`NotAllowed` unless the actor coordinates every plan: for what moves all of them."""
    person = _must_be(
        session,
        actor,
        COORDINATING,
        "only a coordinator may do this",
        "chỉ chuyên viên đầu mối được làm việc này",
    )
    if person is not None and plans_of(session, person) is not None:
        raise NotAllowed([Problem(
            "this changes every plan; ask an administrator or a coordinator of all plans",
            "việc này ảnh hưởng mọi kế hoạch; hãy nhờ quản trị hoặc đầu mối phụ trách tất cả kế hoạch",
        )])  # fmt: skip


def must_speak_for(session: Session, actor: Actor, key: str) -> None:
    """Raise :class:`NotAllowed` unless the actor may say who stands in for `key` ("person:3", "contact:8").

    Coordinators and administrators may for everybody, everybody for themselves, a unit's person for their unit.
    """
    person = person_of(session, actor)
    if actor.who == key or (person is None and not actor.who.startswith("contact:")):
        return
    if person is not None and person.role is PersonRole.UNIT:
        kind, _, number = key.partition(":")
        other = session.get(Contact if kind == "contact" else Person, int(number))
        if other is not None and other.unit_id is not None and other.unit_id == person.unit_id:
            return
    must_coordinate(session, actor)


def plans_of(session: Session, person: Person) -> frozenset[int] | None:
    """The plans to which a coordinator is limited, in all their versions; None for everybody who is not limited."""
    if person.role is not PersonRole.COORDINATOR:
        return None
    named = (
        select(Plan.number, Plan.year)
        .join(PlanScope, col(PlanScope.plan_id) == col(Plan.id))
        .where(PlanScope.person_id == person.id)
        .distinct()
    ).subquery()
    versions = select(Plan.id).join(
        named, sa.and_(col(Plan.number) == named.c.number, col(Plan.year) == named.c.year)
    )
    found = frozenset(number or 0 for number in session.exec(versions))
    return found or None


def coordinators_of(session: Session, cycle_id: int) -> list[Recipient]:
    """The coordinators who are told of what happens in a year: those limited to other plans are not."""
    plan = session.get_one(Cycle, cycle_id).plan_id
    return [r for r in coordinators(session) if _has(session, r.key, plan)]


def _has(session: Session, key: str, plan_id: int) -> bool:
    plans = plans_of(session, session.get_one(Person, int(key.partition(":")[2])))
    return plans is None or plan_id in plans


def cycles_of(session: Session, person: Person) -> frozenset[int] | None:
    """The years of the plans to which a coordinator is limited; None for everybody who is not limited."""
    plans = plans_of(session, person)
    if plans is None:
        return None
    return frozenset(n or 0 for n in session.exec(select(Cycle.id).where(col(Cycle.plan_id).in_(plans))))


def look_as(session: Session, person: Person) -> None:
    """Let a session see what the pages may show to `person`: a coordinator of some plans those, others everything."""
    plans = plans_of(session, person)
    if plans is not None:
        keep_to(session, plans, also={f"person:{person.id}"})


def must_look_over_all(session: Session, person: Person) -> None:
    """Raise :class:`NotAllowed` for a coordinator of some plans: for what cannot be had in part."""
    if plans_of(session, person) is not None:
        raise NotAllowed([Problem(
            "this holds every plan; ask an administrator, an auditor or a coordinator of all plans",
            "phần này chứa mọi kế hoạch; hãy nhờ quản trị, người kiểm tra hoặc đầu mối phụ trách tất cả kế hoạch",
        )])  # fmt: skip


def limit(session: Session, person: Person, plan_ids: Collection[int], *, at: datetime, actor: Actor) -> None:
    """Limit a coordinator to these plans, in all versions; to none of them means every plan."""
    must_administer(session, actor)
    ledger.record(session, at, actor, "person.limited", f"person:{person.id}", plans=sorted(plan_ids))
    session.connection().execute(sa.delete(PlanScope).where(col(PlanScope.person_id) == person.id))
    session.add_all(PlanScope(person_id=person.id or 0, plan_id=number) for number in sorted(plan_ids))


def own(session: Session, actor: Actor, plan_id: int) -> None:
    """Add a plan that a limited coordinator has put in to those that are theirs."""
    person = person_of(session, actor)
    if person is not None and (plans := plans_of(session, person)) is not None and plan_id not in plans:
        session.add(PlanScope(person_id=person.id or 0, plan_id=plan_id))
