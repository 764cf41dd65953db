"""Arming 200 items: back to the coordinator, and until the engine has followed."""

import tempfile
import time
from datetime import date
from pathlib import Path

from bench import stage
from bench.wakes import fresh_place
from deployments.running import running_engine
from settings import load_settings

ITEMS, EACH = 200, 5


def run() -> None:
    """Measure and print."""
    print(f"arming: {ITEMS} items, {ITEMS * EACH} assignments")
    with tempfile.TemporaryDirectory() as folder:
        url = fresh_place(Path(folder))
        stage.fill(url, units=50, items=ITEMS, each=EACH, due=date(2026, 12, 15))
        with running_engine(load_settings(), schedules=False, say=lambda _: None):
            from tasks.place import here
            from tasks.scheduling import ensure_deployments

            began = time.perf_counter()
            stage.arm(url)
            print(f"  signed, in force, back to the coordinator   {time.perf_counter() - began:7.2f} s")
            began = time.perf_counter()
            ensure_deployments(here())
            seconds = time.perf_counter() - began
            print(f"  a deployment per item                       {seconds:7.2f} s  {ITEMS / seconds:.1f}/s")
            began = time.perf_counter()
            ensure_deployments(here())
            print(f"  the same again, nothing changed             {time.perf_counter() - began:7.2f} s")
