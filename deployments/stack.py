"""`dondoc up`: everything on one machine, started in order, watched, started again, and ended together."""

import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType

from deployments import prefect_server
from deployments.alone import AlreadyRunning, alone
from deployments.children import Child, ProcessSpec, clear_leftovers, remember, rotate
from deployments.kick import prefect_place
from deployments.prefect_server import PrefectPlace, PrefectServerError, check_port_free, healthy
from deployments.size import asks_for_postgresql
from deployments.versions import check_versions
from deployments.words import said
from models.database import StoreError, compact, reading, sqlite_size
from plan import clock
from settings import Settings

__all__ = ["AlreadyRunning", "ProcessSpec", "Reporter", "alone", "up"]

Reporter = Callable[[str], None]
"""Takes one line for people."""

LOOK_SECONDS = 0.2
HEALTH_SECONDS = 5.0
DEAF_SECONDS = 60.0
"""A process that does not answer for so long is ended and started again; Prefect's server may be busy for a while."""
START_SECONDS = 120.0
"""How long the Prefect server may take until it answers, making its database included."""
COMPACT_UP_TO = 4_000_000_000
"""Bytes up to which a SQLite database is compacted at each start, which takes a few seconds per gigabyte."""
ROTATE_SECONDS = 60.0
GIVE_UP = 3
"""So many ends of the server before it ever answered mean that it cannot start."""


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def up(
    settings: Settings, *, reporter: Reporter = _print, extra_processes: Sequence[ProcessSpec] = ()
) -> int:
    """Run the stack until Ctrl-C or SIGTERM; answers the exit code.

    Raises, before anything is started, VersionsError, AlreadyRunning, PortTaken or BrokenPrefectDatabase, and
    PrefectServerError when the server cannot start.
    """
    os.environ["DONDOC_LANG"] = settings.lang
    check_versions()
    with alone(settings):
        place = prefect_place(settings)
        stack = Stack(settings, place, extra_processes, reporter)
        stack.check()
        _compact(settings, reporter)
        _advise(settings, reporter)
        with _told_to_stop(stack):
            return stack.run()


def _compact(settings: Settings, reporter: Reporter) -> None:
    """Close the gaps in the database while nothing runs on it; where that cannot be, it is said and left for later."""
    try:
        if sqlite_size(settings.database_url) <= COMPACT_UP_TO:
            compact(settings.database_url)
    except StoreError as error:
        reporter(
            said(f"Chưa dồn gọn được cơ sở dữ liệu: {error}", f"The database was not compacted: {error}")
        )


def _advise(settings: Settings, reporter: Reporter) -> None:
    """Say it when this year is too much for Prefect on SQLite; it runs all the same, only later."""
    with reading(settings.database_url) as session:
        why = asks_for_postgresql(session, settings, clock.now())
    if why:
        reporter(said(
            f"Nên đưa cơ sở dữ liệu của Prefect sang PostgreSQL ({why}): đặt DONDOC_PREFECT_DATABASE_URL.",
            f"Prefect's database should be on PostgreSQL ({why}): set DONDOC_PREFECT_DATABASE_URL.",
        ))  # fmt: skip


@contextmanager
def _told_to_stop(stack: "Stack") -> Generator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        stack.stopping = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Stack:
    """The processes of one machine and what is known of them."""

    def __init__(
        self, settings: Settings, place: PrefectPlace, extra: Sequence[ProcessSpec], reporter: Reporter
    ) -> None:
        self.stopping = False
        self._settings, self._place, self._say = settings, place, reporter
        self._logs = settings.home / "logs"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._pids = settings.home / "stack.pids"
        own = {**settings.environment(), **prefect_server.environment(place)}
        self._server = Child(_server_spec(place), self._logs)
        self._register = Child(
            ProcessSpec("register", "deployments.register", environment=own, once=True), self._logs
        )
        worker = Child(ProcessSpec("worker", "deployments.work", environment=own, grace=10.0), self._logs)
        others = [Child(replace(spec, environment={**own, **spec.environment}), self._logs) for spec in extra]
        self._followers = [worker, *others]
        self._checked_at = self._rotated_at = 0.0
        self._answered = False

    @property
    def children(self) -> list[Child]:
        """All of them, in the order in which they start."""
        return [self._server, self._register, *self._followers]

    def check(self) -> None:
        """Refuse what cannot work, and clear away what a killed stack has left."""
        if clear_leftovers(self._pids):
            self._say(
                said("Đã dọn các tiến trình còn sót của lần chạy trước.", "Cleared what the last run left.")
            )
        prefect_server.check(self._place)
        for spec in (child.spec for child in self._followers):
            if spec.port is not None:
                check_port_free(spec.port, spec.name, spec.port_setting)

    def run(self) -> int:
        """Start, watch until told to stop, end."""
        try:
            self._server.start()
            self._remember()
            self._say(said("Đang khởi động Prefect …", "Starting Prefect …"))
            while not self.stopping:
                self._turn()
                time.sleep(LOOK_SECONDS)
        finally:
            self._end()
        return 0

    def _turn(self) -> None:
        """One look at everything."""
        for child in self.children:
            if (code := child.ended()) is not None:
                self._report_end(child, code)
        self._start_what_is_due()
        now = time.monotonic()
        if now - self._checked_at > (HEALTH_SECONDS if self._answered else LOOK_SECONDS):
            self._checked_at = now
            self._check_health()
        if now - self._rotated_at > ROTATE_SECONDS:
            self._rotated_at = now
            for child in self.children:
                rotate(child.log)

    def _report_end(self, child: Child, code: int) -> None:
        if child is self._server:
            self._server_ended()
        if child.spec.once and code == 0:
            child.failures = 0
            child.next_start = float("inf")
            return
        wait = max(0.0, child.next_start - time.monotonic())
        how_vi = f"bị dừng bởi tín hiệu {-code}" if code < 0 else f"đã dừng với mã {code}"
        how_en = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        self._say(said(
            f"{child.spec.name} {how_vi}; khởi động lại sau {wait:.0f} giây. Xem {child.log}",
            f"{child.spec.name} {how_en}; starting it again in {wait:.0f} s. See {child.log}",
        ))  # fmt: skip

    def _server_ended(self) -> None:
        """A server that has never answered and ends again and again cannot start: say why, and end."""
        if self._answered or self._server.failures < GIVE_UP:
            self._answered = False
            return
        words = self._server.last_words()
        why = prefect_server.explain_end(words, self._place.database_file) or words.strip().splitlines()[-1:]
        raise PrefectServerError(said(
            f"Máy chủ Prefect không khởi động được: {why}. Xem {self._server.log}",
            f"The Prefect server does not start: {why}. See {self._server.log}",
        ))  # fmt: skip

    def _start_what_is_due(self) -> None:
        now = time.monotonic()
        for child in self.children:
            followers_wait = child is not self._server and not self._answered
            if child.process is not None or child.next_start > now or followers_wait:
                continue
            child.start()
            self._remember()

    def _check_health(self) -> None:
        if self._server.process is not None and not self._answered and healthy(self._place.api_url):
            self._server_answers()
        if not self._answered and time.monotonic() - self._server.began > START_SECONDS:
            self._server.make_end_now()
        for child in (self._server, *self._followers):
            if self._answered and child.spec.alive is not None and child.process is not None:
                self._listen(child, child.spec.alive())

    def _server_answers(self) -> None:
        self._answered = True
        self._register.next_start = 0.0  # its database may be a new one
        self._say(said(
            f"Prefect: {self._place.api_url.removesuffix('/api')} (chỉ dành cho kỹ sư). Nhật ký chạy: {self._logs}",
            f"Prefect: {self._place.api_url.removesuffix('/api')} (for engineers only). Logs: {self._logs}",
        ))  # fmt: skip

    def _listen(self, child: Child, answers: bool) -> None:
        now = time.monotonic()
        if answers:
            child.deaf_since = None
        elif child.deaf_since is None:
            child.deaf_since = now
        elif now - child.deaf_since > DEAF_SECONDS:
            self._say(
                said(
                    f"{child.spec.name} không trả lời; dừng nó.",
                    f"{child.spec.name} does not answer; ending it.",
                )
            )
            child.make_end_now()

    def _remember(self) -> None:
        remember(self._pids, self.children)

    def _end(self) -> None:
        """Ask those to end that need the server, wait for them, then the server."""
        self._say(said("Đang dừng …", "Stopping …"))
        for child in (self._register, *self._followers):
            child.ask_to_end()
        for child in (self._register, *self._followers):
            child.make_end()
        self._server.ask_to_end()
        self._server.make_end()
        self._pids.unlink(missing_ok=True)
        self._say(said("Đã dừng.", "Stopped."))


def _server_spec(place: PrefectPlace) -> ProcessSpec:
    place.home.mkdir(parents=True, exist_ok=True)
    module, *arguments = prefect_server.arguments(place)
    return ProcessSpec(
        "prefect", module, tuple(arguments), prefect_server.environment(place),
        alive=lambda: healthy(place.api_url), grace=6.0,
    )  # fmt: skip
