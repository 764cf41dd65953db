"""`dondoc calendar`: the working calendar and the decisions that change it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from cyclopts import App
from sqlmodel import Session

from actions.calendar import (
    CalendarChange,
    change_calendar,
    changed,
    decision_days,
    preview_change,
    read_days,
)
from actions.chasing import Rules
from actions.directory import load_yaml
from actions.errors import Refused
from cli.files import text_of
from cli.here import acting, open_place
from cli.show import Output, confirm, print_json, say, table, tell
from models.database import reading, unit_of_work
from models.standing import calendar
from plan.calendar import Override, WorkingCalendar

app = App(name="calendar")

SHOWN = 40
"""How many moved lines people are shown; programs get all."""


@app.command
def show(year: int, *, output: Output = "text") -> None:
    """Show the days off of a year and the decisions that changed days. (Xem lịch)"""
    with reading(open_place().url) as session:
        days = calendar(session)
    changes = {line.day: line for line in days.overrides if line.day.year == year}
    off = {d.day: d.why for d in days.days_off(date(year, 1, 1), date(year, 12, 31))}
    rows = [
        {
            "day": day, "works": day in changes and changes[day].works, "why": off.get(day) or changes[day].note,
            "decision": f"{changes[day].decision} ({changes[day].decided_on})" if day in changes else "",
        }
        for day in sorted({*off, *changes})
    ]  # fmt: skip
    table(rows, output)


def _lines(
    day: datetime | None, works: bool | None, swap: datetime | None, decision: str, decided_on: datetime | None,
    note: str, file: Path | None,
) -> list[Override]:  # fmt: skip
    if file is not None:
        return read_days(load_yaml(text_of(file), file.name), file.name)
    if day is None or works is None or decided_on is None or not decision.strip():
        raise Refused.because(
            "name a day, --works or --no-works, --decision and --decided-on, or give --file",
            "hãy nêu ngày, --works hoặc --no-works, --decision và --decided-on, hoặc dùng --file",
        )
    paper = (decision.strip(), decided_on.date(), note)
    lines = [Override(day.date(), works, *paper)]
    return [*lines, Override(swap.date(), not works, *paper)] if swap else lines


@app.command
def diff(
    day: datetime | None = None, *, works: bool | None = None, swap: datetime | None = None, decision: str = "",
    decided_on: datetime | None = None, note: str = "", file: Path | None = None, output: Output = "text",
) -> None:  # fmt: skip
    """Show which deadlines and notices a changed day would move; nothing is written. (So sánh)

    Parameters
    ----------
    day
        The day that changes.
    works
        It becomes a working day; --no-works makes it a day off.
    swap
        The day that is exchanged for it, which becomes the opposite.
    file
        A YAML file with a list `days` of day, works, decision, decided_on, note.
    """
    place = open_place()
    lines = _lines(day, works, swap, decision, decided_on, note, file)
    with reading(place.url) as session:
        rules = Rules.of(session, place.hours)
        change = preview_change(session, rules, changed(rules, lines), place.now)
    _print(change, output)


@app.command
def override(
    day: datetime | None = None, *, works: bool | None = None, swap: datetime | None = None, decision: str = "",
    decided_on: datetime | None = None, note: str = "", file: Path | None = None, yes: bool = False,
    by: str | None = None, output: Output = "text",
) -> int:  # fmt: skip
    """Change days by a decision: first what moves is listed, then it is applied if you agree. (Điều chỉnh)

    Parameters
    ----------
    day
        The day that changes.
    works
        It becomes a working day; --no-works makes it a day off.
    swap
        The day that is exchanged for it, which becomes the opposite.
    file
        A YAML file with a list `days` of day, works, decision, decided_on, note.
    yes
        Do not ask.
    """
    lines = _lines(day, works, swap, decision, decided_on, note, file)
    return _apply(lambda _, rules: changed(rules, lines), yes, by, output)


@app.command
def withdraw(decision: str, *, yes: bool = False, by: str | None = None, output: Output = "text") -> int:
    """Take every day of a decision back to what the law says. (Bỏ điều chỉnh)"""
    return _apply(
        lambda session, rules: changed(rules, remove=decision_days(session, decision)), yes, by, output
    )


Make = Callable[[Session, Rules], WorkingCalendar]


def _apply(make: Make, yes: bool, by: str | None, output: Output) -> int:
    place = open_place()
    with reading(place.url) as session:
        rules = Rules.of(session, place.hours)
        change = preview_change(session, rules, make(session, rules), place.now)
    _print(change, output)
    if not confirm("Áp dụng thay đổi này?", "Apply this change?", yes=yes):
        return 1
    with unit_of_work(place.url) as session:
        rules = Rules.of(session, place.hours)
        change_calendar(session, rules, make(session, rules), at=place.now, actor=acting(session, by, place))
    if output == "text":
        tell("Đã áp dụng.", "Applied.")
    return 0


def _print(change: CalendarChange, output: Output) -> None:
    deadlines, notices = change.moved.deadlines, change.moved.notices
    if output == "json":
        print_json({
            "days": [asdict(d) for d in change.days],
            "deadlines": [asdict(d) for d in deadlines],
            "rhythms": [asdict(r) for r in change.moved.rhythms],
            "notices": [asdict(n) for n in notices],
        })  # fmt: skip
        return
    work = say("làm việc", "works")
    table(
        ({"day": d.day, "before": d.before or work, "after": d.after or work} for d in change.days),
        "text", title=say("Ngày", "Days"),
    )  # fmt: skip
    _some([{"item": d.item, "unit": d.unit, "old": d.old, "new": d.new, "why": d.why} for d in deadlines],
          say("Thời hạn", "Deadlines"))  # fmt: skip
    _some([{"item": r.item, "unit": r.unit, "day": r.day,
            "change": say("thêm", "added") if r.assignment_id is None else say("bỏ", "falls away")}
           for r in change.moved.rhythms], say("Việc hằng ngày", "Daily tasks"))  # fmt: skip
    _some([{"item": n.item, "unit": n.unit, "rung": n.rung, "old": n.old, "new": n.new} for n in notices],
          say("Lượt nhắc", "Notices"))  # fmt: skip


def _some(rows: Sequence[dict[str, object]], title: str) -> None:
    table(rows[:SHOWN], "text", title=f"{title}: {len(rows)}")
    if len(rows) > SHOWN:
        tell(
            f"… và {len(rows) - SHOWN} dòng nữa (--output json)",
            f"… and {len(rows) - SHOWN} more (--output json)",
        )
