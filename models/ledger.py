"""The ledger: one append-only, hash-chained table that joins everything that happened.

Each row's hash covers its own canonical JSON and the hash of the row before, so that a changed byte anywhere breaks the
chain from there on. It holds ids, not names or addresses, so that a person can be erased without touching it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import long_text

GENESIS = "0" * 64
"""The hash before the first row."""


@dataclass(frozen=True)
class Actor:
    """Who did something, and how sure we are: "person:3" by "signed-in", "contact:8" by "shared-link", …

    `on_behalf` is the key of whoever is away and is stood in for; it stands in the data of the ledger's rows.
    """

    who: str
    assurance: str = "system"
    on_behalf: str = ""


SYSTEM = Actor("system")


class Ledger(SQLModel, table=True):
    """One thing that happened. UPDATE and DELETE are refused by triggers."""

    __tablename__ = "ledger"  # pyright: ignore[reportAssignmentType]
    __table_args__ = tuple(sa.Index(f"ledger_{name}", name, "seq") for name in ("who", "action", "subject"))

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: str = Field(max_length=32, index=True)
    who: str
    assurance: str
    action: str
    subject: str
    data: str = long_text()
    previous: str = Field(max_length=64, unique=True)
    hash: str = Field(max_length=64, unique=True)


class LedgerHead(SQLModel, table=True):
    """The last row's number and hash; on PostgreSQL its lock is the ledger's one lock."""

    __tablename__ = "ledger_head"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True)
    seq: int
    hash: str = Field(max_length=64)


def canonical(value: object) -> str:
    """JSON with sorted keys, no spaces and plain UTF-8: the same value always gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return stamp(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    raise TypeError(f"{type(value).__name__} has no place in the ledger")


def stamp(at: datetime) -> str:
    """A moment as the ledger writes it: UTC, microseconds, "Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class Entry:
    """One ledger row before it has its place in the chain."""

    at: str
    who: str
    assurance: str
    action: str
    subject: str
    data: str

    def chained(self, seq: int, previous: str) -> str:
        """The hash of this entry as row `seq` after the row whose hash is `previous`."""
        row = [seq, self.at, self.who, self.assurance, self.action, self.subject, self.data, previous]
        return hashlib.sha256(canonical(row).encode()).hexdigest()


def record(session: Session, at: datetime, actor: Actor, action: str, subject: str, **data: Any) -> None:
    """Put one thing that happened into the ledger of this transaction; :func:`write` chains it at the end."""
    pending: list[Entry] = session.info.setdefault("ledger", [])
    if actor.on_behalf:
        data = {**data, "on_behalf": actor.on_behalf}
    pending.append(Entry(stamp(at), actor.who, actor.assurance, action, subject, canonical(data)))


def told_at(session: Session) -> datetime | None:
    """The moment of the last thing that was put into the ledger in this transaction."""
    pending: list[Entry] = session.info.get("ledger", [])
    return datetime.fromisoformat(pending[-1].at) if pending else None


def write(session: Session) -> None:
    """Chain and insert what :func:`record` collected: the last step of a transaction, under the ledger's one lock."""
    pending: list[Entry] = session.info.pop("ledger", [])
    if not pending:
        return
    lock = select(LedgerHead).where(LedgerHead.id == 1).with_for_update()
    head = session.exec(
        lock.execution_options(populate_existing=True)
    ).one()  # what was read before the lock is old
    seq, previous = head.seq, head.hash
    rows: list[dict[str, Any]] = []
    for entry in pending:
        seq += 1
        digest = entry.chained(seq, previous)
        rows.append({**asdict(entry), "seq": seq, "previous": previous, "hash": digest})
        previous = digest
    session.connection().execute(sa.insert(Ledger), rows)
    head.seq, head.hash = seq, previous
    session.add(head)
    session.flush()


def head(session: Session) -> tuple[int, str]:
    """The number and hash of the last row; (0, zeros) for an empty ledger."""
    row = session.get(LedgerHead, 1)
    return (row.seq, row.hash) if row else (0, GENESIS)


@dataclass(frozen=True)
class Broken:
    """A place where the chain does not hold."""

    seq: int
    what: str


def verify(
    rows: Iterable[Ledger], *, head: tuple[int, str] | None = None, stored: tuple[int, str] | None = None
) -> Iterator[Broken]:
    """Re-compute the chain over `rows` in order.

    `head` is a number and hash kept elsewhere, which shows a cut tail; `stored` is the database's own head, which must
    be the last row.
    """
    seq, previous, seen = 0, GENESIS, {0: GENESIS}
    for row in rows:
        if row.seq != seq + 1:
            yield Broken(row.seq, f"row {seq + 1} is missing")
        if row.previous != previous:
            yield Broken(row.seq, "the row before has been changed or exchanged")
        entry = Entry(row.at, row.who, row.assurance, row.action, row.subject, row.data)
        if entry.chained(row.seq, row.previous) != row.hash:
            yield Broken(row.seq, "the row has been changed")
        seq, previous = row.seq, row.hash
        if head and seq == head[0]:
            seen[seq] = row.hash
    if stored is not None and stored != (seq, previous):
        yield Broken(
            seq, f"the ledger ends here, its own head says {stored[0]}: rows have been cut off or added"
        )
    if head and seen.get(head[0]) != head[1]:
        what = "rows have been cut off" if seq < head[0] else "the row is not the one that was reported"
        yield Broken(head[0], f"{what}: the ledger ends at row {seq}")


def all_rows(session: Session) -> Iterator[Ledger]:
    """Every row in order, streamed."""
    yield from session.exec(select(Ledger).order_by(col(Ledger.seq)).execution_options(yield_per=2000))


def newest(
    session: Session,
    limit: int,
    *,
    about: str = "",
    action: str = "",
    who: str = "",
    since: str = "",
    until: str = "",
    before: str = "",
    without: str = "",
) -> list[Ledger]:
    """The newest rows, the last first: about a subject, by somebody, from one stamp until before another, before a row,
    an action's name or its beginning ("evidence."), `without` one action; what is empty does not narrow.
    """
    where: list[Any] = [
        *([Ledger.subject == about] if about else []), *([Ledger.who == who] if who else []),
        *([col(Ledger.at) >= since] if since else []), *([col(Ledger.at) < until] if until else []),
        *([col(Ledger.seq) < int(before)] if before.isdecimal() else []),
        *([col(Ledger.action) != without] if without else []),
    ]  # fmt: skip
    last = col(Ledger.seq).desc()
    if action:
        where = [col(Ledger.seq).in_(_seqs(session, action, where, limit))]
    return list(session.exec(select(Ledger).where(*where).order_by(last).limit(limit)).all())


def _seqs(session: Session, action: str, where: list[Any], limit: int) -> Any:
    """The newest rows of each action that begins so: a rare one is found in its own index, not among a million rows."""
    last = col(Ledger.seq).desc()
    parts = [
        sa.select(col(Ledger.seq)).where(col(Ledger.action) == name, *where).order_by(last).limit(limit)
        for name in _actions(session)
        if name.startswith(action)
    ]
    return sa.union_all(*(sa.select(part.subquery().c.seq) for part in parts)) if parts else list[int]()


def _actions(session: Session) -> Iterator[str]:
    """The name of every action there is, from one entry of the index to the next."""
    ask = sa.select(sa.func.min(col(Ledger.action)))
    name: str | None = session.connection().scalar(ask)
    while name is not None:
        yield name
        name = session.connection().scalar(ask.where(col(Ledger.action) > name))
