"""Two coordinators of one plan each: whatever they open or ask, on a page or as a program, nothing of the other's is in it."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import Session, col, select

from actions import assigning, cycles, disputes, extensions, moves, plans, rights
from models.accounts import KeyScope
from models.cycles import Assignment
from models.database import engine_for, reading, unit_of_work
from models.notices import Notice
from models.people import Person, PersonRole
from plan.kinds import NoticeKind
from plan.ladder import OFFICE
from tests import builders as b
from tests.web.conftest import NOON, Browser, Console, over_copy
from tests.web.test_access import ROUTES, SAMPLES
from tests.web.test_api import caller
from tests.web.test_work import PDF
from web.access import api_operations

OTHER = "99/KH"
OWNERS = {b.LAN: b.NUMBER, b.MAI: OTHER}
SECRETS = {
    b.LAN: ("15/KH", "Nhiệm vụ II.", "Trả lời Một", "tệp Một.pdf", "Gia hạn Một", "Ý kiến Một", "gọi Một"),
    b.MAI: ("99/KH", "Việc X.", "Trả lời Hai", "tệp Hai.pdf", "Gia hạn Hai", "Ý kiến Hai", "gọi Hai"),
}
"""What nobody but the plan's own coordinator may read: its number, its tasks, what units said and handed in."""
_NEWS = (NoticeKind.SUBMITTED, NoticeKind.EXTENSION_ASKED, NoticeKind.DISPUTED)
PAGES = [a.path for a in ROUTES if a.method == "GET" and PersonRole.COORDINATOR in (a.roles or ())]
QUERIES = {
    "/search": "?q=i", "/why": "?address=a@so-a.example&day=2021-04-07", "/past": "?day=2021-04-07",
    "/leader": "?units=all",
}  # fmt: skip


def _second_plan(session: Session) -> None:
    items = [b.draft_item(f"X.{n}", text=f"Việc X.{n}") for n in (1, 2, 3)]
    read = b.draft(items=items, number=OTHER, sha256="9" * 64)
    plan = plans.import_plan(session, read, at=b.AT, actor=b.SYSTEM).plan
    specs = [b.spec("X.1"), b.spec("X.2"), b.spec("X.3", units=[b.B])]
    assigning.apply_assignments(session, plan, b.YEAR, specs, at=b.AT, actor=b.SYSTEM)
    session.flush()
    cycles.arm(
        session, plan, cycles.cycle_named(session, plan, b.YEAR), at=b.AT, actor=b.SYSTEM, hours=OFFICE
    )


def _lived(url: str, first: int, word: str) -> None:
    """Of the tasks from `first` on, one is handed in, and of one the unit asks for time and says that it is not its own."""
    b.by(url, b.MINH, moves.submit, first, NOON, note=f"Trả lời {word}")
    due = b.date(2021, 6, 1)
    b.by(url, b.MINH, extensions.ask, first + 1, NOON, new_due_on=due, reason=f"Gia hạn {word}")
    b.by(url, b.MINH, disputes.dispute, first + 1, NOON, f"Ý kiến {word}")


@pytest.fixture(scope="module")
def office(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Both plans run and have been lived in; Lan is limited to the first one and Mai to the second. Only looked at."""
    console = over_copy(template, tmp_path_factory.mktemp("limited"))
    with unit_of_work(console.url) as session:
        _second_plan(session)
    for first, word in ((1, "Một"), (4, "Hai")):
        _lived(console.url, first, word)
        link = console.link(first + 2, unit=b.B)
        file = [("files", (f"tệp {word}.pdf", PDF + word.encode()))]
        console.browser().post(f"{link}/{first + 2}/hand-in", {"note": "Kèm tệp"}, page=link, files=file)
        call = {"told": "Văn thư", "words": f"gọi {word}"}
        console.browser(b.LAN).post(f"/assignments/{first + 1}/call", call, page="/account")
    b.wake(console.url, NOON)
    with unit_of_work(console.url) as session:
        for code, number in OWNERS.items():
            who = session.exec(select(Person).where(Person.code == code)).one()
            plan = plans.plan_named(session, number).id or 0
            rights.limit(session, who, [plan], at=NOON, actor=b.SYSTEM)
    yield console
    engine_for(console.url).dispose()


def words_of(answer: httpx.Response) -> str:
    """Everything that can be read in an answer, in the parts of a workbook, a document or an archive too."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.fixture(scope="module")
def samples(office: Console) -> dict[str, dict[str, str]]:
    """The parts of an address that are about the plan of each of them."""
    return {b.LAN: _samples(office, b.LAN, 1), b.MAI: _samples(office, b.MAI, 4)}


def _samples(office: Console, whose: str, first: int) -> dict[str, str]:
    with reading(office.url) as session:
        assignment = session.get_one(Assignment, first + 1)
        plan = plans.plan_named(session, OWNERS[whose]).id
        files = office.browser("kiem").get(f"/assignments/{first + 2}").text
    submission, sha = re.findall(r'href="/evidence/(\d+)/(\w{64})"', files)[0]
    numbers = {
        "number": first + 1,
        "plan": plan,
        "item_id": assignment.item_id,
        "item": assignment.item_id,
        "submission": submission,
        "sha256": sha,
    }
    return {**SAMPLES, **{name: str(value) for name, value in numbers.items()}}


def address(path: str, samples: dict[str, str]) -> str:
    """The address of a route; the number of a plan is another one than that of a task."""
    numbered = path.replace("/plans/{number}", "/plans/{plan}")
    return re.sub(r"{(\w+)}", lambda m: samples[m.group(1)], numbered) + QUERIES.get(path, "")


@pytest.fixture(scope="module")
def opened(
    office: Console, samples: dict[str, dict[str, str]]
) -> dict[tuple[str, str], list[httpx.Response]]:
    """What each of them gets on each page about each of the two plans."""
    browsers = {code: office.browser(code) for code in OWNERS}
    return {
        (code, path): [browsers[code].get(address(path, samples[whose])) for whose in OWNERS]
        for code in OWNERS
        for path in PAGES
    }


@pytest.mark.parametrize("path", PAGES)
def test_no_page_says_anything_of_anothers_plan(opened: dict[Any, list[httpx.Response]], path: str):
    for code, other in ((b.LAN, b.MAI), (b.MAI, b.LAN)):
        for answer in opened[code, path]:
            assert [word for word in SECRETS[other] if word in words_of(answer)] == []
            assert answer.status_code < 500


@pytest.mark.parametrize("code", OWNERS)
def test_ones_own_plan_is_there_whole(opened: dict[Any, list[httpx.Response]], code: str):
    """Every word that is kept from the other is somewhere on one's own pages, or its absence there would prove nothing."""
    mine = " ".join(words_of(a) for (who, _), answers in opened.items() if who == code for a in answers)

    assert [word for word in SECRETS[code] if word not in mine] == []


@pytest.mark.parametrize("code", OWNERS)
@pytest.mark.parametrize("operation", api_operations(), ids=lambda o: f"{o[0]} {o[1]}")
def test_no_program_reads_or_moves_anything_of_anothers_plan(
    office: Console, samples: dict[str, dict[str, str]], operation: tuple[str, str], code: str
):
    """Everything that a program can be asked to do about the other's plan, with a body that fits most of it."""
    (other,) = OWNERS.keys() - {code}
    program = caller(office, code, *KeyScope)
    path = address(operation[1], samples[other] | {"day": "2021-04-07"})
    before = [a.model_dump() for a in b.assignments(office.url)]
    body = {"reason": "x", "unit": b.B, "new_due_on": "2021-06-02", "note": "x"}
    answer = program.request(operation[0], path, json=body if operation[0] == "post" else None)

    assert [word for word in SECRETS[other] if word in words_of(answer)] == []
    assert [a.model_dump() for a in b.assignments(office.url)] == before


def limited(console: Console, *numbers: str) -> Browser:
    """Mai's browser, after she was limited to these plans."""
    with unit_of_work(console.url) as session:
        mai = session.exec(select(Person).where(Person.code == b.MAI)).one()
        named = [plans.plan_named(session, number).id or 0 for number in numbers]
        rights.limit(session, mai, named, at=NOON, actor=b.SYSTEM)
    return console.browser(b.MAI)


def test_every_line_of_a_filter_means_ones_own(console: Console):
    with unit_of_work(console.url) as session:
        plans.import_plan(session, b.draft("I.1", number=OTHER, sha256="9" * 64), at=NOON, actor=b.SYSTEM)
    form = {"every": "1", "by_when": "open", "what": "suspend", "reason": "Chờ"}
    refused = limited(console, OTHER).post("/changes", form, page="/morning")

    assert refused.status_code == 422
    assert "hãy chọn ít nhất một nhiệm vụ" in refused.text.lower()
    assert (
        "hãy chọn ít nhất một" not in limited(console, b.NUMBER).post("/changes", form, page="/morning").text
    )


def test_a_unit_s_answer_is_news_for_the_coordinators_of_its_plan_only(console: Console):
    limited(console, b.NUMBER)
    _lived(console.url, 1, "Một")
    told = {n.address for n in b.notices(console.url, col(Notice.kind).in_(_NEWS))}
    assert told == {"lan@ubnd.example", "mai@ubnd.example"}

    with unit_of_work(console.url) as session:
        _second_plan(session)
    limited(console, OTHER)
    b.by(console.url, b.HOA, moves.submit, 3, NOON, note="Xong")
    told = {n.address for n in b.notices(console.url, col(Notice.kind).in_(_NEWS), Notice.assignment_id == 3)}
    assert told == {"lan@ubnd.example"}
