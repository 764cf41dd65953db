"""`dondoc item`: decide about the tasks that were read, give them to units, explain what became of them."""

from datetime import datetime
from pathlib import Path

from cyclopts import App

from actions.assigning import AssignmentSpec, apply_assignments, read_assignments
from actions.directory import load_yaml
from actions.errors import Refused
from actions.plans import item_named, plan_named, set_status
from cli.files import text_of
from cli.here import acting, open_place
from cli.show import Output, out, print_json, table, tell
from models.database import reading, unit_of_work
from models.explain import explain_item
from models.plans import ItemStatus
from plan.deadlines import Bound, Deadline, Fixed

app = App(name="item")


@app.command
def assign(
    plan: str, code: str | None = None, *, year: int | None = None, file: Path | None = None,
    unit: list[str] | None = None,
    group: list[str] | None = None, due: datetime | None = None, before: bool = False, undated: bool = False,
    ladder: str | None = None, by: str | None = None,
) -> None:  # fmt: skip
    """Accept items and give them to units: one item by options, or many from a YAML file. (Giao việc)

    Parameters
    ----------
    plan
        The plan's number.
    code
        The item's code, unless a file is given.
    year
        The year to work in; the year of signing if left out.
    file
        A YAML file with a list `items` of code, units, groups, deadlines, undated, ladder, events, reject.
    due
        A deadline in place of the one that was read.
    before
        Read `due` as "trước ngày": the day itself is too late.
    undated
        The item has no day, and that is meant.
    """
    place = open_place()
    specs = _from_file(file) if file else [_from_options(code, unit, group, due, before, undated, ladder)]
    with unit_of_work(place.url) as session:
        found = plan_named(session, plan)
        done = apply_assignments(
            session,
            found,
            year or found.signed_on.year,
            specs,
            at=place.now,
            actor=acting(session, by, place),
        )
    tell(f"{done.items} nhiệm vụ: giao mới {done.made} việc, giữ nguyên {done.kept}.",
         f"{done.items} items: {done.made} new assignments, {done.kept} kept.")  # fmt: skip


def _from_file(file: Path) -> list[AssignmentSpec]:
    return read_assignments(load_yaml(text_of(file), file.name), file.name).items


def _from_options(
    code: str | None, unit: list[str] | None, group: list[str] | None, due: datetime | None, before: bool,
    undated: bool, ladder: str | None,
) -> AssignmentSpec:  # fmt: skip
    if code is None:
        raise Refused.because(
            "name an item by its code, or give --file", "hãy nêu mã nhiệm vụ, hoặc dùng --file"
        )
    deadlines: list[Deadline] | None = None
    if due is not None:
        deadlines = [Fixed(date=due.date(), bound=Bound.BEFORE if before else Bound.BY)]
    return AssignmentSpec(
        code=code, units=unit or [], groups=group or [], deadlines=deadlines, undated=undated, ladder=ladder
    )


@app.command
def accept(plan: str, *codes: str, by: str | None = None) -> None:
    """Accept items as read. (Chấp nhận)"""
    _decide(plan, codes, ItemStatus.ACCEPTED, by)


@app.command
def reject(plan: str, *codes: str, by: str | None = None) -> None:
    """Say that what was read is no task. (Loại bỏ)"""
    _decide(plan, codes, ItemStatus.REJECTED, by)


def _decide(plan: str, codes: tuple[str, ...], status: ItemStatus, by: str | None) -> None:
    place = open_place()
    with unit_of_work(place.url) as session:
        found = plan_named(session, plan)
        for code in codes:
            set_status(
                session,
                item_named(session, found, code),
                status,
                at=place.now,
                actor=acting(session, by, place),
            )
    tell(f"Đã ghi nhận {len(codes)} nhiệm vụ.", f"{len(codes)} items {status}.")


@app.command
def explain(plan: str, code: str, *, output: Output = "text") -> None:
    """Show for one item what was owed, sent and not sent, and why; who did what; and the engine's runs. (Giải trình)"""
    place = open_place()
    with reading(place.url) as session:
        told = explain_item(session, item_named(session, plan_named(session, plan), code), place.now)
    if output == "json":
        print_json(told)
        return
    out.print(f"{plan} · {code}: {told['text']}", markup=False)
    for assignment in told["assignments"]:
        head = {
            k: assignment[k] for k in ("unit", "occurrence", "state", "due_on", "original_due_on", "in_time")
        }
        out.print("\n" + " · ".join(str(v) for v in head.values() if v is not None), markup=False)
        table(assignment["history"], "text")
    if told["runs"]:
        out.print("\nPrefect:", markup=False)
        table(told["runs"], "text")
