"""Where messages go: mail, any other Apprise service, files when nothing is set up, a capture for rehearsals.

Every channel answers each message with an :class:`Outcome`, in order and one at a time, so that whoever sends can write
down one answer before the next message leaves.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from notifications.mail_plugin import MailPlugin
from notifications.mail_server import Cause, Reply, Step
from notifications.messages import Lang, Message, MessageError


class ChannelError(Exception):
    """A channel that cannot be opened or used at all. `problems` holds every reason, each saying what to do."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Status(StrEnum):
    """What became of one message."""

    ACCEPTED = "accepted"
    """The channel took it: a mail server's 250, a file on disk, a service's success."""
    RETRY = "retry"
    """Not now (4xx, silence, no connection, a channel set up wrongly): try again later."""
    FAILED = "failed"
    """Refused for good (5xx about this recipient or this text): trying again will not help."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The channel's answer to one message.

    `code` is the server's, None where it gave none. `uncertain` says that the whole message was on its way when the
    connection broke, so the recipient may have it although it will be tried again.
    """

    message_id: str
    status: Status
    code: int | None
    answer: str
    permanent: bool = False
    uncertain: bool = False


@runtime_checkable
class Channel(Protocol):
    """Something that delivers messages. Use it in a `with` block, from one thread; `send` may be called many times."""

    @property
    def description(self) -> str:
        """Where messages go, in words and without passwords."""
        ...

    @property
    def patience(self) -> float:
        """The most seconds that one message can take; a sender's lease must be longer."""
        ...

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        """Deliver each message and answer it, lazily and in order. Raises ChannelError if nothing "
        "can be sent at all."""
        ...

    def probe(self) -> Outcome:
        """Whether the channel would take a message now, without sending one (`message_id` is "")."""
        ...

    def close(self) -> None:
        """Let go of connections; never raises."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Closing:
    """The `with` block of a channel."""

    def close(self) -> None:
        """Nothing is held open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class MailChannel(Closing):
    """Mail over our Apprise plugin: one connection for many messages.

    A bad recipient or text fails alone. When the server cannot be reached twice in a row, the rest of the batch is
    answered `retry` without trying, so that an hour is not spent on time-outs.
    """

    TRIES = 2
    """Failures to reach the server, one after the other, after which the batch is given up."""

    def __init__(self, plugin: MailPlugin, lang: Lang = "vi") -> None:
        self.plugin = plugin
        self.lang: Lang = lang

    @property
    def description(self) -> str:
        return f"{self.plugin.server} ({self.plugin.sender})"

    @property
    def patience(self) -> float:
        # Connect, greet, EHLO, STARTTLS, sign in (3), MAIL, RCPT, DATA, text, RSET;
        # and once more after a stale connection.
        return self.plugin.server.timeout * 12

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        silent = 0
        last: Reply | None = None
        for message in messages:
            if last is not None and silent >= self.TRIES:
                yield replace(outcome(message.message_id, last, self.lang), uncertain=False)
                continue
            try:
                last = self.plugin.deliver(message)
            except MessageError as error:
                yield Outcome(message.message_id, Status.FAILED, None, str(error), permanent=True)
                continue
            silent = silent + 1 if last.step is Step.CONNECT or last.code is None else 0
            yield outcome(message.message_id, last, self.lang)

    def probe(self) -> Outcome:
        return outcome("", self.plugin.conversation.probe(), self.lang)

    def close(self) -> None:
        self.plugin.conversation.close()


_ADVICE: dict[Cause, tuple[str, str]] = {
    Cause.CERTIFICATE: (
        "không tin được chứng chỉ của máy chủ thư; hãy cài chứng chỉ của nơi cấp",
        "the mail server's certificate is not trusted; install its issuer's",
    ),
    Cause.LOGIN: (
        "máy chủ thư từ chối đăng nhập; hãy xem lại tên và mật khẩu trong DONDOC_MAIL_URL",
        "the mail server refuses to sign in; check name and password in DONDOC_MAIL_URL",
    ),
    Cause.REFUSED: (
        "máy chủ thư không nhận kết nối; hãy xem nó có chạy không và địa chỉ có đúng không",
        "the mail server takes no connection; see whether it runs and the address is right",
    ),
    Cause.SILENT: (
        "máy chủ thư không trả lời kịp; thư được gửi lại sau",
        "the mail server did not answer in time; the mail is tried again",
    ),
}


def outcome(message_id: str, reply: Reply, lang: Lang = "vi") -> Outcome:
    """What a mail server's reply means for the message.

    5xx about the recipient or the text is final. 5xx before that (greeting, sign-in, sender) says that the channel is
    set up wrongly: the notice stays owed until somebody mends it. Only "too big" (552, 5.3.4) is about the message
    itself.
    """
    if reply.accepted:
        return Outcome(message_id, Status.ACCEPTED, reply.code, reply.text)
    final = reply.code is not None and 500 <= reply.code < 600
    final = final and (
        reply.step in (Step.RECIPIENT, Step.DATA) or (reply.step is Step.SENDER and reply.code == 552)
    )
    uncertain = reply.step is Step.DATA and reply.code is None
    said = reply.text if reply.cause is None else f"{_ADVICE[reply.cause][lang == 'en']} ({reply.text})"
    status = Status.FAILED if final else Status.RETRY
    return Outcome(message_id, status, reply.code, said, permanent=final, uncertain=uncertain)
