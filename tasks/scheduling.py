"""From the rows to the engine and back: deployments, wakes, dead workers, lost wakes."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, col, select

from actions.chasing import due_items
from actions.outbox import release
from models.cycles import Cycle, CycleState
from models.database import reading, unit_of_work
from models.engine import FOLLOWING, Switch, WorkerBeat
from models.moment import is_rehearsal
from models.queries import Named, named
from plan import clock
from plan.lifecycle import UNFINISHED, in_time
from tasks import engine, engine_runs
from tasks.chase import RETRY_SECONDS
from tasks.engine import ItemDeployment, WakeRun
from tasks.place import Place, here

DEAD_AFTER = timedelta(seconds=60)
"""A worker whose heartbeat is older than this is dead."""
LOST_AFTER = timedelta(minutes=5)
"""A wake whose moment passed this long ago without a live run is lost, and made again."""
TOLD_EACH = 20
"""After how many deployments the database is told how far it is."""

Progress = Callable[[int, int], None]


def _quiet(done: int, total: int) -> None:
    pass


def running_items(session: Session) -> list[ItemDeployment]:
    """Every item of a running cycle, as people find it among Prefect's deployments."""
    by_item: dict[int, list[Named]] = {}
    for row in named(session, Cycle.state == CycleState.ARMED):
        by_item.setdefault(row.item.id or 0, []).append(row)
    return [_deployment(rows) for rows in by_item.values()]


def _deployment(rows: Sequence[Named]) -> ItemDeployment:
    first = rows[0]
    plan, item, year = first.plan, first.item, first.cycle.year
    units = list(dict.fromkeys(row.unit.name for row in rows))
    where = " › ".join(f"{mark} {title}".strip() for mark, title in item.section)
    lines = [f"- {_standing(row)}" for row in rows if row.assignment.state in UNFINISHED]
    place = f"{plan.number}, {where or item.code}, ký tự {item.start}–{item.end}"
    parts = (item.text, f"*{place}*", "\n".join(lines) or "Đã xong.", _completed(rows))
    return ItemDeployment(
        item_id=item.id or 0, name=f"{plan.number} {year} {item.code}", description="\n\n".join(filter(None, parts)),
        tags=("dondoc", plan.number, f"{plan.number} {first.item.code.partition('.')[0]}", *units),
    )  # fmt: skip


def _standing(row: Named) -> str:
    a = row.assignment
    due = f"{a.due_on:%d/%m/%Y}" if a.due_on else "không thời hạn"
    return f"{row.unit.name} ({a.occurrence}): {due}"


def _completed(rows: Sequence[Named]) -> str:
    """How many units have completed it in time, late, and without a deadline; nothing where none has."""
    given = [row.assignment for row in rows]
    kept = Counter(in_time(a.due_on, a.due_time, a.handed_in_at) for a in given if a.handed_in_at)
    words = ((True, "đúng hạn"), (False, "trễ hạn"), (None, "không thời hạn"))
    counted = ", ".join(f"{word} {kept[key]}" for key, word in words if kept[key])
    return f"Hoàn thành {counted}." if counted else ""


def ensure_deployments(place: Place, progress: Progress = _quiet) -> dict[int, str]:
    """A deployment for every running item, described as it stands now; answers the deployment of each item."""
    with reading(place.url) as session:
        specs = running_items(session)

    def told(done: int, total: int) -> None:
        progress(done, total)
        if done % TOLD_EACH == 0 or done == total:
            _tell_following(place, done, total)

    _tell_following(place, 0, len(specs))
    return engine.ensure_item_deployments(specs, told)


def _tell_following(place: Place, done: int, total: int) -> None:
    """Let pages say how far the engine has followed: a switch of its own, and no decision of anybody."""
    with unit_of_work(place.url) as session:
        value = f"{done}/{total}"
        session.merge(Switch(name=FOLLOWING, value=value, changed_at=place.now, by="system"))


def create_wakes(place: Place, deployments: dict[int, str], horizon: timedelta) -> tuple[int, list[str]]:
    """The wakes that fall due within `horizon`, each once; answers how many, and what the engine refused.

    In a rehearsal one run wakes an item for all of its moments that have come: it decides everything owed by then.
    """
    with reading(place.url) as session:
        rehearsed = is_rehearsal(session)
        wakes = list(due_items(session, place.now + horizon))
    runs = [
        WakeRun(
            deployments[item],
            item,
            clock.now() if rehearsed else moment,
            rungs or "wake",
            f"{item}:{moment.isoformat()}",
        )
        for item, moment, rungs in (_once_each(wakes) if rehearsed else wakes)
        if item in deployments
    ]
    answers = engine.create_wakes(runs)
    return len(answers.created), list(answers.failed)


@task(name="make-deployments", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=RETRY_SECONDS[:2])
def make_deployments() -> str:
    """A deployment for every running item."""
    return f"{len(ensure_deployments(here()))} items"


@task(name="make-wakes", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=RETRY_SECONDS[:2])
def make_wakes(horizon_days: int) -> str:
    """The wakes of the next days."""
    place = here()
    made, failed = create_wakes(place, engine.item_deployments(), timedelta(days=horizon_days))
    if failed:
        raise RuntimeError(f"{len(failed)} wakes were refused by the engine, first: {failed[0]}")
    return f"{made} wakes"


@task(name="bury-dead-workers", cache_policy=NO_CACHE)
def bury_dead_workers() -> str:
    """Crash the runs of workers whose heartbeat has stopped, and end the leases they held."""
    limit = clock.now() - DEAD_AFTER
    dead, crashed = bury(here(), lambda life: life.beat_at < limit)
    return f"{dead} workers dead, {crashed} runs crashed"


def bury(
    place: Place, is_dead: Callable[[WorkerBeat], bool], grace: timedelta = engine_runs.GRACE
) -> tuple[int, int]:
    """End the leases and crash the runs of the workers that are dead; answers how many workers and runs.

    A run taken less than `grace` ago is left alone: its worker may have begun after the living were counted.
    """
    with unit_of_work(place.url) as session:
        lives = session.exec(select(WorkerBeat).where(col(WorkerBeat.stopped_at).is_(None))).all()
        dead = [life for life in lives if is_dead(life)]
        for life in dead:
            life.stopped_at = life.beat_at
            session.add(life)
            release(session, life.incarnation, place.now)
        alive = {life.incarnation for life in lives if life not in dead}
    return len(dead), engine_runs.crash_dead_runs(alive, grace=grace)


@task(name="remake-missing-wakes", cache_policy=NO_CACHE)
def remake_missing_wakes() -> str:
    """A new run for every item whose moment passed five minutes ago and that no live run will wake."""
    place = here()
    return f"{remake(place, place.now - LOST_AFTER)} wakes made again"


def remake(place: Place, passed_by: datetime) -> int:
    """A new run for every item whose moment had passed by then and that no live run will wake; answers how many."""
    late = _late_items(place, passed_by)
    deployments = ensure_deployments(place) if late else {}
    live = engine.live_items() if late else set[int]()
    stamp = clock.now().isoformat(timespec="milliseconds")
    runs = [
        WakeRun(
            deployments[item],
            item,
            clock.now(),
            f"{rungs} (made again)",
            f"{item}:{moment.isoformat()}:{stamp}",
        )
        for item, moment, rungs in late
        if item not in live and item in deployments
    ]
    return len(engine.create_wakes(runs).created)


def _late_items(place: Place, until: datetime) -> list[tuple[int, datetime, str]]:
    """The lost moments, the earliest of each item."""
    with reading(place.url) as session:
        return _once_each(due_items(session, until))


def _once_each(wakes: Iterable[tuple[int, datetime, str]]) -> list[tuple[int, datetime, str]]:
    """The first moment of each item, with the rungs of all of them."""
    found: dict[int, tuple[datetime, dict[str, None]]] = {}
    for item, moment, rungs in wakes:
        found.setdefault(item, (moment, {}))[1].update(dict.fromkeys(rungs.split()))
    return [(item, moment, " ".join(rungs)) for item, (moment, rungs) in found.items()]
