"""Pasted text: the one format whose places are places in the file itself."""

import unicodedata

from documents.readers.blocks import MAX_LINES, MAX_TEXT, too_long
from documents.readers.encodings import decode, remark
from documents.readers.errors import Empty
from documents.source import Line, lines_of

_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


def read_text(data: bytes, name: str) -> tuple[str, list[Line], list[str]]:
    """The text, its lines and remarks; raises `UnknownEncoding`, `Empty`, `TooLarge`.

    A file in UTF-8 and NFC comes out exactly as it is; only a byte order mark is left out.
    """
    if len(data) > 4 * MAX_TEXT:
        raise too_long(name)
    text, old = decode(data, name)
    if len(text) > MAX_TEXT or sum(map(text.count, _ENDS)) > MAX_LINES:
        raise too_long(name)
    remarks = [remark(old)] if old else []
    composed = unicodedata.normalize("NFC", text)
    if composed != text and not old:
        remarks.append("Đã chuyển Unicode tổ hợp sang Unicode dựng sẵn (NFC).")
    lines = list(lines_of(composed))
    if not lines:
        raise Empty(name)
    return composed, lines, remarks
