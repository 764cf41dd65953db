"""What was read, put right by a person before it is decided: merged, split, and what was missed added."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.errors import Problem, Refused, refuse_if
from actions.rights import must_coordinate
from documents.deadlines import find_due
from documents.fields import actors
from documents.words import fold, squeeze
from models import ledger
from models.ledger import Actor
from models.plans import ItemStatus, Plan, PlanItem
from models.queries import items_of
from models.year import ItemLineage
from plan.deadlines import DEADLINES

MERGE, SPLIT, ADDED = "merge", "split", "marked by hand"
"""How the lineage and an item's rule name what a person made out of what was read."""


def merge(session: Session, plan: Plan, items: Sequence[PlanItem], *, at: datetime, actor: Actor) -> PlanItem:
    """One draft in the place of several: their words, units and deadlines together. The old ones are left out.

    Raises :class:`Refused` for fewer than two, and with every one that is decided already.
    """
    must_coordinate(session, actor, plan.id)
    parts = sorted({i.id: i for i in items}.values(), key=lambda i: i.position)
    if len(parts) < 2:
        raise Refused.because("two tasks or more are merged", "phải chọn ít nhất hai nhiệm vụ để gộp")
    refuse_if([p for part in parts for p in decided_problems(part)])
    first = parts[0]
    starts, ends = [p.start for p in parts if p.start is not None], [p.end for p in parts if p.end]
    made = _made(plan, first, f"merged: {', '.join(p.code for p in parts)}", {
        "code": _free(session, plan, f"{first.code}+{parts[-1].code}"),
        "text": " ".join(p.text for p in parts),
        "start": min(starts, default=None), "end": max(ends, default=None),
        "lead": _together(p.lead for p in parts), "coordinate": _together(p.coordinate for p in parts),
        "due_text": "; ".join(dict.fromkeys(p.due_text for p in parts if p.due_text)) or None,
        "deadlines": _together(p.deadlines for p in parts),
        "deliverable": "; ".join(dict.fromkeys(p.deliverable for p in parts if p.deliverable)) or None,
    })  # fmt: skip
    _put(session, [made], parts, MERGE, at, actor)
    return made


def split(
    session: Session, plan: Plan, item: PlanItem, parts: Sequence[str], *, at: datetime, actor: Actor
) -> list[PlanItem]:
    """Several drafts in the place of one, one for each of `parts` (words of the text or a person's own).

    Each takes over units, deadline and result, and is marked where its words stand. Raises :class:`Refused` for fewer
    than two parts and for an item that is decided.
    """
    must_coordinate(session, actor, plan.id)
    words = [squeeze(part) for part in parts if part.strip()]
    if len(words) < 2:
        raise Refused.because(
            "give two parts or more, one a line", "hãy chia thành ít nhất hai phần, mỗi phần một dòng"
        )
    refuse_if(decided_problems(item))
    made: list[PlanItem] = []
    for number, text in enumerate(words, 1):
        start, end = place_of(plan.text, text, item.start or 0, item.end) or (item.start, item.end)
        code = _free(session, plan, f"{item.code}.{number}", {m.code for m in made})
        made.append(
            _made(
                plan,
                item,
                f"split from {item.code}",
                {"code": code, "text": text, "start": start, "end": end},
            )
        )
    _put(session, made, [item], SPLIT, at, actor)
    return made


def add(
    session: Session,
    plan: Plan,
    code: str,
    words: str,
    *,
    at: datetime,
    actor: Actor,
    start: int | None = None,
) -> PlanItem:
    """A draft for a task that was missed: marked where its words stand, its units and deadline read out of them.

    `start` is where a person marked the words, if they stand at several places. Raises :class:`Refused` with everything
    that is wrong: no code, a code that is there, words that are not in the text.
    """
    must_coordinate(session, actor, plan.id)
    text, found = squeeze(words), place_of(plan.text, words, start or 0) or place_of(plan.text, words)
    there = items_of(session, plan.id or 0)
    refuse_if([*_bad_code(code, there), *_bad_words(text, found is not None)])
    assert found is not None
    before = [i for i in there if i.start is not None and i.start <= found[0]]
    near = max(before, key=lambda i: (i.start or 0, i.position), default=None)
    said, due = actors(text), find_due(text, year=None, signed_on=plan.signed_on)
    made = PlanItem(
        plan_id=plan.id or 0, code=code.strip(), position=(near.position if near else 0) + 1,
        section=near.section if near else [], text=text, start=found[0], end=found[1], rule=ADDED,
        lead=list(said.lead), coordinate=list(said.coordinate), due_text=due.text if due else None,
        deadlines=DEADLINES.dump_python(list(due.due) if due else [], mode="json"),
    )  # fmt: skip
    _make_room(session, plan, near.position if near else 0, 1)
    session.add(made)
    session.flush()
    ledger.record(
        session, at, actor, "item.marked", f"item:{made.id}", code=made.code, start=made.start, end=made.end
    )
    return made


def _bad_code(code: str, there: Sequence[PlanItem]) -> list[Problem]:
    if not code.strip():
        return [Problem("give it a number", "hãy ghi số mục cho nhiệm vụ")]
    if code.strip() in {i.code for i in there}:
        return [Problem(f"there is an item {code} already", f"đã có nhiệm vụ {code}")]
    return []


def _bad_words(text: str, found: bool) -> list[Problem]:
    if not text:
        return [Problem("mark or copy the sentence", "hãy bôi đen hoặc chép câu giao việc trong văn bản")]
    if not found:
        return [Problem(
            "these words do not stand in the text; mark or copy them as they are",
            "không thấy những chữ này trong văn bản; hãy bôi đen hoặc chép đúng như văn bản",
        )]  # fmt: skip
    return []


def place_of(text: str, words: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
    """Where `words` stand in `text`, whatever the white space and the tone marks' places; None where they do not."""
    pattern = r"\s+".join(re.escape(word) for word in fold(words).split())
    found = (
        re.compile(pattern).search(fold(text), start, end if end is not None else len(text))
        if pattern
        else None
    )
    return found.span() if found else None


def decided_problems(item: PlanItem) -> list[Problem]:
    """Why an item cannot be put right any more: it is decided."""
    if item.status is ItemStatus.DRAFT:
        return []
    return [Problem(
        f"item {item.code} is {item.status}; take that back first",
        f"nhiệm vụ {item.code} đã được quyết định; hãy hoàn tác quyết định đó trước",
    )]  # fmt: skip


def _made(plan: Plan, like: PlanItem, rule: str, values: dict[str, Any]) -> PlanItem:
    """A draft like another one, but for `values`."""
    common: dict[str, Any] = {
        "position": like.position, "section": like.section, "page": like.page, "lead": like.lead,
        "coordinate": like.coordinate, "due_text": like.due_text, "deadlines": like.deadlines,
        "deliverable": like.deliverable,
    }  # fmt: skip
    return PlanItem(plan_id=plan.id or 0, rule=rule, **{**common, **values})


def _put(
    session: Session, made: Sequence[PlanItem], old: Sequence[PlanItem], how: str, at: datetime, actor: Actor
) -> None:
    plan = session.get_one(Plan, made[0].plan_id)
    _make_room(session, plan, old[-1].position, len(made))
    for number, one in enumerate(made, 1):
        one.position = old[-1].position + number
    session.add_all(made)
    for one in old:
        one.status = ItemStatus.REJECTED
        session.add(one)
    session.flush()
    session.add_all(
        ItemLineage(item_id=new.id or 0, from_item_id=one.id or 0, how=how) for new in made for one in old
    )
    session.flush()
    said = "merged" if how == MERGE else "split-draft"
    for new in made:
        ledger.record(
            session, at, actor, f"item.{said}", f"item:{new.id}", code=new.code, came_from=[o.id for o in old]
        )


def _make_room(session: Session, plan: Plan, after: int, count: int) -> None:
    """Move what stands behind a position, so that new items fit in."""
    later = sa.update(PlanItem).where(col(PlanItem.plan_id) == plan.id, col(PlanItem.position) > after)
    session.flush()
    session.connection().execute(later.values(position=col(PlanItem.position) + count))
    session.expire_all()


def _free(session: Session, plan: Plan, code: str, more: set[str] | None = None) -> str:
    taken = set(session.exec(select(PlanItem.code).where(PlanItem.plan_id == plan.id))) | (more or set())
    number, free = 2, code
    while free in taken:
        free, number = f"{code}-{number}", number + 1
    return free


def _together(lists: Any) -> list[Any]:
    """Every entry of several lists once, in order."""
    out: list[Any] = []
    for entries in lists:
        out += [entry for entry in entries if entry not in out]
    return out
