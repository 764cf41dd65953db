"""An address for every page of the console and every list of the API, in the ways in which people open it.

The pages come from the routes themselves: one without an address here stops the measurement, so none is forgotten.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from string import Formatter
from typing import Any

from fastapi import FastAPI
from sqlmodel import Session, col, func, select

from actions import accounts, sessions
from bench.province import HEAVY, LARGEST, LONGEST, NOW
from models.accounts import KeyPurpose, KeyScope
from models.cycles import Assignment
from models.database import unit_of_work
from models.evidence import SubmissionPaper
from models.ledger import SYSTEM
from models.people import Person, PersonRole
from models.plans import Plan, PlanItem
from models.queries import person
from notifications.answer_links import answer_link
from plan import clock
from settings import Settings
from web.access import every_route

PEOPLE = {
    PersonRole.ADMINISTRATOR: "quan", PersonRole.COORDINATOR: "lan", PersonRole.LEADER: "binh",
    PersonRole.AUDITOR: "kiem", PersonRole.UNIT: "cb0",
}  # fmt: skip
"""Who looks: one person of each role; the unit's is of a department that owes 2,000 tasks."""
KEPT_DAY, KEPT_MAIL = "2026-09-16", "080000-digest.eml"
KNOWN: Mapping[str, Mapping[str, str]] = {
    "": {"number": "{assignment}", "item_id": "{item}", "year": "2026", "submission": "{submission}",
         "sha256": "{sha256}", "secret": "{feed}", "token": "{link}", "page": "1", "name": "chuan",
         "letter": "digest", "kind": "csv", "quarter": "3",
         "day": "2026-06-15"},
    "/mine": {"number": "{own}"},
    "/mail": {"day": KEPT_DAY, "name": KEPT_MAIL},
    "/a": {"number": "{own}"},
    "/plans": {"number": "{plan}"},
    "/units": {"number": "{unit}"},
    "/people": {"number": "{person}"},
    "/set-password": {"secret": "{key}"},
    "/api/v1/plans": {"number": "{plan}"},
    "/api/v1/units": {"number": "{unit}"},
}  # fmt: skip
"""What stands for the names in a route's path, by the beginning of the path; the longest beginning counts."""
WAYS: Mapping[str, tuple[str, ...]] = {
    "/assignments": (
        "/assignments", "/assignments?when=late", "/assignments?when=open&page=40", "/assignments?unit={heavy}",
        "/assignments?plan={largest}&state=completed", "/assignments?words=ki%E1%BB%83m+tra", "/assignments?words=II.7",
        "/assignments?as-of={past}", "/assignments?when=late&as-of={past}",
        "/assignments?when=open&page=40&as-of={past}",
        "/assignments?plan={largest}&state=completed&as-of={past}", "/assignments?words=II.7&as-of={past}",
    ),
    "/mine": ("/mine", "/mine?page=9", "/mine?state=completed"),
    "/ledger": (
        "/ledger", "/ledger?before=500000", "/ledger?about=assignment:{assignment}", "/ledger?action=extension.",
        "/ledger?who=person:2", "/ledger?since=2026-05-01", "/ledger?who=person:3&since=2026-02-01",
        "/ledger?action=nothing.at-all",
    ),
    "/leader": (
        "/leader", "/leader?units=all", "/leader?year=2025", "/leader?as-of=2026-09-10", "/leader?as-of=2026-06-15",
        "/leader?as-of=2025-08-01",
    ),
    "/units": ("/units", "/units?page=9", "/units?words=T%C3%A2n", "/units?as-of={past}"),
    "/units/{number}": ("/units/{unit}", "/units/{heavy}?as-of={past}"),
    "/plans": ("/plans", "/plans?as-of={past}"),
    "/plans/{number}": (
        "/plans/{plan}", "/plans/{longest}", "/plans/{largest}", "/plans/{plan}?as-of={past}",
        "/plans/{largest}?as-of={past}",
    ),
    "/plans/{number}/items/{item_id}": ("/plans/{plan}/items/{item}", "/plans/{longest}/items/{long_item}"),
    "/plans/{number}/years/{year}": ("/plans/{plan}/years/2026", "/plans/{largest}/years/2026"),
    "/plans/{number}/timeline/{year}": (
        "/plans/{plan}/timeline/2026", "/plans/{largest}/timeline/2026", "/plans/{largest}/timeline/2026?as-of={past}",
    ),
    "/plans/{number}/years/{year}/report": (
        "/plans/{plan}/years/2026/report", "/plans/{largest}/years/2026/report",
        "/plans/{plan}/years/2026/report?quarter=2&as-of={past}",
    ),
    "/a/{token}": ("/a/{link}", "/a/{whole_link}"),
    "/assignments/{number}": ("/assignments/{assignment}", "/assignments/{assignment}?as-of={past}"),
    "/api/v1/assignments": (
        "/api/v1/assignments", "/api/v1/assignments?size=200&page=20", "/api/v1/assignments?when=late",
        "/api/v1/assignments?words=II.7",
    ),
    "/api/v1/ledger": ("/api/v1/ledger", "/api/v1/ledger?after=700000&size=200"),
}  # fmt: skip
"""Routes that are opened in more than one way."""
COMPUTED = {
    "/ledger/verify": "computes a million hashes anew",
    "/api/v1/plans/{number}/years/{year}/simulation": "simulates the year anew, for programs",
    "/api/v1/plans/{number}/years/{year}/simulation/notices": "simulates the year anew, for programs",
    "/plans/{number}/years/{year}/compare": "holds a whole signed list against every notice, when asked to",
}
"""No page to look at but work on everything, as files are: shown, and held to no limit."""


@dataclass(frozen=True)
class Address:
    """One way to open one page, as one person; `template` is filled with other rows each time."""

    route: str
    template: str
    who: str | None
    role: str
    key: bool = False


class NoAddress(Exception):
    """A page that has no address in this file."""


def every_address(app: FastAPI) -> list[Address]:
    """Every way to open every page of a console and every list of its API, by every role that may."""
    out: list[Address] = []
    for access in every_route():
        if access.method == "GET":
            roles = sorted(access.roles) if access.roles else [None]
            out += [a for role in roles for a in _ways(access.path, role)]
    for path, methods in app.state.api.openapi()["paths"].items():
        if "get" in methods:
            ways = _ways(f"/api/v1{path}", PersonRole.COORDINATOR)
            out += [Address(a.route, a.template, None, "API", True) for a in ways]
    return out


def _ways(path: str, role: PersonRole | None) -> Iterator[Address]:
    template = filled_path(path)
    for way in WAYS.get(path, (template,)):
        if role is PersonRole.UNIT:
            way = way.replace("{assignment}", "{own}")
        yield Address(path, way, PEOPLE[role] if role else None, str(role or "nobody"))


def filled_path(path: str) -> str:
    """A route's path with the names of samples for its own; raises :class:`NoAddress` for a name nobody knows."""
    begins = sorted((b for b in KNOWN if path.startswith(b)), key=len)
    known = {name: sample for begin in begins for name, sample in KNOWN[begin].items()}
    names = [name for _, name, _, _ in Formatter().parse(path) if name]
    if unknown := [name for name in names if name not in known]:
        raise NoAddress(f"{path}: say in bench/addresses.py what stands for {', '.join(unknown)}")
    return path.format_map(known)


def samples(settings: Settings, count: int) -> list[dict[str, Any]]:
    """So many different rows to open, each a value for every name; the signed-in people's cookies come with them."""
    with unit_of_work(settings.database_url) as session:
        return [_sample(session, settings, n) for n in range(count)]


def _sample(session: Session, settings: Settings, n: int) -> dict[str, Any]:
    plans = dict(session.exec(select(Plan.number, Plan.id)).all())
    plan = plans[f"{n % 20 + 1}/KH-UBND"]
    heavy = n % HEAVY + 1
    own = session.exec(
        select(Assignment.id)
        .where(Assignment.unit_id == 1)
        .order_by(col(Assignment.id))
        .offset(7 * n)
        .limit(1)
    ).one()
    handed = session.exec(select(SubmissionPaper).offset(n).limit(1)).one()
    lan = person(session, "lan") or Person(code="", name="", role=PersonRole.UNIT)
    made = {"now": clock.now(), "at": NOW, "actor": SYSTEM}
    return {
        "assignment": 1 + n * 1973 % 100_000, "own": own, "plan": plan, "largest": plans[LARGEST],
        "longest": plans[LONGEST], "item": _item(session, plan or 0, n),
        "long_item": _item(session, plans[LONGEST] or 0, n),
        "past": (date(2026, 9, 15) - timedelta(days=37 * n % 210)).isoformat(),
        "unit": 1 + n * 29 % 900, "heavy": heavy, "person": 1 + n, "submission": handed.submission_id,
        "sha256": handed.sha256, "feed": _calendar(session, lan, made),
        "key": accounts.make_key(session, lan, KeyPurpose.SET_PASSWORD, life=timedelta(days=1), **made),
        "link": _link(settings, 1, [own]), "whole_link": _link(settings, heavy, []),
    }  # fmt: skip


def _calendar(session: Session, whose: Person, made: dict[str, Any]) -> str:
    return accounts.make_key(session, whose, KeyPurpose.CALENDAR, life=timedelta(days=1), **made)


def _item(session: Session, plan: int, n: int) -> int:
    count = session.exec(select(func.count()).where(PlanItem.plan_id == plan)).one()
    query = select(PlanItem.id).where(PlanItem.plan_id == plan).order_by(col(PlanItem.position))
    return session.exec(query.offset(n % count).limit(1)).one() or 0


def _link(settings: Settings, unit: int, subjects: list[int | None]) -> str:
    mailbox = f"contact:{2 * unit - 1}"
    whole = answer_link(settings, mailbox, [s or 0 for s in subjects], NOW, shared=True)
    return whole.rpartition("/")[2]


def sign_in(settings: Settings) -> dict[str, str]:
    """A cookie for everybody in :data:`PEOPLE`, and under "API" a key."""
    now = clock.now()
    with unit_of_work(settings.database_url) as session:
        found = {code: person(session, code) for code in PEOPLE.values()}
        out = {c: sessions.start_session(session, p, now=now, at=NOW) for c, p in found.items() if p}
        lan = found["lan"]
        assert lan
        out["API"] = accounts.make_key(
            session,
            lan,
            KeyPurpose.API,
            now=now,
            at=NOW,
            actor=SYSTEM,
            life=timedelta(days=1),
            scopes=tuple(KeyScope),
        )
    return out
