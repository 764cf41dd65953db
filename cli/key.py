"""`dondoc key`: keys with which programs call the REST API as a person."""

from datetime import timedelta

from cyclopts import App
from sqlmodel import Session, col, select

from actions import accounts
from actions.errors import NotFound, Problem
from cli.here import acting, open_place
from cli.show import Output, table, tell
from models.accounts import AccessKey, KeyPurpose, KeyScope
from models.database import reading, unit_of_work
from models.people import Person
from models.queries import person
from plan import clock

app = App(name="key")


@app.command
def make(whose: str, *scopes: KeyScope, name: str, days: int = 365, by: str | None = None) -> None:
    """Make a key for a program; it is shown once. (Tạo khóa)

    Parameters
    ----------
    whose
        The code of the person as whom the program acts.
    scopes
        What it may do: read, evidence, write, ledger, webhooks; only read if none is named.
    name
        What it is called, so that you know which to revoke.
    days
        For how many days it works.
    """
    place = open_place()
    with unit_of_work(place.url) as session:
        secret = accounts.make_key(
            session, _person(session, whose), KeyPurpose.API, now=clock.now(), at=place.now,
            actor=acting(session, by, place), name=name, scopes=scopes or (KeyScope.READ,), life=timedelta(days=days),
        )  # fmt: skip
    tell(f"Khóa, chỉ hiện một lần: {secret}", f"The key, shown once: {secret}")


def _person(session: Session, code: str) -> Person:
    found = person(session, code)
    if found is None:
        raise NotFound([Problem(f"nobody has the code {code!r}", f"không có người mang mã {code!r}")])
    return found


@app.command(name="list")
def list_(*, output: Output = "text") -> None:
    """List keys that still open something. (Danh sách khóa)"""
    with reading(open_place().url) as session:
        query = select(AccessKey, Person.code).join(Person, col(Person.id) == col(AccessKey.person_id))
        query = query.where(col(AccessKey.revoked_at).is_(None), AccessKey.purpose != KeyPurpose.SET_PASSWORD)
        rows = session.exec(query.order_by(col(AccessKey.id))).all()
    shown = ("id", "purpose", "name", "scopes", "made_at", "expires_at", "used_at")
    table(({"person": code, **{key: getattr(row, key) for key in shown}} for row, code in rows), output)


@app.command
def revoke(number: int, *, by: str | None = None) -> None:
    """End a key. (Thu hồi khóa)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        key = session.get(AccessKey, number)
        if key is None:
            raise NotFound([Problem(f"there is no key {number}", f"không có khóa số {number}")])
        owner = session.get_one(Person, key.person_id)
        accounts.revoke_key(
            session, number, owner, now=clock.now(), at=place.now, actor=acting(session, by, place)
        )
    tell("Đã thu hồi khóa.", "The key is revoked.")
