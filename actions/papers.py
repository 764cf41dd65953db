"""Files in the record: a stored file becomes known by a row, once."""

from datetime import datetime

from sqlmodel import Session

from models.evidence import Paper
from models.papers import Kept


def remember(session: Session, paper: Kept, at: datetime) -> None:
    """Know a stored file by a row; a file that is known already stays as it is."""
    if session.get(Paper, paper.sha256) is None:
        session.add(Paper(sha256=paper.sha256, size=paper.size, media_type=paper.media_type, stored_at=at))
        session.flush()
