"""What a careful reader would ask about a plan: said in Vietnamese, beside the item, never acted upon silently."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from documents.dates import Size, find_named
from documents.draft import DraftDocument, DraftItem, Severity, Warned
from documents.units import bare_name
from documents.words import fold
from plan.calendar import WorkingCalendar
from plan.deadlines import Bound, Fixed, Other, Period, Recurring

_MOST_REPORTS = 200
"""Duties to report that are compared with those who sum up: no plan has more, and a made-up text may."""
_CALENDAR = WorkingCalendar()
_DAY = re.compile(
    r"(?<![\d/.-])(\d{1,2})(?:\s*/\s*|\s+tháng\s+)(\d{1,2})(?:\s*/\s*"
    r"|\s+năm\s+)((?:19|20)\d\d)(?![\d/])"
)


def with_warnings(document: DraftDocument, items: Iterable[DraftItem]) -> tuple[DraftItem, ...]:
    """The items with their warnings; nothing else about them changes."""
    items = tuple(items)
    twice = _used_twice(items)
    late = dict(_contradictions(items))
    checked: list[DraftItem] = []
    for at, item in enumerate(items):
        found = [*_of_item(document, item), *([twice[at]] if at in twice else []), *late.get(at, [])]
        checked.append(item.model_copy(update={"warnings": (*item.warnings, *found)}) if found else item)
    return tuple(checked)


def _of_item(document: DraftDocument, item: DraftItem) -> Iterator[Warned]:
    if not item.lead:
        yield _ask("no-lead", "Chưa rõ đơn vị chủ trì nhiệm vụ này.")
    both = {bare_name(n) for n in item.lead} & {bare_name(n) for n in item.coordinate}
    if both:
        yield _ask("lead-coordinates", "Một đơn vị vừa chủ trì vừa phối hợp trong cùng nhiệm vụ.")
    if item.report and not item.report.recipients and not item.report.via:
        yield _note("report-without-recipient", "Có chế độ báo cáo nhưng văn bản không nêu nơi nhận báo cáo.")
    yield from _of_times(document, item)
    if item.doubtful:
        yield _ask("doubtful", "Đoạn này có thể không phải là một nhiệm vụ riêng.")


def _of_times(document: DraftDocument, item: DraftItem) -> Iterator[Warned]:
    yield from _impossible(item)
    if not item.due:
        yield _note("no-deadline", "Văn bản không nêu thời hạn.")
    if any(isinstance(d, Other) for d in item.due):
        yield _note("unclear-deadline", f"Thời hạn không quy ra ngày được: “{item.due_text}”.")
    for deadline in item.due:
        if isinstance(deadline, Fixed):
            yield from _of_day(document, item, deadline)
        elif isinstance(deadline, Period) and deadline.end and document.date and deadline.end < document.date:
            yield _ask("past-date", f"Thời hạn {_shown(deadline.end)} trước ngày ban hành văn bản.")


def _of_day(document: DraftDocument, item: DraftItem, deadline: Fixed) -> Iterator[Warned]:
    last = deadline.date if deadline.bound is Bound.BY else deadline.date - dt.timedelta(days=1)
    if document.date and last < document.date:
        yield _ask("past-date", f"Thời hạn {_shown(deadline.date)} trước ngày ban hành văn bản.")
    if not _CALENDAR.is_working(last):
        yield _note("day-off", f"Ngày cuối {_shown(last)} là ngày nghỉ ({_CALENDAR.why_off(last)}).")
    if any(n.size is Size.DAY and n.year is None for n in find_named(fold(item.due_text or ""))):
        yield _note("year-assumed", f"Văn bản không ghi năm; hiểu là năm {deadline.date.year}.")


def _impossible(item: DraftItem) -> Iterator[Warned]:
    for match in _DAY.finditer(fold(item.due_text or "") + " \n " + fold(item.text)):
        day, month, year = (int(g) for g in match.groups())
        try:
            dt.date(year, month, day)
        except ValueError:
            yield _ask("impossible-date", f"Không có ngày {day}/{month}/{year}.")
            return


def _used_twice(items: tuple[DraftItem, ...]) -> dict[int, Warned]:
    """Numbers that two tasks of one section carry; dashes under one heading share its number rightly."""
    keys = [(i.code, i.section) for i in items]
    counts = Counter(k for k, i in zip(keys, items, strict=True) if _numbered(i))
    return {
        at: _note("number-twice", f"Số thứ tự {item.code} được dùng hai lần trong văn bản.")
        for at, (key, item) in enumerate(zip(keys, items, strict=True))
        if counts[key] > 1 and _numbered(item)
    }


def _numbered(item: DraftItem) -> bool:
    """Whether the item carries a mark of its own, beyond those of its headings."""
    marks = [s.mark for s in item.section if s.mark]
    prefix = [p for p in item.code.split(".") if p not in ("", "-") and not p.startswith("PL")]
    return len(prefix) > sum(m.count(".") + 1 for m in marks)


def _contradictions(items: tuple[DraftItem, ...]) -> Iterator[tuple[int, list[Warned]]]:
    """A body that is to sum up reports before the day on which they are owed to it."""
    owed = [(_receivers(i), days, i) for i in items if i.report and (days := _days(i))][:_MOST_REPORTS]
    for at, item in enumerate(items):
        mine = _days(item)
        if not mine or "tổng hợp" not in fold(item.text):
            continue
        names = {bare_name(n) for n in item.lead}
        found = [
            _ask("contradiction", _too_early(mine[freq], day, other.code))
            for receivers, days, other in owed
            if other is not item and names & receivers
            for freq, day in days.items()
            if freq in mine and mine[freq] < day
        ]
        if found:
            yield at, found


def _too_early(mine: str, theirs: str, code: str) -> str:
    return f"Hạn tổng hợp ({_short(mine)}) sớm hơn hạn các đơn vị gửi báo cáo ({_short(theirs)}, mục {code})."


def _receivers(item: DraftItem) -> set[str]:
    duty = item.report
    return {bare_name(n) for n in (*duty.recipients, *duty.via)} if duty else set()


def _days(item: DraftItem) -> dict[str, str]:
    """The day of each rhythm, as "MM-DD" or "DD", and the one date that does not come round."""
    days = {d.freq.value: d.dates[0] for d in item.due if isinstance(d, Recurring) and len(d.dates) == 1}
    fixed = [d.date.isoformat() for d in item.due if isinstance(d, Fixed)]
    return {**days, "once": fixed[0]} if len(fixed) == 1 else days


def _short(day: str) -> str:
    return "/".join(reversed(day.split("-")))


def _shown(day: dt.date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"


def _ask(code: str, message: str) -> Warned:
    return Warned(code=code, message=message, severity=Severity.QUESTION)


def _note(code: str, message: str) -> Warned:
    return Warned(code=code, message=message)
