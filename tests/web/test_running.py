"""Tasks of a running year in the console: added, split and dated, each looked at first."""

import pytest

from models.database import unit_of_work
from models.plans import PlanItem
from plan.deadlines import DEADLINES, Deadline, Relative
from plan.lifecycle import WorkState
from tests import builders as b
from tests.web.conftest import Console

YEAR = "/plans/1/years/2021"
NEW = {
    "code": "II.9", "text": "Báo cáo tình hình bão", "units": "Sở A; Sở B", "due": "trước ngày 15/6/2021",
    "reason": "Công điện 3",
}  # fmt: skip


def test_a_task_is_added_after_looking_at_who_is_told(console: Console):
    lan = console.browser("lan")
    before = len(b.assignments(console.url))
    page = lan.post(f"{YEAR}/add", NEW).text
    assert "2 việc giao thay đổi" in page
    assert "Sở B" in page
    assert len(b.assignments(console.url)) == before

    done = lan.post(f"{YEAR}/add", {**NEW, "go": "1"})
    assert done.headers["location"] == f"{YEAR}?said=changed"
    made = b.assignments(console.url)[before:]
    assert [(a.unit_id, str(a.due_on)) for a in made] == [(1, "2021-06-14"), (2, "2021-06-14")]
    assert len(console.kicked) == 1
    assert b.broken(console.url) == []


@pytest.mark.parametrize(("changes", "said"), [
    ({"units": ""}, "Hãy ghi đơn vị"), ({"units": "Sở Bê"}, "Không có đơn vị “Sở Bê”"),
    ({"code": ""}, "Hãy ghi số mục"), ({"code": "II.1"}, "Kế hoạch đã có nhiệm vụ II.1"),
    ({"reason": ""}, "Hãy nêu lý do hoặc văn bản"), ({"due": "lúc nào đó"}, "Không hiểu thời hạn"),
    ({"text": ""}, "chưa có nội dung"), ({"due": ""}, "chưa có thời hạn"),
])  # fmt: skip
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    console: Console, changes: dict[str, str], said: str
):
    refused = console.browser("lan").post(f"{YEAR}/add", {**NEW, **changes})

    assert refused.status_code == 422
    assert said in refused.text
    assert 'value="II.9"' in refused.text or changes.get("code") is not None


def test_a_task_is_split_for_the_units_that_have_it(console: Console):
    lan = console.browser("lan")
    address = f"{YEAR}/items/1/split"
    given = {"text": "Lập danh sách\nTổ chức tập huấn", "reason": "Rõ việc"}
    assert "Thay thế nhiệm vụ → a@so-a.example" in lan.post(address, given).text
    lan.post(address, {**given, "go": "1"})

    rows = b.assignments(console.url)
    assert rows[0].state is WorkState.REPLACED
    assert [(a.unit_id, str(a.due_on)) for a in rows[3:]] == [(1, "2021-05-20")] * 2
    assert "hai nhiệm vụ" in lan.post(f"{YEAR}/items/2/split", {"text": "Một", "reason": "x"}).text


def test_a_task_that_waits_for_no_event_has_nothing_to_date(console: Console):
    lan = console.browser("lan")

    assert "không chờ sự kiện nào" in lan.get(f"{YEAR}/items/1/event").text
    assert "Hãy ghi ngày" in lan.post(f"{YEAR}/items/1/event", {"day": ""}, page="/plans/1").text


def test_the_event_of_a_task_is_chosen_by_its_words(console: Console):
    waits: list[Deadline] = [Relative(days=10, working=False, anchor="ngày nhận Kế hoạch")]
    with unit_of_work(console.url) as session:
        item = session.get_one(PlanItem, 1)
        item.deadlines = DEADLINES.dump_python(waits, mode="json")
        session.add(item)
    lan = console.browser("lan")
    assert '<option value="ngày nhận Kế hoạch">' in lan.get(f"{YEAR}/items/1/event").text
    done = lan.post(f"{YEAR}/items/1/event", {"anchor": "ngày nhận Kế hoạch", "day": "12/4/2021", "go": "1"})

    assert done.status_code == 303
    assert [r.action for r in b.told(console.url)].count("item.event") == 1
