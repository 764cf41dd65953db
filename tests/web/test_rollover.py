"""Next year's draft in the console: the proposal as a diff, corrected, accepted once; a year closed."""

import re
from typing import Any

import pytest
from sqlmodel import col, select

from models.cycles import Assignment, Cycle, CycleState
from models.database import reading, unit_of_work
from models.drafts import RolloverDraft
from models.plans import Plan, PlanItem
from tests import builders as b
from tests.web.conftest import Browser, Console
from tests.web.test_overview import accept
from tests.web.test_plans import lan
from tests.web.test_work import hand_in
from web.routes.rollovers import FEW

__all__ = ["lan"]
HERE = "/plans/1/years/2021/rollover"


def fields(page: str, **changes: Any) -> dict[str, Any]:
    """What the form would send as it is shown, but for some fields; it accepts, if nothing else is asked for."""
    keep = dict.fromkeys(re.findall(r'name="(keep-\d+)" value="1" checked', page), "1")
    every = {
        name: re.findall(rf'name="{name}" value="(\w+)"', page) for name in ("shown", "boxes", "seen", "page")
    }
    given = {"number": "15/KH-UBND", "signed_on": "3/1/2022", "do": "accept", **every, **keep}
    return {k: v for k, v in {**given, **changes}.items() if v != "-"}


def next_year(console: Console) -> tuple[Plan, list[PlanItem], list[Assignment]]:
    with reading(console.url) as session:
        plan = session.exec(select(Plan).where(Plan.year == 2022)).one()
        items = session.exec(
            select(PlanItem).where(PlanItem.plan_id == plan.id).order_by(col(PlanItem.position))
        )
        cycle = session.exec(select(Cycle).where(Cycle.plan_id == plan.id)).one()
        return (
            plan,
            list(items),
            list(session.exec(select(Assignment).where(Assignment.cycle_id == cycle.id))),
        )


def test_the_proposal_is_a_diff_with_what_goes_on(lan: Browser):
    page = lan.get(HERE).text

    assert "đổi ngày" in page
    assert "<ins>chậm nhất ngày 20/05/2022</ins>" in page
    assert "3 việc chưa xong chuyển tiếp" in page
    assert f'href="{HERE}"' in lan.get("/plans/1/years/2021").text


def test_it_is_accepted_with_corrections_and_once(console: Console, lan: Browser):
    page = lan.get(HERE).text
    done = lan.post(HERE, fields(page, **{"text-1": "Nhiệm vụ viết lại", "units-1": "Các Sở", "keep-2": "-"}))

    plan, items, given = next_year(console)
    assert done.headers["location"] == f"/plans/{plan.id}?year=2022&said=rolled-over"
    assert items[0].text == "Nhiệm vụ viết lại"
    assert {a.unit_id for a in given if a.item_id == items[0].id and not a.replaces_id} == {1, 2}
    assert len([a for a in given if a.replaces_id]) == 3
    assert "Năm này đã được chuyển sang năm sau" in lan.get(HERE).text
    assert lan.post(HERE, fields(page)).status_code == 422
    assert b.broken(console.url) == []


def test_a_map_of_units_is_followed(console: Console, lan: Browser):
    kept = lan.post(HERE, fields(lan.get(HERE).text, map="Sở B = Sở A", until="15/2/2022", do="page:1"))
    page = lan.get(kept.headers["location"]).text
    assert "so-b → so-a" in page
    assert "15/02/2022" in page
    lan.post(HERE, fields(page, map="Sở B = Sở A", until="15/2/2022"))

    assert {a.unit_id for a in next_year(console)[2]} == {1}


@pytest.mark.parametrize(("changes", "said"), [
    ({"map": "Sở B"}, "Không hiểu dòng “Sở B”"),
    ({"units-1": "Sở Bê"}, "Không có đơn vị “Sở Bê”"),
    ({"due-1": "lúc nào đó"}, "Không hiểu thời hạn “lúc nào đó”"),
    ({"signed_on": "mai"}, "“mai” không phải là một ngày"),
    ({"signed_on": "3/1/2030"}, "không thuộc năm 2021 hay 2022"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(lan: Browser, changes: dict[str, str], said: str):
    refused = lan.post(HERE, fields(lan.get(HERE).text, **{"text-3": "Giữ những chữ này", **changes}))

    assert refused.status_code == 422
    assert said in refused.text
    assert ">Giữ những chữ này</textarea>" in refused.text


def test_a_year_is_closed_when_nothing_is_unfinished(console: Console, lan: Browser):
    lan.post(HERE, fields(lan.get(HERE).text, leave=["1", "2", "3"]))
    close = "/plans/1/years/2021/close"
    assert "Còn việc chưa xong" in lan.post(close, page=HERE).text
    for number in (1, 2, 3):
        hand_in(console, number)
        accept(console, number)
    assert lan.post(close, page=HERE).headers["location"].endswith("said=closed")

    with reading(console.url) as session:
        assert session.get_one(Cycle, 1).state is CycleState.CLOSED


def many_unfinished(console: Console, count: int) -> None:
    with unit_of_work(console.url) as session:
        first = session.exec(select(Assignment).order_by(col(Assignment.id))).first()
        assert first
        rows = (first.model_dump(exclude={"id"}) | {"occurrence": f"đợt {n}"} for n in range(count))
        session.add_all(Assignment.model_validate(row) for row in rows)


def test_many_unfinished_of_one_task_go_on_unless_the_box_is_ticked(console: Console, lan: Browser):
    many_unfinished(console, FEW)
    page = lan.get(HERE).text
    assert page.count('name="leave"') == 2
    kept = lan.post(HERE, fields(page, **{"leave-all-1": "1", "do": "page:1"}))
    assert 'name="leave-all-1" value="1" checked' in lan.get(kept.headers["location"]).text
    lan.post(HERE, fields(lan.get(HERE).text))

    assert len([a for a in next_year(console)[2] if a.replaces_id]) == FEW + 3


def test_they_are_left_one_by_one_and_nothing_typed_is_lost(console: Console, lan: Browser):
    many_unfinished(console, FEW)
    answer = lan.post(HERE, fields(lan.get(HERE).text, **{"text-2": "Câu viết lại", "do": "open:1"}))
    opened = lan.get(answer.headers["location"].partition("#")[0]).text
    assert opened.count('name="leave"') == FEW + 3
    assert "Câu viết lại" in opened

    chosen = re.findall(r'name="leave" value="(\d+)"', opened)[1:3]
    lan.post(HERE, {**fields(opened), "leave": chosen, "text-2": "Câu viết lại"})
    assert len([a for a in next_year(console)[2] if a.replaces_id]) == FEW + 1


def test_two_thousand_tasks_are_gone_through_in_parts_and_accepted_once(console: Console, lan: Browser):
    with unit_of_work(console.url) as session:
        first = session.exec(select(PlanItem).order_by(col(PlanItem.id))).first()
        given = session.exec(select(Assignment).order_by(col(Assignment.id))).first()
        assert first and given
        for n in range(4, 2001):
            like = first.model_dump(exclude={"id"}) | {"code": f"III.{n}", "position": n, "text": f"Việc {n}"}
            item = PlanItem.model_validate(like)
            session.add(item)
            session.flush()
            session.add(Assignment.model_validate(given.model_dump(exclude={"id"}) | {"item_id": item.id}))
    assert "Phần 1/25" in lan.get(HERE).text

    for number, change in ((1, {"text-2": "Sửa ở phần 1"}), (20, {"keep-1600": "-", "units-1530": "Sở B"})):
        page = lan.get(f"{HERE}?page={number}").text
        assert len(page) < 400_000
        assert len(fields(page)) < 400
        lan.post(HERE, fields(page, **change, do=f"page:{number + 1}"))
    mai = console.browser("mai")
    other = mai.get(f"{HERE}?page=2").text
    lan.post(HERE, fields(lan.get(f"{HERE}?page=3").text, **{"text-200": "Sửa ở phần 3", "do": "page:4"}))
    assert mai.post(HERE, fields(other)).status_code == 409
    lan.post(HERE, fields(lan.get(f"{HERE}?page=25").text))

    _, items, made = next_year(console)
    by_code = {item.code: item for item in items}
    assert len(items) == 2000
    assert [by_code[c].text for c in ("II.2", "III.200")] == ["Sửa ở phần 1", "Sửa ở phần 3"]
    assert {a.unit_id for a in made if a.item_id == by_code["III.1530"].id and not a.replaces_id} == {2}
    assert [a for a in made if a.item_id == by_code["III.1600"].id and not a.replaces_id] == []
    with reading(console.url) as session:
        assert session.exec(select(RolloverDraft)).all() == []
    assert b.broken(console.url) == []
