"""What a file is, by its content; its name is never believed."""

import re
import zipfile
from io import BytesIO

from documents.readers.errors import Broken, Protected, UnknownFormat

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"II*\x00": "TIFF", b"MM\x00*": "TIFF",
    b"BM": "BMP",
}  # fmt: skip
_OTHERS = {
    b"Rar!": "RAR", b"7z\xbc\xaf": "7-Zip", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"MZ": "EXE", b"\x7fELF": "ELF",
    b"%!PS": "PostScript", b"SQLite format 3": "SQLite", b"\xfd7zXZ": "xz",
}  # fmt: skip
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*+<(?:!doctype\s+html|html|head|body|table|div|p|meta|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAGS = re.compile(rb"</?(?:html|head|body|table|tr|td|div|p|span|br|meta)\b[^>]{0,500}>", re.IGNORECASE)


def sniff(data: bytes, name: str) -> str:
    """The format of `data`: pdf, docx, xlsx, odt, doc, xls, rtf, html, mhtml or txt.

    Raises `UnknownFormat` for other kinds of files, `Protected` for encrypted Office files, `Broken` for a damaged zip.
    """
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(data, name)
    if data.startswith(_OLE):
        return _ole(data, name)
    if data.startswith(b"{\\rtf"):
        return "rtf"
    _refuse_others(data, name)
    return _markup(data)


def _zip(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = set(archive.namelist())
            kind = _member(archive, "mimetype") if "mimetype" in members else b""
    except Exception as error:  # zipfile raises a dozen kinds on damaged directories
        raise Broken(name, format="Office") from error
    if any(m.startswith("word/") for m in members):
        return "docx"
    if "xl/workbook.bin" in members:
        raise UnknownFormat(
            name, format_vi="tệp Excel nhị phân (.xlsb)", format_en="a binary Excel file (.xlsb)"
        )
    if any(m.startswith("xl/") for m in members):
        return "xlsx"
    if b"opendocument.text" in kind:
        return "odt"
    raise UnknownFormat(name, format_vi="tệp nén (zip)", format_en="a zip archive")


def _member(archive: zipfile.ZipFile, member: str) -> bytes:
    with archive.open(member) as file:
        return file.read(200)


def _ole(data: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Protected(name, format="Office")
    if "WordDocument".encode("utf-16-le") in data:
        return "doc"
    if "Workbook".encode("utf-16-le") in data or "Book\0".encode("utf-16-le") in data:
        return "xls"
    raise UnknownFormat(name, format_vi="tệp Office đời cũ khác", format_en="another kind of old Office file")


def _refuse_others(data: bytes, name: str) -> None:
    for start, kind in _PICTURES.items():
        if data.startswith(start) and (kind != "BMP" or b"\x00" in data[:16]):
            raise UnknownFormat(
                name,
                format_vi=f"tệp ảnh ({kind}); ảnh chụp văn bản cần nhận dạng chữ (OCR) trước",
                format_en=f"a picture ({kind}), whose text has to be recognised (OCR) first",
            )
    for start, kind in _OTHERS.items():
        if data.startswith(start) and (kind != "EXE" or b"\x00" in data[:64]):
            raise UnknownFormat(name, format_vi=f"tệp {kind}", format_en=f"a file of kind {kind}")


def _markup(data: bytes) -> str:
    head = data[:65536].replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe")
    if (
        re.match(rb"(?:[\w-]+:[^\n]*\n|[ \t][^\n]*\n)*?MIME-Version:", head[:4096], re.IGNORECASE)
        and b"text/html" in head.lower()
    ):
        return "mhtml"
    if _HTML.match(head[:8192]) or head.lstrip()[:1] == b"<" and len(_TAGS.findall(head)) >= 6:
        return "html"
    return "txt"
