"""From the engine to the ledger: every flow run's states, because Prefect forgets."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.mirroring import mirror_runs
from tasks.place import named_for_now


@flow(
    name="mirror",
    flow_run_name=named_for_now("mirror"),
    description="Chép trạng thái các lượt chạy của Prefect vào nhật ký.",
)
def mirror() -> State[Any]:
    """Write down what changed since the last look."""
    changed = mirror_runs()
    return Completed(name="Mirrored", message=f"{changed} run states written to the ledger")
