"""Why a file could not be read, each said in Vietnamese and in English, with what to do about it."""

from typing import ClassVar

from documents.errors import DocumentError, Spoken


class ReaderError(DocumentError):
    """A file that no reader takes. `str(error)` is Vietnamese, its one problem has both languages as `vi` and `en`.

    The sentences of each subclass say what is wrong and then what to do; `facts` fill their blanks, `where` names the
    place in the file ("word/document.xml", "trang 3") and stays empty where the whole file is meant.
    """

    sentence_vi: ClassVar[str] = "Không đọc được tệp này."
    sentence_en: ClassVar[str] = "This file cannot be read."

    def __init__(self, name: str, where: str = "", **facts: str) -> None:
        """Take the file's own name, the place in it, and what fills the blanks of the sentences."""
        self.name, self.where, self.facts = name, where, facts
        place = f"{name} ({where})" if where else name
        vi = self.sentence_vi.format(**facts)
        super().__init__(
            Spoken(f"{name}: {vi}", where, f"{place}: {vi}", f"{place}: {self.sentence_en.format(**facts)}")
        )


class Empty(ReaderError):
    """Nothing in it."""

    sentence_vi = "Tệp không có chữ nào. Hãy kiểm tra lại tệp rồi gửi bản có nội dung."
    sentence_en = "The file holds no text. Check it and send the one that has the plan in it."


class TooLarge(ReaderError):
    """More than this program reads."""

    sentence_vi = (
        "Tệp quá lớn ({size}; giới hạn {limit}). Hãy chỉ gửi phần kế hoạch và phụ lục, bỏ ảnh và tệp nhúng."
    )
    sentence_en = (
        "The file is too large ({size}; limit {limit}). Send the plan and its annexes without pictures."
    )


class TooHeavy(ReaderError):
    """Reading it took more time or memory than any real plan does."""

    sentence_vi = (
        "Tệp cần quá nhiều {what} để đọc, nên có thể đã hỏng. Hãy mở tệp, lưu lại thành .docx rồi thử lại."
    )
    sentence_en = (
        "The file takes too much {what} to read and may be damaged. Open it, save it as .docx and try again."
    )


class Broken(ReaderError):
    """Its own format is violated."""

    sentence_vi = (
        "Tệp {format} bị hỏng hoặc thiếu dữ liệu. Hãy mở bằng chương trình gốc, lưu lại rồi gửi bản mới."
    )
    sentence_en = (
        "The {format} file is damaged or cut short. Open it in its own program, save it again and send that."
    )


class Unsafe(ReaderError):
    """It is built like an attack: a zip bomb, or XML with a DOCTYPE or entities."""

    sentence_vi = (
        "Tệp bị từ chối vì an toàn: {why_vi}. Hãy mở bằng Word hoặc Excel, lưu thành tệp mới rồi gửi lại."
    )
    sentence_en = (
        "The file is refused for safety: {why_en}. "
        "Open it in Word or Excel, save it as a new file and send that."
    )


class Protected(ReaderError):
    """It asks for a password."""

    sentence_vi = "Tệp {format} có mật khẩu. Hãy gỡ mật khẩu rồi gửi lại."
    sentence_en = "The {format} file is protected by a password. Remove the password and send it again."


class Scanned(ReaderError):
    """Pictures of pages."""

    sentence_vi = (
        "Tệp là bản chụp (scan), không có lớp chữ. Hãy xin bản Word của văn bản, "
        "hoặc nhận dạng chữ (OCR) rồi lưu thành PDF có chữ."
    )
    sentence_en = (
        "The file is a scan: pictures of pages without text. Ask for the Word file, "
        "or run text recognition (OCR) and save a PDF with text."
    )


class UnknownEncoding(ReaderError):
    """Bytes that are text in no encoding that Vietnamese offices have used."""

    sentence_vi = (
        "Không nhận ra bảng mã của tệp chữ (đã thử Unicode, TCVN3, VNI, Windows-1258). "
        "Hãy mở tệp, lưu lại với bảng mã UTF-8."
    )
    sentence_en = (
        "The encoding of this text is not known (tried Unicode, TCVN3, VNI, Windows-1258). "
        "Open the file and save it as UTF-8."
    )


class UnknownFormat(ReaderError):
    """A kind of file that holds no plan, or one that this program does not read."""

    sentence_vi = (
        "Đây là {format_vi}, chương trình không đọc được. Hãy gửi .docx, .pdf có chữ, .xlsx, .html hoặc .txt."
    )
    sentence_en = (
        "This is {format_en}, which is not read here. Send .docx, .pdf with text, .xlsx, .html or .txt."
    )


class NeedsOffice(ReaderError):
    """An older format, and no LibreOffice on this machine."""

    sentence_vi = (
        "Tệp {format} cần LibreOffice để đọc, máy này chưa cài. "
        "Hãy lưu tệp thành {modern}, hoặc nhờ quản trị cài LibreOffice (lệnh soffice)."
    )
    sentence_en = (
        "Reading {format} needs LibreOffice, which is not on this machine. "
        "Save the file as {modern}, or have LibreOffice (the command soffice) installed."
    )


class OfficeFailed(ReaderError):
    """LibreOffice was there and could not do it."""

    sentence_vi = (
        "LibreOffice không chuyển được tệp {format} này. Hãy mở tệp và lưu thành {modern} rồi gửi lại."
    )
    sentence_en = (
        "LibreOffice could not convert this {format} file. Open it, save it as {modern} and send that."
    )


KINDS: dict[str, type[ReaderError]] = {
    kind.__name__: kind
    for kind in (
        Empty, TooLarge, TooHeavy, Broken, Unsafe, Protected, Scanned, UnknownEncoding, UnknownFormat, NeedsOffice,
        OfficeFailed,
    )
}  # fmt: skip
"""The errors by name, so that a child process can send one home."""
