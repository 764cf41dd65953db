"""Prefect's part in webhooks: messages made from the ledger, posted, and settled; one at a time, none lost."""

import logging
from email.utils import make_msgid
from html import escape
from urllib.parse import urlsplit

from prefect import task
from prefect.cache_policies import NO_CACHE

from actions import webhooks
from actions.webhooks import Due
from models.database import reading, unit_of_work
from models.hooks import Webhook
from models.people import PersonRole
from models.standing import coordinators
from notifications.channels import ChannelError
from notifications.messages import Message
from notifications.webhook import GONE, Posted, post
from plan.recipients import Recipient
from tasks.place import Place, here
from tasks.sending import send_sample

BATCH = 50
MOST = 1000
"""How many messages one run posts at most; the next run takes the rest."""

log = logging.getLogger(__name__)


@task(name="send-webhooks", cache_policy=NO_CACHE)
def send_webhooks() -> str:
    """Post what is due; answers in words what came of it."""
    return send(here())


def send(place: Place) -> str:
    """The same for one place, outside of a flow."""
    seal = place.seal(webhooks.PURPOSE)
    with unit_of_work(place.url) as session:
        owed = webhooks.owe(session, place.now)
    taken = tried = 0
    while tried < MOST:
        lease = place.new_lease()
        with unit_of_work(place.url) as session:
            due = webhooks.claim(session, place.now, lease, seal, BATCH)
        if not due:
            break
        for one in due:
            taken += _send_one(place, one, lease)
        tried += len(due)
    return f"{owed} new, {taken} of {tried} taken"


def _send_one(place: Place, due: Due, lease: str) -> bool:
    """Post one message and write down what came back; a webhook that this ends is told to the administrators."""
    at = place.now
    posted: Posted = post(
        due.url, due.body, due.keys, message_id=due.name, moment=int(at.timestamp()),
        private=place.settings.webhook_private,
    )  # fmt: skip
    with unit_of_work(place.url) as session:
        ended = webhooks.settle(
            session, due.id, lease, code=posted.code, answer=posted.answer, taken=posted.taken,
            gone=posted.code == GONE, at=at,
        )  # fmt: skip
    if ended is not None:
        _tell_administrators(place, ended, posted)
    return posted.taken


def _tell_administrators(place: Place, hook: Webhook, posted: Posted) -> None:
    """One line to each administrator; the ledger, the page and the doctor say the same where no mail can go."""
    with reading(place.url) as session:
        to = coordinators(session, (PersonRole.ADMINISTRATOR,))
    for one in to:
        try:
            outcome = send_sample(place, _line(place, hook, posted, one))
            log.info("webhook %s: %s told: %s", hook.id, one.key, outcome.answer)
        except ChannelError:
            log.warning("webhook %s was switched off; %s could not be told", hook.id, one.key, exc_info=True)


def _line(place: Place, hook: Webhook, posted: Posted, to: Recipient) -> Message:
    settings = place.settings
    last = f"HTTP {posted.code}" if posted.code else posted.answer
    host = urlsplit(hook.url).hostname or ""
    if settings.lang == "vi":
        subject = f"Webhook số {hook.id} đến {host} đã bị tắt"
        text = (
            f"{settings.office}: webhook số {hook.id} đến {host} không nhận được tin trong nhiều ngày nên đã bị tắt. "
            f"Lần cuối: {last}.\n\nSửa bên nhận rồi bật lại tại {settings.public_url}/office/webhooks\n"
        )
    else:
        subject = f"Webhook {hook.id} to {host} has been switched off"
        text = (
            f"{settings.office}: webhook {hook.id} to {host} took nothing for days and has been switched off. "
            f"Last: {last}.\n\nMend the receiver, then switch it on at {settings.public_url}/office/webhooks\n"
        )
    number = make_msgid(idstring=f"webhook-{hook.id}", domain=settings.mail_from.rpartition("@")[2])
    html = f"<p>{escape(text)}</p>"
    return Message(
        to=to.address,
        to_name=to.name,
        subject=subject,
        text=text,
        html=html,
        message_id=number,
        date=place.now,
    )
