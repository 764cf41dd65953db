"""The record: SQLModel tables, the engine and `unit_of_work`, queries.

Importing this package registers every table with :data:`sqlmodel.SQLModel.metadata`.
"""

from models import (
    accounts,
    cycles,
    disputes,
    drafts,
    engine,
    evidence,
    hooks,
    ledger,
    letters,
    notices,
    people,
    periods,
    plans,
    year,
)

__all__ = [
    "accounts",
    "cycles",
    "disputes",
    "drafts",
    "engine",
    "evidence",
    "hooks",
    "ledger",
    "letters",
    "notices",
    "people",
    "periods",
    "plans",
    "year",
]
