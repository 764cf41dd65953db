"""Wakes per second: the in-process worker against a stock process worker, and against DBOS with the same writes."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bench import stage
from bench.figures import longest_stall, ratio
from deployments.running import free_port, running_engine
from models.database import reading
from plan import clock
from settings import load_settings

ITEMS = 120
"""Wakes for the in-process worker; each decides and records one notice and writes the ledger."""
STOCK = 12
"""Wakes for the stock process worker, which starts a process for each."""
MOMENT = datetime(2026, 6, 15, 2, 0, tzinfo=clock.UTC)


def _quiet(_: str) -> None:
    pass


def run() -> None:
    """Measure the three, each in a process of its own, and print medians, longest stalls and ratios."""
    print(f"wakes: {ITEMS} in-process, {STOCK} by a stock process worker, {ITEMS} by DBOS; four at once")
    ours, stock, theirs = (_apart(name) for name in CONTENDERS)
    print(ratio(ours, stock, "in-process against a stock process worker (at least 5 wanted)"))
    print(ratio(ours, theirs, "in-process through Prefect against DBOS workflows"))


def _apart(name: str) -> float:
    """The rate that a contender prints last; Prefect reads its settings once a process, so each has its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.wakes", name], capture_output=True, text=True, check=False
    )
    *lines, last = done.stdout.splitlines() or [""]
    print("\n".join(lines) or done.stderr[-2000:])
    return float(last or 0)


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


def _in_process(folder: Path) -> float:
    url = _fill(folder, ITEMS)
    with running_engine(load_settings(), schedules=False, say=_quiet):
        return _timed("in-process worker", _items(url))


def _stock(folder: Path) -> float:
    url = _fill(folder, STOCK)
    with running_engine(load_settings(), schedules=False, say=_quiet, workers=0), _stock_worker(folder):
        return _timed("stock process worker", _items(url))


@contextmanager
def _stock_worker(folder: Path) -> Generator[None]:
    prefect = str(Path(sys.executable).with_name("prefect"))
    command = [prefect, "worker", "start", "--pool", "dondoc", "--type", "process", "--limit", "4"]
    with (folder / "stock.log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            yield
        finally:
            child.terminate()
            child.wait(30)


def _timed(name: str, items: list[int]) -> float:
    """Make the wakes all at once, wait for their ends, and print the rate between the first start and the last end."""
    from tasks import engine
    from tasks.engine import ItemDeployment, WakeRun
    from tasks.engine_runs import runs_changed_since, wait_until_idle

    began = time.perf_counter()
    deployments = engine.ensure_item_deployments([ItemDeployment(item, f"bench {item}") for item in items])
    print(f"  {name}: {len(items) / (time.perf_counter() - began):.1f} deployments/s", end="")
    began = time.perf_counter()
    engine.create_wakes([WakeRun(deployments[i], i, clock.now(), "T-7", f"bench:{i}") for i in items])
    print(f", {len(items) / (time.perf_counter() - began):.1f} runs made/s", end="")
    first = time.perf_counter()
    wait_until_idle(timeout=900)
    ends = [run.changed_at.timestamp() for batch in runs_changed_since(None) for run in batch if run.item_id]
    whole = min(time.perf_counter() - first, max(ends) - min(ends)) or 1.0
    rate = (len(ends) - 1) / whole
    print(f", {rate:.2f} wakes/s, longest stall {longest_stall(ends):.1f} s")
    return rate


def _dbos(folder: Path) -> float:
    from bench.rival import wake_rate

    url = _fill(folder, ITEMS)
    rate = wake_rate(url, _items(url), MOMENT.isoformat())
    print(f"  DBOS: {rate:.2f} wakes/s")
    return rate


CONTENDERS = {"in-process": _in_process, "stock": _stock, "dbos": _dbos}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        print(CONTENDERS[sys.argv[1]](Path(place)))
