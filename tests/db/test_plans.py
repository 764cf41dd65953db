"""Putting a plan in, once; and giving its tasks to units, all or nothing."""

from datetime import date

import pytest
from sqlmodel import select

from actions import amendment, assigning, directory, plans
from actions.errors import NotFound, Refused
from documents.draft import PlanDraft
from models.cycles import Assignment
from models.database import reading, unit_of_work
from models.ledger import SYSTEM
from models.plans import ItemStatus, Plan
from models.queries import items_of
from plan.deadlines import Deadline, Fixed, Freq, Recurring
from tests.builders import (
    AT,
    NUMBER,
    OFFICE_FILE,
    YEAR,
    A,
    B,
    arm,
    armed,
    assignments,
    draft,
    draft_item,
    put_in,
    spec,
    told,
)

MONTHLY = Recurring(freq=Freq.MONTHLY, dates=("15",))


def take(url: str, one: PlanDraft, *, new_version: bool = False) -> plans.Imported:
    with unit_of_work(url) as session:
        return plans.import_plan(session, one, at=AT, actor=SYSTEM, new_version=new_version)


def give(url: str, *specs: assigning.AssignmentSpec) -> assigning.Assigned:
    with unit_of_work(url) as session:
        return assigning.apply_assignments(
            session, plans.plan_named(session, NUMBER), YEAR, specs, at=AT, actor=SYSTEM
        )


def ready(url: str, *codes: str) -> None:
    """A plan and an office, nothing assigned."""
    take(url, draft(*codes))
    with unit_of_work(url) as session:
        directory.apply_directory(session, directory.read_yaml(OFFICE_FILE, "o.yaml"), at=AT, actor=SYSTEM)


def test_a_plan_is_kept_with_its_items_in_order(url: str) -> None:
    got = take(url, draft("II.1", "II.2", "III.1"))
    assert (got.new, got.items, got.plan.number, got.plan.version) == (True, 3, NUMBER, 1)
    with reading(url) as session:
        items = items_of(session, got.plan.id or 0)
        assert [(i.code, i.position, i.status) for i in items] == [
            ("II.1", 1, ItemStatus.DRAFT), ("II.2", 2, ItemStatus.DRAFT), ("III.1", 3, ItemStatus.DRAFT),
        ]  # fmt: skip
    assert [r.action for r in told(url)] == ["plan.imported"]


def test_the_same_file_again_changes_nothing(url: str) -> None:
    first, again = take(url, draft()), take(url, draft())
    assert (again.new, again.plan.id, again.items) == (False, first.plan.id, 1)
    assert len(told(url)) == 1


def test_another_text_under_the_same_number_is_refused(url: str) -> None:
    take(url, draft())
    with pytest.raises(
        Refused, match=r"is already there as version 1 with another text; .* use --new-version"
    ):
        take(url, draft(sha256="b" * 64))


def test_another_text_becomes_the_next_version_when_that_is_meant(url: str) -> None:
    take(url, draft())
    assert take(url, draft("II.1", "II.2", sha256="b" * 64), new_version=True).plan.version == 2
    with reading(url) as session:
        assert plans.plan_named(session, NUMBER).version == 2
        assert len(session.exec(select(Plan)).all()) == 2


def test_a_next_version_stands_beside_the_one_before_it_before_any_year_runs(url: str) -> None:
    take(url, draft("II.1", "II.2"))
    second = take(url, draft("II.1", "II.2", sha256="b" * 64), new_version=True).plan
    with reading(url) as session:
        pairs = amendment.compare_with_before(session, second)
    assert [(p.code, p.fate.value) for p in pairs] == [("II.1", "unchanged"), ("II.2", "unchanged")]


def test_a_first_version_has_nothing_to_stand_beside(url: str) -> None:
    only = take(url, draft("II.1")).plan
    with reading(url) as session:
        assert amendment.compare_with_before(session, only) == []


def test_a_number_may_come_again_in_another_year(url: str) -> None:
    take(url, draft())
    take(url, draft(sha256="b" * 64, date=date(2022, 4, 6)))
    with reading(url) as session:
        assert [plans.plan_named(session, f"{NUMBER}@{y}").year for y in (2021, 2022)] == [2021, 2022]
        assert plans.plan_named(session, NUMBER).year == 2022


def test_a_draft_without_number_date_and_tasks_is_refused_for_all_three(url: str) -> None:
    with pytest.raises(Refused) as refused:
        take(url, draft(items=[], number=None, date=None))
    assert [p.en.split(";")[0] for p in refused.value.problems] == [
        "no number of the plan was found", "no date of signing was found", "no task was found in the text",
    ]  # fmt: skip
    assert told(url) == []


def test_a_code_that_the_text_uses_twice_still_names_one_item(url: str) -> None:
    items = [draft_item("II.1"), draft_item("II.1"), draft_item("II.1.1"), draft_item("II.2")]
    got = take(url, draft(items=items))
    with reading(url) as session:
        codes = [i.code for i in items_of(session, got.plan.id or 0)]
    assert len(set(codes)) == 4
    assert codes[2:] == ["II.1.1", "II.2"]


def test_an_unknown_plan_is_refused_with_those_there_are(url: str) -> None:
    take(url, draft())
    with reading(url) as session, pytest.raises(NotFound, match=f"no plan 7/KH; known: {NUMBER}@2021"):
        plans.plan_named(session, "7/KH")


def test_everything_unknown_in_a_file_is_told_at_once_and_nothing_is_written(url: str) -> None:
    ready(url, "II.1", "II.2")
    before = len(told(url))
    with pytest.raises(Refused) as refused:
        give(
            url, spec("II.1"), spec("II.9"), spec("II.2", units=["so-x"], groups=["khoi-x"], ladder="nhanh"),
            spec("II.1"),
        )  # fmt: skip
    assert [p.en for p in refused.value.problems] == [
        f"plan {NUMBER} has no item II.9", "item II.2: unknown unit so-x", "item II.2: unknown or empty group khoi-x",
        "item II.2: unknown ladder nhanh (known: chuan, gap, bao-cao)", "item II.1 is decided twice",
    ]  # fmt: skip
    assert assignments(url) == [] and len(told(url)) == before


def test_an_item_for_a_group_is_given_to_each_member_once(url: str) -> None:
    ready(url, "II.1")
    assert give(url, spec(units=[A], groups=["cac-so"])).made == 2
    assert [(a.unit_id, a.due_on, a.original_due_on) for a in assignments(url)] == [
        (1, date(2021, 5, 20), date(2021, 5, 20)), (2, date(2021, 5, 20), date(2021, 5, 20)),
    ]  # fmt: skip


def test_each_time_that_an_item_falls_due_is_an_assignment_and_the_first_one_is_announced(url: str) -> None:
    ready(url, "II.1")
    give(url, spec("II.1", MONTHLY))
    found = assignments(url)
    assert [a.occurrence for a in found] == [f"2021-{m:02}" for m in range(4, 13)]
    assert [a.announce for a in found] == [True] + [False] * 8


def test_a_file_applied_twice_keeps_what_stands(url: str) -> None:
    ready(url, "II.1", "II.2")
    specs = [spec("II.1", groups=["cac-so"]), spec("II.2", MONTHLY)]
    first, second = give(url, *specs), give(url, *specs)
    assert (first.made, first.kept) == (11, 0)
    assert (second.made, second.kept) == (0, 11)
    assert len(assignments(url)) == 11


def test_a_date_corrected_before_arming_reaches_the_assignment(url: str) -> None:
    ready(url, "II.1")
    give(url, spec("II.1", Fixed(date=date(2021, 5, 20))))
    give(url, spec("II.1", Fixed(date=date(2021, 6, 30)), ladder="gap"))
    assert [(a.due_on, a.original_due_on, a.ladder) for a in assignments(url)] == [
        (date(2021, 6, 30), date(2021, 6, 30), "gap")
    ]  # fmt: skip


@pytest.mark.parametrize("second", [spec("II.1", MONTHLY, units=[B]), spec("II.1", reject=True)])
def test_what_a_corrected_file_no_longer_asks_for_is_gone_before_arming(
    url: str, second: assigning.AssignmentSpec
) -> None:
    ready(url, "II.1")
    give(url, spec("II.1", groups=["cac-so"]))
    before = {a.id for a in assignments(url)}
    assert give(url, second).removed == 2
    give(url, spec("II.1", groups=["cac-so"]))
    assert before.isdisjoint(a.id for a in assignments(url))  # a number in the ledger is never given again


def test_a_running_year_takes_no_more_assignments(url: str) -> None:
    armed(url, spec("II.1"), plan=draft("II.1", "II.2"))
    with pytest.raises(Refused, match="the year 2021 of this plan is armed; disarm it first"):
        give(url, spec("II.2"))


def test_a_task_that_is_over_by_then_is_not_given_in_a_later_year(url: str) -> None:
    ready(url, "II.1", "II.2")
    with pytest.raises(
        Refused, match=r"item II\.1: every deadline is before 2021; assign it in an earlier year"
    ):
        give(url, spec("II.1", Fixed(date=date(2020, 12, 5))), spec("II.2"))
    assert assignments(url) == []


def test_a_task_that_is_over_by_then_does_not_hold_a_later_year_back(url: str) -> None:
    put_in(url, spec("II.2"), plan=draft("II.1", "II.2"))
    with unit_of_work(url) as session:
        plan = session.exec(select(Plan)).one()
        (over,) = (i for i in items_of(session, plan.id or 0) if i.code == "II.1")
        over.status, over.deadlines = ItemStatus.ACCEPTED, [{"kind": "fixed", "date": "2020-12-05"}]
        session.add(over)
    assert arm(url).notices > 0


def test_a_rejected_item_needs_no_unit_and_an_accepted_one_does(url: str) -> None:
    ready(url, "II.1", "II.2")
    assert give(url, spec("II.1", units=[], reject=True)).made == 0
    with pytest.raises(Refused, match=r"item II\.2: no unit and no group"):
        give(url, spec("II.2", units=[]))


@pytest.mark.parametrize(
    ("deadlines", "ladder"), [((MONTHLY,), "bao-cao"), ((Fixed(date=date(2021, 5, 20)),), "chuan")]
)
def test_reports_climb_the_ladder_for_reports(url: str, deadlines: tuple[Deadline, ...], ladder: str) -> None:
    ready(url, "II.1")
    give(url, spec("II.1", *deadlines, ladder=None))
    assert {a.ladder for a in assignments(url)} == {ladder}


def test_the_days_that_a_year_lies_in_belong_to_it(url: str) -> None:
    put_in(url, spec("II.1", Fixed(date=date(2022, 2, 1))))
    (later,) = assignments(url)
    assert (later.due_on, later.reason_due) == (None, "ends-later")


def test_what_is_decided_is_in_the_ledger(url: str) -> None:
    put_in(url)
    with reading(url) as session:
        number = session.exec(select(Assignment.id)).one()
    rows = {r.action: r for r in told(url)}
    assert f'"assignments":[{number}]' in rows["item.assigned"].data
    assert '"date":"2021-05-20"' in rows["item.accepted"].data
