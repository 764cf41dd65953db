"""One plan item. Each run is one wake of it: decide what is owed now for all its assignments, and say so."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.chase import verdict, wake_item


@flow(name="plan-item", description="Nhiệm vụ trong kế hoạch: mỗi lần chạy là một lượt nhắc.")
def plan_item(item_id: int) -> State[Any]:
    """Record what is owed about the item at this moment; the state's name says what happened."""
    said = verdict(wake_item(item_id))
    return Completed(name=said.name, message=said.message)
