"""The pieces of a deadline phrase found in a folded text: dated times, spans from an event, and words without a day."""

import re
from collections.abc import Iterator

from documents.dates import Named, Size, find_named
from documents.pieces import Dated, Piece, Span, Vague, peel
from documents.rhythms import EVERY, FREQS, REPORTS, days_of_month, freq_of, rhythms
from plan.deadlines import Freq

_CITED = re.compile(
    r"(?:\d[\w.]*/[\w./-]*[a-zđ][\w./-]*|[a-zđ]+-[a-zđ]+/[\w]+|\d+-[a-zđ]+/[\w]+"
    r"|luật|hiến pháp|nghị quyết|nghị định|quyết định|thông tư|công văn|chỉ thị|thông báo|kết luận|tờ trình"
    r"|công điện|văn bản|quy định)\b[^.;:()]{0,45}?\s*$"
)
_YEARLY_AFTER = re.compile(
    rf"\s*,?\s*\(?\s*(?:của\s+)?(?:(?:định kỳ\s+)?{EVERY}\s+(?P<u>năm"
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

_HAPPENED = r"(?:thông qua|hiệu lực|có hiệu lực thi hành|công bố|xảy ra|phát sinh|sinh|mất|thành lập)\s*$"


def find_pieces(folded: str) -> list[Piece]:
    """Every piece of a deadline in a folded text, in its order."""
    named = [n for n in find_named(folded) if not _is_half_year_report(folded, n)]
    data = [m.span() for m in _DATA.finditer(folded)]
    pieces: list[Piece] = [
        d for n in named if (d := _dated(folded, n)) and not any(a <= n.at < b for a, b in data)
    ]
    free = _mask(folded, named)
    pieces += days_of_month(free)
    pieces += rhythms(free)
    pieces += [s for s in _spans(free) if (s.days or 0) >= 0 or not any(_overlap(s, p) for p in pieces)]
    pieces += _vague(free)
    return sorted(pieces, key=lambda p: (p.at, -p.to))


# The span of the figures in a report is nobody's deadline (Nghị định 09/2019/NĐ-CP, Điều 12).
_DATA = re.compile(r"(?:tính|số liệu(?:\s+báo cáo)?|chốt số liệu)\s+từ\b[^.;]{0,120}?\bđến\b[^.;,]{0,60}")


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


def _dated(folded: str, named: Named) -> Dated | None:
    words, at, time = peel(folded, named.at)
    if _is_cited(folded, named, words, at):
        return None
    after = folded[named.to : named.to + 60]
    piece = Dated(at, named.to, named, words, time=time)
    if (match := _FOR_REPORT.match(after)) and named.year is None:
        piece.freq = freq_of(match[1])
        piece.to += match.end()
    elif (match := _YEARLY_AFTER.match(after)) and named.year is None:
        piece.freq = Freq.YEARLY if match["n"] else FREQS[match["u"]]
        piece.to += match.end()
    if match := _ON.match(after):
        piece.open_end, piece.to = True, named.to + match.end()
    piece.firm = _is_firm(folded, piece)
    return piece


def _is_cited(folded: str, named: Named, words: tuple[str, ...], at: int) -> bool:
    """The date of a cited paper ("Quyết định số 12/QĐ-UBND ngày 01/02/2025") is nobody's deadline."""
    if _FIRM.intersection(words) or _DONE.intersection(words) or "trong" in words:
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
        if "vào" in words:
            return not re.search(_HAPPENED, folded[max(0, piece.at - 40) : piece.at])
        return bool(words & {"đến", "hết"}) and not words & {"từ"}
    if re.match(r"\s*\)", folded[piece.to :]) and re.search(
        r"\(\s*(?:xuyên suốt\s+)?$", folded[max(0, piece.at - 40) : piece.at]
    ):
        return True  # "(2025 - 2026)", "(năm 2030)": nothing else stands between the brackets
    if piece.named.size is Size.YEAR:
        return _is_firm_year(folded, piece)
    clause = piece.at == 0 or re.search(
        r"\b(?:phiên họp|kỳ họp)[^.;,]{0,30}$", folded[max(0, piece.at - 50) : piece.at]
    )
    clause = clause or re.search(r"[.;(]\s*$", folded[max(0, piece.at - 20) : piece.at])
    return bool(words & {"trong", "vào"}) or bool(clause)


def _is_firm_year(folded: str, piece: Dated) -> bool:
    """A year governs a task that opens with it ("Trong năm 2026, …"), and the summing up of a plan ("vào năm 2030")."""
    before = folded[max(0, piece.at - 60) : piece.at]
    opens = piece.at < 12 and before.strip() in ("", "từ nay") and re.match(r"\s*[,:]", folded[piece.to :])
    summed = re.search(r"(?:sơ kết|tổng kết|đánh giá)[^.;,]{0,40}$", before) and "vào" in piece.words
    ends = "trong" in piece.words and re.match(r"\s*(?:[.;]\s*)?$|\s*\(", folded[piece.to :])
    return bool(opens or summed or ends)


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
    rf"trước\s+(?P<back>){_COUNT}\s+(?:so với\s+)?(?:ngày\s+|khi\s+|thời điểm\s+)?(?P<anchor>[^.;,()\d\0]{{2,60}})",
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
        opens = not before.strip(" -+*(") or before.rstrip().endswith(":") or match.group() == "24/7"
        upkeep = match.group() == "thường xuyên" and _UPKEEP.match(before) is not None
        yield Vague(match.start(), match.end(), True, opens or upkeep)
    for match in _OTHER.finditer(free):
        before, after = free[: match.start()], free[match.end() :]
        regular = match.group() == "định kỳ" and (
            re.match(rf"\s*[,(]?\s*(?:\S+\s+){{0,3}}?{REPORTS}", after)
            or re.search(r"\b(?:kiểm tra|báo cáo|đánh giá|rà soát)(?:\s+\w+){0,2}\s+$", before)
        )
        yield Vague(match.start(), match.end(), False, bool(regular) or "giờ" in match.group())
