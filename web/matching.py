"""From names as people and plans write them to units and groups: exact by code, name and alias, else a suggestion."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process
from sqlmodel import Session, col, select

from models.people import Unit, UnitGroup

LIKELY = 82
"""How alike two names are, of 100, before one is suggested for the other."""
LOOSELY = 55
"""How alike, before one is offered for a person to choose."""


def fold(name: str) -> str:
    """A name for comparing: lower case, one space, written-out and short forms of the People's Committee alike."""
    words = " ".join(unicodedata.normalize("NFC", name).casefold().split()).strip(" .,;:-–")
    return re.sub(r"\bủy ban nhân dân\b|\buỷ ban nhân dân\b", "ubnd", words)


@dataclass
class Matched:
    """What some names mean: codes of units and groups; `unknown` names each have a suggestion or ""."""

    units: list[str] = field(default_factory=list[str])
    groups: list[str] = field(default_factory=list[str])
    unknown: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def whole(self) -> bool:
        """Whether every name was understood, and there was one."""
        return not self.unknown and bool(self.units or self.groups)


class Matcher:
    """Knows every unit and group by every name it has; read once per page."""

    def __init__(self, session: Session) -> None:
        """Read the directory."""
        self._units: dict[str, str] = {}
        self._groups: dict[str, str] = {}
        self.names: dict[str, str] = {}
        for unit in session.exec(select(Unit).where(col(Unit.active)).order_by(Unit.name)):
            self.names[unit.code] = unit.name
            self._units |= {fold(n): unit.code for n in (unit.name, unit.code, *unit.aliases)}
        for group in session.exec(select(UnitGroup).order_by(UnitGroup.name)):
            self.names[group.code] = group.name
            self._groups |= {fold(n): group.code for n in (group.name, group.code, *group.aliases)}

    def match(self, names: Iterable[str]) -> Matched:
        """What these names mean."""
        found = Matched()
        for name in names:
            folded = fold(name)
            if folded in self._units:
                found.units.append(self._units[folded])
            elif folded in self._groups:
                found.groups.append(self._groups[folded])
            elif folded:
                found.unknown[name.strip()] = self._suggest(folded)
        return found

    def _suggest(self, folded: str) -> str:
        known = {**self._units, **self._groups}
        best = process.extractOne(folded, known.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=LIKELY)
        return self.names[known[best[0]]] if best else ""

    def suggestions(self, name: str, count: int = 3) -> list[str]:
        """The names in the directory most like one that is not there, the best first."""
        known = {**self._units, **self._groups}
        best = process.extract(
            fold(name), known.keys(), scorer=fuzz.token_set_ratio, score_cutoff=LOOSELY, limit=count * 2
        )
        return list(dict.fromkeys(self.names[known[key]] for key, _, _ in best))[:count]

    def words(self, found: Matched) -> str:
        """Names for a field: understood ones by their proper name, the others by their suggestion or as they were."""
        proper = [self.names[code] for code in (*found.units, *found.groups)]
        return "; ".join(dict.fromkeys([*proper, *(s or n for n, s in found.unknown.items())]))


def split(typed: str) -> list[str]:
    """The names in a field: one a line, or with semicolons between."""
    return [name.strip() for name in re.split(r"[;\n]", typed) if name.strip()]
