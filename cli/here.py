"""Where a command works, and who gives it."""

from sqlmodel import Session

import migrations
from actions.errors import Refused
from actions.people import Doer, doer
from models.ledger import Actor
from models.queries import person
from tasks.place import Place, here


def open_place() -> Place:
    """The place of this command; an empty database gets its tables, another revision is refused in words."""
    place = here()
    now = migrations.current(place.url)
    if now is None:
        migrations.upgrade(place.url)
    elif now != migrations.head():
        raise _other_revision(now)
    return place


def _other_revision(now: str) -> Refused:
    if migrations.is_known(now):
        return Refused.because(
            f"the database is at revision {now}, this program needs {migrations.head()}; make a "
            "backup, then: dondoc db upgrade",
            f"cơ sở dữ liệu ở bản {now}, chương trình cần {migrations.head()}; hãy sao lưu rồi chạy: dondoc db upgrade",
        )
    return Refused.because(
        f"the database was made by a newer version of this program (revision {now}); use that version",
        f"cơ sở dữ liệu được tạo bởi phiên bản mới hơn (bản {now}); hãy dùng phiên bản đó",
    )


def acting(session: Session, by: str | None, place: Place) -> Actor:
    """Who gives the command: the person named with --by or DONDOC_BY, else the operator of this machine."""
    code = by or place.settings.by
    found = person(session, code) if code else None
    if code and found is None:
        doer(session, code)
    return Actor(f"person:{found.id}", "command-line") if found else Actor("operator", "command-line")


def doing(session: Session, by: str | None, place: Place) -> Doer:
    """Who acts on assignments: a person must be named."""
    return doer(session, by or place.settings.by or "", at=place.now)
