"""The one-machine stack as processes: what it refuses, what it survives, and how it ends."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import migrations
from deployments import prefect_server
from deployments.alone import AlreadyRunning, alone
from deployments.children import LOG_BYTES, rotate
from deployments.prefect_server import BrokenPrefectDatabase, PortTaken, PrefectPlace, healthy
from deployments.running import free_port
from settings import Settings
from tests.engine.conftest import ROOT, until

UP = "import sys; from settings import load_settings; from deployments.stack import up; sys.exit(up(load_settings()))"


class Up:
    """`dondoc up` as a process, and what it has said."""

    def __init__(self, settings: Settings, said: Path) -> None:
        self.said = said
        with said.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", UP], cwd=ROOT, env={**os.environ, **settings.environment()}, stdout=out, stderr=out
            )  # fmt: skip

    @property
    def words(self) -> str:
        return self.said.read_text("utf-8")

    def children(self) -> dict[str, int]:
        """The living children: module or program by process number."""
        asked = subprocess.run(
            ["ps", "-wweo", "ppid=,pid=,stat=,command="], capture_output=True, text=True, check=True
        )
        rows = [line.split(maxsplit=3) for line in asked.stdout.splitlines()]
        return {
            command.split("deployments.guard ")[1].split()[0]: int(pid)
            for parent, pid, status, command in rows
            if int(parent) == self.process.pid
            and not status.startswith("Z")
            and "deployments.guard " in command
        }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of its own, with a migrated database."""
    own = Settings(home=tmp_path / "home", prefect_port=free_port(), console_port=free_port(), lang="en")
    migrations.upgrade(own.database_url)
    return own


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Callable[[], Up]]:
    """Starts the stack; one that still runs at the end of the test is killed, and its children follow."""
    begun: list[Up] = []

    def go() -> Up:
        begun.append(Up(settings, tmp_path / f"said-{len(begun)}"))
        return begun[-1]

    yield go
    for one in begun:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def answers(settings: Settings) -> bool:
    return healthy(PrefectPlace(settings.prefect_home, settings.prefect_port).api_url)


def beats(settings: Settings) -> int:
    """How many lives of workers have begun."""
    with sqlite3.connect(settings.home / "dondoc.db") as connection:
        return connection.execute("SELECT count(*) FROM worker_beat").fetchone()[0]


def scheduled(settings: Settings) -> int:
    """How many runs the flow `schedule` has ended well."""
    with sqlite3.connect(settings.prefect_home / "prefect.db") as connection:
        return connection.execute(
            "SELECT count(*) FROM flow_run WHERE state_name = 'Scheduled' AND state_type = 'COMPLETED'"
        ).fetchone()[0]


def test_the_stack_survives_the_death_of_each_part_and_ends_cleanly(
    settings: Settings, start: Callable[[], Up]
) -> None:
    stack = start()
    until(lambda: beats(settings) == 1 and scheduled(settings) >= 1, 120, "a worker, and one run of schedule")

    second = start()
    assert second.process.wait(60) != 0
    assert "Another stack works on" in second.words

    os.kill(stack.children()["deployments.work"], signal.SIGKILL)
    until(lambda: beats(settings) == 2, 60, "another worker")
    assert "worker was ended by signal 9; starting it again" in stack.words

    first = stack.children()["uvicorn"]
    os.kill(first, signal.SIGKILL)
    until(lambda: stack.children().get("uvicorn", first) != first, 60, "another server")
    until(lambda: answers(settings), 120, "its answer")

    orphans = stack.children()
    stack.process.kill()
    stack.process.wait()
    third = start()
    until(lambda: beats(settings) == 3, 120, "a stack after the one that was killed")
    assert not any(map(lives, orphans.values())), "no child outlives its stack"

    mine = third.children()
    third.process.send_signal(signal.SIGINT)
    assert third.process.wait(60) == 0
    assert not any(map(lives, mine.values()))
    assert not answers(settings)


def test_with_prefects_database_deleted_everything_comes_back(
    settings: Settings, start: Callable[[], Up]
) -> None:
    for _ in range(2):
        stack = start()
        until(answers_and_has_scheduled(settings), 120, "one run of schedule on a new database")
        stack.process.send_signal(signal.SIGTERM)
        assert stack.process.wait(60) == 0
        for file in settings.prefect_home.glob("prefect.db*"):
            file.unlink()


def answers_and_has_scheduled(settings: Settings) -> Callable[[], bool]:
    return lambda: answers(settings) and scheduled(settings) >= 1


def test_a_taken_port_is_named_with_what_to_do(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.prefect_port)), pytest.raises(PortTaken) as refusal:
        prefect_server.check(PrefectPlace(settings.prefect_home, settings.prefect_port))

    assert f"Cổng {settings.prefect_port}" in str(refusal.value)
    assert "máy chủ Prefect không dùng được" in str(refusal.value)
    assert "DONDOC_PREFECT_PORT" in str(refusal.value)


def place_with(settings: Settings, content: Callable[[Path], object]) -> PrefectPlace:
    settings.prefect_home.mkdir(parents=True, exist_ok=True)
    content(settings.prefect_home / "prefect.db")
    return PrefectPlace(settings.prefect_home, settings.prefect_port)


def test_a_damaged_prefect_database_may_be_thrown_away_and_the_message_says_so(settings: Settings) -> None:
    place = place_with(settings, lambda file: file.write_bytes(b"not a database at all" * 500))

    with pytest.raises(BrokenPrefectDatabase, match="hãy xóa tệp này"):
        prefect_server.check(place)


def test_a_database_of_another_version_of_prefect_is_refused(settings: Settings) -> None:
    def newer(file: Path) -> None:
        with sqlite3.connect(file) as connection:
            connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
            connection.execute("INSERT INTO alembic_version VALUES ('ffffffffffff')")

    place = place_with(settings, newer)

    with pytest.raises(BrokenPrefectDatabase, match="ffffffffffff"):
        prefect_server.check(place)


def test_only_one_works_on_a_sqlite_database(settings: Settings) -> None:
    with alone(settings), pytest.raises(AlreadyRunning), alone(settings):
        pass

    with alone(settings):
        pass


def test_only_one_works_on_a_postgresql_database(settings: Settings, postgresql_url: str) -> None:
    url = sa.make_url(postgresql_url).render_as_string(hide_password=False)
    shared = settings.model_copy(update={"database_url": url})

    with alone(shared), pytest.raises(AlreadyRunning), alone(shared):
        pass

    with alone(shared):
        pass


def test_a_log_that_has_grown_too_long_is_kept_aside_and_begun_anew(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    for word in (b"1", b"2", b"3", b"4", b"5"):
        log.write_bytes(word * (LOG_BYTES + 1))
        rotate(log)

    kept = {file.name: file.read_bytes()[:1] for file in tmp_path.iterdir()}
    assert kept == {"worker.log": b"", "worker.log.1": b"5", "worker.log.2": b"4", "worker.log.3": b"3"}
