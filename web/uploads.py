"""Files that people hand in: checked by content, streamed into the store, and kept when the form is refused."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from starlette.datastructures import UploadFile

from actions.errors import refuse_if
from actions.papers import StoredFile
from models import ledger
from models.database import unit_of_work
from models.ledger import Actor
from models.papers import ALLOWED, CHUNK, SIZE_LIMIT, Kept, PaperRefused, PaperStore, media_type_of
from tasks.place import Place
from tasks.scanner import Infected, ScannerDown, scan
from web.forms import FieldProblem

NAME_MOST = 160


@dataclass(frozen=True)
class Upload:
    """A file that is in the store, with the name its sender gave it; `token` stands for it in a form shown again."""

    name: str
    kept: Kept
    token: str

    @property
    def stored(self) -> StoredFile:
        """The file as an action takes it."""
        return StoredFile(self.kept.sha256, self.name)


class Uploads:
    """Takes files into the store of one office, past its virus scanner."""

    def __init__(self, place: Place, key: bytes, who: Actor) -> None:
        """Use the store and the scanner of `place`; `key` signs what a form says it has sent before, `who` sends."""
        self._place, self._who = place, who
        self._store = PaperStore(place.settings.evidence_url)
        self._signer = URLSafeSerializer(key, salt="dondoc.kept.v1")

    def take(self, files: Sequence[UploadFile], field: str = "files") -> list[Upload]:
        """Put files into the store; raises `Refused` with every file that is not taken, and then takes none."""
        problems = [p for p in (_problem(file, field) for file in files) if p]
        refuse_if(problems or [p for p in (self._scanned(file, field) for file in files) if p])
        return [self._put(file) for file in files]

    def _scanned(self, file: UploadFile, field: str) -> FieldProblem | None:
        """Let the scanner look; what it finds, or that it did not answer, is in the ledger, the file's name is not."""
        name = plain_name(file.filename or "")
        try:
            scan(self._place.settings, file.file)
        except Infected as found:
            self._tell("upload.infected", file, found=str(found))
            return FieldProblem(
                f"{name}: the virus scanner found {found}; the file was not taken. Clean it, or send it as PDF",
                f"{name}: phần mềm diệt virus phát hiện {found}, không nhận tệp; hãy làm sạch tệp hoặc gửi bản PDF",
                field,
            )
        except ScannerDown as down:
            taken = self._place.settings.scanner_down == "take"
            self._tell("upload.unscanned", file, taken=taken, why=str(down))
            if not taken:
                return FieldProblem(
                    f"{name}: the virus scanner does not answer, so no file is taken now; try again later",
                    f"{name}: phần mềm diệt virus chưa làm việc nên tạm thời không nhận tệp; hãy thử lại sau",
                    field,
                )
        return None

    def _tell(self, action: str, file: UploadFile, **data: Any) -> None:
        digest = hashlib.file_digest(file.file, "sha256").hexdigest()  # pyright: ignore[reportArgumentType]
        file.file.seek(0)
        with unit_of_work(self._place.url) as session:
            ledger.record(
                session, self._place.now, self._who, action, f"paper:{digest}", size=file.size, **data
            )

    def _put(self, file: UploadFile) -> Upload:
        name = plain_name(file.filename or "")
        kept = self._store.put(file.file, name)
        return Upload(name, kept, self._token(name, kept))

    def _token(self, name: str, kept: Kept) -> str:
        return str(self._signer.dumps([name, kept.sha256, kept.size, kept.media_type]))

    def again(self, tokens: Sequence[str]) -> list[Upload]:
        """The files that a form shown again has sent before; what we did not sign is left out."""
        out: list[Upload] = []
        for token in tokens:
            try:
                name, sha, size, kind = self._signer.loads(token)
            except (BadData, ValueError):
                continue
            out.append(Upload(name, Kept(sha, size, kind), token))
        return out


def plain_name(name: str) -> str:
    """A file's name for people: its last part, in NFC, without control characters; it is never used as a path."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip() or "tep"
    stem, dot, ending = shown.rpartition(".")
    return shown if len(shown) <= NAME_MOST else f"{stem[: NAME_MOST - len(ending) - 1]}{dot}{ending[:20]}"


def _problem(file: UploadFile, field: str) -> FieldProblem | None:
    name, size = plain_name(file.filename or ""), file.size or 0
    if size == 0:
        return FieldProblem(f"{name}: the file is empty", f"{name}: tệp rỗng", field)
    if size > SIZE_LIMIT:
        most = SIZE_LIMIT // CHUNK
        return FieldProblem(
            f"{name}: larger than {most} MiB; send it in parts",
            f"{name}: lớn hơn {most} MB; hãy chia nhỏ",
            field,
        )
    head = file.file.read(CHUNK)
    file.file.seek(0)
    try:
        media_type_of(head, name)
    except PaperRefused:
        kinds = " ".join(sorted(ALLOWED.values()))
        return FieldProblem(
            f"{name}: this kind of file is not taken; taken: {kinds}",
            f"{name}: không nhận loại tệp này; nhận: {kinds}",
            field,
        )
    return None
