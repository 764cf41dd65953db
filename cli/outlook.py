"""`dondoc cycle outlook | export`: the simulated year as a whole, and as files for other programs."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from actions.chasing import Rules
from actions.cycles import cycle_named
from actions.errors import Refused
from actions.outlook import Outlook, outlook
from actions.plans import plan_named
from cli.cycle import app
from cli.here import open_place
from cli.show import Output, print_json, say, table, tell
from models.database import reading
from plan.simulation import totals


def _outlook(plan: str, year: int | None) -> tuple[Outlook, str]:
    place = open_place()
    with reading(place.url) as session:
        found = plan_named(session, plan)
        cycle = cycle_named(session, found, year or found.signed_on.year)
        return outlook(
            session, cycle, place.now, Rules.of(session, place.hours)
        ), f"{found.number} ({cycle.year})"


@app.command(name="outlook")
def outlook_(plan: str, *, year: int | None = None, output: Output = "text") -> None:
    """Show totals per unit, the busiest days, collisions, deadlines on days off, what has no day. (Toàn cảnh năm)"""
    found, _ = _outlook(plan, year)
    look, count = found.look, totals(found.notices)
    if output == "json":
        print_json({"totals": asdict(count), **asdict(look)})
        return
    table(
        ({"unit": u, "notices": n} for u, n in count.per_unit.items()),
        "text",
        title=say("Theo đơn vị", "Per unit"),
    )
    table(
        ({"day": d, "notices": n} for d, n in count.busiest),
        "text",
        title=say("Ngày dồn nhất", "Busiest days"),
    )
    lists: tuple[tuple[str, Sequence[object]], ...] = (
        (say("Trùng dồn", "Collisions"), look.collisions),
        (say("Hạn vào ngày nghỉ", "Deadlines on days off"), look.days_off),
        (say("Không thời hạn", "Without a day"), look.undated),
    )
    for title, rows in lists:
        table(map(_line, rows), "text", title=title)
    table(
        ({"unit": u, "notices": n} for u, n in look.unreachable.items()),
        "text",
        title=say("Không có người nhận", "Unreachable"),
    )


def _line(row: object) -> dict[str, object]:
    values: dict[str, Any] = vars(row)
    return {key: ", ".join(value) if key == "items" else value for key, value in values.items()}


@app.command
def export(plan: str, file: Path, *, year: int | None = None) -> None:
    """Write the simulated year as .xlsx (every notice, totals, collisions) or .ics (the deadlines). (Xuất tệp)"""
    from models import sheets

    found, title = _outlook(plan, year)
    kind = file.suffix.lower()
    if kind == ".xlsx":
        file.write_bytes(sheets.workbook(found.notices, found.look, title))
    elif kind == ".ics":
        file.write_bytes(sheets.calendar_file(found.cases, title, at=open_place().now))
    else:
        raise Refused.because(
            f"{file.name}: the file ends in .xlsx or .ics",
            f"{file.name}: tên tệp phải có đuôi .xlsx hoặc .ics",
        )
    tell(f"Đã ghi {file}.", f"Written to {file}.")
