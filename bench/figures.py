"""How figures are taken and shown: medians, the longest stall, and ratios against a rival in the same run."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass
class Taken:
    """The seconds that one thing took, several times: by the clock, and of this process's CPU."""

    name: str
    seconds: list[float] = field(default_factory=list[float])
    cpu: list[float] = field(default_factory=list[float])

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    def line(self, count: int, unit: str) -> str:
        """One printed line: median, spread, CPU (which a busy machine does not change), per second."""
        low, high, cpu = min(self.seconds), max(self.seconds), statistics.median(self.cpu)
        rate = count / self.median
        return f"  {self.name:42} {self.median:8.2f} s  ({low:.2f}–{high:.2f}, CPU {cpu:.2f})  {rate:9.1f} {unit}/s"


def taken(name: str, act: Callable[[], object], times: int = 1) -> Taken:
    """Do `act` so many times and keep the seconds."""
    out = Taken(name)
    for _ in range(times):
        began, busy = time.perf_counter(), time.process_time()
        act()
        out.seconds.append(time.perf_counter() - began)
        out.cpu.append(time.process_time() - busy)
    return out


def longest_stall(moments: Sequence[float]) -> float:
    """The longest time in which nothing was finished, from the first moment to the last."""
    ordered = sorted(moments)
    return max((b - a for a, b in pairwise(ordered)), default=0.0)


def ratio(ours: float, theirs: float, what: str) -> str:
    """One printed line that compares two rates."""
    return f"  → {what}: {ours / theirs:.1f} times" if theirs else f"  → {what}: the rival finished nothing"


def percentile(values: Sequence[float], part: int) -> float:
    """The value that `part` percent of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * part // 100) - 1))]
