"""The morning peak: 20,000 notices owed to 900 units, one in ten by itself, from insert to acceptance by SMTP.

The rival sends a sample of the same notices item by item, as many at once as serve it best. Each figure is the median
of several runs, each in a process of its own, with the longest time in which no mail was settled.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlmodel import col, select

from bench.contest import Lap, best_of, settled
from bench.figures import ratio
from bench.peak import EACH, ITEMS, UNITS, at_eight, count, prepare
from bench.sink import sink
from models.database import reading
from models.notices import Attempt, NoticeState
from plan import clock

RUNS = 3
RIVAL_SAMPLE = 1000
"""How many notices the rival sends, item by item; its rate is compared."""
AT_ONCE = (4, 8, 16)
"""How many workflows the rival may run at once; the best is compared."""


def run() -> None:
    """Measure ours, then the rival's rate on a sample, and print."""
    print(f"morning: {ITEMS * EACH} notices to {UNITS} units; medians of {RUNS} runs")
    ours = best_of("bench.morning", "ours", (0,), RUNS, "notices")
    print(f"  → in all {ITEMS * EACH / ours.rate:.1f} s (at most 60 s wanted)")
    theirs = best_of("bench.morning", "dbos", AT_ONCE, RUNS, "notices")
    print(ratio(ours.rate, theirs.rate, f"notices per second, against DBOS item by item ({RIVAL_SAMPLE})"))


def _ours(_: int) -> Lap:
    from tasks.chase import wake_everything
    from tasks.delivery import send_alone, send_digests

    steps: list[tuple[str, Callable[[], object]]] = [
        ("decide and insert", wake_everything.fn), ("by themselves", send_alone.fn), ("digests", send_digests.fn),
    ]  # fmt: skip
    with sink() as port, tempfile.TemporaryDirectory() as folder:
        url = prepare(Path(folder), port)
        began, said = time.perf_counter(), list[str]()
        clock.use(_running_from_eight(began))
        for name, step in steps:
            start = time.perf_counter()
            step()
            said.append(f"{name} {time.perf_counter() - start:.1f} s")
        seconds = time.perf_counter() - began
        with reading(url) as session:
            accepted, owed = count(session, NoticeState.ACCEPTED), count(session, NoticeState.OWED)
            stall = settled(session.exec(select(Attempt.at).order_by(col(Attempt.at))).all())
    return Lap(accepted / seconds, stall, f"{', '.join(said)}; {accepted} accepted, {owed} left")


def _running_from_eight(began: float) -> Callable[[], object]:
    """A clock that shows 08:00 of the morning at `began` and goes on from there."""
    from datetime import timedelta

    return lambda: at_eight() + timedelta(seconds=time.perf_counter() - began)


def _dbos(at_once: int) -> Lap:
    from bench.rival import morning_lap

    return morning_lap(RIVAL_SAMPLE, at_once)


if __name__ == "__main__":
    contender = {"ours": _ours, "dbos": _dbos}[sys.argv[1]]
    print(contender(int(sys.argv[2])).as_json())
