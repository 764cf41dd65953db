"""Prefect's server with one change: its SQLite is used through one connection.

With several connections the server stands still for up to a minute at a time, with idle cores, under quite ordinary
load. While one connection waits inside SQLite for the write lock (the busy time-out of 60 s is fixed in Prefect's
source), Python's cyclic garbage collector, on the event loop's thread, finalises a cursor of that very connection; that
blocks on the connection's mutex, and so the loop stands, on which the holder of the lock depends in order to commit.
With one connection nobody ever waits inside SQLite, no transaction fails with "database is locked" either, and it
is no slower: SQLite has one writer anyway. Prefect itself uses one connection when its database is in memory, but
offers no setting for a file.
"""

import gc
from typing import Any

from fastapi import FastAPI
from prefect.server.api.server import create_app as create_prefect_app
from prefect.server.database import configurations
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

WAIT_SECONDS = 60
"""How long a request waits for the one connection before it is refused."""


def create_engine(url: str, **options: Any) -> AsyncEngine:
    """What Prefect calls to open its database; PostgreSQL is opened as it asks."""
    if str(url).startswith("sqlite"):
        options |= {"pool_size": 1, "max_overflow": 0, "pool_timeout": WAIT_SECONDS}
    return create_async_engine(url, **options)


def create_app() -> FastAPI:
    """Prefect's application, for `uvicorn --factory`."""
    configurations.__dict__.update(
        create_async_engine=create_engine
    )  # the one place where Prefect takes it from
    app = create_prefect_app(final=True)
    gc.freeze()  # what was imported stays: the collector, a twentieth of the server's time, need not look at it again
    return app
