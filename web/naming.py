"""Names behind the ids that rows and the ledger hold, looked up for what one page shows."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.people import Contact, Person, Unit
from web.pages import Say


class Names:
    """The names of the people and mailboxes that a page speaks of."""

    def __init__(self, session: Session, keys: Iterable[str | None], say: Say) -> None:
        """Look up the names behind `keys` ("person:3", "contact:8"), each kind in one query."""
        self._say = say
        wanted: dict[str, set[int]] = {"person": set(), "contact": set()}
        for key in keys:
            kind, _, number = (key or "").partition(":")
            if kind in wanted and number.isdigit():
                wanted[kind].add(int(number))
        self._known: dict[str, str] = {}
        if wanted["person"]:
            rows = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(wanted["person"])))
            self._known |= {f"person:{number}": name for number, name in rows}
        if wanted["contact"]:
            shown = sa.case((col(Contact.name) != "", Contact.name), else_=Contact.address)  # pyright: ignore[reportArgumentType]
            query = select(Contact.id, shown, Unit.name).join(Unit, col(Unit.id) == col(Contact.unit_id))
            rows = session.exec(query.where(col(Contact.id).in_(wanted["contact"])))
            self._known |= {
                f"contact:{number}": f"{name} ({unit})" if unit not in name else name
                for number, name, unit in rows
            }

    def __call__(self, key: str | None) -> str:
        """The name behind a key; the program, the operator and the rehearsal have words of their own."""
        if not key:
            return self._say("không có ai", "nobody")
        if key in self._known:
            return self._known[key]
        kind = key.partition(":")[0]
        words = {
            "system": self._say("hệ thống", "the program"),
            "operator": self._say("người vận hành máy", "the operator"),
            "rehearsal": self._say("kịch bản diễn tập", "the rehearsal"),
            "nobody": self._say("chưa đăng nhập", "nobody signed in"),
        }
        return words.get(kind, key)
