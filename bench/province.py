"""A province in its second year: 900 units, 28 plans, 100,000 assignments, as skewed as real ones.

One plan gives each of its 80 tasks to 600 communes; five departments owe 2,000 tasks each; most units about a hundred.
Everything is drawn from one seed, so that two runs measure the same rows.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

import migrations
from actions.directory import ContactSpec, DirectorySpec, GroupSpec, PersonSpec, UnitSpec, apply_directory
from actions.plans import import_plan
from documents.draft import DraftDocument, DraftItem, PlanDraft
from models.cycles import Assignment, Cycle
from models.database import unit_of_work
from models.ledger import SYSTEM
from models.people import ContactRole, PersonRole, Unit
from models.plans import ItemStatus, Plan, PlanItem
from plan.clock import local_moment
from plan.ladder import LADDERS, OFFICE

NOW = local_moment(date(2026, 9, 16), OFFICE.digest)
"""The Wednesday morning on which the console is opened."""
UNITS, HEAVY, COMMUNES = 900, 5, 600
LARGEST = "900/KH-UBND"
"""The plan whose every task 600 communes have."""
LONGEST = "999/KH-UBND"
"""A plan of 300 tasks that nobody has assigned yet."""

_WORK = (
    "Rà soát, hoàn thiện các quy định, quy trình nội bộ bảo đảm đồng bộ với quy định mới của Trung ương",
    "Tổ chức tập huấn, bồi dưỡng nghiệp vụ cho cán bộ, công chức, viên chức trực tiếp tham mưu, theo dõi",
    "Kiểm tra, giám sát việc thực hiện tại các cơ quan, đơn vị, địa phương; kịp thời chấn chỉnh sai sót",
    "Đẩy mạnh tuyên truyền, phổ biến trên các phương tiện thông tin đại chúng và hệ thống truyền thanh cơ sở",
    "Xây dựng báo cáo kết quả thực hiện, phân tích rõ những tồn tại, hạn chế, nguyên nhân và đề xuất giải pháp",
    "Ứng dụng công nghệ thông tin, số hóa hồ sơ, kết nối và chia sẻ dữ liệu phục vụ công tác chỉ đạo, điều hành",
)


@dataclass(frozen=True)
class Kind:
    """Plans of one kind: how many, their year and size, and what each item is given to."""

    numbers: Sequence[str]
    year: int
    items: int
    spread: int
    times: int
    heavy: bool = False


KINDS = (
    Kind((LARGEST,), 2026, 80, COMMUNES, 1),
    Kind([f"{n}/KH-UBND" for n in range(1, 21)], 2026, 50, 14, 2, heavy=True),
    Kind([f"{n}/KH-UBND" for n in range(101, 108)], 2025, 50, 40, 1),
    Kind((LONGEST,), 2026, 300, 0, 0),
)


def found(url: str) -> None:
    """Tables, units, people, plans with accepted items, cycles in draft and their assignments, all still to be done."""
    migrations.upgrade(url)
    signed = local_moment(date(2025, 1, 6), OFFICE.opens)
    with unit_of_work(url) as session:
        apply_directory(session, _directory(), at=signed, actor=SYSTEM)
        for kind in KINDS:
            for number in kind.numbers:
                import_plan(session, _draft(number, kind), at=signed, actor=SYSTEM)
    with unit_of_work(url) as session:
        drawn = random.Random(2026)
        rows = [row for kind in KINDS if kind.spread for row in _given(session, kind, drawn)]
        session.connection().execute(sa.insert(Assignment), rows)
        given = select(Assignment.item_id).distinct()
        accept = sa.update(PlanItem).where(col(PlanItem.id).in_(given)).values(status=ItemStatus.ACCEPTED)
        session.connection().execute(accept)


def _directory() -> DirectorySpec:
    groups = [
        GroupSpec(code="cac-so", name="Các Sở, ban, ngành"),
        GroupSpec(code="cac-xa", name="Các xã, phường"),
    ]
    units = [_unit(n) for n in range(UNITS)]
    people = [
        PersonSpec(code=code, name=name, role=role, address=f"{code}@ubnd.example")
        for code, name, role in (
            ("quan", "Phạm Quân", PersonRole.ADMINISTRATOR), ("lan", "Nguyễn Thị Lan", PersonRole.COORDINATOR),
            ("mai", "Trần Mai", PersonRole.COORDINATOR), ("binh", "Lê Văn Bình", PersonRole.LEADER),
            ("kiem", "Đỗ Thị Kiểm", PersonRole.AUDITOR),
        )
    ]  # fmt: skip
    officers = [
        PersonSpec(code=f"cb{n}", name=f"Cán bộ {n}", role=PersonRole.UNIT, unit=f"u{n}")
        for n in range(UNITS)
    ]
    return DirectorySpec(groups=groups, units=units, people=[*people, *officers])


def _unit(n: int) -> UnitSpec:
    kind = (
        "Sở"
        if n < 30
        else "Ban"
        if n < 60
        else "Ủy ban nhân dân phường"
        if n % 4 == 0
        else "Ủy ban nhân dân xã"
    )
    return UnitSpec(
        code=f"u{n}", name=f"{kind} {_place(n)}", groups=["cac-so" if n < 60 else "cac-xa"],
        contacts=[
            ContactSpec(address=f"vanthu@u{n}.example", name="Văn thư"),
            ContactSpec(address=f"lanhdao@u{n}.example", role=ContactRole.SUPERIOR, name="Lãnh đạo phụ trách"),
        ],
    )  # fmt: skip


def _place(n: int) -> str:
    first, second = ("Tân", "Hòa", "Phú", "Vĩnh", "Long", "An", "Bình", "Đông", "Thạnh", "Mỹ"), (
        "Lập", "Thành", "Hưng", "Lộc", "Mỹ", "Phước", "Khánh", "Sơn", "Điền")  # fmt: skip
    return f"{first[n % 10]} {second[n // 10 % 9]} {n}"


def _draft(number: str, kind: Kind) -> PlanDraft:
    text, items = f"ỦY BAN NHÂN DÂN TỈNH\nSố: {number}\nKẾ HOẠCH\n", []
    for n in range(kind.items):
        words = f"{_WORK[n % 6]}; {_WORK[(n + 1) % 6].lower()} (nhiệm vụ {n + 1})."
        start = len(text) + len(f"{n + 1}. ")
        text += f"{n + 1}. {words}\n"
        items.append(
            DraftItem(
                code=f"II.{n + 1}",
                text=words,
                start=start,
                end=start + len(words),
                rule="list item",
                lead=("Các Sở, ban, ngành",),
                due_text="trong năm",
                deliverable="Báo cáo kết quả",
            )
        )
    title = f"Triển khai nhiệm vụ trọng tâm năm {kind.year} ({number})"
    document = DraftDocument(number=number, date=date(kind.year, 1, 8), title=title, issuer="UBND tỉnh")
    return PlanDraft(document=document, items=tuple(items), sha256=f"{number:0>64}"[:64], text=text)


def _given(session: Session, kind: Kind, drawn: random.Random) -> Iterator[dict[str, Any]]:
    """The assignments of every plan of a kind, in a cycle of its own."""
    units = list(session.exec(select(Unit.id).order_by(col(Unit.id))))
    items = (
        select(PlanItem).where(col(PlanItem.plan_id).in_(_plan_ids(session, kind))).order_by(col(PlanItem.id))
    )
    cycles: dict[int, int] = {}
    for item in session.exec(items):
        if item.plan_id not in cycles:
            cycle = Cycle(plan_id=item.plan_id, year=kind.year)
            session.add(cycle)
            session.flush()
            cycles[item.plan_id] = cycle.id or 0
        for occurrence in range(kind.times):
            yield from _occurrence(
                cycles[item.plan_id], item.id or 0, occurrence, _whose(kind, units, drawn), kind, drawn
            )


def _plan_ids(session: Session, kind: Kind) -> list[int]:
    return [n or 0 for n in session.exec(select(Plan.id).where(col(Plan.number).in_(kind.numbers)))]


def _whose(kind: Kind, units: Sequence[int | None], drawn: random.Random) -> list[int]:
    """The heavy departments and some others; the large plan has every commune."""
    if kind.spread == COMMUNES:
        return [u or 0 for u in units[-COMMUNES:]]
    others = drawn.sample(units[HEAVY:], kind.spread)
    return [u or 0 for u in ([*units[:HEAVY], *others] if kind.heavy else others)]


def _occurrence(
    cycle: int, item: int, number: int, units: Sequence[int], kind: Kind, drawn: random.Random
) -> Iterator[dict[str, Any]]:
    first = date(kind.year, 2, 16) + timedelta(days=drawn.randrange(310 // kind.times) + number * 155)
    due = None if drawn.random() < 0.03 else first
    made = datetime(kind.year, 1, 12, 2, 0, tzinfo=UTC)
    label = f"{kind.year}" if kind.times == 1 else f"6T{number + 1}/{kind.year}"
    for unit in units:
        yield {
            "cycle_id": cycle, "item_id": item, "unit_id": unit, "occurrence": label, "due_on": due,
            "original_due_on": due, "why_due": "trong năm", "ladder": tuple(LADDERS)[item % len(LADDERS)],
            "created_at": made, "since": made, "state": "assigned", "reason_due": "stated", "serial": 1,
            "announce": True, "version": 1, "next_rungs": "",
        }  # fmt: skip
