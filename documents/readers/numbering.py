"""Word's own numbering, rendered as Word prints it (ECMA-376 Part 1, 17.9)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_UNITS = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_MOST = 5_000
_PLUS_OR_DASH = {
    "+": "+",
    "-": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "\uf02d": "-",
    "\uf0be": "-",
    "\uf02b": "+",
}


def local(node: Element) -> str:
    """The name of `node` without its namespace, so that strict and transitional files read alike."""
    return node.tag.rpartition("}")[2]


def child(node: Element | None, *path: str) -> Element | None:
    """The first descendant along `path` of local names."""
    for step in path:
        node = next((c for c in node if local(c) == step), None) if node is not None else None
    return node


def value(node: Element | None, attribute: str = "val") -> str | None:
    """The attribute of that local name."""
    if node is None:
        return None
    return next((v for k, v in node.attrib.items() if k.rpartition("}")[2] == attribute), None)


def number(text: str | None, default: int) -> int:
    """`text` as a whole number within what Word allows, else `default`."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else default


def is_on(node: Element | None) -> bool:
    """Whether a switch like <w:vanish/> is there and not set to false."""
    return node is not None and value(node) not in ("0", "false", "off")


def roman(count: int) -> str:
    """`count` in lower-case Roman digits, 1 to 3999; other numbers in Arabic ones."""
    if not 0 < count < 4000:
        return str(count)
    digits: list[str] = []
    for worth, sign in _ROMAN:
        times, count = divmod(count, worth)
        digits.append(sign * times)
    return "".join(digits)


def letters(count: int) -> str:
    """`count` as Word's letters: a … z, then aa, bb …; Word knows no Vietnamese alphabet and prints no đ."""
    if not 0 < count <= _MOST:
        return str(count)
    times, at = divmod(count - 1, 26)
    return chr(ord("a") + at) * (times + 1)


def words(count: int) -> str:
    """`count` in Vietnamese words, 1 to 99."""
    tens, units = divmod(count, 10)
    if not 0 < count < 100:
        return str(count)
    if tens == 0:
        return _UNITS[units]
    head = "mười" if tens == 1 else f"{_UNITS[tens]} mươi"
    tail = {0: "", 1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(units, _UNITS[units])
    return f"{head} {tail}".strip()


def shown(count: int, form: str) -> str:
    """`count` in one of Word's number formats."""
    if form in ("upperRoman", "lowerRoman"):
        return roman(count).upper() if form == "upperRoman" else roman(count)
    if form in ("upperLetter", "lowerLetter"):
        return letters(count).upper() if form == "upperLetter" else letters(count)
    if form in ("vietnameseCounting", "cardinalText", "ordinalText"):
        return words(count).capitalize()
    if form == "decimalZero":
        return f"{count:02d}"
    return "" if form == "none" else str(count)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its first number, format, pattern ("%1.%2."), and after which level it starts again."""

    start: int = 1
    form: str = "decimal"
    pattern: str = "%1."
    legal: bool = False
    restart: int | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True)
class _List:
    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted; :meth:`mark` is called once per paragraph, in order."""

    _lists: dict[str, _List] = field(default_factory=dict[str, _List])
    _counts: dict[str, dict[int, int]] = field(default_factory=dict[str, dict[int, int]])
    _started: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])

    @classmethod
    def of(cls, root: Element | None, list_styles: dict[str, str]) -> "Numbering":
        """Read numbering.xml; `list_styles` maps the id of a list style to the list (numId) that it stands for."""
        if root is None:
            return cls()
        abstract = {value(n, "abstractNumId") or "": n for n in root if local(n) == "abstractNum"}
        nums = {value(n, "numId") or "": n for n in root if local(n) == "num"}
        made = cls()
        for name, num in nums.items():
            made._lists[name] = _read_list(num, abstract, nums, list_styles)
        return made

    def level_of_style(self, list_id: str, style: str) -> int:
        """The level of a list that is tied to a paragraph style; 0 where none is."""
        found = self._lists.get(list_id)
        return next((n for n, lvl in found.levels.items() if lvl.style == style), 0) if found else 0

    def mark(self, list_id: str, level: int) -> str | None:
        """Count one paragraph of the list on `level` (from 0); its printed mark, None where nothing is printed."""
        found = self._lists.get(list_id)
        if found is None or level not in found.levels:
            return None
        counts = self._counts.setdefault(found.abstract, {})
        counts[level] = self._next(list_id, found, level, counts)
        for deeper in [d for d in counts if d > level]:
            restart = found.levels[deeper].restart if deeper in found.levels else None
            if restart is None or level < restart:
                del counts[deeper]
        return _render(found, level, counts)

    def _next(self, list_id: str, found: _List, level: int, counts: dict[int, int]) -> int:
        if level in found.starts and (list_id, level) not in self._started:
            self._started.add((list_id, level))
            return found.starts[level]
        return counts[level] + 1 if level in counts else found.levels[level].start


def _render(found: _List, level: int, counts: dict[int, int]) -> str | None:
    here = found.levels[level]
    if here.form == "bullet":
        return _bullet(here.pattern)

    def one(match: re.Match[str]) -> str:
        at = int(match.group(1)) - 1
        which = found.levels.get(at, Level())
        form = "decimal" if here.legal and which.form != "none" else which.form
        return shown(counts.get(at, found.starts.get(at, which.start)), form)

    return re.sub(r"%([1-9])", one, here.pattern).strip() or None


def _bullet(pattern: str) -> str | None:
    """Dashes and pluses as offices use them to mean levels; every other bullet is •."""
    sign = pattern.strip()
    return _PLUS_OR_DASH.get(sign, "•") if sign else None


def _read_list(
    num: Element, abstract: dict[str, Element], nums: dict[str, Element], list_styles: dict[str, str]
) -> _List:
    name = value(child(num, "abstractNumId")) or ""
    root = abstract.get(name)
    linked = value(child(root, "numStyleLink"))
    if linked and (other := nums.get(list_styles.get(linked, ""))) is not None:
        name = value(child(other, "abstractNumId")) or ""
        root = abstract.get(name)
    levels = dict(_levels(root))
    starts: dict[int, int] = {}
    for change in (n for n in num if local(n) == "lvlOverride"):
        at = number(value(change, "ilvl"), 0)
        levels |= dict(_levels(change))
        if (start := child(change, "startOverride")) is not None:
            starts[at] = number(value(start), 1)
    return _List(name, levels, starts)


def _levels(parent: Element | None) -> Iterator[tuple[int, Level]]:
    for node in parent if parent is not None else ():
        if local(node) == "lvl":
            restart = value(child(node, "lvlRestart"))
            yield (
                number(value(node, "ilvl"), 0),
                Level(
                    number(value(child(node, "start")), 0),
                    _form(node),
                    value(child(node, "lvlText")) or "",
                    is_on(child(node, "isLgl")),
                    number(restart, 0) if restart is not None else None,
                    value(child(node, "pStyle")),
                ),
            )


def _form(node: Element) -> str:
    """The number format; newer Word hides an older fallback beside it in an AlternateContent."""
    plain = child(node, "numFmt")
    inner = child(node, "AlternateContent", "Fallback", "numFmt") if plain is None else plain
    return value(inner) or "decimal"
