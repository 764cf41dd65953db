"""What is said to Prefect about items and wakes, in plain functions and plain records.

Identifiers of Prefect cross this module as text. Every function asks the server that `PREFECT_API_URL` names, which
must stand in the environment before Prefect is imported, and lets Prefect's own errors through: whoever calls is a
task with retries, or a person who is told that the engine does not answer.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
from prefect.client.orchestration import SyncPrefectClient

from plan import clock
from tasks.engine_api import (
    ITEM_FLOW,
    POOL,
    ROOT,
    claim_message,
    claimed_by,
    client,
    count_runs,
    delete_scheduled,
    ensure_pool,
    pages,
    post,
    prefect_name,
    pull_steps,
    request,
)
from tasks.engine_flows import register_flows
from tasks.engine_runs import (
    EngineTimeout,
    RunSeen,
    StateSeen,
    crash_dead_runs,
    history,
    runs_changed_since,
    trigger,
    wait_for,
    wait_until_idle,
)

__all__ = [
    "ITEM_FLOW", "POOL", "EngineTimeout", "ItemDeployment", "RunSeen", "StateSeen", "WakeRun", "WakesMade",
    "claim_message", "claimed_by", "crash_dead_runs", "create_wakes", "delete_item_deployments",
    "delete_scheduled_wakes",
    "ensure_item_deployment", "ensure_item_deployments", "ensure_pool", "history", "item_deployments", "live_items",
    "prefect_name", "register_flows", "runs_changed_since", "trigger", "wait_for", "wait_until_idle",
]  # fmt: skip

ITEM_ENTRYPOINT = "flows/plan_item.py:plan_item"
BULK = 100
"""How many runs Prefect takes in one request."""
AT_ONCE = 4
"""How many requests are under way at a time; more do not make the server faster."""

Progress = Callable[[int, int], None]

_ITEM_SCHEMA = {
    "type": "object",
    "title": "Parameters",
    "properties": {"item_id": {"type": "integer", "title": "item_id", "position": 0}},
    "required": ["item_id"],
}


@dataclass(frozen=True)
class ItemDeployment:
    """How one plan item should look among Prefect's deployments."""

    item_id: int
    name: str
    description: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class WakeRun:
    """One wake to make: a run of the item's deployment at `moment` (aware). The key makes a second one the first."""

    deployment_id: str
    item_id: int
    moment: datetime
    name: str
    key: str


@dataclass
class WakesMade:
    """What the engine answered, wake by wake: `created` maps keys to flow runs, `failed` says which and why."""

    created: dict[str, str] = field(default_factory=dict[str, str])
    failed: list[str] = field(default_factory=list[str])


def _existing(api: SyncPrefectClient) -> dict[int, dict[str, Any]]:
    body = {"flows": {"name": {"any_": [ITEM_FLOW]}}, "sort": "NAME_ASC"}
    rows = (row for page in pages(api, "/deployments/filter", body) for row in page)
    return {int(row["parameters"]["item_id"]): row for row in rows if "item_id" in row["parameters"]}


def item_deployments() -> dict[int, str]:
    """The deployment of each item that has one."""
    with client() as api:
        return {item: row["id"] for item, row in _existing(api).items()}


def ensure_item_deployments(
    specs: Sequence[ItemDeployment], progress: Progress | None = None
) -> dict[int, str]:
    """A deployment for every spec, described as it says; answers the deployment of each item.

    Only what is new or differs is written, some at a time; `progress(done, all)` is called after each. A deployment
    keeps the name under which it was made, because its runs hang on it.
    """
    if not specs:
        return {}
    ensure_pool()
    with client() as api:
        known = _existing(api)
        flow = str(api.create_flow_from_name(ITEM_FLOW))
        names = _free_names(specs, known)

        def write(spec: ItemDeployment) -> str:
            return _ensure(api, flow, spec, names.get(spec.item_id), known.get(spec.item_id))

        found: dict[int, str] = {}
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for done, (spec, deployment) in enumerate(zip(specs, threads.map(write, specs), strict=True), 1):
                found[spec.item_id] = deployment
                if progress is not None:
                    progress(done, len(specs))
        return found


def ensure_item_deployment(spec: ItemDeployment) -> str:
    """One item's deployment, as :func:`ensure_item_deployments`."""
    return ensure_item_deployments([spec])[spec.item_id]


def _free_names(specs: Iterable[ItemDeployment], known: dict[int, dict[str, Any]]) -> dict[int, str]:
    """A name of its own for each new item: two offices may have a plan of the same number."""
    taken = {row["name"] for row in known.values()}
    names: dict[int, str] = {}
    for spec in specs:
        if spec.item_id not in known:
            name = prefect_name(spec.name)
            names[spec.item_id] = name if name not in taken else f"{name} #{spec.item_id}"
            taken.add(names[spec.item_id])
    return names


def _ensure(
    api: SyncPrefectClient, flow: str, spec: ItemDeployment, name: str | None, known: dict[str, Any] | None
) -> str:
    wanted: dict[str, Any] = {
        "description": spec.description, "tags": list(spec.tags),
        "entrypoint": ITEM_ENTRYPOINT, "pull_steps": pull_steps(),
    }  # fmt: skip
    if known is None:
        made = post(api, "/deployments/", {
            **wanted, "name": name, "flow_id": flow, "work_pool_name": POOL, "parameters": {"item_id": spec.item_id},
            "parameter_openapi_schema": _ITEM_SCHEMA, "enforce_parameter_schema": False, "path": str(ROOT),
        })  # fmt: skip
        return made["id"]
    if any(known[part] != value for part, value in wanted.items()):
        request(api, "PATCH", "/deployments/{id}", json=wanted, path_params={"id": known["id"]})
    return known["id"]


def delete_item_deployments(items: Iterable[int]) -> tuple[list[int], list[int]]:
    """Delete the deployments of `items` with their scheduled runs; answers those deleted and those kept.

    One whose run has begun and not ended is kept, and so is one whose deployment was never made.
    """
    deleted: list[int] = []
    kept: list[int] = []
    with client() as api:
        known = _existing(api)
        for item in items:
            row = known.get(item)
            if row is None or count_runs(api, _begun(row["id"])):
                kept.append(item)
                continue
            request(api, "DELETE", "/deployments/{id}", path_params={"id": row["id"]})
            deleted.append(item)
    return deleted, kept


def create_wakes(wakes: Sequence[WakeRun]) -> WakesMade:
    """Make the runs, in bulk per deployment; the answer is read run by run: Prefect says 200 with failures in it."""
    by_deployment: dict[str, list[WakeRun]] = {}
    for wake in wakes:
        by_deployment.setdefault(wake.deployment_id, []).append(wake)
    batches = [some[i : i + BULK] for some in by_deployment.values() for i in range(0, len(some), BULK)]
    made = WakesMade()
    with client() as api, ThreadPoolExecutor(AT_ONCE) as threads:
        for batch, answers in zip(batches, threads.map(partial(_create, api), batches), strict=True):
            for wake, answer in zip(batch, answers, strict=True):
                if answer["status"] == "CREATED":
                    made.created[wake.key] = answer["flow_run_id"]
                else:
                    made.failed.append(f"{wake.name} of item {wake.item_id}: {answer.get('error')}")
    return made


def _create(api: SyncPrefectClient, batch: list[WakeRun]) -> list[dict[str, Any]]:
    body = [
        {
            "name": wake.name,
            "parameters": {"item_id": wake.item_id},
            "idempotency_key": wake.key,
            "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": wake.moment.isoformat()}},
        }
        for wake in batch
    ]
    try:
        return post(api, "/deployments/{id}/create_flow_run/bulk", body, id=batch[0].deployment_id)["results"]
    except httpx.HTTPStatusError as refused:
        if refused.response.status_code != 404:
            raise
        return [{"status": "FAILED", "error": "its deployment is gone"}] * len(batch)


def live_items(due_by: datetime | None = None) -> set[int]:
    """The items of which a run is under way, or waits for a worker and was due by `due_by` (now).

    A wake of a later day does not count: it does not stand for one that was lost.
    """
    moment = due_by or clock.system() + timedelta(seconds=5)
    waiting = {
        "state": {"type": {"any_": ["SCHEDULED"]}},
        "next_scheduled_start_time": {"before_": moment.isoformat()},
    }
    under_way = {"state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}}
    found: set[int] = set()
    with client() as api:
        for runs in (waiting, under_way):
            body = {"flow_runs": runs, "flows": {"name": {"any_": [ITEM_FLOW]}}, "sort": "ID_DESC"}
            for page in pages(api, "/flow_runs/filter", body):
                found |= {int(row["parameters"]["item_id"]) for row in page if "item_id" in row["parameters"]}
    return found


def delete_scheduled_wakes(items: Iterable[int]) -> int:
    """Delete the runs of these items that no worker has taken; answers how many. Their keys are free again."""
    with client() as api:
        known = _existing(api)
        ids = [known[item]["id"] for item in items if item in known]
        return sum(
            delete_scheduled(api, {"deployment_id": {"any_": ids[i : i + 50]}})
            for i in range(0, len(ids), 50)
        )


def _begun(deployment: str) -> dict[str, Any]:
    return {
        "deployment_id": {"any_": [deployment]},
        "state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}},
    }
