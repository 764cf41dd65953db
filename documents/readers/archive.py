"""Office files are zip archives of XML: opened here with limits, and parsed without entities or network.

The standard library's parser resolves nothing outside the file; files that declare entities are refused before."""

import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from documents.readers.errors import Broken, Protected, TooLarge, Unsafe

MAX_MEMBERS = 5_000
MAX_RATIO = 200
MAX_PART = 100 * 2**20
MAX_TOTAL = 200 * 2**20
"""Sizes are of the unpacked parts that are read; pictures are never unpacked."""

_DOCTYPE = re.compile(rb"<\s*!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Archive:
    """The parts of an Office file, by their fixed names inside it; no name is ever used as a path on disk."""

    def __init__(self, data: bytes, name: str, kind: str) -> None:
        """Open `data`; raises `Broken`, `Unsafe` or `TooLarge` before anything is unpacked."""
        self.name, self.kind = name, kind
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            infos = self._zip.infolist()
        except Exception as error:  # zipfile raises a dozen kinds on damaged directories
            raise Broken(name, format=kind) from error
        self._refuse_bombs(infos)
        self._infos = {info.filename: info for info in infos}

    def _refuse_bombs(self, infos: list[zipfile.ZipInfo]) -> None:
        if len(infos) > MAX_MEMBERS:
            raise Unsafe(
                self.name, why_vi="trong tệp nén có quá nhiều phần", why_en="the archive has too many parts"
            )
        if len({info.filename for info in infos}) != len(infos):
            raise Unsafe(
                self.name, why_vi="tệp nén có hai phần trùng tên", why_en="two parts have the same name"
            )
        for info in infos:
            if info.file_size > 2**20 and info.file_size > MAX_RATIO * max(1, info.compress_size):
                raise Unsafe(
                    self.name,
                    info.filename,
                    why_vi="dữ liệu nén phình quá lớn (bom nén)",
                    why_en="it is a zip bomb",
                )
        total = sum(i.file_size for i in infos if i.filename.endswith((".xml", ".rels", ".vml")))
        if total > MAX_TOTAL:
            raise TooLarge(self.name, size=f"{total // 2**20} MiB", limit=f"{MAX_TOTAL // 2**20} MiB")

    def names(self) -> list[str]:
        """The names of all parts."""
        return list(self._infos)

    def read(self, part: str) -> bytes | None:
        """The bytes of `part`, None if there is none; raises `Broken`, `Protected` or `TooLarge`."""
        info = self._infos.get(part)
        if info is None:
            return None
        if info.flag_bits & 1:
            raise Protected(self.name, part, format=self.kind)
        if info.file_size > MAX_PART:
            raise TooLarge(
                self.name, part, size=f"{info.file_size // 2**20} MiB", limit=f"{MAX_PART // 2**20} MiB"
            )
        try:
            with self._zip.open(info) as file:
                data = file.read(info.file_size + 1)
        except Exception as error:  # zlib, CRC, missing decompressor, truncated data
            raise Broken(self.name, part, format=self.kind) from error
        return data

    def xml(self, part: str) -> Element | None:
        """The root of `part`, None if there is none; raises `Unsafe` for a DOCTYPE or entities, `Broken`."""
        data = self.read(part)
        if data is None:
            return None
        self.refuse_doctype(data, part)
        try:
            return ET.fromstring(data)  # noqa: S314 -- without a DOCTYPE there are no entities
        except (ET.ParseError, ValueError, LookupError) as error:
            raise Broken(self.name, part, format=self.kind) from error

    def refuse_doctype(self, data: bytes, part: str) -> None:
        """Raise `Unsafe` where `data` declares a document type or an entity, in whatever Unicode encoding."""
        if _DOCTYPE.search(data) or b"\x00" in data[:64] and _DOCTYPE.search(data.replace(b"\x00", b"")):
            raise Unsafe(
                self.name, part, why_vi="XML có khai báo DOCTYPE hoặc thực thể",
                why_en="its XML declares a DOCTYPE or entities",
            )  # fmt: skip
