"""Assignments: the list, one with its timeline, what a coordinator does about it, and the queues that wait."""

from collections.abc import Callable, Sequence
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import disputes, extensions, moves
from actions.bulk import LIMIT
from actions.calls import log_call
from actions.chasing import Rules
from actions.errors import NotFound, Problem
from actions.papers import remember
from actions.people import Doer
from models.cycles import Assignment, Extension
from models.database import reading
from models.disputes import Dispute
from models.people import Unit
from models.queries import Named, named
from plan.lifecycle import Party, WorkState, allowed
from tasks.mail import line
from web.answering import dealings
from web.changes import WHAT
from web.figures import how_many, waiting_requests
from web.forms import wrong
from web.history import timeline
from web.lists import PAGE, Wanted, armed_plans, count, find, units
from web.matching import Matcher
from web.naming import Names
from web.pages import Phrases
from web.past import AS_OF
from web.visit import ADMIN, AUDITOR, COORD, Coordinating, Looking, SignedIn, Visit

router = APIRouter()

QUEUE = 20
"""How many things that wait for an answer one page of a queue shows."""


@router.get("/assignments")
def list_(visit: Looking) -> Response:
    """Assignments, filtered; the unfinished ones where nothing else is asked for."""
    asked = {key: value for key, value in visit.request.query_params.items() if key not in ("said", AS_OF)}
    asked = asked or {"when": "open"}
    wanted = Wanted.of(asked)
    with visit.looking() as session:
        where = wanted.where(visit.at)
        rows = [line(row, visit.at) for row in find(session, where, page=wanted.page)]
        return visit.page(
            "assignments.html", rows=rows, total=count(session, where), wanted=wanted, size=PAGE, asked=asked,
            plans=armed_plans(session), units=units(session), may=visit.acts, names=WHAT, limit=LIMIT,
        )  # fmt: skip


def the_row(session: Session, visit: Visit, number: int) -> Named:
    """The assignment with this number; whose it is has been asked before the page (:mod:`web.reach`)."""
    row = next(iter(named(session, Assignment.id == number)), None)
    if row is None:
        raise NotFound([Problem(f"there is no assignment {number}", f"không có việc giao số {number}")])
    return row


@router.get("/assignments/{number}")
def show(number: int, visit: SignedIn) -> Response:
    """One assignment: what is asked, how it stands, what has happened."""
    return _page(visit, number)


def _page(visit: Visit, number: int, problems: Sequence[Problem] = ()) -> Response:
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        row = the_row(session, visit, number)
        passed = dealings(session, number)
        who = [h.submission.submitted_by for h in passed.handed] + [
            h.submission.reviewed_by or "" for h in passed.handed
        ]
        who += [e.requested_by for e in passed.extensions] + [d.raised_by for d in passed.disputes]
        coordinates = visit.acts
        ui = (
            f"http://127.0.0.1:{visit.place.settings.prefect_port}"
            if visit.is_a(ADMIN, COORD, AUDITOR)
            else ""
        )
        return visit.page(
            "assignment.html", row=row, task=line(row, visit.at), passed=passed, names=Names(session, who, f.t),
            lines=timeline(session, row.assignment, f, ui),
            can=allowed(row.assignment.state, Party.COORDINATOR) if coordinates else [],
            change_names=WHAT, replaced_by=_heir(visit, session, number),
            problems=problems, typed=visit.form,
            coordinates=coordinates,
        )  # fmt: skip


def _heir(visit: Visit, session: Session, number: int) -> int | None:
    """The assignment in whose favour this one was replaced, if it is there on the day that is looked at."""
    with reading(visit.url) as now:
        heirs = now.exec(select(Assignment.id).where(Assignment.replaces_id == number)).all()
    return session.exec(select(Assignment.id).where(col(Assignment.id).in_(heirs))).first() if heirs else None


Move = Callable[[Session, int, Doer, datetime, Rules], object]


def _move(visit: Visit, number: int, said: str, move: Move, then: str = "") -> Response:
    """Make one move; `back` in the form says which queue it was made from."""

    def step(session: Session) -> None:
        doer = visit.doer(session)
        doer.must_coordinate()
        move(session, number, doer, visit.at, visit.rules(session))

    back = visit.form.text("back")
    place = back if back in {"/review", "/extensions"} else f"/assignments/{number}"
    return visit.does(step, then or place, said, lambda problems: _page(visit, number, problems), kick=True)


def _why(visit: Visit) -> str:
    reason = visit.form.text("reason")
    if not reason:
        raise wrong("reason", "hãy nêu lý do", "give the reason")
    return reason


def _seen(visit: Visit) -> int | None:
    """The submission that stood on the page: what was handed in since has not been looked at."""
    return visit.form.number("seen")


@router.post("/assignments/{number}/accept")
def accept(number: int, visit: Coordinating) -> Response:
    """Accept what was handed in."""
    seen = _seen(visit)
    return _move(visit, number, "accepted", lambda s, n, d, at, r: moves.accept(s, n, d, at, r, seen))


@router.post("/assignments/{number}/return")
def send_back(number: int, visit: Coordinating) -> Response:
    """Return what was handed in, with the reason."""
    return _move(
        visit,
        number,
        "returned",
        lambda s, n, d, at, r: moves.send_back(s, n, d, at, r, _why(visit), _seen(visit)),
    )


@router.post("/assignments/{number}/suspend")
def suspend(number: int, visit: Coordinating) -> Response:
    """Put a task on hold."""
    return _move(
        visit, number, "suspended", lambda s, n, d, at, r: moves.suspend(s, n, d, at, r, _why(visit))
    )


@router.post("/assignments/{number}/resume")
def resume(number: int, visit: Coordinating) -> Response:
    """Go on with a suspended task."""
    return _move(visit, number, "resumed", moves.resume)


@router.post("/assignments/{number}/cancel")
def cancel(number: int, visit: Coordinating) -> Response:
    """Withdraw a task."""
    return _move(visit, number, "cancelled", lambda s, n, d, at, r: moves.cancel(s, n, d, at, r, _why(visit)))


@router.post("/assignments/{number}/reopen")
def reopen(number: int, visit: Coordinating) -> Response:
    """Take an acceptance back."""
    return _move(visit, number, "reopened", lambda s, n, d, at, r: moves.reopen(s, n, d, at, r, _why(visit)))


@router.post("/assignments/{number}/call")
def call(number: int, visit: Coordinating) -> Response:
    """Log a telephone call to the unit about a task."""
    form = visit.form
    told, words, reached = form.text("told"), form.text("words"), not form.text("unanswered")

    def move(session: Session, n: int, doer: Doer, at: datetime, rules: Rules) -> object:
        return log_call(session, n, doer, at, rules, told=told, words=words, reached=reached)

    return _move(visit, number, "called", move)


@router.post("/assignments/{number}/reassign")
def reassign(number: int, visit: Coordinating) -> Response:
    """Give a task to another unit."""

    def move(session: Session, n: int, doer: Doer, at: datetime, rules: Rules) -> object:
        return moves.reassign(session, n, _unit(session, visit), doer, at, rules, _why(visit))

    return _move(visit, number, "reassigned", move)


def _unit(session: Session, visit: Visit) -> Unit:
    """The unit that a form names: chosen from a list, or typed, as one of its names."""
    unit = session.get(Unit, visit.form.number("unit") or 0)
    if unit is None and (typed := visit.form.text("unit_name")):
        found = Matcher(session).match([typed])
        unit = session.exec(select(Unit).where(col(Unit.code).in_(found.units))).first()
    if unit is None or not unit.active:
        raise wrong("unit", "hãy chọn đơn vị trong danh bạ", "choose a unit of the directory")
    return unit


@router.get("/review")
def review(visit: Coordinating) -> Response:
    """What units have handed in and nobody has reviewed, the oldest first, with its files."""
    f = Phrases(visit.lang, visit.at)
    page = Wanted.of(visit.request.query_params).page
    with visit.looking() as session:
        where = Wanted(state=WorkState.SUBMITTED).where(visit.at)
        rows = find(session, where, page=page, size=QUEUE)
        shown = [(line(r, visit.at), dealings(session, r.assignment.id or 0)) for r in rows]
        names = Names(session, [h.submission.submitted_by for _, p in shown for h in p.handed[:1]], f.t)
        return visit.page(
            "review.html", rows=shown, names=names, total=count(session, where), page=page, size=QUEUE
        )


@router.get("/extensions")
def requests(visit: Coordinating) -> Response:
    """What units ask for and say: more time, and tasks that they hold to be somebody else's."""
    return _requests(visit)


def _requests(visit: Visit, problems: Sequence[Problem] = ()) -> Response:
    f = Phrases(visit.lang, visit.at)
    page = Wanted.of(visit.request.query_params).page
    with visit.looking() as session:
        asked_for, disputed = waiting_requests()
        first = (page - 1) * QUEUE
        asked = session.exec(asked_for.order_by(col(Extension.id)).limit(QUEUE).offset(first)).all()
        raised = session.exec(disputed.order_by(col(Dispute.id)).limit(QUEUE).offset(first)).all()
        numbers = [how_many(session, query) for query in (asked_for, disputed)]
        ids = [*(e.assignment_id for e in asked), *(d.assignment_id for d in raised)]
        tasks = {r.assignment.id: line(r, visit.at) for r in named(session, col(Assignment.id).in_(ids))}
        names = Names(session, [*(e.requested_by for e in asked), *(d.raised_by for d in raised)], f.t)
        return visit.page(
            "requests.html", asked=asked, raised=raised, numbers=numbers, page=page, size=QUEUE,
            papers=extensions.papers_of(session, [e.id for e in asked]), tasks=tasks, names=names,
            units=[name for _, name in units(session)] if raised else [], problems=problems, typed=visit.form,
        )  # fmt: skip


@router.post("/extensions/{number}")
def answer_extension(number: int, visit: Coordinating) -> Response:
    """Grant or refuse more time."""
    grant = visit.form.text("answer") == "grant"

    def step(session: Session) -> None:
        form = visit.form
        uploads = visit.uploads.take(form.files("files"))
        for upload in uploads:
            remember(session, upload.kept, visit.at)
        extensions.answer(
            session, number, visit.doer(session), visit.at, visit.rules(session), grant=grant,
            words=form.text("words"), new_due_on=form.day("new_due_on") if grant else None,
            decision=form.text("decision"), decision_on=form.day("decision_on"),
            files=[upload.stored for upload in uploads],
        )  # fmt: skip

    return visit.does(
        step, "/extensions", "granted" if grant else "refused", lambda p: _requests(visit, p), kick=True
    )


@router.post("/disputes/{number}")
def answer_dispute(number: int, visit: Coordinating) -> Response:
    """Move a disputed task, or say why it stays."""

    def step(session: Session) -> None:
        unit = _unit(session, visit) if visit.form.text("answer") == "move" else None
        doer = visit.doer(session)
        disputes.answer(
            session, number, doer, visit.at, visit.rules(session), words=visit.form.text("words"), unit=unit
        )

    return visit.does(step, "/extensions", "answered", lambda p: _requests(visit, p), kick=True)
