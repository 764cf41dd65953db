"""Plans in the console: putting one in, deciding about its tasks, and its year."""

import pytest
from sqlmodel import select

from models.cycles import Cycle, CycleState
from models.database import reading
from models.plans import ItemStatus, Plan, PlanItem
from tests import builders as b
from tests.web.conftest import Browser, Console

TEXT = """ỦY BAN NHÂN DÂN TỈNH BÌNH SƠN
Số: 20/KH-UBND

Bình Sơn, ngày 6 tháng 4 năm 2021

KẾ HOẠCH
Công tác bồi dưỡng năm 2021

II. NHIỆM VỤ
1. Xây dựng tài liệu bồi dưỡng.
- Đơn vị chủ trì: Sở A.
- Thời gian hoàn thành: Trước ngày 20/10/2021.
2. Mở lớp bồi dưỡng cho cán bộ.
- Đơn vị chủ trì: Các Sở.
- Thời gian hoàn thành: Quý III/2021.
3. Khảo sát <script>alert(1)</script> nhu cầu.
- Đơn vị chủ trì: Sở Ấy.
- Thời gian hoàn thành: Trước ngày 30/6/2021.

TM. ỦY BAN NHÂN DÂN
Trần Thị Cúc
"""


def put_in(lan: Browser, text: str = TEXT, **fields: str):
    return lan.post("/plans", fields, files=[("document", ("ke-hoach.txt", text.encode()))])


@pytest.fixture
def lan(console: Console) -> Browser:
    return console.browser("lan")


@pytest.fixture
def plan(console: Console, lan: Browser) -> str:
    """The address of a plan that has just been put in."""
    return put_in(lan).headers["location"].partition("?")[0]


def items(console: Console, number: str) -> list[PlanItem]:
    with reading(console.url) as session:
        found = session.exec(select(Plan).where(Plan.number == number)).one()
        return list(session.exec(select(PlanItem).where(PlanItem.plan_id == found.id)))


def test_a_document_becomes_a_plan_with_its_tasks_marked_in_the_text(
    console: Console, lan: Browser, plan: str
):
    page = lan.get(plan).text

    assert "Kế hoạch 20/KH-UBND" in page
    assert page.count("<mark ") == len(items(console, "20/KH-UBND")) == 3
    assert "trước ngày 20/10/2021" in page
    assert "<script>alert" not in page
    assert "(chưa khớp danh bạ)" in page


def test_what_the_text_does_not_say_is_typed_beside_it_and_the_file_is_not_asked_for_again(
    console: Console, lan: Browser
):
    bare = TEXT.replace("Số: 20/KH-UBND\n", "").replace("Bình Sơn, ngày 6 tháng 4 năm 2021\n", "")
    refused = put_in(lan, bare)
    assert refused.status_code == 422
    kept = refused.text.split('name="kept_document" value="')[1].split('"')[0]
    done = lan.post("/plans", {"kept_document": kept, "number": "21/KH-UBND", "signed_on": "6/4/2021"})

    assert done.status_code == 303
    assert len(items(console, "21/KH-UBND")) == 3


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"%PDF-1.4 broken", "chào".encode("utf-16")])
def test_a_file_that_is_no_plan_is_refused_in_words(lan: Browser, data: bytes):
    refused = lan.post("/plans", files=[("document", ("ke-hoach.pdf", data))])

    assert refused.status_code == 422
    assert 'id="summary-title"' in refused.text


def test_no_document_at_all_is_refused_in_words(lan: Browser):
    assert "Hãy chọn một văn bản" in lan.post("/plans").text


def test_the_same_number_with_another_text_wants_to_be_called_a_new_version(lan: Browser, plan: str):
    other = TEXT.replace("Khảo sát", "Điều tra")
    assert "đã có (bản 1)" in put_in(lan, other).text
    assert put_in(lan, other, new_version="1").status_code == 303


def test_every_task_whose_units_are_known_is_assigned_at_once(console: Console, lan: Browser, plan: str):
    lan.post(f"{plan}/assign-matched", {"year": "2021"}, page=plan)

    assert [i.status for i in items(console, "20/KH-UBND")] == [
        ItemStatus.ACCEPTED,
        ItemStatus.ACCEPTED,
        ItemStatus.DRAFT,
    ]
    assert len(b.assignments(console.url)) == 3 + 1 + 2


def test_a_task_is_decided_beside_its_sentence_and_the_next_one_follows(
    console: Console, lan: Browser, plan: str
):
    last = items(console, "20/KH-UBND")[2].id
    address = f"{plan}/items/{last}"
    page = lan.get(address).text
    assert "nhu cầu." in page
    assert "Văn bản ghi: “Sở Ấy”" in page
    refused = lan.post(
        address, {"year": "2021", "units": "Sở Ấy; Sở B", "due": "lúc nào đó", "answer": "accept"}
    )
    assert refused.status_code == 422
    for words in ("Không có đơn vị “Sở Ấy”", "Không hiểu thời hạn “lúc nào đó”", ">Sở Ấy; Sở B</textarea>"):
        assert words in refused.text

    done = lan.post(
        address,
        {"year": "2021", "units": "Sở B", "due": "trước ngày 15/7/2021", "ladder": "gap", "answer": "accept"},
    )
    assert done.headers["location"].startswith(f"{plan}/items/")
    given = b.assignments(console.url)[-1]
    assert (str(given.due_on), given.unit_id, given.ladder) == ("2021-07-14", 2, "gap")


def test_a_task_is_left_out(console: Console, lan: Browser, plan: str):
    first = items(console, "20/KH-UBND")[0].id
    lan.post(f"{plan}/items/{first}", {"year": "2021", "answer": "reject"})

    assert items(console, "20/KH-UBND")[0].status is ItemStatus.REJECTED


def everything_decided(console: Console, lan: Browser, plan: str) -> str:
    lan.post(f"{plan}/assign-matched", {"year": "2021"}, page=plan)
    last = items(console, "20/KH-UBND")[2].id
    lan.post(
        f"{plan}/items/{last}",
        {"year": "2021", "units": "Sở B", "due": "trước ngày 15/7/2021", "answer": "accept"},
    )
    return f"{plan}/years/2021"


def digest_on(page: str) -> str:
    return page.split('name="sha256" value="')[1].split('"', maxsplit=1)[0]


def test_the_year_is_simulated_and_that_list_is_armed(console: Console, lan: Browser, plan: str):
    year = everything_decided(console, lan, plan)
    page = lan.get(year).text
    assert "Tháng 12" in page
    assert "vanthu" not in page
    assert "a@so-a.example" in page
    sha = digest_on(lan.get(f"{year}/arm").text)
    assert "Hãy xác nhận đã xem danh sách" in lan.post(f"{year}/arm", {"sha256": sha}, page=year).text

    armed = lan.post(f"{year}/arm", {"sha256": sha, "seen": "1"}, page=year)
    assert armed.headers["location"].endswith("said=armed")
    assert len(console.kicked) == 1
    with reading(console.url) as session:
        assert [c.state for c in session.exec(select(Cycle))] == [CycleState.ARMED] * 2
        assert b.told(console.url)[-1].action == "cycle.armed"
        assert sha in b.told(console.url)[-1].data
    assert "Không thiếu thông báo nào" in lan.get(f"{year}/compare").text


def test_another_list_than_the_one_shown_is_not_armed(console: Console, lan: Browser, plan: str):
    year = everything_decided(console, lan, plan)
    lan.get(year)
    refused = lan.post(f"{year}/arm", {"sha256": "0" * 64, "seen": "1"}, page=year)

    assert refused.status_code == 409
    assert "Danh sách đã khác với bản mô phỏng" in refused.text


def test_arming_twice_arms_once(console: Console, lan: Browser, plan: str):
    year = everything_decided(console, lan, plan)
    sha = digest_on(lan.get(f"{year}/arm").text)
    for _ in range(2):
        assert lan.post(f"{year}/arm", {"sha256": sha, "seen": "1"}, page=year).status_code == 303
    assert [r.action for r in b.told(console.url)].count(
        "cycle.armed"
    ) == 2  # this one, and the console's own


def test_a_year_is_taken_back_before_the_first_notice_and_not_after(
    console: Console, lan: Browser, plan: str
):
    year = everything_decided(console, lan, plan)
    sha = digest_on(lan.get(f"{year}/arm").text)
    lan.post(f"{year}/arm", {"sha256": sha, "seen": "1"}, page=year)
    lan.post(f"{year}/disarm", {"reason": "Nhầm năm"}, page=year)
    assert b.told(console.url)[-1].action == "cycle.disarmed"

    lan.post(f"{year}/arm", {"sha256": digest_on(lan.get(f"{year}/arm").text), "seen": "1"}, page=year)
    b.wake(console.url, b.moment("2021-04-08", 6))
    b.deliver(console.url, b.moment("2021-04-08", 8))
    console.at(b.moment("2021-04-08", 9))
    assert lan.post(f"{year}/disarm", {"reason": "Nhầm năm"}, page=year).status_code == 422


def test_what_keeps_a_year_from_being_armed_is_said_all_at_once(console: Console, lan: Browser, plan: str):
    lan.post(f"{plan}/assign-matched", {"year": "2021"}, page=plan)
    last = items(console, "20/KH-UBND")[2].id
    lan.post(f"{plan}/items/{last}", {"year": "2021", "units": "Sở B", "due": "", "answer": "accept"})
    page = lan.get(f"{plan}/years/2021").text

    assert "Chưa kích hoạt được" in page
    assert "chưa có thời hạn và chưa đánh dấu không thời hạn" in page
    assert 'name="sha256"' not in page


def test_a_running_years_tasks_are_not_decided_anew(console: Console, lan: Browser):
    first = items(console, b.NUMBER)[0].id
    refused = lan.post(
        f"/plans/1/items/{first}", {"year": "2021", "units": "Sở B", "due": "", "answer": "accept"}
    )

    assert refused.status_code == 422
    assert "đã kích hoạt" in refused.text


def test_those_who_only_look_see_plans_and_change_nothing(console: Console):
    binh = console.browser("binh")

    assert binh.get("/plans/1").status_code == 200
    assert binh.get("/plans/1/years/2021").status_code == 200
    assert binh.get("/plans/1/items/1").status_code == 403
    assert binh.post("/plans/1/years/2021/arm", {"seen": "1"}, page="/plans/1").status_code == 403


def test_what_is_not_there_is_not_found(lan: Browser):
    for path in ("/plans/99", "/plans/1/items/99", "/plans/99/years/2021", "/plans/x"):
        assert lan.get(path).status_code == 404, path
    assert "Chưa giao việc nào cho năm" in lan.get("/plans/1/years/2030").text
