"""The one clock.

Nothing else in the program reads the time: a task or a request reads :func:`now` once and passes the moment on. A
rehearsal replaces the source, so that every process sees the rehearsed moment.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
"""The zone in which every deadline, hour and day of this program is meant."""

Source = Callable[[], datetime]


def system() -> datetime:
    """The machine's clock, aware, in UTC."""
    return datetime.now(UTC)


_source: Source = system


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source().astimezone(UTC)


def use(source: Source) -> None:
    """Take the time from `source` from now on; `use(system)` goes back to the machine's clock."""
    global _source
    _source = source


def local_day(at: datetime) -> date:
    """The calendar day in Vietnam at the moment `at`."""
    return at.astimezone(LOCAL).date()


def local_moment(day: date, hour: time) -> datetime:
    """The moment, in UTC, at which it is `hour` on `day` in Vietnam."""
    return datetime.combine(day, hour, LOCAL).astimezone(UTC)
