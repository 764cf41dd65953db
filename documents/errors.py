"""What can be wrong with a document, said in words that tell what, where and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: `what`, and `where` ("line 12", "page 3", "word/document.xml"; empty if everywhere)."""

    what: str
    where: str = ""

    def __str__(self) -> str:
        """The problem as one line."""
        return f"{self.where}: {self.what}" if self.where else self.what


@dataclass(frozen=True)
class Spoken(Problem):
    """A problem in both languages, each with the place in it."""

    vi: str = ""
    en: str = ""


def at_line(line: int | None, en: str, vi: str) -> Spoken:
    """A problem of one line of a text, or of all of it."""
    if line is None:
        return Spoken(en, "", vi, en)
    return Spoken(en, f"line {line}", f"dòng {line}: {vi}", f"line {line}: {en}")


class DocumentError(Exception):
    """A document that cannot be read; `problems` names everything that is wrong with it, not only the first."""

    def __init__(self, *problems: Problem | str) -> None:
        """Take the problems in the order of the document; plain strings are problems without a place."""
        self.problems: tuple[Problem, ...] = tuple(
            p if isinstance(p, Problem) else Problem(p) for p in problems
        )
        super().__init__("\n".join(str(p) for p in self.problems))
