"""One way out for all addresses: mail to mail addresses, anything else to the service that the address itself names."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from notifications.channels import Channel, Closing, Outcome, Status
from notifications.mail_plugin import MailPlugin
from notifications.messages import Lang, Message
from notifications.services import ServiceChannel, service_at

_SERVICE_PATIENCE = 60.0
"""Seconds that one message to a service can take: Apprise waits 4 s for the connection and 4 s for the answer."""


class RoutedChannel(Closing):
    """Mail through `mail`; whose address is a channel's (tgram://…, json://…) gets subject and plain text there.

    An address that is none fails for good, in words; what a service refuses, or does not answer, is tried again. No
    answer shows more of an address than its scheme.
    """

    def __init__(self, mail: Channel, lang: Lang = "vi") -> None:
        self._mail = mail
        self._lang: Lang = lang

    @property
    def description(self) -> str:
        return self._mail.description

    @property
    def patience(self) -> float:
        return max(self._mail.patience, _SERVICE_PATIENCE)

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        for elsewhere, some in groupby(messages, key=lambda message: "://" in message.to):
            if elsewhere:
                for message in some:
                    yield from self._to_its_service(message)
            else:
                yield from self._mail.send(some)

    def probe(self) -> Outcome:
        return self._mail.probe()

    def close(self) -> None:
        self._mail.close()

    def _to_its_service(self, message: Message) -> Iterator[Outcome]:
        service, problems = service_at(message.to, self._lang)
        if service is None or isinstance(service, MailPlugin):
            vi, en = (
                "một máy chủ thư không phải là địa chỉ nhận; hãy ghi địa chỉ thư",
                "a mail server is no recipient; write a mail address",
            )
            said = "; ".join(problems) or (vi if self._lang == "vi" else en)
            yield Outcome(message.message_id, Status.FAILED, None, said, permanent=True)
            return
        yield from ServiceChannel(service, message.to).send((message,))
