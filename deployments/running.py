"""An engine of one's own for the length of a block: server, worker and the flows, on a free port, gone afterwards."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager

from deployments import prefect_server
from deployments.kick import prefect_place, speak_to
from deployments.prefect_server import HOST, PrefectServerError, healthy
from settings import Settings

START_SECONDS = 90
"""How long a server may take until it answers."""


def free_port() -> int:
    """A port on loopback that nothing listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def running_engine(
    settings: Settings, *, schedules: bool, say: Callable[[str], None] = print
) -> Generator[None]:
    """A Prefect server and a worker for these settings while the block runs; raises PrefectServerError."""
    place = prefect_place(settings)
    prefect_server.check(place)
    logs = settings.home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / "prefect.log").open("ab") as server_log, (logs / "worker.log").open("ab") as worker_log:
        server = prefect_server.start(place, log=server_log.fileno())
        worker = None
        try:
            _await_health(server, place.api_url)
            speak_to(place)
            from deployments.registering import register_flows

            register_flows(schedules=schedules)
            worker = _start_worker(settings, worker_log.fileno())
            yield
        finally:
            for child in (worker, server):
                if child is not None:
                    _end(child)


def _await_health(server: subprocess.Popen[bytes], api_url: str) -> None:
    limit = time.monotonic() + START_SECONDS
    while not healthy(api_url):
        if server.poll() is not None:
            raise PrefectServerError("the Prefect server ended while it started; see logs/prefect.log")
        if time.monotonic() > limit:
            raise PrefectServerError(
                f"the Prefect server did not answer within {START_SECONDS} s; see logs/prefect.log"
            )
        time.sleep(0.2)


def _start_worker(settings: Settings, log: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "deployments.guard", "deployments.work"],
        env={**os.environ, **settings.environment()},
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ask a child to end, and end it after ten seconds."""
    child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
