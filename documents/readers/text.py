"""Pasted text: the one format whose places are places in the file itself."""

import unicodedata

from documents.readers.blocks import MAX_TEXT
from documents.readers.encodings import decode
from documents.readers.errors import Empty, TooLarge
from documents.source import Line, lines_of


def read_text(data: bytes, name: str) -> tuple[str, list[Line], list[str]]:
    """The text, its lines and remarks; raises `UnknownEncoding`, `Empty`, `TooLarge`.

    A file in UTF-8 and NFC comes out exactly as it is; only a byte order mark is left out.
    """
    text, old = decode(data, name)
    if len(text) > MAX_TEXT:
        raise TooLarge(name, size=f"{len(text)} ký tự", limit=f"{MAX_TEXT} ký tự")
    remarks = [f"Đã chuyển từ bảng mã {old} sang Unicode."] if old else []
    composed = unicodedata.normalize("NFC", text)
    if composed != text and not old:
        remarks.append("Đã chuyển Unicode tổ hợp sang Unicode dựng sẵn (NFC).")
    lines = list(lines_of(composed))
    if not lines:
        raise Empty(name)
    return composed, lines, remarks
