"""A database of any size to measure on: units with mailboxes, items, assignments, armed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

import migrations
from actions import cycles
from actions.assigning import AssignmentSpec, apply_assignments
from actions.directory import ContactSpec, DirectorySpec, GroupSpec, PersonSpec, UnitSpec, apply_directory
from actions.plans import import_plan, plan_named
from documents.draft import DraftDocument, DraftItem, PlanDraft
from models.cycles import Assignment
from models.database import unit_of_work
from models.ledger import SYSTEM
from models.people import ContactRole, PersonRole
from plan.calendar import DaysOff
from plan.deadlines import Fixed
from plan.ladder import OFFICE

SIGNED = date(2026, 1, 14)
START = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
"""When the cycle is armed: 09:00 in Vietnam on the day after signing."""
NUMBER, YEAR = "1/KH-UBND", 2026


def fill(url: str, *, units: int, items: int, each: int, due: date = date(2026, 6, 15)) -> None:
    """`items` items, each given to `each` of the `units` units in turn, all due on one day."""
    put_in(url, _specs(items, units, each, due), units=units)


def put_in(url: str, specs: Sequence[AssignmentSpec], *, units: int, days_off: DaysOff = DaysOff.KEEP) -> int:
    """A plan with one item per spec, assigned as they say; answers how many assignments were made."""
    migrations.upgrade(url)
    with unit_of_work(url) as session:
        apply_directory(session, directory_of(units), at=START, actor=SYSTEM)
        plan = import_plan(session, draft_of(len(specs)), at=START, actor=SYSTEM, days_off=days_off).plan
        return apply_assignments(session, plan, YEAR, specs, at=START, actor=SYSTEM).made


def arm(url: str) -> None:
    """Arm the filled cycle."""
    with unit_of_work(url) as session:
        plan = plan_named(session, NUMBER)
        cycles.arm(
            session, plan, cycles.cycle_named(session, plan, YEAR), at=START, actor=SYSTEM, hours=OFFICE
        )


def directory_of(units: int) -> DirectorySpec:
    """So many units, each with a mailbox and a superior, and one coordinator."""
    return DirectorySpec(
        groups=[GroupSpec(code="all", name="Các đơn vị")],
        units=[
            UnitSpec(
                code=f"u{n}", name=f"Đơn vị số {n}", groups=["all"],
                contacts=[
                    ContactSpec(address=f"vanthu@u{n}.example"),
                    ContactSpec(address=f"lanhdao@u{n}.example", role=ContactRole.SUPERIOR),
                ],
            )
            for n in range(units)
        ],
        people=[PersonSpec(code="lan", name="Lan", role=PersonRole.COORDINATOR, address="lan@ubnd.example")],
    )  # fmt: skip


def draft_of(items: int) -> PlanDraft:
    """A plan of so many items."""
    text = "Tổ chức thực hiện nhiệm vụ được giao trong kế hoạch, báo cáo kết quả theo quy định"
    drafted = tuple(DraftItem(code=f"II.{n}", text=f"{text} ({n}).") for n in range(1, items + 1))
    return PlanDraft(
        document=DraftDocument(number=NUMBER, date=SIGNED), items=drafted, sha256="0" * 64, text=text
    )


def _specs(items: int, units: int, each: int, due: date) -> Sequence[AssignmentSpec]:
    return [
        AssignmentSpec(
            code=f"II.{n + 1}",
            deadlines=[Fixed(date=due)],
            units=[f"u{(n * each + k) % units}" for k in range(each)],
        )
        for n in range(items)
    ]


def due_at(url: str, moment: datetime) -> None:
    """Let every assignment's next wake be at `moment`, as if all deadlines met."""
    with unit_of_work(url) as session:
        session.connection().execute(sa.update(Assignment).values(next_wake_at=moment))


def item_ids(session: Session) -> list[int]:
    """Every item that has assignments."""
    return list(session.exec(select(Assignment.item_id).distinct().order_by(col(Assignment.item_id))))
