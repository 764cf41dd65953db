"""`dondoc evidence`: hand in, accept, return."""

from datetime import datetime
from pathlib import Path

from cyclopts import App
from sqlmodel import col, select

from actions import moves
from actions.chasing import Rules
from cli.here import doing, open_place
from cli.papers import known, store
from cli.show import Output, table, tell
from models.database import reading, unit_of_work
from models.evidence import Submission

app = App(name="evidence")


@app.command
def submit(
    number: int, *files: Path, note: str = "", paper_on: datetime | None = None, by: str | None = None
) -> None:
    """Hand in files or words for an assignment. (Nộp kết quả)

    Parameters
    ----------
    number
        The assignment's number.
    files
        The files to hand in.
    note
        What to say with them.
    paper_on
        The date that stands on the paper.
    """
    place = open_place()
    kept = store(place, files)
    with unit_of_work(place.url) as session:
        at = place.now
        moves.submit(
            session, number, doing(session, by, place), at, note=note, files=known(session, kept, at),
            paper_on=paper_on.date() if paper_on else None,
        )  # fmt: skip
    tell(
        f"Đã nộp {len(kept)} tệp cho việc giao số {number}.",
        f"Handed in {len(kept)} files for assignment {number}.",
    )


@app.command
def accept(number: int, *, by: str | None = None) -> None:
    """Accept what was handed in. (Nghiệm thu)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        moves.accept(session, number, doing(session, by, place), place.now, Rules.of(session, place.hours))
    tell("Đã nghiệm thu.", "Accepted.")


@app.command(name="return")
def return_(number: int, *, reason: str, by: str | None = None) -> None:
    """Return what was handed in, with the reason. (Trả lại)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        moves.send_back(
            session, number, doing(session, by, place), place.now, Rules.of(session, place.hours), reason
        )
    tell("Đã trả lại.", "Returned.")


@app.command(name="list")
def list_(number: int | None = None, *, output: Output = "text") -> None:
    """List submissions and what was said to them. (Danh sách)"""
    with reading(open_place().url) as session:
        query = select(Submission).order_by(col(Submission.id))
        rows = session.exec(query.where(Submission.assignment_id == number) if number else query).all()
    keys = (
        "id",
        "assignment_id",
        "submitted_at",
        "submitted_by",
        "on_behalf",
        "paper_on",
        "verdict",
        "reviewed_by",
        "reviewed_at",
        "reason",
        "note",
    )
    table(({key: getattr(row, key) for key in keys} for row in rows), output)
