"""Every page as a browser shows it: no violation of WCAG 2.2 AA, nothing wider than a small phone, all of it by keyboard."""

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlmodel import select

from actions import accounts
from models.accounts import KeyPurpose
from models.database import engine_for, unit_of_work
from models.people import Person
from models.plans import PlanItem
from plan import clock
from plan.deadlines import DEADLINES, Relative
from tests import builders as b
from tests.browser import keyboard
from tests.browser.conftest import DESK, Site, open_site, shot
from tests.web.conftest import NOON, Console, over_copy
from tests.web.test_amendment import NEWER
from tests.web.test_kept_mail import keep_mail
from tests.web.test_past import EVERY
from tests.web.test_plans import digest_on, everything_decided, put_in
from tests.web.test_work import evidence_on, hand_in
from web.access import every_route

PAGES = (
    (None, "/sign-in"), (None, "/set-password/{secret}"), (None, "{link}"), (None, "{link}/1"), (None, "{link}/2"), (None, "/a/khong-dung"), ("lan", "/morning"), ("lan", "/sending"),
    ("lan", "/plans"), ("lan", "/plans/1"), ("lan", "/plans/4"), ("lan", "/plans/1/items/1"), ("lan", "/plans/1/years/2021"), ("lan", "/plans/1/years/2022"), ("lan", "/plans/4/years/2021"), ("lan", "/plans/1/years/2021/arm"), ("lan", "/plans/1/years/2021/compare"), ("lan", "/plans/1/years/2021/rollover"),
    ("lan", "/assignments"), ("lan", "/assignments/1"), ("lan", "/assignments/3"), ("lan", "/review"), ("lan", "/extensions"), ("lan", "/evidence/{evidence}/view"),
    ("binh", "/leader"), ("binh", "/plans/1/timeline/2021"), ("kiem", "/ledger"), ("kiem", "/units/1"),
    *(("kiem", f"{page}{'&' if '?' in page else '?'}as-of=2021-04-20") for page in EVERY), ("kiem", "/ledger?as-of=2021-04-20"),
    ("kiem", "/assignments/1/why"), ("kiem", "/why"), ("kiem", "/ledger/verify"), ("kiem", "/assignments/1"),
    ("minh", "/mine"), ("minh", "/mine/unit"), ("minh", "/mine/history"), ("minh", "/mine/1"), ("minh", "/mine/2"), ("admin", "/units"), ("admin", "/units/1"), ("admin", "/units/new"),
    ("binh", "/plans/1/years/2021/report"), ("lan", "/search?q=nhiem"), ("lan", "/mail"), ("lan", "/mail/{mail}"),
    ("lan", "/plans/1/years/2021/add"), ("lan", "/plans/1/years/2021/items/1/split"), ("lan", "/plans/1/years/2021/items/2/event"), ("lan", "/plans/3/amendment?year=2021"),
    ("admin", "/people"), ("admin", "/office"), ("admin", "/office/faults"), ("lan", "/office/faults"), ("admin", "/office/groups"),
    ("admin", "/office/directory"), ("admin", "/office/keys"), ("admin", "/office/checks"), ("admin", "/office/days"), ("binh", "/office/days"), ("admin", "/office/ladders"),
    ("admin", "/office/ladders/chuan"), ("admin", "/office/ladders/new"), ("admin", "/office/letters"), ("admin", "/office/letters/digest"), ("admin", "/office/letters/extension_decision?version=1"), ("admin", "/account"), ("admin", "/account/second-factor"), ("admin", "/office/webhooks"), ("admin", "/people/1/plans"), ("binh", "/people"), ("lan", "/khong-co"),
)  # fmt: skip
NO_PAGES = {
    "/health", "/metrics", "/", "/sign-in/oidc", "/sign-in/oidc/back", "/sign-in/oidc/out", "/plans/{number}/cycle",  # for machines; the way on
    "/a/{token}/{number}/evidence/{submission}/{sha256}", "/evidence/{submission}/{sha256}", "/extensions/{number}/papers/{sha256}", "/evidence/{submission}/{sha256}/page/{page}",  # files
    "/ledger/export.zip", "/assignments.{kind}", "/ledger.{kind}", "/office/directory.yaml", "/office/directory.csv", "/calendar/{secret}.ics", "/plans/{number}/text",
    "/plans/{number}/years/{year}.xlsx", "/plans/{number}/years/{year}.ics", "/plans/{number}/years/{year}.json", "/plans/{number}/years/{year}/report-{quarter}.docx", "/plans/{number}/years/{year}/report-{quarter}.xlsx",
    "/office/letters/{letter}/body", "/mail/{day}/{name}/body", "/plans/{number}/years/{year}/engine",  # parts of a page
}  # fmt: skip
"""What answers a GET and is no page of its own."""
SMALL = {"width": 320, "height": 700}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = "async tags => (await axe.run({runOnly: tags})).violations.map(v => [v.id, v.nodes[0].html, v.nodes[0].failureSummary])"


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker, as its package brings it."""
    if find_spec("axe_playwright_python") is None:
        pytest.skip("axe: the package axe-playwright-python is not installed")
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def office(template: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Site]:
    """An office in which something stands on every page."""
    console = over_copy(template, tmp_path_factory.mktemp("office"))
    with open_site(console, chromium) as site:
        fill(console)
        yield site
    engine_for(console.url).dispose()


def fill(console: Console) -> None:
    """Something handed in, asked for, refused; a second plan that runs, its newer version, and one not decided yet."""
    hand_in(console)
    link, link_3 = console.link(2), console.link(3, unit="so-b")
    asked = {"new_due_on": "30/5/2021", "reason": "Chờ số liệu"}
    console.browser().post(f"{link}/2/extension", asked, page=link)
    console.browser().post(f"{link_3}/3/dispute", {"not_ours": "Của Sở A"}, page=link_3)
    lan = console.browser("lan")
    year = everything_decided(console, lan, put_in(lan).headers["location"].partition("?")[0])
    lan.post(f"{year}/arm", {"sha256": digest_on(lan.get(f"{year}/arm").text), "seen": "1"}, page=year)
    put_in(lan, NEWER, new_version="1")
    put_in(lan, NEWER.replace("20/KH-UBND", "21/KH-UBND"))
    with unit_of_work(console.url) as session:
        waiting = session.get_one(PlanItem, 2)
        waiting.deadlines = DEADLINES.dump_python(
            [Relative(days=10, working=False, anchor="ngày nhận Kế hoạch")], mode="json"
        )
        session.add(waiting)
    console.at(b.moment("2021-04-22"))


@pytest.fixture(scope="module")
def addresses(office: Site) -> dict[str, str]:
    """What stands for the words in braces."""
    with unit_of_work(office.console.url) as session:
        hoa = session.exec(select(Person).where(Person.code == "hoa")).one()
        secret = accounts.make_key(
            session, hoa, KeyPurpose.SET_PASSWORD, now=clock.now(), at=NOON, actor=accounts.SYSTEM
        )
    evidence = evidence_on(office.console.browser("lan").get("/review").text)
    mail = keep_mail(office.console)
    return {"link": office.console.link(1, 2), "secret": secret, "evidence": evidence, "mail": mail}


@pytest.fixture(scope="module", params=PAGES, ids=[f"{who}-{path}" for who, path in PAGES])
def opened(request: pytest.FixtureRequest, office: Site, addresses: dict[str, str]) -> Iterator[Page]:
    """One page, just opened by somebody at a desk."""
    who, path = request.param
    page = office.somebody(who)
    page.goto(office.address + path.format(**addresses))
    yield page
    office.leave()


def test_its_way_is_gone_by_keyboard_alone(opened: Page):
    assert keyboard.skips(opened)
    keyboard.opened_by_keyboard(opened)
    assert keyboard.faults_of_walking(opened) == []
    if opened.locator("dialog").count():
        keyboard.dialog_opens_and_closes(opened)
    if opened.locator("details[data-menu]").count():
        keyboard.menu_opens_and_closes(opened)


def test_it_is_usable_by_everybody_at_a_desk_and_at_200_percent_on_a_phone(
    request: pytest.FixtureRequest, opened: Page, axe: str
):
    who, path = request.node.callspec.params["opened"]
    opened.reload()
    assert opened.locator(".past-band").count() == ("as-of" in path)
    opened.evaluate(axe)
    for kind, size in (("ban", DESK), ("nho", SMALL)):
        opened.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
        assert opened.evaluate("document.documentElement.scrollWidth") <= size["width"], kind
        assert opened.evaluate(CHECK, RULES) == [], kind
        shot(opened, f"{who or 'ai-cung-xem'}-{re.sub(r'[^a-z0-9]+', '-', path).strip('-')}-{kind}")
    assert opened.locator("h1").count() == 1 or opened.locator(".summary").count() == 1


def test_no_page_is_forgotten():
    gets = [route.path for route in every_route() if route.method == "GET"]
    patterns = [(path, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))) for path in gets]
    opened = {
        path
        for _, page in PAGES
        for address in [page.partition("?")[0].format(link="/a/x", secret="x", evidence="1/x", mail="x/x")]
        for path in [next((path for path, pattern in patterns if pattern.fullmatch(address)), address)]
    }

    assert set(gets) - NO_PAGES - opened == set()
    assert set(gets) >= NO_PAGES
    assert not opened & NO_PAGES


def test_nothing_shows_only_under_the_mouse(office: Site):
    page = office.somebody()
    page.goto(f"{office.address}/sign-in")

    assert page.evaluate(keyboard.HOVER) == []
