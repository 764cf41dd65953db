"""A stack that stood still, two senders at once, an engine that has forgotten everything."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.cycles import Assignment
from models.database import engine_for, reading
from models.moment import set_clock
from models.notices import Digest, Morning, Notice, NoticeState
from plan.clock import local_moment
from plan.ladder import Delivery
from plan.lifecycle import WorkState
from tests.engine import years
from tests.engine.mail_servers import running
from tests.engine.years import ROOT, Keeper, dondoc, environment, rehearse, written

EXAMPLES = ROOT / "examples"
PLAN = "12/KH-UBND"
DUE = "[{kind: fixed, date: 2026-03-12, bound: by}]"
"""A Thursday. The ladder owes notices on Monday (in the digest), Wednesday, Thursday and Friday (by themselves)."""
DECIDED = f"""
items:
  - {{code: II.1.b, groups: [so-nganh], ladder: gap, deadlines: {DUE}}}
  - {{code: II.1.c, units: [so-nv], ladder: gap, deadlines: {DUE}}}
  - {{code: II.3.a, units: [so-ct], ladder: gap, deadlines: {DUE}}}
  - {{code: II.3.c, units: [so-ct], ladder: gap, deadlines: {DUE}}}
  - {{code: II.4.b, units: [so-vhttdl], deadlines: [{{kind: fixed, date: 2026-03-18, bound: by}}]}}
"""
ANSWERS = """
answers:
  - {item: II.1.c, behaviour: early, days: 6}
  - {behaviour: never}
"""
STOPPED, BACK = "2026-03-10", local_moment(date(2026, 3, 13), time(10))
"""Tuesday evening; Friday at ten."""


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose rehearsed stack stopped on Tuesday evening."""
    home = tmp_path_factory.mktemp("outage") / "home"
    home.mkdir()
    dondoc(home, "plan", "import", EXAMPLES / "ke-hoach-thong-tin-doi-ngoai-2026.txt")
    dondoc(home, "unit", "load", EXAMPLES / "units.yaml")
    dondoc(home, "item", "assign", PLAN, "--file", written(home / "decided.yaml", DECIDED))
    written(home / "answers.yaml", ANSWERS)
    with running(Keeper()) as port:
        report = rehearse(home, PLAN, home / "answers.yaml", port, "--until", STOPPED)
    assert report["holds"] is True
    return home


@pytest.fixture
def home(stopped: Path, tmp_path: Path):
    """A copy of that home."""
    home = Path(shutil.copytree(stopped, tmp_path / "home"))
    yield home
    engine_for(years.url(home)).dispose()


def go_on(home: Path, to: int, until: str) -> dict[str, Any]:
    """Let the rehearsal go on until the end of that day, its mail going to another port."""
    send_to(home, to)
    return rehearse(home, PLAN, home / "answers.yaml", to, "--resume", "--until", until)


def send_to(home: Path, port: int) -> None:
    """The rehearsal's mail goes to another port from now on: each test has a server of its own."""
    from models.database import unit_of_work
    from models.engine import Switch
    from models.moment import CAPTURE

    with unit_of_work(years.url(home)) as session:
        row = session.get_one(Switch, CAPTURE)
        row.value = f"127.0.0.1:{port}"
        session.add(row)


def engine(home: Path, verb: str) -> dict[str, Any]:
    """What :mod:`tests.engine.at_once` answers."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.at_once", verb, str(home / "rehearsal")], check=False, cwd=ROOT,
        env=environment(home), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def decided_since(session: Session, moment: datetime) -> list[Notice]:
    return list(session.exec(select(Notice).where(col(Notice.owed_at) >= moment)))


def test_after_three_days_one_current_notice_goes_out_and_the_backlog_is_void(home: Path):
    set_clock(years.url(home), BACK)
    keeper = Keeper()
    with running(keeper) as port:
        report = go_on(home, port, "2026-03-13")

    assert report["holds"] is True
    with reading(years.url(home)) as session:
        rows = [n for n in decided_since(session, BACK) if ":" not in n.rung]
        sent = [n for n in rows if n.state is NoticeState.ACCEPTED]
        void = [n for n in rows if n.state is NoticeState.VOID]
        open_ones = set(
            session.exec(
                select(Assignment.id).where(
                    Assignment.due_on == date(2026, 3, 12), Assignment.state == WorkState.ASSIGNED
                )
            )
        )
        told = years.told(session)
        digests = session.exec(select(Digest.mailbox).where(col(Digest.made_at) >= BACK)).all()

    assert len(open_ones) > 8
    assert Counter((n.assignment_id, n.recipient) for n in sent).most_common(1)[0][1] == 1
    assert {n.assignment_id for n in sent if n.rung == "T+1"} == open_ones
    assert {n.rung for n in sent if n.assignment_id not in open_ones} == {"T-3"}, (
        "of the task that is due later"
    )
    passed = {(n.assignment_id, n.rung) for n in void if n.assignment_id in open_ones}
    assert passed == {(number, rung) for number in open_ones for rung in ("T-1", "T")}
    assert {n.reason for n in void if n.assignment_id in open_ones} == {"outage, replaced by T+1"}
    assert all(told[years.Row.of(n)][-1] == ("void", n.reason) for n in void)
    assert len(digests) == len(set(digests))
    assert keeper.twice == {}


def test_what_was_missed_in_the_outage_is_never_sent_later(home: Path):
    set_clock(years.url(home), BACK)
    with running(Keeper()) as port:
        report = go_on(home, port, "2026-03-20")

    assert report["holds"] is True
    with reading(years.url(home)) as session:
        rows = session.exec(
            select(Notice).where(col(Notice.settled_at) > BACK, Notice.state == NoticeState.ACCEPTED)
        )
        assert {n.rung for n in rows} & {"T-1", "T"} == {"T"}, "only of the task that was due later"


def test_two_workers_and_two_senders_at_once_double_nothing(home: Path):
    set_clock(years.url(home), local_moment(date(2026, 3, 12), time(6)))
    keeper = Keeper(seconds=0.1)
    with running(keeper) as port:
        send_to(home, port)
        answer = engine(home, "two_of_each")

    for flow in ("deliver", "digest", "late"):
        assert [run["state"] for run in answer[flow]] == ["COMPLETED", "COMPLETED"]
    takers = {run["taken_by"][0] for run in answer["deliver"]}
    assert len(takers) == 2, "each worker took one"
    assert keeper.twice == {}
    with reading(years.url(home)) as session:
        today = local_moment(date(2026, 3, 12), time(0))
        alone = session.exec(
            select(Notice).where(col(Notice.settled_at) >= today, Notice.delivery == Delivery.ALONE)
        ).all()
        sent = [n for n in alone if n.state is NoticeState.ACCEPTED]
        assert len(sent) > 8
        assert {n.message_id for n in sent} <= set(keeper.ids)
        mornings = session.exec(select(Morning).where(Morning.day == date(2026, 3, 12))).all()
        assert {m.message_id for m in mornings} <= set(keeper.ids)
        assert len(mornings) == 2
        assert years.one_attempt_each(session)
        assert years.stuck(session) == []
        assert years.perhaps_twice(session) == set()
        assert years.broken(session) == []


def test_an_engine_that_lost_its_database_gets_everything_again(home: Path):
    shutil.rmtree(home / "rehearsal" / "prefect")
    set_clock(years.url(home), local_moment(date(2026, 3, 12), time(6)))
    answer = engine(home, "schedule")

    with reading(years.url(home)) as session:
        items = set(session.exec(select(Assignment.item_id)))
        due = set(session.exec(select(Assignment.item_id).where(Assignment.due_on == date(2026, 3, 12))))
        (early,) = session.exec(select(Assignment.item_id).where(Assignment.state == WorkState.COMPLETED))
        assert session.exec(select(Assignment.id).where(col(Assignment.next_wake_at) <= at_six())).all() == []
    assert answer["before"] == 0
    assert answer["schedule"] == ["COMPLETED"]
    assert set(answer["deployments"]) == items
    assert {state for _, state in answer["wakes"]} == {"COMPLETED"}
    assert due - {item for item, _ in answer["wakes"]} == {early}

    with running(Keeper()) as port:
        report = go_on(home, port, "2026-04-10")
    assert report["holds"] is True
    assert report["missing"] == []


def at_six() -> datetime:
    return local_moment(date(2026, 3, 12), time(6)).astimezone(UTC)
