"""A console over a database of each test's own, and the fixed people signed in to it."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

import migrations
from actions import sessions
from models.database import engine_for, unit_of_work
from models.moment import mark_as_rehearsal, set_clock
from models.people import Contact, Person, PersonRole, Unit
from notifications.answer_links import answer_link
from plan import clock
from settings import Settings
from tasks.place import Place
from tests import builders as b
from web.app import create_app
from web.cookies import SESSION_COOKIE

NOON = b.moment("2021-04-07", 12)
PEOPLE = (
    ("admin", PersonRole.ADMINISTRATOR, None),
    ("kiem", PersonRole.AUDITOR, None),
)
"""Beside Lan and Mai (coordinators), Minh and Hoa (units A and B) and Bình (leader)."""


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies, and fills in the mark of the page that it looks at."""

    client: TestClient
    kicked: list[Place] = field(default_factory=list)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def mark(self, page: str) -> str:
        found = re.search(r'name="_mark" value="(\w+)"', self.client.get(page).text)
        assert found, f"no form on {page}"
        return found.group(1)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, page: str | None = None, **options: Any
    ) -> httpx.Response:
        """Send a form as the page `page` (the same address if not given) would."""
        mark = self.mark(page or path)
        return self.client.post(path, data={"_mark": mark, **(data or {})}, **options)


@dataclass
class Console:
    """The console under test."""

    settings: Settings
    app: Any
    kicked: list[Place]

    @property
    def url(self) -> str:
        return self.settings.database_url

    def browser(self, code: str | None = None) -> Browser:
        """A browser in which the person with this code is signed in, or nobody."""
        client = TestClient(self.app, base_url="http://127.0.0.1:8787", follow_redirects=False)
        if code:
            with unit_of_work(self.url) as session:
                person = session.exec(select(Person).where(Person.code == code)).one()
                client.cookies.set(
                    SESSION_COOKIE, sessions.start_session(session, person, now=clock.now(), at=NOON)
                )
        return Browser(client, self.kicked)

    def link(self, *numbers: int, unit: str = b.A, at: datetime = NOON, **options: Any) -> str:
        """The path of a mailed link about these assignments (all if none) to the mailbox of a unit."""
        with unit_of_work(self.url) as session:
            owner = session.exec(select(Unit).where(Unit.code == unit)).one()
            contact = session.exec(select(Contact).where(Contact.unit_id == owner.id)).first()
        assert contact
        full = answer_link(self.settings, f"contact:{contact.id}", numbers, at, **{"shared": True, **options})
        return full.removeprefix(self.settings.public_url)

    def at(self, moment: datetime) -> None:
        """Let the console's clock stand at `moment`."""
        set_clock(self.url, moment)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with two tasks of unit A and one of unit B, armed, its clock at noon of the first day."""
    path = tmp_path_factory.mktemp("console") / "dondoc.db"
    url = f"sqlite:///{path}"
    migrations.upgrade(url)
    b.armed(url, b.spec(), b.spec("II.2"), b.spec("II.3", units=[b.B]))
    with unit_of_work(url) as session:
        session.add_all(
            Person(code=code, name=code.capitalize(), role=role, unit_id=unit) for code, role, unit in PEOPLE
        )
    mark_as_rehearsal(url, NOON)
    engine_for(url).dispose()
    return path


def over_copy(template: Path, home: Path) -> Console:
    """A console over a copy of the template, in the folder `home`."""
    shutil.copy(template, home / "dondoc.db")
    settings = Settings(home=home, office="Văn phòng thử")
    kicked: list[Place] = []
    return Console(settings, create_app(settings, kick=kicked.append), kicked)


@pytest.fixture
def console(template: Path, tmp_path: Path) -> Iterator[Console]:
    """A console over a copy of the template."""
    there = over_copy(template, tmp_path)
    yield there
    engine_for(there.url).dispose()


@pytest.fixture
def as_(console: Console) -> Callable[[str | None], Browser]:
    """Somebody's browser, by code."""
    return console.browser
