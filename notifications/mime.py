"""A message as bytes by RFC 5322 and 2045 ff.: plain text and HTML side by side, headers encoded, "
"our own Message-ID."""

import hashlib
import re
from email.charset import BASE64, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import cast

from notifications.messages import Lang, Message, MessageError
from plan.clock import LOCAL

# The older mail classes: the newer ones need 6 ms for each message's headers, these a tenth of it.
_WIRE = compat32.clone(linesep="\r\n", max_line_length=None)
_BASE64 = Charset("utf-8")
_BASE64.body_encoding = BASE64
_EIGHT_BIT = Charset("utf-8")
_EIGHT_BIT.body_encoding = None  # pyright: ignore[reportAttributeAccessIssue]

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(localhost|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+)"
)


def address_problem(address: str, lang: Lang = "vi") -> str | None:
    """What is wrong with a mail address, or None. ASCII only, at most 254 characters (RFC 5321, 4.5.3.1)."""
    if _ADDRESS.fullmatch(address) and len(address) <= 254 and address.index("@") <= 64:
        return None
    if lang == "vi":
        return f"{address!r} không phải là địa chỉ thư (dạng ten@donvi.gov.vn, không dấu, không khoảng trắng)"
    return f"{address!r} is not a mail address (write name@office.gov.vn: plain letters, no spaces)"


def as_bytes(message: Message, sender: str, sender_name: str, *, readable: bool = False) -> bytes:
    """`message` from `sender` to its one recipient, with CRLF; the same message always gives the same bytes.

    `readable` leaves the text as 8-bit UTF-8, for .eml files that people open and search without a mail program; for
    the wire it is base64. Raises MessageError if an address is not one.
    """
    for address in (sender, message.to):
        if problem := address_problem(address, "en"):
            raise MessageError(problem)
    seed = hashlib.sha256(f"{message.message_id} {message.to}".encode()).hexdigest()[:24]
    mail = MIMEMultipart("alternative", boundary=f"=-{seed}", policy=_WIRE)
    mail["From"] = _mailbox(sender, sender_name)
    mail["To"] = _mailbox(message.to, message.to_name)
    mail["Subject"] = _encoded(message.subject, "Subject")
    mail["Date"] = format_datetime(message.date.astimezone(LOCAL))
    mail["Message-ID"] = message.message_id
    if message.references:
        mail["In-Reply-To"] = message.references[-1]
        mail["References"] = " ".join(message.references)
    for name, value in message.headers:
        mail[name] = _encoded(value, name)
    # MIMEText takes a Charset as well as its name, which its published types do not say.
    charset = cast("str", _EIGHT_BIT if readable else _BASE64)
    mail.attach(MIMEText(message.text, "plain", charset, policy=_WIRE))
    mail.attach(MIMEText(message.html, "html", charset, policy=_WIRE))
    return mail.as_bytes()


def _encoded(value: str, name: str = "") -> str:
    """A header's text as encoded words of at most 75 characters (RFC 2047), or as it is where it is ASCII."""
    return value if value.isascii() else Header(value, "utf-8", header_name=name, maxlinelen=75).encode()


def _mailbox(address: str, name: str) -> str:
    """Name and address of one person, the name encoded or quoted as it needs."""
    return formataddr((name, address)) if name.isascii() else f"{_encoded(name, 'From')}\n <{address}>"
