"""Vietnamese text in the encodings that offices have used since 1990, recognised and turned into Unicode NFC.

TCVN3 ("ABC", TCVN 5712:1993, fonts .Vn…) and VNI (fonts VNI-…) are seen in two ways: as bytes of an old text file, and
as Latin letters that a newer program took for Western text ("Céng hßa x· héi"). Both are read alike, because the second
is the first decoded as Windows-1252. Which it is, is decided by counting common Vietnamese words under each reading.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from documents.readers.blocks import Block, Content, Paragraph, Table
from documents.readers.errors import UnknownEncoding

_TONES = {"acute": "\u0301", "grave": "\u0300", "hook": "\u0309", "tilde": "\u0303", "dot": "\u0323"}
_TCVN3_FROM = (
    "¸µ¶·¹" "¨¾»¼½Æ" "©ÊÇÈÉË" "®" "ÐÌÎÏÑ" "ªÕÒÓÔÖ" "Ý×ØÜÞ" "ãßáâä" "«èåæçé" "¬íêëìî" "óïñòô"
    "\u00adøõö÷ù" "ýúûüþ" "¡¢§£¤¥¦"
)  # fmt: skip
_TCVN3_TO = (
    "áàảãạ" "ăắằẳẵặ" "âấầẩẫậ" "đ" "éèẻẽẹ" "êếềểễệ" "íìỉĩị" "óòỏõọ" "ôốồổỗộ" "ơớờởỡợ" "úùủũụ"
    "ưứừửữự" "ýỳỷỹỵ" "ĂÂĐÊÔƠƯ"
)  # fmt: skip
_TCVN3 = str.maketrans(_TCVN3_FROM, _TCVN3_TO)

_VNI_SINGLE = {"ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ"}
_VNI_MARKS = {
    "ù": "acute", "ø": "grave", "û": "hook", "õ": "tilde", "ï": "dot",
    "â": "\u0302", "á": "\u0302acute", "à": "\u0302grave", "å": "\u0302hook", "ã": "\u0302tilde", "ä": "\u0302dot",
    "ê": "\u0306", "é": "\u0306acute", "è": "\u0306grave", "ú": "\u0306hook", "ü": "\u0306tilde", "ë": "\u0306dot",
}  # fmt: skip
_VNI_AFTER = {
    "a": "ùøûõïâáàåãäêéèúüë", "e": "ùøûõïâáàåãä", "o": "ùøûõïâáàåãä", "u": "ùøûõï", "y": "ùøûõ",
    "ô": "ùøûõï", "ö": "ùøûõï",
}  # fmt: skip

_OFFICE_WORDS = """
    của và các kế hoạch thực hiện ủy uỷ nhân dân tỉnh thành phố huyện xã phường số ngày tháng năm về việc cộng hòa hoà
    xã hội chủ nghĩa việt độc lập tự hạnh phúc căn cứ luật nghị định quyết chính phủ sở ngành đơn vị cơ quan trì phối
    hợp với trước thời gian hoàn báo cáo công tác tổ chức triển khai nhiệm vụ giải pháp được cho trên địa bàn theo quy
    đến những một không người này để là có từ tại trong khi phải đã cấp bộ trưởng tịch kinh tế văn hóa hoá giáo dục đào
    tạo tài môi trường nước phát triển quản lý đảm bảo yêu cầu mục đích nội dung kết quả điều hành chỉ đạo phòng ở
"""
_COMMON = frozenset(_OFFICE_WORDS.split())
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[¡-ſơưẠ-ỹ]", re.IGNORECASE)
ENOUGH = 0.08
"""Share of common words above which a text counts as Vietnamese; in office prose it is 0.4 and more."""


SAMPLE = 200_000
"""Characters by which a text's encoding is judged."""


def from_tcvn3(text: str) -> str:
    """TCVN3 seen as Windows-1252 letters, as Unicode.

    TCVN3 has no capitals with tone marks; in text that was set in capitals the marked letters are small. A word whose
    plain letters are capitals is put into capitals: for certain if it has two of them, else if a word beside it is.
    """
    return "\n".join(_line_from_tcvn3(line) for line in text.split("\n"))


def _line_from_tcvn3(line: str) -> str:
    words = re.split(r"(\s+)", line)
    certain = [_is_shouted(word, 2) for word in words]
    for at, word in enumerate(words):
        beside = any(certain[max(0, at - 2) : at + 3])
        small = word.translate(_TCVN3)
        words[at] = small.upper() if certain[at] or beside and _is_shouted(word, 1) else small
    return "".join(words)


def _is_shouted(word: str, least: int) -> bool:
    """Whether a TCVN3 word has marked letters and at least `least` plain capitals, but no plain small letter."""
    capitals = sum("A" <= c <= "Z" for c in word)
    return capitals >= least and not word.isascii() and not any("a" <= c <= "z" for c in word)


def _vni_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for base, marks in _VNI_AFTER.items():
        for mark in marks:
            plain = _VNI_SINGLE.get(base, base)
            shape = _VNI_MARKS[mark]
            first = shape[0] if shape[0] in "\u0302\u0306" else ""
            tone = _TONES.get(shape[len(first) :], "")
            letter = unicodedata.normalize("NFC", plain + first + tone)
            for b in (base, base.upper()):
                cased = letter.upper() if b != base else letter
                table[b + mark], table[b + mark.upper()] = cased, cased
    for single, letter in _VNI_SINGLE.items():
        table[single], table[single.upper()] = letter, letter.upper()
    return table


_VNI = _vni_table()
_VNI_RE = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def from_vni(text: str) -> str:
    """VNI seen as Windows-1252 letters, as Unicode."""
    return _VNI_RE.sub(lambda found: _VNI[found.group()], text)


def vietnamese(text: str) -> float:
    """How Vietnamese `text` reads, 0..1: the share of its words that are common Vietnamese words with their marks."""
    words = _WORD.findall(unicodedata.normalize("NFC", text[:SAMPLE]).casefold())
    if not words:
        return 0.0
    marked = sum(word in _COMMON and not word.isascii() for word in words)
    return marked / len(words)


DAMAGED = "UTF-8?"
"""Stands for the name of an old encoding where the text was Unicode with a few bytes wrong."""


def remark(old: str) -> str:
    """What a person is told about a text that was in `old`."""
    if old == DAMAGED:
        return "Vài chữ trong tệp bị hỏng, được thay bằng dấu \ufffd; hãy đối chiếu với bản gốc."
    return f"Đã chuyển từ bảng mã {old} sang Unicode."


def repair(text: str) -> tuple[str, str | None]:
    """`text` with an old encoding undone, and that encoding's name; unchanged and None where it is Unicode already."""
    if not _LETTER.search(text):
        return text, None
    sample = text[:SAMPLE]
    found = {
        None: vietnamese(sample),
        "TCVN3": vietnamese(from_tcvn3(sample)),
        "VNI": vietnamese(from_vni(sample)),
    }
    best = max(found, key=lambda name: found[name])
    if best is None or found[best] < ENOUGH or found[best] < 2 * found[None]:
        return text, None
    return unicodedata.normalize("NFC", (from_tcvn3 if best == "TCVN3" else from_vni)(text)), best


def by_font(text: str, font: str | None) -> str:
    """`text` of a run as its font shows it: fonts .Vn… are TCVN3 (those ending in H are capitals), VNI-… are VNI."""
    if font is None or text.isascii() and not font.endswith("H"):
        return text
    lower = font.lower()
    if lower.startswith(".vn"):
        converted = from_tcvn3(text)
        return converted.upper() if font.endswith("H") else converted
    return from_vni(text) if lower.startswith("vni-") else text


_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode(data: bytes, name: str, declared: str | None = None) -> tuple[str, str | None]:
    """The text of `data` and the old encoding it was in, if any; raises `UnknownEncoding`.

    Tried in this order: byte order mark, UTF-8, UTF-16 without mark, `declared` (a web page's charset), the old ones.
    """
    text = _unicode(data, name)
    if text is None and declared and _is_vietnamese_codec(declared):
        text = data.decode(declared, errors="replace")
    if text is not None:
        return repair(text)
    try:
        return _old(data, name)
    except UnknownEncoding:
        if (damaged := _with_holes(data)) is None:
            raise
        return damaged, DAMAGED


def _unicode(data: bytes, name: str) -> str | None:
    for bom, codec in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(codec)
            except UnicodeDecodeError as error:
                raise UnknownEncoding(name, f"byte {error.start}") from error
    zeros = data[:4096].count(0)
    try:
        if zeros == 0:
            return data.decode("utf-8")
        return _without_mark(data) if zeros > len(data[:4096]) // 8 else None
    except UnicodeDecodeError:
        return None


def _with_holes(data: bytes) -> str | None:
    """UTF-8 in which a few bytes are wrong (a file cut in a letter, a bad copy), each shown as U+FFFD."""
    text = data.decode("utf-8", errors="replace")
    holes = text.count("\ufffd")
    return text if holes <= 1 + len(text) // 1_000 and vietnamese(text) > ENOUGH else None


def _without_mark(data: bytes) -> str | None:
    codec = "utf-16-le" if data[1:4096:2].count(0) > data[0:4096:2].count(0) else "utf-16-be"
    text = data.decode(codec)
    usual = sum(char < "\u2100" and (char.isprintable() or char.isspace()) for char in text[:4096])
    return text if usual > 0.9 * len(text[:4096]) else None


def _is_vietnamese_codec(charset: str) -> bool:
    return charset.strip().lower() in {"windows-1258", "cp1258"}


def _old(data: bytes, name: str) -> tuple[str, str | None]:
    score = {key: vietnamese(read(data[:SAMPLE])) for key, read in _OLD.items()}
    best = max(score, key=lambda key: score[key])
    if b"\x00" in data or score[best] < ENOUGH:
        raise UnknownEncoding(name)
    return unicodedata.normalize("NFC", _OLD[best](data)), best


def _from_1258(data: bytes) -> str:
    return data.decode("cp1258", errors="replace")


def _from_tcvn3_bytes(data: bytes) -> str:
    return from_tcvn3(_as_latin(data))


def _from_vni_bytes(data: bytes) -> str:
    return from_vni(data.decode("cp1252", errors="replace").replace("\ufffd", ""))


_OLD: dict[str, Callable[[bytes], str]] = {
    "Windows-1258": _from_1258,
    "TCVN3": _from_tcvn3_bytes,
    "VNI": _from_vni_bytes,
}


def _as_latin(data: bytes) -> str:
    """Latin-1, but with Windows-1252 quotes and dashes in the control range; TCVN3's letters all lie above it."""
    latin = data.decode("latin-1")
    return re.sub(
        "[\x80-\x9f]", lambda c: c.group().encode("latin-1").decode("cp1252", errors="ignore"), latin
    )


def repair_content(content: Content) -> Content:
    """`content` with an old encoding undone throughout, where its whole text reads as one."""
    _, old = repair("\n".join(islice(content.texts(), 2_000)))
    if old is None:
        return content
    undo = from_tcvn3 if old == "TCVN3" else from_vni
    content.blocks = [_undone(block, undo) for block in content.blocks]
    content.footnotes = [replace(note, text=undo(note.text)) for note in content.footnotes]
    content.remarks.append(remark(old))
    return content


def _undone(block: Block, undo: Callable[[str], str]) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=undo(block.text))
    return Table(
        tuple(
            replace(c, paragraphs=tuple(replace(p, text=undo(p.text)) for p in c.paragraphs))
            for c in block.cells
        )
    )
