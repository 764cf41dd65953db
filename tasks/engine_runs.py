"""What Prefect is asked about flow runs: start one, wait for some, see what changed, bury what died."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from prefect.client.orchestration import SyncPrefectClient

from plan import clock
from tasks.engine_api import POOL, claimed_by, client, pages, post, request

ENDED = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
UNDER_WAY = ("PENDING", "RUNNING", "CANCELLING", "PAUSED")
GRACE = timedelta(seconds=20)
"""A claim younger than this is left alone: its worker may have begun after the living were counted."""
NEVER_BEGUN_FOR = timedelta(days=30)
LOOK_SECONDS = 0.2


class EngineTimeout(Exception):
    """Runs did not end in time; the message says which."""


@dataclass(frozen=True)
class RunSeen:
    """One flow run as it stands now. Moments are aware UTC; `changed_at` is when its state began."""

    run_id: str
    item_id: int | None
    flow: str
    name: str
    deployment_id: str | None
    state_type: str
    state_name: str
    message: str
    scheduled_for: datetime | None
    changed_at: datetime


@dataclass(frozen=True)
class StateSeen:
    """One state that a run has been in."""

    type: str
    name: str
    message: str
    at: datetime


def trigger(deployment: str, parameters: dict[str, Any] | None = None) -> str:
    """Run "flow/deployment" now; answers the flow run. One that waits already with the same parameters will do."""
    with client() as api:
        found = api.read_deployment_by_name(deployment)
        wanted = {**found.parameters, **(parameters or {})}
        waiting = {
            "deployment_id": {"any_": [str(found.id)]},
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "next_scheduled_start_time": {"before_": clock.system().isoformat()},
        }
        for row in post(api, "/flow_runs/filter", {"flow_runs": waiting, "limit": 20}):
            if row["parameters"] == wanted:
                return row["id"]
        return str(api.create_flow_run_from_deployment(found.id, parameters=parameters or {}).id)


def start(deployment_id: str) -> str:
    """Run a deployment now, whatever waits already; answers the flow run."""
    with client() as api:
        return post(api, "/deployments/{id}/create_flow_run", {}, id=deployment_id)["id"]


def wait_for(runs: Sequence[str], timeout: float = 600) -> list[RunSeen]:
    """Wait until all have ended, at most `timeout` seconds, and answer them in the order of `runs`.

    Raises :class:`EngineTimeout`. A deleted run has ended, and is left out.
    """
    place = {run: number for number, run in enumerate(runs)}
    began = time.monotonic()
    with client() as api:
        while True:
            some = [list(runs[i : i + 100]) for i in range(0, len(runs), 100)]
            seen = [run for ids in some for run in _seen(api, {"id": {"any_": ids}})]
            late = [run for run in seen if run.state_type not in ENDED]
            if not late:
                return sorted(seen, key=lambda run: place[run.run_id])
            _sleep(began, timeout, f"{len(late)} runs", late[0])


def wait_until_idle(timeout: float = 600) -> None:
    """Wait until nothing in the pool is due or under way; raises :class:`EngineTimeout`."""
    began = time.monotonic()
    with client() as api:
        while busy := next(_due_or_under_way(api), None):
            _sleep(began, timeout, "the pool", busy)


def is_idle() -> bool:
    """Whether nothing in the pool is due or under way just now."""
    with client() as api:
        return next(_due_or_under_way(api), None) is None


def _sleep(began: float, timeout: float, what: str, one: RunSeen) -> None:
    """Wait a little, longer the longer it takes: each look costs the server as much as a step of a run."""
    waited = time.monotonic() - began
    if waited > timeout:
        raise EngineTimeout(f"{what} did not end in time: {one.name!r}, for one, is {one.state_name}")
    time.sleep(min(LOOK_SECONDS, max(LOOK_SECONDS / 8, waited / 4)))


def _due_or_under_way(api: SyncPrefectClient) -> Iterator[RunSeen]:
    due = {"before_": clock.system().isoformat()}
    yield from _seen(api, {"state": {"type": {"any_": list(UNDER_WAY[:3])}}}, limit=1, pool=POOL)
    waiting = {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": due}
    yield from _seen(api, waiting, limit=1, pool=POOL)


def _seen(
    api: SyncPrefectClient, runs: dict[str, Any], limit: int = 200, pool: str | None = None
) -> list[RunSeen]:
    body: dict[str, Any] = {"flow_runs": runs, "limit": limit}
    if pool is not None:
        body["work_pools"] = {"name": {"any_": [pool]}}
    return [_run(row, {}) for row in post(api, "/flow_runs/filter", body)]


def _run(row: dict[str, Any], flows: dict[str, str]) -> RunSeen:
    state: dict[str, Any] = row.get("state") or {}
    item = row["parameters"].get("item_id")
    planned = row.get("expected_start_time")
    return RunSeen(
        run_id=row["id"], item_id=int(item) if item is not None else None,
        flow=flows.get(row["flow_id"]) or row["flow_id"],
        name=row["name"], deployment_id=row.get("deployment_id"), state_type=row["state_type"] or "",
        state_name=row["state_name"] or "", message=state.get("message") or "",
        scheduled_for=datetime.fromisoformat(planned) if planned else None,
        changed_at=datetime.fromisoformat(state.get("timestamp") or row["created"]),
    )  # fmt: skip


def runs_changed_since(since: datetime | None, batch: int = 200) -> Iterator[list[RunSeen]]:
    """Every run that ended after `since` (None: ever), or is under way, in batches; scheduled ones have not changed.

    A run that was cancelled or crashed before it began has no end in Prefect; those of the last 30 days come each time.
    """
    ended: dict[str, Any] = {"state": {"type": {"any_": sorted(ENDED)}}}
    never_begun: dict[str, Any] = {**ended, "start_time": {"is_null_": True}}
    if since is not None:
        ended = {**ended, "end_time": {"after_": since.isoformat()}}
        never_begun["expected_start_time"] = {"after_": (since - NEVER_BEGUN_FOR).isoformat()}
    under_way = {"state": {"type": {"any_": list(UNDER_WAY)}}}
    with client() as api:
        flows = {
            row["id"]: row["name"]
            for page in pages(api, "/flows/filter", {"sort": "NAME_ASC"})
            for row in page
        }
        for runs in (under_way, ended, never_begun) if since is not None else (under_way, ended):
            for page in pages(
                api, "/flow_runs/filter", {"flow_runs": runs, "sort": "ID_DESC"}, size=min(batch, 200)
            ):
                yield [_run(row, flows) for row in page]


def history(run_id: str) -> list[StateSeen]:
    """All states of one run, the first one first."""
    with client() as api:
        rows = request(api, "GET", "/flow_run_states/", params={"flow_run_id": run_id}).json()
    states = [
        StateSeen(
            row["type"], row["name"], row.get("message") or "", datetime.fromisoformat(row["timestamp"])
        )
        for row in rows
    ]
    return sorted(states, key=lambda state: state.at)


def crash_dead_runs(alive: set[str], *, grace: timedelta = GRACE) -> int:
    """Set Crashed every run that a worker took which is not among the living incarnations; answers how many.

    Runs that some other kind of worker took carry no claim of ours and are left alone.
    """
    before = clock.system() - grace
    crashed = 0
    with client() as api:
        under_way = {"state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}}
        body = {"flow_runs": under_way, "sort": "ID_DESC"}
        rows = [row for page in pages(api, "/flow_runs/filter", body) for row in page]
        for row in rows:
            owner, since = _owner(api, row["id"])
            if owner is not None and owner not in alive and since < before:
                crashed += _crash(api, row["id"], owner)
    return crashed


def _owner(api: SyncPrefectClient, run_id: str) -> tuple[str | None, datetime]:
    """Who took the run last, and when."""
    states = request(api, "GET", "/flow_run_states/", params={"flow_run_id": run_id}).json()
    claims = [(r["timestamp"], owner) for r in states if (owner := claimed_by(r.get("message"))) is not None]
    if not claims:
        return None, clock.system()
    at, owner = max(claims)
    return owner, datetime.fromisoformat(at)


def _crash(api: SyncPrefectClient, run_id: str, owner: str) -> bool:
    """Call the run crashed unless it has ended meanwhile: that is for Prefect to refuse, in the same transaction."""
    message = f"Its worker {owner} is dead."
    body = {"state": {"type": "CRASHED", "name": "Crashed", "message": message}, "force": False}
    answer = post(api, "/flow_runs/{id}/set_state", body, id=run_id)
    return answer["status"] == "ACCEPT"
