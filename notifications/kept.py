"""Mail that was kept as files, read back: the days that have some, the mails of a day, and one of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from plan.clock import LOCAL

KEPT_AS = re.compile(r"(\d{4}-\d{2}-\d{2})/([A-Za-z0-9_+-][A-Za-z0-9_.+-]{0,200}\.eml)")
"""How the channel names a file in its folder: the day, and the file; nothing else is ever opened."""
_ANSWER = re.compile(r"https?://[^\s\"'<>]+/a/[\w.~=-]+[^\s\"'<>]*")


@dataclass(frozen=True)
class Envelope:
    """What stands on the outside of one kept mail; `sent_at` is an aware moment in Asia/Ho_Chi_Minh."""

    place: str
    sent_at: datetime
    to: str
    subject: str


@dataclass(frozen=True)
class KeptMail:
    """One kept mail: its outside, and both forms of its text."""

    envelope: Envelope
    text: str
    html: str

    def sealed(self, words: str) -> "KeptMail":
        """The same with `words` for its links: whoever looks at somebody else's mail must not answer for them."""
        text, html = (_ANSWER.sub(words, part) for part in (self.text, self.html))
        return KeptMail(self.envelope, text, html)


def days(folder: Path) -> list[tuple[date, int]]:
    """The days on which mail was kept in `folder`, the newest first, with how many there are."""
    found = (path for path in _listed(folder) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", path.name))
    counted = ((date.fromisoformat(path.name), len(_names(path))) for path in found)
    return sorted(((day, number) for day, number in counted if number), reverse=True)


def of_day(folder: Path, day: date, *, start: int = 0, size: int) -> list[Envelope]:
    """The mails of one day in the order of their hours, from the `start`th on, `size` of them at most."""
    names = _names(folder / f"{day}")[start : start + size]
    return [_envelope(f"{day}/{name}", _headers(folder / f"{day}" / name)) for name in names]


def kept_mail(folder: Path, place: str) -> KeptMail | None:
    """The mail that is kept at `place` ("2026-01-16/080000-….eml"), or None where there is none."""
    if KEPT_AS.fullmatch(place) is None or not (folder / place).is_file():
        return None
    with (folder / place).open("rb") as file:
        mail = BytesParser(policy=policy.default).parse(file)
    text, html = (_part(mail, kind) for kind in ("plain", "html"))
    return KeptMail(_envelope(place, mail), text, html)


def _listed(folder: Path) -> Iterator[Path]:
    try:
        yield from folder.iterdir()
    except FileNotFoundError:
        return


def _names(folder: Path) -> Sequence[str]:
    return sorted(p.name for p in _listed(folder) if KEPT_AS.fullmatch(f"{folder.name}/{p.name}"))


def _headers(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return BytesHeaderParser(policy=policy.default).parse(file)


def _envelope(place: str, mail: EmailMessage) -> Envelope:
    sent = parsedate_to_datetime(str(mail["Date"])).astimezone(LOCAL)
    to = ", ".join(f"{a.display_name} <{a.addr_spec}>".strip() for a in mail["To"].addresses)
    return Envelope(place, sent, to, str(mail["Subject"]))


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
