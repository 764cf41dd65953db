"""The unit's own pages: its people and addresses, deputies in a time of absence, its history, its calendar."""

import pytest
from sqlmodel import select

from actions import moves
from models.database import reading, unit_of_work
from models.people import Contact
from models.year import Absence
from tests import builders as b
from tests.web.conftest import Console

AWAY = {
    "who": "contact:1",
    "deputy": "person:3",
    "first_day": "10/4/2021",
    "last_day": "20/4/2021",
    "reason": "Nghỉ phép",
}


def absences(console: Console) -> list[Absence]:
    with reading(console.url) as session:
        return list(session.exec(select(Absence)))


def test_a_unit_sees_its_addresses_and_people_and_no_others(console: Console):
    page = console.browser("minh").get("/mine/unit").text

    assert "a@so-a.example" in page
    assert "Minh" in page
    assert "so-b.example" not in page
    assert "Hoa" not in page


def test_a_deputy_is_named_for_days_and_taken_back(console: Console):
    minh = console.browser("minh")

    assert (
        minh.post("/mine/unit/absences", AWAY, page="/mine/unit").headers["location"].endswith("said=absence")
    )
    page = minh.get("/mine/unit").text
    assert "10/04/2021" in page
    assert "Nghỉ phép" in page
    minh.post("/mine/unit/absences/1/end", page="/mine/unit")
    assert absences(console) == []
    assert [r.action for r in b.told(console.url)][-2:] == ["absence.made", "absence.ended"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"who": "contact:3"}, "who"),
        ({"deputy": "person:4"}, "deputy"),
        ({"deputy": "contact:1"}, "deputy"),
        ({"first_day": ""}, "first_day"),
        ({"last_day": "mai"}, "last_day"),
    ],
    ids=["somebody of another unit", "a deputy of another unit", "for oneself", "no day", "no day at all"],
)
def test_mistakes_are_told_at_their_field_and_nothing_typed_is_lost(
    console: Console, change: dict[str, str], field: str
):
    refused = console.browser("minh").post("/mine/unit/absences", AWAY | change, page="/mine/unit")

    assert refused.status_code == 422
    assert f'href="#f-{field}"' in refused.text
    assert 'value="Nghỉ phép"' in refused.text
    assert absences(console) == []


def test_another_units_absence_is_not_ended(console: Console):
    console.browser("minh").post("/mine/unit/absences", AWAY, page="/mine/unit")

    assert console.browser("hoa").post("/mine/unit/absences/1/end", page="/mine/unit").status_code == 403
    assert console.browser("hoa").post("/mine/unit/absences/9/end", page="/mine/unit").status_code == 404
    assert len(absences(console)) == 1


def test_the_history_tells_what_happened_to_the_units_tasks_only(console: Console):
    b.by(console.url, b.MINH, moves.receive, 1, b.moment("2021-04-07", 11))
    b.by(console.url, b.HOA, moves.receive, 3, b.moment("2021-04-07", 11))

    page = console.browser("minh").get("/mine/history").text

    assert "Tiếp nhận" in page
    assert "Nhiệm vụ II.1" in page
    assert "Nhiệm vụ II.3" not in page
    assert "Chưa có gì diễn ra" in console.browser("hoa").get("/mine/history?page=7").text


def test_a_unit_that_cannot_be_reached_is_told_so(console: Console):
    with unit_of_work(console.url) as session:
        for contact in session.exec(select(Contact).where(Contact.unit_id == 1)):
            contact.active = False
            session.add(contact)

    assert "đơn vị không nhận được thư" in console.browser("minh").get("/mine/unit").text


def test_the_calendar_is_made_from_here_and_its_page_says_how_to_add_it(console: Console):
    minh = console.browser("minh")
    assert "Thêm lịch đăng ký" in minh.get("/mine/unit").text
    assert "/calendar/" in minh.post("/account/keys", {"purpose": "calendar"}, page="/mine/unit").text
    assert "Bạn đã có một địa chỉ" in minh.get("/mine/unit").text
