"""The moment at which a database lives: the machine's clock, or in a rehearsal the rehearsed one.

The rehearsed moment stands in the rehearsal's own database, so that every process sees the same one. A live database
refuses a set clock.
"""

from datetime import datetime

from sqlmodel import Session

from models.database import StoreError, reading, unit_of_work
from models.engine import Switch
from plan import clock

REHEARSAL, CLOCK, CAPTURE = "rehearsal", "clock", "capture"


class LiveDatabase(StoreError):
    """A clock was to be set in a database that is not a rehearsal's."""


def is_rehearsal(session: Session) -> bool:
    """Whether this database belongs to a rehearsal."""
    return session.get(Switch, REHEARSAL) is not None


def mark_as_rehearsal(url: str, at: datetime, capture: str = "") -> None:
    """Make a database a rehearsal's, for good, with its clock at `at`.

    `capture` is an SMTP server on this machine ("127.0.0.1:2525") that takes its mail; without it mail goes into files.
    """
    with unit_of_work(url) as session:
        now = clock.now()
        session.add(Switch(name=REHEARSAL, value="yes", changed_at=now, by="system"))
        session.add(Switch(name=CLOCK, value=at.isoformat(), changed_at=now, by="system"))
        session.add(Switch(name=CAPTURE, value=capture, changed_at=now, by="system"))


def captured_by(session: Session) -> str | None:
    """Where a rehearsal's mail goes: an SMTP server on this machine, "" for files; None in a live database."""
    row = session.get(Switch, CAPTURE)
    return row.value if row and is_rehearsal(session) else None


def set_clock(url: str, at: datetime) -> None:
    """Jump the rehearsal's clock to `at` (aware UTC), forwards only; raises :class:`LiveDatabase` for a live one."""
    with unit_of_work(url) as session:
        if not is_rehearsal(session):
            raise LiveDatabase(
                "this is a live database: its clock cannot be set; rehearse with: dondoc cycle rehearse"
            )
        row = session.get_one(Switch, CLOCK)
        if datetime.fromisoformat(row.value) > at:
            raise StoreError(
                f"the rehearsal's clock stands at {row.value} and does not go back to {at.isoformat()}"
            )
        row.value, row.changed_at = at.isoformat(), clock.now()
        session.add(row)


def now_in(url: str) -> datetime:
    """The present moment (aware UTC) for this database. Read it once per task or request and pass it on."""
    with reading(url) as session:
        row = session.get(Switch, CLOCK)
        return datetime.fromisoformat(row.value) if row and is_rehearsal(session) else clock.now()
