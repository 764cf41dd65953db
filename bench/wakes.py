"""Wakes per second: the in-process worker against a stock process worker, and against DBOS with the same writes."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bench import stage
from bench.contest import Lap, best_of
from bench.figures import longest_stall, ratio
from deployments.running import free_port, running_engine
from models.database import reading
from plan import clock
from settings import load_settings

ITEMS = 120
"""Wakes for the in-process worker; each decides and records one notice and writes the ledger."""
STOCK = 12
"""Wakes for the stock process worker, which starts a process for each."""
RUNS = 3
MOMENT = datetime(2026, 6, 15, 2, 0, tzinfo=clock.UTC)


def _quiet(_: str) -> None:
    pass


def run() -> None:
    """Measure the three at each of their settings, and print medians, longest stalls and ratios of the best."""
    print(
        f"wakes: {ITEMS} in-process, {STOCK} by a stock process worker, {ITEMS} by DBOS; medians of {RUNS} runs"
    )
    ours, stock, theirs = (
        best_of("bench.wakes", name, settings, RUNS, "wakes") for name, (_, settings) in CONTENDERS.items()
    )
    print(ratio(ours.rate, stock.rate, "in-process against a stock process worker (at least 5 wanted)"))
    print(ratio(ours.rate, theirs.rate, "in-process through Prefect against DBOS workflows"))


def fresh_place(folder: Path) -> str:
    """Point this process at an empty place of its own; answers its database."""
    os.environ |= {"DONDOC_HOME": str(folder), "DONDOC_PREFECT_PORT": str(free_port())}
    os.environ.pop("DONDOC_DATABASE_URL", None)
    from tasks.place import here

    here.cache_clear()
    return f"sqlite:///{folder}/dondoc.db"


def _fill(folder: Path, items: int) -> str:
    url = fresh_place(folder)
    stage.fill(url, units=10, items=items, each=1)
    stage.arm(url)
    stage.due_at(url, MOMENT)
    return url


def _items(url: str) -> list[int]:
    with reading(url) as session:
        return stage.item_ids(session)


def _in_process(folder: Path, at_once: int) -> Lap:
    url = _fill(folder, ITEMS)
    settings = load_settings(worker_limit=at_once)
    with running_engine(settings, schedules=False, say=_quiet) as engine:
        return _timed(_items(url), engine.nudge)


def _stock(folder: Path, at_once: int) -> Lap:
    url = _fill(folder, STOCK)
    with (
        running_engine(load_settings(), schedules=False, say=_quiet, workers=0),
        _stock_worker(folder, at_once),
    ):
        return _timed(_items(url), lambda: None)


@contextmanager
def _stock_worker(folder: Path, at_once: int) -> Generator[None]:
    prefect = str(Path(sys.executable).with_name("prefect"))
    command = [prefect, "worker", "start", "--pool", "dondoc", "--type", "process", "--limit", str(at_once)]
    with (folder / "stock.log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            yield
        finally:
            child.terminate()
            child.wait(30)


def _timed(items: list[int], begin: Callable[[], None]) -> Lap:
    """Make the wakes all at once, wait for their ends; the rate is between the making's end and the last end."""
    from tasks import engine
    from tasks.engine import ItemDeployment, WakeRun
    from tasks.engine_runs import runs_changed_since, wait_until_idle

    began = time.perf_counter()
    deployments = engine.ensure_item_deployments([ItemDeployment(item, f"bench {item}") for item in items])
    made = len(items) / (time.perf_counter() - began)
    began = time.perf_counter()
    engine.create_wakes([WakeRun(deployments[i], i, clock.now(), "T-7", f"bench:{i}") for i in items])
    runs = len(items) / (time.perf_counter() - began)
    first = time.perf_counter()
    begin()
    wait_until_idle(timeout=900)
    seen = [run for batch in runs_changed_since(None) for run in batch if run.item_id]
    ends = [run.changed_at.timestamp() for run in seen if run.state_type == "COMPLETED"]
    whole = max(time.perf_counter() - first, max(ends) - min(ends))
    said = f"{made:.1f} deployments/s, {runs:.1f} runs made/s, {len(ends)} completed"
    return Lap(len(ends) / whole, longest_stall(ends), said)


def _dbos(folder: Path, at_once: int) -> Lap:
    from bench.rival import wake_lap

    url = _fill(folder, ITEMS)
    return wake_lap(url, _items(url), MOMENT.isoformat(), at_once)


CONTENDERS = {"in-process": (_in_process, (4, 8)), "stock": (_stock, (4,)), "dbos": (_dbos, (4, 8, 16))}
"""How each is run, and how many at once are tried."""

if __name__ == "__main__":
    contend, _ = CONTENDERS[sys.argv[1]]
    with tempfile.TemporaryDirectory() as place:
        print(contend(Path(place), int(sys.argv[2])).as_json())
