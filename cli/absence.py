"""`dondoc absence`: deputies in a time of absence."""

from datetime import datetime

from cyclopts import App
from sqlmodel import col, select

from actions.absences import delegate, end_absence, recipient_named
from cli.here import acting, open_place
from cli.show import Output, table, tell
from models.database import reading, unit_of_work
from models.standing import recipient_of
from models.year import Absence

app = App(name="absence")


@app.command
def add(
    who: str, deputy: str, *, first: datetime, last: datetime, reason: str = "", by: str | None = None
) -> None:
    """Let a deputy receive somebody's notices from the first to the last day. (Ủy quyền khi vắng mặt)

    Parameters
    ----------
    who
        The code of a person or the address of a unit's contact who is away.
    deputy
        The code or the address of whoever stands in.
    """
    place = open_place()
    with unit_of_work(place.url) as session:
        row = delegate(
            session, recipient_named(session, who), recipient_named(session, deputy), first.date(), last.date(),
            reason=reason, at=place.now, actor=acting(session, by, place),
        )  # fmt: skip
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
        people = {key: recipient_of(session, key) for r in rows for key in (r.who, r.deputy)}
    names = {key: f"{p.name} <{p.address}>" if p else key for key, p in people.items()}
    table(
        ({"id": r.id, "who": names[r.who], "deputy": names[r.deputy], "first": r.first_day, "last": r.last_day,
          "reason": r.reason} for r in rows),
        output,
    )  # fmt: skip
