"""Runs the whole suite: `python -m tests`, or `make test`.

What shares nothing runs on two processes, and so do the files that start real servers, each on ports of its own; the
browser runs alone. Words after the command go to pytest.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PARTS = (
    ("rules, database and pages", ("-n", "2", "tests/unit", "tests/db", "tests/web")),
    ("the engine", ("-n", "2", "--dist", "loadfile", "tests/engine")),
    ("the browser", ("tests/browser",)),
)
NO_TESTS = 5


def run(words: str, arguments: tuple[str, ...]) -> int:
    """Run one part, say how long it took, and answer with pytest's exit code."""
    print(f"\n== {words}: {' '.join(arguments)}", flush=True)
    begun = time.monotonic()
    slow = ("--durations=10", "--durations-min=5")
    command = [sys.executable, "-m", "pytest", "-q", *slow, *arguments, *sys.argv[1:]]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(f"== {words}: {time.monotonic() - begun:.0f} s", flush=True)
    return 0 if code == NO_TESTS and not os.environ.get("DONDOC_REQUIRE") else code


def main() -> int:
    """Run every part, also after one that failed; 0 when all are green."""
    codes = {words: run(words, arguments) for words, arguments in PARTS}
    if failed := [words for words, code in codes.items() if code]:
        print(f"\nFailed: {', '.join(failed)}", flush=True)
    return int(any(codes.values()))


if __name__ == "__main__":
    sys.exit(main())
