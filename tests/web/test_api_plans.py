"""Plans through the API: put in, decided, simulated, armed as looked at, amended, rolled over; the guide's own commands."""

import re
import shlex
from pathlib import Path
from typing import Any

import httpx
import pytest

from models.cycles import CycleState
from models.database import unit_of_work
from models.people import Contact
from tests import builders as b
from tests.web.conftest import Console
from tests.web.test_amendment import NEWER
from tests.web.test_api import caller
from tests.web.test_plans import TEXT

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "api.md"
FILES = {"ke-hoach.txt": TEXT, "ban-moi.txt": NEWER}
COMMAND = re.compile(r"^    curl ((?:[^\n]|\n {8})*?)  # (\d+)(?:: (.*))?$", re.MULTILINE)
YEAR = "/plans/2/years/2021"


def put_in(program: httpx.Client, text: str = TEXT, **fields: str) -> httpx.Response:
    return program.post("/plans", files={"document": ("ke-hoach.txt", text.encode())}, data=fields)


def decide(program: httpx.Client, *items: dict[str, Any]) -> httpx.Response:
    return program.post("/plans/2/decisions", json={"year": 2021, "items": list(items)})


def ready(program: httpx.Client) -> str:
    """A plan that has been put in and decided; the hash of its year."""
    assert put_in(program).status_code == 201
    last = {"code": "II.3", "units": ["Sở B"], "due": "trước ngày 15/7/2021"}
    assert decide(program, {"code": "II.1"}, {"code": "II.2"}, last).json()["made"] == 4
    return program.get(f"{YEAR}/simulation").json()["sha256"]


def test_the_commands_of_the_guide_do_what_it_says(console: Console):
    program = caller(console, "lan")
    known: dict[str, str] = {}
    files = dict(FILES)
    found = COMMAND.findall(GUIDE.read_text("utf-8"))
    assert len(found) >= 16

    for command, status, takes in found:
        words = shlex.split(re.sub(r"\$(\w+)", lambda m: "" if m[1] == "API" else known[m[1]], command))
        answer = run(program, words, files)
        assert answer.status_code == int(status), (command, answer.text)
        for way, name in re.findall(r"([\w.]+) → (\w+)", takes):
            value: Any = answer.json()
            for step in way.split("."):
                value = value[int(step)] if step.isdigit() else value[step]
            known[name] = str(value)
    assert b.broken(console.url) == []


def run(program: httpx.Client, words: list[str], files: dict[str, str]) -> httpx.Response:
    """What curl would do with these words."""
    sent: dict[str, Any] = {}
    form, keep, rest = {}, "", iter(words)
    for word in rest:
        match word:
            case "--json":
                body = next(rest)
                sent = {"content": files[body[1:]] if body.startswith("@") else body,
                        "headers": {"content-type": "application/json"}}  # fmt: skip
            case "-F":
                name, _, value = next(rest).partition("=")
                if value.startswith("@"):
                    sent["files"] = {name: (value[1:], files[value[1:]].encode())}
                else:
                    form[name] = value
            case "-o":
                keep = next(rest)
            case _:
                address = word
    answer = program.request("POST" if sent else "GET", address, **sent, **({"data": form} if form else {}))
    if keep:
        files[keep] = answer.text
    return answer


def test_a_document_answers_with_its_tasks_places_and_doubts_and_counts_once(console: Console):
    program = caller(console, "lan")
    made = put_in(program).json()
    plan, first = made["plan"], made["items"][0]

    assert (plan["number"], plan["signed_on"], made["new"]) == ("20/KH-UBND", "2021-04-06", True)
    assert (first["code"], first["lead"], first["due_text"]) == ("II.1", ["Sở A"], "Trước ngày 20/10/2021")
    assert TEXT[first["start"] : first["end"]].startswith("Xây dựng tài liệu")
    again = put_in(program)
    assert (again.status_code, again.json()["new"], again.json()["plan"]["id"]) == (200, False, plan["id"])
    assert put_in(program, TEXT.replace("Mở lớp", "Tổ chức lớp")).status_code == 422
    codes, page = [], program.get("/plans/2/items?limit=2").json()
    while True:
        codes += [item["code"] for item in page["items"]]
        if not page["next"]:
            break
        page = program.get(f"/plans/2/items?limit=2&cursor={page['next']}").json()
    assert codes == ["II.1", "II.2", "II.3"]


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"%PDF-1.4 broken", "Một câu.".encode()])
def test_what_is_no_plan_is_refused_with_every_reason(console: Console, data: bytes):
    refused = caller(console, "lan").post("/plans", files={"document": ("x.pdf", data)})

    assert (refused.status_code, bool(refused.json()["errors"])) == (422, True)


def test_every_mistake_in_decisions_is_named_and_nothing_is_done(console: Console):
    program = caller(console, "lan")
    put_in(program)
    refused = decide(
        program, {"code": "II.1", "units": ["Sở Bê"]}, {"code": "II.2", "due": "lúc nào đó"}, {"code": "II.3"}
    )

    said = [e["detail"] for e in refused.json()["errors"]]
    assert [words.split(":")[0] for words in said] == ["II.1", "II.2", "II.3"]
    assert refused.status_code == 422
    assert decide(program, {"code": "IX"}).status_code == 404
    assert program.get("/plans/2").json()["cycles"] == []


def test_only_the_list_that_was_looked_at_is_armed(console: Console):
    program = caller(console, "lan")
    sha = ready(program)
    listed = program.get(f"{YEAR}/simulation/notices?limit=2").json()
    assert (listed["sha256"], len(listed["items"]), bool(listed["next"])) == (sha, 2, True)
    with unit_of_work(console.url) as session:
        session.add(Contact(unit_id=1, role="mailbox", address="them@so-a.example"))
    assert program.post(f"{YEAR}/arm", json={"sha256": sha}).status_code == 409

    now = program.get(f"{YEAR}/simulation").json()
    assert now["sha256"] != sha
    armed = program.post(f"{YEAR}/arm", json={"sha256": now["sha256"]}, headers={"idempotency-key": "a"})
    again = program.post(f"{YEAR}/arm", json={"sha256": now["sha256"]}, headers={"idempotency-key": "a"})
    assert armed.json() == again.json()
    assert (armed.json()["state"], armed.json()["new"]) == (CycleState.ARMED, True)
    assert len(console.kicked) == 1
    assert program.post(f"{YEAR}/disarm", json={"reason": "Nhầm"}).json()["state"] == CycleState.DRAFT


def test_a_year_that_cannot_be_armed_says_why(console: Console):
    program = caller(console, "lan")
    put_in(program)
    decide(program, {"code": "II.3", "units": ["so-b"], "due": "", "undated": False})
    looked = program.get(f"{YEAR}/simulation", headers={"accept-language": "en"}).json()

    assert any("II.3" in words and "no date" in words for words in looked["obstacles"])
    assert program.post(f"{YEAR}/arm", json={"sha256": looked["sha256"]}).status_code == 422


@pytest.mark.parametrize("path", [
    "/plans/1/decisions", "/plans/1/items/merge", "/plans/1/items", "/plans/1/items/1/split", "/plans/1/items/1/events",
    "/plans/1/years/2021/arm", "/plans/1/years/2021/disarm", "/plans/1/years/2021/amendment/preview",
    "/plans/1/years/2021/amendment", "/plans/1/years/2021/rollover/proposal", "/plans/1/years/2021/rollover",
])  # fmt: skip
def test_only_who_coordinates_and_may_write_changes_plans(console: Console, path: str):
    bodies: dict[str, Any] = {
        "decisions": {"year": 2021, "items": [{"code": "II.1"}]}, "merge": {"codes": ["II.1", "II.2"]},
        "items": {"code": "x", "words": "y"}, "split": {"parts": ["a", "b"]}, "events": {"year": 2021, "day": "2021-08-02"},
        "arm": {"sha256": "0" * 64}, "disarm": {"reason": "x"}, "preview": {"reason": "x"},
        "amendment": {"reason": "x", "seen": "0" * 64}, "proposal": {},
        "rollover": caller(console, "lan").post("/plans/1/years/2021/rollover/proposal", json={}).json(),
    }  # fmt: skip
    before = len(b.told(console.url))
    reader = caller(console, "lan", "read")
    assert reader.post(path, json=bodies[path.rpartition("/")[2]]).status_code == 403
    for code in ("minh", "binh", "kiem"):
        assert caller(console, code).post(path, json=bodies[path.rpartition("/")[2]]).status_code == 403
    assert {r.action for r in b.told(console.url)[before:]} == {"key.made", "access.refused"}
