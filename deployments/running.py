"""An engine of one's own for the length of a block: server, worker and the flows, on a free port, gone afterwards."""

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

import httpx

from deployments import prefect_server
from deployments.children import LOOK_NOW
from deployments.kick import prefect_place, speak_to
from deployments.prefect_server import HOST, PrefectServerError, healthy
from settings import Settings
from tasks.place import at_place

START_SECONDS = 90
"""How long a server may take until it answers."""
START_TIMES = 5
"""How often a server that worked before is started again when it ends while it starts."""
LEAVE_SECONDS = 20
"""How long the children of a killed process may take until they are gone (see :mod:`deployments.guard`)."""

Child = subprocess.Popen[bytes]


def free_port() -> int:
    """A port on loopback that nothing listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def running_engine(
    settings: Settings, *, schedules: bool, workers: int = 1, say: Callable[[str], None] = print
) -> Generator["Engine"]:
    """A Prefect server and a worker for these settings while the block runs; raises PrefectServerError.

    Nobody else may work in `settings.home` meanwhile: what another life of this engine left under way is ended first.
    """
    logs = settings.home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (
        _alone_in(settings.home) as lock,
        (logs / "prefect.log").open("ab") as server_log,
        (logs / "worker.log").open("ab") as worker_log,
    ):
        engine = Engine(settings, lock, server_log, worker_log, say)
        try:
            engine.start(schedules=schedules, workers=workers)
            with engine.speaking():
                yield engine
        finally:
            engine.end()


@contextmanager
def _alone_in(home: Path) -> Generator[int]:
    """Hold the folder's lock, which the children share: it is free only when all of a former life are gone."""
    with (home / "engine.lock").open("ab") as file:
        limit = time.monotonic() + LEAVE_SECONDS
        while not _locked(file):
            if time.monotonic() > limit:
                raise PrefectServerError(
                    f"another rehearsal is running in {home}; wait for its end or stop it"
                )
            time.sleep(0.1)
        yield file.fileno()


def _locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Engine:
    """The two children; what has died is started again by :meth:`mend`, which counts it in `restarts`."""

    def __init__(
        self,
        settings: Settings,
        lock: int,
        server_log: IO[bytes],
        worker_log: IO[bytes],
        say: Callable[[str], None],
    ) -> None:
        self._settings, self._lock, self._say = settings, lock, say
        self._server_log, self._worker_log = server_log, worker_log
        self._place = prefect_place(settings)
        self._server: Child | None = None
        self._workers: list[Child] = []
        self.restarts = 0
        self.flows: dict[str, str] = {}
        """The deployment of each maintenance flow."""

    def start(self, *, schedules: bool, workers: int) -> None:
        """The server, the flows, and so many workers."""
        prefect_server.check(self._place)
        self._start_server()
        speak_to(self._place)
        self._make_ready(schedules)
        for _ in range(workers):
            self.add_worker()

    def _make_ready(self, schedules: bool) -> None:
        """The flows are known and nothing is under way, also when the server is killed meanwhile."""
        from tasks.engine import register_flows

        for left in range(START_TIMES, 0, -1):
            try:
                self.flows = register_flows(schedules=schedules)
                return self._bury()
            except httpx.HTTPError:
                if left == 1:
                    raise
                self._mend_server()
        return None

    @contextmanager
    def speaking(self) -> Generator[None]:
        """One connection to the server for everything that this thread asks, instead of one for each question."""
        from prefect.context import SyncClientContext

        with SyncClientContext.get_or_create():
            yield

    def add_worker(self) -> Child:
        """One more worker for the same pool."""
        worker = self._child(["deployments.work"], self._settings.environment(), self._worker_log)
        self._workers.append(worker)
        return worker

    def _child(self, arguments: list[str], environment: dict[str, str], log: IO[bytes]) -> Child:
        """A child that dies with this process and holds the folder's lock as long as it lives."""
        return subprocess.Popen(
            [sys.executable, "-m", "deployments.guard", *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(self._lock,),
        )

    def mend(self) -> None:
        """Start again what has died; the runs of dead workers are called crashed and their leases ended first."""
        self._mend_server()
        if all(worker.poll() is not None for worker in self._workers):
            self._say("  worker đã dừng, khởi động lại …")
            self.restarts += 1
            self._workers.clear()
            self._bury()
            self.add_worker()

    def _mend_server(self) -> None:
        if self._server is not None and self._server.poll() is not None:
            self._say("  Prefect server đã dừng, khởi động lại …")
            self._start_server_again()

    def nudge(self) -> None:
        """Tell the workers that something is due, so that they look at once instead of at their next turn."""
        for worker in self._workers:
            if worker.poll() is None:
                worker.send_signal(LOOK_NOW)

    def pids(self) -> dict[str, int]:
        """The living children's process numbers, by name."""
        found = {f"worker {n}": worker.pid for n, worker in enumerate(self._workers, 1)}
        return {"server": self._server.pid, **found} if self._server else found

    def end(self) -> None:
        """End the children, politely at first."""
        for child in (*self._workers, self._server):
            if child is not None:
                _end(child)

    def _start_server_again(self) -> None:
        """Start a server that worked before; it may be killed while it starts."""
        for left in range(START_TIMES, 0, -1):
            self.restarts += 1
            try:
                return self._start_server()
            except PrefectServerError:
                if left == 1:
                    raise
        return None

    def _start_server(self) -> None:
        self._place.home.mkdir(parents=True, exist_ok=True)
        environment = prefect_server.environment(self._place)
        self._server = self._child(prefect_server.arguments(self._place), environment, self._server_log)
        _await_health(self._server, self._place.api_url)

    def _bury(self) -> None:
        """No worker lives now: whatever is still under way in this database is dead."""
        from tasks.scheduling import bury

        bury(at_place(self._settings), lambda _: True, grace=timedelta())


def _await_health(server: Child, api_url: str) -> None:
    limit = time.monotonic() + START_SECONDS
    while not healthy(api_url):
        if server.poll() is not None:
            raise PrefectServerError("the Prefect server ended while it started; see logs/prefect.log")
        if time.monotonic() > limit:
            raise PrefectServerError(
                f"the Prefect server did not answer within {START_SECONDS} s; see logs/prefect.log"
            )
        time.sleep(0.2)


def _end(child: Child) -> None:
    """Ask a child to end, and end it after ten seconds."""
    child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
