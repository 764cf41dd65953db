"""A rehearsed morning on which a notice by itself waits for unit A, and what became of it."""

from sqlmodel import Session, select

from models.database import reading
from models.ledger import Ledger
from models.moment import mark_as_rehearsal
from models.notices import Notice
from plan.ladder import Delivery
from tasks.place import Place
from tests.builders import moment

DUE = "2021-05-20"
"""A Thursday, on which a notice by itself is owed to unit A."""


def today(place: Place, server: int | str) -> None:
    """It is seven; mail goes to that port, or to whatever address of a server on this machine is given."""
    where = f"127.0.0.1:{server}" if isinstance(server, int) else server
    mark_as_rehearsal(place.url, moment(DUE, 7), where)


def last_day(session: Session) -> Notice:
    return session.exec(
        select(Notice).where(Notice.rung == "T", Notice.delivery == Delivery.ALONE, Notice.recipient != "")
    ).one()


def notice(place: Place) -> Notice:
    with reading(place.url) as session:
        return last_day(session)


def told(place: Place, action: str) -> int:
    with reading(place.url) as session:
        return len(session.exec(select(Ledger.seq).where(Ledger.action == action)).all())
