"""A newer version of a plan beside the one that runs: what is unchanged, reworded, changed, added, dropped.

Items are paired by what they say, not by their numbers, because a new version numbers anew: first the same words, then
the same number with similar words, then the most similar words that are left. Nobody's work is closed by this: it only
says what a person then accepts.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, utils

from plan.deadlines import Deadline

SAME_NUMBER, SIMILAR = 55, 72
"""How alike (of 100) words must be to be one item's, under one number and under different ones."""


class Fate(StrEnum):
    """What becomes of an item in the new version."""

    UNCHANGED = "unchanged"
    REWORDED = "reworded"
    """Other words, other number or result; the same days and units: its assignments go on."""
    CHANGED = "changed"
    """Other days or other units: its assignments are superseded."""
    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Side:
    """One item as one version states it; `due_text` are its own words for the deadline."""

    item_id: int
    code: str
    text: str
    deadlines: tuple[Deadline, ...] = ()
    due_text: str | None = None
    lead: tuple[str, ...] = ()
    coordinate: tuple[str, ...] = ()
    deliverable: str | None = None


@dataclass(frozen=True)
class Pair:
    """One item in both versions; `fields` names what differs, `alike` (0 to 100) how like the words are."""

    fate: Fate
    old: Side | None
    new: Side | None
    fields: tuple[str, ...] = ()
    alike: int = 100

    @property
    def code(self) -> str:
        """The number by which people accept it: the new one's; for what is dropped "drop:" and the old one's."""
        if self.new:
            return self.new.code
        return f"drop:{self.old.code}" if self.old else ""


def _words(text: str | None) -> str:
    return " ".join(utils.default_process(unicodedata.normalize("NFC", text or "")).split())


def compare(old: Sequence[Side], new: Sequence[Side]) -> list[Pair]:
    """Every item of both versions, in the order of the new one, what was dropped last."""
    partners = _partners(old, new)
    pairs = [_pair(partners.get(side.item_id), side) for side in new]
    taken = {side.item_id for side in partners.values()}
    return [*pairs, *(Pair(Fate.DROPPED, side, None, alike=0) for side in old if side.item_id not in taken)]


def _partners(old: Sequence[Side], new: Sequence[Side]) -> dict[int, Side]:
    """The old item of each new one, by the new one's id."""
    found: dict[int, Side] = {}
    left = {side.item_id: side for side in old}
    _exactly(left, new, found)
    for one, other, score in _ranked(left.values(), [side for side in new if side.item_id not in found]):
        enough = SAME_NUMBER if one.code == other.code else SIMILAR
        if score >= enough and one.item_id in left and other.item_id not in found:
            found[other.item_id] = left.pop(one.item_id)
    return found


def _exactly(left: dict[int, Side], new: Sequence[Side], found: dict[int, Side]) -> None:
    """Pair what says the same; of several with the same words those with the same number first."""
    for with_number in (True, False):
        for side in new:
            if side.item_id in found:
                continue
            same = (
                one for one in left.values()
                if _words(one.text) == _words(side.text) and (one.code == side.code or not with_number)
            )  # fmt: skip
            if partner := next(same, None):
                found[side.item_id] = left.pop(partner.item_id)


def _ranked(old: Iterable[Side], new: Sequence[Side]) -> list[tuple[Side, Side, float]]:
    """Every pair by how alike the words are; of equals those under one number first."""
    known = [(one, _words(one.text)) for one in old]
    scored = [
        (one, other, fuzz.token_sort_ratio(mine, words))
        for other, words in ((side, _words(side.text)) for side in new)
        for one, mine in known
    ]
    return sorted(scored, key=lambda pair: (-pair[2], pair[0].code != pair[1].code))


def _pair(old: Side | None, new: Side) -> Pair:
    if old is None:
        return Pair(Fate.ADDED, None, new, alike=0)
    fields = tuple(name for name, differs in _differences(old, new) if differs)
    grave = {"deadlines", "lead"} & set(fields)
    fate = Fate.CHANGED if grave else Fate.REWORDED if fields else Fate.UNCHANGED
    return Pair(fate, old, new, fields, round(fuzz.token_sort_ratio(_words(old.text), _words(new.text))))


def _differences(old: Side, new: Side) -> list[tuple[str, bool]]:
    return [
        ("code", old.code != new.code),
        ("text", _words(old.text) != _words(new.text)),
        ("deadlines", _other_days(old, new)),
        ("lead", _folded(old.lead) != _folded(new.lead)),
        ("coordinate", _folded(old.coordinate) != _folded(new.coordinate)),
        ("deliverable", _words(old.deliverable) != _words(new.deliverable)),
    ]


def _folded(names: Iterable[str]) -> set[str]:
    return {_words(name) for name in names}


def _other_days(old: Side, new: Side) -> bool:
    """Whether the texts give other days. The same words mean the same days, whatever a person decided about them."""
    if old.due_text or new.due_text:
        return _words(old.due_text) != _words(new.due_text)
    return bool(new.deadlines) and set(old.deadlines) != set(new.deadlines)
