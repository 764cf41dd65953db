"""How units behave in a rehearsal: a script of who answers early, late, never, asks for time, gets work back."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from io import BytesIO

from pydantic import Field
from sqlmodel import Session, col, select

from actions import extensions, moves
from actions.chasing import Rules
from actions.directory import Spec, load_yaml, validated
from actions.papers import StoredFile, remember
from actions.people import Doer
from models.cycles import Assignment, Extension, ExtensionState
from models.evidence import Submission
from models.ledger import Actor
from models.papers import PaperStore
from models.queries import Named
from plan.clock import local_day, local_moment
from plan.lifecycle import OPEN, Party, WorkState

REVIEWER = Doer(Actor("rehearsal:coordinator", "rehearsal"), Party.COORDINATOR)
"""Who reviews and decides in a rehearsal."""


class Behaviour(StrEnum):
    """How a unit answers; `days` says how much earlier, later or longer."""

    EARLY = "early"
    ON_TIME = "on-time"
    LATE = "late"
    NEVER = "never"
    RETURNED_ONCE = "returned-once"
    ASKS_EXTENSION = "asks-extension"
    CANCELLED = "cancelled"
    """The coordinator withdraws the task `days` before its deadline."""


class AnswerSpec(Spec):
    """One line: the unit and the item it is about (all where left out), and the behaviour."""

    unit: str | None = None
    item: str | None = None
    behaviour: Behaviour
    days: int = Field(default=3, ge=0, le=200)


class AnswersSpec(Spec):
    """A whole script; the first line that fits an assignment decides, others answer on time."""

    answers: list[AnswerSpec]


def read_answers(text: str, name: str) -> AnswersSpec:
    """The script in a YAML text; raises :class:`actions.errors.Refused` with every error."""
    return validated(AnswersSpec, load_yaml(text, name), name)


ON_TIME = AnswerSpec(behaviour=Behaviour.ON_TIME)
DEFAULT_ANSWERS = AnswersSpec(answers=[ON_TIME])

_SUBMIT_AT = time(10)
_VERDICTS = {"submit": "accept", "submit-poor": "return"}
"""What the coordinator says to each way of handing in."""


@dataclass(order=True)
class Happening:
    """Something that somebody does at a moment."""

    at: datetime
    assignment_id: int
    what: str = field(compare=False)


def _at(day: date, hour: time) -> datetime:
    return local_moment(day, hour)


def happenings(
    session: Session, rows: Iterable[Named], script: AnswersSpec, start: datetime
) -> Iterator[Happening]:
    """What will still be done about each assignment, as long as nothing else comes in between.

    What has been done already, by a rehearsal that was broken off, stands in the rows and is not done again.
    """
    handed_in = Counter(session.exec(select(Submission.assignment_id)))
    asked = {e.assignment_id: e.state for e in session.exec(select(Extension).order_by(col(Extension.id)))}
    for row in rows:
        number = row.assignment.id or 0
        script_of = (
            Happening(max(moment, start + timedelta(hours=2)), number, what)
            for moment, what in _of(row.assignment, chosen(row, script))
        )
        yield from _left(script_of, row.assignment, handed_in[number], asked.get(number))


def _left(
    whole: Iterable[Happening], assignment: Assignment, handed_in: int, asked: ExtensionState | None
) -> Iterator[Happening]:
    """What is left of one assignment's script, and the answer to what somebody waits for."""
    for happening in whole:
        verb = happening.what.partition(" ")[0]
        if verb in _VERDICTS and handed_in:
            handed_in -= 1
            if not handed_in and assignment.state is WorkState.SUBMITTED:
                yield _later(happening)(_VERDICTS[verb])
        elif verb == "ask" and asked is not None:
            if asked is ExtensionState.REQUESTED:
                yield _later(happening)("grant")
        else:
            yield happening


def chosen(row: Named, script: AnswersSpec) -> AnswerSpec:
    """The first line of the script that fits an assignment."""
    fits = (
        s for s in script.answers
        if s.unit in (None, row.unit.code) and s.item in (None, row.item.code)
    )  # fmt: skip
    return next(fits, ON_TIME)


def _of(a: Assignment, answer: AnswerSpec) -> Iterator[tuple[datetime, str]]:
    year = a.created_at.year if a.since is None else local_day(a.since).year
    due = a.original_due_on or date(year, 12, 1)
    days = timedelta(days=answer.days)
    match answer.behaviour:
        case Behaviour.NEVER:
            return
        case Behaviour.EARLY:
            yield _at(due - days, _SUBMIT_AT), "submit"
        case Behaviour.ON_TIME:
            yield _at(due, _SUBMIT_AT), "submit"
        case Behaviour.LATE:
            yield _at(due + days, _SUBMIT_AT), "submit"
        case Behaviour.RETURNED_ONCE:
            yield _at(due - days, _SUBMIT_AT), "submit-poor"
            yield _at(due, _SUBMIT_AT), "submit"
        case Behaviour.ASKS_EXTENSION:
            if a.original_due_on is None:
                yield _at(due, _SUBMIT_AT), "submit"
                return
            yield _at(due - timedelta(days=5), _SUBMIT_AT), f"ask {answer.days}"
            yield _at(due + days, _SUBMIT_AT), "submit"
        case Behaviour.CANCELLED:
            yield _at(due - days, _SUBMIT_AT), "cancel"


def act(
    session: Session, happening: Happening, at: datetime, rules: Rules, papers: PaperStore
) -> list[Happening]:
    """Do what happens, if it still makes sense; answers what it brings about: reviews come five hours later."""
    assignment = session.get_one(Assignment, happening.assignment_id)
    unit = Doer(Actor(f"rehearsal:unit-{assignment.unit_id}", "rehearsal"), Party.UNIT, assignment.unit_id)
    number, what = assignment.id or 0, happening.what.split()
    follow = _later(happening)
    match what[0]:
        case "submit" | "submit-poor" if assignment.state in OPEN:
            paper = _paper(session, number, at, papers)
            moves.submit(session, number, unit, at, files=[paper], note="Kết quả thực hiện (diễn tập).")
            return [follow(_VERDICTS[what[0]])]
        case "accept" if assignment.state is WorkState.SUBMITTED:
            moves.accept(session, number, REVIEWER, at, rules)
        case "return" if assignment.state is WorkState.SUBMITTED:
            moves.send_back(session, number, REVIEWER, at, rules, "Thiếu số liệu, đề nghị bổ sung.")
        case "ask" if assignment.state in OPEN and assignment.due_on:
            later = assignment.due_on + timedelta(days=int(what[1]))
            extensions.ask(
                session,
                number,
                unit,
                at,
                new_due_on=max(later, local_day(at)),
                reason="Chờ số liệu của cấp xã.",
            )
            return [follow("grant")]
        case "grant":
            _grant(session, number, at, rules)
        case "cancel" if assignment.unfinished:
            moves.cancel(session, number, REVIEWER, at, rules, "Không còn cần thiết.")
        case _:
            pass
    return []


def _paper(session: Session, number: int, at: datetime, papers: PaperStore) -> StoredFile:
    """A report of a few words, in the store like any other evidence."""
    text = f"Báo cáo kết quả thực hiện việc giao số {number}, {local_day(at):%d/%m/%Y} (diễn tập).\n"
    name = f"bao-cao-{number}.txt"
    kept = papers.put(BytesIO(text.encode()), name)
    remember(session, kept, at)
    return StoredFile(kept.sha256, name)


def _later(happening: Happening) -> Callable[[str], Happening]:
    return lambda what: Happening(happening.at + timedelta(hours=5), happening.assignment_id, what)


def _grant(session: Session, number: int, at: datetime, rules: Rules) -> None:
    query = select(Extension).where(
        Extension.assignment_id == number, Extension.state == ExtensionState.REQUESTED
    )
    for request in session.exec(query).all():
        extensions.answer(session, request.id or 0, REVIEWER, at, rules, grant=True, words="Đồng ý.")
