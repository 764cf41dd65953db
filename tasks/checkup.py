"""Whether everything that the program needs is there and works: what `dondoc doctor` and the console's page look at."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx
import sqlalchemy as sa
from sqlmodel import Session, col, select

import migrations
from actions import outbox
from actions.addresses import dead_addresses
from models import ledger
from models.cycles import Assignment, Cycle, CycleState
from models.database import StoreError, reading
from models.engine import WorkerBeat
from models.hooks import Webhook
from models.letters import troubles
from models.notices import BounceBox, Notice, NoticeState
from models.people import Person, PersonRole, Unit
from models.queries import switch
from models.standing import directory
from notifications.bounce_box import BoxError, open_box
from notifications.channels import ChannelError, Status
from notifications.services import check_addresses
from plan import clock
from plan.ladder import Audience
from plan.recipients import Reach, shown
from tasks.place import Place
from tasks.provider import Provider, ProviderError
from tasks.scanner import ScannerDown, answers
from tasks.sending import open_settings_channel

BEAT_LIMIT = timedelta(seconds=60)
READ_LIMIT = timedelta(hours=1)
"""How long ago the bounce mailbox may have been read last: it is read every ten minutes."""
LEAST_FREE = 200 * 1024 * 1024
"""Bytes of free disk below which a warning is given: 200 MiB."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it stands ("ok", "warning", "error"), what was seen, what to do."""

    what: str
    level: str
    seen: str
    todo: str = ""


def _ok(what: str, seen: str) -> Finding:
    return Finding(what, "ok", seen)


Check = Callable[[Place], Iterator[Finding]]
"""Looks at one thing."""


def look_at(place: Place, checks: Sequence[Check]) -> list[Finding]:
    """Every check in turn; one that fails does not keep the others from being made."""
    found: list[Finding] = []
    for look in checks:
        try:
            found += look(place)
        except (StoreError, ChannelError, BoxError, OSError) as error:
            found.append(Finding(look.__name__.strip("_"), "error", str(error)))
    return found


def _disk(place: Place) -> Iterator[Finding]:
    home = place.settings.home
    if not home.exists():
        yield Finding(
            "folder",
            "warning",
            f"{home} does not exist yet",
            "it is made by the first command that stores something",
        )
        return
    free = shutil.disk_usage(home).free
    level, todo = ("ok", "") if free > LEAST_FREE else ("warning", "make room")
    yield Finding("disk", level, f"{free // 1024**2} MiB free under {home}", todo)


def _database(place: Place) -> Iterator[Finding]:
    now, needed = migrations.current(place.url), migrations.head()
    shown = sa.make_url(place.url).render_as_string(hide_password=True)
    if now == needed:
        yield _ok("database", f"{shown}, revision {now}")
    elif now is None:
        yield Finding("database", "warning", f"{shown} is empty", "dondoc db upgrade")
    else:
        yield Finding(
            "database",
            "error",
            f"{shown} is at revision {now}, needed {needed}",
            "dondoc backup FILE, then dondoc db upgrade",
        )


def _ledger_head(place: Place) -> Iterator[Finding]:
    with reading(place.url) as session:
        seq, digest = ledger.head(session)
    yield _ok("ledger", f"{seq} rows, head {digest[:16]}… (whole check: dondoc audit verify)")


def engine(place: Place) -> Iterator[Finding]:
    """Whether Prefect answers where this process was told to find it, else on its port of the settings."""
    url = os.environ.get("PREFECT_API_URL") or f"http://127.0.0.1:{place.settings.prefect_port}/api"
    try:
        answers = httpx.get(f"{url}/health", timeout=2, trust_env=False).text.strip() == "true"
    except httpx.HTTPError:
        answers = False
    if answers:
        yield _ok("prefect", f"answers at {url}")
    else:
        yield Finding("prefect", "warning", f"does not answer at {url}", "dondoc up")


def _worker(place: Place) -> Iterator[Finding]:
    with reading(place.url) as session:
        lives = session.exec(select(WorkerBeat).where(col(WorkerBeat.stopped_at).is_(None))).all()
    alive = [life for life in lives if clock.now() - life.beat_at < BEAT_LIMIT]
    if alive:
        yield _ok(
            "worker",
            ", ".join(f"{life.host} pid {life.pid}, beat {life.beat_at:%H:%M:%S} UTC" for life in alive),
        )
    else:
        yield Finding("worker", "warning", "no worker is alive", "dondoc up")


def _channel(place: Place) -> Iterator[Finding]:
    settings = place.settings
    if not settings.mail_url:
        yield Finding(
            "mail",
            "warning",
            f"no mail server is set: mail is kept as files in {settings.mail_dir}",
            "set DONDOC_MAIL_URL",
        )
        return
    with open_settings_channel(settings) as channel:
        answer = channel.probe()
    level = "ok" if answer.status is Status.ACCEPTED else "error"
    yield Finding(
        "mail",
        level,
        f"{channel.description}: {answer.answer}",
        "" if level == "ok" else "check DONDOC_MAIL_URL and the server",
    )


def _bounce_box(place: Place) -> Iterator[Finding]:
    settings = place.settings
    with reading(place.url) as session:
        marks = {row.name: row.read_at for row in session.exec(select(BounceBox))}
        dead = dead_addresses(session)
    if settings.bounce_url:
        box = open_box(settings.bounce_url, "en")
        last = marks.get(box.name)
        seen = f"{box.name}: {box.count()} mails, last read {f'{last:%d/%m %H:%M} UTC' if last else 'never'}"
        late = last is None or place.now - last > READ_LIMIT
        yield Finding("bounces", "warning" if late else "ok", seen, "dondoc up reads it" if late else "")
    elif settings.mail_url:
        seen = "nobody reads what comes back: a mail to a dead address counts as delivered"
        yield Finding("bounces", "warning", seen, "set DONDOC_BOUNCE_URL")
    if dead:
        seen = "mail comes back from: " + ", ".join(sorted({f"{shown(d.address)} ({d.whose})" for d in dead}))
        yield Finding(
            "dead addresses", "warning", seen, "correct them, or: dondoc unit use-again ADDRESS --reason …"
        )


def _provider(place: Place) -> Iterator[Finding]:
    if not place.settings.oidc_issuer:
        return
    provider = Provider(place.settings)
    try:
        yield _ok("provider", f"{place.settings.oidc_issuer} answers, {provider.keys()} keys")
    except ProviderError as error:
        yield Finding("provider", "error", str(error), "check DONDOC_OIDC_ISSUER and the provider")


def _scanner(place: Place) -> Iterator[Finding]:
    if not place.settings.scanner:
        return
    try:
        yield _ok("scanner", f"{place.settings.scanner}: {answers(place.settings)}")
    except ScannerDown as error:
        yield Finding("scanner", "error", str(error), "start it, or check DONDOC_SCANNER")


def _webhooks(place: Place) -> Iterator[Finding]:
    with reading(place.url) as session:
        for hook in session.exec(select(Webhook).order_by(col(Webhook.id))):
            if hook.why:
                yield Finding(
                    "webhook",
                    "warning",
                    f"{hook.id} was switched off: {hook.why}",
                    f"mend the receiver, then: dondoc webhook on {hook.id}",
                )
            elif hook.failing_since:
                seen = f"{hook.id} has failed since {hook.failing_since:%d/%m %H:%M} UTC"
                yield Finding("webhook", "warning", seen, f"see: dondoc webhook messages {hook.id}")


def _directory(place: Place) -> Iterator[Finding]:
    with reading(place.url) as session:
        units = session.exec(select(Unit).where(col(Unit.active))).all()
        known = directory(session)
        people = session.exec(select(Person).where(col(Person.active))).all()
        used = set(
            session.exec(
                select(Assignment.unit_id)
                .join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
                .where(Cycle.state == CycleState.ARMED)
            )
        )
    lost = [u.code for u in units if not known.who(u.id or 0, Audience.UNIT)]
    level = "error" if any(u.id in used and u.code in lost for u in units) else "warning"
    if lost:
        yield Finding(
            "contacts",
            level,
            f"nobody can receive mail for: {', '.join(lost)}",
            "add contacts: dondoc unit load FILE",
        )
    else:
        yield _ok("contacts", f"{len(units)} units, each with an address")
    unreported = [u.code for u in units if not known.who(u.id or 0, Audience.SUPERIOR)]
    if unreported:
        yield Finding(
            "superiors",
            "warning",
            f"no superior to report to: {', '.join(unreported)}",
            "add a contact with the role superior, or a parent unit with a mailbox",
        )
    yield from _addresses(known.units.values(), people)


def _addresses(reaches: Iterable[Reach], people: Sequence[Person]) -> Iterator[Finding]:
    known = {
        r.address
        for reach in reaches
        for r in (*reach.mailbox, *reach.officer, *reach.deputy, *reach.superior)
    }
    known |= {p.address for p in people if p.address}
    try:
        check_addresses(sorted(address for address in known if "://" not in address))
    except ChannelError as error:
        yield Finding("addresses", "error", str(error), "correct them: dondoc unit load FILE")
    if not any(p.role is PersonRole.COORDINATOR and p.address for p in people):
        seen = "no coordinator has an address: nobody gets the morning line"
        yield Finding("coordinator", "warning", seen, "add one: dondoc unit load FILE")


def _outbox(place: Place) -> Iterator[Finding]:
    with reading(place.url) as session:
        stopped = switch(session, "sending") == "stopped"
        failed = _count(session, NoticeState.FAILED)
        retrying = _count(session, NoticeState.RETRYING)
        aside = session.exec(
            select(sa.func.count()).select_from(Notice).where(col(Notice.reason).startswith(outbox.SET_ASIDE))
        ).one()
    if stopped:
        yield Finding("sending", "warning", "is stopped by the switch", "dondoc notice resume")
    if aside:
        seen = f"{aside} notices broke whoever sent them and were set aside"
        yield Finding(
            "set aside", "error", seen, "dondoc notice list --state failed; tell the units by telephone"
        )
    if failed or retrying:
        yield Finding(
            "outbox",
            "warning",
            f"{failed} notices failed, {retrying} are tried again",
            "dondoc notice list --state failed",
        )
    else:
        yield _ok("outbox", "nothing failed")


def _letters(place: Place) -> Iterator[Finding]:
    with reading(place.url) as session:
        for row in troubles(session):
            seen = f"{row.letter} ({row.lang}): your wording did not fit {row.times} messages: {row.problem}"
            yield Finding("letters", "warning", seen, "change it on the page Letters; ours went out instead")


def _count(session: Session, state: NoticeState) -> int:
    return session.exec(select(sa.func.count()).select_from(Notice).where(Notice.state == state)).one()


OWN: Sequence[Check] = (_disk, _database, _ledger_head)
REST: Sequence[Check] = (
    _worker, _channel, _bounce_box, _provider, _scanner, _webhooks, _directory, _outbox, _letters,
)  # fmt: skip
"""The checks before and after those of the engine."""
