"""Formats before 2007 go through LibreOffice; a stand-in program plays its part here."""

import io
import os
import select
import stat
from pathlib import Path

import docx
import pytest

from documents.readers import office, read_source
from documents.readers.errors import NeedsOffice, OfficeFailed, TooHeavy
from tests.unit.format_files import saved

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
DOC = OLE + "WordDocument".encode("utf-16-le") + bytes(100)
XLS = OLE + "Workbook".encode("utf-16-le") + bytes(100)
RTF = rb"{\rtf1 Ke hoach}"


def odt() -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<x/>")
    return out.getvalue()


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a program `soffice` on the path that runs the given shell lines; its arguments are kept in a file."""

    def make(lines: str) -> Path:
        program = tmp_path / "bin" / "soffice"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\n{lines}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("data", "form", "modern"),
    [(DOC, "doc", "docx"), (XLS, "xls", "xlsx"), (RTF, "rtf", "docx"), (odt(), "odt", "docx")],
)
def test_without_libreoffice_the_error_says_what_to_do(
    data: bytes, form: str, modern: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NeedsOffice, match=f"LibreOffice.*\\.{modern}") as caught:
        read_source(data, "kế hoạch.doc")
    assert f".{form}" in str(caught.value)


def test_an_old_word_file_is_read_through_libreoffice_with_a_profile_of_its_own(
    stand_in, tmp_path: Path
) -> None:
    document = docx.Document()
    document.add_paragraph("Kế hoạch cũ")
    (tmp_path / "made.docx").write_bytes(saved(document))
    room = stand_in(
        f'for last; do :; done\nd=$(dirname "$last"); mkdir -p "$d/out"; cp {tmp_path}/made.docx "$d/out/plan.docx"'
    )
    source = read_source(DOC, "../../kế hoạch.doc")
    assert (source.text.strip(), source.format) == ("Kế hoạch cũ", "doc")
    arguments = (room / "arguments").read_text()
    assert "--headless" in arguments and "UserInstallation=file:" in arguments
    assert "kế hoạch" not in arguments
    folder = Path(arguments.split()[-1]).parent
    assert not folder.exists()


def test_a_conversion_that_makes_nothing_is_said(stand_in) -> None:
    stand_in("exit 1")
    with pytest.raises(OfficeFailed, match="docx"):
        read_source(DOC, "a.doc")


def test_a_conversion_that_hangs_is_ended_with_its_children(
    stand_in, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in(f"exec 9>{tmp_path}/held\nsleep 600 &\necho started >&9\nwait")
    os.mkfifo(tmp_path / "held")
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    monkeypatch.setattr(office, "SECONDS", 2)
    with pytest.raises(TooHeavy):
        read_source(RTF, "a.rtf")
    assert os.read(held, 100) == b"started\n"
    assert select.select([held], [], [], 30)[0], "a process of the conversion still runs"
    assert os.read(held, 100) == b""  # nobody holds the other end: all of them have ended
    os.close(held)
