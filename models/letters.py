"""What the office says in letters in its own words, version after version, and where that could not be used."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_value, long_text


class LetterWording(SQLModel, table=True):
    """One version of the office's parts of a letter; the newest is in force, and with no parts the program's own is."""

    __tablename__ = "letter_wording"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("letter", "lang", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    letter: str
    lang: str
    version: int
    parts: dict[str, str] = json_value()
    made_by: str
    made_at: datetime


class LetterTrouble(SQLModel, table=True):
    """A wording that did not fit some message, so that the program's own went out; gone with the next version."""

    __tablename__ = "letter_trouble"  # pyright: ignore[reportAssignmentType]

    letter: str = Field(primary_key=True)
    lang: str = Field(primary_key=True)
    problem: str = long_text()
    times: int
    since: datetime
    last_at: datetime


def versions(session: Session, letter: str, lang: str) -> list[LetterWording]:
    """Every version of a letter in one language, the newest first."""
    mine = select(LetterWording).where(LetterWording.letter == letter, LetterWording.lang == lang)
    return list(session.exec(mine.order_by(col(LetterWording.version).desc())))


def wordings(session: Session, lang: str) -> dict[str, dict[str, str]]:
    """The parts in force in one language, by letter; letters in the program's own words are left out."""
    rows = session.exec(
        select(LetterWording).where(LetterWording.lang == lang).order_by(col(LetterWording.version))
    )
    newest = {row.letter: row.parts for row in rows}
    return {letter: parts for letter, parts in newest.items() if parts}


def troubles(session: Session) -> list[LetterTrouble]:
    """The wordings that could not be used, in order."""
    query = select(LetterTrouble).order_by(LetterTrouble.letter, LetterTrouble.lang)
    return list(session.exec(query))
