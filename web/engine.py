"""A nudge to the engine after people's actions; without it the next regular run does the same."""

import logging
import os

from tasks.place import Place

log = logging.getLogger(__name__)


def tell_engine(place: Place) -> None:
    """Make the deployments and wakes of what is running now, where the stack has said where its Prefect is."""
    if not os.environ.get("PREFECT_API_URL"):
        return
    from tasks import engine_runs, scheduling  # they bring in Prefect, which no page needs

    scheduling.ensure_deployments(place, lambda _done, _total: None)
    engine_runs.trigger("schedule/schedule", {})


def mail_fresh_link(place: Place, contact_id: int) -> None:
    """Mail a unit's mailbox a new link; where the channel does not take it, the log says so and nobody is told more."""
    from tasks.fresh_link import send_fresh_link

    try:
        answer = send_fresh_link(place, contact_id)
    except Exception:  # whoever asked must not learn whether there is such a mailbox, nor that it failed
        log.exception("no new link could be mailed to contact %s", contact_id)
    else:
        log.info("a new link for contact %s: %s %s", contact_id, answer.status, answer.answer)
