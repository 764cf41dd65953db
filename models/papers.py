"""The store of evidence files: by the SHA-256 of their bytes, never overwritten, behind fsspec."""

import hashlib
import posixpath
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, cast

import fsspec  # pyright: ignore[reportMissingTypeStubs]
import puremagic

from models.database import StoreError

CHUNK = 1 << 20
SIZE_LIMIT = 100 * CHUNK
"""The largest file taken, in bytes: 100 MiB."""

ALLOWED = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/zip": ".zip",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/heic": ".heic",
    "image/tiff": ".tif",
    "text/plain": ".txt",
}
"""What may be handed in, by content."""


class PaperRefused(StoreError):
    """A file that cannot be taken: empty, too large, or of a kind that is not allowed."""


@dataclass(frozen=True)
class Kept:
    """A file in the store."""

    sha256: str
    size: int
    media_type: str


class PaperStore:
    """Files under a folder or bucket given by URL; paths come from hashes, never from names."""

    def __init__(self, url: str) -> None:
        """Open the store at `url` ("file:///srv/evidence", "s3://bucket/evidence"); nothing is written yet."""
        fs, root = fsspec.core.url_to_fs(url)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        self._fs: Any = fs
        self._root = cast("str", root)

    def path(self, sha256: str) -> str:
        """Where the file with this hash lies."""
        return posixpath.join(self._root, sha256[:2], sha256)

    def put(self, stream: IO[bytes], name: str) -> Kept:
        """Take a file in, streamed; a file that is there already is not written again.

        Raises :class:`PaperRefused` for what may not be handed in, :class:`StoreError` for a full or read-only disk.
        """
        with tempfile.SpooledTemporaryFile(max_size=8 * CHUNK) as copy:
            digest, size = hashlib.sha256(), 0
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > SIZE_LIMIT:
                    raise PaperRefused(
                        f"{name}: larger than {SIZE_LIMIT // CHUNK} MiB; send it in parts or as a link"
                    )
                copy.write(chunk)
            if size == 0:
                raise PaperRefused(f"{name}: the file is empty")
            copy.seek(0)
            media_type = media_type_of(copy.read(CHUNK), name)
            copy.seek(0)
            self._keep(digest.hexdigest(), copy)
        return Kept(digest.hexdigest(), size, media_type)

    def put_back(self, sha256: str, stream: IO[bytes]) -> None:
        """Put a file from a backup back under its hash."""
        self._keep(sha256, stream)

    def _keep(self, sha256: str, copy: IO[bytes]) -> None:
        path = self.path(sha256)
        part = f"{path}.part-{id(copy)}"
        try:
            if self._fs.exists(path):
                return
            self._fs.makedirs(posixpath.dirname(path), exist_ok=True)
            with self._fs.open(part, "wb") as out:
                while chunk := copy.read(CHUNK):
                    out.write(chunk)
            self._fs.mv(part, path)
        except OSError as error:
            self._forget(part)
            raise StoreError(
                f"the evidence store cannot be written: {error.strerror or error}; nothing was kept",
                f"không ghi được kho minh chứng: {error.strerror or error}; chưa lưu gì",
            ) from error

    def _forget(self, part: str) -> None:
        """Leave no half-written file behind; where even that fails it stays, under a name that nothing reads."""
        with suppress(OSError):
            self._fs.rm(part)

    def open(self, sha256: str) -> IO[bytes]:
        """The file's bytes; raises :class:`StoreError` where it is gone."""
        try:
            return cast("IO[bytes]", self._fs.open(self.path(sha256), "rb"))
        except OSError as error:
            raise StoreError(
                f"evidence {sha256} is missing from the store: {error}",
                f"kho thiếu tệp minh chứng {sha256}: {error}",
            ) from error

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """The file's bytes, streamed."""
        with self.open(sha256) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def intact(self, sha256: str) -> bool:
        """Whether the file is there and still has the bytes of its hash."""
        digest = hashlib.sha256()
        try:
            for chunk in self.chunks(sha256):
                digest.update(chunk)
        except StoreError:
            return False
        return digest.hexdigest() == sha256


def media_type_of(head: bytes, name: str) -> str:
    """The media type by content; the name only chooses between types that share their first bytes."""
    try:
        matches = cast("list[Any]", puremagic.magic_string(head, filename=name))  # pyright: ignore[reportUnknownMemberType]
        guesses: list[str] = [match.mime_type for match in matches]
    except puremagic.PureError:
        guesses = []
    found = next((guess for guess in guesses if guess in ALLOWED), None)
    if found is None and not guesses and _is_text(head):
        found = "text/plain"
    if found is None:
        kinds = " ".join(sorted(ALLOWED.values()))
        raise PaperRefused(
            f"{name}: this kind of file is not taken ({guesses[0] if guesses else 'unknown'}); taken: {kinds}"
        )
    return found


def _is_text(head: bytes) -> bool:
    try:
        head[: len(head) // 4 * 4].decode("utf-8", errors="strict" if len(head) < CHUNK else "ignore")
    except UnicodeDecodeError:
        return False
    return b"\0" not in head
