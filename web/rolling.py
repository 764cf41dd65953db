"""Next year's plan as it is worked on: the proposal, what has been typed about it, and the two together as a spec."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from actions import rollover
from actions.errors import Problem, Refused
from actions.rollover_drafts import HEAD_ITEM, rollover_drafts
from models.cycles import Cycle
from models.plans import Plan, PlanItem
from models.queries import group_members, items_of, units_by_code
from plan.rollover import Change, Line
from web.deciding import typed_deadlines
from web.forms import FieldProblem, Form
from web.matching import Matcher, split

Fields = Mapping[str, list[str]]


@dataclass(frozen=True)
class Typed:
    """What somebody has typed about one item; "" is as proposed, `left` are the assignments that do not go on."""

    keep: bool
    text: str = ""
    units: str = ""
    due: str = ""
    left: frozenset[int] = frozenset()

    @classmethod
    def proposed(cls, line: Line) -> "Typed":
        """An item about which nothing was typed."""
        return cls(line.change is not Change.DROPPED)

    @classmethod
    def of_form(cls, form: Form, line: Line) -> "Typed":
        """From the form's fields, which are known by the item's id; only what leaves the proposal is sent."""
        key, every = line.item.item_id, {c.assignment_id for c in line.carried}
        if key in form.numbers("boxes"):
            left = every & set(form.numbers("leave"))
        else:
            left = every if form.checked(f"leave-all-{key}") else set[int]()
        text, units, due = (form.text(f"{name}-{key}") for name in ("text", "units", "due"))
        return cls(form.checked(f"keep-{key}"), text, units, due, frozenset(left))

    @classmethod
    def kept(cls, fields: Fields) -> "Typed":
        """From what was kept on the server."""
        form = Form.of(fields)
        text, units, due = (form.text(name) for name in ("text", "units", "due"))
        return cls(form.text("keep") == "1", text, units, due, frozenset(form.numbers("left")))

    def fields(self) -> Fields:
        """As it is kept on the server."""
        found = {"keep": ["1" if self.keep else "0"], "left": [str(n) for n in sorted(self.left)]}
        words = {"text": self.text, "units": self.units, "due": self.due}
        return found | {name: [said] for name, said in words.items() if said}


@dataclass(frozen=True)
class Work:
    """The proposal by the map and day that were kept, with everything that was typed about its items."""

    plan: Plan
    cycle: Cycle
    lines: Sequence[Line]
    head: Form
    typed: Mapping[int, Typed]
    matcher: Matcher
    items: Mapping[str, PlanItem]
    members: Mapping[str, Sequence[str]]
    problems: Sequence[Problem] = ()

    @classmethod
    def of(cls, session: Session, plan: Plan, cycle: Cycle) -> "Work":
        """The work on this year's end as it stands; a map that no longer holds is left out, and `problems` says so."""
        kept = rollover_drafts(session, cycle)
        head = Form.of(kept.pop(HEAD_ITEM, {}))
        typed = {item: Typed.kept(fields) for item, fields in kept.items()}
        matcher, problems = Matcher(session), ()
        try:
            units = unit_map(head.text("map"), matcher)
            lines = rollover.propose_rollover(session, cycle, units=units, carry_until=_until(head))
        except Refused as error:
            lines, problems = rollover.propose_rollover(session, cycle), error.problems
        known = units_by_code(session)
        groups = {g: [u.code for u in us if u.code in known] for g, us in group_members(session).items()}
        items = {item.code: item for item in items_of(session, plan.id or 0)}
        return cls(plan, cycle, lines, head, typed, matcher, items, groups, problems)

    @property
    def mark(self) -> str:
        """Stands for the proposal and all that was typed about it, by whomever."""
        whole = f"{list(self.lines)!r}{self.head.typed()!r}{sorted(self.typed.items())!r}"
        return hashlib.sha256(whole.encode()).hexdigest()

    def typed_about(self, line: Line) -> Typed:
        """What was typed about an item, or the proposal as it is."""
        found = self.typed.get(line.item.item_id, Typed.proposed(line))
        return replace(found, left=found.left & {c.assignment_id for c in line.carried})

    def changed(self, head: Form, typed: Mapping[int, Typed]) -> "Work":
        """The same with what has just been typed; what is as proposed is forgotten."""
        plain = {line.item.item_id: Typed.proposed(line) for line in self.lines}
        now = {**self.typed, **typed}
        return replace(self, head=head, typed={n: t for n, t in now.items() if t != plain.get(n)})

    def fields(self) -> dict[int, Fields]:
        """Everything as it is kept on the server, by item; the head under :data:`HEAD_ITEM`."""
        return {
            HEAD_ITEM: self.head.typed(),
            **{number: typed.fields() for number, typed in self.typed.items()},
        }

    def must_be_understood(self, shown: Collection[int]) -> None:
        """Raise :class:`Refused` with every mistake in the head and in what was typed about these items."""
        problems: list[Problem] = []
        for check in (
            lambda: unit_map(self.head.text("map"), self.matcher), lambda: _until(self.head),
            lambda: self.head.day("signed_on"),
        ):  # fmt: skip
            try:
                check()
            except Refused as error:
                problems += error.problems
        for line in self.lines:
            if line.item.item_id in shown:
                self._change(line, problems)
        if problems:
            raise Refused(problems)

    def spec(self, session: Session) -> rollover.RolloverSpec:
        """The proposal with everything typed in its place; raises :class:`Refused` with every mistake."""
        spec, problems = rollover.as_spec(session, self.plan, self.cycle, self.lines), list(self.problems)
        pairs = zip(self.lines, spec.items, strict=True)
        items = [one.model_copy(update=self._change(line, problems)) for line, one in pairs]
        if problems:
            raise Refused(problems)
        head = self.head
        given = {
            "number": head.text("number"),
            "signed_on": head.day("signed_on"),
            "title": head.text("title"),
        }
        return spec.model_copy(update={"items": items, **{k: v for k, v in given.items() if v}})

    def _change(self, line: Line, problems: list[Problem]) -> dict[str, object]:
        """What was typed about one item, in the shape of the spec."""
        typed, key = self.typed_about(line), line.item.item_id
        carried = [
            rollover.CarriedSpec(assignment=c.assignment_id, unit=c.unit, due_on=c.due_on)
            for c in line.carried
            if c.assignment_id not in typed.left
        ]
        change: dict[str, object] = {"drop": not typed.keep, "carried": carried}
        if typed.text:
            change["text"] = typed.text
        if typed.units:
            change["units"] = self._units(typed.units, f"units-{key}", problems)
        if typed.due:
            item, year = self.items[line.item.code], self.cycle.year + 1
            deadlines, wrong = typed_deadlines(typed.due, item, self.plan, year, undated=False)
            problems += [FieldProblem(p.en, p.vi, f"due-{key}") for p in wrong]
            change |= {"deadlines": deadlines} if deadlines else {}
        return change

    def _units(self, names: str, field: str, problems: list[Problem]) -> list[str]:
        found = self.matcher.match(split(names))
        problems += [
            FieldProblem(f"unknown unit {n!r}", f"không có đơn vị “{n}”", field) for n in found.unknown
        ]
        every = [*found.units, *(u for code in found.groups for u in self.members.get(code, []))]
        return list(dict.fromkeys(every))


def _until(head: Form) -> date | None:
    return head.day("until")


def unit_map(typed: str, matcher: Matcher) -> dict[str, list[str]]:
    """The map of units from lines "old = new; new"; raises :class:`Refused` with every line that is none."""
    out: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for line in typed.split("\n"):
        if not line.strip():
            continue
        left, sign, right = line.partition("=")
        old, new = matcher.match([left]), matcher.match(split(right))
        if not sign or len(old.units) != 1 or not new.units or new.unknown or old.unknown:
            problems.append(FieldProblem(
                f"not understood: {line!r}; write “old unit = new unit; another”",
                f"không hiểu dòng “{line.strip()}”; ghi “đơn vị cũ = đơn vị mới; đơn vị mới khác”", "map",
            ))  # fmt: skip
        else:
            out[old.units[0]] = new.units
    if problems:
        raise Refused(problems)
    return out
