"""The maintenance flows of `prefect.yaml` made known to Prefect, as `prefect deploy --all` does, in a second."""

from typing import Any

import yaml
from prefect.client.orchestration import SyncPrefectClient

from tasks.engine import POOL, ROOT, client, ensure_pool, post


def register_flows(*, schedules: bool) -> list[str]:
    """Make every deployment of `prefect.yaml`; a rehearsal takes them without their schedules. Answers their names."""
    file = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
    ensure_pool()
    with client() as api:
        return [_register(api, spec, schedules=schedules) for spec in file["deployments"]]


def _register(api: SyncPrefectClient, spec: dict[str, Any], *, schedules: bool) -> str:
    flow = spec["entrypoint"].rpartition(":")[2]
    due = [
        {"schedule": {"cron": each["cron"], "timezone": each["timezone"]}, "active": True}
        for each in (spec["schedules"] if schedules else [])
    ]
    body = {
        "name": spec["name"], "flow_id": str(api.create_flow_from_name(flow)), "entrypoint": spec["entrypoint"],
        "path": str(ROOT), "description": spec["description"], "parameters": spec.get("parameters", {}),
        "work_pool_name": POOL, "schedules": due, "enforce_parameter_schema": False, "tags": ["dondoc"],
    }  # fmt: skip
    post(api, "/deployments/", body)
    return f"{flow}/{spec['name']}"
