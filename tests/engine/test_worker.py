"""The in-process worker and what is said to Prefect, against a real server."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from deployments.prefect_server import PrefectPlace
from tasks import engine
from tasks.engine import EngineTimeout, ItemDeployment, WakeRun, claimed_by
from tasks.engine_api import client
from tests.engine.conftest import Serving, start_worker, until
from tests.engine.wakes import FAILS, cancel, done, let_go, now, numbers, state, staying, wake

pytestmark = pytest.mark.usefixtures("prefect_place")


@pytest.fixture(scope="module")
def worker(prefect_place: PrefectPlace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One worker that serves all tests here."""
    with start_worker(prefect_place, tmp_path_factory.mktemp("worker")) as serving:
        assert serving.incarnation
        yield serving


@pytest.fixture
def written_down(worker: Serving) -> Path:
    """The file into which the stand-in flow writes the items it was run for."""
    return worker.written_down


@pytest.fixture
def item() -> int:
    """An item that no other test has."""
    return next(numbers)


def test_a_wake_is_a_run_under_its_own_name_that_ends_in_a_state_that_says_what_happened(
    worker: Serving, item: int, written_down: Path
) -> None:
    run = wake(item, name="T-7")

    [seen] = engine.wait_for([run], 60)

    assert (seen.name, seen.state_type, seen.state_name) == ("T-7", "COMPLETED", "Reminded")
    assert seen.message == "T-7: 12 units, 3 already done"
    assert done(written_down).count(item) == 1


def test_a_run_tells_from_its_claim_on_which_life_of_a_worker_has_it(worker: Serving, item: int) -> None:
    run = wake(item)
    engine.wait_for([run], 60)

    states = engine.history(run)

    assert [one.name for one in states] == ["Scheduled", "Pending", "Running", "Reminded"]
    assert claimed_by(states[1].message) == worker.incarnation


def test_a_flow_that_fails_is_a_failed_run_and_the_worker_goes_on(worker: Serving, item: int) -> None:
    bad = wake(FAILS)
    [failed] = engine.wait_for([bad], 60)
    [good] = engine.wait_for([wake(item)], 60)

    assert (failed.state_type, good.state_type) == ("FAILED", "COMPLETED")
    assert "the database is gone" in failed.message


def test_a_wake_does_not_start_before_its_moment(worker: Serving, item: int, written_down: Path) -> None:
    later = wake(item, at=now() + timedelta(hours=1))
    engine.wait_for([wake(next(numbers))], 60)

    assert state(later) == "Scheduled"


def test_a_cancelled_wake_never_runs(worker: Serving, item: int, written_down: Path) -> None:
    moment = now() + timedelta(seconds=10)
    run = wake(item, at=moment)
    cancel(run)
    after = wake(next(numbers), at=moment + timedelta(milliseconds=1))

    [seen, _] = engine.wait_for([run, after], 60)

    assert seen.state_type == "CANCELLED"
    assert item not in done(written_down)


def test_a_run_cancelled_while_it_runs_ends_cancelled(worker: Serving, written_down: Path) -> None:
    item = next(staying)
    run = wake(item)
    until(lambda: item in done(written_down), 60, "the flow runs")
    cancel(run)
    let_go(written_down, item)

    [seen] = engine.wait_for([run], 60)

    assert seen.state_type == "CANCELLED"


def test_a_flow_that_cannot_be_loaded_is_a_failed_run_that_says_so(worker: Serving) -> None:
    with client() as api:
        flow = api.create_flow_from_name("missing")
        deployment = api.create_deployment(
            flow, "missing", entrypoint="flows/missing.py:missing", work_pool_name="dondoc"
        )
    run = engine.trigger("missing/missing")

    [seen] = engine.wait_for([run], 60)

    assert deployment
    assert seen.state_type == "FAILED"
    assert "could not be loaded" in seen.message


def test_a_deployment_is_made_once_and_kept_up_to_date_without_losing_its_wakes(item: int) -> None:
    spec = ItemDeployment(item, "92/KH-UBND 2021 II.3.1", "Sở Y tế: 30/06", ("92/KH-UBND",))
    first = engine.ensure_item_deployments([spec])[item]
    run = wake(item, at=now() + timedelta(days=1))
    calls: list[tuple[int, int]] = []

    again = engine.ensure_item_deployments(
        [ItemDeployment(item, spec.name, "Sở Y tế: 31/07", ("x",))],
        lambda done, all_: calls.append((done, all_)),
    )[item]

    assert again == first
    assert calls == [(1, 1)]
    assert state(run) == "Scheduled"
    with client() as api:
        kept = api.read_deployment(first)
    assert (kept.description, kept.tags, kept.parameters) == ("Sở Y tế: 31/07", ["x"], {"item_id": item})


def test_a_name_keeps_its_slash_in_looks_and_is_its_own_for_each_item(item: int) -> None:
    other = next(numbers)
    specs = [ItemDeployment(item, "5/KH & <a> 7%"), ItemDeployment(other, "5/KH & <a> 7%")]

    made = engine.ensure_item_deployments(specs)

    with client() as api:
        names = [api.read_deployment(made[one]).name for one in (item, other)]
    assert names == ["5∕KH ＆ ‹a› 7٪", f"5∕KH ＆ ‹a› 7٪ #{other}"]


def test_the_same_key_makes_the_same_run(item: int) -> None:
    tomorrow = now() + timedelta(days=1)

    assert wake(item, at=tomorrow, key="one") == wake(item, at=tomorrow, key="one")


def test_what_the_engine_refuses_is_told_wake_by_wake(item: int) -> None:
    good = engine.ensure_item_deployment(ItemDeployment(item, f"item {item}"))
    gone = "00000000-0000-4000-8000-000000000000"
    tomorrow = now() + timedelta(days=1)

    made = engine.create_wakes(
        [WakeRun(gone, 9, tomorrow, "T-1", "k9"), WakeRun(good, item, tomorrow, "T-7", f"k{item}")]
    )

    assert list(made.created) == [f"k{item}"]
    assert made.failed == ["T-1 of item 9: its deployment is gone"]


def test_a_wake_of_a_later_day_does_not_stand_for_a_lost_one(
    worker: Serving, item: int, written_down: Path
) -> None:
    due = next(staying)  # whether the worker has taken it already or not: it is live until it is let go
    wake(item, at=now() + timedelta(days=1))
    run = wake(due, at=now() - timedelta(minutes=6))

    live = engine.live_items()

    assert due in live
    assert item not in live
    let_go(written_down, due)
    engine.wait_for([run], 60)


def test_a_deployment_with_a_run_under_way_is_not_deleted(
    worker: Serving, item: int, written_down: Path
) -> None:
    busy = next(staying)
    run = wake(busy)
    until(lambda: busy in done(written_down), 60, "the flow runs")
    engine.ensure_item_deployment(ItemDeployment(item, f"item {item}"))

    assert engine.delete_item_deployments([item, busy]) == ([item], [busy])

    let_go(written_down, busy)
    engine.wait_for([run], 60)


def test_runs_that_do_not_end_are_named_when_the_wait_is_over(item: int) -> None:
    tomorrow = wake(item, at=now() + timedelta(days=1), name="T-30")

    with pytest.raises(EngineTimeout, match="'T-30', for one, is Scheduled"):
        engine.wait_for([tomorrow], 0)


def test_what_changed_is_seen_once_it_has_ended_with_its_flow_and_item(worker: Serving, item: int) -> None:
    before = now()
    run = wake(item)
    engine.wait_for([run], 60)

    seen = [one for batch in engine.runs_changed_since(before, batch=1) for one in batch if one.run_id == run]

    assert [(one.flow, one.item_id, one.state_name) for one in seen] == [("plan-item", item, "Reminded")]
    assert seen[0].changed_at > before


def test_the_schedules_of_prefect_yaml_are_registered_and_what_they_missed_is_not_made_up() -> None:
    made = engine.register_flows(schedules=True)

    with client() as api:
        crons = {
            name: [s.schedule.cron for s in api.read_deployment(one).schedules] for name, one in made.items()
        }
    assert crons == {
        "schedule": ["7 * * * *"], "digest": ["0 8 * * *"], "deliver": ["*/5 * * * *"], "mirror": ["*/10 * * * *"],
        "reconcile": ["*/3 * * * *"], "bounces": ["*/10 * * * *"], "webhooks": ["*/2 * * * *"],
    }  # fmt: skip
    engine.register_flows(schedules=False)
    with client() as api:
        assert [api.read_deployment(one).schedules for one in made.values()] == [[]] * 7
