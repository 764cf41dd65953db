"""The office's own ladders, and which plans, units and classes of items they are for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import Field, ValidationError
from sqlmodel import Session, col, select

from actions.chasing import Rules
from actions.directory import Spec
from actions.errors import NotFound, Problem, Refused, refuse_if
from actions.replan import Moved, moved, replan
from actions.rights import must_coordinate, must_coordinate_all
from models import ledger
from models.cycles import Assignment, Cycle, CycleState, LadderRow
from models.ledger import Actor
from models.people import Unit
from models.plans import Plan
from models.year import LadderChoice
from plan.choice import ItemClass
from plan.ladder import LADDERS, Ladder

_VI = {
    "a ladder must end": "bậc lặp lại phải có cả `every` và `until`; bậc nhắc phải có điểm dừng",
    "must lie within a year": "`until` phải sau `days` và trong vòng 366 ngày; bậc nhắc phải có điểm dừng",
    "named twice": "hai bậc trùng ngày và người nhận",
    "Extra inputs are not permitted": "không có mục này",
    "Field required": "thiếu mục này",
}


class LaddersSpec(Spec):
    """A file of ladders."""

    ladders: list[Any] = Field(min_length=1)


def read_ladders(value: Any, name: str) -> list[Ladder]:
    """The ladders in a YAML value; raises :class:`Refused` with every error of every ladder and its place."""
    rows = value.get("ladders") if isinstance(value, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not isinstance(rows, list) or not rows:
        raise Refused.because(f"{name}: no list `ladders`", f"{name}: thiếu danh sách `ladders`")
    found: list[Ladder] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        try:
            found.append(Ladder.model_validate(row))
        except ValidationError as error:
            problems += [_said(name, number, e["loc"], e["msg"]) for e in error.errors()]
    names = [ladder.name for ladder in found]
    problems += [
        Problem(f"{name}: ladder {twice} stands twice", f"{name}: bậc nhắc {twice} có hai lần")
        for twice in sorted({n for n in names if names.count(n) > 1})
    ]
    problems += [problem for ladder in found for problem in mute(name, ladder)]
    refuse_if(problems)
    return found


def _said(name: str, number: int, place: Sequence[object], message: str) -> Problem:
    where = ".".join(str(part) for part in ("ladders", number, *place))
    words = message.removeprefix("Value error, ")
    return Problem(f"{name}: {where}: {words}", f"{name}: {where}: {words_for(words)}")


def words_for(message: str) -> str:
    """What a ladder's own check says, in Vietnamese where there are words for it."""
    return next((vi for en, vi in _VI.items() if en in message), message)


def mute(name: str, ladder: Ladder) -> list[Problem]:
    """What is wrong with a ladder that says nothing, or reports to a superior more than the unit can have been told."""
    if not ladder.rungs:
        return [
            Problem(
                f"{name}: ladder {ladder.name} has no rung",
                f"{name}: bậc nhắc {ladder.name} không có bậc nào",
            )
        ]
    told = [(days, step) for rung in ladder.rungs if not rung.escalation for step, days in rung.steps()]
    return [
        Problem(
            f"{name}: ladder {ladder.name}: the escalation on day {rung.days} wants {rung.after_delivered} notices "
            f"delivered, but only {before} come before it",
            f"{name}: bậc nhắc {ladder.name}: báo cáo cấp trên ngày {rung.days} cần {rung.after_delivered} thông báo "
            f"đã gửi, nhưng trước đó chỉ có {before}",
        )
        for rung in ladder.rungs
        if rung.escalation
        and (before := sum(days < rung.days for days, _ in told) + ladder.announce) < rung.after_delivered
    ]  # fmt: skip


def preview_ladders(session: Session, rules: Rules, own: Sequence[Ladder]) -> Moved:
    """Which notices of running years would move; nothing is written."""
    return moved(session, rules, _with(rules, own))


def load_ladders(
    session: Session, rules: Rules, own: Sequence[Ladder], *, at: datetime, actor: Actor
) -> Moved:
    """Put ladders in the place of those of the same name, and plan the running years anew by them."""
    must_coordinate_all(session, actor)
    for ladder in own:
        value = ladder.model_dump(mode="json")
        session.merge(LadderRow(name=ladder.name, value=value))
        ledger.record(session, at, actor, "ladder.loaded", f"ladder:{ladder.name}", value=value)
    reason = f"ladder {', '.join(ladder.name for ladder in own)} changed"
    return replan(session, rules, _with(rules, own), reason=reason, at=at, actor=actor)


def _with(rules: Rules, own: Sequence[Ladder]) -> Rules:
    return replace(rules, ladders={**rules.ladders, **{ladder.name: ladder for ladder in own}})


def remove_ladder(session: Session, name: str, *, at: datetime, actor: Actor) -> None:
    """Take an own ladder away; refused while anything uses it, unless the one that ships comes back in its place."""
    must_coordinate_all(session, actor)
    row = session.get(LadderRow, name)
    if row is None:
        raise NotFound([Problem(f"there is no own ladder {name}", f"không có bậc nhắc riêng {name}")])
    running = (
        select(sa.func.count()).select_from(Assignment).join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
    )
    used = session.exec(running.where(Assignment.ladder == name, Cycle.state != CycleState.CLOSED)).one()
    chosen = session.exec(
        select(sa.func.count()).select_from(LadderChoice).where(LadderChoice.ladder == name)
    ).one()
    if used or (chosen and name not in LADDERS):
        raise Refused.because(
            f"ladder {name} is used by {used} assignments and {chosen} choices",
            f"bậc nhắc {name} đang được dùng cho {used} việc giao và {chosen} lựa chọn",
        )
    session.delete(row)
    ledger.record(session, at, actor, "ladder.removed", f"ladder:{name}")


def choose_ladder(
    session: Session, name: str | None, *, plan: Plan | None = None, unit: Unit | None = None,
    item_class: ItemClass | None = None, known: Mapping[str, Ladder], at: datetime, actor: Actor,
) -> None:  # fmt: skip
    """Choose the ladder of new assignments for a plan, a unit, a class of items or any of them together.

    Without a name the choice is taken back. What is assigned already keeps its ladder.
    """
    if plan is None:
        must_coordinate_all(session, actor)
    else:
        must_coordinate(session, actor, plan.id)
    if name is not None and name not in known:
        raise NotFound([Problem(
            f"there is no ladder {name}; known: {', '.join(known)}", f"không có bậc nhắc {name}; có: {', '.join(known)}"
        )])  # fmt: skip
    plan_id, unit_id = plan.id if plan else None, unit.id if unit else None
    query = select(LadderChoice).where(
        col(LadderChoice.plan_id).is_(None) if plan_id is None else LadderChoice.plan_id == plan_id,
        col(LadderChoice.unit_id).is_(None) if unit_id is None else LadderChoice.unit_id == unit_id,
        col(LadderChoice.item_class).is_(None)
        if item_class is None
        else LadderChoice.item_class == item_class,
    )
    for row in session.exec(query).all():
        session.delete(row)
    if name is not None:
        session.add(LadderChoice(plan_id=plan_id, unit_id=unit_id, item_class=item_class, ladder=name))
    ledger.record(
        session,
        at,
        actor,
        "ladder.chosen",
        f"ladder:{name or '-'}",
        plan=plan_id,
        unit=unit_id,
        item_class=item_class,
    )
