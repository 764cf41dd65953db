"""The year: 20,000 assignments simulated, a calendar change over them, and 5,000 armed."""

import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from actions import cycles
from actions.assigning import AssignmentSpec
from actions.calendar import change_calendar, changed, preview_change
from actions.chasing import Rules
from actions.plans import plan_named
from bench import stage
from bench.figures import taken
from models.cycles import Cycle
from models.database import reading, unit_of_work
from models.ledger import SYSTEM
from plan.calendar import DaysOff, Override
from plan.clock import local_moment
from plan.deadlines import Fixed
from plan.ladder import LADDERS, OFFICE
from plan.simulation import sha256, totals

UNITS, EACH = 900, 20
LATER = local_moment(date(2026, 3, 2), OFFICE.opens)
"""When the calendar changes, in the running year."""
PAPER = ("12/TB-BNV", date(2026, 2, 27))
SWAP = (Override(date(2026, 9, 3), False, *PAPER), Override(date(2026, 9, 5), True, *PAPER))
WEEK = tuple(Override(date(2026, 6, day), False, *PAPER) for day in (15, 16, 17, 18, 19))


def run() -> None:
    """Measure and print: each of the three is wanted in 5 s or less."""
    with tempfile.TemporaryDirectory() as folder:
        print("year: 5,000 assignments armed (250 items)")
        url = _filled(Path(folder) / "small", 250)
        _say("signed, in force, back to the coordinator", lambda: stage.arm(url), 5000)
        print("year: 20,000 assignments (1,000 items, 900 units)")
        url = _filled(Path(folder) / "large", 1000)
        _simulated(url)
        stage.arm(url)
        _changed(url)


def _filled(folder: Path, items: int) -> str:
    folder.mkdir()
    url = f"sqlite:///{folder}/dondoc.db"
    stage.put_in(url, [_spec(n) for n in range(items)], units=UNITS, days_off=DaysOff.LATER)
    return url


def _spec(n: int) -> AssignmentSpec:
    """Deadlines spread over the year, the three ladders in turn."""
    day = date(2026, 2, 20) + timedelta(days=n * 7 % 310)
    units = [f"u{(n * EACH + k) % UNITS}" for k in range(EACH)]
    return AssignmentSpec(
        code=f"II.{n + 1}", units=units, deadlines=[Fixed(date=day)], ladder=tuple(LADDERS)[n % 3]
    )


def _say(name: str, act: Callable[[], object], count: int) -> None:
    print(taken(name, act).line(count, "assignments"))


def _simulated(url: str) -> None:
    def simulate() -> None:
        with reading(url) as session:
            plan = plan_named(session, stage.NUMBER)
            found = cycles.simulate_cycle(
                session, cycles.cycle_named(session, plan, stage.YEAR), stage.START, OFFICE
            )
            print(
                f"  {len(found):,} notices, {totals(found).digests:,} digests, SHA-256 {sha256(found)[:12]}"
            )

    _say("simulated from the rows, counted, hashed", simulate, 20_000)


def _changed(url: str) -> None:
    for name, lines in (("two days swapped", SWAP), ("a week off", WEEK)):
        _say(f"{name}: shown", lambda lines=lines: _show(url, lines), 20_000)
        _say(f"{name}: applied", lambda lines=lines: _apply(url, lines), 20_000)


def _show(url: str, lines: tuple[Override, ...]) -> None:
    with reading(url) as session:
        rules = Rules.of(session, OFFICE)
        found = preview_change(session, rules, changed(rules, lines)).moved
        print(f"  {len(found.deadlines):,} deadlines and {len(found.notices):,} notices move")


def _apply(url: str, lines: tuple[Override, ...]) -> None:
    with unit_of_work(url) as session:
        rules = Rules.of(session, OFFICE)
        change_calendar(session, rules, changed(rules, lines), at=LATER, actor=SYSTEM)
        assert session.get(Cycle, 1) is not None
