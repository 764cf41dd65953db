"""The office's own days: every change of the calendar carries its decision, and shows first what it moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pydantic import Field
from sqlmodel import Session

from actions.chasing import Rules
from actions.directory import Spec, validated
from actions.errors import NotFound, Problem, Refused, refuse_if
from actions.replan import Moved, moved, replan
from actions.rights import must_coordinate_all
from models import ledger
from models.cycles import CalendarOverride
from models.ledger import Actor
from models.standing import calendar as stored
from plan.calendar import CalendarError, Difference, Override, WorkingCalendar


class DaySpec(Spec):
    """One day that a decision makes a working day (`works: true`) or a day off."""

    day: date
    works: bool
    decision: str = Field(min_length=1)
    decided_on: date
    note: str = ""


class DaysSpec(Spec):
    """A file of changed days."""

    days: list[DaySpec] = Field(min_length=1)


def read_days(value: Any, name: str) -> list[Override]:
    """The changed days in a YAML value; raises :class:`Refused` with every error and its place."""
    spec = validated(DaysSpec, value, name)
    return [Override(d.day, d.works, d.decision, d.decided_on, d.note) for d in spec.days]


@dataclass(frozen=True)
class CalendarChange:
    """A changed calendar beside the one in force: the days that differ, and what moves with them."""

    days: Sequence[Difference]
    moved: Moved


def changed(rules: Rules, add: Iterable[Override] = (), remove: Iterable[date] = ()) -> WorkingCalendar:
    """The calendar in force with days added and removed.

    A line of the same decision takes the place of the one before. Raises :class:`Refused` where another decision
    speaks of the same day already, where two lines do, and where there is no line to remove.
    """
    known = {line.day: line for line in rules.calendar.overrides}
    gone = set(remove)
    refuse_if([
        Problem(f"no decision has changed {day}", f"ngày {day:%d/%m/%Y} chưa có quyết định điều chỉnh nào")
        for day in sorted(gone - known.keys())
    ])  # fmt: skip
    add = tuple(add)
    replaced = {line.day for line in add if line.day in known and known[line.day].decision == line.decision}
    kept = [line for day, line in known.items() if day not in gone | replaced]
    try:
        return WorkingCalendar([*kept, *add])
    except CalendarError as error:
        raise Refused.because(f"the days contradict one another: {error}", str(error)) from error


def preview_change(
    session: Session, rules: Rules, calendar: WorkingCalendar, at: datetime | None = None
) -> CalendarChange:
    """What would move under `calendar` if it came into force at `at`; nothing is written."""
    change = moved(session, rules, replace(rules, calendar=calendar), at)
    return CalendarChange(_days(rules, calendar), change)


def change_calendar(
    session: Session, rules: Rules, calendar: WorkingCalendar, *, at: datetime, actor: Actor
) -> CalendarChange:
    """Put `calendar` in the place of the one in force, and move what it moves, in one transaction."""
    must_coordinate_all(session, actor)
    old = {line.day: line for line in rules.calendar.overrides}
    new = {line.day: line for line in calendar.overrides}
    for day in old.keys() - new.keys():
        session.delete(session.get_one(CalendarOverride, day))
        ledger.record(session, at, actor, "calendar.restored", f"day:{day}", decision=old[day].decision)
    fresh = [line for day, line in sorted(new.items()) if old.get(day) != line]
    for line in fresh:
        _store(session, line, at, actor)
    papers = ", ".join(dict.fromkeys(line.decision for line in fresh)) or "a decision withdrawn"
    after = replace(rules, calendar=calendar)
    done = replan(session, rules, after, reason=f"calendar changed by {papers}", at=at, actor=actor)
    return CalendarChange(_days(rules, calendar), done)


def _store(session: Session, line: Override, at: datetime, actor: Actor) -> None:
    session.merge(
        CalendarOverride(
            day=line.day, works=line.works, decision=line.decision, decided_on=line.decided_on, note=line.note
        )
    )
    ledger.record(
        session, at, actor, "calendar.changed", f"day:{line.day}",
        works=line.works, decision=line.decision, decided_on=line.decided_on,
    )  # fmt: skip


def _days(rules: Rules, calendar: WorkingCalendar) -> list[Difference]:
    named = sorted({line.day for line in (*rules.calendar.overrides, *calendar.overrides)})
    return [d for day in named for d in rules.calendar.differences(calendar, day, day)]


def decision_days(session: Session, decision: str) -> list[date]:
    """The days that one decision has changed; raises :class:`NotFound` where there is none."""
    found = [line.day for line in stored(session).overrides if line.decision == decision]
    if not found:
        raise NotFound(
            [Problem(f"no day was changed by {decision}", f"không có ngày nào điều chỉnh theo {decision}")]
        )
    return found
