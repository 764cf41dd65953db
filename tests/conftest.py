"""What all tests share: the optional parts they need, an environment without settings, and Hypothesis's profile.

`DONDOC_REQUIRE=chromium,imap,office,postgresql,redis` names parts without which a test fails; without it they are
skipped, in words.
"""

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import hypothesis
import pytest

KEPT = ("DONDOC_REQUIRE", "DONDOC_SHARED", "DONDOC_TEST_")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")

REQUIRED = {part.strip() for part in os.environ.get("DONDOC_REQUIRE", "").split(",") if part.strip()}
if unknown := REQUIRED - {"chromium", "imap", "office", "postgresql", "redis"}:
    raise pytest.UsageError(
        f"DONDOC_REQUIRE: no such part: {', '.join(sorted(unknown))}; chromium, imap, office, postgresql and redis are"
    )

# Before any test module is imported: settings of the person who runs the tests are none of the tests' business.
for name in [name for name in os.environ if name.startswith("DONDOC_") and not name.startswith(KEPT)]:
    del os.environ[name]


def _absent(part: str, why: str) -> None:
    if part in REQUIRED:
        pytest.fail(f"{part} is required by DONDOC_REQUIRE: {why}", pytrace=False)
    pytest.skip(f"{part}: {why}")


def _listens(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 0), timeout=2).close()
    except OSError:
        return False
    return True


def _server(part: str, variable: str, default: str, works: Callable[[str], None]) -> str:
    """The address of a server that answers; `works` raises when it does not serve us."""
    url = os.environ.get(variable, default)
    if not _listens(url):
        _absent(
            part, f"nothing listens at {urlsplit(url).netloc.rpartition('@')[2]}; {variable} names another"
        )
    try:
        works(url)
    except Exception as error:  # noqa: BLE001 - each driver has errors of its own
        _absent(part, f"{urlsplit(url).netloc.rpartition('@')[2]} refuses: {error}")
    return url


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The Chromium of this machine."""
    named = os.environ.get("DONDOC_TEST_CHROMIUM")
    found = next((path for name in ([named] if named else BROWSERS) if (path := shutil.which(name))), None)
    if found is None:
        _absent(
            "chromium", f"{named or 'no ' + ', '.join(BROWSERS)} on the path; DONDOC_TEST_CHROMIUM names one"
        )
    return Path(found or "")


@pytest.fixture(scope="session")
def office_path() -> str:
    """The LibreOffice of this machine."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        _absent("office", "no soffice or libreoffice on the path")
    return found or ""


@pytest.fixture(scope="session")
def dovecot_path() -> str:
    """The IMAP server of this machine, to be started by whoever wants one."""
    named = os.environ.get("DONDOC_TEST_DOVECOT")
    found = shutil.which(named or "dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        _absent("imap", f"no {named or 'dovecot'} on the path; DONDOC_TEST_DOVECOT names one")
    return found or ""


@pytest.fixture(scope="session")
def postgresql_url() -> str:
    """A PostgreSQL server on which databases may be made, as an SQLAlchemy address."""

    def works(url: str) -> None:
        import psycopg

        psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), connect_timeout=5).close()

    default = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
    return _server("postgresql", "DONDOC_TEST_POSTGRESQL", default, works)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A Redis server; tests may empty the database that the address names."""

    def works(url: str) -> None:
        import redis

        with redis.Redis.from_url(url, socket_timeout=5) as client:
            client.ping()

    return _server("redis", "DONDOC_TEST_REDIS", "redis://127.0.0.1:6379/15", works)


@pytest.fixture
def shared() -> Path:
    """The folder with real plans and their answers, which is not part of this repository."""
    folder = Path(os.environ.get("DONDOC_SHARED") or Path(__file__).parents[2] / "shared")
    if not (folder / "plans").is_dir():
        pytest.skip(f"no real plans at {folder}; DONDOC_SHARED names the folder that holds plans/")
    return folder
