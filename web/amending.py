"""Changes of a newer version as they are asked for, by a page or a program: looked at, then made as they were seen."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from actions import amendment
from actions.assigning import AssignmentSpec
from actions.chasing import Rules
from actions.errors import Problem, refuse_if
from actions.people import Doer
from actions.preview import Effect, preview
from models.cycles import Cycle
from models.plans import ItemStatus, Plan, PlanItem
from models.queries import items_of
from plan.amendment import Fate, Pair
from web.changes import fingerprint
from web.deciding import Said, typed_deadlines
from web.forms import FieldProblem
from web.matching import Matcher
from web.seen import must_be_same


def proposed(session: Session, new: Plan, year: int) -> tuple[Plan, Cycle, list[Pair]]:
    """The version that runs, its year, and what the newer one changes; nothing where that is all decided."""
    running, cycle = amendment.running_version(session, new, year)
    waits = any(item.status is ItemStatus.DRAFT for item in items_of(session, new.id or 0))
    if running.id == new.id and not waits:
        return running, cycle, []
    return running, cycle, amendment.propose_amendment(session, new, cycle)


def specs_of(
    session: Session, new: Plan, cycle: Cycle, chosen: Sequence[Pair], said: Mapping[int, Said]
) -> dict[str, AssignmentSpec]:
    """What is said about the units and days of added and changed items, by their ids, with every mistake at once."""
    matcher, problems = Matcher(session), list[Problem]()
    out: dict[str, AssignmentSpec] = {}
    for pair in chosen:
        if pair.new is None or pair.fate not in {Fate.ADDED, Fate.CHANGED} or pair.new.item_id not in said:
            continue
        one, item = said[pair.new.item_id], session.get_one(PlanItem, pair.new.item_id)
        found = matcher.match(one.units)
        due = (item.due_text or "") if one.due is None else one.due
        deadlines, wrong = typed_deadlines(due, item, new, cycle.year, undated=one.undated)
        problems += [FieldProblem(p.en, p.vi, f"due-{item.id}") for p in wrong]
        problems += [
            FieldProblem(f"unknown unit {n!r}", f"không có đơn vị “{n}”", f"units-{item.id}")
            for n in found.unknown
        ]
        if (deadlines is not None or one.undated) and not found.units and not found.groups:
            words = ("hãy ghi đơn vị cùng với thời hạn mới", "name the units beside the new deadline")
            problems.append(FieldProblem(words[1], words[0], f"units-{item.id}"))
        if found.units or found.groups:
            changes: dict[str, Any] = {"deadlines": deadlines} if deadlines is not None else {}
            out[pair.code] = AssignmentSpec(
                code=pair.code, units=found.units, groups=found.groups, undated=one.undated, **changes
            )
    refuse_if(problems)
    return out


@dataclass(frozen=True)
class Amending:
    """Chosen changes with what is decided about their units and days, and the reason."""

    new: Plan
    cycle: Cycle
    pairs: Sequence[Pair]
    specs: Mapping[str, AssignmentSpec]
    reason: str

    def look(self, session: Session, doer: Doer, at: datetime, rules: Rules) -> tuple[list[Effect], str]:
        """What it would do, and the mark of that; nothing stays. Raises what making it would."""
        effects = preview(session, lambda: self._make(session, doer, at, rules), at, rules)
        whole = f"{fingerprint(effects, [])}{list(self.pairs)!r}{sorted(self.specs.items())!r}"
        return effects, hashlib.sha256(whole.encode()).hexdigest()

    def make(self, session: Session, doer: Doer, at: datetime, rules: Rules, seen: str) -> amendment.Amended:
        """Make it; raises :class:`actions.errors.ChangedMeanwhile` where it is not what was looked at."""
        must_be_same(self.look(session, doer, at, rules)[1], seen)
        return self._make(session, doer, at, rules)

    def _make(self, session: Session, doer: Doer, at: datetime, rules: Rules) -> amendment.Amended:
        return amendment.accept_amendment(
            session, self.new, self.cycle, self.pairs, doer, at, rules, reason=self.reason, specs=self.specs
        )
