"""What stands on a PDF page: words with their boxes, and the ruled lines that make tables.

Coordinates are points from the upper left corner of the page as it is shown, y downwards.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]
import pypdfium2.raw as _raw  # pyright: ignore[reportMissingTypeStubs]

raw: Any = _raw
MAX_SEGMENTS = 40_000
_LONG = 4.0
_STRAIGHT = 1.5
_PRIVATE = {0x02: "-", 0xFFFE: "-", 0xF02D: "-", 0xF0B7: "•", 0xF0A7: "•", 0xF02B: "+"}
"""Codes that PDFium or symbol fonts use for characters that print as these."""


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a blank between them; `base` is the base line, `size` the height of the line's font."""

    text: str
    x0: float
    x1: float
    base: float
    size: float

    @property
    def middle(self) -> tuple[float, float]:
        """The centre of the word, a third of its height above the base line."""
        return (self.x0 + self.x1) / 2, self.base - self.size / 3


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along an axis: `at` on the other axis, from `start` to `end`."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, size, words in the file's order, horizontal and vertical rules, pictures."""

    number: int
    width: float
    height: float
    words: list[Word]
    across: list[Rule]
    down: list[Rule]
    pictures: bool


class _Turn:
    """From PDF's coordinates to those of the page as shown, with its rotation."""

    def __init__(self, page: Any) -> None:
        left, bottom, right, top = page.get_mediabox()
        if (crop := page.get_cropbox()) is not None:
            left, bottom, right, top = crop
        self.left, self.bottom, self.right, self.top = left, bottom, right, top
        self.turn = int(page.get_rotation()) % 360

    def point(self, x: float, y: float) -> tuple[float, float]:
        match self.turn:
            case 90:
                return y - self.bottom, x - self.left
            case 180:
                return self.right - x, y - self.bottom
            case 270:
                return self.top - y, self.right - x
            case _:
                return x - self.left, self.top - y


def read_page(document: Any, index: int) -> Page:
    """The page at `index` (from 0)."""
    page = document[index]
    try:
        turn = _Turn(page)
        across, down, pictures = _drawings(page, turn)
        text = page.get_textpage()
        try:
            words = list(_words(text, turn))
        finally:
            text.close()
        return Page(index + 1, page.get_width(), page.get_height(), words, across, down, pictures)
    finally:
        page.close()


def _words(text: Any, turn: _Turn) -> Iterator[Word]:
    unicode_at = raw.FPDFText_GetUnicode
    letters: list[str] = []
    start = end = 0
    count: int = text.count_chars()
    for at in range(count + 1):
        letter = _letter(unicode_at(text, at)) if at < count else " "
        if not letter:
            continue
        broken = letters and letters[-1] == "-" and not letter.isspace() and _breaks(text, end, at)
        if letters and (broken or letter.isspace()):
            yield _word("".join(letters), text, start, end, turn)
            letters = []
        if not letter.isspace():
            start = at if not letters else start
            letters.append(letter)
            end = at


def _letter(code: int) -> str:
    known = _PRIVATE.get(code)
    return known or (chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "")


def _breaks(text: Any, hyphen: int, after: int) -> bool:
    """Whether a line ends at a hyphen; PDFium runs the two halves of the word together."""
    x, y, low = ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, hyphen, ctypes.byref(x), ctypes.byref(y))
    raw.FPDFText_GetCharOrigin(text, after, ctypes.byref(x), ctypes.byref(low))
    return abs(y.value - low.value) > 2.0


def _word(letters: str, text: Any, first: int, last: int, turn: _Turn) -> Word:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, first, ctypes.byref(x), ctypes.byref(y))
    _, base = turn.point(x.value, y.value)
    boxes: list[tuple[float, float]] = []
    box = raw.FS_RECTF()
    for at in {first, last}:
        raw.FPDFText_GetLooseCharBox(text, at, ctypes.byref(box))
        boxes += (turn.point(box.left, box.top), turn.point(box.right, box.bottom))
    xs, ys = [b[0] for b in boxes], [b[1] for b in boxes]
    return Word(letters, min(xs), max(xs), base, max(1.0, max(ys) - min(ys)))


def _drawings(page: Any, turn: _Turn) -> tuple[list[Rule], list[Rule], bool]:
    across: list[Rule] = []
    down: list[Rule] = []
    pictures, left = False, MAX_SEGMENTS
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
            pictures = True
            continue
        count = raw.FPDFPath_CountSegments(thing)
        left -= max(1, count)
        if left < 0:
            break
        _rules(list(_points(thing, count, turn)), across, down)
    return across, down, pictures


def _points(path: Any, count: int, turn: _Turn) -> Iterator[tuple[float, float] | None]:
    """The corners of a path in order; None where the pen is lifted or a curve is drawn."""
    m = path.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    opened: tuple[float, float] | None = None
    for at in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = turn.point(m.a * x.value + m.c * y.value + m.e, m.b * x.value + m.d * y.value + m.f)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind != raw.FPDF_SEGMENT_LINETO:
            yield None
            opened = point
        yield point
        if raw.FPDFPathSegment_GetClose(segment):
            yield opened


def _rules(points: list[tuple[float, float] | None], across: list[Rule], down: list[Rule]) -> None:
    for one, two in pairwise(points):
        if one is None or two is None:
            continue
        (x0, y0), (x1, y1) = one, two
        if abs(y1 - y0) <= _STRAIGHT and abs(x1 - x0) >= _LONG:
            across.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= _STRAIGHT and abs(y1 - y0) >= _LONG:
            down.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def opened(data: bytes) -> Any:
    """The document; raises pypdfium2's own error where it cannot be opened."""
    return pypdfium2.PdfDocument(data)
