"""One reader per file format: bytes in, a `Source` out."""

import hashlib
import unicodedata

from documents.errors import DocumentError
from documents.source import Source, lines_of


def read_source(data: bytes, name: str) -> Source:
    """Read the bytes of the file `name`; raises `DocumentError` where they are not a text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{name}: this file is not UTF-8 text") from error
    text = unicodedata.normalize("NFC", text)
    return Source(text, lines_of(text), hashlib.sha256(data).hexdigest(), name, "txt")
