"""Builders that fill every field, so that a test names only what it is about; and three fixed people.

Lan coordinates, Minh works for unit A, Hoa for unit B. Lan has a colleague, Mai, because nobody reviews what they
handed in themselves. Everything happens from :data:`AT` on, a Wednesday morning.
"""

import inspect
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlmodel import col, select

from actions import assigning, chasing, cycles, directory, outbox, people, plans
from documents.draft import DraftDocument, DraftItem, PlanDraft
from models.cycles import Assignment
from models.database import reading, unit_of_work
from models.ledger import SYSTEM, Broken, Ledger, all_rows, head, verify
from models.notices import WAITING, Digest, Notice, NoticeState
from plan.clock import local_day, local_moment
from plan.deadlines import Deadline, Fixed
from plan.ladder import LADDERS, OFFICE, Ladder
from plan.lifecycle import WorkState
from plan.owed import Standing

AT = datetime(2021, 4, 7, 3, tzinfo=UTC)
"""Wednesday 07/04/2021, 10:00 in Vietnam: the morning on which everything starts."""
NUMBER, YEAR = "15/KH-UBND", 2021
LAN, MAI, MINH, HOA, BINH = "lan", "mai", "minh", "hoa", "binh"
A, B = "so-a", "so-b"

OFFICE_FILE = f"""
groups:
  - {{code: cac-so, name: Các Sở}}
units:
  - code: {A}
    name: Sở A
    groups: [cac-so]
    contacts:
      - {{address: a@so-a.example, name: Văn thư Sở A}}
      - {{address: giam-doc@so-a.example, role: superior, name: Giám đốc Sở A}}
  - code: {B}
    name: Sở B
    groups: [cac-so]
    contacts:
      - {{address: b@so-b.example, name: Văn thư Sở B}}
      - {{address: giam-doc@so-b.example, role: superior, name: Giám đốc Sở B}}
people:
  - {{code: {LAN}, name: Lan, role: coordinator, address: lan@ubnd.example}}
  - {{code: {MAI}, name: Mai, role: coordinator, address: mai@ubnd.example}}
  - {{code: {MINH}, name: Minh, role: unit, unit: {A}, address: minh@so-a.example}}
  - {{code: {HOA}, name: Hoa, role: unit, unit: {B}, address: hoa@so-b.example}}
  - {{code: {BINH}, name: Bình, role: leader, address: binh@ubnd.example}}
"""


def moment(day: date | str, hour: int = 10, minute: int = 0) -> datetime:
    """The moment (UTC) at which it is `hour` on `day` in Vietnam."""
    return local_moment(date.fromisoformat(day) if isinstance(day, str) else day, time(hour, minute))


def draft_item(code: str = "II.1", **changes: Any) -> DraftItem:
    """A task as it was read."""
    values: dict[str, Any] = {
        "text": f"Nhiệm vụ {code}", "start": 0, "end": 10, "lead": ("Sở A",), "coordinate": ("Sở B",),
        "due_text": "trước ngày 20/5/2021", "deliverable": "Báo cáo", "rule": "list item",
    }  # fmt: skip
    return DraftItem(code=code, **{**values, **changes})


def draft(
    *codes: str, sha256: str = "a" * 64, items: Sequence[DraftItem] | None = None, **document: Any
) -> PlanDraft:
    """A plan as it was read, with one item per code."""
    values: dict[str, Any] = {
        "number": NUMBER, "kind": "Kế hoạch", "issuer": "UBND tỉnh", "place": "Hà Nội", "date": date(2021, 4, 6),
        "title": "Công tác thông tin", "signer": "Trần Thị Cúc",
    }  # fmt: skip
    found = tuple(draft_item(code) for code in codes or ("II.1",)) if items is None else tuple(items)
    return PlanDraft(
        document=DraftDocument(**{**values, **document}), items=found, name="plan.txt", format="txt", sha256=sha256,
        text="Toàn văn",
    )  # fmt: skip


def spec(code: str = "II.1", *deadlines: Deadline, **changes: Any) -> assigning.AssignmentSpec:
    """What is decided about an item: unit A, by Thursday 20/05/2021."""
    due = list(deadlines) or [Fixed(date=date(2021, 5, 20))]
    units = [] if "groups" in changes else [A]
    return assigning.AssignmentSpec(
        **{"code": code, "units": units, "deadlines": due, "ladder": "chuan", **changes}
    )


def standing(**changes: Any) -> Standing:
    """An assignment as the rules see it: due on Thursday 20/05/2021, in force since :data:`AT`, nothing delivered."""
    values: dict[str, Any] = {
        "assignment_id": 1, "item_id": 1, "state": WorkState.ASSIGNED, "year": YEAR, "due_on": date(2021, 5, 20),
        "due_time": None, "version": 1, "since": AT, "ladder": LADDERS["chuan"], "announce": True, "delivered": 0,
    }  # fmt: skip
    return Standing(**{**values, **changes})


def ladder(*rungs: Any, **changes: Any) -> Ladder:
    """A ladder with these rungs."""
    return Ladder(
        **{"name": "thu", "title": "Thử", "rungs": rungs, "review": "11-15", "announce": True, **changes}
    )


def put_in(
    url: str, *specs: assigning.AssignmentSpec, plan: PlanDraft | None = None, office: str = OFFICE_FILE
) -> int:
    """An imported plan whose items are assigned as `specs` say; answers the cycle's id."""
    specs = specs or (spec(),)
    with unit_of_work(url) as session:
        found = plans.import_plan(session, plan or draft(*[s.code for s in specs]), at=AT, actor=SYSTEM).plan
        directory.apply_directory(session, directory.read_yaml(office, "office.yaml"), at=AT, actor=SYSTEM)
        assigning.apply_assignments(session, found, YEAR, specs, at=AT, actor=SYSTEM)
        return cycles.cycle_named(session, found, YEAR).id or 0


def arm(url: str, at: datetime = AT, **options: Any) -> cycles.Armed:
    """Arm the one plan's cycle."""
    with unit_of_work(url) as session:
        plan = plans.plan_named(session, NUMBER)
        cycle = cycles.cycle_named(session, plan, YEAR)
        return cycles.arm(session, plan, cycle, at=at, actor=SYSTEM, hours=OFFICE, **options)


def armed(url: str, *specs: assigning.AssignmentSpec, at: datetime = AT, **options: Any) -> int:
    """A running cycle: put in and armed at `at`; answers its id."""
    cycle = put_in(url, *specs, **options)
    arm(url, at)
    return cycle


def by(
    url: str, who: str, action: Callable[..., Any], number: int, at: datetime, *args: Any, **options: Any
) -> Any:
    """Let somebody act on one assignment (or request), in a transaction of its own."""
    with unit_of_work(url) as session:
        doer = people.doer(session, who)
        if "rules" in inspect.signature(action).parameters:
            return action(session, number, doer, at, chasing.Rules.of(session, OFFICE), *args, **options)
        return action(session, number, doer, at, *args, **options)


def wake(url: str, at: datetime, **options: Any) -> chasing.Woken:
    """One wake at `at`."""
    with unit_of_work(url) as session:
        return chasing.wake(session, at, OFFICE, **options)


def deliver(url: str, at: datetime, answer: NoticeState = NoticeState.ACCEPTED) -> int:
    """Make the digests and let the channel answer everything that is due with `answer`; answers how many went out."""
    with unit_of_work(url) as session:
        outbox.make_digests(session, at)
        alone = [n.id or 0 for n in outbox.claim_alone(session, at, "test", 1000)]
        digests = [d.id or 0 for d in outbox.claim_digests(session, at, "test", 1000)]
    said = outbox.Answer(answer, 250, "ok")
    with unit_of_work(url) as session:
        done = [outbox.settle(session, Notice, n, said, f"<{n}@test>", at, "test") for n in alone]
        done += [outbox.settle(session, Digest, d, said, f"<d{d}@test>", at, "test") for d in digests]
        chasing.reconsider(session, at, OFFICE)
    return sum(done)


def live(url: str, first: date, last: date) -> None:
    """Let the days from `first` to `last` pass with an engine that is never late: a night's wake, a morning's mail.

    Days on which nothing is owed are jumped over.
    """
    day = first
    while (due := _next_day(url)) is not None and max(day, due) <= last:
        day = max(day, due)
        wake(url, moment(day, 6))
        deliver(url, moment(day, 8, 5))
        day += timedelta(days=1)


def _next_day(url: str) -> date | None:
    """The first day on which something is owed or waits."""
    waits = select(Notice.send_after).where(col(Notice.state).in_(WAITING))
    with reading(url) as session:
        moments = [*session.exec(select(Assignment.next_wake_at)), *session.exec(waits)]
    return min((local_day(at) for at in moments if at is not None), default=None)


def assignments(url: str) -> list[Assignment]:
    """Every assignment, in the order of making."""
    with reading(url) as session:
        return list(session.exec(select(Assignment).order_by(col(Assignment.id))))


def notices(url: str, *where: Any) -> list[Notice]:
    """Every notice that meets the conditions, in the order of sending."""
    with reading(url) as session:
        return list(
            session.exec(select(Notice).where(*where).order_by(col(Notice.send_after), col(Notice.id)))
        )


def told(url: str) -> list[Ledger]:
    """Every row of the ledger."""
    with reading(url) as session:
        return list(all_rows(session))


def broken(url: str) -> list[Broken]:
    """Where the ledger does not hold, its own head included."""
    with reading(url) as session:
        return list(verify(all_rows(session), head=head(session)))
