"""A whole year through the real flows and the real engine in minutes, the clock jumping from moment to moment.

A rehearsal has its own database, files, ledger, Prefect home and port, and a channel that no setting replaces. The
driver makes the due runs *now* for the rehearsed moment, waits until they have ended, and jumps on.
"""

import heapq
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

import migrations
from actions import cycles
from actions.chasing import Rules
from actions.errors import Refused
from actions.plans import plan_named
from deployments import answers as script
from deployments.copying import copy_cycle
from deployments.running import free_port, running_engine
from models import ledger
from models.cycles import Assignment, Cycle
from models.database import reading, unit_of_work
from models.engine import EngineRun
from models.ledger import Actor
from models.moment import mark_as_rehearsal, set_clock
from models.notices import WAITING, Attempt, Notice, NoticeState
from models.plans import Plan
from models.queries import named
from models.standing import calendar
from notifications.services import open_capture
from plan.calendar import WorkingCalendar
from plan.clock import local_day, local_moment
from plan.ladder import Delivery
from settings import Settings
from tasks.place import Place, at_place

DRIVER = Actor("rehearsal", "rehearsal")
MIRROR_EVERY = 20
"""The runs are mirrored after so many jumps, and at the end."""

Say = Callable[[str], None]


@dataclass
class Rehearsed:
    """What a rehearsal did, and whether everything that was signed has its end."""

    home: Path
    first: date
    last: date
    jumps: int = 0
    wakes: int = 0
    runs: dict[str, int] = field(default_factory=dict[str, int])
    ends: dict[str, int] = field(default_factory=dict[str, int])
    states: dict[str, int] = field(default_factory=dict[str, int])
    mails: int = 0
    missing: list[str] = field(default_factory=list[str])
    unplanned: list[str] = field(default_factory=list[str])
    broken: list[str] = field(default_factory=list[str])
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def holds(self) -> bool:
        """Whether the year went as it was signed."""
        return not (self.missing or self.unplanned or self.broken or set(self.runs) - {"COMPLETED"})

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        return {**vars(self), "home": str(self.home), "holds": self.holds}

    def __str__(self) -> str:
        """All of it, for people."""
        took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        lines = [
            f"Diễn tập {self.first:%d/%m/%Y} – {self.last:%d/%m/%Y}: {self.jumps} mốc thời gian, {self.wakes} lượt nhắc, {self.mails} thư",
            f"  Lượt chạy Prefect: {_counts(self.runs)}",
            f"  Thông báo đã ký: {_counts(self.ends)}",
            f"  Việc giao: {_counts(self.states)}",
            f"  Thời gian: {took}",
            f"  Nhật ký, thư và dữ liệu: {self.home}",
        ]
        lines += [f"  THIẾU {line}" for line in self.missing] + [
            f"  NGOÀI KẾ HOẠCH {line}" for line in self.unplanned
        ]
        lines += [f"  SAI {line}" for line in self.broken]
        return "\n".join(
            [*lines, "  Đúng như danh sách đã ký." if self.holds else "  KHÔNG đúng như danh sách đã ký."]
        )


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "-"


def rehearse_plan(
    live: Place, plan: str, *, year: int | None = None, answers: Path | None = None, until: str | None = None,
    home: Path | None = None, smtp: str | None = None, say: Say = print,
) -> Rehearsed:  # fmt: skip
    """Rehearse one plan's year, apart from everything live; raises :class:`Refused` for what cannot be rehearsed."""
    answering = (
        script.read_answers(answers.read_text("utf-8"), answers.name) if answers else script.DEFAULT_ANSWERS
    )
    last = _last_day(until)
    place = _own_place(live, home)
    if smtp:
        open_capture(
            place.settings.mail_dir, sender=place.settings.mail_from, smtp=f"dondocmail://{smtp}?mode=plain"
        ).close()
    start = _prepare(live, place, plan, year, smtp)
    with running_engine(place.settings, schedules=False, say=say):
        driver = Driver(place, answering, start, last or date(local_day(start).year, 12, 31), say)
        return driver.run()


def _last_day(until: str | None) -> date | None:
    try:
        return date.fromisoformat(until) if until else None
    except ValueError as error:
        raise Refused.because(
            f"--until wants a day like 2026-03-31, not {until!r}",
            f"--until phải là ngày dạng 2026-03-31, không phải {until!r}",
        ) from error


def _own_place(live: Place, home: Path | None) -> Place:
    """A home of its own: nothing in it points at anything live."""
    folder = home or Path(tempfile.mkdtemp(prefix="rehearsal-", dir=_made(live.settings.home)))
    if folder.exists() and any(folder.iterdir()):
        raise Refused.because(
            f"{folder} is not empty; a rehearsal wants a new folder",
            f"{folder} không trống; diễn tập cần thư mục mới",
        )
    _made(folder)
    own = {
        "home": folder, "database_url": f"sqlite:///{folder}/dondoc.db", "evidence_url": f"file://{folder}/evidence",
        "mail_dir": folder / "mail", "mail_url": "", "prefect_home": folder / "prefect", "prefect_port": free_port(),
        "heartbeat_url": None,
    }  # fmt: skip
    settings: Settings = live.settings.model_copy(update=own)
    return at_place(settings)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _prepare(live: Place, place: Place, plan: str, year: int | None, smtp: str | None) -> datetime:
    """Copy the year into the rehearsal's database and arm it there; answers the first moment."""
    migrations.upgrade(place.url)
    with reading(live.url) as source, unit_of_work(place.url) as target:
        found = plan_named(source, plan)
        cycle = cycles.cycle_named(source, found, year or found.signed_on.year)
        copy_cycle(source, target, cycle)
        start = _first_moment(found, cycle, calendar(source))
    mark_as_rehearsal(place.url, start, smtp or "")
    with unit_of_work(place.url) as session:
        found, cycle = session.get_one(Plan, found.id), session.get_one(Cycle, cycle.id)
        cycles.arm(session, found, cycle, at=start, actor=DRIVER, hours=place.hours)
    return start


def _first_moment(plan: Plan, cycle: Cycle, days: WorkingCalendar) -> datetime:
    """09:00 on the working day after signing, or on the first working day of a later year."""
    first = (
        plan.signed_on + timedelta(days=1) if plan.signed_on.year == cycle.year else date(cycle.year, 1, 1)
    )
    return local_moment(days.on_or_after(first), hour(9))


class Driver:
    """Jumps from moment to moment; what happens at each is done by the flows, in the engine."""

    def __init__(
        self, place: Place, answering: script.AnswersSpec, start: datetime, last: date, say: Say
    ) -> None:
        """Make the deployments of the armed year, and line up what the units will do."""
        from tasks import engine_runs, scheduling

        self._engine, self._scheduling = engine_runs, scheduling
        self.place, self.at, self.last, self.say = place, start, last, say
        self.report = Rehearsed(place.settings.home, local_day(start), last)
        with self._timed("deployments"):
            self.deployments = scheduling.ensure_deployments(place)
        with reading(place.url) as session:
            rows = named(session, col(Assignment.id).is_not(None))
            self.happenings = list(script.happenings(rows, answering, start))
        heapq.heapify(self.happenings)

    @contextmanager
    def _timed(self, name: str) -> Generator[None]:
        began = time.perf_counter()
        yield
        self.report.seconds[name] = self.report.seconds.get(name, 0.0) + time.perf_counter() - began

    def run(self) -> Rehearsed:
        """The year, and then the reckoning."""
        month = 0
        while (moment := self._next()) is not None and local_day(moment) <= self.last:
            self._jump(moment)
            day = local_day(moment)
            if day.month != month:
                month = day.month
                self.say(f"  {day:%m/%Y} …")
            self._happen()
            self._wake()
            self._send()
            self.report.jumps += 1
            if self.report.jumps % MIRROR_EVERY == 0:
                self._flow("mirror")
        self._jump(max(self.at, local_moment(self.last, hour(23, 59))))
        self._flow("mirror")
        self._flow("mirror")
        with self._timed("reckoning"):
            self._reckon()
        return self.report

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
                for following in script.act(session, happening, self.at, rules):
                    heapq.heappush(self.happenings, following)

    def _wake(self) -> None:
        """Let every wake that is due run in the engine, and wait for its end."""
        with reading(self.place.url) as session:
            due = session.exec(select(sa.func.count()).where(col(Assignment.next_wake_at) <= self.at)).one()
        if not due:
            return
        with self._timed("wakes"):
            made, failed = self._scheduling.create_wakes(self.place, self.deployments, timedelta())
            if failed:
                raise RuntimeError(f"the engine refused {len(failed)} wakes, first: {failed[0]}")
            self._engine.wait_until_idle()
        self.report.wakes += made

    def _send(self) -> None:
        """At the hour of the digest the flow `digest`, else `deliver`, if anything waits to go out."""
        with reading(self.place.url) as session:
            ready = sa.func.coalesce(Notice.next_try_at, Notice.send_after) <= self.at
            waits = session.exec(select(sa.func.count()).where(col(Notice.state).in_(WAITING), ready)).one()
        if not waits:
            return
        opens = local_moment(local_day(self.at), self.place.hours.digest)
        self._flow("digest" if self.at >= opens else "deliver")

    def _flow(self, name: str) -> None:
        with self._timed(name):
            run = self._engine.trigger(f"{name}/{name}", {})
            self._engine.wait_for([run])

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
