"""What came back: undeliverable mail, read from the bounce mailbox."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.bounces import read_bounces
from tasks.place import named_for_now


@flow(
    name="bounces",
    flow_run_name=named_for_now("bounces"),
    description="Đọc hộp thư nhận thư bị trả về, đánh dấu các thông báo không đến nơi.",
)
def bounces() -> State[Any]:
    """Mark what was not delivered after all, and leave its addresses out."""
    return Completed(name="Read", message=read_bounces())
