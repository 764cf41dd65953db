"""Who a rung reaches: from an audience to the addresses behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plan.ladder import Audience


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


@dataclass(frozen=True)
class Directory:
    """Every unit's reach, and the coordinators."""

    units: Mapping[int, Reach] = field(default_factory=dict[int, Reach])
    coordinators: Sequence[Recipient] = ()

    def who(self, unit_id: int, audience: Audience) -> Sequence[Recipient]:
        """The recipients of `audience` for a unit; empty when nobody can receive it."""
        reach = self.units.get(unit_id, Reach())
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
