"""From the words of a deadline to typed deadlines, and from a sentence to the words that govern its task.

Sources: Bộ luật Dân sự 2015, Điều 146 (month, quarter and year end on their last day; đầu, giữa, cuối) and Điều 147
(the day of the event is not counted). A date that the text does not give is never made up.
"""

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise

from documents.dates import Named, Size
from documents.pieces import Dated, DayOfMonth, Piece, Rhythm, Span, Vague, bound_of
from documents.times import find_pieces
from documents.words import fold, squeeze
from plan.deadlines import Bound, Deadline, Fixed, Freq, Ongoing, Other, Period, Recurring, Relative

_Entry = tuple[str, Bound, dt.time | None]
"""The days of one date ("12-15", or "5,20"), its bound and its hour."""


_ANY_TIME = re.compile(r"\d|hằng|mỗi|từng|định kỳ|thường xuyên|liên tục|suốt|ngay|sau|trước|lần|giờ|quý")
_LONGEST = 4000
"""Characters of a phrase or a task that are searched: three pages; whoever writes more names no time behind it."""


@dataclass(frozen=True, slots=True)
class FoundDue:
    """A deadline found inside a sentence: its words (`text[at:to]`, white space folded) and what they mean."""

    text: str
    at: int
    to: int
    due: tuple[Deadline, ...]


def parse_deadlines(
    phrase: str, *, year: int | None = None, signed_on: dt.date | None = None
) -> list[Deadline]:
    """What a deadline phrase (a label's text, a table cell) means, in the order of its words.

    `year` is the plan's own year, where it has a single one, `signed_on` its date of issue; both only fill in a year
    that the phrase leaves out. A phrase that names no time this program knows gives `Other` with its words, an empty
    phrase gives nothing.
    """
    phrase = phrase[:_LONGEST]
    folded = fold(phrase)
    if not folded.strip(" .,;:-/"):
        return []
    pieces = [p for p in find_pieces(folded) if not _in_reference(folded, p)]
    due: list[Deadline] = _Reading(phrase, folded, _with_twins(folded, pieces), year, signed_on).read()
    if not due and year and re.fullmatch(r"\W*(?:trong|cả|suốt)\s+năm(?:\s+nay)?\W*", folded):
        due = [Period(start=dt.date(year, 1, 1), end=dt.date(year, 12, 31))]
    return due or [Other(text=squeeze(phrase))]


def find_due(sentence: str, *, year: int | None = None, signed_on: dt.date | None = None) -> FoundDue | None:
    """The deadline that governs the task told in `sentence`, or None where it names none."""
    sentence = sentence[:_LONGEST]
    folded = fold(sentence)
    if not _ANY_TIME.search(folded):
        return None
    pieces = [p for p in _with_twins(folded, find_pieces(folded)) if p.firm]
    kept = _supported(folded, pieces)
    due = _Reading(sentence, folded, kept, year, signed_on).read()
    if not due:
        return None
    at, to = min(p.at for p in kept), max(p.to for p in kept)
    return FoundDue(squeeze(sentence[at:to]).strip(" ,;:("), at, to, tuple(due))


def _with_twins(folded: str, pieces: list[Piece]) -> list[Piece]:
    """ "trước ngày 15/6 và 15/11", "từ ngày 01/3 đến ngày 15/3": what holds for one day of a pair holds for both."""
    for first, second in pairwise(pieces):
        if isinstance(first, Rhythm) and first.firm and isinstance(second, Dated):
            bracket = re.fullmatch(r"\s*\(\s*", folded[first.to : second.at]) is not None
            second.firm = second.firm or bracket and second.named.size is Size.DAY
        if not isinstance(first, Dated) or not isinstance(second, Dated) or first.firm is second.firm:
            continue
        if second.firm:
            first.firm = (
                "từ" in first.words and _UNTIL.fullmatch(folded[first.named.to : second.named.at]) is not None
            )
            continue
        beside = re.fullmatch(r"\s*(?:,|và)\s*", folded[first.to : second.at])
        if beside and first.named.size is second.named.size:
            second.firm, second.words = True, (*first.words, *second.words)
    return pieces


def _supported(folded: str, pieces: list[Piece]) -> list[Piece]:
    """Add the rhythm that a firm date leans on ("hằng năm … báo cáo … trước ngày 20/11")."""
    dates = [p for p in pieces if isinstance(p, Dated) and p.named.size is Size.DAY and not p.named.year]
    days = [p for p in pieces if isinstance(p, DayOfMonth)]
    if not (dates or days) or any(isinstance(p, Rhythm) for p in pieces):
        return pieces
    first = min(p.at for p in [*dates, *days])
    loose = [
        p
        for p in find_pieces(folded)
        if isinstance(p, Rhythm) and p.at < first and "." not in folded[p.to : first]
    ]
    return sorted([*pieces, *loose[-1:]], key=lambda p: p.at)


def _in_reference(folded: str, piece: Piece) -> bool:
    """ "Theo kế hoạch công tác hằng năm": the rhythm belongs to the paper that is named."""
    if not re.match(r"\s*theo\b", folded) or isinstance(piece, Vague):
        return False
    if isinstance(piece, Dated) and (bound_of(piece.words) is Bound.BEFORE or "chậm nhất" in piece.words):
        return False
    return not re.search(r"[;,(.]\s*(?:định kỳ\s*)?$", folded[: piece.at])


class _Reading:
    """One pass over the pieces of one phrase."""

    def __init__(
        self, text: str, folded: str, pieces: list[Piece], year: int | None, signed_on: dt.date | None
    ) -> None:
        self.text = text
        self.folded = folded
        self.pieces = pieces
        self.year = year
        self.signed_on = signed_on
        self.found: list[tuple[int, Deadline]] = []

    def read(self) -> list[Deadline]:
        rhythms = [p for p in self.pieces if isinstance(p, Rhythm)]
        dated = [p for p in self.pieces if isinstance(p, Dated)]
        rhythms = [r for r in rhythms if not any(d.freq and d.at <= r.at < d.to for d in dated)]
        dated = [d for d in dated if not self._ends_rhythm(d, rhythms)]
        used = self._recurring(rhythms, dated, [p for p in self.pieces if isinstance(p, DayOfMonth)])
        self._dated(self._without_plans([d for d in dated if id(d) not in used]))
        self._ongoing()
        if not any(isinstance(d, (Fixed, Period)) for _, d in self.found):
            self._relative()
        self._on_request()
        if not self.found:
            vague = [p for p in self.pieces if isinstance(p, Vague)]
            self.found += [(p.at, Other(text=self.text[p.at : p.to])) for p in vague[:1]]
        self.found.sort(key=lambda pair: pair[0])
        return list(dict.fromkeys(deadline for _, deadline in self.found))

    def _ends_rhythm(self, date: Dated, rhythms: list[Rhythm]) -> bool:
        """ "hằng quý đến năm 2030": how long the rhythm goes on, and no deadline of its own."""
        later = date.named.size is Size.YEAR and set(date.words) & {"đến", "tới", "hết"}
        return bool(later) and any(not self.folded[r.to : date.at].strip() for r in rhythms)

    # -- rhythms -------------------------------------------------------------------------------------------------

    def _recurring(self, rhythms: list[Rhythm], dated: list[Dated], days: list[DayOfMonth]) -> set[int]:
        """Give each rhythm its days; answers with the ids of the dates that went into a rhythm."""
        used: set[int] = set()
        owned: dict[int, list[_Entry]] = {}
        alone: dict[Freq, tuple[int, list[_Entry]]] = {}
        self._share_rhythm(dated)
        for date in [*dated, *days]:
            owner, entry = self._owner(date, rhythms), _entry(date)
            if entry is None or (owner is None and not date.freq):
                continue
            used.add(id(date))
            if owner and (not date.freq or date.freq in owner.freqs or owner.freqs[-1] is Freq.HALF_YEARLY):
                owned.setdefault(id(owner), []).append(entry)
            else:
                alone.setdefault(date.freq or Freq.MONTHLY, (date.at, []))[1].append(entry)
        for rhythm in rhythms:
            if rhythm.periodic or id(rhythm) in owned:
                self._rhythm(rhythm, owned.get(id(rhythm), []))
        self.found += [(at, _recurring(freq, entries)) for freq, (at, entries) in alone.items()]
        self._said_once()
        return used

    def _share_rhythm(self, dated: list[Dated]) -> None:
        """ "trước ngày 15/6 và ngày 15/12 hằng năm": the rhythm behind the last date is that of all of them."""
        for first, second in reversed(list(pairwise(dated))):
            between = self.folded[first.to : second.at]
            if second.freq and _UNTIL.fullmatch(self.folded[first.named.to : second.named.at]):
                dated.remove(first)  # of a span that comes round each year the last day counts
                self.pieces.remove(first)
                continue
            alike = second.freq and not first.freq and not first.named.year
            if alike and re.fullmatch(r"\s*(?:,|;|và|hoặc)\s*", between):
                first.freq = second.freq
                second.words = second.words if "trước" in second.words else (*first.words, *second.words)

    def _owner(self, date: Dated | DayOfMonth, rhythms: list[Rhythm]) -> Rhythm | None:
        """The last rhythm before a date without a year, within the same sentence."""
        if isinstance(date, Dated) and (date.named.year or date.named.size is Size.YEAR):
            return None
        before = [
            r for r in rhythms if r.to <= date.at and not re.search(r"\.\s", self.folded[r.to : date.at])
        ]
        inside = [r for r in rhythms if date.at < r.at < date.to + 2]
        return before[-1] if before else (inside[0] if inside else None)

    def _rhythm(self, rhythm: Rhythm, entries: list["_Entry"]) -> None:
        """Of several rhythms in one list, the days that follow belong to the last."""
        for freq in rhythm.freqs:
            found = _recurring(freq, entries if freq is rhythm.freqs[-1] else [])
            if rhythm.weekdays or rhythm.time:
                changes = {"weekdays": rhythm.weekdays, "time": rhythm.time, "bound": rhythm.bound}
                found = found.model_copy(update=changes)
            self.found.append((rhythm.at, found))

    def _said_once(self) -> None:
        """A rhythm said twice ("hằng năm … ngày 15/12 hằng năm") is one; the one with a day stays."""
        known = {
            d.freq for _, d in self.found if isinstance(d, Recurring) and (d.dates or d.weekdays or d.time)
        }
        self.found = [
            (at, d)
            for at, d in self.found
            if not isinstance(d, Recurring) or d.dates or d.weekdays or d.time or d.freq not in known
        ]

    # -- dates ---------------------------------------------------------------------------------------------------

    def _without_plans(self, dated: list[Dated]) -> list[Dated]:
        """ "Dự kiến ngày 05/12 (chậm nhất ngày 10/12)": the last day counts, the planned one does not."""
        planned = [d for d in dated if "dự kiến" in d.words]
        latest = [d for d in dated if "chậm nhất" in d.words or "muộn nhất" in d.words]
        return [d for d in dated if d not in planned] if planned and latest else dated

    def _dated(self, dated: list[Dated]) -> None:
        waiting = list(dated)
        while waiting:
            first = waiting.pop(0)
            joined = first
            while waiting and self._joined(joined, waiting[0]):
                joined = waiting.pop(0)
            deadline = self._one(first) if joined is first else self._span(first, joined)
            if deadline:
                self.found.append((first.at, deadline))

    def _joined(self, first: Dated, second: Dated) -> bool:
        between = self.folded[first.named.to : second.named.at]
        if _UNTIL.fullmatch(between):
            return True
        same = first.named.size is second.named.size and first.named.size is not Size.DAY
        if not same or not re.fullmatch(r"\s*(?:,|và|;|&)\s*(?:năm\s+)?", between):
            return False
        try:
            return (self._whole(second.named).start() - self._whole(first.named).end()).days <= 1
        except ValueError:
            return False

    def _whole(self, named: Named) -> Named:
        """The time with its year: the plan's own, else that of its date of issue, else the next time it comes."""
        if named.year:
            return named
        if self.year:
            return named.in_year(self.year)
        if not self.signed_on:
            raise ValueError("the year is not known")
        later = named.in_year(self.signed_on.year + 1)
        try:
            this = named.in_year(self.signed_on.year)
            return this if this.end() >= self.signed_on else later
        except ValueError:
            return later

    def _span(self, first: Dated, last: Dated) -> Deadline | None:
        try:
            end = self._whole(last.named)
            start = first.named.in_year(end.year or 1).start()
            if last.open_end:
                return Period(start=start)
            return Period(start=start, end=end.end(), time=last.time)
        except ValueError:
            return None

    def _one(self, date: Dated) -> Deadline | None:
        try:
            return self._bounded(date, self._whole(date.named))
        except ValueError:
            return None

    def _bounded(self, date: Dated, named: Named) -> Deadline:
        words = set(date.words)
        if date.open_end:
            return Period(start=named.start())
        if words & {"từ", "kể từ", "bắt đầu từ"} and not ("giờ" in words and "đến" in words):
            return Period(start=named.start(), end=named.end() if named.last else None)
        part = next(iter(words & {"đầu", "giữa", "cuối"}), None)
        if "trước" in words:
            day = _part(named, part) if part else named.start()
            return Fixed(date=day, bound=Bound.BEFORE, time=date.time)
        if named.last:
            return Period(start=named.start(), end=named.end())
        if named.size is Size.DAY:
            return Fixed(date=named.start(), time=date.time)
        if part:
            return Fixed(date=_part(named, part))
        if words & {"chậm nhất", "muộn nhất", "trễ nhất"}:
            return Fixed(date=named.end())
        if words & {"đến", "tới"}:
            return Period(start=self.signed_on if self._from_now(date) else None, end=named.end())
        return Period(start=named.start(), end=named.end())

    def _from_now(self, date: Dated) -> bool:
        return re.search(r"từ nay\s*$", self.folded[: date.at]) is not None

    # -- the rest ------------------------------------------------------------------------------------------------

    def _ongoing(self) -> None:
        for piece in self.pieces:
            if isinstance(piece, Vague) and piece.ongoing:
                self.found.append((piece.at, Ongoing()))

    def _on_request(self) -> None:
        """ "… hoặc khi có yêu cầu" after days of their own is one more duty."""
        if not any(isinstance(d, Recurring) and d.dates for _, d in self.found):
            return
        if match := re.search(r"(?:hoặc|và)\s+(?:báo cáo\s+)?(?P<ask>khi có yêu cầu)\b", self.folded):
            self.found.append((match.start("ask"), Other(text=self.text[match.start("ask") : match.end()])))

    def _relative(self) -> None:
        for piece in self.pieces:
            if isinstance(piece, Span):
                anchor = squeeze(self.text[slice(*piece.anchor)])
                self.found.append((piece.at, Relative(days=piece.days, working=piece.working, anchor=anchor)))


_UNTIL = re.compile(
    r"\s*,?\s*(?:cho\s+)?(?:đến|tới|-)"
    r"(?:\s+(?:trước|hết|khoảng|cuối|đầu|giữa|ngày|năm|tháng|quý|\d+|giờ|phút))*[\dh:'\s,]*(?:ngày|năm)?\s*"
)


def _entry(date: Dated | DayOfMonth) -> _Entry | None:
    """A date as days of the month or of the year ("15", "12-15")."""
    if isinstance(date, DayOfMonth):
        return ",".join(str(d) for d in date.days), bound_of(date.words), date.time
    if date.named.year:
        return None
    end = date.named.in_year(2024).end()
    day = 28 if end.month == 2 and date.named.size is not Size.DAY else end.day
    return f"{end.month:02}-{day:02}", bound_of(date.words), date.time


def _recurring(freq: Freq, entries: list[_Entry]) -> Recurring:
    dates = tuple(dict.fromkeys(d for entry in entries for d in entry[0].split(",")))
    bound = entries[0][1] if entries else Bound.BY
    return Recurring(freq=freq, dates=dates, bound=bound, time=next((e[2] for e in entries if e[2]), None))


def _part(named: Named, part: str) -> dt.date:
    """Điều 146: đầu is the first day, giữa the 15th of a month or the last of June, cuối the last day."""
    if part == "đầu":
        return named.start()
    if part == "cuối":
        return named.end()
    if named.size is Size.MONTH:
        return named.start().replace(day=15)
    if named.size is Size.YEAR:
        return dt.date(named.start().year, 6, 30)
    start, end = named.start(), named.end()
    return start + (end - start) / 2
