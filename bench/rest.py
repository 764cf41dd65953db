"""At rest: memory and CPU of server and worker with 10,000 armed assignments and the wakes of the next days made."""

import os
import tempfile
import time
from datetime import date
from pathlib import Path

from bench import stage
from bench.wakes import fresh_place
from deployments.running import Engine, running_engine
from settings import load_settings

ITEMS, EACH = 200, 50
REST_SECONDS = 60


def run() -> None:
    """Measure one quiet minute and print."""
    print(f"rest: {ITEMS * EACH} armed assignments of {ITEMS} items, {REST_SECONDS} s of quiet")
    with tempfile.TemporaryDirectory() as folder:
        url = fresh_place(Path(folder))
        stage.fill(url, units=500, items=ITEMS, each=EACH, due=date(2026, 12, 15))
        stage.arm(url)
        with running_engine(load_settings(), schedules=True, say=lambda _: None) as engine:
            from tasks.place import here
            from tasks.scheduling import ensure_deployments

            ensure_deployments(here())
            _quiet_minute(engine)


def _quiet_minute(engine: Engine) -> None:
    before = {name: _cpu_seconds(pid) for name, pid in engine.pids().items()}
    time.sleep(REST_SECONDS)
    for name, pid in engine.pids().items():
        share = 100 * (_cpu_seconds(pid) - before[name]) / REST_SECONDS
        print(f"  {name:8} {_megabytes(pid):7.0f} MiB  {share:5.1f} % of a core")


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(resident.split()[1]) / 1024
