"""What a move would change, for whom: shown before it is made."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session

from actions.chasing import Rules
from actions.people import Doer
from actions.preview import Coming, Effect, View, preview
from cli.here import doing, open_place
from cli.show import Output, lang, print_json, say, table, tell
from models.database import unit_of_work
from notifications.words import KINDS, WORK_STATES
from plan.due import dmy
from plan.kinds import NoticeKind

FEW = 3
"""So many notices are named one by one."""

Step = Callable[[Session, Doer, datetime, Rules], object]


def show_effects(by: str | None, step: Step, output: Output = "text") -> list[Effect]:
    """Show what `step` would change and write nothing; what it refuses is refused here too."""
    place = open_place()
    with unit_of_work(place.url) as session:
        rules = Rules.of(session, place.hours)
        doer = doing(session, by, place)
        effects = preview(session, lambda: step(session, doer, place.now, rules), place.now, rules)
        session.rollback()
    return print_effects(effects, output)


def print_effects(effects: list[Effect], output: Output = "text") -> list[Effect]:
    """Print what a move would change; programs get all of it."""
    if output == "json":
        print_json([_json(effect) for effect in effects])
        return effects
    table((_row(effect) for effect in effects), "text")
    tell("Chưa ghi gì; bỏ --preview để thực hiện.", "Nothing was written; leave --preview out to do it.")
    return effects


def _row(effect: Effect) -> dict[str, object]:
    view = effect.after or effect.before
    new = say("mới", "new")
    other = effect.readdressed
    gone = [c for c in effect.gone if c not in {before for before, _ in other}]
    added = [c for c in effect.added if c not in {after for _, after in other}]
    return {
        "id": effect.assignment_id if effect.before else new,
        "item": view.item if view else "", "unit": view.unit if view else "",
        "before": _standing(effect.before), "after": _standing(effect.after),
        "told": "; ".join(_news(text) for text in effect.told), "gone": _days(gone), "added": _days(added),
        "instead": "; ".join(f"{_days([new])}: {', '.join(old.to)} → {', '.join(new.to)}" for old, new in other),
    }  # fmt: skip


def _standing(view: View | None) -> str:
    if view is None:
        return ""
    due = say(f", hạn {dmy(view.due_on)}", f", due {dmy(view.due_on)}") if view.due_on else ""
    return WORK_STATES[lang()][view.state] + due


def _news(text: str) -> str:
    """News as :mod:`actions.preview` names them, in words: "suspended → b@so-b.example"."""
    kind, _, to = text.partition(" → ")
    return f"{KINDS[lang()][NoticeKind(kind)]} → {to}"


def _days(coming: Sequence[Coming]) -> str:
    """A few notices by name; of many how many, with the first and the last."""
    shown = [f"{c.rung} {dmy(c.day)}" for c in coming]
    if len(shown) <= FEW:
        return "; ".join(shown)
    return say(f"{len(shown)} lượt: {shown[0]} … {shown[-1]}", f"{len(shown)}: {shown[0]} … {shown[-1]}")


def _json(effect: Effect) -> dict[str, object]:
    return {
        "assignment": effect.assignment_id if effect.before else None,
        "before": vars(effect.before) | {"coming": None} if effect.before else None,
        "after": vars(effect.after) | {"coming": None} if effect.after else None,
        "told": effect.told, "gone": [vars(c) for c in effect.gone],
        "added": [vars(c) for c in effect.added],
    }  # fmt: skip
