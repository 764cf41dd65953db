"""Files given to a command: put into the store first, known by a row in the command's own transaction."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from actions.errors import Refused
from actions.papers import StoredFile, remember
from models.papers import Kept, PaperStore
from tasks.place import Place

Stored = tuple[str, Kept]
"""A file in the store, with the name under which it was given."""


def store(place: Place, paths: Sequence[Path]) -> list[Stored]:
    """Put each file into the place's store; raises :class:`Refused` for one that cannot be read."""
    papers = PaperStore(place.settings.evidence_url)
    return [(path.name, _put(papers, path)) for path in paths]


def _put(papers: PaperStore, path: Path) -> Kept:
    try:
        with path.open("rb") as stream:
            return papers.put(stream, path.name)
    except OSError as error:
        raise Refused.because(
            f"{path}: {error.strerror}", f"{path}: không đọc được: {error.strerror}"
        ) from error


def known(session: Session, stored: Sequence[Stored], at: datetime) -> list[StoredFile]:
    """The stored files as actions take them."""
    for _, paper in stored:
        remember(session, paper, at)
    return [StoredFile(paper.sha256, name) for name, paper in stored]
