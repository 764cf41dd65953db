"""A stand-in for the flow of a plan item: it writes one line down and ends as its number says."""

import os
import time
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

FAILS, STAYS = 666, 1_000_000


@task(cache_policy=NO_CACHE)
def write_down(item_id: int) -> None:
    with Path(os.environ["WRITTEN_DOWN"]).open("a") as out:
        out.write(f"{item_id}\n")


@flow(name="plan-item")
def plan_item(item_id: int) -> State:
    write_down(item_id)
    if item_id == FAILS:
        raise ValueError("the database is gone")
    while item_id >= STAYS and not Path(f"{os.environ['WRITTEN_DOWN']}.{item_id}").exists():
        time.sleep(0.05)  # until the test says so; this is the work of a long flow, not a wait of the test
    return Completed(name="Reminded", message="T-7: 12 units, 3 already done")
