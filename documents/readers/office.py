"""Formats before 2007 and OpenDocument, turned into modern ones by LibreOffice where it is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from documents.readers.errors import NeedsOffice, OfficeFailed, TooHeavy

MODERN = {"doc": "docx", "odt": "docx", "rtf": "docx", "xls": "xlsx"}
"""The formats that need LibreOffice, and what it makes of them."""

SECONDS = 30
"""A first start of LibreOffice alone takes several seconds."""


def convert(data: bytes, form: str, name: str) -> bytes:
    """`data` of format `form` as .docx or .xlsx; raises `NeedsOffice`, `OfficeFailed` or `TooHeavy`.

    LibreOffice gets a fresh profile (no macros, no other user's settings) and a folder of its own, gone afterwards; the
    file is named by us.
    """
    modern = MODERN[form]
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise NeedsOffice(name, format=f".{form}", modern=f".{modern}")
    with tempfile.TemporaryDirectory(prefix="dondoc-office-") as folder:
        room = Path(folder)
        (room / f"plan.{form}").write_bytes(data)
        _run(program, room, form, name)
        made = room / "out" / f"plan.{modern}"
        if not made.is_file():
            raise OfficeFailed(name, format=f".{form}", modern=f".{modern}")
        return made.read_bytes()


def _run(program: str, room: Path, form: str, name: str) -> None:
    profile = f"-env:UserInstallation={(room / 'profile').as_uri()}"
    command = [
        program, "--headless", "--norestore", "--nologo", "--nodefault", profile,
        "--convert-to", MODERN[form], "--outdir", str(room / "out"), str(room / f"plan.{form}"),
    ]  # fmt: skip
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=room, start_new_session=True,
    )  # fmt: skip
    try:
        child.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise TooHeavy(name, what="thời gian") from error
    finally:
        _end(child)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End LibreOffice with all the processes that it started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()
