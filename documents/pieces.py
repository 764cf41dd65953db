"""The pieces of a deadline phrase, each with its place.

`firm` says that the words around a piece make it a deadline even in the middle of a sentence ("trước ngày 15/11",
"hoàn thành trong quý I"); in a cell or behind a label everything counts.
"""

import datetime as dt
import re
from dataclasses import dataclass, field

from documents.dates import Named
from plan.deadlines import Bound, Freq


@dataclass(slots=True)
class Dated:
    """A named time with the words before and after it."""

    at: int
    to: int
    named: Named
    words: tuple[str, ...] = ()
    """The words that were peeled off before it, outermost first ("chậm nhất", "ngày")."""
    freq: Freq | None = None
    time: dt.time | None = None
    open_end: bool = False
    firm: bool = False


@dataclass(slots=True)
class DayOfMonth:
    """ "ngày 15 hằng tháng", "ngày 20 của tháng cuối quý": days without a month."""

    at: int
    to: int
    days: tuple[int, ...]
    words: tuple[str, ...]
    freq: Freq | None
    time: dt.time | None = None
    firm: bool = True


@dataclass(slots=True)
class Rhythm:
    """ "định kỳ hằng quý", "6 tháng một lần"; several for "quý, 6 tháng, năm"."""

    at: int
    to: int
    freqs: tuple[Freq, ...]
    weekdays: tuple[int, ...] = ()
    time: dt.time | None = None
    bound: Bound = Bound.BY
    firm: bool = False
    periodic: bool = field(default=False)
    """Said to be regular ("định kỳ", "hằng"), not only a unit of time before a date in brackets."""


@dataclass(slots=True)
class Span:
    """A span from or to an event: `days` is None where no number is given."""

    at: int
    to: int
    days: int | None
    working: bool
    anchor: tuple[int, int]
    """The place of the words that name the event."""
    firm: bool


@dataclass(slots=True)
class Vague:
    """Words that say when without a day: `ongoing` for "thường xuyên", else "theo kế hoạch", "khi có yêu cầu"."""

    at: int
    to: int
    ongoing: bool
    firm: bool


Piece = Dated | DayOfMonth | Rhythm | Span | Vague

CLOCK = r"(\d{1,2})\s*(?:giờ|h|g|:)\s*(\d{2})?\s*'?\s*(?:phút)?'?\s*,?"

_PEEL = re.compile(
    r"(?:(?<=\W)|^)(?P<word>chậm nhất|muộn nhất|trễ nhất"
    r"|không (?:muộn|chậm|trễ) hơn|không quá|hạn cuối(?: cùng)?"
    r"|hạn chót|trước|đến|tới|hết|kể từ|bắt đầu từ|từ|là|vào|trong|khoảng|ngày|năm|tháng|giai đoạn|thời điểm"
    r"|thời gian|đầu|giữa|cuối|dự kiến|hoàn thành|hoàn tất"
    r"|xong|ban hành|kết thúc|thứ (?:hai|ba|tư|năm"
    r"|sáu|bảy)"
    rf"|chủ nhật|thời hạn|{CLOCK})\s*,?\s*$"
)

_INNER = {"ngày", "năm", "tháng", "giai đoạn", "thời gian", "đầu", "giữa", "cuối"}

_BOUNDS = {"trước", "đến", "tới", "từ", "kể từ", "bắt đầu từ", "chậm nhất", "muộn nhất", "trễ nhất", "giờ"}

_SPACES = re.compile(r"\s+")


def peel(folded: str, at: int) -> tuple[tuple[str, ...], int, dt.time | None]:
    """The words of time right before `at`, outermost first, where they begin, and an hour among them."""
    words: list[str] = []
    time: dt.time | None = None
    low = max(0, at - 80)
    while match := _PEEL.search(folded[low:at]):
        word = _SPACES.sub(" ", match["word"])
        if word in _INNER and _BOUNDS.intersection(words):
            break  # "hằng năm trước ngày …": that year is no part of this date
        if match[2]:
            time = time or clock_time(match[2], match[3])
            word = "giờ"
        words.insert(0, word)
        at = low + match.start()
        low = max(0, at - 80)
    return tuple(words), at, time


def clock_time(hour: str, minute: str | None) -> dt.time | None:
    """A time of the day as printed; None where there is no such time, 24:00 is the last minute."""
    if int(hour) == 24:
        return dt.time(23, 59)
    try:
        return dt.time(int(hour), int(minute or 0))
    except ValueError:
        return None


def bound_of(words: tuple[str, ...]) -> Bound:
    """ "trước" excludes the day it names; every other word includes it."""
    return Bound.BEFORE if "trước" in words else Bound.BY
