"""What every task of this process works with: the settings, the database, its clock, the name of this process."""

import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from models.moment import now_in
from plan.ladder import Hours
from settings import Settings, load_settings

INCARNATION = "DONDOC_INCARNATION"
"""The environment variable by which a worker tells its tasks which life of it they run in."""


@dataclass(frozen=True)
class Place:
    """Where this process works."""

    settings: Settings
    url: str
    hours: Hours

    @property
    def now(self) -> datetime:
        """The present moment (aware UTC) of this database; read it once per task."""
        return now_in(self.url)

    @property
    def lease(self) -> str:
        """The name under which this process claims what it sends."""
        return os.environ.get(INCARNATION) or f"process-{os.getpid()}"


@cache
def here() -> Place:
    """The place of this process, read once from its settings."""
    return at_place(load_settings())


def at_place(settings: Settings) -> Place:
    """The place that these settings describe."""
    opens, closes = settings.send_hours
    return Place(settings, settings.database_url, Hours(settings.digest_hour, opens, closes))
