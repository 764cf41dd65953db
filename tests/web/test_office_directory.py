"""The directory as a file, what wants mending in it, groups, and everybody's keys."""

import html
import re

from sqlmodel import select

from models.cycles import Cycle, CycleState
from models.database import reading, unit_of_work
from models.people import Contact, GroupMember, Unit
from plan import clock
from tests import builders as b
from tests.web.conftest import Browser, Console

TABLE = "code,name,groups,address\nso-d,Sở D,cac-so,d@so-d.example\nso-a,Sở A mới,cac-so,a@so-a.example\n"


def look(admin: Browser, name: str, data: bytes) -> str:
    answer = admin.post(
        "/office/directory/look", page="/office/directory", files=[("directory", (name, data))]
    )
    return html.unescape(answer.text)


def units(console: Console) -> dict[str, Unit]:
    with reading(console.url) as session:
        return {u.code: u for u in session.exec(select(Unit))}


def test_a_file_shows_what_it_changes_and_writes_nothing_until_told(console: Console):
    admin = console.browser("admin")
    rows = len(b.told(console.url))

    seen = look(admin, "danh-ba.csv", TABLE.encode())

    assert "<del>Sở A</del> → <ins>Sở A mới</ins>" in seen
    assert (
        "giam-doc@so-a.example (cấp trên nhận báo cáo trễ: Giám đốc Sở A)" in seen
    )  # not in the file, so it goes
    assert "Sở D" in seen
    assert "so-d" not in units(console)
    assert len(b.told(console.url)) == rows

    done = admin.post("/office/directory", {"name": "danh-ba.csv", "text": TABLE}, page="/office/directory")
    assert done.headers["location"] == "/office/faults?said=directory"
    assert units(console)["so-a"].name == "Sở A mới"
    assert "Các Sở" in admin.get("/office/groups").text  # a CSV only names the group's code


def test_a_broken_file_says_where_and_keeps_its_text_to_be_corrected(console: Console):
    admin = console.browser("admin")

    assert "YAML hỏng" in look(admin, "danh-ba.yaml", b"units: [{")
    assert "không phải UTF-8" in look(admin, "danh-ba.csv", "Sở".encode("utf-16"))
    assert "không có khối khong" in look(admin, "a.yaml", b"units: [{code: x, name: X, groups: [khong]}]")
    assert "units: [{code: x" in look(admin, "a.yaml", b"units: [{code: x, name: X, groups: [khong]}]")
    assert "Hãy chọn tệp danh bạ" in admin.post("/office/directory/look", page="/office/directory").text


def test_what_is_taken_out_can_be_put_in_again_and_changes_nothing(console: Console):
    admin = console.browser("admin")
    for name in ("directory.csv", "directory.yaml"):
        taken = admin.get(f"/office/{name}")
        assert "Văn thư Sở A" in taken.text
        assert "không có gì để đổi" in look(admin, name, taken.content), name


def test_the_page_of_faults_says_what_to_do_and_leads_there(console: Console):
    admin = console.browser("admin")
    with unit_of_work(console.url) as session:
        contact = session.get_one(Contact, 1)
        contact.bounced_at = clock.now()
        session.add(contact)

    page = admin.get("/office/faults").text
    assert "Đang có việc nhưng không ai nhận được thư" in page
    assert "Thư gửi đến bị trả lại" in page
    assert '<a href="/units/1">Sở A</a>' in page
    assert '<a href="/units/1">' not in console.browser("lan").get("/office/faults").text

    admin.post("/contacts/1/trust", page="/units/1")
    assert "Không có gì cần sửa" in admin.get("/office/faults").text
    assert b.told(console.url)[-1].action == "address.trusted-again"


def test_a_circle_of_units_is_refused_with_its_names(console: Console):
    admin = console.browser("admin")
    admin.post("/units/1", {"name": "Sở A", "parent": "2"}, page="/units/1")

    refused = admin.post("/units/2", {"name": "Sở B", "parent": "1"}, page="/units/2")

    assert refused.status_code == 422
    assert "so-b → so-a → so-b" in refused.text


def test_a_unit_ends_only_when_it_owes_nothing_and_can_come_back(console: Console):
    admin = console.browser("admin")
    assert "còn 2 nhiệm vụ chưa xong" in admin.post("/units/1/active", {"active": "no"}, page="/units/1").text
    admin.post("/units", {"code": "so-c", "name": "Sở C"}, page="/units/new")
    number = units(console)["so-c"].id

    admin.post(f"/units/{number}/active", {"active": "no"}, page=f"/units/{number}")
    assert not units(console)["so-c"].active
    admin.post(f"/units/{number}/active", {"active": "yes"}, page=f"/units/{number}")
    assert units(console)["so-c"].active


def test_a_group_gets_its_units_from_the_form(console: Console):
    admin = console.browser("admin")
    group = {"code": "moi", "name": "Khối mới", "aliases": "các đơn vị mới", "units": ["1", "2"]}
    admin.post("/office/groups", group, page="/office/groups")
    with reading(console.url) as session:
        rows = session.exec(select(GroupMember).where(GroupMember.group_id == 2)).all()
    assert [m.unit_id for m in rows] == [1, 2]
    taken = admin.post("/office/groups", group, page="/office/groups")
    assert taken.status_code == 422
    assert 'href="#f-code"' in taken.text
    changed = {"edit": "2", "code": "moi", "name": "Khối khác", "units": ["2"]}
    admin.post("/office/groups", changed, page="/office/groups?edit=2")
    with reading(console.url) as session:
        rows = session.exec(select(GroupMember).where(GroupMember.group_id == 2)).all()
    assert [m.unit_id for m in rows] == [2]


def test_an_administrator_makes_a_key_for_somebody_with_an_end_and_revokes_it(console: Console):
    admin = console.browser("admin")
    assert "Hãy đặt tên khóa" in admin.post("/office/keys", {"person": "1"}, page="/office/keys").text
    fields = {"person": "1", "name": "Cổng báo cáo", "may": "read", "life": "30"}
    page = admin.post("/office/keys", fields, page="/office/keys").text
    found = re.search(r'<code class="wraps">([\w-]+)</code>', page)
    assert found
    key = {"authorization": f"Bearer {found.group(1)}"}
    assert console.browser().get("/api/v1/plans", headers=key).status_code == 200

    admin.post("/office/keys/1/revoke", page="/office/keys")
    assert console.browser().get("/api/v1/plans", headers=key).status_code == 401
    assert "Đã thu hồi hoặc hết hạn" in admin.get("/office/keys").text


def test_a_new_person_does_not_take_the_place_of_one_with_the_same_code(console: Console):
    admin = console.browser("admin")
    person = {"new": "1", "code": "lan", "name": "Lan khác", "role": "leader"}

    refused = admin.post("/people", person, page="/people")

    assert refused.status_code == 422
    assert "mã lan đã có" in refused.text.lower()
    assert 'value="Lan khác"' in refused.text


def test_the_way_to_a_first_year_is_shown_until_one_runs(console: Console):
    assert "Để năm đầu tiên chạy" not in console.browser("lan").get("/morning").text
    with unit_of_work(console.url) as session:
        for cycle in session.exec(select(Cycle)):
            cycle.state, cycle.armed_at = CycleState.DRAFT, None
    admin, lan = (console.browser(code).get("/morning").text for code in ("admin", "lan"))

    assert "Để năm đầu tiên chạy" in admin
    assert 'href="/plans/1">Giao việc' in lan
    assert "Thiết lập kênh gửi thư" in lan
    assert lan.count(">xong<") == 4
