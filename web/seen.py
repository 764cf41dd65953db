"""What was looked at before it was confirmed: a mark of it travels in the form, so that nothing else is done."""

import hashlib
from dataclasses import asdict
from typing import Any

from actions.errors import ChangedMeanwhile, Problem
from models.ledger import canonical


def mark_of(shown: Any) -> str:
    """The mark of what a page has shown: a dataclass of plain values."""
    return hashlib.sha256(canonical(asdict(shown)).encode()).hexdigest()


def must_be_seen(shown: Any, mark: str) -> None:
    """Raise :class:`actions.errors.ChangedMeanwhile` where what would be done is not what was looked at."""
    must_be_same(mark_of(shown), mark)


def must_be_same(now: str, mark: str) -> None:
    """Raise :class:`actions.errors.ChangedMeanwhile` where the present mark is not the one that the form has."""
    if now != mark:
        raise ChangedMeanwhile([Problem(
            "things have changed since you looked; look at it again below, then confirm",
            "tình hình đã đổi sau khi bạn xem; hãy xem lại dưới đây rồi xác nhận",
        )])  # fmt: skip
