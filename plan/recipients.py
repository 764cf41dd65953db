"""Who a rung reaches: from an audience to the addresses behind it, and to the deputies of those who are away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from plan.ladder import Audience


def shown(address: str) -> str:
    """An address as people may see it: of a channel's URL only the scheme, for the rest is mostly a password."""
    return f"{address.split('://', 1)[0]}://…" if "://" in address else address


@dataclass(frozen=True)
class Recipient:
    """One address: `key` is "contact:ID" or "person:ID", `channel` "mail" or the scheme of an Apprise URL."""

    key: str
    name: str
    address: str

    @property
    def channel(self) -> str:
        """How it is reached."""
        return self.address.split("://", 1)[0] if "://" in self.address else "mail"


@dataclass(frozen=True)
class Reach:
    """How one unit can be reached: its own addresses by role, and those of the unit above it."""

    mailbox: tuple[Recipient, ...] = ()
    officer: tuple[Recipient, ...] = ()
    deputy: tuple[Recipient, ...] = ()
    superior: tuple[Recipient, ...] = ()
    parent_mailbox: tuple[Recipient, ...] = ()


_NOBODY = Reach()


@dataclass(frozen=True)
class Away:
    """The days, both included, on which whoever has the key `who` is stood in for by `deputy`."""

    who: str
    deputy: Recipient
    first_day: date
    last_day: date

    def on(self, day: date) -> bool:
        """Whether it holds on `day`."""
        return self.first_day <= day <= self.last_day

    def meets(self, other: "Away") -> bool:
        """Whether the two have a day in common."""
        return self.first_day <= other.last_day and other.first_day <= self.last_day


def circle(new: Away, known: Iterable[Away]) -> list[str]:
    """The keys of those who would stand in for each other in a circle on some day; empty where nobody does.

    Only days on which all of them are away count: two who are away in different months may stand in for each other.
    """
    known = list(known)
    trails = [([new.who, new.deputy.key], new)]
    while trails:
        trail, span = trails.pop()
        if trail[-1] == new.who:
            return trail
        for line in known:
            fresh = line.deputy.key == new.who or line.deputy.key not in trail
            if fresh and line.who == trail[-1] and line.meets(span):
                days = max(line.first_day, span.first_day), min(line.last_day, span.last_day)
                trails.append(([*trail, line.deputy.key], Away(new.who, new.deputy, *days)))
    return []


@dataclass(frozen=True)
class Directory:
    """Every unit's reach, the coordinators, and who is away when."""

    units: Mapping[int, Reach] = field(default_factory=dict[int, Reach])
    coordinators: Sequence[Recipient] = ()
    away: Mapping[str, Sequence[Away]] = field(default_factory=dict[str, Sequence[Away]])

    def who(
        self, unit_id: int, audience: Audience, day: date | None = None, channel: str | None = None
    ) -> Sequence[Recipient]:
        """The recipients of `audience` for a unit; empty when nobody can receive it.

        With `channel` those who have such an address, if anybody has. With `day`, deputies take the place of those who
        are away on it, and each address stands once.
        """
        named = self._named(unit_id, audience)
        found = [r for r in named if channel in {None, r.channel}] or named
        if day is None or not self.away:
            return found
        present = [self._standing_in(recipient, day) for recipient in found]
        return list({recipient.key: recipient for recipient in present}.values())

    def _standing_in(self, recipient: Recipient, day: date) -> Recipient:
        seen = {recipient.key}
        while True:
            line = next((a for a in self.away.get(recipient.key, ()) if a.on(day)), None)
            if line is None or line.deputy.key in seen:
                return recipient
            recipient = line.deputy
            seen.add(recipient.key)

    def _named(self, unit_id: int, audience: Audience) -> Sequence[Recipient]:
        reach = self.units.get(unit_id, _NOBODY)
        match audience:
            case Audience.UNIT:
                return reach.mailbox or reach.officer or reach.deputy
            case Audience.OFFICER:
                return reach.officer
            case Audience.DEPUTY:
                return reach.deputy
            case Audience.SUPERIOR:
                return reach.superior or reach.parent_mailbox
            case Audience.COORDINATOR:
                return self.coordinators
