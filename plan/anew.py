"""Planning notices anew under the same deadline: what a changed calendar or ladder does to a plan that is running."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from plan.ladder import PlannedNotice
from plan.owed import Key


@dataclass(frozen=True)
class Shift:
    """How one assignment's notices change: `void` lose their place, `told` were told before under another day.

    `old` and `new` hold what was and what is still to come. `again` says that a day which lost its notice in an
    earlier change gets it back: that takes a new version, because one version decides each notice once.
    """

    void: tuple[PlannedNotice, ...]
    told: tuple[PlannedNotice, ...]
    old: tuple[PlannedNotice, ...]
    new: tuple[PlannedNotice, ...]
    again: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything must be written."""
        return self.old != self.new or bool(self.told or self.void)

    def moves(self) -> list[tuple[str, date | None, date | None]]:
        """The rungs whose day changes, with the day before and after; None where there is none."""
        before = {notice.rung: notice.day for notice in self.old}
        after = {notice.rung: notice.day for notice in self.new}
        rungs = dict.fromkeys([*before, *after])
        pairs = [(rung, before.get(rung), after.get(rung)) for rung in rungs]
        return [(rung, old, new) for rung, old, new in pairs if old != new]


def shift(
    old: Sequence[PlannedNotice],
    new: Sequence[PlannedNotice],
    decided: AbstractSet[Key],
    lost: AbstractSet[Key] = frozenset(),
) -> Shift:
    """Hold two plans of one version of a deadline against what has been decided.

    1. What was planned, has not been decided and is not planned any more is to be void.
    2. A rung that has been decided and that the new plan puts on another day is not owed a second time.

    `lost` names what an earlier change took the place of: it was never told.
    """
    before, after = {_key(n) for n in old}, {_key(n) for n in new}
    settled = decided - lost
    done = {rung for rung, _ in settled}
    told = tuple(n for n in new if n.rung in done and _key(n) not in decided | before)
    void = tuple(n for n in old if _key(n) not in decided | after)
    to_come = tuple(n for n in new if _key(n) not in settled and n not in told)
    return Shift(
        void=void,
        told=told,
        old=tuple(n for n in old if _key(n) not in decided),
        new=to_come,
        again=any(_key(n) in lost for n in to_come),
    )


def _key(notice: PlannedNotice) -> Key:
    return (notice.rung, notice.day)
