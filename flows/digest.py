"""The morning: decide everything that is owed, then one mail to each mailbox, and the line to the coordinator."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from tasks.chase import forget_old_drafts, reconsider_escalations, wake_everything
from tasks.delivery import send_alone, send_digests
from tasks.morning import send_morning
from tasks.place import named_for_now


@flow(
    name="digest", flow_run_name=named_for_now("digest"), description="Thư tổng hợp 08:00 mỗi ngày làm việc."
)
def digest() -> State[Any]:
    """Decide, send what goes by itself, send the digests, send the morning line, forget old drafts."""
    wake_everything()
    alone = send_alone()
    digests = send_digests()
    morning = send_morning()
    reconsider_escalations()
    forget_old_drafts()
    return Completed(
        name="Sent", message=f"by themselves: {alone}; digests: {digests}; morning line: {morning}"
    )
