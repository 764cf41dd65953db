"""`kill -9` of the worker, the server or the driver, which supervises both, at random moments of one rehearsed year.

DONDOC_TEST_KILLS says how many kills there are (2), DONDOC_TEST_SEED which moments; both are printed.
"""

import os
import random
import signal
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from models.cycles import Assignment
from models.database import StoreError, reading
from models.moment import now_in
from models.notices import Notice, NoticeState
from tests.engine import years
from tests.engine.mail_servers import running
from tests.engine.years import DONDOC, ROOT, Keeper, Row, dondoc, environment

EXAMPLES = ROOT / "examples"
PLAN = "12/KH-UBND"
UNTIL = "2026-01-27"
LONGEST = 600.0
"""Seconds that one life of a driver may take."""
SIGNS = {"worker": "deployments.work", "server": "deployments.prefect_app"}


def filled(home: Path) -> Path:
    """A home with the example plan, its units and its assignments."""
    home.mkdir()
    dondoc(home, "plan", "import", EXAMPLES / "ke-hoach-thong-tin-doi-ngoai-2026.txt")
    dondoc(home, "unit", "load", EXAMPLES / "units.yaml")
    dondoc(home, "item", "assign", PLAN, "--file", EXAMPLES / "assignments.yaml")
    return home


@dataclass
class Rehearsal:
    """A rehearsal that is killed and goes on."""

    home: Path
    port: int
    until: str = UNTIL
    kills: list[tuple[str, str]] = field(default_factory=list)
    driver: "subprocess.Popen[bytes] | None" = None

    def begin(self) -> "subprocess.Popen[bytes]":
        """A life of the driver: the first one, or the next."""
        words = [
            "cycle",
            "rehearse",
            PLAN,
            "--answers",
            str(EXAMPLES / "rehearsal.yaml"),
            "--until",
            self.until,
            "--resume",
        ]
        words += [
            "--home",
            str(self.home / "rehearsal"),
            "--smtp",
            f"127.0.0.1:{self.port}",
            "--output",
            "json",
        ]
        with (self.home / "driver.log").open("ab") as log:
            self.driver = subprocess.Popen(
                [*DONDOC, *words],
                env=environment(self.home, DONDOC_LANG="en"),
                cwd=self.home,
                stdout=log,
                stderr=log,
            )
        return self.driver

    def lives(self, seconds: float) -> bool:
        """Whether the driver still works after so many seconds."""
        assert self.driver is not None
        try:
            self.driver.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        assert self.driver.returncode == 0, (self.home / "driver.log").read_text("utf-8")[-4000:]
        return False

    def under_way(self) -> bool:
        """Whether the driver has come so far that its worker runs."""
        assert self.driver is not None
        return child_of(self.driver.pid, SIGNS["worker"]) is not None

    def kill(self, victim: str) -> bool:
        """`kill -9` of one process; a killed driver starts again. False where the victim is not there just now."""
        assert self.driver is not None
        pid = self.driver.pid if victim == "driver" else child_of(self.driver.pid, SIGNS[victim])
        if pid is None:
            return False
        os.kill(pid, signal.SIGKILL)
        self.kills.append((victim, self.rehearsed_moment()))
        if victim == "driver":
            self.driver.wait(10)
            self.begin()
        return True

    def rehearsed_moment(self) -> str:
        try:
            return now_in(years.url(self.home)).isoformat()
        except StoreError:
            return "before the first moment"

    def end(self) -> None:
        if self.driver is not None and self.driver.poll() is None:
            self.driver.kill()
            self.driver.wait()


def child_of(parent: int, sign: str) -> int | None:
    """The process that `parent` started with `sign` in its command."""
    listed = subprocess.run(
        ["ps", "-axww", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split(None, 2) for line in listed.splitlines())
    return next((int(pid) for pid, ppid, words in rows if int(ppid) == parent and sign in words), None)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A live home of which every rehearsal here is one."""
    return filled(tmp_path_factory.mktemp("kills") / "live")


def rehearse_and_kill(home: Path, dice: random.Random, most: int) -> tuple[Rehearsal, Keeper]:
    """One rehearsal to its end, killed up to `most` times on the way."""
    keeper = Keeper(seconds=0.02)
    with running(keeper) as port:
        rehearsal = Rehearsal(home, port)
        try:
            rehearsal.begin()
            while len(rehearsal.kills) < most and rehearsal.lives(dice.uniform(0.5, 15)):
                if rehearsal.under_way() or dice.random() < 0.05:
                    rehearsal.kill(dice.choice([*SIGNS, "driver"]))
            assert not rehearsal.lives(LONGEST), "the rehearsal did not end"
        finally:
            rehearsal.end()
    return rehearsal, keeper


class Trap(Keeper):
    """A mail server that takes a mail and, before it can answer, sees its sender killed."""

    victim: Rehearsal | None = None
    struck = ""

    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        if not self.struck and len(self.ids) == STRIKE_AT and self.victim is not None:
            self.struck = self.ids[-1]
            self.victim.kill("worker")
        return answer


STRIKE_AT = 20


def test_a_mail_whose_answer_was_lost_with_its_sender_comes_twice_with_one_id_and_a_line(
    office: Path, tmp_path: Path
):
    home = copied(office, tmp_path / "trap")
    trap = Trap()
    with running(trap) as port:
        rehearsal = trap.victim = Rehearsal(home, port, until="2026-01-19")
        try:
            rehearsal.begin()
            assert not rehearsal.lives(LONGEST), "the rehearsal did not end"
        finally:
            rehearsal.end()

    assert trap.twice == {trap.struck: 2}
    with reading(years.url(home)) as session:
        assert trap.struck in years.perhaps_twice(session)
        assert set(trap.ids) == years.taken(session)
        assert years.one_attempt_each(session)
        assert years.stuck(session) == []
        assert years.broken(session) == []


def copied(office: Path, home: Path) -> Path:
    """A home of its own with what stands in `office`."""
    home.mkdir()
    for file in office.iterdir():
        if file.is_file():
            (home / file.name).write_bytes(file.read_bytes())
    return home


def check(home: Path, keeper: Keeper) -> Counter[str]:
    """Nothing is missing and nothing doubled, but with its line in the ledger; answers figures."""
    with reading(years.url(home)) as session:
        assert years.broken(session) == []
        assert years.stuck(session) == []
        nothing_is_missing(session, home)
        assert set(keeper.ids) == years.taken(session)
        assert years.one_attempt_each(session)
        doubted = years.perhaps_twice(session)
        assert set(keeper.twice) <= doubted
        return Counter(
            mails=len(keeper.ids),
            messages=len(set(keeper.ids)),
            twice=len(keeper.twice),
            perhaps_twice=len(doubted),
        )


def nothing_is_missing(session: Session, home: Path) -> None:
    at = now_in(years.url(home))
    assert session.exec(select(Assignment.id).where(col(Assignment.next_wake_at) <= at)).all() == []
    ends = {Row.of(n): n for n in session.exec(select(Notice))}
    settled = (NoticeState.ACCEPTED, NoticeState.VOID, NoticeState.UNREACHABLE)
    past = [row for row in years.signed(session) if row.day < UNTIL]
    assert [row for row in past if row not in ends or ends[row].state not in settled] == []
    assert sum(ends[row].state is NoticeState.ACCEPTED for row in past) > 50
    assert [n for n in ends.values() if n.state is NoticeState.VOID and not n.reason] == []


def test_after_kills_nothing_is_missing_and_nothing_doubled_without_its_line(office: Path, tmp_path: Path):
    wanted, seed = (
        int(os.environ.get("DONDOC_TEST_KILLS", "2")),
        int(os.environ.get("DONDOC_TEST_SEED", random.randrange(10**6))),
    )
    dice, kills, figures, victims = random.Random(seed), 0, Counter[str](), Counter[str]()
    print(f"DONDOC_TEST_KILLS={wanted} DONDOC_TEST_SEED={seed}")
    for turn in range(10):
        home = copied(office, tmp_path / f"turn-{turn}")
        rehearsal, keeper = rehearse_and_kill(home, dice, wanted - kills)
        kills += len(rehearsal.kills)
        victims.update(victim for victim, _ in rehearsal.kills)
        figures += check(home, keeper)
        print(f"turn {turn}: {rehearsal.kills}; so far {dict(figures)}")
        if kills >= wanted:
            break
    print(f"{kills} kills: {dict(victims)}; {dict(figures)}")
    assert kills >= wanted
