"""From lines to paragraphs: what belongs together is joined again, whatever tore it apart.

Pasted texts are torn in three ways: wrapped at some eighty characters, with a blank line between paragraphs or without,
and damaged: a number or a dash alone on its line, a heading or a label broken in the middle.
"""

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from documents.labels import is_label_start
from documents.marks import Level, Mark, find_mark, is_list
from documents.source import Line, LineKind, Source
from documents.words import squeeze


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: `text` is `source.text[start:end]` with white space folded, `body` the same without its mark."""

    start: int
    end: int
    text: str
    mark: Mark | None = None
    body_start: int = 0
    page: int | None = None
    styled: bool = False
    """It carries a heading style in its file."""

    @property
    def body(self) -> str:
        """The words without the mark."""
        return self.text[self.mark.length :].strip() if self.mark else self.text

    @property
    def level(self) -> Level | None:
        """The level of the mark, if there is one."""
        return self.mark.level if self.mark else None


_STOPS = ".;:!?…"
_WAITS = re.compile(
    r"(?:Điều|điều|khoản|Khoản|điểm|số|Số|tháng|ngày"
    r"|năm|quý|Mục|mục|phần|và|của|về|cho|với|theo"
    r"|tại|các|từ|đến|,)$"
)
_HEADS = re.compile(
    r"(?:PHỤ LỤC|KẾ HOẠCH\s*$|QUYẾT ĐỊNH\s*:?\s*$|CHƯƠNG TRÌNH\s*$|Nơi nhận|NƠI NHẬN|TM\.|KT\.|TL\.|TUQ\."
    r"|Số:|#|[-_=*]{3,}\s*$|CỘNG HÒA|CỘNG HOÀ|Độc lập)"
)
_ALONE = re.compile(
    r"(?:PHỤ LỤC|Phụ lục\s+[\dIVX]+\b|Nơi nhận|NƠI NHẬN"
    r"|TM\.|KT\.|TL\.|TUQ\.|Q\.\s|Số:|KẾ HOẠCH\s*$"
    r"|QUYẾT ĐỊNH\s*:?\s*$"
    r"|Căn cứ\s|Xét đề nghị|Theo đề nghị|CỘNG HÒA|CỘNG HOÀ"
    r"|Độc lập|\(Kèm theo|\(Ban hành kèm|#|[-_=*]{3,}\s*$)"
)
_LETTERS = re.compile(r"[^\W\d_]", re.UNICODE)


def paragraphs(source: Source, lines: list[Line], tables: Iterable[int] = ()) -> list[Paragraph]:
    """The paragraphs made of `lines` (those that are in no table); `tables` are places that no paragraph spans."""
    layout = _layout(source, lines)
    walls = sorted(tables)
    return [_paragraph(source, group) for group in _groups(source, lines, layout, walls)]


@dataclass(frozen=True, slots=True)
class _Layout:
    wrapped: bool
    """Lines end where the page was full, not where the paragraph ended."""
    spaced: bool
    """Blank lines stand between paragraphs, so that lines without one between them belong together."""
    width: int


def _layout(source: Source, lines: list[Line]) -> _Layout:
    if len(lines) < 2:
        return _Layout(False, True, 0)
    close = blank = low = 0
    for first, second in itertools.pairwise(lines):
        if _gap(source, first, second) > 1:
            blank += 1
            continue
        close += 1
        low += second.text[:1].islower() and not find_mark(second.text)
    lengths = sorted(len(x.text) for x in lines)
    width = lengths[int(len(lengths) * 0.95)] if lengths else 0
    wrapped = low >= 3 and low / max(1, close) > 0.12 and width < 200
    return _Layout(wrapped, blank > 0.15 * len(lines), width)


def _gap(source: Source, first: Line, second: Line) -> int:
    return source.text.count("\n", first.end, second.start)


def _groups(source: Source, lines: list[Line], layout: _Layout, walls: list[int]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in lines:
        walled = group and bisect_left(walls, group[-1].end) != bisect_left(walls, line.start)
        if walled or group and not _continues(source, group, line, layout):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _continues(source: Source, group: list[Line], line: Line, layout: _Layout) -> bool:
    last = group[-1]
    if last.kind is not line.kind and LineKind.NOTE in (last.kind, line.kind):
        return False
    blank = _gap(source, last, line) > 1
    so_far = group[0].text if len(group) == 1 else f"{group[0].text} {group[1].text}"
    mark = find_mark(so_far)
    # A number alone on its line, or with the first word only: "6. Ban" / "Quản lý khu Kinh tế".
    bare = mark is not None and len(group) < 3 and " " not in squeeze(so_far)[mark.length :].rstrip(".:;")
    bare = (
        bare
        and not squeeze(so_far).endswith((";", ":"))
        and (mark is None or mark.length >= len(squeeze(so_far)) or not blank)
    )
    own = find_mark(line.text)
    if bare:
        return own is None
    if _ALONE.match(line.text) or _HEADS.match(so_far) and not line.text[:1].islower():
        return False
    if own:
        return _is_no_mark(last.text, line.text, own, blank)
    if line.text[:1].islower():
        return not blank or not last.text.rstrip().endswith(tuple(_STOPS))
    if _is_broken_heading(group, mark, line):
        return True
    if is_label_start(line.text) or blank:
        return False
    return _fills(last, line, layout, mark)


def _is_no_mark(before: str, text: str, mark: Mark, blank: bool) -> bool:
    """A dash or number that is no mark: it stands in the middle of a sentence that wrapped just there."""
    ended = before.rstrip().endswith(tuple(_STOPS))
    rest = text[mark.length :].lstrip()
    if mark.level is Level.DASH or mark.level is Level.PLUS:
        return (
            not ended
            and not blank
            and (rest[:1].islower() or before.rstrip().endswith(",") or _is_range(before, rest))
        )
    if is_list(mark.level) or ended or blank:
        return False
    if mark.level is Level.LETTER and text[1:2] == ")":
        return False
    return bool(_WAITS.search(before.rstrip())) or rest[:1].islower() and mark.level >= Level.NUMBER


def _is_range(before: str, rest: str) -> bool:
    """ "giai đoạn 2026" / "- 2030": a span of years or of numbers, broken at its dash."""
    return before.rstrip()[-1:].isdigit() and rest[:1].isdigit()


def _is_broken_heading(group: list[Line], mark: Mark | None, line: Line) -> bool:
    """ "III. TỔ CHỨC" / "THỰC HIỆN": capitals that go on after a marked heading in capitals."""
    text = " ".join(x.text for x in group[:6])
    if not (
        mark
        and len(group) < 6
        and mark.level <= Level.NUMBER_2
        and len(text) < 300
        and _is_capitals(line.text)
    ):
        return False
    return _is_capitals(text[mark.length :]) and not text.rstrip().endswith(tuple(_STOPS))


def _is_heading_in_capitals(text: str, mark: Mark) -> bool:
    """ "I. MỤC ĐÍCH, YÊU CẦU", below which a sentence stands without a blank line; not "1. UBND" that goes on."""
    words = text[mark.length :].split()
    return mark.level <= Level.NUMBER_2 and len(words) > 1 and _is_capitals(text[mark.length :])


def _is_capitals(text: str) -> bool:
    letters = _LETTERS.findall(text)
    return len(letters) >= 2 and sum(c.isupper() for c in letters) >= 0.8 * len(letters)


def _fills(last: Line, line: Line, layout: _Layout, mark: Mark | None) -> bool:
    """Whether `last` is so full that `line` had to go on below it."""
    if not (layout.wrapped or layout.spaced):
        return False
    ended = last.text.rstrip().endswith((".", ";", "!", "?", ":"))
    if layout.spaced:
        ended = ended and not last.text.rstrip().endswith(":")
        room = last.end - last.start < 0.6 * layout.width
        return (
            not (ended and room)
            and _is_capitals(last.text) == _is_capitals(line.text)
            or not ended
            and mark is not None
            and not (_is_heading_in_capitals(last.text, mark) and not _is_capitals(line.text))
        )
    word = line.text.split(" ", 1)[0]
    full = len(last.text) + 1 + len(word) > layout.width - 14
    return full and not (ended and len(last.text) + 1 + len(word) <= layout.width - 4)


def _paragraph(source: Source, group: list[Line]) -> Paragraph:
    start, end = group[0].start, group[-1].end
    raw = source.text[start:end]
    text = squeeze(raw)
    mark = find_mark(text)
    styled = any(x.kind is LineKind.HEADING for x in group)
    if mark is None:
        return Paragraph(start, end, text, None, start, group[0].page, styled)
    return Paragraph(start, end, text, mark, start + _raw_length(raw, mark.length), group[0].page, styled)


def _raw_length(raw: str, length: int) -> int:
    """How many characters of `raw` make the first `length` characters of its folded form."""
    seen = 0
    spaced = True
    for at, char in enumerate(raw):
        if seen >= length and not char.isspace():
            return at
        if not char.isspace():
            seen += 1
            spaced = False
        elif not spaced:
            seen += 1
            spaced = True
    return len(raw)
