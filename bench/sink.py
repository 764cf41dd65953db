"""A mail server that takes everything, in a process of its own: `python -m bench.sink PORT`. Counts Message-IDs."""

import asyncio
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from aiosmtpd.controller import UnthreadedController

from deployments.running import free_port


class Counting:
    """Answers 250 to everything and counts."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self.seen = 0

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 (aiosmtpd's name)
        """Take one message."""
        self.seen += 1
        return f"250 OK {self.seen}"


@contextmanager
def sink() -> Generator[int]:
    """The port of a running sink; it ends with the block."""
    port = free_port()
    child = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port)], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        yield port
    finally:
        child.terminate()
        child.wait()


def serve(port: int) -> None:
    """Take mail until told to stop."""
    loop = asyncio.new_event_loop()
    controller = UnthreadedController(Counting(), hostname="127.0.0.1", port=port, loop=loop)
    controller.begin()
    print("ready", flush=True)
    loop.run_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
