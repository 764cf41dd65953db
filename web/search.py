"""Search over plans, tasks, units and files, with or without accents: "bao cao" finds "báo cáo".

Folded texts of what never changes (tasks, names of files) are kept in memory per database and grow by what is new;
names of units and plans are folded anew each time, because they are few and may change.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock

from sqlmodel import Session, col, select

from models.cycles import Assignment
from models.database import reading
from models.evidence import Submission, SubmissionPaper
from models.people import Unit
from models.plans import Plan, PlanItem
from models.sight import sees_all

MOST = 30
"""How many hits of each kind are shown."""


def fold(text: str) -> str:
    """A text in lower case without accents, đ as d, and every run of white space as one space."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


@dataclass
class Index:
    """Folded texts by key, in the order of their making."""

    items: dict[int, str] = field(default_factory=dict[int, str])
    files: dict[tuple[int, str], str] = field(default_factory=dict[tuple[int, str], str])
    lock: Lock = field(default_factory=Lock)

    def grow(self, session: Session) -> None:
        """Take in what has been added since the last time."""
        with self.lock:
            newest = max(self.items, default=0)
            columns = (col(PlanItem.id), col(PlanItem.code), col(PlanItem.text))
            for number, code, text in session.exec(select(*columns).where(col(PlanItem.id) > newest)):
                self.items[number or 0] = fold(f"{code} {text}")
            last = max((number for number, _ in self.files), default=0)
            query = select(SubmissionPaper).where(col(SubmissionPaper.submission_id) > last)
            for paper in session.exec(query):
                self.files[paper.submission_id, paper.sha256] = fold(paper.name)


@cache
def index_of(url: str) -> Index:
    """The index of one database, one per process."""
    return Index()


@dataclass(frozen=True)
class TaskHit:
    """One task that was found, and the plan that it stands in."""

    item: PlanItem
    plan: Plan


@dataclass(frozen=True)
class FileHit:
    """One file that was handed in, and for which task by whom."""

    paper: SubmissionPaper
    assignment: Assignment
    item: PlanItem
    unit: Unit


@dataclass(frozen=True)
class Hits:
    """What was found; `tasks_of` and `files_of` are how many there are on all."""

    plans: Sequence[Plan] = ()
    units: Sequence[Unit] = ()
    tasks: Sequence[TaskHit] = ()
    files: Sequence[FileHit] = ()
    assignment: Assignment | None = None
    tasks_of: int = 0
    files_of: int = 0

    @property
    def nothing(self) -> bool:
        """Whether nothing was found."""
        return not (self.plans or self.units or self.tasks or self.files or self.assignment)


def search(session: Session, url: str, typed: str) -> Hits:
    """Everything that has all the words; a number alone also names an assignment."""
    words = fold(typed).split()
    if not words:
        return Hits()
    index = index_of(url)
    with reading(
        url
    ) as whole:  # the index serves everybody; what this session may not see is left out of its hits
        index.grow(whole)
    tasks = [number for number, text in index.items.items() if _has(text, words)]
    files = [key for key, name in index.files.items() if _has(name, words)]
    if not sees_all(session):
        seen, handed = set(session.exec(select(PlanItem.id))), set(session.exec(select(Submission.id)))
        tasks, files = [n for n in tasks if n in seen], [key for key in files if key[0] in handed]
    plans = session.exec(select(Plan).order_by(col(Plan.signed_on).desc()))
    units = session.exec(select(Unit).order_by(Unit.name))
    return Hits(
        [p for p in plans if _has(fold(f"{p.number} {p.title} {p.issuer}"), words)][:MOST],
        [u for u in units if _has(fold(" ".join((u.name, u.code, *u.aliases))), words)][:MOST],
        _tasks(session, tasks[-MOST:]), _files(session, files[-MOST:]), _assignment(session, typed),
        len(tasks), len(files),
    )  # fmt: skip


def _has(text: str, words: Iterable[str]) -> bool:
    return all(word in text for word in words)


def _assignment(session: Session, typed: str) -> Assignment | None:
    number = typed.strip().removeprefix("#")
    return (
        session.get(Assignment, int(number))
        if number.isascii() and number.isdigit() and len(number) < 12
        else None
    )


def _tasks(session: Session, ids: Sequence[int]) -> list[TaskHit]:
    query = select(PlanItem, Plan).join(Plan, col(Plan.id) == col(PlanItem.plan_id))
    found = session.exec(query.where(col(PlanItem.id).in_(ids)).order_by(col(PlanItem.id).desc()))
    return [TaskHit(item, plan) for item, plan in found]


def _files(session: Session, keys: Sequence[tuple[int, str]]) -> list[FileHit]:
    wanted = set(keys)
    query = (
        select(SubmissionPaper, Assignment, PlanItem, Unit)
        .join(Submission, col(Submission.id) == col(SubmissionPaper.submission_id))
        .join(Assignment, col(Assignment.id) == col(Submission.assignment_id))
        .join(PlanItem, col(PlanItem.id) == col(Assignment.item_id))
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .where(col(SubmissionPaper.submission_id).in_([number for number, _ in keys]))
        .order_by(col(SubmissionPaper.submission_id).desc())
    )
    return [FileHit(*row) for row in session.exec(query) if (row[0].submission_id, row[0].sha256) in wanted]
