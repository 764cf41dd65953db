"""A real Prefect server for the session, on a port and in a folder of its own, and real workers as processes."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from deployments import prefect_server
from deployments.prefect_server import PrefectPlace
from deployments.running import free_port

ROOT = Path(__file__).parent.parent.parent


def until(holds: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until `holds` answers something true; fails with `what` after `seconds`."""
    limit = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > limit:
            pytest.fail(f"not within {seconds} s: {what}")
        threading.Event().wait(0.1)


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

    from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_CSRF_SUPPORT_ENABLED, temporary_settings

    with temporary_settings({PREFECT_API_URL: place.api_url, PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: False}):
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
