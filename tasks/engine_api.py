"""The way to Prefect's API: one client, filters page by page, and the claims by which workers take runs."""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client

POOL = "dondoc"
"""The work pool of every deployment; of type `process`, so that Prefect's own workers can serve it too."""
ITEM_FLOW = "plan-item"
"""The name of the flow of which every plan item is a deployment."""
ROOT = Path(__file__).resolve().parent.parent
"""The folder from which entrypoints are meant."""
PAGE = 200

_CLAIM = re.compile(r"^Taken by worker ([0-9a-f]{32})$")
_REFUSED = str.maketrans({"/": "∕", "%": "٪", "&": "＆", "<": "‹", ">": "›"})


def prefect_name(name: str) -> str:
    """The nearest readable name that Prefect takes.

    It refuses `/ % & < >` in names. Their look-alikes stand in: "92/KH-UBND" becomes "92∕KH-UBND" with U+2215, the
    division slash, and not a hyphen, because "92-KH/TW" and "92/KH-TW" would be the same otherwise.
    """
    return name.translate(_REFUSED)


def claim_message(incarnation: str) -> str:
    """The message of the Pending state by which a worker takes a run."""
    return f"Taken by worker {incarnation}"


def claimed_by(message: str | None) -> str | None:
    """The incarnation in a claim, or None when the message is no claim."""
    match = _CLAIM.match(message or "")
    return match.group(1) if match else None


@contextmanager
def client() -> Generator[SyncPrefectClient]:
    """One connection to the server for the length of a block."""
    with get_client(sync_client=True) as opened:
        yield opened


def request(api: SyncPrefectClient, method: str, path: str, **parts: Any) -> httpx.Response:
    """One request; Prefect declares the paths that it takes as literals, which text cannot be."""
    return cast("Any", api).request(method, path, **parts)


def post(api: SyncPrefectClient, path: str, body: Any, **places: Any) -> Any:
    """The JSON answer to a POST."""
    return request(api, "POST", path, json=body, path_params=places or None).json()


def pages(
    api: SyncPrefectClient, path: str, body: dict[str, Any], size: int = PAGE
) -> Iterator[list[dict[str, Any]]]:
    """All rows that a filter finds, page by page; the filter must have a stable order."""
    offset = 0
    while rows := post(api, path, {**body, "limit": size, "offset": offset}):
        yield rows
        if len(rows) < size:
            return
        offset += size


TEMPLATE: dict[str, Any] = {
    "job_configuration": {"stream_output": True},
    "variables": {"type": "object", "properties": {}},
}
"""How a stock process worker starts a run of the pool. It offers no variables, because Prefect holds each new run
against the schema of those there are, which costs the server more than making the run."""


def ensure_pool(name: str = POOL) -> None:
    """The work pool exists, of type `process`; one that exists is left as it is."""
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

    with client() as api:
        try:
            api.read_work_pool(name)
        except ObjectNotFound:
            try:
                api.create_work_pool(WorkPoolCreate(name=name, type="process", base_job_template=TEMPLATE))
            except ObjectAlreadyExists:
                return


def pull_steps() -> list[dict[str, Any]]:
    """How a stock worker finds the flows of a deployment: in the folder where this program stands."""
    return [{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}]


def count_runs(api: SyncPrefectClient, runs: dict[str, Any]) -> int:
    """How many runs the filter finds."""
    return int(post(api, "/flow_runs/count", {"flow_runs": runs}))


def delete_scheduled(api: SyncPrefectClient, runs: dict[str, Any]) -> int:
    """Delete the scheduled runs that the filter finds; answers how many."""
    body = {"flow_runs": {**runs, "state": {"type": {"any_": ["SCHEDULED"]}}}, "limit": 50}
    count = 0
    while deleted := post(api, "/flow_runs/bulk_delete", body).get("deleted", []):
        count += len(deleted)
    return count
