"""A console behind a real port, and Chromium in front of it; every page seen is also kept as a picture."""

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from deployments.running import free_port
from settings import Settings
from tests.until import until
from tests.web.conftest import Console, console, template
from web.app import create_app
from web.cookies import SESSION_COOKIE

__all__ = ["console", "template"]

SHOTS = Path(__file__).parents[2] / "var" / "screenshots"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


@pytest.fixture(scope="session")
def chromium(chromium_path: Path) -> Iterator[Browser]:
    """Chromium, started once; a busy machine is waited for."""
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium_path), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@dataclass
class Site:
    """A console that listens, and people in front of it."""

    console: Console
    address: str
    chromium: Browser
    contexts: list[BrowserContext]
    wrong: list[str]

    def somebody(self, code: str | None = None, *, phone: bool = False) -> Page:
        """A page in a browser of somebody's own, at a desk or on a phone, signed in if a code is given."""
        size = PHONE if phone else DESK
        context = self.chromium.new_context(viewport=size, is_mobile=phone, has_touch=phone, locale="vi-VN")  # pyright: ignore[reportArgumentType]
        self.contexts.append(context)
        if code:
            secret = self.console.browser(code).client.cookies[SESSION_COOKIE]
            context.add_cookies([{"name": SESSION_COOKIE, "value": secret, "url": self.address}])
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        return page

    def leave(self) -> None:
        """Everybody closes their browser."""
        for context in self.contexts:
            context.close()
        self.contexts.clear()

    def _heard(self, said: ConsoleMessage) -> None:
        """Keep errors; that an answer was a refusal is what some pages are for."""
        if said.type == "error" and "responded with a status of 4" not in said.text:
            self.wrong.append(said.text)


@contextmanager
def serving(settings: Settings, app: FastAPI) -> Generator[None]:
    """The console on its port while the block runs."""
    server = uvicorn.Server(uvicorn.Config(app, port=settings.console_port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started, 30, "the console answers")
    yield
    server.should_exit = True
    thread.join()


@contextmanager
def open_site(console: Console, chromium: Browser) -> Generator[Site]:
    """This console on a free port; scripts that fail and anything that the policy blocks fail the test."""
    port = free_port()
    settings = Settings(
        home=console.settings.home,
        office="Văn phòng UBND tỉnh",
        console_port=port,
        public_url=f"http://127.0.0.1:{port}",
    )
    console.settings = settings
    console.app = create_app(settings, kick=console.kicked.append)
    with serving(settings, console.app):
        site = Site(console, settings.public_url, chromium, [], [])
        yield site
        site.leave()
    assert site.wrong == []


@pytest.fixture
def site(console: Console, chromium: Browser) -> Iterator[Site]:
    """The console of this test, and nobody else's."""
    with open_site(console, chromium) as site:
        yield site


def shot(page: Page, name: str) -> None:
    """Keep a picture of a page, in a folder that is not committed."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.fixture
def keep() -> Callable[[Page, str], None]:
    """Keeps a picture of a page."""
    return shot
