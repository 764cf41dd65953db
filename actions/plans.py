"""Putting a plan in: a read draft becomes a plan with draft items, once."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from actions.errors import NotFound, Problem, Refused, refuse_if
from actions.rights import must_coordinate, own
from documents.draft import DraftItem, PlanDraft
from models import ledger
from models.ledger import Actor
from models.plans import ItemStatus, Plan, PlanItem
from models.queries import items_of, newest_plan
from plan.calendar import DaysOff
from plan.deadlines import DEADLINES


@dataclass(frozen=True)
class Imported:
    """The plan that stands now, and whether this import made it."""

    plan: Plan
    items: int
    new: bool


def import_plan(
    session: Session,
    draft: PlanDraft,
    *,
    at: datetime,
    actor: Actor,
    new_version: bool = False,
    days_off: DaysOff = DaysOff.KEEP,
) -> Imported:
    """Store a draft. The same file again changes nothing; another text under a number of that year is refused.

    With `new_version` such a text becomes the next version of the same plan. Raises :class:`Refused` with every
    missing or impossible field at once.
    """
    number, signed_on = _identity(draft)
    same = session.exec(select(Plan).where(Plan.sha256 == draft.sha256, Plan.number == number)).first()
    if same is not None:
        return Imported(same, len(items_of(session, same.id or 0)), new=False)
    before = newest_plan(session, number, signed_on.year)
    must_coordinate(session, actor, before.id if before else None)
    if before is not None and not new_version:
        raise _already_there(before)
    plan = _plan(draft, number, signed_on, before.version + 1 if before else 1, days_off, at)
    session.add(plan)
    session.flush()
    items = _items(draft, plan.id or 0)
    session.add_all(items)
    session.flush()
    own(session, actor, plan.id or 0)
    ledger.record(
        session, at, actor, "plan.imported", f"plan:{plan.id}",
        number=number, year=plan.year, version=plan.version, sha256=plan.sha256, items=len(items),
    )  # fmt: skip
    return Imported(plan, len(items), new=True)


def _identity(draft: PlanDraft) -> tuple[str, date]:
    problems: list[Problem] = []
    if not draft.document.number:
        problems.append(Problem(
            "no number of the plan was found; give it beside the document: 92/KH-UBND (--number, field number)",
            "không tìm thấy số hiệu của kế hoạch; hãy ghi thêm bên cạnh văn bản: 92/KH-UBND (--number, ô Số hiệu)",
        ))  # fmt: skip
    if not draft.document.date:
        problems.append(Problem(
            "no date of signing was found; give it beside the document: 2021-04-06 (--signed-on, field signed_on)",
            "không tìm thấy ngày ký; hãy ghi thêm bên cạnh văn bản: 2021-04-06 (--signed-on, ô Ngày ký)",
        ))  # fmt: skip
    if not draft.items:
        problems.append(Problem(
            "no task was found in the text; is it the whole plan?",
            "không tìm thấy nhiệm vụ nào; đã đưa vào toàn văn kế hoạch chưa?",
        ))  # fmt: skip
    refuse_if(problems)
    return draft.document.number or "", draft.document.date or date.min


def _already_there(before: Plan) -> Refused:
    return Refused.because(
        f"plan {before.number} of {before.year} is already there as version {before.version} with another text; "
        "if this is a newer text of the same plan, use --new-version, else correct its number",
        f"kế hoạch {before.number} năm {before.year} đã có (bản {before.version}) với nội dung khác; "
        "nếu đây là bản mới của kế hoạch đó, dùng --new-version, nếu không hãy sửa lại số hiệu",
    )


def _plan(
    draft: PlanDraft, number: str, signed_on: date, version: int, days_off: DaysOff, at: datetime
) -> Plan:
    document = draft.document
    return Plan(
        number=number, year=signed_on.year, version=version, kind=document.kind or "Kế hoạch",
        issuer=document.issuer or "", place=document.place or "", signed_on=signed_on,
        title=document.title or "", signer=document.signer or "", text=draft.text, sha256=draft.sha256,
        source_name=draft.name, source_format=draft.format, header=document.model_dump(mode="json"),
        warnings=[w.message for w in draft.warnings], days_off=days_off, created_at=at,
    )  # fmt: skip


def _items(draft: PlanDraft, plan_id: int) -> list[PlanItem]:
    """Rows for the items; a code that the text uses twice gets a running number, because a code names one item."""
    codes = [item.code for item in draft.items]
    used: dict[str, int] = {}
    rows: list[PlanItem] = []
    for position, item in enumerate(draft.items, 1):
        used[item.code] = used.get(item.code, 0) + 1
        twice = codes.count(item.code) > 1
        code = f"{item.code}.{used[item.code]}" if twice else item.code
        rows.append(
            _item(item, plan_id, _free(code, {row.code for row in rows} | set(codes) - {item.code}), position)
        )
    return rows


def _free(code: str, taken: set[str]) -> str:
    number = 2
    free = code
    while free in taken:
        free, number = f"{code}-{number}", number + 1
    return free


def _item(item: DraftItem, plan_id: int, code: str, position: int) -> PlanItem:
    return PlanItem(
        plan_id=plan_id, code=code, position=position, section=[[s.mark, s.title] for s in item.section],
        text=item.text, start=item.start, end=item.end, page=item.page, rule=item.rule, lead=list(item.lead),
        coordinate=list(item.coordinate), due_text=item.due_text,
        deadlines=DEADLINES.dump_python(list(item.due), mode="json"), deliverable=item.deliverable,
        warnings=[w.message for w in item.warnings],
    )  # fmt: skip


def plan_named(session: Session, name: str) -> Plan:
    """The plan that `name` means: its number ("92/KH-UBND"), with "@2021" for a year where the number is used again.

    Raises :class:`NotFound` with the plans there are.
    """
    number, _, year = name.partition("@")
    plan = newest_plan(session, number, int(year) if year.isdigit() else None)
    if plan is not None:
        return plan
    known = ", ".join(f"{n}@{y}" for n, y in session.exec(select(Plan.number, Plan.year).distinct())) or "-"
    raise NotFound(
        [Problem(f"there is no plan {name}; known: {known}", f"không có kế hoạch {name}; đã có: {known}")]
    )


def item_named(session: Session, plan: Plan, code: str) -> PlanItem:
    """The item of `plan` with this code."""
    found = session.exec(
        select(PlanItem).where(PlanItem.plan_id == plan.id, PlanItem.code == code)
    ).one_or_none()
    if found is not None:
        return found
    known = ", ".join(
        session.exec(
            select(PlanItem.code).where(PlanItem.plan_id == plan.id).order_by(col(PlanItem.position))
        )
    )
    raise NotFound([Problem(
        f"plan {plan.number} has no item {code}; it has: {known}",
        f"kế hoạch {plan.number} không có nhiệm vụ {code}; có: {known}",
    )])  # fmt: skip


def set_status(session: Session, item: PlanItem, status: ItemStatus, *, at: datetime, actor: Actor) -> None:
    """Accept or reject what was read."""
    must_coordinate(session, actor, item.plan_id)
    if item.status == status:
        return
    item.status = status
    session.add(item)
    ledger.record(session, at, actor, f"item.{status}", f"item:{item.id}", code=item.code)
