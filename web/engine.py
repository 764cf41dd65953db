"""A nudge to the engine after people's actions; without it the next regular run does the same."""

import os

from tasks.place import Place


def tell_engine(place: Place) -> None:
    """Make the deployments and wakes of what is running now, where the stack has said where its Prefect is."""
    if not os.environ.get("PREFECT_API_URL"):
        return
    from tasks import engine_runs, scheduling  # they bring in Prefect, which no page needs

    scheduling.ensure_deployments(place, lambda _done, _total: None)
    engine_runs.trigger("schedule/schedule", {})
