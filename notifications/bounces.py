"""What a mail that came back means: failed, delayed, an automatic answer, or nothing of the kind.

Delivery status notifications are read by RFC 3464; what Exim, qmail, Exchange and others send instead by flufl.bounce,
Mailman's collection. Automatic answers (RFC 3834) and read receipts (RFC 8098) are never bounces. Nothing here decides
whether a report is to be believed: whoever takes it looks whether the message that it names was sent to that address.
"""

import email
import email.policy
import logging
import re
from collections.abc import Iterable, Iterator
from email.message import Message
from typing import cast

from flufl.bounce import all_failures  # pyright: ignore[reportUnknownVariableType]

from notifications.messages import one_line
from plan.returned import Fared, Fate, Report

log = logging.getLogger(__name__)

MOST = 1_000_000
"""Bytes of a mail that are looked at: a report is small, what is longer quotes attachments."""
_OURS = re.compile(r"<(?:notice|digest|morning)-[A-Za-z0-9._+-]{1,200}@[A-Za-z0-9.-]{1,255}>")
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_AUTOMATIC = re.compile(r"^\s*auto-(replied|generated|notified)\b", re.IGNORECASE)
_AWAY = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Vacation")


def read_report(raw: bytes) -> Report:
    """Understand a mail, whatever its bytes are; never raises.

    1. A delivery status notification says for each recipient what was done and why.
    2. What names failed recipients in a known way of its own is a bounce as well.
    3. Of the rest, automatic answers are told from other mail, for the record.
    """
    try:
        mail = email.message_from_bytes(raw[:MOST], policy=email.policy.compat32)
        fared = tuple(_by_standard(mail)) or tuple(_by_habit(mail))
        fate = fared[0].fate if fared else Fate.AUTOMATIC if _automatic(mail) else Fate.OTHER
        return Report(fate, frozenset(_named(mail)) if fared else frozenset(), fared)
    except Exception as error:  # noqa: BLE001 - a damaged mail must not keep the others from being read
        log.warning("a mail in the bounce mailbox cannot be read: %s: %s", type(error).__name__, error)
        return Report(Fate.OTHER)


def _by_standard(mail: Message) -> Iterator[Fared]:
    """RFC 3464: a multipart/report whose message/delivery-status has one block of fields per recipient."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks: object = part.get_payload()
        for block in cast("list[object]", blocks) if isinstance(blocks, list) else ():
            if isinstance(block, Message) and (told := _recipient(cast("Message", block))):
                yield told


_ACTIONS = {
    "failed": Fate.FAILED, "delayed": Fate.DELAYED, "delivered": Fate.DELIVERED, "relayed": Fate.DELIVERED,
    "expanded": Fate.DELIVERED,
}  # fmt: skip


def _recipient(block: Message) -> Fared | None:
    """One recipient's block of fields; None for the block about the message as a whole."""
    final, original = _field(block, "Final-Recipient"), _field(block, "Original-Recipient")
    action = _ACTIONS.get(_field(block, "Action").lower())
    if action is None or not final + original:
        return None
    status = _STATUS.search(_field(block, "Status"))
    answer = _field(block, "Diagnostic-Code").partition(";")[2].strip() or _field(block, "Diagnostic-Code")
    addresses = frozenset(_address(text) for text in (final, original) if text)
    return Fared(action, addresses, status[0] if status else "", answer[:500])


def _field(block: Message, name: str) -> str:
    return one_line(str(block.get(name, "")))


def _address(text: str) -> str:
    """The address in "rfc822; <a@b>", in lower case."""
    return text.rpartition(";")[2].strip().strip("<>").lower()


def _by_habit(mail: Message) -> Iterator[Fared]:
    """Bounces that follow no standard; an automatic answer with an error in its words is none."""
    if _automatic(mail) and "X-Failed-Recipients" not in mail:
        return
    if "From" not in mail:
        mail["From"] = "<>"  # flufl.bounce wants one
    passing, lasting = all_failures(mail)
    words = one_line(" ".join(_texts(mail))[:20_000])
    for fate, found in ((Fate.FAILED, lasting), (Fate.DELAYED, passing)):
        for address in sorted(found):
            told = address.decode("ascii", "replace").lower()
            near = _near(words, told)
            status = _STATUS.search(near)
            yield Fared(fate, frozenset((told,)), status[0] if status else "", near)


def _near(words: str, address: str) -> str:
    """What stands around an address in a report without fields: where the reason mostly is."""
    at = words.lower().find(address)
    return words[at : at + 300].strip() if at >= 0 else ""


def _automatic(mail: Message) -> bool:
    """RFC 3834, and the headers that programs used before it."""
    if any(name in mail for name in _AWAY) or mail.get_content_type() == "multipart/report":
        return True
    return bool(_AUTOMATIC.match(str(mail.get("Auto-Submitted", ""))))


def _named(mail: Message) -> Iterable[str]:
    """Every Message-ID of our form in the mail: in returned headers, in returned mail, or only quoted."""
    for part in mail.walk():
        for value in part.get_all("Message-ID", []):
            yield from _OURS.findall(str(value))
    for text in _texts(mail):
        yield from _OURS.findall(text)


def _texts(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        if not part.is_multipart():
            data = part.get_payload(decode=True)
            yield data.decode("utf-8", "replace") if isinstance(data, bytes) else str(part.get_payload())
