"""The ledger as files that anybody can verify years later, without this program, its database or Prefect."""

from importlib import resources
from pathlib import Path

from sqlmodel import Session

from models import ledger
from models.database import StoreError
from models.ledger import Ledger, canonical

FIELDS = ("seq", "at", "who", "assurance", "action", "subject", "data", "previous", "hash")
VERIFIER = "verify_export.py"


class ExportRefused(StoreError):
    """The folder cannot take the export."""


def write_export(session: Session, folder: Path) -> int:
    """Write `ledger.jsonl`, `head.txt` and `verify.py` into a new or empty folder; answers how many rows.

    One JSON object a line with the fields of :data:`FIELDS`; `data` is a JSON text of its own, as it was hashed.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ExportRefused(f"{folder} is not empty; give a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        count = 0
        with (folder / "ledger.jsonl").open("w", encoding="utf-8") as out:
            for row in ledger.all_rows(session):
                out.write(canonical(_fields(row)) + "\n")
                count += 1
        seq, digest = ledger.head(session)
        (folder / "head.txt").write_text(f"{seq}:{digest}\n", encoding="utf-8")
        verifier = resources.files("models").joinpath(VERIFIER).read_text(encoding="utf-8")
        (folder / "verify.py").write_text(verifier, encoding="utf-8")
    except OSError as error:
        raise ExportRefused(f"{folder} cannot be written: {error.strerror}") from error
    return count


def _fields(row: Ledger) -> dict[str, object]:
    return {field: getattr(row, field) for field in FIELDS}
