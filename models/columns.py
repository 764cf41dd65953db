"""Column shapes that several tables share."""

import enum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field


def _texts(members: type[enum.StrEnum]) -> list[str]:
    return [member.value for member in members]


def choice(values: type[enum.StrEnum], name: str, **field: Any) -> Any:
    """An enum kept as its text value, with a CHECK in the database: `table=True` models do not validate."""
    kind = sa.Enum(
        values,
        values_callable=_texts,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=32,
    )
    return Field(sa_type=kind, **field)  # pyright: ignore[reportArgumentType]


def json_value(**field: Any) -> Any:
    """A JSON value; assign a new one to change it, changes inside are not seen."""
    return Field(sa_type=sa.JSON, **field)  # pyright: ignore[reportArgumentType]


def long_text(**field: Any) -> Any:
    """Text without a length limit."""
    return Field(sa_type=sa.Text, **field)  # pyright: ignore[reportArgumentType]
