"""Files built to harm: each is refused in words, or read without harm, within the limits."""

import io
import random
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.errors import DocumentError
from documents.readers import read_source
from documents.readers.archive import MAX_MEMBERS, Archive
from documents.readers.child import read_apart
from documents.readers.errors import Broken, Protected, ReaderError, TooHeavy, UnknownFormat, Unsafe
from tests import fuzz_documents
from tests.unit.format_files import Pdf, read_here, saved

BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
TEXT = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def word(xml: str | bytes, **more: str) -> bytes:
    return packed({"word/document.xml": xml, **more})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_in_word_in_any_encoding(encoding: str) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]>'
    with pytest.raises(Unsafe, match="DOCTYPE"):
        read_source(word((bomb + BODY.format(TEXT.format("&l9;"))).encode(encoding)), "a.docx")


def test_an_external_entity_is_refused_in_excel() -> None:
    made = openpyxl.Workbook()
    made.active["A1"] = "x"
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    evil = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + sheet[sheet.index(b"<worksheet") :]
    with pytest.raises(Unsafe):
        read_source(packed(parts | {"xl/worksheets/sheet1.xml": evil}), "a.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Unsafe, match="bom nén"):
        read_source(word(b" " * (80 * 2**20)), "a.docx")


def test_a_bomb_that_lies_about_its_size_ends_at_what_it_said() -> None:
    data = bytearray(word(b"<a>" + b"x" * 5_000_000 + b"</a>"))
    real = (5_000_007).to_bytes(4, "little")
    for at in (data.find(real), data.rfind(real)):
        data[at : at + 4] = (50).to_bytes(4, "little")
    with pytest.raises(DocumentError):
        read_source(bytes(data), "a.docx")


def test_too_many_or_doubled_parts_are_refused() -> None:
    many = packed({"word/document.xml": BODY.format("")} | {f"word/{n}": "" for n in range(MAX_MEMBERS)})
    with pytest.raises(Unsafe):
        read_source(many, "a.docx")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", BODY.format(""))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("word/document.xml", BODY.format(TEXT.format("khác")))
    with pytest.raises(Unsafe, match="trùng"):
        read_source(out.getvalue(), "a.docx")


def test_names_inside_an_archive_are_never_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    evil = {"../../escaped.xml": "x", "/etc/escaped.xml": "x", "C:\\escaped": "x", "word/../../e.xml": "x"}
    assert read_here(word(BODY.format(TEXT.format("yên")), **evil)).words == ["yên"]
    assert list(tmp_path.iterdir()) == []


def test_encrypted_office_files_ask_for_one_without_password() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(Protected):
        read_source(ole, "a.docx")
    locked = bytearray(word(BODY.format(TEXT.format("x"))))
    central = locked.rfind(b"PK\x01\x02")
    locked[6] |= 1
    locked[central + 8] |= 1
    with pytest.raises(Protected):
        Archive(bytes(locked), "a.docx", "Word").read("word/document.xml")


def test_a_plain_zip_is_no_document() -> None:
    with pytest.raises(UnknownFormat, match="zip"):
        read_source(packed({"a.txt": "x"}), "a.docx")


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("docx", word("<w:document xmlns:w='w'><w:body>" + "<w:tbl><w:tr><w:tc>" * 30_000)),
        (
            "docx",
            word(
                BODY.format(
                    "<w:tbl><w:tr><w:tc>" * 3_000 + TEXT.format("x") + "</w:tc></w:tr></w:tbl>" * 3_000
                )
            ),
        ),
        ("html", b"<html><body>" + b"<table><tr><td>" * 20_000 + b"x"),
        ("html", b"<html><body><table>" + b"<tr>" + b"<td rowspan=999 colspan=99>x" * 20_000),
        ("html", b"<html><body>" + b"<b><i><a>" * 20_000 + b"x"),
    ],
    ids=["cut", "nested tables", "nested html", "spans", "inline"],
)
def test_absurd_structures_end_in_words_and_in_time(form: str, data: bytes) -> None:
    try:
        read_apart(form, data, "x")
    except (Broken, TooHeavy):
        pass


def test_a_pdf_stream_that_swells_ends_in_words() -> None:
    stream = zlib.compress(b"q " * 60_000_000)
    data = Pdf().text(70, 100, "Noi dung").bytes()
    at = data.index(b"<</Length")
    end = data.index(b"endstream", at)
    swollen = (
        data[:at] + b"<</Filter/FlateDecode/Length %d>>stream\n%s\n" % (len(stream), stream) + data[end:]
    )
    with pytest.raises(ReaderError):
        read_source(swollen, "a.pdf")


def test_a_child_that_breaks_down_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Broken):
        read_source(Pdf().text(70, 100, "x").bytes(), "a.pdf")


def seeds() -> dict[str, bytes]:
    return fuzz_documents.seeds()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(sorted(seeds())), seed=st.integers(0, 2**32))
def test_damaged_files_of_every_format_raise_nothing_but_our_errors(kind: str, seed: int) -> None:
    data = fuzz_documents.damaged(seeds()[kind], random.Random(seed))
    try:
        read_here(data)
    except DocumentError:
        pass


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2_000))
def test_random_bytes_raise_nothing_but_our_errors(data: bytes) -> None:
    try:
        read_here(data)
    except DocumentError:
        pass


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=500))
def test_any_text_is_read_with_its_places(text: str) -> None:
    try:
        read_here(text.encode("utf-8", "surrogatepass"))
    except DocumentError:
        pass


def test_the_fuzzer_finds_nothing_in_a_small_run() -> None:
    command = [sys.executable, "-m", "tests.fuzz_documents", "150", "1"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, cwd=Path(__file__).parents[2], check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_word_file_is_not_touched_by_reading() -> None:
    data = saved(docx.Document())
    with pytest.raises(DocumentError):
        read_source(data, "trống.docx")
