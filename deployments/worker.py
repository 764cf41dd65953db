"""The in-process worker: runs flows in threads of its own process instead of a process per run.

A process per run costs seconds; a thread costs what the engine costs. The worker serves a pool of type `process`, so
Prefect's own process workers can take the same deployments instead (one kind of worker per pool). What it does
differently from them:

* it asks for due runs by a plain query, as many as it has room for; the pool's own endpoint writes a new `last_polled`
  into every deployment at each question, which with thousands of deployments and four questions a second is the
  whole server. That endpoint is still asked now and then, so that the deployments read "Ready";
* its claim is the `Pending` state itself, with its incarnation in the message, so that the runs of a dead worker can be
  told from live ones (`tasks.engine.crash_dead_runs`) from the first moment on, and with no further request;
* it loads each flow once. All deployments of one flow must therefore have the same entrypoint.

A synchronous flow cannot be stopped from outside; a cancelled one ends by itself and is then set Cancelled.
"""

import asyncio
import logging
import os
import signal
import socket
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import SyncClientContext
from prefect.exceptions import Abort, ObjectNotFound, Pause
from prefect.filesystems import LocalFileSystem
from prefect.flow_engine import run_flow
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.logging.loggers import flow_run_logger
from prefect.settings.context import get_current_settings
from prefect.states import Cancelled, Crashed, Failed, Pending
from prefect.utilities.engine import propose_state_sync
from prefect.workers.base import BaseWorker, BaseWorkerResult
from prefect.workers.process import ProcessJobConfiguration, ProcessVariables

from deployments.children import LOOK_NOW
from plan import clock
from tasks.engine_api import POOL, ROOT, claim_message

log = logging.getLogger("dondoc.worker")

POLL_SECONDS = 0.25
"""How often due runs are looked for while there have been any of late."""
IDLE_POLL_SECONDS = 1.0
"""How often they are looked for after `IDLE_AFTER` seconds without one; looking is what a resting stack costs."""
IDLE_AFTER = 30.0
BEAT_SECONDS = 5.0
SYNC_SECONDS = 10.0
"""How often Prefect is told that the worker lives, and the pool is asked whether it is paused."""
READY_SECONDS = 120.0
"""How often the pool's own endpoint is asked, for the sake of the deployments' status."""
DRAIN_SECONDS = 6.0
"""How long a stopping worker waits for the runs it has."""


class Beat(Protocol):
    """Where a worker says that it lives. Called from threads; each call is one short transaction."""

    def start(self, incarnation: str, pool: str, pid: int, host: str) -> None: ...
    def beat(self, incarnation: str) -> None: ...
    def stop(self, incarnation: str) -> None: ...


class NoBeat:
    """For a worker that nobody watches."""

    def start(self, incarnation: str, pool: str, pid: int, host: str) -> None: ...
    def beat(self, incarnation: str) -> None: ...
    def stop(self, incarnation: str) -> None: ...


class Flows:
    """The flows of this worker, each loaded once, by the entrypoint of whichever deployment asks first."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._loaded: dict[UUID, Flow[..., Any]] = {}

    def of(self, run: FlowRun, client: SyncPrefectClient) -> Flow[..., Any]:
        """The flow of `run`. Raises whatever its file raises on import; nothing is kept then."""
        with self._lock:
            if run.flow_id not in self._loaded:
                self._loaded[run.flow_id] = self._load(run, client)
            return self._loaded[run.flow_id]

    def _load(self, run: FlowRun, client: SyncPrefectClient) -> Flow[..., Any]:
        if run.deployment_id is None:
            raise LookupError(f"Flow run {run.name!r} has no deployment, so nothing says where its flow is.")
        entrypoint = client.read_deployment(run.deployment_id).entrypoint
        if entrypoint is None:
            raise LookupError(f"The deployment of flow run {run.name!r} has no entrypoint.")
        flow = load_flow_from_entrypoint(str(self._root / entrypoint), use_placeholder_flow=False)
        # No result of ours is kept, yet a flow and a task with no storage of their own ask the server for it each time.
        flow.result_storage = LocalFileSystem(basepath=str(get_current_settings().results.local_storage_path))
        return flow


class InProcessWorker(BaseWorker[ProcessJobConfiguration, ProcessVariables, BaseWorkerResult]):
    """One incarnation of the worker; `serve` is its whole life."""

    type = "process"
    job_configuration = ProcessJobConfiguration
    job_configuration_variables = ProcessVariables

    def __init__(
        self, pool: str = POOL, *, limit: int = 4, beat: Beat | None = None, root: Path = ROOT
    ) -> None:
        self.incarnation = uuid4().hex
        self.host = socket.gethostname()
        super().__init__(
            work_pool_name=pool,
            name=f"dondoc {self.host} {os.getpid()}",
            prefetch_seconds=0,
            limit=limit,
            heartbeat_interval_seconds=int(SYNC_SECONDS),
        )
        self._pool = pool
        self._slots = limit
        self._beat: Beat = beat or NoBeat()
        self._flows = Flows(root)
        self._due: deque[FlowRun] = deque()
        self._busy: dict[UUID, asyncio.Future[None]] = {}
        self._unsettled: set[UUID] = set()
        self._last_begun = time.monotonic()
        self._threads = ThreadPoolExecutor(limit, "run", initializer=_enter_client)
        self._free = asyncio.Event()
        self._stopping = asyncio.Event()

    @classmethod
    def __dispatch_key__(cls) -> str | None:
        return "dondoc-in-process"  # beside Prefect's own "process" in its registry, not instead of it

    async def run(self, flow_run: FlowRun, configuration: Any, task_status: Any = None) -> BaseWorkerResult:
        """Not used: `serve` never goes through Prefect's submission, which takes six requests more for each run."""
        raise RuntimeError("The in-process worker runs flows through serve().")

    async def serve(self) -> None:
        """Work until :meth:`stop`; then wait for the runs under way, and call crashed what does not end in time.

        Prefect's own teardown is left out, because it waits for threads and a channel that may wait for the server:
        the process is meant to end now.
        """
        await asyncio.to_thread(self._beat.start, self.incarnation, self._pool, os.getpid(), self.host)
        await self.__aenter__()
        async with httpx.AsyncClient(base_url=_api_url(), timeout=30, trust_env=False) as api:
            loops = [
                asyncio.create_task(self._every(BEAT_SECONDS, self._say_alive)),
                asyncio.create_task(self._every(SYNC_SECONDS, self.sync_with_backend)),
                asyncio.create_task(self._every(READY_SECONDS, self._mark_ready)),
                asyncio.create_task(self._work(api)),
            ]
            await self._stopping.wait()
            for loop in loops:
                loop.cancel()
            await asyncio.wait(loops, timeout=2)
            await self._drain()
        await asyncio.to_thread(self._beat.stop, self.incarnation)

    def stop(self) -> None:
        """Take no more runs and end; to be called in the event loop's thread."""
        self._stopping.set()
        self._free.set()

    def look_now(self) -> None:
        """Look for due runs at once; to be called in the event loop's thread."""
        self._free.set()

    async def _every(self, seconds: float, act: Any) -> None:
        """Do `act` for ever; what goes wrong is said in the log and tried again at the next turn."""
        while True:
            try:
                await act()
            except Exception as wrong:  # noqa: BLE001  a loop of the worker must outlive whatever one turn meets
                log.warning("%s did not succeed, trying again in %g s: %r", act.__name__, seconds, wrong)
            await asyncio.sleep(seconds)

    async def _say_alive(self) -> None:
        await asyncio.to_thread(self._beat.beat, self.incarnation)
        if self._unsettled:
            await self._settle("The worker lost the Prefect server while this run was under way.")

    async def _mark_ready(self) -> None:
        await self.client.request(
            "POST",
            "/work_pools/{name}/get_scheduled_flow_runs",
            path_params={"name": self._pool},
            json={"limit": 1, "scheduled_before": "2000-01-01T00:00:00Z"},
        )

    async def _work(self, api: httpx.AsyncClient) -> None:
        """Keep all slots busy while anything is due, and look for more as often as `POLL_SECONDS` else."""
        while True:
            if not self._due and len(self._busy) < self._slots:
                await self._look(api)
            while self._due and len(self._busy) < self._slots:
                self._begin(self._due.popleft())
            self._free.clear()
            try:
                await asyncio.wait_for(self._free.wait(), None if self._due else self._pause())
            except TimeoutError:
                continue

    def _pause(self) -> float:
        rests = not self._busy and time.monotonic() - self._last_begun > IDLE_AFTER
        return IDLE_POLL_SECONDS if rests else POLL_SECONDS

    async def _look(self, api: httpx.AsyncClient) -> None:
        if self._work_pool is None or self._work_pool.is_paused:
            return
        try:
            answer = await api.post("/flow_runs/filter", json=_due_query(self._pool, 4 * self._slots))
            answer.raise_for_status()
        except httpx.HTTPError as wrong:
            log.warning("Prefect does not say what is due: %r", wrong)
            await asyncio.sleep(1)
            return
        runs = FlowRun.model_validate_list(answer.json())
        self._due.extend(run for run in runs if run.id not in self._busy)

    def _begin(self, run: FlowRun) -> None:
        self._last_begun = time.monotonic()
        future = asyncio.get_running_loop().run_in_executor(self._threads, self._execute, run)
        self._busy[run.id] = future
        future.add_done_callback(lambda done: self._ended(run.id, done))

    def _ended(self, run_id: UUID, done: "asyncio.Future[None]") -> None:
        del self._busy[run_id]
        if not done.cancelled() and (wrong := done.exception()) is not None:
            log.error("Run %s ended without its state being told: %r", run_id, wrong)
            self._unsettled.add(run_id)
        self._free.set()

    def _execute(self, run: FlowRun) -> None:
        """One run from claim to final state, in a thread. Raises only when Prefect could not be told the end."""
        client = get_client(sync_client=True)
        if not self._claimed(run, client):
            return
        logger = flow_run_logger(run)
        try:
            flow = self._flows.of(run, client)
        except Exception as wrong:
            logger.exception("The flow could not be loaded")
            propose_state_sync(client, Failed(message=f"The flow could not be loaded: {wrong}"), run.id)
            return
        # For a run that it knows to be a deployment's, the engine starts a thread with an event loop and a websocket
        # to hear of suspension, which costs more than the rest of the run. Nobody suspends these; the engine reads
        # the whole run again before it calls the flow.
        run.deployment_id = None
        try:
            state = run_flow(flow, flow_run=run, return_type="state", error_logger=logger.logger)
        except (Abort, Pause):
            state = client.read_flow_run(run.id).state
        if isinstance(state, State) and state.is_cancelling():
            message = "Cancelled; what the run had done by then stands."
            client.set_flow_run_state(run.id, Cancelled(message=message), force=True)

    def _claimed(self, run: FlowRun, client: SyncPrefectClient) -> bool:
        """Whether this worker, and no other, may run `run`; then it is Pending in our name.

        Prefect refuses Pending to a run that another worker has taken, but grants it to one that has ended: what was
        due when it was looked for must be looked at again, or a run that is over would run a second time.
        """
        try:
            current = client.read_flow_run(run.id).state
        except ObjectNotFound:
            return False
        if current is None or not current.is_scheduled():
            return False
        try:
            state = propose_state_sync(client, Pending(message=claim_message(self.incarnation)), run.id)
        except (Abort, Pause) as taken:
            log.info("Run %s is left alone: %s", run.name, taken)
            return False
        run.state, run.state_type, run.state_name = state, state.type, state.name
        return state.is_pending()

    async def _drain(self) -> None:
        if self._busy:
            await asyncio.wait(list(self._busy.values()), timeout=DRAIN_SECONDS)
        self._unsettled |= set(self._busy)
        await self._settle("The worker was stopped while this run was under way.")

    async def _settle(self, message: str) -> None:
        """Call crashed the runs whose end nobody told; one that has ended after all is left as it is."""
        for run_id in list(self._unsettled):
            try:
                await self.client.set_flow_run_state(run_id, Crashed(message=message))
            except Exception as wrong:  # noqa: BLE001  the next run is told all the same
                log.warning("Run %s could not be called crashed: %r", run_id, wrong)
                continue
            self._unsettled.discard(run_id)


def _enter_client() -> None:
    """Give this thread one client for its life; the engine takes it from the context instead of making its own."""
    SyncClientContext().__enter__()


def _api_url() -> str:
    url = get_current_settings().api.url
    if not url:
        raise RuntimeError("PREFECT_API_URL is not set, so the worker does not know its server.")
    return url


def _due_query(pool: str, limit: int) -> dict[str, Any]:
    moment = clock.system() + timedelta(
        milliseconds=50
    )  # the machine's own time: a rehearsal's runs are due now
    return {
        "sort": "NEXT_SCHEDULED_START_TIME_ASC",
        "limit": limit,
        "flow_runs": {
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "next_scheduled_start_time": {"before_": moment.isoformat()},
        },
        "work_pools": {"name": {"any_": [pool]}},
    }


async def serve(pool: str = POOL, *, limit: int = 4, beat: Beat | None = None, root: Path = ROOT) -> None:
    """Serve `pool` until SIGTERM or SIGINT."""
    worker = InProcessWorker(pool, limit=limit, beat=beat, root=root)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    loop.add_signal_handler(LOOK_NOW, worker.look_now)
    log.info("Worker %s serves pool %s with %d threads", worker.incarnation, pool, limit)
    await worker.serve()


async def _live(pool: str, limit: int, beat: Beat | None, root: Path) -> None:
    code = 1
    try:
        await serve(pool, limit=limit, beat=beat, root=root)
        code = 0
    except Exception:
        log.exception("The worker cannot go on")
    finally:
        threading.Timer(
            2, os._exit, args=(code,)
        ).start()  # shipping the last log lines may wait for the server
        logging.shutdown()
        os._exit(code)


def run_until_stopped(
    pool: str = POOL, *, limit: int = 4, beat: Beat | None = None, root: Path = ROOT
) -> None:
    """Serve `pool` and end the process, whatever its threads still do: their runs have been called crashed."""
    asyncio.run(_live(pool, limit, beat, root))
