"""Waking: decide and record what is owed, for one item or for everything at once."""

from dataclasses import dataclass

from prefect import task
from prefect.cache_policies import NO_CACHE

from actions import drafts
from actions.chasing import Woken, reconsider, wake
from models.database import unit_of_work
from tasks.place import here

RETRY_SECONDS: list[float] = [2, 10, 60]
"""The waits before the database is tried again."""


@task(name="decide-what-is-owed", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=RETRY_SECONDS)
def wake_item(item_id: int) -> Woken:
    """Decide what is owed about one item at this moment, and record it."""
    place = here()
    with unit_of_work(place.url) as session:
        return wake(session, place.now, place.hours, item_id=item_id)


@task(name="decide-everything-owed", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=RETRY_SECONDS)
def wake_everything() -> Woken:
    """Decide whatever the engine was too late for: the digest never depends on it."""
    place = here()
    with unit_of_work(place.url) as session:
        return wake(session, place.now, place.hours)


@task(name="forget-old-drafts", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=RETRY_SECONDS)
def forget_old_drafts() -> int:
    """Forget unsent answers that nobody has touched for long; answers how many."""
    place = here()
    with unit_of_work(place.url) as session:
        return drafts.forget_old(session, place.now)


@task(name="reconsider-escalations", cache_policy=NO_CACHE, retries=3, retry_delay_seconds=RETRY_SECONDS)
def reconsider_escalations() -> int:
    """Plan a wake where an escalation waited for notices that have been delivered by now; answers how many."""
    place = here()
    with unit_of_work(place.url) as session:
        return reconsider(session, place.now, place.hours)


@dataclass(frozen=True)
class Verdict:
    """The name and message of the state in which a wake ends, for people who look at Prefect's pages."""

    name: str
    message: str


def verdict(woken: Woken) -> Verdict:
    """What a wake did, in a word and a sentence."""
    done = f"{woken.units} assignments, {woken.done} done"
    void = "; ".join(f"{count} void: {reason}" for reason, count in sorted(woken.void.items()))
    tail = "; ".join(part for part in (done, void) if part)
    told = ", ".join(f"{rung} to {count}" for rung, count in woken.owed.items())
    if woken.unreachable:
        tail = f"{woken.unreachable} unreachable; {tail}"
    if woken.escalated:
        return Verdict("Escalated", f"{told}; {tail}")
    if woken.owed:
        return Verdict("Reminded", f"{told}; {tail}")
    return Verdict("Unreachable" if woken.unreachable else "Nothing owed", tail)
