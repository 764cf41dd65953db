"""Workers that die, stop, or work side by side, against a real server."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from deployments.prefect_server import PrefectPlace
from tasks import engine
from tests.engine.conftest import Serving, start_worker, until
from tests.engine.wakes import done, let_go, numbers, state, staying, wake


@pytest.fixture
def new_worker(prefect_place: PrefectPlace, tmp_path: Path) -> Iterator[Callable[[], Serving]]:
    """Starts workers; what still runs at the end of the test is killed."""
    with ExitStack() as workers:
        yield lambda: workers.enter_context(start_worker(prefect_place, tmp_path))
    engine.crash_dead_runs(set(), grace=timedelta())


@pytest.fixture
def written_down(tmp_path: Path) -> Path:
    """The file into which the stand-in flow writes the items it was run for."""
    return tmp_path / "written"


def test_two_workers_run_every_wake_once(new_worker: Callable[[], Serving], written_down: Path) -> None:
    workers = [new_worker(), new_worker()]
    lives = {worker.incarnation for worker in workers}
    items = [next(numbers) for _ in range(20)]
    engine.wait_for([wake(item) for item in items], 120)

    assert sorted(done(written_down)) == sorted(items)
    assert len(lives) == 2


def test_the_runs_of_a_killed_worker_are_crashed_and_those_of_the_living_are_not(
    new_worker: Callable[[], Serving], written_down: Path
) -> None:
    dead = new_worker()
    gone = dead.incarnation
    first, second = next(staying), next(staying)
    lost = wake(first)
    until(lambda: first in done(written_down), 60, "the flow runs")
    dead.kill()
    alive = new_worker()
    kept = wake(second)
    until(lambda: state(kept) == "Running", 60, "the second run")

    young = timedelta(hours=1)
    assert engine.crash_dead_runs({alive.incarnation}, grace=young) == 0, (
        "a claim that is young is left alone"
    )
    assert engine.crash_dead_runs({alive.incarnation}, grace=timedelta()) == 1

    assert (state(lost), state(kept)) == ("Crashed", "Running")
    assert engine.history(lost)[-1].message == f"Its worker {gone} is dead."
    let_go(written_down, second)
    assert engine.wait_for([kept], 60)[0].state_type == "COMPLETED"


def test_a_worker_that_is_stopped_calls_crashed_what_does_not_end_and_leaves(
    new_worker: Callable[[], Serving], written_down: Path
) -> None:
    worker, item = new_worker(), next(staying)
    run = wake(item)
    until(lambda: item in done(written_down), 60, "the flow runs")

    os.kill(worker.process.pid, signal.SIGTERM)

    assert worker.process.wait(60) == 0
    assert state(run) == "Crashed"
    assert worker.life.read_text().split()[-2:] == ["stop", worker.incarnation]
