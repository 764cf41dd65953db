"""A nudge to the engine after people's actions: if it fails, the next regular run does the same."""

import os
from collections.abc import Callable

from deployments.prefect_server import PrefectPlace, environment, healthy
from settings import Settings


def prefect_place(settings: Settings) -> PrefectPlace:
    """Where the Prefect of these settings lives."""
    return PrefectPlace(settings.prefect_home, settings.prefect_port, settings.prefect_database_url or None)


def speak_to(place: PrefectPlace) -> None:
    """Point this process at its Prefect; must come before the first import of Prefect."""
    os.environ.update(environment(place))


def kick(settings: Settings, progress: Callable[[int, int], None]) -> bool:
    """Make the deployments of all running items and ask for their wakes; False where Prefect does not answer."""
    place = prefect_place(settings)
    if not healthy(place.api_url):
        return False
    speak_to(place)
    from tasks import engine_runs, scheduling
    from tasks.place import at_place

    scheduling.ensure_deployments(at_place(settings), progress)
    engine_runs.trigger("schedule/schedule", {})
    return True
