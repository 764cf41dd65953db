"""Contenders: each lap in a process of its own, several at each setting; the best setting's median is what counts."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bench.figures import longest_stall


@dataclass(frozen=True)
class Lap:
    """One run: how many a second, the longest time in which nothing was finished, and what else there is to say."""

    rate: float
    stall: float
    said: str = ""

    def as_json(self) -> str:
        """One line for the process that started this one."""
        return json.dumps(asdict(self))


def best_of(module: str, name: str, settings: Sequence[int], runs: int, unit: str) -> Lap:
    """`runs` laps of a contender at each setting (how many at once); prints each setting and answers the best one."""
    tried = {setting: [_lap(module, name, setting) for _ in range(runs)] for setting in settings}
    found = {setting: _middle(laps) for setting, laps in tried.items()}
    for setting, laps in tried.items():
        rates = ", ".join(f"{lap.rate:.1f}" for lap in laps)
        shown = f"{name}, {setting} at once" if setting else name
        middle = found[setting]
        print(
            f"  {shown:26} {middle.rate:8.1f} {unit}/s ({rates}), longest stall {middle.stall:.1f} s  {middle.said}"
        )
    return max(found.values(), key=lambda lap: lap.rate)


def _middle(laps: Sequence[Lap]) -> Lap:
    """The lap of the median rate, with the longest stall of them all."""
    middle = sorted(laps, key=lambda lap: lap.rate)[len(laps) // 2]
    return Lap(statistics.median(lap.rate for lap in laps), max(lap.stall for lap in laps), middle.said)


def _lap(module: str, name: str, setting: int) -> Lap:
    command = [sys.executable, "-m", module, name, str(setting)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.strip():
        print(done.stderr[-2000:])
        return Lap(0.0, 0.0, "failed")
    return Lap(**json.loads(done.stdout.splitlines()[-1]))


def settled(moments: Iterable[datetime]) -> float:
    """The longest stall between moments of rows."""
    return longest_stall([moment.timestamp() for moment in moments])
