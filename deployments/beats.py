"""The worker's heartbeat in our own table, because nothing in Prefect OSS notices a worker that was killed."""

import os

from models.database import unit_of_work
from models.engine import WorkerBeat
from plan import clock
from tasks.place import INCARNATION


class DatabaseBeat:
    """Writes one worker's lives into the database at `url`. Beats are in real time, in a rehearsal too."""

    def __init__(self, url: str) -> None:
        self._url = url

    def start(self, incarnation: str, pool: str, pid: int, host: str) -> None:
        """A new life begins; the tasks in this process claim what they send in its name."""
        os.environ[INCARNATION] = incarnation
        at = clock.now()
        with unit_of_work(self._url) as session:
            session.add(
                WorkerBeat(incarnation=incarnation, pool=pool, host=host, pid=pid, started_at=at, beat_at=at)
            )

    def beat(self, incarnation: str) -> None:
        """Still alive."""
        with unit_of_work(self._url) as session:
            row = session.get_one(WorkerBeat, incarnation)
            row.beat_at = clock.now()
            session.add(row)

    def stop(self, incarnation: str) -> None:
        """The life ends in good order."""
        with unit_of_work(self._url) as session:
            row = session.get_one(WorkerBeat, incarnation)
            row.beat_at = row.stopped_at = clock.now()
            session.add(row)
