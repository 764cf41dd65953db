"""Child processes that live and die with the stack: started, watched, started again, ended."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

LOG_BYTES = 10 * 1024 * 1024
LOGS_KEPT = 3
STEADY_SECONDS = 60.0
"""A child that has lived so long begins its waiting times anew."""
WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before each start after an unexpected end; the last one stays."""
LOOK_NOW = signal.SIGCONT
"""Tells a worker of this machine that something is due; a process that does not listen for it yet lets it pass."""
LEFTOVER_SECONDS = 12.0
"""How long the children of a killed stack may take to notice; then they are killed."""


@dataclass(frozen=True)
class ProcessSpec:
    """One process of the stack: a Python module with its arguments and what it needs in its environment.

    `alive` is asked every few seconds, and a process that answers no for long is started again; `port` is checked
    before anything starts. A process that is done when it ends with code 0 has `once` set.
    """

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    port: int | None = None
    port_setting: str = ""
    alive: Callable[[], bool] | None = None
    grace: float = 8.0
    once: bool = False


class Child:
    """A process that is meant to run, and the present one if there is one."""

    def __init__(self, spec: ProcessSpec, logs: Path) -> None:
        self.spec = spec
        self.log = logs / f"{spec.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self.began = 0.0
        self.next_start = 0.0
        self.deaf_since: float | None = None

    @property
    def pid(self) -> int | None:
        """The process's number while it lives."""
        return self.process.pid if self.process is not None and self.process.poll() is None else None

    def start(self) -> None:
        """Start it under the guard, so that it cannot outlive this process; its words go to its log."""
        rotate(self.log)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deployments.guard", self.spec.module, *self.spec.arguments],
                env={**os.environ, **self.spec.environment},
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.began = time.monotonic()
        self.deaf_since = None

    def ended(self) -> int | None:
        """The exit code once, when the process has ended since the last question; the next start is then set."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.process = None
        if time.monotonic() - self.began > STEADY_SECONDS:
            self.failures = 0
        self.next_start = time.monotonic() + WAITS[min(self.failures, len(WAITS) - 1)]
        self.failures += 1
        return code

    def ask_to_end(self) -> None:
        """SIGTERM."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.terminate()

    def make_end(self) -> None:
        """Wait out the grace period, then kill the process and whatever it started."""
        if self.process is None:
            return
        try:
            self.process.wait(self.spec.grace)
        except subprocess.TimeoutExpired:
            kill_group(self.process.pid)
            self.process.wait()
        self.process = None

    def make_end_now(self) -> None:
        """Kill it; the next look finds it ended."""
        if self.process is not None:
            kill_group(self.process.pid)

    def last_words(self, size: int = 4000) -> str:
        """The end of the log of this run."""
        with suppress(OSError), self.log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - size))
            return file.read().decode("utf-8", "replace")
        return ""


def rotate(log: Path) -> None:
    """Keep a log of at most `LOG_BYTES` and a few before it; the child that writes it need not know."""
    try:
        if log.stat().st_size <= LOG_BYTES:
            return
    except FileNotFoundError:
        return
    for number in range(LOGS_KEPT, 1, -1):
        older = log.with_name(f"{log.name}.{number - 1}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number}"))
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)  # children append, so that their next line begins the file


def kill_group(pid: int) -> None:
    """Kill a process that leads its own session, with all it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def remember(file: Path, children: Iterable[Child]) -> None:
    """Write down who runs, for the stack that comes after this one is killed."""
    file.write_text(json.dumps([child.pid for child in children if child.pid is not None]), "ascii")


def clear_leftovers(file: Path) -> int:
    """Wait until the children of a killed stack are gone, and kill those that stay; answers how many stayed."""
    pids = [pid for pid in _remembered(file) if _is_ours(pid)]
    limit = time.monotonic() + LEFTOVER_SECONDS
    while pids and time.monotonic() < limit:
        time.sleep(0.1)
        pids = [pid for pid in pids if _is_ours(pid)]
    for pid in pids:
        kill_group(pid)
    file.unlink(missing_ok=True)
    return len(pids)


def _remembered(file: Path) -> list[int]:
    try:
        return [int(pid) for pid in json.loads(file.read_text("ascii"))]
    except (OSError, ValueError, TypeError):
        return []


def _is_ours(pid: int) -> bool:
    """Whether that process still lives and is one that we start: numbers are given to others later."""
    try:
        if os.getpgid(pid) != pid:
            return False
    except (ProcessLookupError, PermissionError):
        return False
    ps = shutil.which("ps") or "/bin/ps"
    asked = subprocess.run(
        [ps, "-wwo", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "deployments.guard" in asked.stdout
