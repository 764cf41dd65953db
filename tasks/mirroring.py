"""From the engine to the ledger: what became of every flow run."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, select

from models import ledger
from models.database import reading, unit_of_work
from models.engine import EngineRun
from models.ledger import SYSTEM
from tasks import engine_runs
from tasks.engine_runs import RunSeen
from tasks.place import here

OVERLAP = timedelta(minutes=10)
"""How far back each look reaches before the last one: clocks differ, and a look costs little."""
BATCH = 200


@task(name="mirror-runs", cache_policy=NO_CACHE)
def mirror_runs() -> int:
    """Write every run that has changed since the last look into our rows and the ledger; answers how many."""
    place = here()
    with reading(place.url) as session:
        last = session.exec(select(sa.func.max(EngineRun.changed_at))).one()
    changed = 0
    for batch in engine_runs.runs_changed_since(last - OVERLAP if last else None, batch=BATCH):
        with unit_of_work(place.url) as session:
            at = place.now
            for seen in batch:
                changed += _mirror(session, seen, at)
    return changed


def _mirror(session: Session, seen: RunSeen, at: datetime) -> bool:
    row = session.get(EngineRun, seen.run_id)
    if row is not None and (row.state_name, row.changed_at) == (seen.state_name, seen.changed_at):
        return False
    row = row or EngineRun(
        run_id=seen.run_id,
        item_id=seen.item_id,
        flow=seen.flow,
        name=seen.name,
        state_type="",
        state_name="",
        changed_at=seen.changed_at,
    )
    row.state_type, row.state_name, row.message = seen.state_type, seen.state_name, seen.message
    row.name, row.scheduled_for, row.changed_at = seen.name, seen.scheduled_for, seen.changed_at
    session.add(row)
    ledger.record(
        session, at, SYSTEM, "engine.run", f"run:{seen.run_id}",
        item=seen.item_id, flow=seen.flow, name=seen.name, state=seen.state_type, called=seen.state_name,
        message=seen.message, changed_at=seen.changed_at,
    )  # fmt: skip
    return True
