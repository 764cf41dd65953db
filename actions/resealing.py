"""The change of the signing key: what the database keeps sealed is sealed anew, all of it in one transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from actions import second_factor, webhooks
from actions.rights import must_administer
from models import ledger
from models.accounts import SecondFactor
from models.hooks import Webhook
from models.ledger import Actor
from models.sealing import Seal, SealBroken


@dataclass(frozen=True)
class Resealed:
    """How many secrets are under the present key now, and whose no key opens: "person:3", "webhook:2"."""

    count: int
    lost: tuple[str, ...]


def reseal(session: Session, seal_of: Callable[[str], Seal], *, at: datetime, actor: Actor) -> Resealed:
    """Seal the seeds of second factors and the secrets of webhooks under the present key.

    What neither key opens is left as it is and named; the ledger keeps how many there were.
    """
    must_administer(session, actor)
    count, lost = 0, list[str]()
    for whose, row, name, seal in _sealed(session, seal_of):
        try:
            setattr(row, name, seal.renew(getattr(row, name)))
            count += 1
        except SealBroken:
            lost.append(whose)
        session.add(row)
    ledger.record(session, at, actor, "secrets.resealed", "office", count=count, lost=lost)
    return Resealed(count, tuple(lost))


def _sealed(
    session: Session, seal_of: Callable[[str], Seal]
) -> Iterator[tuple[str, SecondFactor | Webhook, str, Seal]]:
    seeds, secrets = seal_of(second_factor.PURPOSE), seal_of(webhooks.PURPOSE)
    for factor in session.exec(select(SecondFactor).with_for_update()).all():
        yield f"person:{factor.person_id}", factor, "seed", seeds
    for hook in session.exec(select(Webhook).with_for_update()).all():
        for name in ("secret", "old_secret"):
            if getattr(hook, name):
                yield f"webhook:{hook.id}", hook, name, secrets
