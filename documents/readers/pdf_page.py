"""What stands on a PDF page: words with their boxes, and the ruled lines that make tables.

Coordinates are points from the upper left corner of the page as it is shown, y downwards.
"""

import ctypes
import threading
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
_DEEP = 4
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
    letters: list[str] = []
    start = end = 0
    for at, letter in enumerate(_letters(text)):
        if not letter:
            continue
        blank = letter.isspace()
        if letters and (blank or letters[-1] == "-" and _breaks(text, end, at)):
            yield _word("".join(letters), text, start, end, turn)
            letters = []
        if not blank:
            start = start if letters else at
            letters.append(letter)
            end = at


def _letters(text: Any) -> Iterator[str]:
    """The letter of each character, and a blank after the last; control characters are empty."""
    unicode_at = raw.FPDFText_GetUnicode
    known: dict[int, str] = dict(_PRIVATE)
    for at in range(text.count_chars()):
        code = unicode_at(text, at)
        letter = known.get(code)
        if letter is None:
            letter = known[code] = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        yield letter
    yield " "


def _breaks(text: Any, hyphen: int, after: int) -> bool:
    """Whether a line ends at a hyphen; PDFium runs the two halves of the word together."""
    x, y, low = ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, hyphen, ctypes.byref(x), ctypes.byref(y))
    raw.FPDFText_GetCharOrigin(text, after, ctypes.byref(x), ctypes.byref(low))
    return abs(y.value - low.value) > 2.0


def _word(letters: str, text: Any, first: int, last: int, turn: _Turn) -> Word:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, first, ctypes.byref(x), ctypes.byref(y))
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, first, ctypes.byref(box))
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    if last != first:
        raw.FPDFText_GetLooseCharBox(text, last, ctypes.byref(box))
        left, right = min(left, box.left), max(right, box.right)
        bottom, top = min(bottom, box.bottom), max(top, box.top)
    (x0, y0), (x1, y1) = turn.point(left, bottom), turn.point(right, top)
    _, base = turn.point(x.value, y.value)
    return Word(letters, min(x0, x1), max(x0, x1), base, max(1.0, abs(y1 - y0)))


_Matrix = tuple[float, float, float, float, float, float]
_PLAIN: _Matrix = (1, 0, 0, 1, 0, 0)


def _times(one: _Matrix, two: _Matrix) -> _Matrix:
    """First `one`, then `two`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _drawings(page: Any, turn: _Turn) -> tuple[list[Rule], list[Rule], bool]:
    across: list[Rule] = []
    down: list[Rule] = []
    pictures, left = False, MAX_SEGMENTS
    for thing, kind, matrix in _objects(
        page.raw, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, _PLAIN, 0
    ):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            pictures = True
            continue
        count = raw.FPDFPath_CountSegments(thing)
        left -= max(1, count)
        if left < 0:
            break
        _rules(list(_points(thing, count, _times(_matrix_of(thing), matrix), turn)), across, down)
    return across, down, pictures


def _objects(
    parent: Any, count: Any, get: Any, matrix: _Matrix, depth: int
) -> Iterator[tuple[Any, int, _Matrix]]:
    """The paths and pictures of a page, also those in its forms; text is left out, there may be very much of it."""
    kind_of = raw.FPDFPageObj_GetType
    wanted = (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE)
    for at in range(count(parent)):
        thing = get(parent, at)
        kind = kind_of(thing)
        if kind in wanted:
            yield thing, kind, matrix
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEP:
            inner = _times(_matrix_of(thing), matrix)
            yield from _objects(
                thing, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, inner, depth + 1
            )


def _matrix_of(thing: Any) -> _Matrix:
    m = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(thing, ctypes.byref(m))
    return m.a, m.b, m.c, m.d, m.e, m.f


def _points(path: Any, count: int, matrix: _Matrix, turn: _Turn) -> Iterator[tuple[float, float] | None]:
    """The corners of a path in order; None where the pen is lifted or a curve is drawn."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    opened: tuple[float, float] | None = None
    for at in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = turn.point(a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if raw.FPDFPathSegment_GetType(segment) != raw.FPDF_SEGMENT_LINETO:
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


PDFIUM = threading.Lock()
"""Held by whoever uses pdfium: it takes one thread at a time."""


def opened(data: bytes) -> Any:
    """The document; raises pypdfium2's own error where it cannot be opened."""
    return pypdfium2.PdfDocument(data)
