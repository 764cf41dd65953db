"""Changes of a newer version as they are asked for, by a page or a program: looked at, then made as they were seen."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from actions import amendment
from actions.assigning import AssignmentSpec
from actions.chasing import Rules
from actions.people import Doer
from actions.preview import Effect, preview
from models.cycles import Cycle
from models.plans import ItemStatus, Plan
from models.queries import items_of
from plan.amendment import Pair
from web.changes import fingerprint
from web.seen import must_be_same


def proposed(session: Session, new: Plan, year: int) -> tuple[Plan, Cycle, list[Pair]]:
    """The version that runs, its year, and what the newer one changes; nothing where that is all decided."""
    running, cycle = amendment.running_version(session, new, year)
    waits = any(item.status is ItemStatus.DRAFT for item in items_of(session, new.id or 0))
    if running.id == new.id and not waits:
        return running, cycle, []
    return running, cycle, amendment.propose_amendment(session, new, cycle)


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
