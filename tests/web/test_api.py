"""The REST API: keys and their scopes, pages, what counts once, what was seen, errors in two languages."""

import json
from typing import Any

import httpx
import pytest
from sqlmodel import select

from actions import accounts, rights
from actions.plans import plan_named
from models.accounts import AccessKey, KeyPurpose, KeyScope
from models.database import reading, unit_of_work
from models.people import Person
from plan import clock
from plan.lifecycle import WorkState
from tests import builders as b
from tests.web.conftest import NOON, Console
from tests.web.test_work import PDF, hand_in

ALL = frozenset(KeyScope)
Call = Any


def caller(console: Console, code: str, *scopes: KeyScope, **more: str) -> httpx.Client:
    """A program with a key of this person, which has every scope if none is named."""
    with unit_of_work(console.url) as session:
        person = session.exec(select(Person).where(Person.code == code)).one()
        key = accounts.make_key(
            session, person, KeyPurpose.API, now=clock.now(), at=NOON, actor=accounts.SYSTEM, name="thử",
            scopes=scopes or ALL,
        )  # fmt: skip
    client = console.browser().client
    client.base_url = httpx.URL(f"{client.base_url}/api/v1")
    client.headers.update({"authorization": f"Bearer {key}", **more})
    return client


def test_programs_read_and_change_within_the_scopes_of_their_key(console: Console):
    hand_in(console)
    reader, writer = (
        caller(console, "lan", KeyScope.READ),
        caller(console, "lan", KeyScope.READ, KeyScope.WRITE),
    )
    listed = reader.get("/assignments?state=submitted").json()
    assert [(a["item"], a["time_state"]) for a in listed["items"]] == [("II.1", "on-track")]

    refused = reader.post("/assignments/1/accept")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:dondoc:problem:not-allowed")
    assert b.told(console.url)[-1].action == "access.refused"
    assert writer.post("/assignments/1/return", json={"reason": ""}).status_code == 422
    assert writer.post("/assignments/1/accept").json()["state"] == "completed"
    assert b.assignments(console.url)[0].state is WorkState.COMPLETED
    assert "api-key" in {r.assurance for r in b.told(console.url)}
    assert reader.get("/ledger").status_code == 403
    assert len(console.kicked) == 1


def test_a_units_key_reaches_its_own_assignments_only(console: Console):
    minh = caller(console, "minh")

    assert [a["id"] for a in minh.get("/assignments").json()["items"]] == [1, 2]
    for path in ("/assignments/3", "/assignments/3/history", "/assignments/3/submissions"):
        assert minh.get(path).status_code == 404
    assert minh.post("/assignments/3/receive").status_code == 404
    assert minh.post("/assignments/1/receive").json()["state"] == "received"
    assert minh.get("/ledger").status_code == 403
    assert minh.get("/plans").status_code == 403
    assert minh.post("/assignments/1/cancel", json={"reason": "x"}).status_code in {403, 422}
    assert b.assignments(console.url)[0].state is WorkState.RECEIVED
    assert {n["assignment_id"] for n in minh.get("/notices").json()["items"]} <= {1, 2}
    assert {n["address"] for n in minh.get("/notices").json()["items"]} <= {None}


def test_a_coordinator_of_other_plans_sees_and_touches_nothing(console: Console):
    mai = caller(console, "mai")
    with unit_of_work(console.url) as session:
        person = session.exec(select(Person).where(Person.code == "mai")).one()
        other = plan_named(session, b.NUMBER).model_copy(
            update={"id": None, "number": "99/KH", "sha256": "9" * 64}
        )
        other = type(other)(**other.model_dump())
        session.add(other)
        session.flush()
        rights.limit(session, person, [other.id or 0], at=NOON, actor=accounts.SYSTEM)

    assert mai.get("/assignments").json()["items"] == []
    assert [p["number"] for p in mai.get("/plans").json()["items"]] == ["99/KH"]
    assert mai.get("/plans/1/items").status_code == 404
    assert mai.post("/assignments/1/suspend", json={"reason": "x"}).status_code == 404


@pytest.mark.parametrize("key", ["", "Bearer x", "Basic bGFuOng="])
def test_without_a_good_key_programs_are_told_so(console: Console, key: str):
    answer = console.browser().get("/api/v1/assignments", headers={"authorization": key} if key else {})

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_key_ends_and_is_seen_in_use(console: Console):
    lan = caller(console, "lan", KeyScope.READ)
    assert lan.get("/me").json() == {
        "person": "lan", "name": "Lan", "role": "coordinator", "units": [], "scopes": ["read"], "expires_at": None,
    }  # fmt: skip
    with unit_of_work(console.url) as session:
        key = session.exec(select(AccessKey)).one()
        assert key.used_at is not None
        key.expires_at = clock.now()
        session.add(key)

    assert lan.get("/me").status_code == 401


def test_pages_lead_to_each_other_and_miss_nothing(console: Console):
    lan = caller(console, "lan")
    first = lan.get("/assignments?limit=2")
    assert [a["id"] for a in first.json()["items"]] == [1, 2]
    following = httpx.Response(200, headers={"link": first.headers["link"]}).links["next"]["url"]
    second = lan.get(f"http://127.0.0.1:8787{following}")

    assert [a["id"] for a in second.json()["items"]] == [3]
    assert second.json()["next"] is None
    assert "next" not in httpx.Response(200, headers={"link": second.headers["link"]}).links
    assert lan.get("/assignments?cursor=YWZ0ZXI6LTE").status_code == 422


def test_a_request_sent_twice_under_one_key_counts_once(console: Console):
    minh = caller(console, "minh", **{"idempotency-key": "lan-1"})
    body = {"new_due_on": "2021-06-01", "reason": "Chờ số liệu"}
    one, two = (minh.post("/assignments/1/extensions", json=body) for _ in range(2))

    assert (one.status_code, two.status_code) == (201, 201)
    assert one.json() == two.json()
    assert two.headers["idempotency-replayed"] == "true"
    assert [r.action for r in b.told(console.url)].count("extension.requested") == 1
    assert minh.post("/assignments/1/extensions", json={**body, "reason": "khác"}).status_code == 422
    assert minh.post("/assignments/2/extensions", json=body).status_code == 422
    refused = minh.post("/assignments/1/extensions", json=body, headers={"idempotency-key": "lan-2"})
    assert refused.status_code == 422


def test_what_has_changed_since_it_was_read_is_not_overwritten(console: Console):
    lan = caller(console, "lan")
    tag = lan.get("/assignments/1").headers["etag"]
    assert lan.get("/assignments/1", headers={"if-none-match": tag}).status_code == 304
    hand_in(console)
    stale = lan.post("/assignments/1/suspend", json={"reason": "x"}, headers={"if-match": tag})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:dondoc:problem:stale")
    fresh = lan.get("/assignments/1").headers["etag"]

    assert fresh != tag
    assert lan.post("/assignments/1/accept", headers={"if-match": fresh}).status_code == 200


def test_a_file_is_taken_in_handed_in_and_downloaded(console: Console):
    minh, lan = caller(console, "minh"), caller(console, "lan")
    kept = minh.post("/files", files={"file": ("../báo cáo.pdf", PDF)}).json()
    assert (kept["name"], kept["media_type"], kept["size"]) == ("báo cáo.pdf", "application/pdf", len(PDF))
    made = minh.post("/assignments/1/submissions", json={"note": "xong", "files": [kept["token"]]})
    assert made.status_code == 201
    got = lan.get(f"/submissions/{made.json()['id']}/files/{kept['sha256']}")

    assert got.content == PDF
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''b%C3%A1o")
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert (
        caller(console, "lan", KeyScope.READ).get(got.request.url.path.removeprefix("/api/v1")).status_code
        == 403
    )
    assert caller(console, "hoa").get(got.request.url.path.removeprefix("/api/v1")).status_code == 404
    forged = minh.post("/assignments/2/submissions", json={"files": [kept["token"] + "x"]})
    assert forged.status_code == 422


def test_a_file_of_another_kind_is_refused_by_its_content(console: Console):
    answer = caller(console, "minh").post("/files", files={"file": ("a.pdf", b"MZ\x90\x00" + bytes(99))})

    assert answer.status_code == 422
    assert "không nhận loại tệp này" in answer.json()["detail"]


@pytest.mark.parametrize(("wanted", "words", "title"), [
    ("vi", "lý do", "Bị từ chối"), ("en-GB,en;q=0.9,vi;q=0.5", "reason", "Refused"), ("fr", "reason", "Bị từ chối"),
    ("vi;q=0, en;q=0.1", "reason", "Refused"), (";;q=x,,", "", "Bị từ chối"),
])  # fmt: skip
def test_errors_are_said_in_the_language_asked_for(console: Console, wanted: str, words: str, title: str):
    lan = caller(console, "lan", **{"accept-language": wanted})
    answer = lan.post("/assignments/1/cancel", json={}).json()

    assert answer["title"] == title
    assert answer["errors"][0]["pointer"] == "/reason"


def test_extensions_are_answered(console: Console):
    minh, lan = caller(console, "minh"), caller(console, "lan")
    asked = minh.post("/assignments/1/extensions", json={"new_due_on": "2021-06-01", "reason": "x"}).json()
    assert minh.post(f"/extensions/{asked['id']}/grant").status_code == 403
    granted = lan.post(f"/extensions/{asked['id']}/grant", json={"new_due_on": "2021-06-03"}).json()

    assert (granted["state"], granted["new_due_on"], granted["old_due_on"]) == (
        "granted",
        "2021-06-03",
        "2021-05-20",
    )
    assert lan.get("/assignments/1").json()["due_on"] == "2021-06-03"
    assert lan.get("/extensions?state=granted&assignment=1").json()["items"][0]["id"] == asked["id"]
    assert caller(console, "hoa").get(f"/extensions/{asked['id']}").status_code == 404


def test_a_task_is_moved_to_another_unit(console: Console):
    lan = caller(console, "lan")
    new = lan.post("/assignments/1/reassign", json={"unit": b.B, "reason": "Đúng lĩnh vực"}).json()

    assert (new["unit"], new["replaces_id"]) == (b.B, 1)
    assert lan.post("/assignments/2/reassign", json={"unit": "không có", "reason": "x"}).status_code == 404


def test_a_copy_of_the_ledger_can_be_kept_elsewhere(console: Console):
    kiem = caller(console, "kiem")
    rows = kiem.get("/ledger?after=2&limit=3").json()["items"]
    head = kiem.get("/ledger/head").json()

    assert [r["seq"] for r in rows] == [3, 4, 5]
    assert rows[1]["previous"] == rows[0]["hash"]
    assert head["hash"] == b.told(console.url)[-1].hash
    about = kiem.get("/ledger?subject=plan:1&action=plan.").json()["items"]
    assert [r["action"] for r in about] == ["plan.imported"]
    assert kiem.get("/ledger?until=2021-04-06").json()["items"] == []


def test_the_database_holds_no_key(console: Console):
    lan = caller(console, "lan")
    with reading(console.url) as session:
        kept = session.exec(select(AccessKey)).one()

    assert lan.headers["authorization"].removeprefix("Bearer ") not in json.dumps(
        kept.model_dump(), default=str
    )


def test_the_description_names_every_path_with_its_refusals(console: Console):
    described = console.browser().get("/api/v1/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    for path, verbs in described["paths"].items():
        for verb, operation in verbs.items():
            assert {"401", "403"} <= set(operation["responses"]), (verb, path)
            assert operation["security"], (verb, path)
            assert operation["description"], (verb, path)
    assert "HTTPValidationError" not in described["components"]["schemas"]


def test_a_past_day_is_shown_as_it_stood(console: Console):
    hand_in(console)
    console.at(b.moment("2021-04-08"))
    caller(console, "lan").post("/assignments/1/accept")
    kiem = caller(console, "kiem")
    then, now = (kiem.get(f"/past/2021-04-0{day}/assignments").json()["items"] for day in (7, 8))

    assert [a["state"] for a in then] == ["submitted", "assigned", "assigned"]
    assert [a["state"] for a in now] == ["completed", "assigned", "assigned"]
    assert kiem.get("/past/2021-04-09/assignments").status_code == 422
    assert [a["id"] for a in caller(console, "hoa").get("/past/2021-04-07/assignments").json()["items"]] == [
        3
    ]


def test_a_parameter_that_an_operation_does_not_have_is_refused_not_left_out(console: Console):
    answer = caller(console, "lan", KeyScope.READ).get("/assignments?stat=submitted&state=submitted")

    assert answer.status_code == 422
    assert "không có tham số “stat” ở đây" in answer.text
    assert "words" in answer.text
