"""The virus scanner that looks at each file before it is kept: clamd (its INSTREAM command) or a program.

Files are streamed to it, whatever their size; what it answers is a word for the ledger and a sentence for the sender.
"""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from typing import IO
from urllib.parse import urlsplit

from settings import Settings

PIECE = 64 << 10
SECONDS = 60.0
"""How long the scanner may take to answer at each step."""


class Infected(Exception):
    """The scanner has found something; the message is its name for it."""


class ScannerDown(Exception):
    """The scanner does not answer, or not with a verdict; the message says what it said."""


def scan(settings: Settings, stream: IO[bytes]) -> bool:
    """Let the scanner that is set look at a file from where the stream stands; False where none is set.

    Raises :class:`Infected`, or :class:`ScannerDown`; leaves the stream at its start.
    """
    if not settings.scanner:
        return False
    kind, _, place = settings.scanner.partition("://")
    try:
        if kind == "clamd":
            _clamd(settings.scanner, stream)
        else:
            _program(place, stream)
    finally:
        stream.seek(0)
    return True


def answers(settings: Settings) -> str:
    """What the scanner says to PING, or where the program is; raises :class:`ScannerDown`."""
    kind, _, place = settings.scanner.partition("://")
    if kind == "clamd":
        return _talk(settings.scanner, iter([b"zPING\0"]))
    try:
        subprocess.run([place, "--version"], capture_output=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise ScannerDown(f"{place}: {error}") from error
    return place


def _clamd(address: str, stream: IO[bytes]) -> None:
    said = _talk(address, _framed(stream)).removeprefix("stream: ")
    if said.endswith(" FOUND"):
        raise Infected(said.removesuffix(" FOUND"))
    if said != "OK":
        raise ScannerDown(said or "the connection ended without an answer")


def _framed(stream: IO[bytes]) -> Iterator[bytes]:
    """The file as clamd takes it: each piece after its length, an empty one at the end (clamd(8), INSTREAM)."""
    yield b"zINSTREAM\0"
    while piece := stream.read(PIECE):
        yield len(piece).to_bytes(4, "big") + piece
    yield bytes(4)


def _talk(address: str, pieces: Iterator[bytes]) -> str:
    try:
        with closing(_connect(address)) as line:
            line.settimeout(SECONDS)
            try:
                for piece in pieces:
                    line.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has made up its mind before the end: too large for it, or found already; read what it says
            return _read(line)
    except OSError as error:
        raise ScannerDown(f"{address}: {error.strerror or error or 'no answer'}") from error


def _connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.hostname:
        return socket.create_connection((parts.hostname, parts.port or 3310), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS)
    try:
        line.connect(parts.path)
    except OSError:
        line.close()
        raise
    return line


def _read(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096 and (more := line.recv(4096)):
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace").strip()


def _program(path: str, stream: IO[bytes]) -> None:
    """As clamdscan has it: exit code 0 is clean, 1 found what the last line says, anything else is no verdict."""
    try:
        done = subprocess.Popen(
            [path, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        with done:
            assert done.stdin is not None
            try:
                while piece := stream.read(PIECE):
                    done.stdin.write(piece)
                done.stdin.close()
            except BrokenPipeError:
                pass
            said = (done.stdout.read() if done.stdout else b"").decode("utf-8", "replace").strip()
    except OSError as error:
        raise ScannerDown(f"{path}: {error.strerror}") from error
    last = said.splitlines()[-1] if said else ""
    if done.returncode == 1:
        raise Infected(last or "found")
    if done.returncode != 0:
        raise ScannerDown(f"{path}: exit code {done.returncode} {last}".strip())
