"""Every word that is said to Prefect's API, in plain functions and plain records.

Functions speak to the server of PREFECT_API_URL. Moments are aware UTC and in real time: Prefect knows no other.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.states import Crashed

ROOT = Path(__file__).resolve().parent.parent
"""Where the flows lie."""
POOL = "dondoc"
"""The work pool of every deployment; of type `process`, so that Prefect's own workers can serve it too."""
ITEM_FLOW, ITEM_ENTRYPOINT = "plan-item", "flows/plan_item.py:plan_item"
PAGE = 200
AT_ONCE = 4
"""How many requests are under way at once; more do not make SQLite faster."""
LIVE = ("SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING")

_CLAIM = re.compile(r"^Taken by worker ([0-9a-f]{32})$")
_SLASHES = str.maketrans({"/": "∕", "%": "٪", "&": "+", ">": "›", "<": "‹"})

Progress = Callable[[int, int], None]


class EngineError(Exception):
    """Prefect did not do what was asked; the message says what, and the next regular run tries again."""


def claim_message(incarnation: str) -> str:
    """The message of the Pending state by which a worker takes a run."""
    return f"Taken by worker {incarnation}"


def claimed_by(message: str | None) -> str | None:
    """The incarnation in a claim, or None when the message is no claim."""
    match = _CLAIM.match(message or "")
    return match.group(1) if match else None


def readable_name(text: str) -> str:
    """`text` with the characters that Prefect refuses in names replaced by their look-alikes: "92∕KH-UBND"."""
    return text.translate(_SLASHES)


@dataclass(frozen=True)
class ItemDeployment:
    """One plan item as Prefect shall show it."""

    item_id: int
    name: str
    description: str
    tags: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """A fingerprint of what is shown: a deployment that has it needs no update."""
        shown = json.dumps([self.name, self.description, self.tags, ITEM_ENTRYPOINT], ensure_ascii=False)
        return f"{self.item_id}-{sha256(shown.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class WakeRun:
    """One wake to be run at `moment`; a second one with the same `key` is the same run."""

    deployment_id: str
    item_id: int
    moment: datetime
    name: str
    key: str


@dataclass
class Created:
    """What became of wakes that were asked for: run ids, and what the engine said to those it refused."""

    created: list[str] = field(default_factory=list[str])
    failed: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class RunSeen:
    """A flow run as it stands."""

    run_id: str
    flow: str
    name: str
    item_id: int | None
    state_type: str
    state_name: str
    message: str
    scheduled_for: datetime | None
    changed_at: datetime


@contextmanager
def _client() -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as client:
        yield client


def _pages(client: SyncPrefectClient, path: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every row that a filter finds, page by page."""
    offset = 0
    while True:
        rows = client.request("POST", path, json={**body, "limit": PAGE, "offset": offset}).json()
        yield from rows
        if len(rows) < PAGE:
            return
        offset += PAGE


def ensure_pool(client: SyncPrefectClient) -> None:
    """The work pool, made if it is not there."""
    from prefect.workers.process import ProcessWorker

    try:
        client.read_work_pool(POOL)
    except ObjectNotFound:
        pool = WorkPoolCreate(name=POOL, type="process", base_job_template=ProcessWorker.get_default_base_job_template())
        try:
            client.create_work_pool(pool)
        except ObjectAlreadyExists:
            return


def _known_items(client: SyncPrefectClient) -> dict[int, tuple[str, str]]:
    """Deployment id and version of every item that the engine knows, by item."""
    known: dict[int, tuple[str, str]] = {}
    for row in _pages(client, "/deployments/filter", {"flows": {"name": {"any_": [ITEM_FLOW]}}}):
        item = (row.get("parameters") or {}).get("item_id")
        if isinstance(item, int):
            known[item] = (row["id"], row.get("version") or "")
    return known


def item_deployments() -> dict[int, str]:
    """The deployment of every item that the engine knows."""
    with _client() as client:
        return {item: found for item, (found, _) in _known_items(client).items()}


def ensure_item_deployments(specs: Sequence[ItemDeployment], progress: Progress | None = None) -> dict[int, str]:
    """A deployment for every item, brought up to date where its words have changed; answers the id of each."""
    with _client() as client:
        ensure_pool(client)
        known = _known_items(client)
        stale = [spec for spec in specs if known.get(spec.item_id, ("", ""))[1] != spec.version]
        ids = {spec.item_id: known[spec.item_id][0] for spec in specs if spec.item_id in known}
        if not stale:
            return ids
        flow_id = str(client.create_flow_from_name(ITEM_FLOW))
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for done, (item, made) in enumerate(threads.map(lambda spec: _upsert(client, flow_id, spec), stale), 1):
                ids[item] = made
                if progress:
                    progress(done, len(stale))
    return ids


def _upsert(client: SyncPrefectClient, flow_id: str, spec: ItemDeployment) -> tuple[int, str]:
    body = {
        "name": readable_name(spec.name), "flow_id": flow_id, "entrypoint": ITEM_ENTRYPOINT, "path": str(ROOT),
        "parameters": {"item_id": spec.item_id}, "description": spec.description, "tags": list(spec.tags),
        "version": spec.version, "work_pool_name": POOL, "enforce_parameter_schema": False,
    }  # fmt: skip
    return spec.item_id, client.request("POST", "/deployments/", json=body).json()["id"]


def create_wakes(runs: Iterable[WakeRun]) -> Created:
    """Ask for every wake; what is there already under its key stays as it is. The answer tells each one's end."""
    out = Created()
    with _client() as client, ThreadPoolExecutor(AT_ONCE) as threads:
        for run, answer in threads.map(lambda run: (run, _create(client, run)), runs):
            if isinstance(answer, Exception):
                out.failed.append(f"{run.name} of item {run.item_id}: {answer}")
            elif answer:
                out.created.append(answer)
    return out


def _create(client: SyncPrefectClient, run: WakeRun) -> str | Exception:
    body = {
        "name": run.name, "parameters": {"item_id": run.item_id}, "idempotency_key": run.key, "enforce_parameter_schema": False,
        "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": run.moment.isoformat()}},
    }  # fmt: skip
    try:
        path = {"id": run.deployment_id}
        answer = client.request("POST", "/deployments/{id}/create_flow_run", path_params=path, json=body)
        return "" if answer.status_code == OLD else answer.json()["id"]
    except Exception as error:  # said item by item: one refused wake must not keep the others from being made
        return error


def register_flows(*, schedules: bool) -> list[str]:
    """Make the deployments of `prefect.yaml`; a rehearsal takes them without their schedules. Answers their names."""
    file = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
    with _client() as client:
        ensure_pool(client)
        return [_register(client, spec, schedules=schedules) for spec in file["deployments"]]


def _register(client: SyncPrefectClient, spec: dict[str, Any], *, schedules: bool) -> str:
    flow = spec["entrypoint"].rpartition(":")[2]
    due = [
        {"schedule": {"cron": each["cron"], "timezone": each["timezone"]}, "active": True}
        for each in (spec["schedules"] if schedules else [])
    ]
    body = {
        "name": spec["name"], "flow_id": str(client.create_flow_from_name(flow)), "entrypoint": spec["entrypoint"],
        "path": str(ROOT), "description": spec["description"], "parameters": spec.get("parameters", {}),
        "work_pool_name": POOL, "schedules": due, "enforce_parameter_schema": False, "tags": ["dondoc"],
    }  # fmt: skip
    client.request("POST", "/deployments/", json=body)
    return f"{flow}/{spec['name']}"


OLD = 200
"""What the server answers for a run that is there already under its key; a new one is 201."""


def live_items() -> set[int]:
    """The items that have a run which has not ended."""
    body = {"flows": {"name": {"any_": [ITEM_FLOW]}}, "flow_runs": {"state": {"type": {"any_": list(LIVE)}}}}
    with _client() as client:
        return {row["parameters"]["item_id"] for row in _pages(client, "/flow_runs/filter", {**body, "sort": "ID_DESC"})}


def crash_dead_runs(alive: set[str]) -> int:
    """Set Crashed what a worker had taken that is no longer alive; nothing in Prefect OSS does that."""
    body = {"flow_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}}, "sort": "ID_DESC"}
    crashed = 0
    with _client() as client:
        for row in list(_pages(client, "/flow_runs/filter", body)):
            worker = _taker(client, row["id"])
            if worker is not None and worker not in alive:
                said = Crashed(message=f"Worker {worker} died.")
                client.set_flow_run_state(UUID(row["id"]), said, force=True)
                crashed += 1
    return crashed


def _taker(client: SyncPrefectClient, run_id: str) -> str | None:
    """The incarnation that took a run last."""
    states = client.request("GET", "/flow_run_states/", params={"flow_run_id": run_id}).json()
    takers = [claimed_by(state.get("message")) for state in sorted(states, key=lambda s: s["timestamp"])]
    return next((taker for taker in reversed(takers) if taker), None)


def trigger(deployment: str, parameters: dict[str, Any]) -> str:
    """Run a deployment ("flow/name") now; answers the run's id."""
    flow, _, name = deployment.partition("/")
    with _client() as client:
        try:
            found = client.request("GET", "/deployments/name/{flow}/{name}", path_params={"flow": flow, "name": name}).json()
        except ObjectNotFound as error:
            raise EngineError(f"Prefect has no deployment {deployment}; start the stack: dondoc up") from error
        run = client.create_flow_run_from_deployment(UUID(found["id"]), parameters=parameters)
    return str(run.id)


def wait_for(run_ids: Sequence[str], timeout: float = 300) -> None:
    """Wait until every run has ended; raises :class:`EngineError` for one that failed or takes too long."""
    ends = _wait({"flow_runs": {"id": {"any_": list(run_ids)}}}, timeout)
    bad = [row for row in ends if row["state_type"] != "COMPLETED"]
    if bad:
        raise EngineError("; ".join(f"run {r['name']} ended {r['state_name']}: {(r.get('state') or {}).get('message')}" for r in bad))


def wait_until_idle(timeout: float = 600) -> None:
    """Wait until no wake is due or under way."""
    _wait({"flows": {"name": {"any_": [ITEM_FLOW]}}, "flow_runs": {"state": {"type": {"any_": list(LIVE)}}}}, timeout)


def _wait(body: dict[str, Any], timeout: float) -> list[dict[str, Any]]:
    limit = time.monotonic() + timeout
    with _client() as client:
        while True:
            rows = list(_pages(client, "/flow_runs/filter", {**body, "sort": "ID_DESC"}))
            if all(row["state_type"] not in LIVE for row in rows):
                return rows
            if time.monotonic() > limit:
                raise EngineError(f"{len(rows)} runs have not ended after {timeout:g} s; is the worker alive?")
            time.sleep(0.1)


def runs_changed_since(since: datetime | None, *, batch: int = PAGE) -> Iterator[list[RunSeen]]:
    """Runs that have started, ended or been scheduled since a moment (real time), in batches."""
    with _client() as client:
        flows = {row["id"]: row["name"] for row in _pages(client, "/flows/filter", {})}
        found = [row for body in _changed(since) for row in _pages(client, "/flow_runs/filter", body)]
    seen = list({row["id"]: _seen(row, flows) for row in found}.values())
    seen.sort(key=lambda run: run.changed_at)
    for start in range(0, len(seen), batch):
        yield seen[start : start + batch]


def _changed(since: datetime | None) -> list[dict[str, Any]]:
    if since is None:
        return [{"sort": "ID_DESC"}]
    after = {"after_": since.isoformat()}
    live = {"state": {"type": {"any_": list(LIVE)}}}
    return [{"sort": "ID_DESC", "flow_runs": chosen} for chosen in ({"end_time": after}, live)]


def _seen(row: dict[str, Any], flows: dict[str, str]) -> RunSeen:
    state = row.get("state") or {}
    item = (row.get("parameters") or {}).get("item_id")
    scheduled = row.get("expected_start_time")
    return RunSeen(
        run_id=row["id"], flow=flows.get(row["flow_id"], "?"), name=row["name"], item_id=item if isinstance(item, int) else None,
        state_type=row.get("state_type") or "", state_name=row.get("state_name") or "", message=state.get("message") or "",
        scheduled_for=datetime.fromisoformat(scheduled) if scheduled else None,
        changed_at=datetime.fromisoformat(state.get("timestamp") or row["updated"]),
    )  # fmt: skip
