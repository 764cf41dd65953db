"""A real Prefect server for the session, real workers as processes, and a morning on which something is owed."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

import migrations
from deployments import prefect_server
from deployments.prefect_server import PrefectPlace
from deployments.running import free_port
from models.database import engine_for
from tasks.place import Place, here
from tests import builders
from tests.builders import moment
from tests.engine.last_day import DUE
from tests.until import until

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def spoken_to(place: PrefectPlace) -> Generator[None]:
    """This process speaks to that server while the block runs, whatever it spoke to before."""
    from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_CSRF_SUPPORT_ENABLED, temporary_settings

    with temporary_settings({PREFECT_API_URL: place.api_url, PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: False}):
        yield


@pytest.fixture(scope="session")
def prefect_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectPlace]:
    """A running server, to which this process speaks too."""
    place = PrefectPlace(tmp_path_factory.mktemp("prefect"), free_port())
    log = place.home / "server.log"
    with log.open("ab") as out:
        server = prefect_server.start(place, log=out.fileno())
    until(lambda: prefect_server.healthy(place.api_url) or server.poll() is not None, 120, "a healthy server")
    if server.poll() is not None:
        pytest.fail(log.read_text("utf-8"))
    with spoken_to(place):
        yield place
    server.terminate()
    server.wait(20)


@dataclass
class Serving:
    """One worker process."""

    process: "subprocess.Popen[bytes]"
    life: Path
    written_down: Path

    @property
    def incarnation(self) -> str:
        """The name of this life, once it has begun."""
        until(
            lambda: self.life.exists() and self.life.read_text("ascii").endswith("\n"),
            60,
            "a worker's sign of life",
        )
        return self.life.read_text("ascii").split()[1]

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()


@contextmanager
def start_worker(place: PrefectPlace, folder: Path) -> Generator[Serving]:
    """A worker on the stand-in flows; one that still runs at the end of the block is killed."""
    name = uuid4().hex
    written_down = folder / "written"
    with (folder / f"{name}.log").open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "deployments.guard", "tests.engine.serving", "dondoc", str(folder / name)],
            cwd=ROOT,
            env={**os.environ, **prefect_server.environment(place), "WRITTEN_DOWN": str(written_down)},
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    serving = Serving(process, folder / name, written_down)
    yield serving
    if process.poll() is None:
        serving.kill()


@pytest.fixture
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:  # fmt: skip
    """A rehearsed morning: unit A's task is due today, its notice waits, the mail server is on the port of the day.

    A parameter gives other assignments than that one.
    """
    for name in [name for name in os.environ if name.startswith("DONDOC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    monkeypatch.setenv("DONDOC_PREFECT_PORT", str(free_port()))
    here.cache_clear()
    place = here()
    migrations.upgrade(place.url)
    builders.armed(place.url, *getattr(request, "param", ()))
    builders.live(place.url, date(2021, 4, 7), date(2021, 5, 19))
    builders.wake(place.url, moment(DUE, 6))
    yield place
    here.cache_clear()
    engine_for(place.url).dispose()
