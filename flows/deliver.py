"""Between the mornings: what goes by itself, what must be tried again, and a digest that was missed."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.chase import reconsider_escalations
from tasks.delivery import send_alone, send_digests
from tasks.morning import send_morning
from tasks.place import named_for_now


@flow(
    name="deliver",
    flow_run_name=named_for_now("deliver"),
    description="Gửi các thông báo đến giờ và gửi lại các thông báo bị lỗi.",
)
def deliver() -> State[Any]:
    """Send every notice and digest whose moment has come, and a morning line that was missed; see what follows."""
    alone = send_alone()
    digests = send_digests()
    morning = send_morning(missed_only=True)
    reconsider_escalations()
    return Completed(
        name="Sent", message=f"by themselves: {alone}; digests: {digests}; missed morning line: {morning}"
    )
