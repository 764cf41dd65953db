"""`dondoc absence`: deputies in a time of absence."""

from datetime import datetime

from cyclopts import App
from sqlmodel import col, select

from actions.absences import assignments_of_absent, delegate, end_absence, name_of, recipient_named
from actions.chasing import Rules
from actions.preview import preview as looked_at
from cli.effects import print_effects
from cli.here import acting, open_place
from cli.show import Output, table, tell
from models.database import reading, unit_of_work
from models.year import Absence

app = App(name="absence")


@app.command
def add(
    who: str, deputy: str, *, first: datetime, last: datetime, reason: str = "", preview: bool = False,
    by: str | None = None,
) -> None:  # fmt: skip
    """Let a deputy receive and answer for somebody from the first to the last day. (Ủy quyền khi vắng mặt)

    Parameters
    ----------
    who
        The code of a person or the address of a unit's contact who is away.
    deputy
        The code or the address of whoever stands in.
    preview
        Only show which notices would go to the deputy.
    """
    place = open_place()
    with unit_of_work(place.url) as session:
        away, to, at = recipient_named(session, who), recipient_named(session, deputy), place.now
        actor = acting(session, by, place)

        def write() -> Absence:
            return delegate(session, away, to, first.date(), last.date(), reason=reason, at=at, actor=actor)

        if preview:
            rules, also = Rules.of(session, place.hours), assignments_of_absent(session, away)
            print_effects(looked_at(session, write, at, rules, also))
            session.rollback()
            return
        row = write()
    tell(f"Đã ghi nhận lượt vắng mặt số {row.id}.", f"Absence {row.id} recorded.")


@app.command
def end(number: int, *, by: str | None = None) -> None:
    """End an absence: from today whoever was away receives again. (Kết thúc)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        end_absence(session, number, at=place.now, actor=acting(session, by, place))
    tell("Đã kết thúc.", "Ended.")


@app.command(name="list")
def list_(*, output: Output = "text") -> None:
    """List the absences and their deputies. (Danh sách)"""
    with reading(open_place().url) as session:
        rows = session.exec(select(Absence).order_by(col(Absence.first_day))).all()
        names = {key: name_of(session, key) for r in rows for key in (r.who, r.deputy)}
    table(
        ({"id": r.id, "who": names[r.who], "deputy": names[r.deputy], "first": r.first_day, "last": r.last_day,
          "reason": r.reason} for r in rows),
        output,
    )  # fmt: skip
