"""What happens is told to other programs: signed messages, tried again for days."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.place import named_for_now
from tasks.webhooks import send_webhooks


@flow(
    name="webhooks",
    flow_run_name=named_for_now("webhooks"),
    description="Gửi các sự kiện trong nhật ký đến chương trình khác đã đăng ký.",
)
def webhooks() -> State[Any]:
    """Post every message that is due."""
    return Completed(name="Sent", message=send_webhooks())
