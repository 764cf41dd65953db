"""`dondoc item add | split | event`: items that change while their year runs."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pydantic import Field
from sqlmodel import Session

from actions import items
from actions.assigning import AssignmentSpec
from actions.chasing import Rules
from actions.cycles import cycle_named
from actions.directory import Spec, load_yaml, validated
from actions.people import Doer
from actions.plans import item_named, plan_named
from cli.effects import show_effects
from cli.files import text_of
from cli.here import doing, open_place
from cli.item import app
from cli.show import tell
from models.cycles import Assignment, Cycle
from models.database import unit_of_work
from models.plans import Plan


class PartSpec(AssignmentSpec):
    """A task in words, with what is decided about it."""

    text: str = Field(min_length=1)


class PartsSpec(Spec):
    """A file of new tasks."""

    items: list[PartSpec] = Field(min_length=1)


def _parts(file: Path) -> list[items.NewItem]:
    found = validated(PartsSpec, load_yaml(text_of(file), file.name), file.name)
    return [
        items.NewItem(AssignmentSpec.model_validate(p.model_dump(exclude={"text"})), p.text)
        for p in found.items
    ]


def _year(session: Session, plan: str, year: int | None) -> tuple[Plan, Cycle]:
    found = plan_named(session, plan)
    return found, cycle_named(session, found, year or found.signed_on.year)


Step = Callable[[Session, Doer, datetime, Rules], list[Assignment]]


def _do(step: Step, preview: bool, by: str | None) -> None:
    if preview:
        show_effects(by, step)
        return
    place = open_place()
    with unit_of_work(place.url) as session:
        made = step(session, doing(session, by, place), place.now, Rules.of(session, place.hours))
    tell(f"Đã ghi nhận {len(made)} việc giao.", f"Done: {len(made)} assignments.")


@app.command
def add(
    plan: str,
    file: Path,
    *,
    reason: str,
    year: int | None = None,
    preview: bool = False,
    by: str | None = None,
) -> None:
    """Add tasks to a year, also a running one: its units are told and chased from now on. (Bổ sung nhiệm vụ)

    Parameters
    ----------
    file
        A YAML file with a list `items` of code, text, units, groups, deadlines, undated, ladder, events.
    reason
        Why, or the paper that says so.
    preview
        Only show what would change, for whom.
    """
    parts = _parts(file)

    def step(session: Session, doer: Doer, at: datetime, rules: Rules) -> list[Assignment]:
        found, cycle = _year(session, plan, year)
        given = [items.add_item(session, found, cycle, p, doer, at, rules, reason=reason) for p in parts]
        return [one for made in given for one in made]

    _do(step, preview, by)


@app.command
def split(
    plan: str, code: str, file: Path, *, reason: str, year: int | None = None, preview: bool = False,
    by: str | None = None,
) -> None:  # fmt: skip
    """Put several tasks in the place of one; its open assignments are replaced. (Tách nhiệm vụ)

    Parameters
    ----------
    file
        A YAML file with a list `items`, as for `item add`.
    preview
        Only show what would change, for whom.
    """
    parts = _parts(file)

    def step(session: Session, doer: Doer, at: datetime, rules: Rules) -> list[Assignment]:
        found, cycle = _year(session, plan, year)
        item = item_named(session, found, code)
        return items.split_item(session, found, cycle, item, parts, doer, at, rules, reason=reason)

    _do(step, preview, by)


@app.command
def event(
    plan: str, code: str, anchor: str | None = None, *, day: datetime, year: int | None = None, preview: bool = False,
    by: str | None = None,
) -> None:  # fmt: skip
    """Say on which day an event fell that a deadline waits for ("ngày nhận Kế hoạch"). (Ngày của sự kiện)

    Parameters
    ----------
    anchor
        The event in the words of the plan; not needed where the item waits for one only.
    preview
        Only show what would change, for whom.
    """

    def step(session: Session, doer: Doer, at: datetime, rules: Rules) -> list[Assignment]:
        found, cycle = _year(session, plan, year)
        item = item_named(session, found, code)
        return items.set_event(session, found, cycle, item, day.date(), doer, at, rules, anchor=anchor)

    _do(step, preview, by)
