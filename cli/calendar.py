"""`dondoc calendar`: the working calendar and the decisions that change it."""

from datetime import date, datetime

from cyclopts import App

from actions.calendar import override_day
from cli.here import acting, open_place
from cli.show import Output, table, tell
from models.database import reading, unit_of_work
from models.standing import calendar

app = App(name="calendar", help="Working calendar: show, override. (Lịch làm việc)")


@app.command
def show(year: int, *, output: Output = "text") -> None:
    """Show the days off of a year and the decisions that changed days. (Xem lịch)"""
    with reading(open_place().url) as session:
        days = calendar(session)
    rows = [
        {"day": d.day, "why": d.why, "decision": ""}
        for d in days.days_off(date(year, 1, 1), date(year, 12, 31))
    ]
    changed = [
        {"day": o.day, "why": o.note or str(o), "decision": f"{o.decision} ({o.decided_on})"}
        for o in days.overrides
        if o.day.year == year
    ]
    table(
        sorted(
            [*(r for r in rows if r["day"] not in {c["day"] for c in changed}), *changed],
            key=lambda r: str(r["day"]),
        ),
        output,
    )


@app.command
def override(
    day: datetime, *, works: bool, decision: str, decided_on: datetime, note: str = "", by: str | None = None
) -> None:
    """Make a day a working day (--works) or a day off (--no-works), by a decision. (Điều chỉnh)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        override_day(
            session, day.date(), works=works, decision=decision, decided_on=decided_on.date(), note=note,
            at=place.now, actor=acting(session, by, place),
        )  # fmt: skip
    tell("Đã ghi nhận.", "Recorded.")
