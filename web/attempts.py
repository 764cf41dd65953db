"""What became of notices at their channel: each attempt to send them, with the answer and the mail that was kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.notices import Attempt, Notice
from notifications.kept import KEPT_AS
from web.pages import Phrases

Travelled = tuple[str, int]
"""What went out as one mail: ("digest", its number), or ("notice", its number) for one by itself."""


@dataclass(frozen=True)
class Answer:
    """One attempt in words; `kept` is the place of the mail among the kept files, "" where none was."""

    words: str
    kept: str = ""

    @classmethod
    def of(cls, made: Attempt, f: Phrases) -> "Answer":
        """The attempt as a page shows it: the moment, and the channel's code and answer."""
        if KEPT_AS.fullmatch(made.answer):
            return cls(f.moment(made.at), made.answer)
        return cls(" ".join(str(part) for part in (f.moment(made.at), made.code, made.answer) if part))


def travelled(notice: Notice) -> Travelled:
    """The mail in which a notice travelled."""
    return ("digest", notice.digest_id) if notice.digest_id else ("notice", notice.id or 0)


def attempts_of(session: Session, notices: Iterable[Notice]) -> dict[Travelled, list[Attempt]]:
    """The attempts to send these notices, by the mail in which they travelled, in their order."""
    rows = list(notices)
    singles: Sequence[int | None] = [n.id for n in rows]
    digests = {n.digest_id for n in rows if n.digest_id}
    where = col(Attempt.notice_id).in_(singles) | col(Attempt.digest_id).in_(digests)
    out: dict[Travelled, list[Attempt]] = {}
    for row in session.exec(select(Attempt).where(where).order_by(col(Attempt.id))):
        key = ("notice", row.notice_id) if row.notice_id else ("digest", row.digest_id or 0)
        out.setdefault(key, []).append(row)
    return out
