"""What died is declared dead, what was lost is made again."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.place import named_for_now
from tasks.scheduling import bury_dead_workers, remake_missing_wakes


@flow(
    name="reconcile",
    flow_run_name=named_for_now("reconcile"),
    description="Tìm tiến trình đã chết và lượt nhắc bị mất, làm lại.",
)
def reconcile() -> State[Any]:
    """Crash the runs of dead workers, end their leases, and make a wake for every item whose moment has passed."""
    buried = bury_dead_workers()
    remade = remake_missing_wakes()
    return Completed(name="Reconciled", message=f"{buried}; {remade}")
