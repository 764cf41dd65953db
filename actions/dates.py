"""The days on which items fall due, computed once per item and year."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session, col, select

from models.plans import Plan, PlanItem
from models.queries import Named
from models.year import ItemEvent
from plan.calendar import WorkingCalendar
from plan.deadlines import DEADLINES
from plan.occurrences import Occurrence, occurrences


def events_of(session: Session, item_id: int) -> dict[str, date]:
    """The days of the events that an item waits for, by the words of the plan."""
    query = select(ItemEvent.anchor, col(ItemEvent.day)).where(ItemEvent.item_id == item_id)
    return dict(session.exec(query).all())


def due_in(
    plan: Plan, item: PlanItem, year: int, calendar: WorkingCalendar, events: Mapping[str, date]
) -> list[Occurrence]:
    """What an item owes in a year, by the plan's own rules."""
    return occurrences(
        DEADLINES.validate_python(item.deadlines), year=year, calendar=calendar, days_off=plan.days_off,
        signed_on=plan.signed_on, events=events,
    )  # fmt: skip


class Dates:
    """Every item's occurrences by their labels, under one calendar."""

    def __init__(self, session: Session, calendar: WorkingCalendar) -> None:
        self._calendar = calendar
        self._events: dict[int, dict[str, date]] = {}
        for event in session.exec(select(ItemEvent)):
            self._events.setdefault(event.item_id, {})[event.anchor] = event.day
        self._known: dict[tuple[int, int], dict[str, Occurrence]] = {}

    def of(self, row: Named) -> dict[str, Occurrence]:
        """What the item of `row` owes in its year, by label."""
        key = (row.assignment.item_id, row.cycle.year)
        if key not in self._known:
            found = due_in(row.plan, row.item, key[1], self._calendar, self._events.get(key[0], {}))
            self._known[key] = {occurrence.label: occurrence for occurrence in found}
        return self._known[key]
