"""A proposal for the next year as people read it: per task what changes and why, with a count on top."""

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from cli.show import out, say, shorten
from plan.deadlines import Bound, Deadline, Fixed, Period
from plan.due import dmy
from plan.rollover import Change, Line

_CHANGES = {
    Change.KEPT: ("giữ nguyên", "kept"), Change.REDATED: ("chuyển ngày", "re-dated"),
    Change.REWORDED: ("sửa lời", "reworded"), Change.DROPPED: ("bỏ", "dropped"),
}  # fmt: skip


def print_proposal(lines: Sequence[Line], year: int) -> None:
    """Print the whole proposal for `year` + 1."""
    counted = Counter(line.change for line in lines)
    counts = ", ".join(f"{say(*_CHANGES[change])} {counted[change]}" for change in Change if counted[change])
    carried = sum(len(line.carried) for line in lines)
    out.print(
        say(
            f"Năm {year + 1} từ năm {year}: {len(lines)} nhiệm vụ ({counts}); chuyển tiếp {carried} việc giao.",
            f"{year + 1} out of {year}: {len(lines)} tasks ({counts}); {carried} assignments carried over.",
        ),
        markup=False,
    )
    for line in lines:
        out.print(
            f"{line.item.code}  {say(*_CHANGES[line.change]).upper()}  {shorten(line.item.text, 90)}",
            markup=False,
        )
        for name, words in _rows(line):
            out.print(f"    {name:12} {words}", markup=False)


def _rows(line: Line) -> Iterator[tuple[str, str]]:
    if line.change is not Change.DROPPED:
        for old, new in zip(line.item.deadlines, line.deadlines, strict=True):
            if old != new:
                yield say("hạn", "deadline"), f"{_day(old)} → {_day(new)}"
        for old, new in _reworded(line.item.text, line.text):
            yield say("lời", "words"), f"“{old}” → “{new}”"
    if line.units != line.item.units:
        yield say("đơn vị", "units"), f"{', '.join(line.item.units)} → {', '.join(line.units)}"
    units = {done.assignment_id: done.unit for done in line.item.done}
    for one in line.carried:
        was = say(f"hạn cũ {dmy(one.old_due_on)}", f"was due {dmy(one.old_due_on)}") if one.old_due_on else ""
        due = (
            say(f"hạn {dmy(one.due_on)}", f"due {dmy(one.due_on)}")
            if one.due_on
            else say("trong nhiệm vụ năm mới", "in the new year's task")
        )
        number = say(f"việc giao {one.assignment_id}", f"assignment {one.assignment_id}")
        old = ", ".join(part for part in (units[one.assignment_id], was) if part)
        yield say("chuyển tiếp", "carried over"), f"{number} ({old}) → {one.unit}, {due}"
    for why in line.why:
        yield say("vì", "because"), why


def _day(deadline: Deadline) -> str:
    match deadline:
        case Fixed():
            bound = say("trước", "before") if deadline.bound is Bound.BEFORE else say("chậm nhất", "by")
            return f"{bound} {dmy(deadline.date)}"
        case Period():
            return f"{dmy(deadline.start) if deadline.start else '…'} – {dmy(deadline.end) if deadline.end else '…'}"
        case _:
            return str(deadline.kind)


def _reworded(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The words that differ, each stretch with what takes its place."""
    before, after = old.split(), new.split()
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            yield " ".join(before[max(a - 1, 0) : b]), " ".join(after[max(c - 1, 0) : d])
