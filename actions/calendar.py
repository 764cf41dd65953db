"""The office's own days: every change of the calendar carries its decision."""

from datetime import date, datetime

from sqlmodel import Session

from actions.errors import Problem, refuse_if
from models import ledger
from models.cycles import CalendarOverride
from models.ledger import Actor


def override_day(
    session: Session, day: date, *, works: bool, decision: str, decided_on: date, note: str, at: datetime, actor: Actor
) -> None:
    """Make `day` a working day or a day off. Raises :class:`Refused` without a decision, or for a second one."""
    problems: list[Problem] = []
    if not decision.strip():
        problems.append(Problem("the number of the decision is missing", "thiếu số quyết định"))
    before = session.get(CalendarOverride, day)
    if before is not None and before.decision != decision:
        problems.append(Problem(
            f"{day} is already changed by {before.decision}", f"ngày {day:%d/%m/%Y} đã được điều chỉnh theo {before.decision}"
        ))  # fmt: skip
    refuse_if(problems)
    session.merge(CalendarOverride(day=day, works=works, decision=decision, decided_on=decided_on, note=note))
    ledger.record(session, at, actor, "calendar.changed", f"day:{day}", works=works, decision=decision, decided_on=decided_on)
