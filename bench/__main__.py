"""`python -m bench [--rounds N] [--minutes M] [NAME …]`: every measurement, or the named ones."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence

NAMES = ("wakes", "arming", "morning", "rest", "reading", "year", "web", "rehearsal")
"""The measurements, in the order in which they run."""


def main(given: Sequence[str]) -> int:
    """Run the named measurements; answers the exit code."""
    parser = argparse.ArgumentParser("bench", description="Measurements, beside rivals.")
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--rounds", type=int, help="how often `web` opens each page (30)")
    parser.add_argument("--minutes", type=float, help="when `web` stops and tells what it has seen")
    asked = parser.parse_args(given)
    if asked.rounds:
        os.environ["DONDOC_BENCH_ROUNDS"] = str(asked.rounds)
    if asked.minutes:
        os.environ["DONDOC_BENCH_MINUTES"] = str(asked.minutes)
    for name in asked.names or NAMES:
        began = time.perf_counter()
        code = f"from bench.{name} import run; run()"  # Prefect reads its settings once a process
        subprocess.run([sys.executable, "-u", "-c", code], check=False)
        print(f"  ({name}: {time.perf_counter() - began:.0f} s in all)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
