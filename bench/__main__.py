"""`python -m bench [NAME …]`: every measurement, or the named ones."""

import subprocess
import sys
import time
from collections.abc import Sequence

NAMES = ("wakes", "arming", "morning", "rest", "reading", "year", "web", "rehearsal")
"""The measurements, in the order in which they run."""


def main(names: Sequence[str]) -> int:
    """Run the named measurements; answers the exit code."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(NAMES)}")
        return 2
    for name in names or NAMES:
        began = time.perf_counter()
        code = f"from bench.{name} import run; run()"  # Prefect reads its settings once a process
        subprocess.run([sys.executable, "-u", "-c", code], check=False)
        print(f"  ({name}: {time.perf_counter() - began:.0f} s in all)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
