"""From values to messages: Jinja2 templates in notifications/templates, compiled once.

A message is a frame (notice, digest or morning, as text and as HTML) around the words of its letter, which are the
program's own or the office's (notifications/wording.py). What a frame shows no wording can take away: the task, the
signed link, who asks and why. A variable that does not exist is an error, HTML is escaped, text is not made from HTML.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape

from notifications.messages import (
    DigestMail,
    Lang,
    Message,
    MessageError,
    MorningMail,
    NoticeMail,
    one_line,
)
from notifications.values import Values
from notifications.values import values as told
from notifications.wording import TEMPLATES, Parts, Unfit, own, rendered
from notifications.words import FILTERS, STYLE, Words

SUBJECT_MOST = 180
"""Longest subject, in characters; what comes first is what a phone shows."""


class RenderError(Exception):
    """A message could not be made from its template; the text names template and cause."""


@dataclass(frozen=True, slots=True)
class Office:
    """In whose name mail goes out. `domain` ends the Message-IDs; `contact` is shown to people who have questions.

    With a `key` nobody can guess a Message-ID: who names one has seen the mail, or is the server that returns it.
    """

    name: str
    domain: str
    contact: str | None = None
    reply_to: str = ""
    key: bytes = field(default=b"", repr=False)


@cache
def environment() -> Environment:
    """The one template environment: HTML escaped, undefined names refused, templates compiled once per process."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=400,
    )
    env.filters.update(FILTERS)
    env.globals.update(STYLE)
    return env


class Renderer:
    """Makes messages in one language in the name of one office. Safe to share between threads.

    `wordings` holds by letter what the office says in its own words. Where that is unfit for a message, the program's
    own words go out, and `unfit` says so.
    """

    def __init__(
        self, office: Office, lang: Lang = "vi", wordings: Mapping[str, Parts] | None = None
    ) -> None:
        self.office = office
        self.lang: Lang = lang
        self.wordings = wordings or {}
        self.unfit: dict[str, str] = {}
        self._words = Words(lang)

    def notice(self, mail: NoticeMail, *, at: datetime) -> Message:
        """One notice by itself; References lead to its assignment's thread. Raises RenderError, MessageError."""
        values: dict[str, Any] = {
            "mail": mail,
            "task": mail.task,
            "mood": self._words.mood(mail.kind, mail.task),
            "counts": self._words.counts(mail.kind),
        }
        return self._message(
            mail.kind.value,
            "notice",
            values,
            links=[mail.task.link],
            to=(mail.mailbox, mail.recipient_name),
            message_id=self.notice_id(mail.notice_key),
            references=(self.thread_id(mail.task.assignment_id),),
            at=at,
        )

    def digest(self, mail: DigestMail, *, at: datetime) -> Message:
        """One mailbox's day; the same mailbox and day give the same Message-ID. Raises RenderError, MessageError."""
        lines = mail.lines
        return self._message(
            "digest",
            "digest",
            {
                "mail": mail,
                "many_units": len({line.unit_name for line in lines}) > 1,
                "summary": self._words.day_summary(mail),
            },
            links=[mail.answer_link, *(line.link for line in lines)],
            to=(mail.mailbox, mail.recipient_name),
            message_id=self.digest_id(mail),
            at=at,
        )

    def morning(self, mail: MorningMail, *, at: datetime) -> Message:
        """Owed, sent, not delivered, and the ledger's head. Raises RenderError, MessageError."""
        return self._message(
            "morning",
            "morning",
            {"mail": mail, "summary": self._words.morning_summary(mail)},
            links=[mail.console_link, *(line.link for line in mail.late + mail.unreachable)],
            to=(mail.mailbox, mail.recipient_name),
            message_id=self._mailbox_id("morning", mail.mailbox, mail.day.isoformat()),
            at=at,
        )

    def notice_id(self, notice_key: str) -> str:
        """<notice-123.v2.…@domain>: the same notice has the same Message-ID, however often it is rendered."""
        return self._id(f"notice-{_atom(notice_key)}")

    def thread_id(self, assignment_id: int) -> str:
        """<assignment-45@domain>: the root that a mail program hangs an assignment's mails on."""
        return f"<assignment-{assignment_id}@{self.office.domain}>"

    def digest_id(self, mail: DigestMail) -> str:
        """<digest-…@domain> from mailbox and day; the address itself is not readable in it."""
        return self._mailbox_id("digest", mail.mailbox, mail.day.isoformat())

    def _mailbox_id(self, kind: str, mailbox: str, day: str) -> str:
        short = hashlib.sha256(mailbox.strip().lower().encode()).hexdigest()[:16]
        return self._id(f"{kind}-{day}-{short}")

    def _id(self, name: str) -> str:
        seal = (
            f".{hmac.digest(self.office.key, name.encode(), 'sha256').hex()[:20]}" if self.office.key else ""
        )
        return f"<{name}{seal}@{self.office.domain}>"

    def _message(
        self,
        name: str,
        frame: str,
        values: dict[str, Any],
        *,
        links: list[str | None],
        to: tuple[str, str],
        message_id: str,
        at: datetime,
        references: tuple[str, ...] = (),
    ) -> Message:
        _refuse_odd_links(links)
        said = told(values["mail"], self._words, self.office.name, self.office.contact)
        plain, rich = self._worded(name, said)
        subject = one_line(plain["subject"])
        values |= {"say": self._words, "office": self.office, "lang": self.lang, "subject": subject}
        return Message(
            to=to[0].strip(),
            to_name=one_line(to[1]),
            subject=subject[:SUBJECT_MOST],
            text=self._frame(f"{frame}.txt", values | {"letter": plain}),
            html=self._frame(f"{frame}.html", values | {"letter": rich}),
            message_id=message_id,
            references=references,
            headers=(
                ("Auto-Submitted", "auto-generated"),
                ("X-Auto-Response-Suppress", "OOF, AutoReply"),
                ("List-Id", f"<don-doc.{self.office.domain}>"),
                ("X-Dondoc-Kind", name),
                ("Content-Language", self.lang),
                *((("Reply-To", self.office.reply_to),) if self.office.reply_to else ()),
            ),
            date=at,
        )

    def _worded(self, name: str, said: Values) -> tuple[dict[str, str], dict[str, str]]:
        """The words of a letter as text and as HTML: the office's where there are any and they fit."""
        given, ours = self.wordings.get(name), own(self.lang)[name]
        if given:
            try:
                return self._both(
                    name, {part: given.get(part, source) for part, source in ours.items()}, said
                )
            except Unfit as error:
                self.unfit[name] = str(error)
        try:
            return self._both(name, ours, said)
        except Unfit as error:
            raise RenderError(f"letter {self.lang}/{name}: {error}") from error

    def _both(self, name: str, parts: Parts, said: Values) -> tuple[dict[str, str], dict[str, str]]:
        return rendered(name, parts, said, html=False), rendered(name, parts, said, html=True)

    def _frame(self, name: str, values: dict[str, Any]) -> str:
        try:
            return environment().get_template(name).render(values).strip() + "\n"
        except TemplateError as error:
            raise RenderError(f"template {name}: {error.message or type(error).__name__}") from error


def _atom(key: str) -> str:
    """`key` with everything that may not stand in a Message-ID replaced."""
    return "".join(char if char.isascii() and (char.isalnum() or char in "._-+") else "_" for char in key)


def _refuse_odd_links(links: list[str | None]) -> None:
    """Only web addresses become links: a `javascript:` one must never reach a mail."""
    for link in links:
        if link is not None and (urlsplit(link).scheme not in ("http", "https") or one_line(link) != link):
            raise MessageError(f"{link!r} is not a web address (http or https)")
