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

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from plan.calendar import DaysOff, WorkingCalendar
from plan.deadlines import Bound, Deadline
from plan.due import Draft, Frame, Reason, dmy, drafts_of, fold, undated

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


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
    known = {fold(anchor): day for anchor, day in (events or {}).items()}
    frame = Frame(year, calendar, days_off, signed_on, known, first_day_counts)
    drafts: list[Draft] = []
    for deadline in dict.fromkeys(deadlines):
        drafts += _one_label_length(list(drafts_of(deadline, frame)))
    if not deadlines:
        drafts = [undated(frame, Reason.NO_DEADLINE, "kế hoạch không nêu thời hạn")]
    found = [_placed(draft, label, frame) for draft, label in zip(drafts, _unique(drafts), strict=True)]
    return sorted(found, key=_in_order)


def _in_order(one: Occurrence) -> tuple[date, date, time, str]:
    return (one.due_on or date.max, one.suggested_on or date.max, one.due_time or time.max, one.label)


def _one_label_length(drafts: list[Draft]) -> list[Draft]:
    """Where a rhythm comes round twice in one period, all of it is labelled by the day, for one way of reading."""
    while len({draft.labels[0] for draft in drafts}) < len(drafts) and any(len(d.labels) > 1 for d in drafts):
        drafts = [replace(draft, labels=draft.labels[1:] or draft.labels) for draft in drafts]
    return drafts


def _unique(drafts: list[Draft]) -> list[str]:
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


def _placed(draft: Draft, label: str, frame: Frame) -> Occurrence:
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
    day = f"{dmy(last)} là ngày nghỉ ({off})"
    return (
        f"{day}, hạn giữ nguyên"
        if due == last
        else f"{day}, hạn chuyển sang {_WEEKDAYS[due.weekday()]} {dmy(due)}"
    )
