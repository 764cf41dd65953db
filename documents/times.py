"""The pieces of a deadline phrase: dated times, rhythms, relative spans and the like, each with its place.

`firm` says that the words around a piece make it a deadline even in the middle of a sentence ("trước ngày 15/11",
"hoàn thành trong quý I"); in a cell or behind a label everything counts.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from documents.dates import Named, Size, find_named
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

_TIME = r"(\d{1,2})\s*(?:giờ|h|g|:)\s*(\d{2})?\s*'?\s*(?:phút)?'?\s*,?"
_PEEL = re.compile(
    r"(?:(?<=\W)|^)(?P<word>chậm nhất|muộn nhất|trễ nhất"
    r"|không (?:muộn|chậm|trễ) hơn|không quá|hạn cuối(?: cùng)?"
    r"|hạn chót|trước|đến|tới|hết|kể từ|bắt đầu từ|từ|là|vào|trong|khoảng|ngày|năm|tháng|giai đoạn|thời điểm"
    r"|thời gian|đầu|giữa|cuối|dự kiến|hoàn thành|hoàn tất"
    r"|xong|ban hành|kết thúc|thứ (?:hai|ba|tư|năm"
    r"|sáu|bảy)"
    rf"|chủ nhật|thời hạn|{_TIME})\s*,?\s*$"
)
_INNER = {"ngày", "năm", "tháng", "giai đoạn", "thời gian", "đầu", "giữa", "cuối"}
_BOUNDS = {"trước", "đến", "tới", "từ", "kể từ", "bắt đầu từ", "chậm nhất", "muộn nhất", "trễ nhất", "giờ"}
_SPACES = re.compile(r"\s+")
_CITED = re.compile(
    r"(?:\d[\w.]*/[\w./-]*[a-zđ][\w./-]*|[a-zđ]+-[a-zđ]+/[\w]+|\d+-[a-zđ]+/[\w]+"
    r"|luật|hiến pháp|nghị quyết|nghị định|quyết định|thông tư|công văn|chỉ thị|thông báo|kết luận|tờ trình"
    r"|công điện|văn bản|quy định)\b[^.;:()]{0,45}?\s*$"
)
_FREQS = {
    "ngày": Freq.DAILY,
    "tuần": Freq.WEEKLY,
    "tháng": Freq.MONTHLY,
    "quý": Freq.QUARTERLY,
    "6 tháng": Freq.HALF_YEARLY,
    "năm": Freq.YEARLY,
}
_EVERY = r"(?:hằng|mỗi|từng)"
_UNIT = r"(?:(?:0?6|sáu)\s+tháng(?:\s+(?:đầu|cuối)\s+năm)?|ngày|tuần|tháng|quý|năm)"
_LIST = (
    rf"{_UNIT}(?:(?:\s*[,;/]\s*|\s*-\s*|\s+và\s+|\s+hoặc\s+"
    rf"|\s*,\s*và\s+)(?:{_EVERY}\s+|báo cáo\s+)?{_UNIT}\b)*"
)
_YEARLY_AFTER = re.compile(
    rf"\s*,?\s*\(?\s*(?:của\s+)?(?:(?:định kỳ\s+)?{_EVERY}\s+(?P<u>năm"
    rf"|quý|tháng)|(?P<n>năm\s+(?:sau|tiếp theo|kế tiếp"
    rf"|liền kề|kế hoạch|báo cáo)))\b"
)
_ON = re.compile(
    r"\s*,?\s*(?:và|đến|-)?\s*(?:(?:các|những|cho)\s+(?:các\s+)?năm\s+(?:tiếp theo|sau|tới|kế tiếp|tiếp sau)"
    r"(?:\s+đó)?|trở đi|và tiếp tục)"
)
_FOR_REPORT = re.compile(
    r"\s*,?\s*\(?\s*(?:đối với|cho)\s+(?:kỳ\s+)?(?:báo cáo\s+)?((?:0?6|sáu)\s+tháng|năm|quý|tháng)"
    r"(?:\s+(?:đầu|cuối)\s+năm)?\b"
)
_FIRM = {"trước", "chậm nhất", "muộn nhất", "trễ nhất", "hạn cuối", "hạn cuối cùng", "hạn chót", "xong"}
_DONE = {"hoàn thành", "hoàn tất", "xong", "ban hành", "kết thúc"}


def find_pieces(folded: str) -> list[Piece]:
    """Every piece of a deadline in a folded text, in its order."""
    named = [n for n in find_named(folded) if not _is_half_year_report(folded, n)]
    pieces: list[Piece] = [d for n in named if (d := _dated(folded, n))]
    free = _mask(folded, named)
    pieces += _days_of_month(free)
    pieces += _rhythms(free)
    pieces += [s for s in _spans(free) if (s.days or 0) >= 0 or not any(_overlap(s, p) for p in pieces)]
    pieces += _vague(free)
    return sorted(pieces, key=lambda p: (p.at, -p.to))


def _is_half_year_report(folded: str, named: Named) -> bool:
    """ "báo cáo 6 tháng đầu năm trước ngày 15/6": a rhythm, and no half of a year."""
    after = folded[named.to : named.to + 30]
    bound = re.match(r"\s*[(,:]?\s*(?:trước|chậm nhất)\b", after)
    return named.size is Size.HALF and named.year is None and bound is not None


def _overlap(one: Piece, other: Piece) -> bool:
    return one.at < other.to and other.at < one.to


def _mask(folded: str, named: list[Named]) -> str:
    chars = list(folded)
    for n in named:
        chars[n.at : n.to] = "\0" * (n.to - n.at)
    return "".join(chars)


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
            time = time or _clock(match[2], match[3])
            word = "giờ"
        words.insert(0, word)
        at = low + match.start()
        low = max(0, at - 80)
    return tuple(words), at, time


def _clock(hour: str, minute: str | None) -> dt.time | None:
    if int(hour) == 24:
        return dt.time(23, 59)
    try:
        return dt.time(int(hour), int(minute or 0))
    except ValueError:
        return None


def _dated(folded: str, named: Named) -> Dated | None:
    words, at, time = peel(folded, named.at)
    if _is_cited(folded, named, words, at):
        return None
    after = folded[named.to : named.to + 60]
    piece = Dated(at, named.to, named, words, time=time)
    if (match := _FOR_REPORT.match(after)) and named.year is None:
        piece.freq = _freq(match[1])
        piece.to += match.end()
    elif (match := _YEARLY_AFTER.match(after)) and named.year is None:
        piece.freq = Freq.YEARLY if match["n"] else _FREQS[match["u"]]
        piece.to += match.end()
    if match := _ON.match(after):
        piece.open_end, piece.to = True, named.to + match.end()
    piece.firm = _is_firm(folded, piece)
    return piece


def _is_cited(folded: str, named: Named, words: tuple[str, ...], at: int) -> bool:
    """The date of a cited paper ("Quyết định số 12/QĐ-UBND ngày 01/02/2025") is nobody's deadline."""
    if _FIRM.intersection(words) or _DONE.intersection(words):
        return False
    if named.size is Size.DAY:
        return words == ("ngày",) and bool(_CITED.search(folded[max(0, at - 90) : at]))
    if named.size is Size.YEAR:
        return bool(
            re.search(
                r"(?:luật|nghị quyết|nghị định|khóa|kỳ|mốc|/)\s[^.;:,()]{0,40}$", folded[max(0, at - 60) : at]
            )
        )
    return False


def _is_firm(folded: str, piece: Dated) -> bool:
    words = set(piece.words)
    if re.match(r"\s+(?:mà\s+)?(?:vẫn\s+)?chưa\b", folded[piece.to :]):
        return False  # "đến ngày 30/6 chưa phân bổ": a condition
    if piece.freq or words & _FIRM:
        return piece.named.size is not Size.YEAR or bool(words & _FIRM - {"trước"}) or piece.freq is not None
    if words & _DONE or re.search(
        r"(?:hoàn thành|xong|hoàn tất)\s[^.;:]{0,60}$", folded[max(0, piece.at - 70) : piece.at]
    ):
        return bool(words & {"trong", "vào", "đến", "hết", "ngày", "từ"}) or piece.named.size is not Size.YEAR
    if piece.named.size is Size.DAY:
        return bool(words & {"đến", "hết"}) and not words & {"từ"}
    if re.match(r"\s*\)", folded[piece.to :]) and re.search(
        r"\(\s*(?:xuyên suốt\s+)?$", folded[max(0, piece.at - 40) : piece.at]
    ):
        return True  # "(2025 - 2026)", "(năm 2030)": nothing else stands between the brackets
    clause = (
        piece.at == 0 or re.search(r"(?:[.;(]\s*)$", folded[max(0, piece.at - 20) : piece.at]) is not None
    )
    return piece.named.size is not Size.YEAR and (bool(words & {"trong", "vào"}) or clause)


def _days_of_month(free: str) -> Iterator[DayOfMonth]:
    every = (
        rf"(?:{_EVERY}\s+(tháng|quý)|(?:của\s+)?(?:tháng\s+(?:cuối"
        rf"|đầu)\s+(?:của\s+)?(?:{_EVERY}\s+)?(quý)|tháng\s+(?:tiếp theo"
        rf"|sau|kế tiếp)))"
    )
    pattern = (
        rf"\bngày\s+((?:\d{{1,2}}(?:\s*(?:,|và)\s*(?:ngày\s+)?)?)+)(?![\d/]"
        rf"|\s*tháng\s+\0)\s*(?:{every})?"
    )
    for match in re.finditer(pattern, free):
        days = tuple(d for d in (int(x) for x in re.findall(r"\d+", match[1])) if 1 <= d <= 31)
        unit = match[2] or match[3]
        words, at, time = peel(free, match.start())
        freq = _FREQS[unit] if unit else (Freq.MONTHLY if match.end() - match.end(1) > 6 else None)
        if days:
            yield DayOfMonth(at, match.end(), days, words, freq, time)


_WEEKDAYS = {
    "hai": 1,
    "2": 1,
    "ba": 2,
    "3": 2,
    "tư": 3,
    "4": 3,
    "năm": 4,
    "5": 4,
    "sáu": 5,
    "6": 5,
    "bảy": 6,
    "7": 6,
}
_WEEKDAY = (
    rf"(?:ngày\s+)?(?:thứ\s+(hai|ba|tư|năm|sáu|bảy|[2-7])"
    rf"|(chủ nhật))\s*,?\s*(?:của\s+)?{_EVERY}\s+tuần"
)
_TIMES_A = (
    rf"(?:(?:một|hai|\d{{1,2}})\s+lần\s*(?:/|trong|mỗi|/\s*một)\s*(?:một\s+|0?1\s+)?(?P<per>{_UNIT})"
    rf"|(?:một|mỗi|0?1)?\s*(?P<per2>{_UNIT})\s*(?:/\s*|\s+)(?:(?:một|0?1)\s+)?lần\b)"
)


def _rhythms(free: str) -> Iterator[Rhythm]:
    taken: list[tuple[int, int]] = []
    for match in re.finditer(_WEEKDAY, free):
        day = 7 if match[2] else _WEEKDAYS[match[1]]
        words, at, time = peel(free, match.start())
        taken.append((at, match.end()))
        yield Rhythm(at, match.end(), (Freq.WEEKLY,), (day,), time, bound_of(words), firm=True, periodic=True)
    patterns = (
        (rf"(?:định kỳ\s*,?\s*(?:\(\s*)?(?:{_EVERY}\s+)?|{_EVERY}\s+)(?P<list>{_LIST})\b", True),
        (rf"(?<!\w){_TIMES_A}", True),
        (r"\b(?P<twice>năm)\s+(?:hai|0?2)\s+lần\b", True),
        (rf"\b(?P<list>{_LIST})(?=\s*(?:\(|,|:)?\s*(?:trước|chậm nhất)\s+(?:ngày|\0))", False),
    )
    for pattern, periodic in patterns:
        for match in re.finditer(pattern, free):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            rhythm = _rhythm(free, match, periodic)
            if rhythm.freqs:
                yield rhythm


def _rhythm(free: str, match: re.Match[str], periodic: bool) -> Rhythm:
    groups = match.groupdict()
    text = groups.get("list") or groups.get("per") or groups.get("per2") or ""
    freqs = tuple(dict.fromkeys(_freq(u) for u in re.findall(_UNIT, text)))
    if groups.get("twice") or groups.get("per") == "năm" and re.match(r"(?:hai|0?2)\s", match.group()):
        freqs = (Freq.HALF_YEARLY,)
    words, at, time = peel(free, match.start()) if freqs == (Freq.DAILY,) else ((), match.start(), None)
    if freqs == (Freq.DAILY,) and (
        hour := re.match(rf"\s*\(?(?:trước|lúc|vào)\s+{_TIME}", free[match.end() :])
    ):
        words, time = ("trước",) * hour.group().count("trước"), _clock(hour[1], hour[2])
    firm = time is not None or _rhythm_firm(free, match, periodic)
    return Rhythm(at, match.end(), freqs, (), time, bound_of(words), firm, periodic)


def _freq(unit: str) -> Freq:
    return Freq.HALF_YEARLY if re.match(r"0?6|sáu", unit) else _FREQS[unit]


_REPORTS = (
    r"(?:báo cáo|sơ kết|tổng kết|đánh giá|kiểm tra"
    r"|tổ chức|rà soát|thống kê|cập nhật|công bố|gửi"
    r"|tổng hợp|họp|giao ban)"
)


_EVENTS = (
    r"(?:báo cáo|sơ kết|tổng kết|diễn tập|tập huấn"
    r"|hội nghị|kiểm tra|giao ban|hội thảo|tuyên dương"
    r"|khen thưởng|bố trí kinh phí|cân đối)"
)
_PAPERS = r"(?:kế hoạch|dự toán|chương trình|nhiệm vụ|chỉ tiêu|để|nhằm|xếp loại|phục vụ)"


def _rhythm_firm(free: str, match: re.Match[str], periodic: bool) -> bool:
    """A rhythm governs a task where it opens a clause, says "định kỳ" or ends a clause about an event.

    "dự toán hằng năm" and "kế hoạch hằng năm" only name a paper.
    """
    before, after = free[max(0, match.start() - 300) : match.start()], free[match.end() : match.end() + 40]
    if (
        re.match(r"\s*(?:\(|,|:)?\s*(?:trước|chậm nhất)\b", after)
        or "định kỳ" in match.group()
        or "lần" in match.group()
    ):
        return True
    if not periodic:
        return False
    clause = re.split(r"[.;]\s", before)[-1]
    event = re.search(rf"\b{_EVENTS}\b(?P<rest>.*)$", clause)
    if (
        event
        and not re.search(rf"\b{_PAPERS}\b", event["rest"])
        and re.match(r"\s*(?:$|[.;]|(?:đảm bảo|bảo đảm|để)\b)", after)
    ):
        return True
    opens = re.search(r"(?:^|[.;(]\s*|\bvà\s+|\bđịnh kỳ\s+|,\s*)$", before) is not None
    return opens and re.match(rf"\s*[,)]|\s*(?:[^.;]{{0,30}}\b)?{_REPORTS}|\s*hoặc|\s*$", after) is not None


_NUMBER = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
_COUNT = (
    r"(?P<n>\d{1,3}|"
    + "|".join(_NUMBER)
    + r")\s*(?:\(\w+\)\s*)?(?P<unit>ngày|tuần|tháng)(?P<work>\s+làm việc)?"
)
_DAYS = {"ngày": 1, "tuần": 7, "tháng": 30}
_SPAN_FORMS = (
    rf"(?:(?P<in>trong|sau|chậm nhất|không quá|tối đa)\s+(?:là\s+)?(?:vòng\s+"
    rf"|thời hạn\s+|thời gian\s+)?(?:tối đa\s+|không quá\s+)?)?{_COUNT}\s*,?\s*(?:kể "
    rf"từ|tính từ|từ|sau)\s+(?P<anchor>[^.;,()]*)",
    rf"(?:trong|không quá|chậm nhất)\s+(?:là\s+)?(?:vòng|thời hạn)\s+{_COUNT}(?P<anchor>)",
    rf"trước\s+(?:ngày\s+|khi\s+)?(?P<anchor>[^.;,()\d]{{2,60}}?)\s+(?:ít nhất\s+"
    rf"|tối thiểu\s+|chậm nhất\s+)?(?P<back>){_COUNT}",
    rf"(?P<back>){_COUNT}\s+trước\s+(?:ngày\s+|khi\s+)?(?P<anchor>[^.;,()\d\0]{{2,60}})",
    rf"(?P<now>ngay\s+)?(?:sau\s+khi|sau\s+ngày|khi\s+có\s+kết\s+quả)\s+(?P<anchor>[^.;"
    rf",()]*?)(?:\s+{_COUNT})?(?=[.;,()]|$)",
    r"(?P<now>ngay\s+)(?:khi|sau)\s+(?P<anchor>[^.;,()]*)",
    r"^\s*(?:sau|khi)\s+(?!cần|có yêu cầu|có phát sinh|có chỉ đạo)(?P<anchor>[^.;,()]*)$",
)


def _spans(free: str) -> Iterator[Span]:
    taken: list[tuple[int, int]] = []
    for form in _SPAN_FORMS:
        for match in re.finditer(form, free):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            groups = match.groupdict()
            count = groups.get("n")
            days = _count(count) * _DAYS[groups["unit"] or "ngày"] if count else None
            if days is not None and groups.get("back") is not None:
                days = -days
            firm = days is not None or bool(groups.get("now"))
            yield Span(match.start(), match.end(), days, bool(groups.get("work")), match.span("anchor"), firm)


def _count(text: str) -> int:
    return _NUMBER[text] if text in _NUMBER else int(text)


_ONGOING = re.compile(r"\b(?:thường xuyên|liên tục|xuyên suốt|trong suốt|24/7)\b")
_OTHER = re.compile(
    r"\b(?:(?:trong|chậm nhất|không quá)\s+(?:vòng\s+"
    r"|thời hạn\s+)?\d+\s+giờ(?!\s*\d|\s+ngày)|theo\s+(?:đúng\s+"
    r"|từng\s+)?(?:kế hoạch|tiến độ|yêu cầu|quy định"
    r"|hướng dẫn|lộ trình|chỉ đạo|đề nghị|lịch|thời gian"
    r"|thời hạn|chương trình)"
    r"|khi\s+(?:có|cần|được|phát sinh)|đột xuất|định kỳ|tùy\s+(?:theo|tình hình))\b"
)


_UPKEEP = re.compile(
    r"^\s*(?:phối hợp\s+)?(?:cập nhật|duy trì|kiểm tra"
    r"|rà soát|theo dõi|tuần tra|giám sát|trực|vận hành)\b[^.;]{0,60}$"
)


def _vague(free: str) -> Iterator[Vague]:
    for match in _ONGOING.finditer(free):
        before, after = free[: match.start()], free[match.end() :]
        if match.group() in ("xuyên suốt", "trong suốt") and re.match(r"[^.;,]{0,25}\0", after):
            continue
        opens = not before.strip(" -+*(") or match.group() == "24/7"
        upkeep = match.group() == "thường xuyên" and _UPKEEP.match(before) is not None
        yield Vague(match.start(), match.end(), True, opens or upkeep)
    for match in _OTHER.finditer(free):
        before, after = free[: match.start()], free[match.end() :]
        regular = match.group() == "định kỳ" and (
            re.match(rf"\s*[,(]?\s*(?:\S+\s+){{0,3}}?{_REPORTS}", after)
            or re.search(r"(?:kiểm tra|báo cáo|đánh giá|rà soát)\s+$", before)
        )
        yield Vague(match.start(), match.end(), False, bool(regular) or "giờ" in match.group())


def bound_of(words: tuple[str, ...]) -> Bound:
    """ "trước" excludes the day it names; every other word includes it."""
    return Bound.BEFORE if "trước" in words else Bound.BY
