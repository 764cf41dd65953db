"""Waiting for what real parts do, with an end to it."""

import threading
import time
from collections.abc import Callable

import pytest


def until(holds: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until `holds` answers something true; fails with `what` after `seconds`."""
    limit = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > limit:
            pytest.fail(f"not within {seconds} s: {what}")
        threading.Event().wait(0.1)
