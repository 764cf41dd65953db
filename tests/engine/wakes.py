"""Wakes for tests: items that no other test has, and what became of a run."""

import itertools
from datetime import UTC, datetime
from pathlib import Path

from tasks import engine
from tasks.engine import ItemDeployment, WakeRun
from tasks.engine_api import client, request

FAILS, STAYS = 666, 1_000_000
"""The stand-in flow fails for one item, and stays with every item from the other number on until it is let go."""

numbers = itertools.count(1000)
staying = itertools.count(STAYS)
keys = itertools.count()


def now() -> datetime:
    return datetime.now(UTC)


def wake(item: int, *, at: datetime | None = None, name: str = "T-7", key: str | None = None) -> str:
    """The flow run of a new wake."""
    deployment = engine.ensure_item_deployment(ItemDeployment(item, f"92/KH-UBND 2021 II.{item}"))
    run = WakeRun(deployment, item, at or now(), name, key or f"key {next(keys)}")
    made = engine.create_wakes([run])
    assert made.failed == []
    return made.created[run.key]


def state(run: str) -> str:
    return engine.history(run)[-1].name


def cancel(run: str) -> None:
    """What the button in Prefect's UI does."""
    with client() as api:
        body = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
        request(api, "POST", "/flow_runs/{id}/set_state", json=body, path_params={"id": run})


def done(written_down: Path) -> list[int]:
    """The items that the stand-in flow was run for."""
    return [int(word) for word in written_down.read_text("ascii").split()] if written_down.exists() else []


def let_go(written_down: Path, item: int) -> None:
    """Let the flow of a staying item end."""
    Path(f"{written_down}.{item}").touch()
