"""A whole year through the real flows and the real engine in minutes, the clock jumping from moment to moment.

A rehearsal has its own database, files, ledger, Prefect home and port, and a channel that no setting replaces. One that
was broken off, by whatever, goes on in its folder from the moment at which it stood.
"""

import tempfile
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path

import migrations
from actions import cycles
from actions.errors import Refused
from actions.plans import plan_named
from deployments import answers as script
from deployments.copying import copy_cycle
from deployments.driver import Driver, Say
from deployments.rehearsed import Rehearsed
from deployments.running import free_port, running_engine
from models.cycles import Cycle
from models.database import reading, unit_of_work
from models.ledger import Actor
from models.moment import is_rehearsal, mark_as_rehearsal
from models.plans import Plan
from models.standing import calendar
from notifications.services import open_capture
from plan.calendar import WorkingCalendar
from plan.clock import local_day, local_moment
from settings import Settings
from tasks.place import Place, at_place

DRIVER = Actor("rehearsal", "rehearsal")


def rehearse_plan(
    live: Place, plan: str, *, year: int | None = None, answers: Path | None = None, until: str | None = None,
    home: Path | None = None, smtp: str | None = None, resume: bool = False, say: Say = print,
) -> Rehearsed:  # fmt: skip
    """Rehearse one plan's year, apart from everything live; raises :class:`Refused` for what cannot be rehearsed.

    With `resume` a rehearsal that was broken off in `home` goes on from the moment at which it stood.
    """
    answering = (
        script.read_answers(answers.read_text("utf-8"), answers.name) if answers else script.DEFAULT_ANSWERS
    )
    last = _last_day(until)
    place = own_place(live, home, resume=resume)
    if smtp:
        address = f"dondocmail://{smtp}?mode=plain"
        open_capture(place.settings.mail_dir, sender=place.settings.mail_from, smtp=address).close()
    migrations.upgrade(place.url)
    with running_engine(place.settings, schedules=False, say=say) as engine:
        start = _prepare(live, place, plan, year, smtp)
        driver = Driver(place, engine, answering, start, last or date(local_day(start).year, 12, 31), say)
        return driver.run()


def _last_day(until: str | None) -> date | None:
    try:
        return date.fromisoformat(until) if until else None
    except ValueError as error:
        raise Refused.because(
            f"--until wants a day like 2026-03-31, not {until!r}",
            f"--until phải là ngày dạng 2026-03-31, không phải {until!r}",
        ) from error


def own_place(live: Place, home: Path | None, *, resume: bool) -> Place:
    """A home of its own: nothing in it points at anything live."""
    if resume and home is None:
        raise Refused.because(
            "name the folder of the rehearsal that shall go on: --home FOLDER",
            "hãy nêu thư mục của buổi diễn tập cần tiếp tục: --home THƯ-MỤC",
        )
    folder = home or Path(tempfile.mkdtemp(prefix="rehearsal-", dir=_made(live.settings.home)))
    if not resume and folder.exists() and any(folder.iterdir()):
        raise Refused.because(
            f"{folder} is not empty; a rehearsal wants a new folder, or --resume to go on with the one in it",
            f"{folder} không trống; diễn tập cần thư mục mới, hoặc --resume để tiếp tục buổi diễn tập đang có ở đó",
        )
    _made(folder)
    own = {
        "home": folder, "database_url": f"sqlite:///{folder}/dondoc.db", "evidence_url": f"file://{folder}/evidence",
        "mail_dir": folder / "mail", "mail_url": "", "prefect_home": folder / "prefect", "prefect_port": free_port(),
        "prefect_database_url": "", "heartbeat_url": None,
    }  # fmt: skip
    settings: Settings = live.settings.model_copy(update=own)
    return at_place(settings)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _prepare(live: Place, place: Place, plan: str, year: int | None, smtp: str | None) -> datetime:
    """Copy the year into the rehearsal's database and arm it there; answers the first moment.

    Each step is done once, whatever life of the rehearsal does it.
    """
    with reading(live.url) as source:
        found = plan_named(source, plan)
        cycle = cycles.cycle_named(source, found, year or found.signed_on.year)
        start = _first_moment(found, cycle, calendar(source))
        with unit_of_work(place.url) as target:
            if target.get(Cycle, cycle.id) is None:
                copy_cycle(source, target, cycle)
            marked = is_rehearsal(target)
    if not marked:
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
