"""From the deadlines a plan states to the occurrences that somebody owes in one year.

The rules, in order:

1. The *last day in time* comes first: "trước ngày X" ends on the day before X, "chậm nhất ngày X" on X. Where an hour
   is given, "trước 15 giờ ngày X" ends on X at that hour: the word then speaks of the hour.
2. A day that a month does not have (31/4, 29/02 in most years) is the month's last day (Bộ luật Dân sự 2015, Điều
   148.3), and that day counts.
3. An occurrence belongs to the year of that last day, and takes its label from it: what a day off moves across New
   Year keeps its year and its label.
4. Only then a day off moves the deadline, by the plan's own setting (Điều 148.5 says later).
5. A rhythm starts with the plan: what would have been due before the plan was signed is not owed.
6. A daily rhythm is due on each *working* day. A plan that means every day of the week names weekdays 1 to 7.
7. A day of the month without a month ("15") in a quarterly, half-yearly or yearly rhythm is meant in the last month
   of the period, in which reports close (Nghị định 09/2019/NĐ-CP, Điều 12).
8. Nothing is forced into a date. What has none is one undated occurrence with the reason, and a rhythm without days
   is one undated occurrence per period with the closing day of Điều 12 as a suggestion for a person to accept.

All days are calendar days in Asia/Ho_Chi_Minh.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum

from plan import periods
from plan.calendar import DaysOff, WorkingCalendar
from plan.deadlines import Bound, Deadline, Fixed, Freq, Ongoing, Other, Period, Recurring, Relative

_ONE_DAY = timedelta(days=1)
_RHYTHM = {
    Freq.DAILY: "hằng ngày",
    Freq.WEEKLY: "hằng tuần",
    Freq.MONTHLY: "hằng tháng",
    Freq.QUARTERLY: "hằng quý",
    Freq.HALF_YEARLY: "6 tháng một lần",
    Freq.YEARLY: "hằng năm",
}
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_OWN_SIGNING = re.compile(r"(kể )?(từ )?(ngày )?(ký|ban hành|ký ban hành)( (kế hoạch|văn bản)( này)?)?")


class Reason(StrEnum):
    """Why an occurrence has the day it has, or has none."""

    STATED = "stated"
    NO_DEADLINE = "no-deadline"
    ONGOING = "ongoing"
    OPEN_END = "open-end"
    ENDS_LATER = "ends-later"
    NO_DAY_IN_RHYTHM = "no-day-in-rhythm"
    WAITS_FOR_EVENT = "waits-for-event"
    AT_ONCE = "at-once"
    OTHER = "other"


_SLUG = {
    Reason.NO_DEADLINE: "khong-thoi-han",
    Reason.ONGOING: "thuong-xuyen",
    Reason.OPEN_END: "keo-dai",
    Reason.ENDS_LATER: "nam-sau",
    Reason.NO_DAY_IN_RHYTHM: "dinh-ky",
    Reason.WAITS_FOR_EVENT: "cho-su-kien",
    Reason.AT_ONCE: "ngay-sau-su-kien",
    Reason.OTHER: "khac",
}


@dataclass(frozen=True)
class Occurrence:
    """One time that an item falls due in a year; each becomes one assignment per unit, with its own evidence.

    `due_on` is the last day on which handing in is in time, after days off, at `due_time` where the text gives an
    hour; None when there is no such day. `stated_on` and `bound` keep the day as the text has it. `why` says in
    Vietnamese how the day came about, or why there is none; `reason` says it to programs. `suggested_on` is a day that
    a person may accept and that is never taken silently. `starts_on` is the first day of the work, where known.
    """

    label: str
    due_on: date | None
    due_time: time | None
    stated_on: date | None
    bound: Bound | None
    why: str
    reason: Reason = Reason.STATED
    suggested_on: date | None = None
    starts_on: date | None = None


@dataclass(frozen=True)
class _Draft:
    """An occurrence before days off; `labels` run from the shortest to the most exact."""

    labels: tuple[str, ...]
    last: date | None
    why: str = ""
    reason: Reason = Reason.STATED
    stated: date | None = None
    bound: Bound | None = None
    hour: time | None = None
    suggested: date | None = None
    starts: date | None = None
    movable: bool = True


@dataclass(frozen=True)
class _Frame:
    year: int
    calendar: WorkingCalendar
    days_off: DaysOff
    signed_on: date
    events: Mapping[str, date]
    first_day_counts: bool

    def holds(self, day: date) -> bool:
        return day.year == self.year


def occurrences(
    deadlines: Sequence[Deadline],
    *,
    year: int,
    calendar: WorkingCalendar,
    days_off: DaysOff,
    signed_on: date,
    events: Mapping[str, date] | None = None,
    first_day_counts: bool = False,
) -> list[Occurrence]:
    """What an item with these deadlines owes in `year`: the dated ones in order, then the undated ones.

    `events` gives the days of the events that relative deadlines wait for, by their anchor as written; the signing of
    the plan itself is known without it. `first_day_counts` counts the day of the event as the first working day, as
    some offices do. An item whose every deadline lies in years past owes nothing: the list is empty.
    """
    known = {_fold(anchor): day for anchor, day in (events or {}).items()}
    frame = _Frame(year, calendar, days_off, signed_on, known, first_day_counts)
    drafts: list[_Draft] = []
    for deadline in dict.fromkeys(deadlines):
        drafts += _one_label_length(list(_drafts(deadline, frame)))
    if not deadlines:
        drafts = [_undated(frame, Reason.NO_DEADLINE, "kế hoạch không nêu thời hạn")]
    found = [_placed(draft, label, frame) for draft, label in zip(drafts, _unique(drafts), strict=True)]
    return sorted(found, key=_in_order)


def _in_order(one: Occurrence) -> tuple[date, date, time, str]:
    return (one.due_on or date.max, one.suggested_on or date.max, one.due_time or time.max, one.label)


def _drafts(deadline: Deadline, frame: _Frame) -> Iterator[_Draft]:
    match deadline:
        case Fixed():
            yield from _fixed(deadline, frame)
        case Period():
            yield from _period(deadline, frame)
        case Recurring():
            yield from _recurring(deadline, frame)
        case Relative():
            yield from _relative(deadline, frame)
        case Ongoing():
            yield _undated(frame, Reason.ONGOING, "nhiệm vụ thường xuyên, không có ngày hoàn thành")
        case Other():
            words = f"“{deadline.text}”" if deadline.text else "thời hạn"
            yield _undated(frame, Reason.OTHER, f"{words} chưa quy ra ngày được")


def _fixed(deadline: Fixed, frame: _Frame) -> Iterator[_Draft]:
    last = _last_day(deadline.date, deadline.bound, deadline.time)
    if frame.holds(last):
        yield _dated(last, str(frame.year), stated=deadline.date, bound=deadline.bound, hour=deadline.time)
    elif last.year > frame.year:
        yield _undated(frame, Reason.ENDS_LATER, f"thời hạn đến {_dmy(last)}, sau năm {frame.year}")


def _period(deadline: Period, frame: _Frame) -> Iterator[_Draft]:
    start, end = deadline.start, deadline.end
    if end is None:
        since = f"thực hiện từ {_dmy(start)}, " if start else ""
        yield replace(_undated(frame, Reason.OPEN_END, since + "không nêu ngày kết thúc"), starts=start)
    elif frame.holds(end):
        yield replace(
            _dated(end, str(frame.year), stated=end, bound=Bound.BY, hour=deadline.time), starts=start
        )
    elif end.year > frame.year:
        span = (
            f"từ {_dmy(start)} đến {_dmy(end)}" if start and start.year > frame.year else f"đến {_dmy(end)}"
        )
        draft = _undated(frame, Reason.ENDS_LATER, f"thực hiện {span}, sau năm {frame.year}")
        yield replace(draft, starts=start)


def _relative(deadline: Relative, frame: _Frame) -> Iterator[_Draft]:
    event = _event(deadline.anchor, frame)
    name = deadline.anchor or "sự kiện"
    if event is None:
        yield _undated(frame, Reason.WAITS_FOR_EVENT, f"chờ ngày của sự kiện: {name}")
        return
    if deadline.days is None:
        yield from _at_once(event, name, frame)
        return
    last = _counted(event, deadline, frame)
    if frame.holds(last):
        unit = "ngày làm việc" if deadline.working else "ngày"
        side = "sau" if deadline.days >= 0 else "trước"
        why = f"{abs(deadline.days)} {unit} {side} {_dmy(event)} ({name})"
        draft = _dated(last, str(frame.year), stated=last, bound=Bound.BY)
        yield replace(
            draft, why=why, starts=event if deadline.days >= 0 else None, movable=not deadline.working
        )
    elif last.year > frame.year:
        yield _undated(frame, Reason.ENDS_LATER, f"thời hạn đến {_dmy(last)}, sau năm {frame.year}")


def _at_once(event: date, name: str, frame: _Frame) -> Iterator[_Draft]:
    if frame.holds(event):
        why = f"ngay sau {_dmy(event)} ({name}), không nêu số ngày"
        soon = frame.calendar.shift(event, 1)
        yield replace(_undated(frame, Reason.AT_ONCE, why), suggested=soon, starts=event)
    elif event.year > frame.year:
        yield _undated(frame, Reason.ENDS_LATER, f"ngay sau {_dmy(event)} ({name}), sau năm {frame.year}")


def _event(anchor: str, frame: _Frame) -> date | None:
    folded = _fold(anchor)
    if folded in frame.events:
        return frame.events[folded]
    return frame.signed_on if _OWN_SIGNING.fullmatch(folded) else None


def _counted(event: date, deadline: Relative, frame: _Frame) -> date:
    days = deadline.days or 0
    if deadline.working:
        return frame.calendar.shift(event, days, with_first=frame.first_day_counts)
    return event + timedelta(days=days)


def _recurring(rhythm: Recurring, frame: _Frame) -> Iterator[_Draft]:
    drafts = list(_rhythm(rhythm, frame))
    owed = [draft for draft in drafts if (draft.last or draft.suggested or date.max) >= frame.signed_on]
    if drafts and not owed and frame.year == frame.signed_on.year:
        why = f"{_RHYTHM[rhythm.freq]}, lần đầu sau khi ký kế hoạch đến hạn sau năm {frame.year}"
        owed = [_undated(frame, Reason.ENDS_LATER, why)]
    yield from owed


def _rhythm(rhythm: Recurring, frame: _Frame) -> Iterator[_Draft]:
    if rhythm.freq is Freq.DAILY:
        yield from _daily(rhythm, frame)
    elif rhythm.freq is Freq.WEEKLY:
        yield from _weekly(rhythm, frame)
    elif rhythm.dates:
        yield from _on_dates(rhythm, frame)
    else:
        yield from _without_dates(rhythm, frame)


def _daily(rhythm: Recurring, frame: _Frame) -> Iterator[_Draft]:
    for day in frame.calendar.working_days(date(frame.year, 1, 1), date(frame.year, 12, 31)):
        draft = _dated(day, day.isoformat(), stated=day, bound=rhythm.bound, hour=rhythm.time)
        yield replace(draft, starts=day)


def _weekly(rhythm: Recurring, frame: _Frame) -> Iterator[_Draft]:
    if not rhythm.weekdays:
        why = "hằng tuần, không nêu thứ mấy"
        yield _undated(frame, Reason.NO_DAY_IN_RHYTHM, why, slug="hang-tuan")
        return
    first = date(frame.year, 1, 1)
    for day in (first + timedelta(days=number) for number in range(367)):
        last = _last_day(day, rhythm.bound, rhythm.time)
        if day.isoweekday() in rhythm.weekdays and frame.holds(last):
            draft = _dated(
                last, periods.name(Freq.WEEKLY, last), stated=day, bound=rhythm.bound, hour=rhythm.time
            )
            yield replace(draft, starts=last - timedelta(days=last.weekday()))


def _on_dates(rhythm: Recurring, frame: _Frame) -> Iterator[_Draft]:
    for year in (frame.year, frame.year + 1):
        for month, day in _month_days(rhythm):
            exists = day <= periods.month_length(year, month)
            stated = date(year, month, min(day, periods.month_length(year, month)))
            last = _last_day(stated, rhythm.bound, rhythm.time) if exists else stated
            if frame.holds(last):
                label = periods.name(rhythm.freq, last)
                draft = _dated(last, label, stated=stated, bound=rhythm.bound, hour=rhythm.time)
                why = "" if exists else f"tháng {month}/{year} không có ngày {day}, lấy ngày cuối tháng"
                yield replace(draft, why=why or draft.why, starts=periods.first_day(rhythm.freq, last))


def _month_days(rhythm: Recurring) -> list[tuple[int, int]]:
    """The days of one year, as (month, day), in order and each once."""
    found: set[tuple[int, int]] = set()
    for text in rhythm.dates:
        month, _, day = text.rpartition("-")
        named = (int(month),) if month else periods.LAST_MONTHS[rhythm.freq]
        found |= {(number, int(day)) for number in named}
    return sorted(found)


def _without_dates(rhythm: Recurring, frame: _Frame) -> Iterator[_Draft]:
    for close in periods.closing_days(rhythm.freq, frame.year):
        label = periods.name(rhythm.freq, close)
        why = (
            f"{_RHYTHM[rhythm.freq]}, không nêu ngày; "
            f"gợi ý ngày chốt số liệu {_dmy(close)} (Nghị định 09/2019/NĐ-CP, Điều 12)"
        )
        draft = _undated(frame, Reason.NO_DAY_IN_RHYTHM, why, label=label, slug=f"{label}-dinh-ky")
        yield replace(draft, suggested=close, hour=rhythm.time, starts=periods.first_day(rhythm.freq, close))


def _dated(last: date, label: str, *, stated: date, bound: Bound, hour: time | None = None) -> _Draft:
    labels = (label, last.isoformat()) + ((f"{last.isoformat()}-{hour:%Hh%M}",) if hour else ())
    why = f"trước ngày {_dmy(stated)} nên ngày cuối là {_dmy(last)}" if last != stated else ""
    return _Draft(labels, last, why, stated=stated, bound=bound, hour=hour)


def _undated(frame: _Frame, reason: Reason, why: str, *, label: str = "", slug: str = "") -> _Draft:
    labels = (label or str(frame.year), slug if label else f"{frame.year}-{slug or _SLUG[reason]}")
    return _Draft(labels, None, why, reason)


def _one_label_length(drafts: list[_Draft]) -> list[_Draft]:
    """Where a rhythm comes round twice in one period, all of it is labelled by the day, for one way of reading."""
    while len({draft.labels[0] for draft in drafts}) < len(drafts) and any(len(d.labels) > 1 for d in drafts):
        drafts = [replace(draft, labels=draft.labels[1:] or draft.labels) for draft in drafts]
    return drafts


def _unique(drafts: list[_Draft]) -> list[str]:
    """The shortest labels that tell the occurrences of an item apart; undated ones give way first."""
    left = [list(draft.labels) for draft in drafts]
    while True:
        times = Counter(labels[0] for labels in left)
        clashing = [
            (draft, labels)
            for draft, labels in zip(drafts, left, strict=True)
            if times[labels[0]] > 1 and len(labels) > 1
        ]
        if not clashing:
            break
        giving_way = [labels for draft, labels in clashing if draft.last is None]
        for labels in giving_way or [labels for _, labels in clashing]:
            labels.pop(0)
    seen: Counter[str] = Counter()
    numbered: list[str] = []
    for labels in left:
        seen[labels[0]] += 1
        numbered.append(labels[0] if seen[labels[0]] == 1 else f"{labels[0]}-{seen[labels[0]]}")
    return numbered


def _placed(draft: _Draft, label: str, frame: _Frame) -> Occurrence:
    due, why = draft.last, draft.why
    if due and draft.movable and (off := frame.calendar.why_off(due)):
        due = frame.calendar.move(due, frame.days_off)
        why = "; ".join(part for part in (why, _moved(draft.last or due, due, off)) if part)
    return Occurrence(
        label=label,
        due_on=due,
        due_time=draft.hour,
        stated_on=draft.stated,
        bound=draft.bound,
        why=why,
        reason=draft.reason,
        suggested_on=draft.suggested,
        starts_on=draft.starts,
    )


def _moved(last: date, due: date, off: str) -> str:
    day = f"{_dmy(last)} là ngày nghỉ ({off})"
    return (
        f"{day}, hạn giữ nguyên"
        if due == last
        else f"{day}, hạn chuyển sang {_WEEKDAYS[due.weekday()]} {_dmy(due)}"
    )


def _last_day(stated: date, bound: Bound, hour: time | None) -> date:
    return stated - _ONE_DAY if bound is Bound.BEFORE and hour is None else stated


def _dmy(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _fold(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).casefold().split()).strip(" .,;:")
