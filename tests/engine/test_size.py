"""When the stack asks for PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

import migrations
from deployments.size import WAKES_AN_HOUR, asks_for_postgresql, busiest_hour
from models.database import reading, unit_of_work
from models.engine import WorkerBeat
from settings import Settings

HOUR = datetime(2026, 6, 15, 20, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path) -> Settings:
    own = Settings(home=tmp_path, lang="en")
    migrations.upgrade(own.database_url)
    return own


def beat(session: Session, name: str, ago: timedelta) -> None:
    now = datetime.now(UTC)
    session.add(
        WorkerBeat(incarnation=name, pool="dondoc", host="here", pid=1, started_at=now, beat_at=now - ago)
    )


def test_an_item_counts_once_in_an_hour_however_many_of_its_assignments_wake() -> None:
    wakes = [
        (1, HOUR),
        (1, HOUR + timedelta(minutes=59)),
        (2, HOUR),
        (3, HOUR + timedelta(hours=1)),
        (4, None),
    ]

    assert busiest_hour(wakes) == 2
    assert busiest_hour([]) == 0
    assert busiest_hour((n, HOUR) for n in range(WAKES_AN_HOUR + 1)) == WAKES_AN_HOUR + 1


def test_several_living_workers_on_sqlite_are_a_reason_and_dead_ones_are_not(settings: Settings) -> None:
    with unit_of_work(settings.database_url) as session:
        beat(session, "a", timedelta())
        beat(session, "b", timedelta(minutes=5))
    with reading(settings.database_url) as session:
        assert asks_for_postgresql(session, settings, HOUR) == ""

    with unit_of_work(settings.database_url) as session:
        beat(session, "c", timedelta(seconds=5))
    with reading(settings.database_url) as session:
        assert asks_for_postgresql(session, settings, HOUR).startswith("có 2 tiến trình worker")
        on_postgresql = settings.model_copy(
            update={"prefect_database_url": "postgresql+psycopg://there/prefect"}
        )
        assert asks_for_postgresql(session, on_postgresql, HOUR) == ""
