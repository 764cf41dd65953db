"""Ladders of the office's own, deputies, previews, and tasks that are added, split or dated while the year runs."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from actions import absences, chasing, cycles, extensions, items, ladders, moves, people, plans, preview
from actions.errors import NotFound, Refused
from models.cycles import Cycle
from models.database import reading, unit_of_work
from models.ledger import SYSTEM
from models.notices import NoticeState
from models.people import Unit
from plan.choice import ItemClass
from plan.deadlines import Fixed, Ongoing, Recurring, Relative
from plan.ladder import LADDERS, OFFICE, Ladder
from plan.lifecycle import WorkState
from tests.builders import (
    AT,
    HOA,
    LAN,
    MAI,
    MINH,
    NUMBER,
    YEAR,
    B,
    arm,
    armed,
    assignments,
    broken,
    by,
    draft,
    live,
    moment,
    notices,
    put_in,
    spec,
    told,
)
from tests.db.test_cycles import compared, simulated

OWN = {
    "name": "rieng", "title": "Riêng", "rungs": [{"days": -10}, {"days": -2}, {"days": 0, "delivery": "alone"}, {"days": 2}]
}  # fmt: skip


def do(url: str, step: Any, at: object = AT, who: str = LAN) -> Any:
    with unit_of_work(url) as session:
        return step(session, people.doer(session, who), at, chasing.Rules.of(session, OFFICE))


def look(url: str, step: Any, at: object = AT, who: str = LAN) -> list[preview.Effect]:
    with unit_of_work(url) as session:
        rules, doer = chasing.Rules.of(session, OFFICE), people.doer(session, who)
        return preview.preview(session, lambda: step(session, doer, at, rules), at, rules)  # type: ignore[arg-type]


def year(session: Session) -> tuple[Any, Any]:
    plan = plans.plan_named(session, NUMBER)
    return plan, cycles.cycle_named(session, plan, YEAR)


def item_step(action: Any, code: str, *args: Any, **options: Any) -> Any:
    def step(session: Session, doer: Any, at: Any, rules: Any) -> Any:
        plan, cycle = year(session)
        return action(
            session, plan, cycle, plans.item_named(session, plan, code), *args, doer, at, rules, **options
        )

    return step


def add_step(new: items.NewItem, reason: str = "CV 5/UBND") -> Any:
    return lambda s, d, at, r: items.add_item(s, *year(s), new, d, at, r, reason=reason)


# Ladders


def test_a_file_of_ladders_gives_every_error_at_once_and_a_ladder_that_never_ends_is_one() -> None:
    bad = {"ladders": [
        {**OWN, "rungs": [{"days": 1, "every": 7}]},
        {**OWN, "name": "hai", "rungs": [{"days": 1, "every": 7, "until": 900}, {"days": 2, "wat": 1}]},
        {**OWN, "name": "ba", "rungs": []},
        {**OWN, "name": "bon", "rungs": [{"days": 0}, {"days": 3, "escalation": True, "after_delivered": 5}]},
    ]}  # fmt: skip
    with pytest.raises(Refused) as refused:
        ladders.read_ladders(bad, "bac.yaml")
    said = [p.en for p in refused.value.problems]
    assert [any(words in line for line in said) for words in (
        "a ladder must end", "must lie within a year", "wat", "has no rung", "wants 5 notices delivered, but only 2"
    )] == [True] * 5  # fmt: skip
    assert all("điểm dừng" in p.vi for p in refused.value.problems if "ladder must end" in p.en)


def test_the_nearest_choice_of_a_ladder_wins(url: str) -> None:
    put_in(url, spec(groups=["cac-so"], ladder=None), plan=draft("II.1", "II.2"))
    with unit_of_work(url) as session:
        plan, _ = year(session)
        unit = session.exec(select(Unit).where(Unit.code == B)).one()
        known = {**LADDERS}
        for name, where in (
            ("gap", {"item_class": ItemClass.DATED}), ("bao-cao", {"plan": plan}), ("chuan", {"unit": unit}),
        ):  # fmt: skip
            ladders.choose_ladder(session, name, **where, known=known, at=AT, actor=SYSTEM)  # type: ignore[arg-type]
        with pytest.raises(NotFound, match="no ladder xyz"):
            ladders.choose_ladder(session, "xyz", plan=plan, known=known, at=AT, actor=SYSTEM)
    put_in_again(url, spec(groups=["cac-so"], ladder=None))
    assert [a.ladder for a in assignments(url)] == ["bao-cao", "chuan"]


def put_in_again(url: str, one: Any) -> None:
    from actions.assigning import apply_assignments

    with unit_of_work(url) as session:
        apply_assignments(session, year(session)[0], YEAR, [one], at=AT, actor=SYSTEM)


def test_a_changed_ladder_plans_the_running_year_anew_and_stays_accounted_for(url: str) -> None:
    cycle = armed(url, spec(groups=["cac-so"]))
    live(url, AT.date(), date(2021, 5, 14))
    own = Ladder.model_validate({**OWN, "name": "chuan"})
    at = moment("2021-05-14", 11)
    with unit_of_work(url) as session:
        rules = chasing.Rules.of(session, OFFICE)
        seen = ladders.preview_ladders(session, rules, [own])
        assert ladders.load_ladders(session, rules, [own], at=at, actor=SYSTEM) == seen
    assert {n.rung for n in seen.notices} >= {"T-3", "T-2"}
    live(url, date(2021, 5, 14), date(2021, 8, 20))
    found = compared(url, cycle, moment("2021-08-21"))
    assert (found.missing, found.unplanned) == ([], [])
    after = [
        n.rung
        for n in notices(url)
        if n.state is NoticeState.ACCEPTED and n.assignment_id == 1 and n.send_after > at
    ]
    assert after == ["T-2", "T", "T+2"]


def test_a_ladder_in_use_is_not_removed(url: str) -> None:
    put_in(url)
    with unit_of_work(url) as session:
        own = [Ladder.model_validate({**OWN, "name": n}) for n in ("chuan", "rieng")]
        ladders.load_ladders(session, chasing.Rules.of(session, OFFICE), own, at=AT, actor=SYSTEM)
        ladders.remove_ladder(session, "rieng", at=AT, actor=SYSTEM)
        with pytest.raises(Refused, match="used by 1 assignments"):
            ladders.remove_ladder(session, "chuan", at=AT, actor=SYSTEM)
        with pytest.raises(NotFound, match="no own ladder gap"):
            ladders.remove_ladder(session, "gap", at=AT, actor=SYSTEM)


# Deputies


def away(url: str, who: str, deputy: str, first: str, last: str, at: object = AT) -> Any:
    with unit_of_work(url) as session:
        keys = [absences.recipient_named(session, name) for name in (who, deputy)]
        days = date.fromisoformat(first), date.fromisoformat(last)
        return absences.delegate(session, *keys, *days, reason="nghỉ phép", at=at, actor=SYSTEM)  # type: ignore[arg-type]


def test_notices_of_the_days_of_absence_go_to_the_deputy(url: str) -> None:
    cycle = put_in(url)
    away(url, "a@so-a.example", "b@so-b.example", "2021-05-01", "2021-05-19")
    arm(url)
    planned = {n.rung: n.address for n in simulated(url, cycle)}
    live(url, AT.date(), date(2021, 7, 1))
    sent = {n.rung: n.address for n in notices(url) if n.state is NoticeState.ACCEPTED}
    assert [sent[r] for r in ("T-30", "T-7", "T-3", "T")] == [
        "a@so-a.example",
        "b@so-b.example",
        "b@so-b.example",
        "a@so-a.example",
    ]
    assert sent.items() <= planned.items()
    assert compared(url, cycle, moment("2021-07-01")).missing == []


def test_two_who_stand_in_for_each_other_on_the_same_days_are_refused(url: str) -> None:
    put_in(url)
    away(url, LAN, MAI, "2021-05-01", "2021-05-10")
    away(url, MAI, "binh", "2021-05-05", "2021-05-08")
    with pytest.raises(Refused, match="stand in for each other"):
        away(url, "binh", LAN, "2021-05-08", "2021-05-09")
    away(url, "binh", LAN, "2021-05-11", "2021-05-12")
    with pytest.raises(Refused, match="already"):
        away(url, LAN, "binh", "2021-05-10", "2021-05-20")
    with pytest.raises(Refused, match="the days are over"):
        away(url, MAI, LAN, "2021-01-01", "2021-01-02")
    with pytest.raises(NotFound):
        away(url, "ai-do", LAN, "2021-06-01", "2021-06-02")


def test_an_absence_that_ends_early_gives_the_notices_back(url: str) -> None:
    put_in(url)
    row = away(url, "a@so-a.example", "b@so-b.example", "2021-04-08", "2021-06-30")
    with unit_of_work(url) as session:
        absences.end_absence(session, row.id, at=moment("2021-05-14"), actor=SYSTEM)
    arm(url)
    live(url, AT.date(), date(2021, 5, 25))
    sent = {n.rung: n.address for n in notices(url) if n.state is NoticeState.ACCEPTED}
    assert (sent["T-7"], sent["T-3"]) == ("b@so-b.example", "a@so-a.example")


# Previews


@pytest.mark.parametrize("name", ["suspend", "cancel", "reassign", "extend"])
def test_a_preview_says_what_then_happens_and_writes_nothing(url: str, name: str) -> None:
    armed(url)
    live(url, AT.date(), date(2021, 4, 20))
    at = moment("2021-04-21")
    if name == "extend":
        asked = by(url, MINH, extensions.ask, 1, at, new_due_on=date(2021, 6, 24), reason="khó")
    steps: dict[str, Any] = {
        "suspend": lambda s, d, at, r: moves.suspend(s, 1, d, at, r, "chờ"),
        "cancel": lambda s, d, at, r: moves.cancel(s, 1, d, at, r, "thôi"),
        "reassign": lambda s, d, at, r: moves.reassign(s, 1, s.get_one(Unit, 2), d, at, r, "đúng chức năng"),
        "extend": lambda s, d, at, r: extensions.answer(s, asked.id, d, at, r, grant=True),
    }
    rows, stood = len(told(url)), assignments(url)
    seen = look(url, steps[name], at)
    assert (len(told(url)), assignments(url)) == (rows, stood)
    do(url, steps[name], at)
    now = [(a.state, a.due_on) for a in assignments(url)]  # a number that a preview drew is not given again
    assert [(e.after.state, e.after.due_on) for e in seen if e.after] == now
    gone = {(c.rung, c.day) for c in seen[0].gone}
    assert gone and gone == {
        (n.rung, n.day) for n in notices(url) if n.state is NoticeState.VOID and n.version == 1
    }
    assert any("a@so-a.example" in line for e in seen for line in e.told)
    assert broken(url) == []


def test_a_preview_refuses_what_the_move_refuses(url: str) -> None:
    armed(url)
    with pytest.raises(Refused, match="needs a reason"):
        look(url, lambda s, d, at, r: moves.cancel(s, 1, d, at, r, " "))
    assert assignments(url)[0].state is WorkState.ASSIGNED


# Items


NEW = items.NewItem(spec("II.9", Fixed(date=date(2021, 7, 15)), groups=["cac-so"]), "Báo cáo đột xuất")


def test_a_task_added_to_a_running_year_is_announced_and_chased(url: str) -> None:
    cycle = armed(url)
    live(url, AT.date(), date(2021, 5, 3))
    seen = look(url, add_step(NEW), moment("2021-05-04"))
    do(url, add_step(NEW), moment("2021-05-04"))
    assert [(e.before, [c.rung for c in e.added][:2]) for e in seen] == [(None, ["NEW", "T-30"])] * 2
    live(url, date(2021, 5, 4), date(2021, 9, 30))
    new = assignments(url)[1].id
    sent = [n.rung for n in notices(url) if n.assignment_id == new and n.state is NoticeState.ACCEPTED]
    assert sent[:4] == ["NEW", "T-30", "T-7", "T-3"]
    found = compared(url, cycle, moment("2021-10-01"))
    assert (found.missing, found.unplanned) == ([], [])


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (items.NewItem(spec("II.1"), "Trùng mã"), "has an item II.1 already"),
        (items.NewItem(spec("II.9"), " "), "has no words"),
        (items.NewItem(spec("II.9", units=["so-x"]), "Việc"), "unknown unit so-x"),
        (items.NewItem(spec("II.9", Fixed(date=date(2021, 3, 1))), "Việc"), "nothing falls due any more"),
        (items.NewItem(spec("II.9", deadlines=[]), "Việc"), "no date and not marked undated"),
        (items.NewItem(spec("II.9", ladder="xyz"), "Việc"), "unknown ladder xyz"),
    ],
)
def test_a_task_that_cannot_work_is_not_added(url: str, new: items.NewItem, words: str) -> None:
    armed(url)
    with pytest.raises(Refused, match=words):
        do(url, add_step(new))
    assert len(assignments(url)) == 1


def test_a_task_is_split_with_lineage_and_its_history_kept(url: str) -> None:
    cycle = armed(url)
    parts = [
        items.NewItem(spec(f"II.1.{n}", Fixed(date=date(2021, 6, n)), groups=["cac-so"]), f"Phần {n}")
        for n in (1, 2)
    ]
    do(url, item_step(items.split_item, "II.1", parts, reason="chia theo lĩnh vực"), moment("2021-04-20"))
    found = assignments(url)
    assert [(a.state, a.replaces_id) for a in found] == [
        (WorkState.REPLACED, None), (WorkState.ASSIGNED, 1), (WorkState.ASSIGNED, None), (WorkState.ASSIGNED, 1), (WorkState.ASSIGNED, None),
    ]  # fmt: skip
    assert {a.original_due_on for a in found if a.replaces_id} == {date(2021, 5, 20)}
    live(url, date(2021, 4, 20), date(2021, 9, 30))
    again = compared(url, cycle, moment("2021-10-01"))
    assert (again.missing, again.unplanned) == ([], [])


def test_splitting_into_one_part_or_what_is_over_is_refused(url: str) -> None:
    armed(url)
    with pytest.raises(Refused, match="two parts or more"):
        do(url, item_step(items.split_item, "II.1", [NEW], reason="x"))
    do(url, lambda s, d, at, r: moves.cancel(s, 1, d, at, r, "thôi"))
    with pytest.raises(Refused, match="nothing open"):
        do(url, item_step(items.split_item, "II.1", [NEW, NEW], reason="x"))


WAITS = spec("II.1", Relative(days=10, anchor="ngày nhận Kế hoạch"), Ongoing())


@pytest.mark.parametrize("running", [True, False])
def test_a_relative_deadline_gets_its_day_with_its_event(url: str, running: bool) -> None:
    cycle = armed(url, WAITS) if running else put_in(url, WAITS)
    before = [(a.occurrence, a.due_on) for a in assignments(url)]
    assert all(day is None for _, day in before)
    do(url, item_step(items.set_event, "II.1", date(2021, 5, 10)))
    (dated,) = [a for a in assignments(url) if a.due_on]
    assert (dated.due_on, dated.original_due_on) == (date(2021, 5, 20), date(2021, 5, 20))
    if running:
        live(url, AT.date(), date(2021, 9, 30))
        assert "T-7" in {n.rung for n in notices(url) if n.state is NoticeState.ACCEPTED}
        assert compared(url, cycle, moment("2021-10-01")).missing == []
    do(url, item_step(items.set_event, "II.1", date(2021, 5, 12), anchor="Ngày nhận kế hoạch"))
    assert date(2021, 5, 22) in {a.due_on for a in assignments(url)}


def test_an_event_that_nobody_waits_for_is_refused(url: str) -> None:
    armed(url, spec("II.1", Recurring(freq="monthly", dates=("15",))))  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="name one of the events"):
        do(url, item_step(items.set_event, "II.1", date(2021, 5, 10)))


def test_units_do_not_change_the_plan(url: str) -> None:
    armed(url)
    with pytest.raises(Refused, match="only a coordinator"):
        do(url, add_step(NEW), who=HOA)
    with reading(url) as session:
        assert session.get_one(Cycle, 1) is not None
