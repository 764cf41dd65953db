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
from sqlmodel import Session, col, select

from actions import cycles
from actions.chasing import Rules
from deployments import answers as script
from deployments.rehearsed import Rehearsed
from deployments.running import Engine
from models import ledger
from models.cycles import Assignment, Cycle
from models.database import reading, unit_of_work
from models.engine import EngineRun
from models.moment import set_clock
from models.notices import WAITING, Attempt, Morning, Notice, NoticeState
from models.papers import PaperStore
from models.queries import named
from models.standing import calendar
from plan.clock import local_day, local_moment
from plan.ladder import Delivery
from tasks.place import Place

LOOK, PATIENCE = 5.0, 600.0
"""Seconds after which a wait looks whether server and worker live, and after which it gives up."""
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
        self._flow("mirror")
        self._flow("mirror")

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
            moments = [
                moment for moment in (self._next_wake(session), *self._next_notices(session)) if moment
            ]
        if self.happenings:
            moments.append(self.happenings[0].at)
        return min(moments, default=None)

    def _next_wake(self, session: Session) -> datetime | None:
        """The last wake of the night of the next one: being late by an hour changes nothing, and saves jumps."""
        first = session.exec(select(sa.func.min(Assignment.next_wake_at))).one()
        if first is None:
            return None
        opens = local_moment(local_day(first), self.place.hours.opens)
        if first >= opens:
            return first
        night = select(sa.func.max(Assignment.next_wake_at)).where(col(Assignment.next_wake_at) < opens)
        return session.exec(night).one()

    def _next_notices(self, session: Session) -> list[datetime | None]:
        """When a waiting notice may go out, and when a failed one is tried again."""
        waits = col(Notice.state).in_(WAITING)
        ready = sa.func.coalesce(Notice.next_try_at, Notice.send_after)
        alone = select(sa.func.min(ready)).where(waits, Notice.delivery == Delivery.ALONE)
        digest = select(sa.func.min(Notice.send_after)).where(waits, Notice.delivery == Delivery.DIGEST)
        return [self._as_moment(session.exec(alone).one()), self._digest_moment(session.exec(digest).one())]

    def _as_moment(self, value: datetime | str | None) -> datetime | None:
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment if moment.tzinfo else moment.replace(tzinfo=local_moment(self.last, hour()).tzinfo)

    def _digest_moment(self, waiting: datetime | str | None) -> datetime | None:
        moment = self._as_moment(waiting)
        if moment is None or moment > self.at:
            return moment
        tomorrow = local_day(self.at) + timedelta(days=1)
        with reading(self.place.url) as session:
            return local_moment(calendar(session).on_or_after(tomorrow), self.place.hours.digest)

    def _happen(self) -> None:
        """What units and the coordinator do at this moment."""
        while self.happenings and self.happenings[0].at <= self.at:
            happening = heapq.heappop(self.happenings)
            with self._timed("people"), unit_of_work(self.place.url) as session:
                rules = Rules.of(session, self.place.hours)
                for following in script.act(session, happening, self.at, rules, self.papers):
                    heapq.heappush(self.happenings, following)

    def _wake(self) -> None:
        """Let every wake that is due run in the engine, and wait for its end; one that got lost is made again."""
        if not self._due():
            return
        with self._timed("wakes"):
            self.report.wakes += self._patiently(self._make_wakes)
            self._patiently(lambda: self._engine.wait_until_idle(LOOK))
            for _ in range(LOST_TIMES):
                if not self._due():
                    return
                self.report.wakes += self._patiently(lambda: self._scheduling.remake(self.place, self.at))
                self._patiently(lambda: self._engine.wait_until_idle(LOOK))
        raise EngineFailed(
            f"wakes of {self.at.isoformat()} were made {LOST_TIMES} times and not run; see logs/worker.log"
        )

    def _due(self) -> int:
        due = select(sa.func.count()).where(col(Assignment.next_wake_at) <= self.at)
        with reading(self.place.url) as session:
            return session.exec(due).one()

    def _make_wakes(self) -> int:
        made, failed = self._scheduling.create_wakes(self.place, self.deployments, timedelta())
        if failed:
            raise EngineFailed(f"the engine refused {len(failed)} wakes, first: {failed[0]}")
        return made

    def _send(self) -> None:
        """At the hour of the digest the flow `digest`, else `deliver`, if anything waits to go out."""
        if self._waits():
            opens = local_moment(local_day(self.at), self.place.hours.digest)
            self._flow("digest" if self.at >= opens else "deliver")

    def _waits(self) -> bool:
        """Whether a notice may go out by now, or a sender died with one in its hands."""
        ready = sa.func.coalesce(Notice.next_try_at, Notice.send_after) <= self.at
        lost = col(Notice.lease_until) <= self.at
        held = sa.and_(col(Notice.state) == NoticeState.SENDING, lost)
        query = select(Notice.id).where(sa.or_(sa.and_(col(Notice.state).in_(WAITING), ready), held)).limit(1)
        lines = select(Morning.id).where(
            Morning.day == local_day(self.at), Morning.state == NoticeState.RETRYING
        )
        with reading(self.place.url) as session:
            return session.exec(query).first() is not None or session.exec(lines).first() is not None

    def _flow(self, name: str) -> None:
        with self._timed(name):
            self._patiently(lambda: self._run(name))

    def _run(self, name: str) -> None:
        """Run one of the maintenance flows to its end; one that its worker's death broke off is run again."""
        run = self._engine.trigger(f"{name}/{name}", {})
        seen = self._patiently(lambda: self._engine.wait_for([run], LOOK))
        bad = [
            f"{name} ended {end.state_name}: {end.message}" for end in seen if end.state_type != "COMPLETED"
        ]
        if bad and seen[0].state_type == "CRASHED":
            self._run(name)
        elif bad:
            raise EngineFailed("; ".join(bad))

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
