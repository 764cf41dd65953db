"""What became of things, and why: the history of an item from its rows, each line with its moment."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.cycles import Assignment, AssignmentMove, Extension
from models.engine import EngineRun
from models.evidence import ExtensionPaper, Submission, SubmissionPaper
from models.notices import Attempt, Digest, Notice, NoticeState
from models.plans import PlanItem
from models.queries import Named, named
from plan.clock import LOCAL
from plan.lifecycle import TimeState, in_time, time_state

Line = tuple[datetime, str, str, str]
"""When, what kind of thing, what, and why."""


def explain_item(session: Session, item: PlanItem, at: datetime) -> dict[str, Any]:
    """Everything about an item up to `at`: its assignments with their histories, and the engine's runs."""
    rows = named(session, Assignment.item_id == item.id)
    runs = session.exec(
        select(EngineRun).where(EngineRun.item_id == item.id).order_by(col(EngineRun.scheduled_for))
    ).all()
    return {
        "code": item.code,
        "text": item.text,
        "place": {"start": item.start, "end": item.end, "rule": item.rule},
        "assignments": [explain_assignment(session, row, at) for row in rows],
        "runs": [
            {
                "when": _local(r.scheduled_for),
                "run": r.name,
                "state": r.state_name,
                "message": r.message,
                "id": r.run_id,
            }
            for r in runs
        ],
    }


def explain_assignment(session: Session, row: Named, at: datetime) -> dict[str, Any]:
    """One assignment: how it stands, and its history in order."""
    a = row.assignment
    number = a.id or 0
    lines = [
        *_moves(session, number),
        *_extensions(session, number),
        *_submissions(session, number),
        *_notices(session, number),
    ]
    return {
        "assignment": number,
        "unit": row.unit.name,
        "occurrence": a.occurrence,
        "state": str(a.state),
        "time_state": str(time_state(a.due_on, a.due_time, at)) if a.unfinished else _finished(a),
        "due_on": a.due_on,
        "original_due_on": a.original_due_on,
        "handed_in_at": _local(a.handed_in_at),
        "in_time": in_time(a.due_on, a.due_time, a.handed_in_at) if a.handed_in_at else None,
        "in_time_originally": in_time(a.original_due_on, a.due_time, a.handed_in_at)
        if a.handed_in_at
        else None,
        "history": [
            {"when": _local(when), "what": kind, "which": what, "why": why}
            for when, kind, what, why in sorted(lines, key=lambda line: line[0])
            if when <= at
        ],
    }


def _finished(a: Assignment) -> str:
    if a.handed_in_at is None:
        return str(a.state)
    if a.due_on is None:
        return str(TimeState.UNDATED)
    return "in-time" if in_time(a.due_on, a.due_time, a.handed_in_at) else "late"


def _local(at: datetime | None) -> str | None:
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M") if at else None


def _moves(session: Session, number: int) -> Iterator[Line]:
    for m in session.exec(select(AssignmentMove).where(AssignmentMove.assignment_id == number)):
        yield m.at, "move", f"{m.old} → {m.new} ({m.event}) by {_who(m.by, m.on_behalf)}", m.reason


def _who(by: str, on_behalf: str) -> str:
    """Who acted, and for whom they stood in."""
    return f"{by} for {on_behalf}" if on_behalf else by


def _files(papers: Sequence[SubmissionPaper | ExtensionPaper]) -> str:
    return ": " + ", ".join(f"{p.name} ({p.sha256[:12]})" for p in papers) if papers else ""


def _extensions(session: Session, number: int) -> Iterator[Line]:
    mine = select(Extension.id).where(Extension.assignment_id == number)
    papers: dict[tuple[int, bool], list[ExtensionPaper]] = {}
    for p in session.exec(select(ExtensionPaper).where(col(ExtensionPaper.extension_id).in_(mine))):
        papers.setdefault((p.extension_id, p.of_answer), []).append(p)
    for e in session.exec(select(Extension).where(Extension.assignment_id == number)):
        yield (
            e.requested_at,
            "extension",
            f"asked: {e.old_due_on} → {e.new_due_on} by {_who(e.requested_by, e.on_behalf)}"
            + _files(papers.get((e.id or 0, False), [])),
            e.reason,
        )
        if e.decided_at:
            paper = f" ({e.decision}{f' of {e.decision_on}' if e.decision_on else ''})" if e.decision else ""
            what = f"{e.state} by {e.decided_by}{paper}" + _files(papers.get((e.id or 0, True), []))
            yield e.decided_at, "extension", what, e.answer


def _submissions(session: Session, number: int) -> Iterator[Line]:
    for s in session.exec(select(Submission).where(Submission.assignment_id == number)):
        papers = session.exec(select(SubmissionPaper).where(SubmissionPaper.submission_id == s.id)).all()
        what = f"handed in by {_who(s.submitted_by, s.on_behalf)}" + (_files(papers) or ": text")
        yield s.submitted_at, "evidence", what, s.note
        if s.reviewed_at:
            yield s.reviewed_at, "evidence", f"{s.verdict} by {s.reviewed_by}", s.reason


def _notices(session: Session, number: int) -> Iterator[Line]:
    query = select(Notice, Digest).outerjoin(Digest, col(Digest.id) == col(Notice.digest_id))
    for n, digest in session.exec(query.where(Notice.assignment_id == number)):
        how = f"{n.rung} of {n.day} to {n.recipient or 'nobody'} ({n.delivery}): {n.state}"
        yield n.settled_at or n.owed_at, "notice", how, n.reason or _answers(session, n, digest)


def _answers(session: Session, notice: Notice, digest: Digest | None) -> str:
    where = Attempt.digest_id == digest.id if digest else Attempt.notice_id == notice.id
    tried = session.exec(select(Attempt).where(where).order_by(col(Attempt.id))).all()
    if notice.state is NoticeState.OWED and not tried:
        return f"goes out after {_local(notice.send_after)}"
    return "; ".join(f"{_local(t.at)} {t.outcome} {t.code or ''} {t.answer}".strip() for t in tried)
