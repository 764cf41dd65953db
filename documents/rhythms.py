"""Rhythms ("định kỳ hằng quý", "6 tháng một lần") and days without a month ("ngày 15 hằng tháng")."""

import re
from collections.abc import Iterator

from documents.pieces import CLOCK, DayOfMonth, Rhythm, bound_of, clock_time, peel
from plan.deadlines import Freq

FREQS = {
    "ngày": Freq.DAILY,
    "tuần": Freq.WEEKLY,
    "tháng": Freq.MONTHLY,
    "quý": Freq.QUARTERLY,
    "6 tháng": Freq.HALF_YEARLY,
    "năm": Freq.YEARLY,
}

EVERY = r"(?:hằng|mỗi|từng)"

_UNIT = r"(?:(?:0?1|một)\s+(?:năm|quý|tháng)|(?:0?6|sáu)\s+tháng(?:\s+(?:đầu|cuối)\s+năm)?|ngày|tuần|tháng|quý|năm)"

_DATED = r"(?=\s*(?:\(|,|:)?\s*(?:trước|chậm nhất)\s+(?:ngày\b|\0|\d)|\s*\(\s*(?:vào\s+)?ngày\b)"
_LIST = (
    rf"{_UNIT}(?:(?:\s*[,;/]\s*|\s*-\s*|\s+và\s+|\s+hoặc\s+"
    rf"|\s*,\s*và\s+)(?:{EVERY}\s+|báo cáo\s+)?{_UNIT}\b)*"
)


def days_of_month(free: str) -> Iterator[DayOfMonth]:
    """The days without a month in a folded text in which named times are blotted out."""
    every = (
        rf"(?:{EVERY}\s+(tháng|quý)|(?:của\s+)?(?:tháng\s+(?:cuối"
        rf"|đầu)\s+(?:của\s+)?(?:{EVERY}\s+)?(quý)|tháng\s+(?:tiếp theo"
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
        freq = FREQS[unit] if unit else (Freq.MONTHLY if match.end() - match.end(1) > 6 else None)
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
    rf"|(chủ nhật))\s*,?\s*(?:của\s+)?{EVERY}\s+tuần"
)
_WEEKDAY_AFTER = (
    rf"{EVERY}\s+tuần\s*[,(]?\s*(?:vào\s+)?(?:trước\s+)?(?:ngày\s+)?"
    r"(?:thứ\s+(hai|ba|tư|năm|sáu|bảy|[2-7])|(chủ nhật))\b"
)

_TIMES_A = (
    rf"(?:(?:một|hai|\d{{1,2}})\s+lần\s*(?:/|trong|mỗi|/\s*một)\s*(?:một\s+|0?1\s+)?(?P<per>{_UNIT})"
    rf"|(?:một|mỗi|0?1)?\s*(?P<per2>{_UNIT})\s*(?:/\s*|\s+)(?:(?:một|0?1)\s+)?lần\b)"
)


def rhythms(free: str) -> Iterator[Rhythm]:
    """The rhythms in a folded text in which named times are blotted out."""
    taken: list[tuple[int, int]] = []
    for match in (*re.finditer(_WEEKDAY, free), *re.finditer(_WEEKDAY_AFTER, free)):
        if any(a < match.end() and match.start() < b for a, b in taken):
            continue
        day = 7 if match[2] else _WEEKDAYS[match[1]]
        words, at, time = peel(free, match.start())
        taken.append((at, match.end()))
        yield Rhythm(at, match.end(), (Freq.WEEKLY,), (day,), time, bound_of(words), firm=True, periodic=True)
    patterns = (
        (rf"(?:định kỳ\s*,?\s*(?:\(\s*)?(?:{EVERY}\s+)?|{EVERY}\s+)(?P<list>{_LIST})\b", True),
        (rf"(?<!\w){_TIMES_A}", True),
        (rf"\b(?P<list>(?:{_UNIT}\s*,\s*)+(?:0?6|sáu)\s+tháng\s*(?:,|và|,\s*và)\s*(?:cả\s+)?năm)", True),
        (r"\b(?P<twice>năm)\s+(?:hai|0?2)\s+lần\b", True),
        (rf"\b(?P<list>{_LIST}){_DATED}", False),
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
    freqs = tuple(dict.fromkeys(freq_of(u) for u in re.findall(_UNIT, text)))
    if groups.get("twice") or groups.get("per") == "năm" and re.match(r"(?:hai|0?2)\s", match.group()):
        freqs = (Freq.HALF_YEARLY,)
    words, at, time = peel(free, match.start()) if freqs == (Freq.DAILY,) else ((), match.start(), None)
    if freqs == (Freq.DAILY,) and (
        hour := re.match(rf"\s*\(?(?:trước|lúc|vào)\s+{CLOCK}", free[match.end() :])
    ):
        words, time = ("trước",) * hour.group().count("trước"), clock_time(hour[1], hour[2])
    firm = time is not None or _rhythm_firm(free, match, periodic)
    return Rhythm(at, match.end(), freqs, (), time, bound_of(words), firm, periodic)


def freq_of(unit: str) -> Freq:
    """The rhythm that a unit of time names ("quý", "6 tháng")."""
    return Freq.HALF_YEARLY if re.match(r"0?6|sáu", unit) else FREQS[unit.rsplit(maxsplit=1)[-1]]


REPORTS = (
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


_COUNTED = re.compile(
    r"\s*(?:ít nhất|tối thiểu)?\s*(?:\d{1,2}|một|hai)\s+lần\b|\s*(?:ít nhất|tối thiểu)\s+\d"
    r"|[^.;,]{0,30}\b(?:ít nhất|tối thiểu)\s+\d{1,2}\s+lần\b"
)
"""How often in the time that was named: "mỗi tháng 01 lần", "mỗi tuần xuống cơ sở ít nhất 01 lần"."""


def _rhythm_firm(free: str, match: re.Match[str], periodic: bool) -> bool:
    """A rhythm governs a task where it opens a clause, says "định kỳ" or ends a clause about an event.

    "dự toán hằng năm" and "kế hoạch hằng năm" only name a paper.
    """
    before, after = free[max(0, match.start() - 300) : match.start()], free[match.end() : match.end() + 60]
    if re.match(_DATED, after) or "định kỳ" in match.group() or "lần" in match.group():
        return True
    if not periodic:
        return False
    clause = re.split(r"[.;]\s", before)[-1]
    if _COUNTED.match(after):
        return True
    if "6 tháng" in match.group() and "," in match.group() and re.search(r"\b(?:báo cáo|sơ kết)\b", clause):
        return True
    event = re.search(rf"\b{_EVENTS}\b(?P<rest>.*)$", clause)
    if (
        event
        and not re.search(rf"\b{_PAPERS}\b", event["rest"])
        and re.match(r"\s*(?:$|[.;]|(?:đảm bảo|bảo đảm|để)\b)", after)
    ):
        return True
    if re.search(r"(?:ngày|tuần)$", match.group()) and re.match(r"\s*(?:$|[.;])", after):
        return (
            re.search(r"(?:công việc|công tác|sinh hoạt|đời sống|hoạt động|nhiệm vụ|nhu cầu)\s+$", before)
            is None
        )
    opens = re.search(r"(?:^|[.;(]\s*|\bvà\s+|\bđịnh kỳ\s+|,\s*)$", before) is not None
    return opens and re.match(rf"\s*[,)]|\s*(?:[^.;]{{0,30}}\b)?{REPORTS}|\s*hoặc|\s*$", after) is not None
