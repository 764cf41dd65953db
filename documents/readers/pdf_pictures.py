"""A page of a PDF as a picture, so that it can be looked at where no PDF may run."""

import struct
import zlib
from dataclasses import dataclass
from typing import Any

from pypdfium2 import PdfiumError  # pyright: ignore[reportMissingTypeStubs]

from documents.readers.pdf_page import PDFIUM, opened

WIDTH = 1000
"""How wide a picture is, in pixels; a page that is very long is cut to four times that."""


@dataclass(frozen=True)
class Picture:
    """One page as PNG, and how many pages there are."""

    png: bytes
    pages: int


def picture(data: bytes, number: int, width: int = WIDTH) -> Picture | None:
    """Page `number` (from 1) as a picture; None where there is no such page, or the file is no PDF that opens."""
    with PDFIUM:
        try:
            document: Any = opened(data)
        except PdfiumError:
            return None
        try:
            pages = len(document)
            if not 1 <= number <= pages:
                return None
            page: Any = document[number - 1]
            bitmap: Any = page.render(
                scale=min(width / page.get_width(), 4 * width / page.get_height()), rev_byteorder=True
            )
            return Picture(_png(bitmap), pages)
        except PdfiumError:
            return None
        finally:
            document.close()


def _png(bitmap: Any) -> bytes:
    """The bitmap (RGB, RGBX or grey rows) as PNG, ISO/IEC 15948, rows without a filter."""
    wide, high, channels, stride = bitmap.width, bitmap.height, bitmap.n_channels, bitmap.stride
    kinds = {1: 0, 3: 2, 4: 6}
    raw = bytes(bitmap.buffer)
    lines = b"".join(b"\0" + raw[row * stride : row * stride + wide * channels] for row in range(high))
    head = struct.pack(">IIBBBBB", wide, high, 8, kinds[channels], 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(lines, 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
