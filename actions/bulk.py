"""One step over many assignments in one transaction: what is refused is left as it was and told one by one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from actions.errors import Problem, Refused
from models.ledger import Entry

LIMIT = 500
"""How many assignments are changed at once: as many as a person can look through beforehand."""


@dataclass
class Outcome:
    """The assignments that were changed, and why each of the others was not."""

    done: list[int] = field(default_factory=list[int])
    refused: dict[int, Sequence[Problem]] = field(default_factory=dict[int, Sequence[Problem]])


def each(session: Session, numbers: Iterable[int], step: Callable[[int], object]) -> Outcome:
    """Do `step` for every number, each in a savepoint of its own; raises :class:`Refused` for too many at once."""
    chosen = list(dict.fromkeys(numbers))
    if len(chosen) > LIMIT:
        raise Refused.because(
            f"{len(chosen)} at once; choose at most {LIMIT}",
            f"đã chọn {len(chosen)} việc; mỗi lần tối đa {LIMIT}",
        )
    out = Outcome()
    for number in chosen:
        pending: list[Entry] = session.info.setdefault("ledger", [])
        mark = len(pending)
        savepoint = session.begin_nested()
        try:
            step(number)
            session.flush()
        except Refused as error:
            savepoint.rollback()
            del pending[mark:]
            out.refused[number] = error.problems
        else:
            savepoint.commit()
            out.done.append(number)
    return out
