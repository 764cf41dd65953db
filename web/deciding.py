"""What somebody says about a task, on a page or through the API, in the shape that the actions take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from actions.assigning import AssignmentSpec
from actions.errors import Problem, Refused
from documents.deadlines import parse_deadlines
from models.plans import Plan, PlanItem
from plan.deadlines import DEADLINES, Deadline, Other, Relative
from web.forms import FieldProblem
from web.matching import Matched, Matcher


@dataclass(frozen=True)
class Said:
    """A decision in words: names of units and groups, the deadline as plans write it (None: as it was read)."""

    units: Sequence[str]
    due: str | None = None
    undated: bool = False
    ladder: str | None = None
    event_day: date | None = None

    def spec(self, session: Session, plan: Plan, item: PlanItem, year: int) -> AssignmentSpec:
        """The decision; raises :class:`Refused` with every mistake at once."""
        found = Matcher(session).match(self.units)
        due = (item.due_text or "") if self.due is None else self.due
        deadlines, wrong_due = typed_deadlines(due, item, plan, year, undated=self.undated)
        if problems := [*_unknown(found), *wrong_due]:
            raise Refused(problems)
        stated = deadlines if deadlines is not None else DEADLINES.validate_python(item.deadlines)
        day = self.event_day
        return AssignmentSpec(
            code=item.code, units=found.units, groups=found.groups, deadlines=deadlines, undated=self.undated,
            ladder=self.ladder, events={d.anchor: day for d in stated if isinstance(d, Relative)} if day else {},
        )  # fmt: skip


def _unknown(found: Matched) -> list[Problem]:
    if not found.units and not found.groups and not found.unknown:
        return [
            FieldProblem(
                "name at least one unit or group", "hãy ghi ít nhất một đơn vị hoặc khối đơn vị", "units"
            )
        ]
    return [
        FieldProblem(
            f"unknown unit {name!r}" + (f"; did you mean {near}?" if near else ""),
            f"không có đơn vị “{name}”" + (f"; có phải “{near}”?" if near else "; thêm ở trang Đơn vị"), "units",
        )
        for name, near in found.unknown.items()
    ]  # fmt: skip


def typed_deadlines(
    typed: str, item: PlanItem, plan: Plan, year: int, *, undated: bool
) -> tuple[list[Deadline] | None, list[Problem]]:
    """The deadlines that the phrase means; None where it is as it was read."""
    if typed == (item.due_text or ""):
        return None, []
    if not typed:
        return [], []
    read = parse_deadlines(typed, year=year, signed_on=plan.signed_on)
    if not undated and all(isinstance(d, Other) for d in read):
        return None, [FieldProblem(
            f"no time is understood from {typed!r}; write it like “before 20/11/2026”",
            f"không hiểu thời hạn “{typed}”; ghi như “trước ngày 20/11/2026” hoặc “hằng quý, trước ngày 15”", "due",
        )]  # fmt: skip
    return read, []
