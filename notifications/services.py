"""Any other service that Apprise knows (chat, webhooks), and opening a channel from an address."""
# Apprise's own types are mostly unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import logging
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from apprise import Apprise, NotifyBase, NotifyFormat

from notifications.channels import Channel, ChannelError, Closing, MailChannel, Outcome, Status
from notifications.files import CaptureChannel, FileChannel, on_this_machine
from notifications.mail_plugin import MailPlugin, register
from notifications.mail_server import Conversation
from notifications.messages import Lang, Message, one_line
from notifications.mime import address_problem

_CODE = re.compile(r"error[=: ]+(\d{3})\b")
_OWN = ("dondocmail", "dondocmails")


class ServiceChannel(Closing):
    """Subject and plain text to one Apprise service.

    Apprise answers a refusal with a bare False: the reason is taken from its log, without passwords or tokens, and the
    message is to be tried again.
    """

    def __init__(self, service: NotifyBase, url: str) -> None:
        self._service = service
        self._secrets = secrets_of(url)

    @property
    def description(self) -> str:
        return f"{self._service.service_name} ({self._service.url(privacy=True)})"

    @property
    def patience(self) -> float:
        return 4 * (self._service.socket_connect_timeout + self._service.socket_read_timeout)

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        for message in messages:
            with listening(self._secrets) as said:
                apprise = Apprise()
                apprise.add(self._service)
                done = apprise.notify(body=message.text, title=message.subject, body_format=NotifyFormat.TEXT)
            yield self._outcome(message.message_id, bool(done), "; ".join(said)[:500])

    def probe(self) -> Outcome:
        return Outcome("", Status.ACCEPTED, None, self.description)

    def _outcome(self, message_id: str, done: bool, said: str) -> Outcome:
        if done:
            return Outcome(message_id, Status.ACCEPTED, None, said or str(self._service.service_name))
        code = _CODE.search(said)
        answer = said or f"{self._service.service_name}: refused without a reason"
        return Outcome(message_id, Status.RETRY, int(code[1]) if code else None, answer)


def open_channel(
    url: str | None,
    *,
    sender: str,
    sender_name: str = "",
    folder: Path,
    return_path: str = "",
    timeout: float | None = None,
    lang: Lang = "vi",
) -> Channel:
    """The channel that `url` names; files in `folder` where it is None or empty.

    Undeliverable mail comes back to `return_path`, or to the sender where there is none.
    Raises ChannelError with all problems of address, sender and mode at once. Opens no connection.
    """
    problems = _sender_problems(sender, lang)
    if not (url or "").strip():
        _raise_all(problems)
        return FileChannel(folder, sender, sender_name, lang=lang)
    assert url is not None
    url = re.sub(r"^smtp(s?)://", r"dondocmail\1://", url.strip())  # the name by which people know it
    service, found = service_at(url, lang)
    if isinstance(service, MailPlugin):
        service.sender = sender if not service.sender else service.sender
        service.sender_name = service.sender_name or sender_name
        service.return_path = return_path
        if timeout is not None and "timeout=" not in url:
            service.conversation = Conversation(replace(service.server, timeout=timeout))
        found += _mail_problems(service, lang)
    _raise_all(problems + found)
    assert service is not None
    return MailChannel(service, lang) if isinstance(service, MailPlugin) else ServiceChannel(service, url)


def open_capture(
    folder: Path, *, sender: str, sender_name: str = "", smtp: str | None = None, lang: Lang = "vi"
) -> CaptureChannel:
    """The rehearsal's channel: files in `folder`; with `smtp` (a dondocmail:// address) also that server.

    Raises ChannelError if the server is not on this machine: a rehearsal must not reach anybody.
    """
    problems = _sender_problems(sender, lang)
    server: Channel | None = None
    if smtp:
        host = urlsplit(smtp).hostname or ""
        if urlsplit(smtp).scheme not in _OWN or not on_this_machine(host):
            problems.append(
                f"diễn tập chỉ được gửi tới máy chủ thư trên chính máy này (127.0.0.1), không phải {host!r}"
                if lang == "vi"
                else f"a rehearsal may only send to a mail server on this machine (127.0.0.1), not to {host!r}"
            )
        else:
            server = open_channel(smtp, sender=sender, sender_name=sender_name, folder=folder, lang=lang)
    _raise_all(problems)
    return CaptureChannel(folder, sender, sender_name, server=server, lang=lang)


def check_addresses(addresses: Iterable[str], lang: Lang = "vi") -> None:
    """Raise ChannelError naming every address that cannot be one."""
    _raise_all([problem for address in addresses if (problem := address_problem(address, lang))])


def secrets_of(url: str) -> tuple[str, ...]:
    """Everything in an address that may be a password or token: itself, user part, path, query "
    "values; longest first."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return (url,)
    words = [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query)), parts.username or ""]
    pieces = [word for word in words if len(word) >= 6]
    pieces += [piece for piece in (parts.password, parts.netloc.rpartition("@")[0]) if piece]
    found = {form for piece in pieces for form in (piece, unquote(piece), quote(piece, safe=""))}
    return (url, *sorted(found, key=len, reverse=True))


def masked(text: str, secrets: Sequence[str]) -> str:
    """`text` on one line with every secret replaced."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return one_line(text)


class _Ear(logging.Filter):
    """Masks secrets in what Apprise logs, before any handler sees it, and remembers warnings and errors."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self.said: list[str] = []
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if record.exc_info and record.exc_info[1]:
            text = f"{text}: {record.exc_info[1]}"
        record.msg, record.args, record.exc_info = masked(text, self._secrets), None, None
        if record.levelno >= logging.WARNING:
            self.said.append(record.msg)
        return True


@contextmanager
def listening(secrets: Sequence[str]) -> Generator[list[str]]:
    """What Apprise logs as warnings and errors inside the block, with `secrets` masked there and in every log."""
    ear, log = _Ear(secrets), logging.getLogger("apprise")
    log.addFilter(ear)
    try:
        yield ear.said
    finally:
        log.removeFilter(ear)


def service_at(url: str, lang: Lang) -> tuple[NotifyBase | None, list[str]]:
    """The Apprise service behind an address, or why there is none."""
    register()
    scheme = urlsplit(url).scheme or "?"
    if scheme in ("mailto", "mailtos"):
        vi = f"địa chỉ kênh {scheme}:// không dùng được; hãy viết dondocmail://may-chu:25/ hoặc dondocmails://…"
        en = f"a {scheme}:// channel cannot be used; write dondocmail://server:25/ or dondocmails://…"
        return None, [vi if lang == "vi" else en]
    with listening(secrets_of(url)) as heard:
        service = Apprise.instantiate(url)
    said = "; ".join(heard)
    if service is None:
        vi = (
            f"địa chỉ kênh {scheme}://… không hợp lệ: {said or 'Apprise không nhận ra'}; xem tài liệu Apprise"
        )
        en = f"the channel {scheme}://… is not valid: {said or 'unknown to Apprise'}; see Apprise's list for its form"
        return None, [vi if lang == "vi" else en]
    return service, []


def _mail_problems(plugin: MailPlugin, lang: Lang) -> list[str]:
    """What would make the mail server's address dangerous or useless."""
    problems = _sender_problems(plugin.sender, lang)
    if plugin.server.password and plugin.server.mode == "plain" and not on_this_machine(plugin.server.host):
        problems.append(
            "mật khẩu máy chủ thư sẽ đi không mã hóa; hãy thêm ?mode=starttls hoặc dùng dondocmails://"
            if lang == "vi"
            else "the mail server's password would travel unencrypted; add ?mode=starttls or use dondocmails://"
        )
    return problems


def _sender_problems(sender: str, lang: Lang) -> list[str]:
    problem = address_problem(sender, lang)
    if problem is None:
        return []
    return [f"địa chỉ gửi: {problem}" if lang == "vi" else f"sender: {problem}"]


def _raise_all(problems: Iterable[str]) -> None:
    unique = tuple(dict.fromkeys(problems))
    if unique:
        raise ChannelError(*unique)
