"""The year beforehand: every notice that the rules will owe if nobody does anything, as a list that can be signed."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from plan.calendar import WorkingCalendar
from plan.clock import LOCAL
from plan.ladder import ANNOUNCE, OFFICE, REVIEW, Audience, Delivery, Hours
from plan.owed import Standing, passed_before, planned
from plan.recipients import Directory, Recipient

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Case:
    """One assignment to simulate, with the words by which people know it."""

    standing: Standing
    unit_id: int
    unit: str
    item_code: str
    occurrence: str


class SimulatedNotice(NamedTuple):
    """One line of the signed list; `recipient` is "" when nobody can receive it, `void` says why it will not go out."""

    assignment_id: int
    item_code: str
    unit: str
    occurrence: str
    version: int
    rung: str
    day: date
    send_after: datetime
    audience: Audience
    delivery: Delivery
    recipient: str
    address: str
    channel: str
    why: str
    void: str = ""

    @property
    def key(self) -> tuple[int, int, str, date, str]:
        """What makes it one notice: assignment, deadline version, rung, day, recipient."""
        return (self.assignment_id, self.version, self.rung, self.day, self.recipient)

    @property
    def unreachable(self) -> bool:
        """Whether nobody can receive it."""
        return not self.recipient and not self.void

    def line(self) -> str:
        """The line as it is signed: ids and dates only, canonical JSON."""
        moment = self.send_after.isoformat()
        row = [
            *self.key[:3],
            self.day.isoformat(),
            self.recipient,
            moment,
            self.delivery,
            self.channel,
            self.void,
        ]
        return _encode(row)


def why(rung: str, day: date, due_on: date | None, *, escalation: bool) -> str:
    """Why a rung is owed on a day, in one Vietnamese clause."""
    if rung == ANNOUNCE:
        return "giao nhiệm vụ"
    if due_on is None:
        return "rà soát nhiệm vụ không có thời hạn" if REVIEW in rung else "nhắc việc"
    days = (day - due_on).days
    when = f"trước hạn {-days} ngày" if days < 0 else "ngày đến hạn" if days == 0 else f"quá hạn {days} ngày"
    return f"báo cáo cấp trên: {when}" if escalation else when


def simulate(
    cases: Iterable[Case], directory: Directory, calendar: WorkingCalendar, hours: Hours = OFFICE
) -> Iterator[SimulatedNotice]:
    """Every notice of every case, one line per recipient, in the order of the cases."""
    reached: dict[tuple[int, Audience, date | None, str | None], Sequence[Recipient | None]] = {}
    for case in cases:
        standing = case.standing
        for notice in planned(standing, calendar, hours):
            void = "before arming" if passed_before(notice, standing) else ""
            words = why(notice.rung, notice.day, standing.due_on, escalation=notice.escalation)
            day = notice.day if directory.away else None
            whom = (case.unit_id, notice.audience, day, notice.channel)
            if whom not in reached:
                reached[whom] = directory.who(*whom) or (None,)
            for recipient in reached[whom]:
                yield SimulatedNotice(
                    standing.assignment_id, case.item_code, case.unit, case.occurrence, standing.version,
                    notice.rung, notice.day, notice.send_after, notice.audience, notice.delivery,
                    recipient.key if recipient else "", recipient.address if recipient else "",
                    recipient.channel if recipient else "", words, void,
                )  # fmt: skip


def sha256(notices: Iterable[SimulatedNotice]) -> str:
    """The hash of the list, whatever order it comes in."""
    digest = hashlib.sha256()
    for line in sorted(notice.line() for notice in notices):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


@dataclass(frozen=True)
class Totals:
    """What a coordinator looks at first: how many, per unit and day, how many mails, who cannot be reached."""

    notices: int
    void: int
    unreachable: int
    alone: int
    digests: int
    per_unit: Mapping[str, int]
    per_day: Mapping[date, int]
    busiest: Sequence[tuple[date, int]]


def totals(notices: Sequence[SimulatedNotice]) -> Totals:
    """Count a simulated list; digests are one per mailbox and day."""
    real = [n for n in notices if not n.void]
    digests = {(n.address, n.day) for n in real if n.delivery is Delivery.DIGEST and n.recipient}
    per_day = Counter(n.day for n in real)
    return Totals(
        notices=len(real),
        void=len(notices) - len(real),
        unreachable=sum(n.unreachable for n in real),
        alone=sum(n.delivery is Delivery.ALONE for n in real),
        digests=len(digests),
        per_unit=dict(sorted(Counter(n.unit for n in real).items())),
        per_day=dict(sorted(per_day.items())),
        busiest=per_day.most_common(5),
    )


def local_hour(notice: SimulatedNotice) -> str:
    """The hour of sending in Vietnam, "07:00"."""
    return notice.send_after.astimezone(LOCAL).strftime("%H:%M")
