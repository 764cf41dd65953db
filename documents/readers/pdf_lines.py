"""Lines of a PDF page from its words, and paragraphs from lines, by position."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from documents.readers.pdf_page import Word

_MARK = re.compile(
    r"(?:[-–+•*]|\d{1,3}(?:\.\d{1,3}){0,4}[.)]?|\(\d{1,2}\)|[a-zđ]{1,2}[.)]|[IVXL]{1,6}[.)]|[A-ZĐ][.)]"
    r"|(?:Phần|Chương|Mục|Điều)\s\S+)\s"
)
_ENDED = re.compile(r"[.;:!?/…”\"]$")
_INDENT = 8.0


@dataclass(frozen=True, slots=True)
class TextLine:
    """Words on one base line, left to right."""

    words: tuple[Word, ...]
    page: int = 0

    @property
    def text(self) -> str:
        """The words with single blanks."""
        return " ".join(w.text for w in self.words)

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Right edge."""
        return self.words[-1].x1

    @property
    def base(self) -> float:
        """Base line of the largest word; small ones may be raised."""
        return max(self.words, key=lambda w: w.size).base

    @property
    def size(self) -> float:
        """The height of most of its words."""
        return median(w.size for w in self.words)


def lines(words: Iterable[Word], page: int = 0) -> list[TextLine]:
    """The words as lines, top to bottom; raised and lowered small words stay on their line."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.base, w.x0)):
        if rows and word.base - rows[-1][-1].base <= 0.3 * min(word.size, rows[-1][-1].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [TextLine(tuple(sorted(row, key=lambda w: w.x0)), page) for row in _with_raised(rows)]


def _with_raised(rows: list[list[Word]]) -> list[list[Word]]:
    """Rows of only small words just above the next row (footnote numbers) go into that row."""
    out: list[list[Word]] = []
    held: list[Word] = []
    for at, row in enumerate(rows):
        below = rows[at + 1] if at + 1 < len(rows) else None
        small = below is not None and max(w.size for w in row) < 0.75 * max(w.size for w in below)
        if small and below is not None and below[0].base - row[0].base < 0.6 * max(w.size for w in below):
            held += row
            continue
        out.append(held + row)
        held = []
    return out


def join(lines_: Sequence[TextLine]) -> str:
    """One text from the lines of a paragraph; a word broken at its own hyphen ("KH-" "UBND") closes up."""
    text = ""
    for line in lines_:
        glue = "" if re.search(r"[\w/]-$", text) or not text else " "
        text += glue + line.text
    return text


@dataclass(frozen=True, slots=True)
class Measure:
    """The body's left and right edges, its usual distance between lines, and whether paragraphs are indented."""

    left: float
    right: float
    leading: float
    indented: bool

    @classmethod
    def of(cls, body: Sequence[TextLine]) -> "Measure":
        """From all lines of a document that have the same page width."""
        lefts = sorted(line.x0 for line in body)
        rights = sorted(line.x1 for line in body)
        right = rights[int(len(rights) * 0.95)] if rights else 0.0
        full = [line.x0 for line in body if line.x1 > right - 30] or lefts or [0.0]
        left = _margin(full)
        gaps = [b.base - a.base for a, b in pairwise(body) if a.page == b.page]
        usual = [g for g in gaps if 0 < g < 60]
        indented = sum(left + _INDENT < x < left + 60 for x in lefts) > 0.15 * len(lefts)
        return cls(left, right, median(usual) if usual else 18.0, indented)


def _margin(values: Sequence[float]) -> float:
    """The leftmost place at which at least one line in twenty begins."""
    counts: dict[int, int] = {}
    for value in values:
        counts[round(value / 3)] = counts.get(round(value / 3), 0) + 1
    best = min(k for k, times in counts.items() if times >= 0.05 * len(values))
    return min(v for v in values if round(v / 3) == best)


def paragraphs(body: Sequence[TextLine], measure: Measure) -> list[list[TextLine]]:
    """The lines grouped into paragraphs, also over page breaks."""
    groups: list[list[TextLine]] = []
    for line in body:
        if groups and not begins(groups[-1], line, measure):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def begins(group: Sequence[TextLine], line: TextLine, measure: Measure) -> bool:
    """Whether `line` begins a paragraph of its own after the lines of `group`.

    It does if the line before would have had room for its first word, if it is indented, if it stands further off
    than lines do, or if it begins with a list mark after a finished sentence.
    """
    last, first = group[-1], group[0]
    same_page = last.page == line.page
    if same_page and _is_title(last, line, measure):
        return False
    if measure.right - last.x1 > _width(line.words[0]) + 0.35 * last.size:
        return True
    if same_page and line.base - last.base > 1.25 * measure.leading:
        return True
    if abs(line.size - last.size) > 0.2 * last.size:
        return True
    marked = _MARK.match(line.text + " ") is not None
    if line.x0 > measure.left + _INDENT:
        return not _hangs(first, last, line, marked=marked)
    if marked and _ENDED.search(last.text):
        return True
    ended = _ENDED.search(last.text) is not None and not line.text[:1].islower()
    return not same_page and not measure.indented and ended


def _is_title(last: TextLine, line: TextLine, measure: Measure) -> bool:
    """Whether a title in capitals, set in the middle, goes on: lines that nearly fill the page, without a gap."""
    middle = (measure.left + measure.right) / 2
    centred = all(
        abs((at.x0 + at.x1) / 2 - middle) < 12 and at.text == at.text.upper() for at in (last, line)
    )
    wide = last.x1 - last.x0 > 0.6 * (measure.right - measure.left)
    return centred and wide and line.base - last.base <= 1.15 * measure.leading


def _hangs(first: TextLine, last: TextLine, line: TextLine, *, marked: bool) -> bool:
    """Whether an indented line only continues: below the text after its list mark, or in an indented block."""
    if marked:
        return False
    after_mark = [w.x0 for w in first.words[1:2]] if _MARK.match(first.text + " ") else []
    below_text = any(abs(line.x0 - x) < _INDENT for x in after_mark)
    return below_text or last is not first and abs(line.x0 - last.x0) < _INDENT / 2


def _width(word: Word) -> float:
    return word.x1 - word.x0


def cell_paragraphs(inside: Sequence[TextLine], width: float) -> list[list[TextLine]]:
    """The lines of a cell grouped into paragraphs; a cell's text may be centred, so only its free width counts."""
    groups: list[list[TextLine]] = []
    for line in inside:
        if groups:
            last = groups[-1][-1]
            free = width - (last.x1 - last.x0) - 8.0
            roomy = free > _width(line.words[0]) + 0.5 * last.size
            marked = _MARK.match(line.text + " ") is not None
            if not roomy and not (marked and _ENDED.search(last.text)):
                groups[-1].append(line)
                continue
        groups.append([line])
    return groups
