"""Reading the bounce mailbox: one report after the other, each in a transaction of its own."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

from prefect import task
from prefect.cache_policies import NO_CACHE

from actions import bounces
from actions.bounces import StillSending
from actions.chasing import Rules
from models.database import reading, unit_of_work
from models.moment import captured_by
from models.notices import BounceBox, BounceEnd
from notifications.bounce_box import ImapBox, Mark, Returned, open_box
from notifications.bounces import read_report
from tasks.place import Place, here


@task(name="read-bounces", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[20, 60])
def read_bounces() -> str:
    """Take every report that has come in since the last time; raises BoxError where the mailbox cannot be read."""
    place = here()
    settings = place.settings
    with reading(place.url) as session:
        rehearsed = captured_by(session) is not None
    if rehearsed or not settings.bounce_url:
        return "a rehearsal reads no mailbox" if rehearsed else "no bounce mailbox is set"
    ends = Counter(str(end) for end in take_new(place, open_box(settings.bounce_url, settings.lang)))
    return ", ".join(f"{count} {end}" for end, count in sorted(ends.items())) or "nothing new"


def take_new(place: Place, box: ImapBox) -> Iterator[BounceEnd]:
    """Take the mails above the mark, which moves with each; a report that comes too early stops it until next time."""
    with reading(place.url) as session:
        row = session.get(BounceBox, box.name)
    since = Mark(row.validity, row.uid) if row else Mark()
    read = False
    with closing(box.new(since)) as returned:
        for mail in returned:
            read = True
            try:
                yield _take(place, box.name, mail)
            except StillSending:
                return
    if not read:
        _move(place, box.name, since)


def _take(place: Place, name: str, mail: Returned) -> BounceEnd:
    at, report = place.now, read_report(mail.raw)
    with unit_of_work(place.url) as session:
        end = bounces.take(
            session, report, hashlib.sha256(mail.raw).hexdigest(), at, Rules.of(session, place.hours)
        )
        session.merge(BounceBox(name=name, validity=mail.mark.validity, uid=mail.mark.uid, read_at=at))
    return end


def _move(place: Place, name: str, mark: Mark) -> None:
    """Write down that it was looked at, although nothing was new."""
    with unit_of_work(place.url) as session:
        session.merge(BounceBox(name=name, validity=mark.validity, uid=mark.uid, read_at=place.now))
