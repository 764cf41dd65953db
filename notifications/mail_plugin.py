"""Our own Apprise service for mail: `dondocmail://` (plain or STARTTLS) and `dondocmails://` (TLS from the first byte).

    dondocmail://[user:password@]server[:port]/?mode=plain|starttls|ssl&timeout=20&verify=yes&from=…&name=…&to=…

Apprise's `mailto` makes the text part out of the HTML, makes its own Message-ID, opens a connection for each mail and
answers a bare False. This one sends our text beside our HTML under our Message-ID, keeps one connection for many mails
and keeps what the server said. Called as any Apprise service (`notify(title, body)`), it sends plain text to `to=`.
"""
# Apprise's own types are mostly unknown or narrower than what it does.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

import html
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from apprise import NotifyBase
from apprise.manager_plugins import NotificationManager

from notifications.mail_server import DEFAULT_TIMEOUT, MODES, Conversation, Reply, Server
from notifications.messages import Message, MessageError, one_line
from notifications.mime import as_bytes
from plan import clock


class MailPlugin(NotifyBase):
    """One mail server as an Apprise service; not for use by two threads at once."""

    service_name = "Đôn Đốc mail"
    protocol = "dondocmail"
    secure_protocol = "dondocmails"
    setup_url = "https://www.rfc-editor.org/rfc/rfc5321"
    request_rate_per_sec = 0
    body_maxlen = 10_000_000
    templates = (
        "{schema}://{host}",
        "{schema}://{host}:{port}",
        "{schema}://{user}:{password}@{host}:{port}",
    )

    def __init__(
        self,
        mode: str | None = None,
        timeout: str | float | None = None,
        sender: str = "",
        sender_name: str = "",
        recipient: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        mode = mode or ("ssl" if self.secure else "plain")
        seconds = DEFAULT_TIMEOUT if timeout is None else float(timeout)
        if mode not in MODES or not 0 < seconds < 3600:
            # Apprise swallows the words of an exception and keeps those of its log.
            self.logger.error("mode must be one of %s, timeout between 0 and 3600", ", ".join(MODES))
            raise TypeError("mode or timeout")
        self.sender, self.sender_name, self.recipient = sender, sender_name, recipient
        self.return_path = ""
        login = (self.user or "", self.password or "")
        server = Server(self.host, self.port, mode, *login, timeout=seconds, verify=self.verify_certificate)
        self.conversation = Conversation(server)

    @property
    def server(self) -> Server:
        """Where mail is handed over."""
        return self.conversation.server

    def deliver(self, message: Message) -> Reply:
        """Hand over one message; what the network or server does is in the reply. Raises MessageError for an address
        that is none."""
        payload = as_bytes(message, self.sender, self.sender_name)
        return self.conversation.hand_over(self.return_path or self.sender, message.to, payload)

    def send(self, body: str, title: str = "", **_: Any) -> bool:
        """Apprise's own call: `body` as plain text to the address of `to=`."""
        to = self.recipient or self.sender
        message = Message(
            to=to,
            to_name="",
            subject=one_line(title) or "Đôn Đốc",
            text=body,
            html=f'<pre style="font:inherit;white-space:pre-wrap">{html.escape(body)}</pre>',
            message_id=f"<alert-{uuid4().hex}@{self.sender.rpartition('@')[2] or 'localhost'}>",
            date=clock.now(),  # Apprise's call gives no moment
        )
        try:
            reply = self.deliver(message)
        except MessageError as error:
            self.logger.warning("Đôn Đốc mail: %s", error)
            return False
        if not reply.accepted:
            self.logger.warning("Đôn Đốc mail refused: %s %s", reply.code, reply.text)
        return reply.accepted

    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:
        """The address of this service; with `privacy` the password is not in it."""
        at = self.server
        password = f":{self.pprint(at.password, privacy, safe='')}" if at.password else ""
        login = f"{self.quote(at.user, safe='')}{password}@" if at.user else ""
        params = {"mode": at.mode, "timeout": f"{at.timeout:g}", "verify": "yes" if at.verify else "no"}
        params |= {"from": self.sender, "name": self.sender_name, "to": self.recipient}
        query = self.urlencode({name: value for name, value in params.items() if value})
        return f"{self.protocol}://{login}{at.host}:{at.at_port}/?{query}"

    @staticmethod
    def parse_url(url: str, *_: Any, **__: Any) -> dict[str, Any] | None:
        """The parts of an address, or None if it is none. Read here: Apprise's own reader refuses some good ones."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return None
        if not parts.hostname:
            return None
        query = dict(parse_qsl(parts.query))
        names = {
            "mode": "mode",
            "timeout": "timeout",
            "from": "sender",
            "name": "sender_name",
            "to": "recipient",
        }
        return {
            "schema": parts.scheme,
            "host": parts.hostname,
            "port": port,
            "user": parts.username,
            "password": parts.password,
            "verify": query.get("verify", "yes"),
            **{argument: query[name] for name, argument in names.items() if name in query},
        }


def register() -> None:
    """Make the two schemes known to Apprise; doing it again changes nothing."""
    manager = NotificationManager()
    if MailPlugin.protocol not in manager:
        manager.add(MailPlugin)
