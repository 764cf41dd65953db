"""The signed list read back: its lines, and what a page shows of each of its days."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from plan.ladder import Delivery

_decode = json.JSONDecoder().decode


class SignedLine(NamedTuple):
    """One line as `SimulatedNotice.line` wrote it; `day` and `send_after` as ISO has them, for there are many."""

    assignment_id: int
    version: int
    rung: str
    day: str
    recipient: str
    send_after: str
    delivery: str
    channel: str
    void: str

    @property
    def rung_key(self) -> tuple[int, int, str, str]:
        """What makes it one rung: assignment, deadline version, rung and day."""
        return self[:4]

    @property
    def unreachable(self) -> bool:
        """Whether nobody could receive it when it was signed."""
        return not self.recipient and not self.void


def decoded(lines: Sequence[str]) -> list[SignedLine]:
    """The lines of a list, decoded in one go."""
    return [SignedLine(*row) for row in _decode(f"[{','.join(lines)}]")]


@dataclass(frozen=True)
class SignedDay:
    """One day of a signed list: how much goes out, and its lines as they were signed."""

    day: str
    notices: int
    void: int
    alone: int
    digests: int
    unreachable: int
    lines: list[str]


def by_day(lines: Sequence[str]) -> Iterator[SignedDay]:
    """A list cut into its days, in their order; digests are one per mailbox and day."""
    days: defaultdict[str, list[tuple[SignedLine, str]]] = defaultdict(list)
    for line, text in zip(decoded(lines), lines, strict=True):
        days[line.day].append((line, text))
    for day in sorted(days):
        yield _counted(day, days[day])


def _counted(day: str, lines: Iterable[tuple[SignedLine, str]]) -> SignedDay:
    lines = list(lines)
    real = [line for line, _ in lines if not line.void]
    alone = sum(line.delivery == Delivery.ALONE for line in real)
    digests = {line.recipient for line in real if line.recipient and line.delivery == Delivery.DIGEST}
    return SignedDay(
        day, len(real), len(lines) - len(real), alone, len(digests), sum(line.unreachable for line in real),
        [text for _, text in lines],
    )  # fmt: skip
