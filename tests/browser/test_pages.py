"""Every page as a browser shows it: no violation of WCAG 2.2 AA, nothing wider than a small phone, no error."""

from importlib.resources import files
from importlib.util import find_spec

import pytest

from tests import builders as b
from tests.browser.conftest import DESK, Site
from tests.browser.test_journeys import Keep
from tests.web.test_past import EVERY
from tests.web.test_work import hand_in

PAGES = (
    (None, "/sign-in"), (None, "link"), (None, "link/1"), (None, "/a/khong-dung"), ("lan", "/morning"), ("lan", "/sending"),
    ("lan", "/plans"), ("lan", "/plans/1"), ("lan", "/plans/1/items/1"), ("lan", "/plans/1/years/2021"), ("lan", "/plans/1/years/2022"), ("lan", "/plans/1/years/2021/arm"), ("lan", "/plans/1/years/2021/compare"), ("lan", "/plans/1/years/2021/rollover"),
    ("lan", "/assignments"), ("lan", "/assignments/1"), ("lan", "/assignments/3"), ("lan", "/review"), ("lan", "/extensions"),
    ("binh", "/leader"), ("binh", "/plans/1/timeline/2021"), ("kiem", "/ledger"), ("kiem", "/units/1"),
    *(("kiem", f"{page}{'&' if '?' in page else '?'}as-of=2021-04-20") for page in EVERY), ("kiem", "/ledger?as-of=2021-04-20"),
    ("kiem", "/assignments/1/why"), ("kiem", "/why"), ("kiem", "/ledger/verify"),
    ("minh", "/mine"), ("minh", "/mine/unit"), ("minh", "/mine/history"), ("minh", "/mine/1"), ("admin", "/units"), ("admin", "/units/1"), ("admin", "/units/new"),
    ("binh", "/plans/1/years/2021/report"), ("lan", "/search?q=nhiem"), ("lan", "/mail"),
    ("lan", "/plans/1/years/2021/add"), ("lan", "/plans/1/years/2021/items/1/split"),
    ("admin", "/people"), ("admin", "/office"), ("admin", "/office/faults"), ("lan", "/office/faults"), ("admin", "/office/groups"),
    ("admin", "/office/directory"), ("admin", "/office/keys"), ("admin", "/office/checks"), ("admin", "/office/days"), ("binh", "/office/days"), ("admin", "/office/ladders"),
    ("admin", "/office/ladders/chuan"), ("admin", "/office/ladders/new"), ("admin", "/office/letters"), ("admin", "/office/letters/digest"), ("admin", "/office/letters/extension_decision?version=1"), ("admin", "/account"), ("admin", "/account/second-factor"), ("admin", "/office/webhooks"), ("admin", "/people/1/plans"), ("binh", "/people"), ("lan", "/khong-co"),
)  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = "async tags => (await axe.run({runOnly: tags})).violations.map(v => [v.id, v.nodes[0].html, v.nodes[0].failureSummary])"


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker, as its package brings it."""
    if find_spec("axe_playwright_python") is None:
        pytest.skip("axe: the package axe-playwright-python is not installed")
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_is_usable_by_everybody_at_a_desk_and_at_200_percent_on_a_phone(
    site: Site, axe: str, keep: Keep, who: str | None, path: str
):
    link = site.console.link(1, 2)
    link_3 = site.console.link(3, unit="so-b")
    site.console.browser().post(f"{link_3}/3/dispute", {"not_ours": "Của Sở A"}, page=link_3)
    site.console.browser().post(
        f"{link}/2/extension", {"new_due_on": "30/5/2021", "reason": "Chờ số liệu"}, page=link
    )
    if path in {"/review", "/assignments/1"}:
        hand_in(site.console)
    if "as-of" in path:
        site.console.at(b.moment("2021-04-22"))
    address = site.address + (link + path.removeprefix("link") if path.startswith("link") else path)
    page = site.somebody(who)
    name = f"{who or 'ai-cung-xem'}{path.replace('/', '-') if path.startswith('/') else '-' + path.replace('/', '-')}"
    for kind, size in (("ban", DESK), ("nho", {"width": 320, "height": 700})):
        page.set_viewport_size(size)  # pyright: ignore[reportArgumentType]
        page.goto(address)
        assert page.locator(".past-band").count() == ("as-of" in path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], kind
        page.evaluate(axe)
        assert page.evaluate(CHECK, RULES) == []
        assert page.locator("h1").count() == 1 or page.locator(".summary").count() == 1
        keep(page, f"{name}-{kind}")
