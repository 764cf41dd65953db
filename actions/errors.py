"""Refusals, in words that say what, about which item, and what can be done; in English and in Vietnamese."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One reason for a refusal, in both languages."""

    en: str
    vi: str

    def __str__(self) -> str:
        """The English words."""
        return self.en


class Refused(Exception):
    """An action cannot be done; `problems` names every reason at once, and nothing has been written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Take every reason, in the order in which it was found."""
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.en for problem in self.problems))

    @classmethod
    def because(cls, en: str, vi: str) -> "Refused":
        """A refusal for one reason."""
        return cls([Problem(en, vi)])


class NotFound(Refused):
    """What was named does not exist."""


class NotAllowed(Refused):
    """This person may not do this."""


class ChangedMeanwhile(Refused):
    """Somebody else has changed it since it was looked at."""


def refuse_if(problems: Sequence[Problem]) -> None:
    """Raise :class:`Refused` with every problem, if there is any."""
    if problems:
        raise Refused(problems)
