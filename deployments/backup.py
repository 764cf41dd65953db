"""Backup and restore: both databases and the evidence files as they stood at one moment, in one archive.

Our database is held still while it is copied; Prefect's is copied in the same moment, and evidence files are only ever
added, so that every file that a row names is in the archive.
"""

import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import select

from models import ledger
from models.database import StoreError, engine_for, reading
from models.evidence import Paper
from models.ledger import LedgerHead
from models.papers import PaperStore
from plan import clock
from settings import Settings

MANIFEST, OURS, PREFECT, EVIDENCE = "manifest.json", "dondoc.db", "prefect.db", "evidence"


class BackupError(StoreError):
    """A backup cannot be made or put back; the message says why, and nothing has been changed."""


@dataclass(frozen=True)
class Kept:
    """What an archive holds."""

    file: Path
    rows: int
    papers: int
    head: str


def back_up(settings: Settings, file: Path) -> Kept:
    """Write the archive `file` (.tar.gz), which must not exist. Works while the stack runs."""
    if file.exists():
        raise BackupError(f"{file} exists already; give a new name")
    with tempfile.TemporaryDirectory(dir=_parent(file)) as folder:
        place = Path(folder)
        try:
            with _held_still(settings):
                _copy_databases(settings, place)
                kept = _manifest(settings, place, file)
            part = place / "archive"
            with tarfile.open(part, "w:gz", compresslevel=6) as archive:
                for name in (MANIFEST, OURS, PREFECT, EVIDENCE):
                    if (place / name).exists():
                        archive.add(place / name, arcname=name)
            part.replace(file)
        except OSError as error:
            raise BackupError(
                f"the backup cannot be written to {file}: {error.strerror}; nothing was kept"
            ) from error
    return kept


def _parent(file: Path) -> Path:
    parent = file.resolve().parent
    if not parent.is_dir():
        raise BackupError(f"the folder {parent} does not exist")
    return parent


@contextmanager
def _held_still(settings: Settings) -> Generator[None]:
    """Nobody writes meanwhile: every change ends in the ledger, and the ledger's one lock is held."""
    with engine_for(settings.database_url).begin() as held:
        held.execute(sa.select(LedgerHead).with_for_update())
        yield


def _copy_databases(settings: Settings, place: Path) -> None:
    for url, copy in ((sa.make_url(settings.database_url), OURS), (_prefects(settings), PREFECT)):
        if url.get_backend_name() != "sqlite":
            _run("pg_dump", "--format=custom", f"--file={place / copy}", _plain(url))
        elif copy == OURS or Path(str(url.database)).exists():
            _copy_sqlite(Path(str(url.database)), place / copy)


def _prefects(settings: Settings) -> sa.URL:
    """Where Prefect's database is."""
    return sa.make_url(settings.prefect_database_url or f"sqlite:///{settings.prefect_home / 'prefect.db'}")


def _copy_sqlite(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def _plain(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(*command: str) -> None:
    if shutil.which(command[0]) is None:
        raise BackupError(f"{command[0]} is not installed; it comes with PostgreSQL's client programs")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{command[0]} failed: {done.stderr.strip()}")


def _manifest(settings: Settings, place: Path, file: Path) -> Kept:
    with reading(settings.database_url) as session:
        seq, digest = ledger.head(session)
        papers = list(session.exec(select(Paper.sha256)))
    store = PaperStore(settings.evidence_url)
    for sha in papers:
        target = place / EVIDENCE / sha[:2] / sha
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            for chunk in store.chunks(sha):
                out.write(chunk)
    backend = sa.make_url(settings.database_url).get_backend_name()
    manifest = {
        "made_at": clock.now().isoformat(),
        "backend": backend,
        "prefect_backend": _prefects(settings).get_backend_name(),
        "head": f"{seq}:{digest}",
        "papers": len(papers),
    }
    (place / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    return Kept(file, seq, len(papers), f"{seq}:{digest}")


def restore(settings: Settings, file: Path, *, force: bool = False) -> Kept:
    """Put an archive back, after its ledger has been verified. Refuses to overwrite data unless `force`."""
    url = sa.make_url(settings.database_url)
    if not force and _holds_something(url):
        shown = url.render_as_string(hide_password=True) if url.host else str(url.database)
        raise BackupError(f"{shown} exists; restore into an empty place, or add --force to replace it")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        manifest = _unpack(file, place)
        if manifest["backend"] != url.get_backend_name():
            raise BackupError(
                f"the archive is of {manifest['backend']}, DONDOC_DATABASE_URL names {url.get_backend_name()}"
            )
        if url.get_backend_name() == "sqlite":
            _check(place / OURS)
            _put_sqlite(place / OURS, Path(str(url.database)))
        else:
            _put_postgresql(place / OURS, url)
        if (place / PREFECT).exists():
            _put_prefects(
                place / PREFECT, str(manifest.get("prefect_backend", "sqlite")), _prefects(settings)
            )
        _put_papers(place / EVIDENCE, PaperStore(settings.evidence_url))
    number = str(manifest["head"]).partition(":")[0]
    return Kept(file, int(number), int(str(manifest["papers"])), str(manifest["head"]))


def _holds_something(url: sa.URL) -> bool:
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).exists()
    with engine_for(url.render_as_string(hide_password=False)).connect() as connection:
        return bool(sa.inspect(connection).get_table_names())


def _unpack(file: Path, place: Path) -> dict[str, object]:
    try:
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(place, filter="data")
        return json.loads((place / MANIFEST).read_text("utf-8"))
    except (OSError, tarfile.TarError, ValueError) as error:
        raise BackupError(f"{file} is not a backup of this program, or is damaged: {error}") from error


def _check(database: Path) -> None:
    with reading(f"sqlite:///{database}") as session:
        broken = list(ledger.verify(ledger.all_rows(session)))
    engine_for(f"sqlite:///{database}").dispose()
    if broken:
        raise BackupError(
            f"the ledger in the archive does not hold from row {broken[0].seq}: {broken[0].what}"
        )


def _put_sqlite(source: Path, target: Path) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{target}{suffix}").unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)


def _put_postgresql(source: Path, url: sa.URL) -> None:
    words = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
    _run("pg_restore", *words, f"--dbname={_plain(url)}", str(source))


def _put_prefects(source: Path, backend: str, url: sa.URL) -> None:
    """Put Prefect's database back; one of the other kind is left out, because `schedule` makes everything again."""
    if backend != url.get_backend_name():
        return
    if backend == "sqlite":
        _put_sqlite(source, Path(str(url.database)))
    else:
        _put_postgresql(source, url)


def _put_papers(folder: Path, store: PaperStore) -> None:
    for path in _files(folder):
        with path.open("rb") as stream:
            store.put_back(path.name, stream)


def _files(folder: Path) -> Iterator[Path]:
    yield from (p for p in sorted(folder.rglob("*")) if p.is_file())
