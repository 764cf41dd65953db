"""What each kind of deadline owes in one year, before days off are looked at and labels are chosen.

The rules stand in :mod:`plan.occurrences`, which puts these drafts in their place.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum

from plan import periods
from plan.calendar import DaysOff, WorkingCalendar
from plan.deadlines import Bound, Deadline, Fixed, Freq, Ongoing, Other, Period, Recurring, Relative, Rule

_ONE_DAY = timedelta(days=1)
_RHYTHM = {
    Freq.DAILY: "hằng ngày",
    Freq.WEEKLY: "hằng tuần",
    Freq.MONTHLY: "hằng tháng",
    Freq.QUARTERLY: "hằng quý",
    Freq.HALF_YEARLY: "6 tháng một lần",
    Freq.YEARLY: "hằng năm",
}
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
class Draft:
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
class Frame:
    """What the drafts of one year are made by: the plan's signing, its calendar, the events it waits for."""

    year: int
    calendar: WorkingCalendar
    days_off: DaysOff
    signed_on: date
    events: Mapping[str, date]
    first_day_counts: bool

    def holds(self, day: date) -> bool:
        """Whether the year has the day."""
        return day.year == self.year


def drafts_of(deadline: Deadline, frame: Frame) -> Iterator[Draft]:
    """What one deadline owes in the year."""
    match deadline:
        case Fixed():
            yield from _fixed(deadline, frame)
        case Period():
            yield from _period(deadline, frame)
        case Recurring():
            yield from _recurring(deadline, frame)
        case Rule():
            yield from _owed_since(deadline, list(_by_rule(deadline, frame)), frame, "theo chu kỳ riêng")
        case Relative():
            yield from _relative(deadline, frame)
        case Ongoing():
            yield undated(frame, Reason.ONGOING, "nhiệm vụ thường xuyên, không có ngày hoàn thành")
        case Other():
            words = f"“{deadline.text}”" if deadline.text else "thời hạn"
            yield undated(frame, Reason.OTHER, f"{words} chưa quy ra ngày được")


def _fixed(deadline: Fixed, frame: Frame) -> Iterator[Draft]:
    last = _last_day(deadline.date, deadline.bound, deadline.time)
    if frame.holds(last):
        yield _dated(last, str(frame.year), stated=deadline.date, bound=deadline.bound, hour=deadline.time)
    elif last.year > frame.year:
        yield undated(frame, Reason.ENDS_LATER, f"thời hạn đến {dmy(last)}, sau năm {frame.year}")


def _period(deadline: Period, frame: Frame) -> Iterator[Draft]:
    start, end = deadline.start, deadline.end
    if end is None:
        since = f"thực hiện từ {dmy(start)}, " if start else ""
        yield replace(undated(frame, Reason.OPEN_END, since + "không nêu ngày kết thúc"), starts=start)
    elif frame.holds(end):
        yield replace(
            _dated(end, str(frame.year), stated=end, bound=Bound.BY, hour=deadline.time), starts=start
        )
    elif end.year > frame.year:
        span = f"từ {dmy(start)} đến {dmy(end)}" if start and start.year > frame.year else f"đến {dmy(end)}"
        draft = undated(frame, Reason.ENDS_LATER, f"thực hiện {span}, sau năm {frame.year}")
        yield replace(draft, starts=start)


def _relative(deadline: Relative, frame: Frame) -> Iterator[Draft]:
    event = _event(deadline.anchor, frame)
    name = deadline.anchor or "sự kiện"
    if event is None:
        yield undated(frame, Reason.WAITS_FOR_EVENT, f"chờ ngày của sự kiện: {name}")
        return
    if deadline.days is None:
        yield from _at_once(event, name, frame)
        return
    last = _counted(event, deadline, frame)
    if frame.holds(last):
        unit = "ngày làm việc" if deadline.working else "ngày"
        side = "sau" if deadline.days >= 0 else "trước"
        why = f"{abs(deadline.days)} {unit} {side} {dmy(event)} ({name})"
        draft = _dated(last, str(frame.year), stated=last, bound=Bound.BY)
        yield replace(
            draft, why=why, starts=event if deadline.days >= 0 else None, movable=not deadline.working
        )
    elif last.year > frame.year:
        yield undated(frame, Reason.ENDS_LATER, f"thời hạn đến {dmy(last)}, sau năm {frame.year}")


def _at_once(event: date, name: str, frame: Frame) -> Iterator[Draft]:
    if frame.holds(event):
        why = f"ngay sau {dmy(event)} ({name}), không nêu số ngày"
        soon = frame.calendar.shift(event, 1)
        yield replace(undated(frame, Reason.AT_ONCE, why), suggested=soon, starts=event)
    elif event.year > frame.year:
        yield undated(frame, Reason.ENDS_LATER, f"ngay sau {dmy(event)} ({name}), sau năm {frame.year}")


def _event(anchor: str, frame: Frame) -> date | None:
    folded = fold(anchor)
    if folded in frame.events:
        return frame.events[folded]
    return frame.signed_on if _OWN_SIGNING.fullmatch(folded) else None


def _counted(event: date, deadline: Relative, frame: Frame) -> date:
    days = deadline.days or 0
    if deadline.working:
        return frame.calendar.shift(event, days, with_first=frame.first_day_counts)
    return event + timedelta(days=days)


def _recurring(rhythm: Recurring, frame: Frame) -> Iterator[Draft]:
    yield from _owed_since(rhythm, list(_rhythm(rhythm, frame)), frame, _RHYTHM[rhythm.freq])


def _owed_since(rhythm: Recurring | Rule, drafts: list[Draft], frame: Frame, name: str) -> Iterator[Draft]:
    """A rhythm without what would have been due before the plan was signed."""
    owed = [draft for draft in drafts if (draft.last or draft.suggested or date.max) >= frame.signed_on]
    begins_later = isinstance(rhythm, Rule) and not drafts and rhythm.start.year > frame.year
    if begins_later or (drafts and not owed and frame.year == frame.signed_on.year):
        why = f"{name}, lần đầu sau khi ký kế hoạch đến hạn sau năm {frame.year}"
        owed = [undated(frame, Reason.ENDS_LATER, why)]
    yield from owed


def _by_rule(rule: Rule, frame: Frame) -> Iterator[Draft]:
    for day in rule.days(date(frame.year, 1, 1), date(frame.year + 1, 1, 1)):
        last = _last_day(day, rule.bound, rule.time)
        if frame.holds(last):
            yield _dated(last, last.isoformat(), stated=day, bound=rule.bound, hour=rule.time)


def _rhythm(rhythm: Recurring, frame: Frame) -> Iterator[Draft]:
    if rhythm.freq is Freq.DAILY:
        yield from _daily(rhythm, frame)
    elif rhythm.freq is Freq.WEEKLY:
        yield from _weekly(rhythm, frame)
    elif rhythm.dates:
        yield from _on_dates(rhythm, frame)
    else:
        yield from _without_dates(rhythm, frame)


def _daily(rhythm: Recurring, frame: Frame) -> Iterator[Draft]:
    for day in frame.calendar.working_days(date(frame.year, 1, 1), date(frame.year, 12, 31)):
        draft = _dated(day, day.isoformat(), stated=day, bound=rhythm.bound, hour=rhythm.time)
        yield replace(draft, starts=day)


def _weekly(rhythm: Recurring, frame: Frame) -> Iterator[Draft]:
    if not rhythm.weekdays:
        why = "hằng tuần, không nêu thứ mấy"
        yield undated(frame, Reason.NO_DAY_IN_RHYTHM, why, slug="hang-tuan")
        return
    first = date(frame.year, 1, 1)
    for day in (first + timedelta(days=number) for number in range(367)):
        last = _last_day(day, rhythm.bound, rhythm.time)
        if day.isoweekday() in rhythm.weekdays and frame.holds(last):
            draft = _dated(
                last, periods.name(Freq.WEEKLY, last), stated=day, bound=rhythm.bound, hour=rhythm.time
            )
            yield replace(draft, starts=last - timedelta(days=last.weekday()))


def _on_dates(rhythm: Recurring, frame: Frame) -> Iterator[Draft]:
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


def _without_dates(rhythm: Recurring, frame: Frame) -> Iterator[Draft]:
    for close in periods.closing_days(rhythm.freq, frame.year):
        label = periods.name(rhythm.freq, close)
        why = (
            f"{_RHYTHM[rhythm.freq]}, không nêu ngày; "
            f"gợi ý ngày chốt số liệu {dmy(close)} (Nghị định 09/2019/NĐ-CP, Điều 12)"
        )
        draft = undated(frame, Reason.NO_DAY_IN_RHYTHM, why, label=label, slug=f"{label}-dinh-ky")
        yield replace(draft, suggested=close, hour=rhythm.time, starts=periods.first_day(rhythm.freq, close))


def _dated(last: date, label: str, *, stated: date, bound: Bound, hour: time | None = None) -> Draft:
    labels = (label, last.isoformat()) + ((f"{last.isoformat()}-{hour:%Hh%M}",) if hour else ())
    why = f"trước ngày {dmy(stated)} nên ngày cuối là {dmy(last)}" if last != stated else ""
    return Draft(labels, last, why, stated=stated, bound=bound, hour=hour)


def undated(frame: Frame, reason: Reason, why: str, *, label: str = "", slug: str = "") -> Draft:
    """One occurrence without a day, with the reason in words."""
    labels = (label or str(frame.year), slug if label else f"{frame.year}-{slug or _SLUG[reason]}")
    return Draft(labels, None, why, reason)


def _last_day(stated: date, bound: Bound, hour: time | None) -> date:
    return stated - _ONE_DAY if bound is Bound.BEFORE and hour is None else stated


def dmy(day: date) -> str:
    """A day as Vietnamese papers write it."""
    return f"{day:%d/%m/%Y}"


def fold(words: str) -> str:
    """Words as they are compared: one case, single blanks, no stops at the ends."""
    return " ".join(unicodedata.normalize("NFC", words).casefold().split()).strip(" .,;:")
