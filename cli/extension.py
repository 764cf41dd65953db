"""`dondoc extension`: ask for more time, grant it, refuse it."""

from datetime import datetime

from cyclopts import App
from sqlmodel import col, select

from actions import extensions
from actions.chasing import Rules
from cli.effects import show_effects
from cli.here import doing, open_place
from cli.show import Output, table, tell
from models.cycles import Extension
from models.database import reading, unit_of_work

app = App(name="extension")


@app.command
def ask(number: int, new_date: datetime, *, reason: str, by: str | None = None) -> None:
    """Ask for a later date for an assignment. (Xin gia hạn)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        doer = doing(session, by, place)
        request = extensions.ask(session, number, doer, place.now, new_due_on=new_date.date(), reason=reason)
    tell(f"Đề nghị số {request.id} đã gửi.", f"Request {request.id} is waiting for an answer.")


@app.command
def grant(
    request: int,
    *,
    until: datetime | None = None,
    words: str = "",
    preview: bool = False,
    by: str | None = None,
) -> None:
    """Grant a request, with another date if wanted. (Đồng ý)

    Parameters
    ----------
    preview
        Only show what would change, for whom.
    """
    if preview:
        day = until.date() if until else None
        show_effects(
            by,
            lambda s, d, at, r: extensions.answer(
                s, request, d, at, r, grant=True, words=words, new_due_on=day
            ),
        )
        return
    _answer(request, True, words, until, by)


@app.command
def refuse(request: int, *, words: str, by: str | None = None) -> None:
    """Refuse a request, with the reason. (Từ chối)"""
    _answer(request, False, words, None, by)


def _answer(request: int, grant: bool, words: str, until: datetime | None, by: str | None) -> None:
    place = open_place()
    with unit_of_work(place.url) as session:
        extensions.answer(
            session, request, doing(session, by, place), place.now, Rules.of(session, place.hours),
            grant=grant, words=words, new_due_on=until.date() if until else None,
        )  # fmt: skip
    tell("Đã trả lời.", "Answered.")


@app.command(name="list")
def list_(*, output: Output = "text") -> None:
    """List requests and their answers. (Danh sách)"""
    with reading(open_place().url) as session:
        rows = session.exec(select(Extension).order_by(col(Extension.id))).all()
    keys = (
        "id",
        "assignment_id",
        "state",
        "old_due_on",
        "new_due_on",
        "reason",
        "requested_by",
        "decided_by",
        "answer",
    )
    table(({key: getattr(row, key) for key in keys} for row in rows), output)
