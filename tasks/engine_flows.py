"""The maintenance flows of `prefect.yaml` as deployments, as `prefect deploy --all` would make them, but quicker."""

from typing import Any

import yaml
from prefect.client.orchestration import SyncPrefectClient

from plan import clock
from tasks.engine_api import POOL, ROOT, client, delete_scheduled, ensure_pool, post, pull_steps


def register_flows(*, schedules: bool = True) -> dict[str, str]:
    """Pool and deployments exist as `prefect.yaml` says; answers the deployment of each flow.

    With `schedules=False` they run only when asked. Runs that their schedules made for moments that have passed are
    deleted: after an outage each of them runs once at its next turn, and not for every turn it missed.
    """
    declared = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    ensure_pool()
    with client() as api:
        made = {entry["name"]: _register(api, entry, schedules) for entry in declared}
        delete_scheduled(api, {
            "deployment_id": {"any_": list(made.values())},
            "next_scheduled_start_time": {"before_": clock.system().isoformat()},
        })  # fmt: skip
    return made


def _register(api: SyncPrefectClient, entry: dict[str, Any], schedules: bool) -> str:
    flow = str(api.create_flow_from_name(entry["name"]))
    body = {
        "name": entry["name"], "flow_id": flow, "entrypoint": entry["entrypoint"], "description": entry["description"],
        "parameters": entry.get("parameters", {}), "work_pool_name": POOL, "path": str(ROOT),
        "pull_steps": pull_steps(),
        "enforce_parameter_schema": False, "tags": ["dondoc"],
        "schedules": [_schedule(one) for one in entry["schedules"]] if schedules else [],
    }  # fmt: skip
    return post(api, "/deployments/", body)["id"]


def _schedule(declared: dict[str, str]) -> dict[str, Any]:
    return {"active": True, "schedule": {"cron": declared["cron"], "timezone": declared["timezone"]}}
