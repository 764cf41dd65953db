"""Rehearsed years for tests: the command line as people use it, a mail server that keeps what it gets, and the rows."""

import email
import email.policy
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models import ledger
from models.cycles import Cycle
from models.ledger import Ledger
from models.notices import Attempt, Digest, Morning, Notice, NoticeState
from tests.engine.mail_servers import Sink

ROOT = Path(__file__).parent.parent.parent
DONDOC = [sys.executable, "-c", "from cli import main; main()"]
"""The command `dondoc`, whether its script is installed or not."""


@dataclass
class Keeper(Sink):
    """A mail server that counts Message-IDs and may take its time over each mail."""

    seconds: float = 0.0
    ids: list[str] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope):
        threading.Event().wait(self.seconds)
        answer = await super().handle_DATA(server, session, envelope)
        self.ids.append(email.message_from_bytes(envelope.content, policy=email.policy.default)["Message-ID"])
        return answer

    @property
    def twice(self) -> dict[str, int]:
        """The Message-IDs that came more than once."""
        return {key: count for key, count in Counter(self.ids).items() if count > 1}


def environment(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a command that works in `home`, with nothing from outside."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DONDOC_", "PREFECT_"))}
    return {**clean, "DONDOC_HOME": str(home), "PYTHONPATH": str(ROOT), "COLUMNS": "400", **settings}


def dondoc(
    home: Path, *words: str | Path, code: int | None = 0, timeout: float = 900, **settings: str
) -> str:
    """Run one command; answers what it said, on both outputs where it was refused."""
    done = subprocess.run(
        [*DONDOC, *map(str, words)], check=False, env=environment(home, **settings), cwd=home.parent, capture_output=True, text=True,
        timeout=timeout, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if code is not None:
        assert done.returncode == code, (
            f"{words}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        )
    return done.stdout if done.returncode == 0 else done.stdout + done.stderr


def written(path: Path, text: str) -> Path:
    """`text` in a file."""
    path.write_text(text, encoding="utf-8")
    return path


def rehearse(
    home: Path, plan: str, answers: Path, to: int, *more: str | Path, code: int = 0
) -> dict[str, Any]:
    """Rehearse in `home`/rehearsal with mail to the port `to`; answers the report."""
    said = dondoc(
        home, "cycle", "rehearse", plan, "--answers", answers, "--home", home / "rehearsal", "--smtp", f"127.0.0.1:{to}",
        "--output", "json", *more, code=code, DONDOC_LANG="en",
    )  # fmt: skip
    return json.loads(said)


def url(home: Path) -> str:
    """The rehearsal's own database."""
    return f"sqlite:///{home / 'rehearsal' / 'dondoc.db'}"


@dataclass(frozen=True)
class Row:
    """One notice, as the signed list names it."""

    assignment: int
    version: int
    rung: str
    day: str
    recipient: str

    @classmethod
    def of(cls, n: Notice) -> "Row":
        return cls(n.assignment_id, n.version, n.rung, n.day.isoformat(), n.recipient)


def signed(session: Session) -> list[Row]:
    """The list that was signed when the year was armed."""
    from actions.cycles import signed_lines

    lines = signed_lines(session, session.exec(select(Cycle)).one())
    return [Row(*json.loads(line)[:5]) for line in lines]


def told(session: Session) -> dict[Row, list[tuple[str, str]]]:
    """What the ledger says of each notice: states with their reasons, in order."""
    out: dict[Row, list[tuple[str, str]]] = {}
    rows = session.exec(
        select(Ledger).where(col(Ledger.action).startswith("notices.")).order_by(col(Ledger.seq))
    )
    for row in rows:
        for *key, state, reason in json.loads(row.data)["notices"]:
            out.setdefault(Row(*key), []).append((state, reason))
    return out


def perhaps_twice(session: Session) -> set[str]:
    """The Message-IDs of which the ledger says that they may have gone out twice."""
    rows = session.exec(select(Ledger.data).where(Ledger.action == "delivery.perhaps-twice"))
    return {json.loads(data)["message"] for data in rows}


def taken(session: Session) -> set[str]:
    """The Message-IDs that the program believes the server has taken."""
    attempts = session.exec(select(Attempt.message_id).where(Attempt.outcome == NoticeState.ACCEPTED)).all()
    mornings = session.exec(select(Morning.message_id).where(Morning.state == NoticeState.ACCEPTED)).all()
    return {*attempts, *mornings}


def one_attempt_each(session: Session) -> bool:
    """Whether every notice and digest was taken once, as far as the program knows."""
    for key in (Attempt.notice_id, Attempt.digest_id):
        counted = (
            select(sa.func.count())
            .where(Attempt.outcome == NoticeState.ACCEPTED, col(key).is_not(None))
            .group_by(col(key))
        )
        if any(count != 1 for count in session.exec(counted)):
            return False
    return True


def stuck(session: Session) -> Sequence[Any]:
    """What a sender holds although nobody sends."""
    return [
        row
        for table in (Notice, Digest, Morning)
        for row in session.exec(select(table).where(table.state == NoticeState.SENDING)).all()
    ]


def broken(session: Session) -> list[ledger.Broken]:
    """Where the ledger's chain does not hold."""
    return list(ledger.verify(ledger.all_rows(session)))
