"""From claimed rows to the channel and back: open the channel, make the messages, give each answer to its row."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from actions import outbox
from actions.outbox import Answer
from models.database import reading
from models.letters import wordings
from models.moment import captured_by
from models.notices import NoticeState
from notifications.channels import Channel, ChannelError, Outcome, Status
from notifications.messages import Message
from notifications.render import Office, Renderer
from notifications.routing import RoutedChannel
from notifications.services import open_capture, open_channel
from settings import Settings
from tasks.place import Place

log = logging.getLogger(__name__)

_OUTCOMES = {
    Status.ACCEPTED: NoticeState.ACCEPTED,
    Status.RETRY: NoticeState.RETRYING,
    Status.FAILED: NoticeState.FAILED,
}


@dataclass
class Sent:
    """What one round of sending did."""

    accepted: int = 0
    retrying: int = 0
    failed: int = 0
    stopped: bool = False

    def count(self, state: NoticeState) -> None:
        """Count one message's end."""
        self.accepted += state is NoticeState.ACCEPTED
        self.retrying += state is NoticeState.RETRYING
        self.failed += state is NoticeState.FAILED

    def __str__(self) -> str:
        """In words."""
        if self.stopped:
            return "sending is switched off"
        return f"{self.accepted} sent, {self.retrying} to be tried again, {self.failed} refused"


@dataclass(frozen=True)
class Claimed:
    """A row in a sender's hands: the message made from it, or what went wrong in making it."""

    row_id: int
    message: Message | None
    fault: str = ""

    @property
    def message_id(self) -> str:
        """The message's own; empty where none could be made."""
        return self.message.message_id if self.message else ""


def claimed(row_id: int, make: Callable[[], Message]) -> Claimed:
    """The row with its message; one that cannot be made must not keep the others from leaving."""
    try:
        return Claimed(row_id, make())
    except Exception as error:
        log.exception("no message can be made from row %s", row_id)
        return Claimed(row_id, None, _fault(error))


def _fault(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def answers(channel: Channel, rows: Sequence[Claimed]) -> Iterator[tuple[Claimed, Answer]]:
    """Each claimed row with its answer, as the answers come; nothing stays claimed.

    A channel that breaks altogether (a full disk) leaves the rest to be tried again. One that breaks over a message,
    as none should, is used on for the others, and the message's row counts a fault.
    """
    for one in rows:
        if one.message is None:
            yield one, Answer(NoticeState.RETRYING, None, one.fault, fault=True)
    left = [one for one in rows if one.message is not None]
    while left:
        try:
            yield from _through(channel, left)
        except ChannelError as error:
            for one in left:
                yield one, Answer(NoticeState.RETRYING, None, str(error))
            return
        except Exception as error:
            broken = left.pop(0)
            log.exception("sending %s broke", broken.message_id)
            yield broken, Answer(NoticeState.RETRYING, None, _fault(error), uncertain=True, fault=True)


def _through(channel: Channel, left: list[Claimed]) -> Iterator[tuple[Claimed, Answer]]:
    """Send what is left and take each from the list as it is answered."""
    for outcome in channel.send([one.message for one in left if one.message]):
        answer = Answer(_OUTCOMES[outcome.status], outcome.code, outcome.answer, outcome.uncertain)
        yield left.pop(0), answer


def may_send(place: Place, sent: Sent) -> bool:
    """Whether the switch lets anything out."""
    with reading(place.url) as session:
        sent.stopped = outbox.sending_stopped(session)
    return not sent.stopped


def channel_of(place: Place) -> Channel:
    """The channel that is set up; in a rehearsal always the capturing one, whatever the settings say."""
    settings = place.settings
    with reading(place.url) as session:
        capture = captured_by(session)
    if capture is None:
        return open_settings_channel(settings)
    smtp = f"dondocmail://{capture}?mode=plain" if capture else None
    name = settings.office
    return open_capture(
        settings.mail_dir, sender=settings.mail_from, sender_name=name, smtp=smtp, lang=settings.lang
    )


def open_settings_channel(settings: Settings) -> Channel:
    """The channel that the settings name, and those that contacts name; all in files where no channel is set."""
    mail = open_channel(
        settings.mail_url, sender=settings.mail_from, sender_name=settings.office,
        folder=settings.mail_dir, return_path=settings.bounce_from, lang=settings.lang,
    )  # fmt: skip
    return RoutedChannel(mail, settings.lang) if settings.mail_url else mail


def renderer(place: Place) -> Renderer:
    """The renderer in the office's name, language and words."""
    settings = place.settings
    with reading(place.url) as session:
        own = wordings(session, settings.lang)
    return Renderer(office_of(settings), settings.lang, own)


def office_of(settings: Settings) -> Office:
    """In whose name mail goes out."""
    return Office(
        name=settings.office, domain=settings.mail_from.rpartition("@")[2].rstrip(">") or "dondoc.local",
        contact=settings.mail_reply_to or settings.mail_from, reply_to=settings.mail_reply_to,
        key=settings.signing_key(),
    )  # fmt: skip


def send_sample(place: Place, message: Message) -> Outcome:
    """Hand one message, which nobody is owed, to the channel in use; raises ChannelError where there is none."""
    with channel_of(place) as channel:
        return next(iter(channel.send([message])))
