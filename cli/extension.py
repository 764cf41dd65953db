"""`dondoc extension`: ask for more time, grant it, refuse it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from cyclopts import App
from sqlmodel import Session, col, select

from actions import extensions
from actions.chasing import Rules
from actions.papers import StoredFile
from actions.people import Doer
from cli.effects import show_effects
from cli.here import doing, open_place
from cli.papers import known, store
from cli.show import Output, table, tell
from models.cycles import Extension
from models.database import reading, unit_of_work

app = App(name="extension")


@app.command
def ask(number: int, new_date: datetime, *files: Path, reason: str, by: str | None = None) -> None:
    """Ask for a later date for an assignment. (Xin gia hạn)

    Parameters
    ----------
    number
        The assignment's number.
    new_date
        The day asked for.
    files
        The paper that asks for it, if there is one.
    reason
        Why more time is needed.
    """
    place = open_place()
    kept = store(place, files)
    with unit_of_work(place.url) as session:
        at = place.now
        request = extensions.ask(
            session, number, doing(session, by, place), at, new_due_on=new_date.date(), reason=reason,
            files=known(session, kept, at),
        )  # fmt: skip
    tell(f"Đề nghị số {request.id} đã gửi.", f"Request {request.id} is waiting for an answer.")


@app.command
def grant(
    request: int, *files: Path, until: datetime | None = None, words: str = "", decision: str = "",
    decided_on: datetime | None = None, preview: bool = False, by: str | None = None,
) -> None:  # fmt: skip
    """Grant a request, with another date if wanted. (Đồng ý)

    Parameters
    ----------
    files
        The paper of the decision, if there is one.
    decision
        The number of that paper.
    decided_on
        Its date.
    preview
        Only show what would change, for whom.
    """

    def step(s: Session, d: Doer, at: datetime, r: Rules, papers: Sequence[StoredFile] = ()) -> object:
        return extensions.answer(
            s, request, d, at, r, grant=True, words=words, new_due_on=_day(until), decision=decision,
            decision_on=_day(decided_on), files=papers,
        )  # fmt: skip

    if preview:
        show_effects(by, step)
    else:
        _answer(files, by, step)


@app.command
def refuse(
    request: int, *files: Path, words: str, decision: str = "", decided_on: datetime | None = None,
    by: str | None = None,
) -> None:  # fmt: skip
    """Refuse a request, with the reason. (Từ chối)

    Parameters
    ----------
    files
        The paper of the decision, if there is one.
    decision
        The number of that paper.
    decided_on
        Its date.
    """
    _answer(files, by, lambda s, d, at, r, papers: extensions.answer(
        s, request, d, at, r, grant=False, words=words, decision=decision, decision_on=_day(decided_on), files=papers,
    ))  # fmt: skip


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


Step = Callable[[Session, Doer, datetime, Rules, Sequence[StoredFile]], object]


def _answer(files: Sequence[Path], by: str | None, step: Step) -> None:
    place = open_place()
    kept = store(place, files)
    with unit_of_work(place.url) as session:
        at = place.now
        step(session, doing(session, by, place), at, Rules.of(session, place.hours), known(session, kept, at))
    tell("Đã trả lời.", "Answered.")


@app.command(name="list")
def list_(*, output: Output = "text") -> None:
    """List requests, their papers and their answers. (Danh sách)"""
    with reading(open_place().url) as session:
        rows = session.exec(select(Extension).order_by(col(Extension.id))).all()
        shown = [_row(session, row) for row in rows]
    table(shown, output)


def _row(session: Session, row: Extension) -> dict[str, object]:
    papers = extensions.papers_of(session, [row.id]).get(row.id or 0, [])
    keys = (
        "id", "assignment_id", "state", "old_due_on", "new_due_on", "reason", "requested_by", "on_behalf",
        "decided_by", "answer", "decision", "decision_on",
    )  # fmt: skip
    return {**{key: getattr(row, key) for key in keys}, "papers": ", ".join(p.name for p in papers)}
