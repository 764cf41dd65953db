"""What a message is made from, and what a rendered message is: plain frozen values, no rows.

Days are calendar days in Asia/Ho_Chi_Minh, moments are aware.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from plan.kinds import NoticeKind
from plan.lifecycle import TimeState, WorkState

Lang = Literal["vi", "en"]
"""The language of a message."""

Assurance = Literal["signed-in", "personal", "shared"]
"""How sure an answer is about who gave it: an account, a link sent to one person, a link sent to a shared mailbox."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class MessageError(ValueError):
    """A value that must not stand in a message; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One assignment as a message shows it.

    `days_left` counts calendar days to `due_on` (negative: overdue; None: undated). `original_due_on` differs from
    `due_on` after an extension. `link` is an http(s) address; `why` says in words why the reader is told now.
    """

    assignment_id: int
    plan_number: str
    item_code: str
    item_text: str
    unit_name: str
    due_on: date | None = None
    due_time: time | None = None
    original_due_on: date | None = None
    days_left: int | None = None
    time_state: TimeState = TimeState.UNDATED
    work_state: WorkState = WorkState.ASSIGNED
    link: str | None = None
    why: str | None = None

    @property
    def extended(self) -> bool:
        """Whether the deadline was moved from the one that was first given."""
        return self.original_due_on is not None and self.original_due_on != self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A notice that was delivered before, as an escalation shows it; `kind` is in words of the ladder or a kind."""

    day: date
    kind: NoticeKind
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeMail:
    """One notice that goes out by itself to one mailbox.

    `notice_key` is the notice's stable key ("123.v2"): the same key gives the same Message-ID. `by` and `reason` belong
    to the kinds that somebody's decision caused. `asked_due_on` is the day a unit asks for or was refused,
    `granted` the answer to it; `to_unit` is who has the task now.
    """

    notice_key: str
    rung: str
    kind: NoticeKind
    task: TaskLine
    mailbox: str
    recipient_name: str
    history: tuple[Delivered, ...] = ()
    reason: str | None = None
    by: str | None = None
    asked_due_on: date | None = None
    granted: bool | None = None
    to_unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMail:
    """Everything open for one mailbox on one working day. `noticed` holds the assignments for which this counts as a
    notice today; the others are only listed."""

    mailbox: str
    recipient_name: str
    day: date
    overdue: tuple[TaskLine, ...] = ()
    due_today: tuple[TaskLine, ...] = ()
    due_soon: tuple[TaskLine, ...] = ()
    new: tuple[TaskLine, ...] = ()
    returned: tuple[TaskLine, ...] = ()
    waiting_for_review: tuple[TaskLine, ...] = ()
    other: tuple[TaskLine, ...] = ()
    """Open and not pressing (on track, undated)."""
    noticed: frozenset[int] = frozenset()
    answer_link: str | None = None

    @property
    def sections(self) -> tuple[tuple[str, tuple[TaskLine, ...]], ...]:
        """The sections that have lines, the most pressing first, each with its name."""
        names = ("overdue", "due_today", "returned", "due_soon", "new", "waiting_for_review", "other")
        return tuple((name, getattr(self, name)) for name in names if getattr(self, name))

    @property
    def lines(self) -> tuple[TaskLine, ...]:
        """All lines in the order shown."""
        return tuple(line for _, lines in self.sections for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDelivered:
    """A notice that did not get through: to whom, about which task, how it ended, and the last words about it.

    `outcome` is "failed", "bounced", "retrying" or "set-aside".
    """

    unit_name: str
    recipient: str
    plan_number: str
    item_code: str
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningMail:
    """The coordinator's and auditor's line each morning, with the head of the ledger.

    `owed` and `sent` count the notices of the day before `day` up to this mail. `unreachable` are tasks nobody can be
    told of.
    """

    mailbox: str
    recipient_name: str
    day: date
    owed: int
    sent: int
    not_delivered: tuple[NotDelivered, ...] = ()
    unreachable: tuple[TaskLine, ...] = ()
    late: tuple[TaskLine, ...] = ()
    waiting_for_review: int = 0
    extensions_asked: int = 0
    sending_stopped: bool = False
    ledger_seq: int = 0
    ledger_hash: str = ""
    console_link: str | None = None


def one_line(text: str) -> str:
    """`text` in NFC on one line: line breaks and other control characters become one space."""
    return " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered message to one address, ready for any channel.

    `message_id` and `references` are in angle brackets; `date` is aware. Raises :class:`MessageError` if a value that
    becomes a header holds a control character, so that nothing can add headers of its own.
    """

    to: str
    to_name: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=())

    def __post_init__(self) -> None:
        named = [("to", self.to), ("to_name", self.to_name), ("subject", self.subject)]
        named += [("message_id", self.message_id), *(("references", value) for value in self.references)]
        named += [
            pair for name, value in self.headers for pair in ((f"header {name!r}", name), (name, value))
        ]
        for name, value in named:
            if _CONTROL.search(value):
                raise MessageError(f"{name} holds a line break or control character: {value!r}")
        if self.date.tzinfo is None:
            raise MessageError(f"date {self.date} has no time zone; give an aware moment")
