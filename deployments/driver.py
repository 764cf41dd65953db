"""The driver of a rehearsal: makes the due runs *now* for the rehearsed moment, waits for their ends, jumps on."""

import heapq
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as hour
from typing import TypeVar

import httpx
import sqlalchemy as sa
from sqlmodel import col, select

from actions import cycles
from actions.chasing import Rules
from deployments import answers as script
from deployments import moments
from deployments.rehearsed import Rehearsed
from deployments.running import Engine
from models import ledger
from models.cycles import Assignment, Cycle
from models.database import reading, unit_of_work
from models.engine import EngineRun
from models.moment import set_clock
from models.notices import Attempt, NoticeState
from models.papers import PaperStore
from models.queries import named
from plan.clock import local_day, local_moment
from tasks.place import Place

LOOK, PATIENCE = 5.0, 600.0
"""Seconds after which a wait looks whether server and worker live, and after which it gives up."""
ROWS_LOOK, IDLE_LOOK = 0.02, 2.0
"""Seconds between two looks at the rows while wakes run, and after which the engine is asked whether it rests."""
LOST_TIMES = 20
"""How often a lost wake is made again: once for each time that a worker dies over it."""
MIRROR_EVERY = 20
"""The runs are mirrored after so many jumps, and at the end."""

Say = Callable[[str], None]
Answer = TypeVar("Answer")


class EngineFailed(Exception):
    """A flow ended badly, or the engine refused something; the message says which."""


class Driver:
    """Jumps from moment to moment; what happens at each is done by the flows, in the engine.

    Each step at a moment looks at the rows first, so that a step that was broken off is simply done again.
    """

    def __init__(
        self,
        place: Place,
        children: Engine,
        answering: script.AnswersSpec,
        start: datetime,
        last: date,
        say: Say,
    ) -> None:
        """Make the deployments of the armed year, and line up what the units will do."""
        from tasks import engine_runs, scheduling

        self._engine, self._scheduling, self._children = engine_runs, scheduling, children
        self.place, self.at, self.last, self.say = place, place.now, last, say
        self.papers = PaperStore(place.settings.evidence_url)
        self.report = Rehearsed(place.settings.home, local_day(start), last)
        with self._timed("deployments"):
            self.deployments = self._patiently(lambda: scheduling.ensure_deployments(place))
        with reading(place.url) as session:
            rows = named(session, col(Assignment.id).is_not(None))
            self.happenings = list(script.happenings(session, rows, answering, start))
        heapq.heapify(self.happenings)

    @contextmanager
    def _timed(self, name: str) -> Generator[None]:
        began = time.perf_counter()
        yield
        self.report.seconds[name] = self.report.seconds.get(name, 0.0) + time.perf_counter() - began

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        """What the engine answers, asked again while a part of it that has died is started anew."""
        limit = time.monotonic() + PATIENCE
        while True:
            before = self._children.restarts
            try:
                return ask()
            except (self._engine.EngineTimeout, EngineFailed, httpx.HTTPError) as error:
                self._children.mend()
                same = self._children.restarts == before
                if time.monotonic() > limit or (same and isinstance(error, EngineFailed)):
                    raise
                time.sleep(0.2)

    def run(self) -> Rehearsed:
        """The year, and then the reckoning."""
        from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

        # Prefect's own patience with a dead server is minutes long; ours looks at once whether it must be started anew.
        with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
            self._year()
        with self._timed("reckoning"):
            self._reckon()
        return self.report

    def _year(self) -> None:
        """From moment to moment until nothing more is due, or the last day is over."""
        self._rest()  # what another life of this rehearsal left in the engine
        self._work()
        month = 0
        while (moment := self._next()) is not None and local_day(moment) <= self.last:
            self._jump(moment)
            day = local_day(moment)
            if day.month != month:
                month = day.month
                self.say(f"  {day:%m/%Y} …")
            self._work()
            self.report.jumps += 1
            if self.report.jumps % MIRROR_EVERY == 0:
                self._flow("mirror")
        self._jump(max(self.at, local_moment(self.last, hour(23, 59))))
        self._rest()
        self._flow("mirror")
        self._flow("mirror")

    def _rest(self) -> None:
        self._patiently(lambda: self._engine.wait_until_idle(LOOK))

    def _work(self) -> None:
        """Everything that is due at this moment."""
        self._happen()
        self._wake()
        self._send()

    def _jump(self, moment: datetime) -> None:
        self.at = max(self.at, moment)
        set_clock(self.place.url, self.at)

    def _next(self) -> datetime | None:
        """The next moment at which anything is due: a wake, a notice, something that somebody does."""
        with reading(self.place.url) as session:
            owed = moments.next_moment(session, self.at, self.place.hours)
        people = self.happenings[0].at if self.happenings else None
        return min((moment for moment in (owed, people) if moment is not None), default=None)

    def _happen(self) -> None:
        """What units and the coordinator do at this moment."""
        while self.happenings and self.happenings[0].at <= self.at:
            happening = heapq.heappop(self.happenings)
            with self._timed("people"), unit_of_work(self.place.url) as session:
                rules = Rules.of(session, self.place.hours)
                for following in script.act(session, happening, self.at, rules, self.papers):
                    heapq.heappush(self.happenings, following)

    def _wake(self) -> None:
        """Let every due wake run in the engine until the rows say that it is done; a lost one is made again."""
        if not self._due():
            return
        with self._timed("wakes"):
            self.report.wakes += self._patiently(self._make_wakes)
            for _ in range(LOST_TIMES):
                if self._patiently(self._all_woken):
                    return
                self.report.wakes += self._patiently(lambda: self._scheduling.remake(self.place, self.at))
        raise EngineFailed(
            f"wakes of {self.at.isoformat()} were made {LOST_TIMES} times and not run; see logs/worker.log"
        )

    def _all_woken(self) -> bool:
        """Wait for the rows, which is quicker than asking the engine; False when the engine rests and some are lost."""
        self._children.nudge()
        since = time.monotonic()
        while self._due():
            if time.monotonic() - since > IDLE_LOOK:
                self._children.mend()
                if self._engine.is_idle():
                    return not self._due()
                since = time.monotonic()
            time.sleep(ROWS_LOOK)
        return True

    def _due(self) -> int:
        with reading(self.place.url) as session:
            return moments.due_wakes(session, self.at)

    def _make_wakes(self) -> int:
        made, failed = self._scheduling.create_wakes(self.place, self.deployments, timedelta())
        if failed:
            raise EngineFailed(f"the engine refused {len(failed)} wakes, first: {failed[0]}")
        return made

    def _send(self) -> None:
        """At the hour of the digest the flow `digest`, else `deliver`, if anything waits to go out."""
        with reading(self.place.url) as session:
            waits = moments.something_waits(session, self.at)
        if waits:
            opens = local_moment(local_day(self.at), self.place.hours.digest)
            self._flow("digest" if self.at >= opens else "deliver")

    def _flow(self, name: str) -> None:
        with self._timed(name):
            self._patiently(lambda: self._run(name))

    def _run(self, name: str) -> None:
        """Run one of the maintenance flows to its end; one that its worker's death broke off is run again."""
        run = self._engine.start(self._children.flows[name])
        self._children.nudge()
        (end,) = self._patiently(lambda: self._engine.wait_for([run], LOOK))
        if end.state_type == "CRASHED":
            self._run(name)
        elif end.state_type != "COMPLETED":
            raise EngineFailed(f"{name} ended {end.state_name}: {end.message}")

    def _reckon(self) -> None:
        report = self.report
        with reading(self.place.url) as session:
            compared = cycles.compare(session, session.exec(select(Cycle)).one(), self.at)
            report.ends, report.missing, report.unplanned = (
                compared.by_end,
                compared.missing,
                compared.unplanned,
            )
            report.broken = [f"{b.seq}: {b.what}" for b in ledger.verify(ledger.all_rows(session))]
            report.states = dict(Counter(str(s) for s in session.exec(select(Assignment.state))))
            report.runs = dict(
                Counter(session.exec(select(EngineRun.state_type).where(col(EngineRun.item_id).is_not(None))))
            )
            sent = select(sa.func.count()).select_from(Attempt).where(Attempt.outcome == NoticeState.ACCEPTED)
            report.mails = session.exec(sent).one()
