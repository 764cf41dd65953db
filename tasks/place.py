"""What every task of this process works with: the settings, the database, its clock, the name of this process."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import uuid4

from models.moment import now_in
from models.sealing import Seal
from plan.clock import LOCAL
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

    def seal(self, purpose: str) -> Seal:
        """What secrets of this purpose are sealed with."""
        return Seal(self.settings.signing_key(), purpose, self.settings.old_signing_key())

    def new_lease(self) -> str:
        """A name under which one task claims what it sends; it begins with this worker's life, whose end frees all."""
        life = os.environ.get(INCARNATION) or f"process-{os.getpid()}"
        return f"{life}:{uuid4().hex[:8]}"


@cache
def here() -> Place:
    """The place of this process, read once from its settings."""
    return at_place(load_settings())


def at_place(settings: Settings) -> Place:
    """The place that these settings describe."""
    opens, closes = settings.send_hours
    return Place(settings, settings.database_url, Hours(settings.digest_hour, opens, closes))


def named_for_now(word: str) -> Callable[[], str]:
    """The name of a maintenance flow's run on Prefect's pages: its work, and the minute in Vietnam it is for."""
    return lambda: f"{word} {here().now.astimezone(LOCAL):%d/%m/%Y %H:%M}"
