"""Pasted text, in every encoding that offices have used, and files that are something else."""

import codecs
import time
import unicodedata

import pytest

from documents.errors import DocumentError, Spoken
from documents.readers import read_source
from documents.readers.encodings import _TCVN3, _VNI, by_font, repair
from documents.readers.errors import KINDS, Empty, TooLarge, UnknownEncoding, UnknownFormat
from documents.readers.sniff import sniff
from tests.unit.format_files import read_here

PLAN = """CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 12/KH-UBND
Kế hoạch triển khai thực hiện công tác đôn đốc, ngữ nghĩa và chuyển đổi số
1. Sở Nội vụ chủ trì, phối hợp với các đơn vị báo cáo trước ngày 15/11/2025; Ủy ban nhân dân tỉnh quyết định.
đ) Đẩy mạnh tuyên truyền, mỗi quý một lần, sử dụng nguồn vốn được giao ở địa bàn; kỹ, kỵ, ỷ, ự, ặ, ẵ, ẫ.
"""


def tcvn3(text: str) -> bytes:
    """`text` as an old program wrote it; TCVN3 has no capitals with tone marks, so capitals are written small."""
    back = {v if isinstance(v, str) else chr(v): chr(k) for k, v in _TCVN3.items()}
    return "".join(back.get(c, back.get(c.lower(), c)) for c in text).encode("latin-1")


def vni(text: str) -> str:
    """`text` as VNI's letters."""
    back: dict[str, str] = {}
    for shape, letter in _VNI.items():
        back.setdefault(letter, shape)
    return "".join(back.get(c, c) for c in text)


def windows_1258(text: str) -> bytes:
    out = b""
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tone = "".join(p for p in parts if p in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tone))
            out += (base + tone).encode("cp1258")
    return out


def test_utf8_in_nfc_comes_out_as_it_is() -> None:
    text = "I. MỤC ĐÍCH\r\n\r\n  1.\tNội dung\u00a0x \n"
    source = read_source(text.encode(), "kế hoạch.txt")
    assert source.text == text
    assert [line.text for line in source.lines] == ["I. MỤC ĐÍCH", "1.\tNội dung\u00a0x"]
    assert source.notes == ()


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + PLAN.encode(),
        PLAN.encode("utf-16"),
        PLAN.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + PLAN.encode("utf-16-be"),
        PLAN.encode("utf-16-be"),
        PLAN.encode("utf-32"),
    ],
    ids=["utf-8 bom", "utf-16 bom", "utf-16-le", "utf-16-be bom", "utf-16-be", "utf-32"],
)
def test_unicode_is_read_in_every_form(data: bytes) -> None:
    assert read_source(data, "a.txt").text == PLAN


def test_decomposed_letters_are_composed_and_said() -> None:
    source = read_source(unicodedata.normalize("NFD", PLAN).encode(), "a.txt")
    assert source.text == PLAN
    assert any("NFC" in note for note in source.notes)


def test_tcvn3_is_recognised_with_its_capitals() -> None:
    source = read_source(tcvn3(PLAN), "a.txt")
    assert source.text.replace("ủy ban", "Ủy ban") == PLAN
    assert any("TCVN3" in note for note in source.notes)


def test_vni_is_recognised() -> None:
    source = read_source(vni(PLAN).encode("cp1252"), "a.txt")
    assert source.text == PLAN
    assert any("VNI" in note for note in source.notes)


def test_windows_1258_is_recognised() -> None:
    source = read_source(windows_1258(PLAN), "a.txt")
    assert source.text == PLAN
    assert any("Windows-1258" in note for note in source.notes)


@pytest.mark.parametrize("letters", [tcvn3(PLAN).decode("latin-1"), vni(PLAN)], ids=["TCVN3", "VNI"])
def test_old_letters_saved_as_unicode_are_recognised_too(letters: str) -> None:
    assert repair(letters)[0].casefold() == PLAN.casefold()


def test_western_and_vietnamese_unicode_is_left_alone() -> None:
    for text in (PLAN, "Café à la carte, déjà vu, naïve", "plain", ""):
        assert repair(text) == (text, None)


def test_a_run_is_read_as_its_font_shows_it() -> None:
    assert by_font("KÕ ho¹ch", ".VnTime") == "Kế hoạch"
    assert by_font("kÕ ho¹ch", ".VnTimeH") == "KẾ HOẠCH"
    assert by_font("Keá hoaïch", "VNI-Times") == "Kế hoạch"
    assert by_font("Kế hoạch", "Times New Roman") == "Kế hoạch"


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"abc \xe1\xe2\xf5 \xff\x90 xyz", b"\x00\x01\x02\x03\xff" * 50]
)
def test_bytes_that_are_no_text_say_what_to_do(data: bytes) -> None:
    with pytest.raises(UnknownEncoding, match="UTF-8"):
        read_source(data, "a.txt")


def test_a_few_bad_bytes_are_shown_and_said() -> None:
    source = read_source(PLAN.encode().replace("triển".encode(), b"tri\xe1\xbbn"), "a.txt")
    assert "tri\ufffdn khai" in source.text
    assert any("\ufffd" in note for note in source.notes)
    assert read_source(PLAN.encode()[:-10] + "ể".encode()[:2], "a.txt").text.startswith(PLAN[:50])


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", codecs.BOM_UTF8])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(Empty):
        read_source(data, "a.txt")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "JPEG"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (b"\x7fELF" + bytes(60), "ELF"),
    ],
)
def test_other_kinds_of_files_are_named(data: bytes, kind: str) -> None:
    with pytest.raises(UnknownFormat, match=kind):
        read_source(data, "kế hoạch.docx")


def test_files_over_the_limit_are_refused_before_they_are_read() -> None:
    with pytest.raises(TooLarge):
        read_source(b"a" * (50 * 2**20 + 1), "a.txt")
    with pytest.raises(TooLarge):
        read_source(b"ab \n" * 2_000_000, "a.txt")
    with pytest.raises(TooLarge):
        read_source(b"\n\r" * 200_000 + b"x", "a.txt")


def test_the_name_is_never_believed() -> None:
    assert read_source(PLAN.encode(), "kế hoạch.docx").format == "txt"
    assert read_source(b"<html><body><p>x</p></body></html>", "a.pdf").format == "html"


def test_every_error_speaks_both_languages() -> None:
    facts = dict.fromkeys(
        ["size", "limit", "what", "format", "why_vi", "why_en", "format_vi", "format_en", "modern"], "x"
    )
    for kind in KINDS.values():
        error = kind("tệp.doc", "trang 3", **facts)
        assert isinstance(error, DocumentError)
        assert "tệp.doc" in str(error) and "trang 3" in str(error)
        (problem,) = error.problems
        assert isinstance(problem, Spoken)
        assert problem.vi != problem.en
        assert all("tệp.doc (trang 3)" in told for told in (problem.vi, problem.en))


def test_telling_a_format_takes_no_time_that_grows_with_tricks() -> None:
    for data in (b"<!-- -->" * 1_000 + b"x", b"<p " * 20_000, b"a:\n" * 20_000, b"<meta " * 10_000):
        since = time.process_time()
        assert sniff(data, "a") in {"txt", "html"}
        assert time.process_time() - since < 1


def test_a_form_feed_turns_the_page() -> None:
    assert [line.page for line in read_here("một\n\fhai\n".encode()).lines] == [1, 2]
