"""`dondoc rollover`: next year's draft from this year's plan: proposed, edited, accepted once."""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from cyclopts import App

from actions import rollover
from actions.cycles import cycle_named
from actions.directory import load_yaml, validated
from actions.errors import Problem, refuse_if
from actions.plans import item_named, plan_named
from cli.files import decoded
from cli.here import acting, open_place
from cli.proposals import print_proposal
from cli.show import Output, print_json, table, tell
from models.database import reading, unit_of_work
from plan.calendar import DaysOff
from plan.rollover import By, Redate

app = App(name="rollover")


@app.command
def propose(
    plan: str, *, year: int | None = None, units: Path | None = None, carry_until: datetime | None = None,
    by: By = By.DATE, days_off: DaysOff = DaysOff.EARLIER, item: list[str] | None = None,
    file: Path | None = None, output: Output = "text",
) -> None:  # fmt: skip
    """Propose next year's plan: kept, re-dated, reworded, dropped, carried over; nothing is written. (Đề xuất)

    Parameters
    ----------
    year
        The year that ends; the year of signing if left out.
    units
        A YAML file with `units`, a map from each old unit's code to the codes that take its place.
    carry_until
        The day for what is carried over; the last working day of March if left out.
    by
        A day comes again on the same date, or on the same weekday nearest to it.
    days_off
        A day that then falls on a day off comes earlier, later, or stays; one that was a day off before stays.
    item
        An item with its own way, "II.3=weekday" or "II.3=weekday/later"; may be given several times.
    file
        Write the proposal there, to be edited and accepted.
    """
    mapped = _unit_map(units) if units else None
    own = _own_ways(item or [], days_off)
    with reading(open_place().url) as session:
        found = plan_named(session, plan)
        cycle = cycle_named(session, found, year or found.signed_on.year)
        until = carry_until.date() if carry_until else None
        lines = rollover.propose_rollover(
            session, cycle, units=mapped, carry_until=until, redate=Redate(by, days_off), by_item=own
        )
        spec = rollover.as_spec(session, found, cycle, lines)
    if file is not None:
        _write(spec, file)
        tell(f"Đã ghi đề xuất vào {file}; sửa rồi chạy: dondoc rollover accept {file}",
             f"The proposal is in {file}; edit it, then: dondoc rollover accept {file}")  # fmt: skip
    elif output == "json":
        print_json(spec)
    else:
        print_proposal(lines, cycle.year)


def _write(spec: rollover.RolloverSpec, file: Path) -> None:
    data = spec.model_dump(mode="json", exclude_defaults=True)
    for item, printed in zip(spec.items, data["items"], strict=True):
        printed["deadlines"] = [
            {"kind": d.kind, **d.model_dump(mode="json", exclude_defaults=True)} for d in item.deadlines
        ]
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110), encoding="utf-8")


def _own_ways(words: list[str], days_off: DaysOff) -> dict[str, Redate]:
    """ "II.3=weekday/later" for each item that is re-dated in its own way; everything wrong is told at once."""
    problems: list[Problem] = []
    found: dict[str, Redate] = {}
    for text in words:
        code, _, way = text.rpartition("=")
        by, _, off = way.partition("/")
        try:
            found[code] = Redate(By(by), DaysOff(off) if off else days_off)
        except ValueError:
            problems.append(Problem(
                f"{text!r} is not CODE=date or CODE=weekday, with /earlier, /later or /keep if wanted",
                f"{text!r} không phải MÃ=date hoặc MÃ=weekday (có thể thêm /earlier, /later, /keep)",
            ))  # fmt: skip
    refuse_if(problems)
    return found


def _unit_map(file: Path) -> dict[str, list[str]]:
    value: Any = load_yaml(decoded(file.read_bytes(), file.name), file.name)
    return validated(rollover.UnitMapSpec, value, file.name).units


@app.command
def accept(
    file: Path, *, number: str | None = None, signed_on: datetime | None = None, by: str | None = None,
    output: Output = "text",
) -> None:  # fmt: skip
    """Make next year's draft out of an edited proposal; a year is rolled over once. (Chấp nhận)

    Parameters
    ----------
    number
        The number of the new plan, if not as the file says.
    signed_on
        Its date of signing, if not as the file says.
    """
    spec = rollover.read_rollover(load_yaml(decoded(file.read_bytes(), file.name), file.name), file.name)
    changes = {"number": number, "signed_on": signed_on.date() if signed_on else None}
    spec = spec.model_copy(update={key: value for key, value in changes.items() if value})
    place = open_place()
    with unit_of_work(place.url) as session:
        plan = plan_named(session, spec.plan)
        cycle = cycle_named(session, plan, spec.year)
        done = rollover.accept_rollover(
            session, plan, cycle, spec, at=place.now, actor=acting(session, by, place)
        )
    if output == "json":
        print_json({
            "plan": done.plan.number, "year": done.cycle.year, "items": done.items, "assignments": done.assignments,
            "carried": done.carried, "sha256": done.sha256,
        })  # fmt: skip
        return
    name, year = done.plan.number, done.cycle.year
    tell(f"Đã lập kế hoạch {name} năm {year}: {done.items} nhiệm vụ, {done.assignments} việc giao, "
         f"{done.carried} việc chuyển tiếp. Tiếp theo: dondoc cycle arm {name} --year {year}",
         f"Plan {name} of {year}: {done.items} items, {done.assignments} assignments, {done.carried} carried over. "
         f"Next: dondoc cycle arm {name} --year {year}")  # fmt: skip


@app.command
def lineage(plan: str, code: str, *, output: Output = "text") -> None:
    """Show where an item comes from: earlier years, earlier versions, a split. (Nguồn gốc)"""
    with reading(open_place().url) as session:
        item = item_named(session, plan_named(session, plan), code)
        rows = [vars(step) for step in rollover.lineage(session, item)]
    table(rows, output)


@app.command
def close(plan: str, *, year: int | None = None, by: str | None = None) -> int:
    """Close a year in which nothing is unfinished any more. (Đóng năm)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        found = plan_named(session, plan)
        cycle = cycle_named(session, found, year or found.signed_on.year)
        closed = rollover.close_finished(session, cycle, place.now, acting(session, by, place))
    if not closed:
        tell(
            "Còn việc chưa xong, hoặc năm này chưa kích hoạt.",
            "Something is unfinished, or the year is not armed.",
        )
        return 1
    tell("Đã đóng.", "Closed.")
    return 0
