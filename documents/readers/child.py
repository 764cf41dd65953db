"""The readers run in a process of their own, so that no file can crash, stall or fill the program that asked.

The child reads bytes from its standard input under limits of time and memory and answers with JSON on its standard
output; it opens no file and no connection. Where the system knows no resource limits, only the time is held.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from documents.readers.errors import KINDS, Broken, ReaderError, TooHeavy
from documents.source import Line, LineKind

SECONDS = 10
"""Of processor time."""
PATIENCE = 30
"""Seconds until a child that does nothing, or gets no processor, is given up."""
MEMORY = 512 * 2**20

Parsed = tuple[str, list[Line], list[str]]


def read_apart(form: str, data: bytes, name: str) -> Parsed:
    """The text, lines and remarks of `data`, read by a child; raises what the reader raises, and `TooHeavy`."""
    command = [sys.executable, "-P", "-m", "documents.readers.child", form]
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=PATIENCE, check=False, env=env
        )
    except subprocess.TimeoutExpired as error:
        raise TooHeavy(name, what="thời gian") from error
    return _answer(done, form, name)


def _answer(done: "subprocess.CompletedProcess[bytes]", form: str, name: str) -> Parsed:
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise _died(done.returncode, form, name) from error
    if "error" in answer:
        raise KINDS[answer["error"]](name, answer["where"], **answer["facts"])
    text: str = answer["text"]
    return text, [_line(text, row) for row in answer["lines"]], answer["remarks"]


def _died(code: int, form: str, name: str) -> ReaderError:
    """Killed by the limit of processor time (SIGXCPU, SIGKILL), out of memory, or crashed in a library."""
    if code in (-24, -9):
        return TooHeavy(name, what="thời gian")
    return Broken(name, format=form)


def _line(text: str, row: list[Any]) -> Line:
    start, end, kind, *rest = row
    return Line(start, end, text[start:end], LineKind(kind), *rest)


def encode(text: str, lines: Iterable[Line], remarks: list[str]) -> bytes:
    """What the child answers when all went well."""
    rows = [
        [at.start, at.end, at.kind.value, at.page, at.table, at.row, at.col, at.colspan, at.rowspan, at.mark]
        for at in lines
    ]
    return json.dumps({"text": text, "lines": rows, "remarks": remarks}).encode()


def encode_error(error: ReaderError) -> bytes:
    """What the child answers when the file cannot be read."""
    return json.dumps({"error": type(error).__name__, "where": error.where, "facts": error.facts}).encode()


def limit() -> None:
    """Hold this process to `SECONDS` of processor time and `MEMORY` bytes of address space."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, hard))


def main() -> None:
    """Read the file on the standard input in the format that the command line names; the parent knows its name."""
    limit()
    form, name = sys.argv[1], ""
    data = sys.stdin.buffer.read()
    from documents.readers.formats import parse

    try:
        answer = encode(*parse(form, data, name))
    except ReaderError as error:
        answer = encode_error(error)
    except MemoryError:
        answer = encode_error(TooHeavy(name, what="bộ nhớ"))
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
