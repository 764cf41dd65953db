"""Files given to a command: put into the store first, known by a row in the command's own transaction."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from actions.errors import Refused
from actions.papers import StoredFile, remember
from models.papers import Kept, PaperStore
from settings import Settings
from tasks.place import Place
from tasks.scanner import Infected, ScannerDown, scan

Stored = tuple[str, Kept]
"""A file in the store, with the name under which it was given."""


def store(place: Place, paths: Sequence[Path]) -> list[Stored]:
    """Put each file into the place's store; raises :class:`Refused` for one that cannot be read."""
    papers = PaperStore(place.settings.evidence_url)
    return [(path.name, _put(papers, path, place.settings)) for path in paths]


def _put(papers: PaperStore, path: Path, settings: Settings) -> Kept:
    try:
        with path.open("rb") as stream:
            scan(settings, stream)
            return papers.put(stream, path.name)
    except OSError as error:
        raise Refused.because(
            f"{path}: {error.strerror}", f"{path}: không đọc được: {error.strerror}"
        ) from error
    except Infected as found:
        raise Refused.because(
            f"{path}: the virus scanner found {found}", f"{path}: phần mềm diệt virus phát hiện {found}"
        ) from found
    except ScannerDown as down:
        raise Refused.because(
            f"{path}: the virus scanner does not answer: {down}; see: dondoc doctor",
            f"{path}: phần mềm diệt virus chưa làm việc ({down}); xem: dondoc doctor",
        ) from down


def known(session: Session, stored: Sequence[Stored], at: datetime) -> list[StoredFile]:
    """The stored files as actions take them."""
    for _, paper in stored:
        remember(session, paper, at)
    return [StoredFile(paper.sha256, name) for name, paper in stored]
