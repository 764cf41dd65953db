"""One conversation with a mail server (RFC 5321), kept open from mail to mail, with every answer kept."""

import base64
import re
import smtplib
import ssl
from dataclasses import dataclass
from enum import StrEnum

from notifications.messages import one_line

DEFAULT_TIMEOUT = 20.0
"""Seconds to wait for the connection and for each of the server's answers."""
MODES = ("plain", "starttls", "ssl")
_PORTS = {"plain": 25, "starttls": 587, "ssl": 465}
_LINE_DOT = re.compile(rb"^\.", re.MULTILINE)


class Step(StrEnum):
    """How far one mail got before the answer that counts."""

    CONNECT = "connect"
    """Connection, greeting, TLS, sign-in: nothing about this mail was said."""
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    """The text was on its way; without an answer the server may or may not have it."""
    DONE = "done"


class Cause(StrEnum):
    """Why there was no answer about the mail, where somebody can mend it."""

    CERTIFICATE = "certificate"
    LOGIN = "login"
    REFUSED = "refused"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the mail server answered to one mail; `code` is None where no answer came."""

    step: Step
    code: int | None
    text: str
    cause: Cause | None = None

    @property
    def accepted(self) -> bool:
        """Whether the server took the mail."""
        return self.step is Step.DONE


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """Where and how to hand over mail. Its text never shows the password."""

    host: str
    port: int | None = None
    mode: str = "plain"
    user: str = ""
    password: str = ""
    timeout: float = DEFAULT_TIMEOUT
    verify: bool = True

    def __str__(self) -> str:
        return f"{self.mode} {self.host}:{self.at_port}"

    __repr__ = __str__

    @property
    def at_port(self) -> int:
        """The port named, or the usual one for the mode."""
        return self.port or _PORTS[self.mode]


class Conversation:
    """The connection to one server. Not for use by two threads at once."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None

    def hand_over(self, sender: str, to: str, payload: bytes) -> Reply:
        """One mail to one recipient, and the server's answer; never raises for what the network or server does.

        1. An idle connection that the server closed meanwhile is opened again, once.
        2. After a refusal the connection is cleared for the next mail.
        3. After silence, a break or 421 it is dropped: the next mail opens a new one.
        """
        kept = self._smtp is not None
        reply = self._converse(sender, to, payload)
        if kept and reply.code is None and reply.step is Step.SENDER:
            reply = self._converse(sender, to, payload)
        return reply

    def probe(self) -> Reply:
        """Connect, sign in and say NOOP, without sending anything."""
        try:
            code, text = self._connection().noop()
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            self.close()
            return _reply(Step.CONNECT, error)
        return Reply(Step.DONE, code, _words(text))

    def close(self) -> None:
        """End the connection politely, if there is one; never raises."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            if smtp.sock is not None:
                # Whoever went silent must not hold us up a second time at the farewell.
                smtp.sock.settimeout(min(self.server.timeout, 2.0))
                smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()

    def _converse(self, sender: str, to: str, payload: bytes) -> Reply:
        """One mail over the present connection, or over a new one."""
        step = Step.CONNECT
        try:
            smtp = self._connection()
            step = Step.SENDER
            reports = smtp.has_extn("dsn")
            code, text = smtp.mail(sender, ("RET=HDRS",) if reports else ())
            if code // 100 == 2:
                step = Step.RECIPIENT
                code, text = smtp.rcpt(to, (f"ORCPT=rfc822;{_xtext(to)}",) if reports else ())
            if step is Step.RECIPIENT and code // 100 == 2:
                code, text = smtp.docmd("DATA")
                if code == 354:
                    step = Step.DATA
                    smtp.send(_LINE_DOT.sub(b"..", payload) + b"\r\n.\r\n")
                    code, text = smtp.getreply()
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            self._drop()
            return _reply(step, error)
        if step is Step.DATA and code // 100 == 2:
            return Reply(Step.DONE, code, _words(text))
        self._clear(code)
        return Reply(step, code if code > 0 else None, _words(text))

    def _connection(self) -> smtplib.SMTP:
        """The open connection, or a new one: connected, greeted, encrypted and signed in as the address says."""
        if self._smtp is not None and self._smtp.sock is not None:
            return self._smtp
        at = self.server
        if at.mode == "ssl":
            smtp = smtplib.SMTP_SSL(at.host, at.at_port, timeout=at.timeout, context=self._tls())
        else:
            smtp = smtplib.SMTP(at.host, at.at_port, timeout=at.timeout)
        try:
            smtp.ehlo_or_helo_if_needed()
            if at.mode == "starttls":
                smtp.starttls(context=self._tls())
                smtp.ehlo()
            if at.user:
                _sign_in(smtp, at.user, at.password)
        except BaseException:
            smtp.close()
            raise
        self._smtp = smtp
        return smtp

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.server.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _clear(self, code: int) -> None:
        """Make the connection ready for the next mail after a refusal; 421 means that the server is hanging up."""
        if code == 421 or self._smtp is None:
            self._drop()
            return
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _xtext(address: str) -> str:
    """An address as a parameter (RFC 3461, 4): a report then names it, whatever aliases it went through."""
    return re.sub(r"[^!-*,-<>-~]", lambda found: f"+{ord(found[0]):02X}", address)


def _sign_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Sign in; smtplib knows ASCII only, so other names and passwords go as UTF-8 (RFC 4616) by PLAIN."""
    if (user + password).isascii():
        smtp.login(user, password)
        return
    token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    code, text = smtp.docmd("AUTH", f"PLAIN {token}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, text)


def _reply(step: Step, error: Exception) -> Reply:
    """What a broken conversation comes to: the server's code where it gave one, else what happened."""
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return Reply(step, error.smtp_code, _words(error.smtp_error), _cause(error))
    return Reply(step, None, one_line(str(error)) or type(error).__name__, _cause(error))


def _cause(error: Exception) -> Cause | None:
    match error:
        case ssl.SSLCertVerificationError():
            return Cause.CERTIFICATE
        case smtplib.SMTPAuthenticationError():
            return Cause.LOGIN
        case ConnectionRefusedError():
            return Cause.REFUSED
        case TimeoutError():
            return Cause.SILENT
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, TimeoutError):
            return Cause.SILENT  # smtplib says of silence that the connection was closed
        case _:
            return None


def _words(text: bytes | str) -> str:
    """A server's answer on one line, whatever bytes it sent, at most 500 characters."""
    return one_line(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)[:500]
