"""`python -m tests.engine.serving POOL FILE`: a worker on the stand-in flows; its life is written into FILE."""

import sys
from pathlib import Path

from deployments.worker import run_until_stopped

HOUSE = Path(__file__).parent / "house"


class Written:
    """A heartbeat into a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def _add(self, word: str, incarnation: str) -> None:
        with self._file.open("a") as out:
            out.write(f"{word} {incarnation}\n")

    def start(self, incarnation: str, pool: str, pid: int, host: str) -> None:
        self._add("start", incarnation)

    def beat(self, incarnation: str) -> None:
        self._add("beat", incarnation)

    def stop(self, incarnation: str) -> None:
        self._add("stop", incarnation)


if __name__ == "__main__":
    run_until_stopped(sys.argv[1], beat=Written(Path(sys.argv[2])), root=HOUSE)
