"""A newer version of the document against the year that runs by the older one."""

from datetime import date
from typing import Any

import pytest

from actions import amendment, moves, people, plans
from actions.assigning import AssignmentSpec
from actions.chasing import Rules
from actions.errors import NotFound, Refused
from models.database import reading, unit_of_work
from models.explain import explain_item
from models.ledger import SYSTEM
from models.notices import NoticeState
from models.plans import PlanItem
from models.queries import named
from plan.deadlines import Fixed
from plan.kinds import NoticeKind
from plan.ladder import OFFICE
from plan.lifecycle import WorkState
from tests.builders import (
    AT,
    LAN,
    MINH,
    NUMBER,
    A,
    B,
    armed,
    assignments,
    broken,
    by,
    draft,
    draft_item,
    live,
    moment,
    notices,
    spec,
    told,
)
from tests.db.test_cycles import compared

SAME, WORDS, DAYS, GONE, NEW = (
    "Tổ chức tập huấn nghiệp vụ cho cán bộ", "Tổng hợp dư luận báo chí trong nước", "Bố trí kinh phí thực hiện kế hoạch",
    "Mua sắm trang thiết bị văn phòng", "Ký kết hợp tác với địa phương nước ngoài",
)  # fmt: skip
ADDED = AssignmentSpec(code="II.4", units=[A, B], deadlines=[Fixed(date=date(2021, 7, 15))])


def begin(url: str) -> int:
    """Four items run; the newer version keeps one, rewords one, moves the day of one, drops one and adds one."""
    old = [draft_item(f"II.{n}", text=text) for n, text in enumerate((SAME, WORDS, DAYS, GONE), 1)]
    cycle = armed(url, *(spec(f"II.{n}") for n in range(1, 5)), plan=draft(items=old))
    live(url, AT.date(), date(2021, 4, 15))
    new = [
        draft_item("II.1", text=SAME), draft_item("II.2", text=WORDS + " và ngoài nước"),
        draft_item("II.3", text=DAYS, due_text="trước ngày 30/6/2021", due=(Fixed(date=date(2021, 6, 30)),)),
        draft_item("II.4", text=NEW, lead=()),
    ]  # fmt: skip
    with unit_of_work(url) as session:
        plans.import_plan(
            session,
            draft(items=new, sha256="b" * 64),
            at=moment("2021-04-20"),
            actor=SYSTEM,
            new_version=True,
        )
    return cycle


def pairs(url: str) -> list[Any]:
    with reading(url) as session:
        new = plans.plan_named(session, NUMBER)
        return amendment.propose_amendment(session, new, amendment.running_version(session, new, 2021)[1])


def accept(
    url: str, *codes: str, specs: dict[str, AssignmentSpec] | None = None, who: str = LAN
) -> amendment.Amended:
    with unit_of_work(url) as session:
        new = plans.plan_named(session, NUMBER)
        _, cycle = amendment.running_version(session, new, 2021)
        chosen = amendment.chosen_pairs(amendment.propose_amendment(session, new, cycle), codes)
        return amendment.accept_amendment(
            session, new, cycle, chosen, people.doer(session, who), moment("2021-04-21"), Rules.of(session, OFFICE),
            reason="CV 9/UBND", specs=specs,
        )  # fmt: skip


def test_a_newer_version_is_shown_side_by_side(url: str) -> None:
    begin(url)
    rows = len(told(url))
    assert [(p.code, str(p.fate)) for p in pairs(url)] == [
        ("II.1", "unchanged"), ("II.2", "reworded"), ("II.3", "changed"), ("II.4", "added"), ("drop:II.4", "dropped")
    ]  # fmt: skip
    assert len(told(url)) == rows


def test_accepting_all_of_it_supersedes_only_what_changed_and_the_year_stays_accounted_for(url: str) -> None:
    cycle = begin(url)
    done = accept(url, specs={"II.4": ADDED})
    assert (done.kept, done.closed, len(done.made)) == (2, [3, 4], 3)
    stand = assignments(url)
    assert [(a.state, a.replaces_id, a.due_on) for a in stand] == [
        (WorkState.ASSIGNED, None, date(2021, 5, 20)), (WorkState.ASSIGNED, None, date(2021, 5, 20)),
        (WorkState.REPLACED, None, date(2021, 5, 20)), (WorkState.REPLACED, None, date(2021, 5, 20)),
        (WorkState.ASSIGNED, 3, date(2021, 6, 30)), (WorkState.ASSIGNED, None, date(2021, 7, 15)), (WorkState.ASSIGNED, None, date(2021, 7, 15)),
    ]  # fmt: skip
    assert [n.assignment_id for n in notices(url) if n.kind is NoticeKind.SUPERSEDED] == [3, 4]
    live(url, date(2021, 4, 21), date(2021, 9, 30))
    found = compared(url, cycle, moment("2021-10-01"))
    assert (found.missing, found.unplanned) == ([], [])
    assert "T-7" in {n.rung for n in notices(url) if n.assignment_id == 5 and n.state is NoticeState.ACCEPTED}
    with pytest.raises(Refused, match="runs by this version already"):
        pairs(url)
    assert broken(url) == []


def test_what_goes_on_is_under_the_new_item_and_what_was_closed_keeps_its_history(url: str) -> None:
    begin(url)
    accept(url, specs={"II.4": ADDED})
    with reading(url) as session:
        versions = {r.assignment.id: r.plan.version for r in named(session)}
        assert versions == {1: 2, 2: 2, 3: 1, 4: 1, 5: 2, 6: 2, 7: 2}
        story = explain_item(session, session.get_one(PlanItem, 3), moment("2021-04-22"))["assignments"][0][
            "history"
        ]
    assert "changed by version 2: CV 9/UBND" in {line["why"] for line in story}
    assert "accepted" in " ".join(line["which"] for line in story)


def test_pairs_are_accepted_one_by_one(url: str) -> None:
    begin(url)
    assert accept(url, "II.3").closed == [3]
    assert [p.code for p in pairs(url)] == ["II.1", "II.2", "II.4", "drop:II.4"]
    assert accept(url, "drop:II.4", "II.1").closed == [4]
    assert [p.code for p in pairs(url)] == ["II.2", "II.4"]
    with pytest.raises(NotFound, match=r"nothing to accept under II\.9"):
        accept(url, "II.9")


def test_what_is_done_stays_done(url: str) -> None:
    begin(url)
    at = moment("2021-04-20", 15)
    for number in (1, 4):
        by(url, MINH, moves.submit, number, at, note="xong")
        by(url, LAN, moves.accept, number, at)
    accept(url, specs={"II.4": ADDED})
    assert [a.state for a in assignments(url)][:4] == [
        WorkState.COMPLETED, WorkState.ASSIGNED, WorkState.REPLACED, WorkState.COMPLETED
    ]  # fmt: skip
    with pytest.raises(Refused, match="already"):
        pairs(url)


def test_an_added_item_without_a_unit_stops_the_whole_acceptance(url: str) -> None:
    begin(url)
    with pytest.raises(Refused, match=r"item II\.4 is added and no unit is known"):
        accept(url)
    assert [a.state for a in assignments(url)] == [WorkState.ASSIGNED] * 4
    with pytest.raises(Refused, match="only a coordinator"):
        accept(url, "II.1", who=MINH)
