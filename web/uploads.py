"""Files that people hand in: checked by content, streamed into the store, and kept when the form is refused."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer
from starlette.datastructures import UploadFile

from actions.errors import Refused
from actions.papers import StoredFile
from models.papers import ALLOWED, CHUNK, SIZE_LIMIT, Kept, PaperRefused, PaperStore, media_type_of
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
    """Takes files into the store of one office."""

    def __init__(self, url: str, key: bytes) -> None:
        """Use the store at `url`; `key` signs what a form says it has sent before."""
        self._store = PaperStore(url)
        self._signer = URLSafeSerializer(key, salt="dondoc.kept.v1")

    def take(self, files: Sequence[UploadFile], field: str = "files") -> list[Upload]:
        """Put files into the store; raises :class:`Refused` with every file that is not taken, and then takes none."""
        problems = [p for p in (_problem(file, field) for file in files) if p]
        if problems:
            raise Refused(problems)
        return [self._put(file) for file in files]

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
