"""From the rows to the engine: a deployment per running item, and the wakes of the next days."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.place import named_for_now
from tasks.scheduling import make_deployments, make_wakes


@flow(
    name="schedule",
    flow_run_name=named_for_now("schedule"),
    description="Tạo các lượt nhắc của những ngày tới từ dữ liệu.",
)
def schedule(horizon_days: int = 3) -> State[Any]:
    """Make what the engine lacks; with its database deleted, this makes everything again."""
    deployments = make_deployments()
    wakes = make_wakes(horizon_days)
    return Completed(name="Scheduled", message=f"{deployments}; {wakes}")
