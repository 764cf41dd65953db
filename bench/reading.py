"""Reading plans: each of the shared texts, and how the time grows with the length."""

import os
import time
from pathlib import Path

from documents.read import read_bytes

SHARED = (
    Path(os.environ.get("DONDOC_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    / "plans"
    / "texts"
)
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "ke-hoach-thong-tin-doi-ngoai-2026.txt"
PAGE = 2500
"""Characters on a page."""


def run() -> None:
    """Measure and print: at most 1 s for each text, 10 s for 300 pages, linear growth."""
    print("reading: seconds on one core")
    for path in sorted(SHARED.glob("*.txt")) or [EXAMPLE]:
        print(f"  {path.stem[:44]:44} {_seconds(path.read_bytes()):6.2f} s")
    text = EXAMPLE.read_text("utf-8")
    before = 0.0
    for pages in (75, 150, 300):
        long = (text * (pages * PAGE // len(text) + 1))[: pages * PAGE]
        seconds = _seconds(long.encode())
        grown = f"  {seconds / before:.1f} times for twice the length" if before else ""
        print(f"  {pages:3} pages {seconds:43.2f} s{grown}")
        before = seconds


def _seconds(data: bytes) -> float:
    began = time.perf_counter()
    read_bytes(data, "bench.txt")
    return time.perf_counter() - began
