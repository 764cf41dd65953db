"""Run a Python module that dies with its parent, however the parent died.

    python -m deployments.guard MODULE [ARGUMENT ...]

The stack starts every child through this module and holds the other end of the child's standard input. When the stack
ends, even by `kill -9`, that pipe closes; the child then gets SIGTERM, and after a grace period it is gone. So no
orphan keeps a port or a lock. It works on every POSIX system and needs no signal from the kernel.
"""

import os
import runpy
import signal
import sys
import threading

GRACE = 8.0
"""Seconds a child has between the loss of its parent and its end by force."""


def _until_parent_is_gone(grace: float) -> None:
    """Block until standard input closes, then end this process: politely, and after `grace` seconds for certain."""
    while os.read(0, 4096):
        pass
    threading.Timer(grace, os._exit, args=(1,)).start()
    os.kill(os.getpid(), signal.SIGTERM)


def watch_parent(grace: float = GRACE) -> None:
    """Tie the life of this process to its standard input, which must be a pipe held by the parent."""
    threading.Thread(target=_until_parent_is_gone, args=(grace,), name="parent-watch", daemon=True).start()


def main(arguments: list[str]) -> None:
    """Run `arguments[0]` as `__main__` with the rest as its arguments, tied to the parent's life."""
    if not arguments:
        raise SystemExit("usage: python -m deployments.guard MODULE [ARGUMENT ...]")
    watch_parent()
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
