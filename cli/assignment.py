"""`dondoc assignment`: what units owe, and the moves that people make."""

from collections.abc import Callable
from datetime import datetime

from cyclopts import App
from sqlmodel import Session, col

from actions import moves
from actions.chasing import Rules
from actions.errors import NotFound, Problem
from actions.people import Doer
from actions.plans import plan_named
from cli.effects import show_effects
from cli.here import doing, open_place
from cli.show import Output, shorten, table, tell
from models.cycles import Assignment, Cycle
from models.database import reading, unit_of_work
from models.people import Unit
from models.plans import Plan
from models.queries import named, units_by_code
from plan.lifecycle import UNFINISHED, TimeState, time_state

app = App(name="assignment")


@app.command(name="list")
def list_(
    plan: str | None = None, *, year: int | None = None, unit: str | None = None, open_only: bool = False,
    late: bool = False, output: Output = "text",
) -> None:  # fmt: skip
    """List assignments with how they stand. (Danh sách việc giao)

    Parameters
    ----------
    open_only
        Only what is not finished.
    late
        Only what is overdue now.
    """
    place = open_place()
    at = place.now
    with reading(place.url) as session:
        where: list[object] = [Plan.id == plan_named(session, plan).id] if plan else []
        where += [Cycle.year == year] if year else []
        where += [Unit.code == unit] if unit else []
        where += [col(Assignment.state).in_(UNFINISHED)] if open_only or late else []
        rows = named(session, *where)
    shown = [
        {
            "id": r.assignment.id, "plan": r.plan.number, "item": r.item.code, "unit": r.unit.name,
            "occurrence": r.assignment.occurrence, "due_on": r.assignment.due_on, "state": r.assignment.state,
            "time": _time(r.assignment, at), "task": shorten(r.item.text, 40) if output == "text" else r.item.text,
        }
        for r in rows
    ]  # fmt: skip
    table((row for row in shown if not late or row["time"] == TimeState.OVERDUE), output)


def _time(a: Assignment, at: datetime) -> str:
    return str(time_state(a.due_on, a.due_time, at)) if a.unfinished else ""


Step = Callable[[Session, Doer, datetime, Rules], object]


def _do(by: str | None, step: Step, *, preview: bool = False) -> None:
    if preview:
        show_effects(by, step)
        return
    place = open_place()
    with unit_of_work(place.url) as session:
        step(session, doing(session, by, place), place.now, Rules.of(session, place.hours))
    tell("Đã ghi nhận.", "Done.")


@app.command
def receive(number: int, *, by: str | None = None) -> None:
    """Say that the unit has the task. (Nhận việc)"""
    _do(by, lambda s, d, at, _: moves.receive(s, number, d, at))


@app.command
def suspend(number: int, *, reason: str, preview: bool = False, by: str | None = None) -> None:
    """Put a task on hold. (Tạm dừng)"""
    _do(by, lambda s, d, at, r: moves.suspend(s, number, d, at, r, reason), preview=preview)


@app.command
def resume(number: int, *, preview: bool = False, by: str | None = None) -> None:
    """Go on with a suspended task. (Tiếp tục)"""
    _do(by, lambda s, d, at, r: moves.resume(s, number, d, at, r), preview=preview)


@app.command
def cancel(number: int, *, reason: str, preview: bool = False, by: str | None = None) -> None:
    """Withdraw a task. (Hủy)"""
    _do(by, lambda s, d, at, r: moves.cancel(s, number, d, at, r, reason), preview=preview)


@app.command
def reopen(number: int, *, reason: str, by: str | None = None) -> None:
    """Take an acceptance back. (Mở lại)"""
    _do(by, lambda s, d, at, r: moves.reopen(s, number, d, at, r, reason))


@app.command
def reassign(number: int, unit: str, *, reason: str, preview: bool = False, by: str | None = None) -> None:
    """Give a task to another unit. (Chuyển giao)"""
    _do(
        by,
        lambda s, d, at, r: moves.reassign(s, number, unit_coded(s, unit), d, at, r, reason),
        preview=preview,
    )


def unit_coded(session: Session, code: str) -> Unit:
    """The unit with this code; raises :class:`NotFound` with those there are."""
    units = units_by_code(session)
    if code not in units:
        known = ", ".join(sorted(units))
        raise NotFound(
            [Problem(f"there is no unit {code}; known: {known}", f"không có đơn vị {code}; có: {known}")]
        )
    return units[code]
