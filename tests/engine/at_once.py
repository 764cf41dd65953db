"""An engine in a rehearsal's folder, for tests: `python -m tests.engine.at_once VERB FOLDER` with a verb from below.

It runs in a process of its own, because a process speaks to one Prefect only.
"""

import json
import sys
import threading
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from deployments.rehearsal import own_place
from deployments.running import Engine, running_engine
from models.database import reading
from models.engine import WorkerBeat
from models.moment import set_clock
from plan.clock import local_day, local_moment
from tasks.place import Place, here

PAUSE = threading.Event()
"""Never set: for waiting a moment."""


def two_of_each(place: Place, engine: Engine) -> dict[str, Any]:
    """Two workers; the due wakes, then two runs of `deliver` at once, then two of `digest` at once."""
    from tasks import engine_runs, scheduling

    engine.add_worker()
    while _alive(place) < 2:
        PAUSE.wait(0.2)
    set_clock(place.url, local_moment(local_day(place.now), time(7, 30)))
    scheduling.create_wakes(place, scheduling.ensure_deployments(place), timedelta())
    engine_runs.wait_until_idle(120)
    delivered = _both("deliver", engine)
    set_clock(place.url, local_moment(local_day(place.now), time(8)))
    return {"deliver": delivered, "digest": _both("digest", engine), "late": _both("deliver", engine)}


def _alive(place: Place) -> int:
    with reading(place.url) as session:
        return len(session.exec(select(WorkerBeat).where(col(WorkerBeat.stopped_at).is_(None))).all())


def _both(flow: str, engine: Engine) -> list[dict[str, Any]]:
    """Two runs of a flow at the same moment; answers how each ended and who took it."""
    from tasks import engine_runs
    from tasks.engine_api import claimed_by, client

    with client() as api:
        found = api.read_deployment_by_name(f"{flow}/{flow}")
        runs = [str(api.create_flow_run_from_deployment(found.id, parameters={}).id) for _ in range(2)]
    engine.nudge()
    seen = {run.run_id: run for run in engine_runs.wait_for(runs, 120)}
    takers = {run: [c for s in engine_runs.history(run) if (c := claimed_by(s.message))] for run in runs}
    return [
        {"state": seen[run].state_type, "message": seen[run].message, "taken_by": takers[run]} for run in runs
    ]


def schedule(place: Place, _: Engine) -> dict[str, Any]:
    """What `schedule` makes in an engine that knows nothing."""
    from tasks import engine, engine_runs

    before = len(engine.item_deployments())
    runs = [engine_runs.trigger("schedule/schedule", {"horizon_days": 0})]
    ended = engine_runs.wait_for(runs, 120)
    engine_runs.wait_until_idle(120)
    seen = [run for batch in engine_runs.runs_changed_since(None) for run in batch if run.item_id is not None]
    return {
        "before": before, "deployments": sorted(engine.item_deployments()), "schedule": [r.state_type for r in ended],
        "wakes": [[run.item_id, run.state_type] for run in seen],
    }  # fmt: skip


def main() -> None:
    """Do what the command line says; the answer is the last line, as JSON."""
    verb, folder = sys.argv[1:]
    place = own_place(here(), Path(folder), resume=True)
    limited = (
        place.settings.model_copy(update={"worker_limit": 1}) if verb == "two_of_each" else place.settings
    )
    with running_engine(limited, schedules=False) as engine:
        answer = {"two_of_each": two_of_each, "schedule": schedule}[verb](place, engine)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
