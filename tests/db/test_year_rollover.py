"""Years that follow one another: the Hà Nội plan of 2021, rolled over to 2022 and 2023, with every lineage kept."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from actions import assigning, cycles, directory, moves, people, plans, rollover
from actions.chasing import Rules
from actions.errors import NotFound, Refused
from documents.read import read_bytes
from models.cycles import Assignment, Cycle, CycleState
from models.database import reading, unit_of_work
from models.ledger import SYSTEM
from models.notices import NoticeState
from models.queries import items_of, named
from plan.deadlines import Deadline, Fixed, Ongoing, Period, Recurring
from plan.ladder import OFFICE
from plan.lifecycle import WorkState
from tests.builders import (
    AT,
    MAI,
    NUMBER,
    YEAR,
    A,
    B,
    armed,
    broken,
    live,
    moment,
    notices,
    put_in,
    spec,
    told,
)
from tests.db.test_cycles import compared

CODES = ("so-tttt", "so-ngv", "so-vhtt", "so-dl", "so-ct", "vp-ubnd", "so-moi")
NAMES = (
    "Sở Thông tin và Truyền thông",
    "Sở Ngoại vụ",
    "Sở Văn hóa và Thể thao",
    "Sở Du lịch",
    "Sở Công Thương",
    "Văn phòng",
    "Sở mới",
)
MAP = {"so-vhtt": ["so-moi"], "so-dl": ["so-moi"]}
"""Two units merged into a new one."""


def office() -> str:
    units = "".join(
        f"  - {{code: {code}, name: {name}, contacts: [{{address: vt@{code}.example}}, "
        f"{{address: gd@{code}.example, role: superior}}]}}\n"
        for code, name in zip(CODES, NAMES, strict=True)
    )
    people_ = "".join(
        f"  - {{code: {c}, name: {c}, role: coordinator, address: {c}@ubnd.example}}\n"
        for c in ("lan", "mai")
    )
    return f"units:\n{units}people:\n{people_}"


def fixed(month: int, day: int) -> Fixed:
    return Fixed(date=date(2021, month, day))


DECIDED: list[tuple[list[str], list[Deadline]]] = [
    (["so-tttt"], [fixed(5, 20)]),
    (["so-tttt"], [fixed(10, 15)]),
    (["so-ngv"], [Ongoing()]),
    (["so-tttt", "so-ngv", "so-vhtt", "so-dl", "so-ct"], [fixed(6, 30)]),
    (["so-vhtt", "so-dl"], [fixed(9, 30)]),
    (["so-ct"], [Period(start=date(2021, 7, 1), end=date(2021, 9, 30))]),
    (["so-vhtt"], [Period(start=date(2021, 1, 1), end=date(2025, 12, 31))]),
    (["so-tttt"], [Fixed(date=date(2021, 11, 20))]),
    (["so-dl", "vp-ubnd"], [Recurring(freq="quarterly", dates=("15",))]),  # type: ignore[arg-type]
    (["vp-ubnd"], [Ongoing()]),
]
"""What a coordinator decides about the ten tasks, in the order of the text."""


def cycle_in(url: str, year: int) -> tuple[int, int]:
    with reading(url) as session:
        row = session.exec(select(Cycle).where(Cycle.year == year)).one()
        return row.plan_id, row.id or 0


def begin(url: str, text: Path) -> int:
    with unit_of_work(url) as session:
        found = plans.import_plan(session, read_bytes(text.read_bytes(), text.name), at=AT, actor=SYSTEM).plan
        directory.apply_directory(session, directory.read_yaml(office(), "office.yaml"), at=AT, actor=SYSTEM)
        specs = [
            assigning.AssignmentSpec(code=item.code, units=units, deadlines=deadlines)
            for item, (units, deadlines) in zip(items_of(session, found.id or 0), DECIDED, strict=True)
        ]
        assigning.apply_assignments(session, found, 2021, specs, at=AT, actor=SYSTEM)
    arm_year(url, 2021, AT)
    return cycle_in(url, 2021)[1]


def arm_year(url: str, year: int, at: datetime) -> cycles.Armed:
    with unit_of_work(url) as session:
        plan_id, cycle_id = cycle_in(url, year)
        plan, cycle = session.get_one(plans.Plan, plan_id), session.get_one(Cycle, cycle_id)
        return cycles.arm(session, plan, cycle, at=at, actor=SYSTEM, hours=OFFICE)


def finish(url: str, year: int, at: datetime, keep: int) -> list[int]:
    """Everything of `year` is handed in and accepted, but for `keep` items; answers what stays unfinished."""
    with unit_of_work(url) as session:
        rows = [r for r in named(session, Cycle.year == year) if r.assignment.unfinished]
        codes = list(dict.fromkeys(r.item.code for r in rows if r.assignment.due_on))[:keep]
        left = [r.assignment.id or 0 for r in rows if r.item.code in codes]
        lan, mai, rules = people.doer(session, "lan"), people.doer(session, MAI), Rules.of(session, OFFICE)
        for row in rows:
            if row.item.code not in codes:
                number = row.assignment.id or 0
                moves.submit(session, number, lan, at, note="đã xong")
                moves.accept(session, number, mai, at, rules)
        return left


def propose(url: str, year: int, **options: Any) -> tuple[list[Any], rollover.RolloverSpec]:
    with reading(url) as session:
        plan_id, cycle_id = cycle_in(url, year)
        plan, cycle = session.get_one(plans.Plan, plan_id), session.get_one(Cycle, cycle_id)
        lines = rollover.propose_rollover(session, cycle, **options)
        return lines, rollover.as_spec(session, plan, cycle, lines)


def accept(url: str, year: int, made: rollover.RolloverSpec, at: datetime) -> rollover.RolledOver:
    with unit_of_work(url) as session:
        plan_id, cycle_id = cycle_in(url, year)
        plan, cycle = session.get_one(plans.Plan, plan_id), session.get_one(Cycle, cycle_id)
        return rollover.accept_rollover(session, plan, cycle, made, at=at, actor=SYSTEM)


def test_the_ha_noi_plan_runs_three_years_with_two_units_merged_and_five_items_unfinished(
    url: str, shared: Path
) -> None:
    """2021 → 2022 → 2023: the diff, the lineage, and each armed year held against what was sent."""
    first = begin(url, shared / "plans" / "texts" / "ha-noi-92-2021-thong-tin-doi-ngoai.txt")
    live(url, AT.date(), date(2021, 12, 15))
    left = finish(url, 2021, moment("2021-12-16"), keep=5)
    lines, made = propose(url, 2021, units=MAP)

    changes = {line.item.code: line for line in lines}
    assert len(lines) == 10 and len({line.item.code for line in lines if line.carried}) == 5
    assert {str(line.change) for line in lines} == {"kept", "re-dated", "reworded"}
    assert all("so-vhtt" not in line.units and "so-dl" not in line.units for line in lines)
    conference = next(
        line for line in changes.values() if line.deadlines == (Fixed(date=date(2022, 10, 14)),)
    )
    assert any("năm 2021" in line.item.text for line in lines) and all(
        "năm 2021" not in line.text for line in lines
    )
    assert any("15/10/2022 là ngày nghỉ" in why for why in conference.why)

    done = accept(url, 2021, made, moment("2021-12-20"))
    assert (done.items, done.carried) == (10, len(left))
    assert {a.state for a in of(url, 2021) if a.id in left} <= {
        WorkState.ASSIGNED,
        WorkState.RECEIVED,
    }  # still chased
    armed_2022 = arm_year(url, 2022, moment("2022-01-04"))
    assert armed_2022.new and armed_2022.notices > 100
    assert {a.state for a in of(url, 2021) if a.id in left} == {WorkState.REPLACED}
    carried = [a for a in of(url, 2022) if a.replaces_id]
    assert sorted(a.replaces_id or 0 for a in carried) == sorted(left)
    assert all(a.original_due_on and a.original_due_on.year == 2021 for a in carried if a.due_on)
    live(url, date(2021, 12, 16), date(2022, 12, 15))

    left = finish(url, 2022, moment("2022-12-16"), keep=2)
    _, made = propose(url, 2022)
    accept(url, 2022, made, moment("2022-12-20"))
    assert arm_year(url, 2023, moment("2023-01-03")).new
    live(url, date(2022, 12, 16), date(2023, 12, 31))

    second, third = cycle_in(url, 2022)[1], cycle_in(url, 2023)[1]
    for cycle in (first, second, third):
        found = compared(url, cycle, moment("2024-01-01"))
        assert (found.missing, found.unplanned) == ([], [])
    with reading(url) as session:
        item = items_of(session, cycle_in(url, 2023)[0])[1]
        assert [(a.plan, a.year, a.how) for a in rollover.lineage(session, item)] == [
            ("92/KH-UBND", 2022, "rollover"), ("92/KH-UBND", 2021, "rollover")
        ]  # fmt: skip
    assert broken(url) == []
    assert all(n.reason for n in notices(url) if n.state is NoticeState.VOID)


def of(url: str, year: int) -> list[Assignment]:
    with reading(url) as session:
        return [r.assignment for r in named(session, Cycle.year == year)]


def small(url: str, *, year: int = YEAR) -> rollover.RolloverSpec:
    armed(url, spec(groups=["cac-so"]), spec("II.2", Fixed(date=date(2021, 9, 30))))
    return propose(url, year)[1]


def test_a_year_is_rolled_over_once(url: str) -> None:
    made = small(url)
    accept(url, YEAR, made, moment("2021-12-20"))
    rows = len(told(url))
    with pytest.raises(Refused, match="rolled over already, into plan 15/KH-UBND of 2022"):
        accept(url, YEAR, made.model_copy(update={"number": "16/KH-UBND"}), moment("2021-12-21"))
    assert len(told(url)) == rows


def test_everything_wrong_with_a_proposal_is_told_at_once_and_nothing_is_half_done(url: str) -> None:
    made = small(url)
    first, second = made.items
    bad = made.model_copy(update={
        "year": 2020, "signed_on": date(2021, 4, 6),
        "items": [
            first.model_copy(update={"units": ["so-x"], "carried": [rollover.CarriedSpec(assignment=99, unit=A)]}),
            first, second.model_copy(update={"units": [], "code": "II.9"}),
        ],
    })  # fmt: skip
    with pytest.raises(Refused) as refused:
        accept(url, YEAR, bad, moment("2021-12-20"))
    said = [p.en for p in refused.value.problems]
    assert [any(words in line for line in said) for words in (
        "the proposal is for 2020", "plan 15/KH-UBND of 2021 is there already", "item II.1 stands twice", "no item II.9",
        "item II.9: no unit", "unknown unit so-x", "assignment 99 is not an unfinished one",
    )] == [True] * 7  # fmt: skip
    with pytest.raises(NotFound), reading(url) as session:
        cycles.cycle_named(session, plans.plan_named(session, NUMBER), 2022)


def test_a_map_that_names_an_unknown_unit_is_refused(url: str) -> None:
    put_in(url)
    with pytest.raises(Refused, match="the unit map names so-x"):
        propose(url, YEAR, units={A: ["so-x"]})


def test_two_units_merged_keep_both_their_unfinished_tasks(url: str) -> None:
    small(url)
    _, made = propose(url, YEAR, units={A: [B]})
    accept(url, YEAR, made, moment("2021-12-20"))
    carried = [a for a in of(url, 2022) if a.replaces_id]
    assert sorted((a.replaces_id, a.occurrence) for a in carried) == [(1, "2021"), (2, "2021"), (3, "2021")]
    assert {a.unit_id for a in of(url, 2022)} == {2}


def test_deciding_an_item_again_keeps_what_was_carried_over(url: str) -> None:
    made = small(url)
    accept(url, YEAR, made, moment("2021-12-20"))
    with unit_of_work(url) as session:
        plan = plans.plan_named(session, NUMBER)
        again = assigning.AssignmentSpec(code="II.1", units=[B])
        assigning.apply_assignments(session, plan, 2022, [again], at=AT, actor=SYSTEM)
    assert sum(a.replaces_id is not None for a in of(url, 2022)) == 3


def test_a_dropped_item_leaves_only_what_was_carried_over(url: str) -> None:
    made = small(url)
    first, second = made.items
    edited = [
        first.model_copy(update={"drop": True}),
        second.model_copy(update={"drop": True, "carried": []}),
    ]
    done = accept(url, YEAR, made.model_copy(update={"items": edited}), moment("2021-12-20"))
    assert (done.items, done.assignments, done.carried) == (1, 0, 2)
    assert arm_year(url, 2022, moment("2022-01-05")).new


def test_a_finished_year_is_closed(url: str) -> None:
    cycle = armed(url)
    with unit_of_work(url) as session:
        row = session.get_one(Cycle, cycle)
        assert not rollover.close_finished(session, row, AT, SYSTEM)
        moves.cancel(session, 1, people.doer(session, "lan"), AT, Rules.of(session, OFFICE), "thôi")
        assert rollover.close_finished(session, row, AT, SYSTEM)
        assert row.state is CycleState.CLOSED
        assert session.exec(select(Assignment).where(col(Assignment.next_wake_at).is_not(None))).all() == []


def test_the_old_year_is_left_alone_until_the_new_one_is_armed(url: str) -> None:
    accept(url, YEAR, small(url), moment("2021-12-20"))
    assert {a.state for a in of(url, YEAR)} == {WorkState.ASSIGNED}
    assert not arm_year(url, YEAR, moment("2021-12-21")).new
    assert {a.state for a in of(url, YEAR)} == {WorkState.ASSIGNED}
