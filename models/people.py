"""Units, their groups, the addresses at which they are reached, and the people who act."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.columns import choice, json_value


class Unit(SQLModel, table=True):
    """A body that works: a Sở, a ban, a phường, a xã."""

    __tablename__ = "unit"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    aliases: list[str] = json_value(default_factory=list)
    parent_id: int | None = Field(default=None, foreign_key="unit.id")
    active: bool = True


class UnitGroup(SQLModel, table=True):
    """A class of units that a plan names at once ("các Sở, ban, ngành"): one assignment per member."""

    __tablename__ = "unit_group"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    aliases: list[str] = json_value(default_factory=list)


class GroupMember(SQLModel, table=True):
    """A unit in a group."""

    __tablename__ = "group_member"  # pyright: ignore[reportAssignmentType]

    group_id: int = Field(foreign_key="unit_group.id", primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)


class ContactRole(enum.StrEnum):
    """What an address of a unit is."""

    MAILBOX = "mailbox"
    """The unit's shared mailbox."""
    OFFICER = "officer"
    DEPUTY = "deputy"
    SUPERIOR = "superior"
    """The named person to whom the unit's lateness is reported."""


class Contact(SQLModel, table=True):
    """An address at which a unit is reached: a mail address, or an Apprise URL for another channel."""

    __tablename__ = "contact"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (sa.UniqueConstraint("unit_id", "role", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    role: ContactRole = choice(ContactRole, "contact_role")
    name: str = ""
    address: str
    active: bool = True
    bounced_at: datetime | None = None
    """Since when mail comes back from it; nothing is sent there until somebody clears it."""
    cleared_at: datetime | None = None
    """When it was last cleared: what was sent before says nothing about it any more."""


class PersonRole(enum.StrEnum):
    """What somebody may do in the program."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    LEADER = "leader"
    UNIT = "unit"
    AUDITOR = "auditor"


class Person(SQLModel, table=True):
    """Somebody who acts: gives tasks, hands in, reviews, audits."""

    __tablename__ = "person"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    role: PersonRole = choice(PersonRole, "person_role")
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    address: str = ""
    active: bool = True
    bounced_at: datetime | None = None
    cleared_at: datetime | None = None
