"""Every form and every page of the console under input that nobody means: an answer in words, and nothing half done.

The forms are all POST routes of the program, the names of their fields are read off the program, and what they send when
nothing is wrong is read off the pages.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote_plus

import httpx
import pytest
import sqlalchemy as sa

import migrations
import web
from actions import disputes, extensions, moves, plans
from models.accounts import SecondFactor, SignInAttempt, WebSession
from models.database import engine_for, unit_of_work
from models.ledger import Ledger, LedgerHead
from models.moment import mark_as_rehearsal
from models.people import Person
from settings import Settings
from tests import builders as b
from tests.db.conftest import new_database, postgresql_server
from tests.web.conftest import NOON, PEOPLE, Browser, Console, over_copy
from tests.web.forms_of import PageForm, forms_on
from tests.web.test_access import CODES, ROUTES, SAMPLES, name
from tests.web.test_guard import everything
from web.access import Access
from web.app import create_app

__all__ = ["postgresql_server"]

POSTS = [a for a in ROUTES if a.method == "POST"]
PAGES = [a for a in ROUTES if a.method == "GET"]
_READS = {"text", "raw", "all", "numbers", "number", "checked", "day", "files"}

GARBAGE = {
    "nothing": "", "blanks": " \u00a0\u200b ", "long": "Ă" * 1_500, "control": "a\x00b\x1b[31m\x7f\x0b\x85\u2028c",
    "halves": "x\ud800", "bytes": "%ED%A0%80%FF%FE%C0%80", "signs": "👩‍👩‍👧‍👦\u202eđảo" + "\u0301" * 200,
    "code": "<script>alert(1)</script>{{7*7}}'; DROP TABLE plan; --%s", "no-day": "31/02/2026", "last-day": "9999-12-31",
    "first-day": "0001-01-01", "minus": "-1", "huge": "9" * 40, "large": "2147483648", "absent": "999999",
    "digit": "²", "digits": "١٢", "path": "../../etc/passwd", "yaml": "!!python/object:os.system [a: *b",
}  # fmt: skip
ONLY_IN_ADDRESSES = {"blanks", "first-day", "large", "digits", "path"}
"""What forms take in one of the ways of the other kinds."""
ONE_BY_ONE = ("control", "halves", "huge", "digit", "last-day", "code")
"""What one field of an otherwise good form is spoilt with, in turn."""
SAID_TO_NOBODY = re.compile(
    r"Traceback|pydantic|Input should|validation error|String should|sqlalchemy|psycopg\.|object at 0x|NoneType"
)
VIETNAMESE = re.compile(
    r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE
)
NOT_OF_THE_FORM = {t.__tablename__ for t in (Ledger, LedgerHead, SignInAttempt, WebSession, SecondFactor)}
"""What a refusal leaves behind by intention: its row in the ledger, a failed try, a session in use, a seed not confirmed."""


def field_names() -> list[str]:
    """Every name that some page asks its form or its address for; f"units-{key}" stands as "units-1"."""
    found: set[str] = set()
    for path in Path(web.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {*_READS, "get"}
            ):
                found |= {n for arg in node.args[:1] for n in _names(arg)}
    return sorted(found - {"_mark", "said", "lang"})


def _names(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(p.value) if isinstance(p, ast.Constant) else "1" for p in node.values)


NAMES = field_names()


def encoded(fields: dict[str, list[str]]) -> bytes:
    """A form as a browser would send it; what is written in percents already stays so."""
    pairs = [(k, v) for k, values in fields.items() for v in values]
    return "&".join(f"{quote_plus(k)}={v if v.startswith('%') else _quoted(v)}" for k, v in pairs).encode()


def _quoted(value: str) -> str:
    return quote_plus(value.encode("utf-8", "surrogatepass"))


def in_parts(fields: dict[str, list[str]], files: Iterable[str]) -> tuple[bytes, str]:
    """A form in parts under a character set that can spell half a character; text fields as files and the reverse."""
    lines = [
        f'--x\r\ncontent-disposition: form-data; name="{k}"\r\n\r\n+2AA-{v[0]}' for k, v in fields.items()
    ]
    lines += [
        f'--x\r\ncontent-disposition: form-data; name="{k}"; filename="../a\\"\x01.pdf"\r\n\r\n%PDF-1.4\n'
        for k in files
    ]
    return ("\r\n".join([*lines, "--x--\r\n"])).encode(), "multipart/form-data; boundary=x; charset=utf-7"


def lived_in(url: str) -> None:
    """Unit A has handed in, asked for time and objected; a second plan waits to be reviewed."""
    b.by(url, b.MINH, moves.submit, 1, NOON, note="Xong")
    b.by(url, b.MINH, extensions.ask, 2, NOON, new_due_on=b.date(2021, 6, 1), reason="x")
    b.by(url, b.MINH, disputes.dispute, 2, NOON, "x")
    with unit_of_work(url) as session:
        draft = b.draft("I.1", "I.2", number="99/KH", sha256="9" * 64)
        plans.import_plan(session, draft, at=NOON, actor=b.SYSTEM)


@pytest.fixture(scope="module")
def lived_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that has been lived in."""
    console = over_copy(template, tmp_path_factory.mktemp("lived"))
    lived_in(console.url)
    engine_for(console.url).dispose()
    return console.settings.home / "dondoc.db"


@pytest.fixture
def lived(lived_template: Path, tmp_path: Path) -> Iterator[Console]:
    """A console over a copy of it."""
    console = over_copy(lived_template, tmp_path)
    yield console
    engine_for(console.url).dispose()


CODES_OF = {code: role for role, code in CODES.items()}
OF_PLANS: tuple[dict[str, str], ...] = ({}, {"number": "2", "item_id": "4"})
"""What an address is about: the running plan and its tasks, or the plan that waits to be reviewed."""


def address(console: Console, access: Access, about: dict[str, str]) -> str:
    given = {**SAMPLES, **about, "token": console.link().rpartition("/")[2], "secret": "x"}
    return re.sub(r"{(\w+)}", lambda m: given[m.group(1)], access.path)


def who_may(console: Console, access: Access) -> Browser:
    """Somebody whom the route lets in."""
    return console.browser(next((c for r, c in CODES.items() if r in (access.roles or ())), None))


class Desk:
    """Somebody who may use a route, with the mark of their forms."""

    def __init__(self, console: Console, access: Access, about: dict[str, str]) -> None:
        self.browser = who_may(console, access)
        self.path = address(console, access, about)
        page = console.link() if access.path.startswith("/a/") else "/account" if access.roles else "/sign-in"
        self.mark = self.browser.mark(page)

    def send(self, body: bytes, kind: str = "application/x-www-form-urlencoded") -> httpx.Response:
        """Send a form, marked as it should be."""
        if "multipart" in kind:
            marked = (
                f'--x\r\ncontent-disposition: form-data; name="_mark"\r\n\r\n{self.mark}\r\n'.encode() + body
            )
        else:
            marked = b"_mark=" + self.mark.encode() + b"&" + body
        return self.browser.client.post(self.path, content=marked, headers={"content-type": kind})


def wrong_with(answer: httpx.Response) -> str:
    """What is wrong with an answer; "" where it is one that a person can go by."""
    found = SAID_TO_NOBODY.search(answer.text)
    if answer.status_code >= 500 or found:
        return f"{answer.status_code} {answer.text[max(found.start() - 300, 0) :][:500] if found else ''}"
    if answer.status_code < 400 or "text/plain" in answer.headers.get("content-type", ""):
        return ""
    summary = answer.text.partition('class="summary"')[2].partition("</ul>")[0]
    said = re.findall(r"<li>(?:<a[^>]*>)?(.*?)<", summary, re.DOTALL)
    title = re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    return (
        ""
        if all(VIETNAMESE.search(s) for s in said or title or [""])
        else f"{answer.status_code} says {said}"
    )


def all_garbage(desk: Desk) -> Iterator[tuple[str, httpx.Response]]:
    """What the route answers to each kind of garbage in every field at once."""
    for kind, value in ((k, v) for k, v in GARBAGE.items() if k not in ONLY_IN_ADDRESSES):
        yield kind, desk.send(encoded({n: [value, value] if kind == "absent" else [value] for n in NAMES}))
    yield "parts", desk.send(*in_parts({n: ["x"] for n in NAMES}, ()))
    yield (
        "files",
        desk.send(*in_parts({"files": ["x"], "document": ["x"]}, [n for n in NAMES if n != "_mark"][:18])),
    )


@pytest.mark.parametrize("access", POSTS, ids=name)
def test_garbage_in_every_field_is_refused_in_words_or_taken_whole(lived: Console, access: Access):
    found: dict[str, str] = {}
    for about in OF_PLANS if "number" in access.path else OF_PLANS[:1]:
        desk, before = Desk(lived, access, about), everything(lived.url)
        for kind, answer in all_garbage(desk):
            if wrong := wrong_with(answer):
                found[kind] = wrong
            if answer.status_code < 400:
                desk, before = Desk(lived, access, about), everything(lived.url)
        after = everything(lived.url)
        if changed := {t for t in after if after[t] != before[t]} - NOT_OF_THE_FORM:
            found["half done"] = str(changed)

    assert found == {}
    assert b.broken(lived.url) == []


@pytest.mark.parametrize("access", PAGES, ids=name)
def test_garbage_behind_an_address_is_no_servers_error(lived: Console, access: Access):
    """Every query field that any page knows, each kind of garbage; and the parts of the address themselves."""
    browser, path = who_may(lived, access), address(lived, access, {})
    before = everything(lived.url)
    for kind in (
        "control",
        "bytes",
        "huge",
        "large",
        "digits",
        "digit",
        "minus",
        "no-day",
        "last-day",
        "first-day",
        "code",
    ):
        query = encoded({n: [GARBAGE[kind]] for n in NAMES}).decode()
        assert wrong_with(browser.get(f"{path}?{query}")) == "", kind
        if "{" in access.path:
            part = quote_plus(GARBAGE[kind].replace("/", ""))
            assert wrong_with(browser.get(re.sub(r"{\w+}", part, access.path))) == "", kind
    after = everything(lived.url)
    assert {t for t in after if after[t] != before[t]} <= NOT_OF_THE_FORM


FORM = {"content-type": "application/x-www-form-urlencoded"}
ENDS_A_SIGN_IN = ("/sign-out", "/end", "/active", "/account/password")
"""After these somebody has to sign in anew, so they stand in no row of forms."""


def shown_forms(console: Console) -> dict[str, tuple[str, PageForm]]:
    """Every form that somebody is shown, by where it goes: whose it is, and what it sends as it stands."""
    found: dict[str, tuple[str, PageForm]] = {}
    for code in ("admin", "lan", "minh"):
        browser = console.browser(code)
        for page in (a for a in PAGES if a.roles is None or CODES_OF[code] in a.roles):
            for about in OF_PLANS:
                here = address(console, page, about)
                answer = browser.get(here)
                if answer.headers.get("content-type", "").startswith("text/html"):
                    for form in forms_on(answer.text):
                        found.setdefault(form.action or here, (code, form))
    return {a: f for a, f in found.items() if not a.endswith(ENDS_A_SIGN_IN)}


def mark_of(browser: Browser, action: str) -> str:
    """The mark of somebody's forms, or of those behind a mailed link."""
    return browser.mark("/".join(action.split("/")[:3]) if action.startswith("/a/") else "/account")


def test_every_form_sent_twice_at_once_is_done_once_or_refused_in_words(lived: Console):
    """A double click, on every form as it is shown: both answers are words, and the ledger holds after each."""
    forms, found = shown_forms(lived), dict[str, str]()
    assert len(forms) > 40
    for action, (code, form) in forms.items():
        browser = lived.browser(code)
        body = encoded(form.fields | {"_mark": [mark_of(browser, action)]})
        with ThreadPoolExecutor(2) as both:
            sent = [both.submit(browser.client.post, action, content=body, headers=FORM) for _ in range(2)]
        if wrong := "".join(wrong_with(one.result()) for one in sent):
            found[action] = wrong

    assert found == {}
    assert b.broken(lived.url) == []


def test_each_field_of_each_form_is_spoilt_in_turn(lived: Console):
    """The rest of the form is good, so that what reads the one field is reached."""
    found: dict[str, str] = {}
    for action, (code, form) in shown_forms(lived).items():
        browser = lived.browser(code)
        for number, spoilt in enumerate([n for n in form.fields if n != "_mark"][:12]):
            kind = ONE_BY_ONE[number % len(ONE_BY_ONE)]
            body = encoded(form.fields | {spoilt: [GARBAGE[kind]], "_mark": [mark_of(browser, action)]})
            if wrong := wrong_with(browser.client.post(action, content=body, headers=FORM)):
                found[f"{action} {spoilt}"] = f"{kind}: {wrong}"

    assert found == {}
    assert b.broken(lived.url) == []


@pytest.fixture
def on_postgresql(postgresql_server: sa.Engine, tmp_path: Path) -> Iterator[Console]:
    """The same office on PostgreSQL, which refuses what SQLite takes: zero bytes, numbers that are too large."""
    for url in new_database(postgresql_server):
        migrations.upgrade(url)
        b.armed(url, b.spec(), b.spec("II.2"), b.spec("II.3", units=[b.B]))
        with unit_of_work(url) as session:
            session.add_all(Person(code=c, name=c.capitalize(), role=r, unit_id=u) for c, r, u in PEOPLE)
        mark_as_rehearsal(url, NOON)
        lived_in(url)
        settings = Settings(home=tmp_path, database_url=url, office="Văn phòng thử")
        yield Console(settings, create_app(settings, kick=lambda _: None), [])


def test_what_postgresql_does_not_keep_is_refused_in_words_too(on_postgresql: Console):
    """All forms and all pages on one database: bytes, halves of characters and numbers that it cannot hold."""
    found: dict[str, str] = {}
    for access in POSTS:
        desk = Desk(on_postgresql, access, {})
        for kind in ("control", "halves", "large"):
            if wrong := wrong_with(desk.send(encoded({n: [GARBAGE[kind]] for n in NAMES}))):
                found[f"{name(access)} {kind}"] = wrong
    for access in PAGES:
        browser, path = who_may(on_postgresql, access), address(on_postgresql, access, {})
        for kind in ("control", "large"):
            query = encoded({n: [GARBAGE[kind]] for n in NAMES}).decode()
            if wrong := wrong_with(browser.get(f"{path}?{query}")):
                found[f"{name(access)} {kind}"] = wrong

    assert found == {}
    assert b.broken(on_postgresql.url) == []
