"""Files that commands are given: read whole, with what is wrong with them in words."""

from pathlib import Path

from actions.errors import Refused
from documents.draft import PlanDraft
from documents.read import read_bytes
from documents.structured import from_yaml


def read_file(path: Path) -> PlanDraft:
    """The draft in a file of any format; raises :class:`DocumentError` or :class:`Refused` for what cannot be read."""
    data = bytes_of(path)
    if path.suffix.lower() in {".yaml", ".yml"}:
        return from_yaml(decoded(data, path.name))
    return read_bytes(data, path.name)


def bytes_of(path: Path) -> bytes:
    """What a file holds; raises :class:`Refused` for one that cannot be opened."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused.because(
            f"{path}: cannot be opened: {error.strerror}", f"{path}: không mở được: {error.strerror}"
        ) from error


def text_of(path: Path) -> str:
    """The UTF-8 text of a file; raises :class:`Refused` for one that cannot be opened or is in another encoding."""
    return decoded(bytes_of(path), path.name)


def decoded(data: bytes, name: str) -> str:
    """UTF-8 text; raises :class:`Refused` for another encoding."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused.because(
            f"{name}: not UTF-8 (byte {error.start}); save it as UTF-8",
            f"{name}: không phải UTF-8 (byte {error.start}); hãy lưu lại dạng UTF-8",
        ) from error
