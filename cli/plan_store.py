"""The verbs of `dondoc plan` that work on the database: import, list, show, export."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from sqlmodel import select

from actions.amendment import compare_with_before
from actions.plans import import_plan, plan_named
from cli.files import read_file
from cli.here import acting, open_place
from cli.show import Output, out, print_json, shorten, table, tell
from documents.draft import PlanDraft
from documents.structured import to_yaml
from models.database import reading, unit_of_work
from models.plans import Plan, PlanItem
from models.queries import items_of
from plan.calendar import DaysOff


def import_(
    file: Path, *, number: str | None = None, signed_on: datetime | None = None, new_version: bool = False,
    days_off: DaysOff = DaysOff.KEEP, by: str | None = None, output: Output = "text",
) -> None:  # fmt: skip
    """Store a document as a plan with draft items. The same file again changes nothing. (Nhập kế hoạch)

    Parameters
    ----------
    number
        The plan's number, where the text does not give it.
    signed_on
        The date of signing, where the text does not give it.
    new_version
        Take the file as the next version of a plan that is there already.
    days_off
        What a deadline on a day off does: keep, earlier or later.
    by
        Who does this: the code of a person.
    """
    draft = read_file(file)
    given = {"number": number, "date": signed_on.date() if signed_on else None}
    document = draft.document.model_copy(update={k: v for k, v in given.items() if v})
    draft = draft.model_copy(update={"document": document})
    place = open_place()
    with unit_of_work(place.url) as session:
        actor = acting(session, by, place)
        done = import_plan(
            session, draft, at=place.now, actor=actor, new_version=new_version, days_off=days_off
        )
        pairs = compare_with_before(session, done.plan) if done.new else []
    fates = Counter(pair.fate.value for pair in pairs)
    plan = done.plan
    if output == "json":
        print_json(
            {
                "plan": plan.number,
                "year": plan.year,
                "version": plan.version,
                "items": done.items,
                "new": done.new,
                "differences": dict(fates),
            }
        )
    elif done.new:
        tell(f"Đã nhập kế hoạch {plan.number} năm {plan.year} (bản {plan.version}): {done.items} nhiệm vụ.",
             f"Imported plan {plan.number} of {plan.year} (version {plan.version}): {done.items} items.")  # fmt: skip
        if fates:
            _tell_differences(plan, fates)
    else:
        tell(f"Kế hoạch {plan.number} đã có sẵn (bản {plan.version}); không có gì thay đổi.",
             f"Plan {plan.number} is there already (version {plan.version}); nothing changed.")  # fmt: skip


_FATES = {
    "unchanged": "giữ nguyên", "reworded": "sửa lời", "changed": "sửa hạn hoặc đơn vị", "added": "thêm",
    "dropped": "bỏ",
}  # fmt: skip


def _tell_differences(plan: Plan, fates: Mapping[str, int]) -> None:
    """What a new version changes against the one before, counted, and where each item is shown."""
    vi = ", ".join(f"{fates[f]} {words}" for f, words in _FATES.items() if fates.get(f))
    en = ", ".join(f"{fates[f]} {f}" for f in _FATES if fates.get(f))
    show = f"dondoc amendment show {plan.number}"
    tell(f"So với bản trước: {vi}. Xem từng nhiệm vụ: {show}",
         f"Against the version before: {en}. Item by item: {show}")  # fmt: skip


def list_(*, output: Output = "text") -> None:
    """List the plans. (Danh sách kế hoạch)"""
    place = open_place()
    with reading(place.url) as session:
        plans = session.exec(select(Plan)).all()
    table(
        (
            {
                "number": p.number,
                "year": p.year,
                "version": p.version,
                "signed_on": p.signed_on,
                "title": shorten(p.title),
            }
            for p in plans
        ),
        output,
    )


def show(plan: str, *, output: Output = "text") -> None:
    """Show a plan's items with their places in the text. (Xem nhiệm vụ)

    Parameters
    ----------
    plan
        The plan's number, "92/KH-UBND" or "92/KH-UBND@2021".
    """
    place = open_place()
    with reading(place.url) as session:
        items = items_of(session, plan_named(session, plan).id or 0)
    keys = (
        "code",
        "status",
        "text",
        "lead",
        "coordinate",
        "due_text",
        "deadlines",
        "undated",
        "deliverable",
        "start",
        "end",
        "rule",
        "warnings",
    )
    if output == "json":
        print_json([{key: getattr(i, key) for key in keys} for i in items])
        return
    table(
        (
            {
                "code": i.code,
                "status": i.status,
                "task": shorten(i.text),
                "lead": "; ".join(i.lead),
                "due": i.due_text,
            }
            for i in items
        ),
        output,
    )


def export(plan: str, file: Annotated[Path | None, Parameter()] = None) -> None:
    """Write a plan in its structured YAML form. (Xuất YAML)"""
    place = open_place()
    with reading(place.url) as session:
        found = plan_named(session, plan)
        text = to_yaml(stored_draft(found, items_of(session, found.id or 0)))
    if file is None:
        out.print(text, markup=False)
    else:
        file.write_text(text, encoding="utf-8")


def stored_draft(plan: Plan, items: Sequence[PlanItem]) -> PlanDraft:
    """A stored plan as the draft it was read from, with what people have decided since."""
    return PlanDraft.model_validate({
        "document": plan.header, "name": plan.source_name, "format": plan.source_format, "sha256": plan.sha256,
        "text": plan.text,
        "items": [
            {
                "code": i.code, "section": [{"mark": mark, "title": title} for mark, title in i.section],
                "text": i.text,
                "start": i.start or 0, "end": i.end or 0, "page": i.page, "lead": i.lead, "coordinate": i.coordinate,
                "due_text": i.due_text, "due": i.deadlines, "deliverable": i.deliverable, "rule": i.rule,
            }
            for i in items
        ],
    })  # fmt: skip
