"""Files in the record: a stored file becomes known by a row, once; what people hand in names it by its hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from actions.errors import Refused
from models.evidence import Paper
from models.papers import Kept


@dataclass(frozen=True)
class StoredFile:
    """A file that is already in the store: the hash of its bytes, and the name its sender gave it."""

    sha256: str
    name: str


def remember(session: Session, paper: Kept, at: datetime) -> None:
    """Know a stored file by a row; a file that is known already stays as it is."""
    if session.get(Paper, paper.sha256) is None:
        session.add(Paper(sha256=paper.sha256, size=paper.size, media_type=paper.media_type, stored_at=at))
        session.flush()


def must_be_kept(session: Session, files: Sequence[StoredFile]) -> None:
    """Raise :class:`Refused` with the name of every file that is not in the store."""
    lost = [f.name for f in files if session.get(Paper, f.sha256) is None]
    if lost:
        names = ", ".join(lost)
        raise Refused.because(
            f"not in the store: {names}; upload again", f"chưa lưu được tệp: {names}; hãy tải lên lại"
        )
