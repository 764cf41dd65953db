"""A simulated year as a whole: its assignments, its notices, and what in it wants a look."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from actions.chasing import Rules
from models.cycles import Assignment, Cycle, CycleState
from models.queries import named
from models.standing import standings
from plan.overview import Overview, overview
from plan.simulation import Case, SimulatedNotice, simulate


@dataclass(frozen=True)
class Outlook:
    """The year beforehand: every assignment, every notice, and the collisions, days off and gaps among them."""

    cases: list[Case]
    notices: list[SimulatedNotice]
    look: Overview


def outlook(session: Session, cycle: Cycle, at: datetime, rules: Rules) -> Outlook:
    """Simulate `cycle` as if it were armed at `at` (an armed one as it stands) and look at the whole."""
    rows = named(session, Assignment.cycle_id == cycle.id)
    stand = standings(session, [row.assignment for row in rows], rules.ladders)
    draft = cycle.state is CycleState.DRAFT
    cases = [
        Case(
            replace(standing, since=at) if draft else standing, row.assignment.unit_id, row.unit.name, row.item.code,
            row.assignment.occurrence,
        )
        for row, standing in zip(rows, stand, strict=True)
    ]  # fmt: skip
    notices = list(simulate(cases, rules.directory, rules.calendar, rules.hours))
    return Outlook(cases, notices, overview(cases, notices, rules.calendar))
