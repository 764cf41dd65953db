"""The wording of letters: an administrator puts a version into force, or the program's own back; all are kept."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from actions.errors import ChangedMeanwhile, Problem, Refused
from actions.rights import must_administer
from models import ledger
from models.ledger import SYSTEM, Actor, canonical
from models.letters import LetterTrouble, LetterWording, versions


def put_wording(
    session: Session, letter: str, lang: str, parts: Mapping[str, str], *, after: int, at: datetime, actor: Actor
) -> LetterWording:  # fmt: skip
    """Put parts into force that have been checked; with none of them the program's own words are back.

    `after` is the version that was looked at (0: none yet). Raises :class:`ChangedMeanwhile` where another one has been
    put in since, and :class:`Refused` where nothing would change.
    """
    must_administer(session, actor)
    before = versions(session, letter, lang)
    newest = before[0] if before else None
    if (newest.version if newest else 0) != after:
        who = newest.made_by if newest else "-"
        raise ChangedMeanwhile([Problem(
            f"{who} has changed this letter since you opened it; see the newest version below, then save yours again",
            "người khác vừa sửa thư này; hãy xem bản mới nhất ở dưới rồi lưu lại bản của bạn nếu vẫn cần",
        )])  # fmt: skip
    if (dict(newest.parts) if newest else {}) == dict(parts):
        raise Refused.because("this is in force already", "lời thư này đang dùng rồi, không có gì thay đổi")
    row = LetterWording(
        letter=letter, lang=lang, version=after + 1, parts=dict(parts), made_by=actor.who, made_at=at
    )
    session.add(row)
    _forget_trouble(session, letter, lang)
    session.flush()
    digest = hashlib.sha256(canonical(dict(parts)).encode()).hexdigest() if parts else ""
    ledger.record(
        session, at, actor, "letter.worded" if parts else "letter.restored", f"letter:{letter}.{lang}",
        version=row.version, parts=sorted(parts), sha256=digest,
    )  # fmt: skip
    return row


def _forget_trouble(session: Session, letter: str, lang: str) -> None:
    gone = sa.delete(LetterTrouble).where(
        col(LetterTrouble.letter) == letter, col(LetterTrouble.lang) == lang
    )
    session.connection().execute(gone)


def tell_unfit(session: Session, unfit: Mapping[str, str], lang: str, at: datetime) -> None:
    """Keep that the office's words did not fit some message and the program's own went out; the ledger says it once."""
    for letter, problem in unfit.items():
        row = session.get(LetterTrouble, (letter, lang))
        if row is None:
            row = LetterTrouble(letter=letter, lang=lang, problem="", times=0, since=at, last_at=at)
            ledger.record(session, at, SYSTEM, "letter.unfit", f"letter:{letter}.{lang}")
        row.problem, row.times, row.last_at = problem[:500], row.times + 1, at
        session.add(row)
