"""Changes to chosen assignments as a form asks for them, for one and for many alike, looked at beforehand."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col

from actions import decisions, moves
from actions.chasing import Rules
from actions.errors import Problem, Refused
from actions.people import Doer
from actions.preview import Coming, Effect
from models.cycles import Assignment
from models.people import Unit
from models.queries import named
from notifications.messages import NoticeKind as MailKind
from notifications.words import KINDS, WORK_STATES
from web.forms import FieldProblem, Form
from web.lists import Wanted, find
from web.pages import Phrases

WHAT: dict[str, tuple[str, str]] = {
    "nudge": ("Nhắc thêm một lần ngay", "Nudge now"),
    "extend": ("Gia hạn, lùi thời hạn", "Give more time"),
    "reassign": ("Chuyển cho đơn vị khác", "Give to another unit"),
    "suspend": ("Tạm dừng", "Suspend"),
    "resume": ("Tiếp tục", "Go on"),
    "cancel": ("Hủy nhiệm vụ", "Cancel"),
}
"""What can be done to several assignments at once, by the word in the form."""

ASKS_NOTHING = frozenset({"nudge", "resume"})
"""What needs no field to be filled in: what it would do is shown at once."""

Step = Callable[[Session, int, Doer, datetime, Rules], object]


@dataclass(frozen=True)
class Change:
    """One change as a form asks for it; `days` counts from each task's own deadline."""

    what: str
    reason: str = ""
    unit: int | None = None
    day: date | None = None
    days: int | None = None

    @classmethod
    def of(cls, form: Form) -> "Change":
        """From the fields of a form; raises :class:`Refused` with every field that is wrong."""
        problems: list[Problem] = []
        day = None
        try:
            day = form.day("day")
        except Refused as error:
            problems += error.problems
        typed = form.text("days")
        days = int(typed) if typed.isascii() and typed.isdigit() and int(typed) <= 366 else None
        change = cls(form.text("what"), form.text("reason"), form.number("unit"), day, days)
        problems += change.wrong(bool(typed))
        if problems:
            raise Refused(problems)
        return change

    def wrong(self, days_typed: bool = False) -> list[Problem]:
        """What is missing in the form."""
        if self.what not in WHAT:
            return [FieldProblem("choose what to do", "hãy chọn việc cần làm", "what")]
        found: list[Problem] = []
        if self.what == "reassign" and not self.unit:
            found.append(FieldProblem("choose a unit", "hãy chọn đơn vị", "unit"))
        if self.what == "extend" and days_typed and self.days is None:
            found.append(FieldProblem("1 to 366 days", "số ngày từ 1 đến 366", "days"))
        elif self.what == "extend" and (self.day is None) == (not self.days):
            found.append(FieldProblem(
                "give either the new day or how many days more", "hãy ghi ngày mới, hoặc số ngày thêm", "day"
            ))  # fmt: skip
        if self.what in {"extend", "reassign", "suspend", "cancel"} and not self.reason:
            found.append(FieldProblem("give the reason", "hãy nêu lý do", "reason"))
        return found

    def make(self, session: Session, number: int, doer: Doer, at: datetime, rules: Rules) -> object:
        """Make the change to one assignment."""
        match self.what:
            case "nudge":
                return decisions.nudge(session, number, doer, at, rules, words=self.reason)
            case "extend":
                new = self.day or self._later(session, number)
                return decisions.extend(session, number, doer, at, rules, new_due_on=new, reason=self.reason)
            case "reassign":
                unit = session.get(Unit, self.unit)
                if unit is None:
                    raise Refused.because("choose a unit", "hãy chọn đơn vị")
                return moves.reassign(session, number, unit, doer, at, rules, self.reason)
            case "resume":
                return moves.resume(session, number, doer, at, rules)
            case _:
                stop = moves.suspend if self.what == "suspend" else moves.cancel
                return stop(session, number, doer, at, rules, self.reason)

    def _later(self, session: Session, number: int) -> date:
        due = moves.assignment_numbered(session, number).due_on
        if due is None:
            raise Refused.because(
                f"assignment {number} has no deadline to extend",
                f"việc giao số {number} không có thời hạn để gia hạn",
            )
        return due + timedelta(days=self.days or 0)


def chosen(session: Session, form: Form, at: datetime, limit: int) -> list[int]:
    """The assignments that a form names, or with `every` all that meet its filter, one more than `limit` at most."""
    if not form.checked("every"):
        return list(dict.fromkeys(form.numbers("number")))
    given = {key: form.text(f"by_{key}") for key in ("when", "state", "words", "plan", "unit")}
    rows = find(session, Wanted.of(given).where(at), size=limit + 1)
    return [row.assignment.id or 0 for row in rows]


@dataclass(frozen=True)
class EffectLine:
    """One assignment before and after, in words."""

    number: int | None
    item: str
    unit: str
    before: str
    after: str
    told: Sequence[str]
    gone: Sequence[str]
    added: Sequence[str]


def in_words(effects: Sequence[Effect], f: Phrases) -> list[EffectLine]:
    """The effects of a change as a page shows them."""
    return [_line(effect, f) for effect in effects]


def _line(effect: Effect, f: Phrases) -> EffectLine:
    view = effect.after or effect.before
    states = WORK_STATES[f.lang]

    def standing(one: object) -> str:
        found = effect.before if one == "before" else effect.after
        if found is None:
            return f.t("chưa có", "none") if one == "before" else "–"
        return f"{states[found.state]}, {f.t('hạn', 'due')} {f.day(found.due_on)}"

    return EffectLine(
        effect.assignment_id if effect.before else None, view.item if view else "", view.unit if view else "",
        standing("before"), standing("after"), [_told(t, f) for t in effect.told], _days(effect.gone, f),
        _days(effect.added, f),
    )  # fmt: skip


def _told(said: str, f: Phrases) -> str:
    kind, _, to = said.partition(" → ")
    words = KINDS[f.lang].get(MailKind(kind), kind) if kind in set(MailKind) else kind
    return f"{words} → {to if to != '-' else f.t('không có người nhận', 'nobody')}"


def _days(coming: Sequence[Coming], f: Phrases) -> list[str]:
    return [f"{c.rung} {f.day(c.day)}" for c in sorted(coming, key=lambda c: c.day)]


def fingerprint(effects: Sequence[Effect], refused: Sequence[int]) -> str:
    """What was shown, in short: another outcome at the moment of doing is shown again and not done."""
    shown = repr([
        (e.before, e.after and (e.after.unit, e.after.state, e.after.due_on), e.told) for e in effects
    ])  # fmt: skip
    return hashlib.sha256(f"{shown}{sorted(refused)}".encode()).hexdigest()[:24]


def known(session: Session, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The item and the unit of each assignment, for telling what was refused."""
    rows = named(session, col(Assignment.id).in_(list(numbers))) if numbers else []
    return {r.assignment.id or 0: (r.item.code, r.unit.name) for r in rows}
