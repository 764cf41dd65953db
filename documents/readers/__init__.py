"""One reader per file format: bytes in, a :class:`~documents.source.Source` out.

The format is told by the content, never by the name. Plain text is read here; every other format in a child process
with limits of time and memory (:mod:`documents.readers.child`), formats before 2007 by way of LibreOffice.
"""

import hashlib

from documents.readers.child import read_apart
from documents.readers.errors import Empty, TooLarge
from documents.readers.office import MODERN, convert
from documents.readers.sniff import sniff
from documents.readers.text import read_text
from documents.source import Source

MAX_FILE = 50 * 2**20
"""Bytes of the largest file that is read."""


def read_source(data: bytes, name: str) -> Source:
    """Read the bytes of the file `name` (the name is only for messages).

    Raises a :class:`~documents.readers.errors.ReaderError`, which is a `DocumentError`, that says what to do.
    """
    if len(data) > MAX_FILE:
        raise TooLarge(name, size=f"{len(data) / 2**20:.0f} MiB", limit=f"{MAX_FILE // 2**20} MiB")
    if not data.strip():
        raise Empty(name)
    form = sniff(data, name)
    if form == "txt":
        text, lines, remarks = read_text(data, name)
    elif form in MODERN:
        text, lines, remarks = read_apart(MODERN[form], convert(data, form, name), name)
    else:
        text, lines, remarks = read_apart(form, data, name)
    return Source(text, tuple(lines), hashlib.sha256(data).hexdigest(), name, form, tuple(remarks))
