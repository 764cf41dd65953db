"""What machines ask: whether the console works, and figures for Prometheus."""

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlmodel import Session, col, select

import migrations
from models import ledger
from models.cycles import Assignment, Cycle, CycleState
from models.database import StoreError, reading
from models.engine import WorkerBeat
from models.moment import now_in
from models.notices import Notice
from models.queries import switch
from plan.clock import local_day
from plan.lifecycle import OPEN
from tasks.place import Place

router = APIRouter()


@router.api_route("/health", methods=["GET", "HEAD"])
def health(request: Request) -> JSONResponse:
    """200 while the database answers with the schema that this program needs, else 503 with the reason."""
    place: Place = request.app.state.place
    try:
        current = migrations.current(place.url)
    except StoreError as error:
        return JSONResponse({"status": "broken", "why": str(error)}, 503)
    if current is not None and current != migrations.head():
        return JSONResponse(
            {"status": "broken", "why": "the database has another revision; run: dondoc db upgrade"}, 503
        )
    return JSONResponse({"status": "ok"})


@router.get("/metrics")
def metrics(request: Request) -> PlainTextResponse:
    """Figures in the text format of Prometheus; counts only, no names."""
    place: Place = request.app.state.place
    at = now_in(place.url)
    with reading(place.url) as session:
        lines = [*_work(session, place.url), *_late(session, local_day(at)), *_engine(session)]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _head(name: str, kind: str, help_: str) -> list[str]:
    return [f"# HELP {name} {help_}", f"# TYPE {name} {kind}"]


def _work(session: Session, _: str) -> list[str]:
    states = session.exec(select(Assignment.state, sa.func.count()).group_by(col(Assignment.state))).all()
    notices = session.exec(select(Notice.state, sa.func.count()).group_by(col(Notice.state))).all()
    return [
        *_head("dondoc_assignments", "gauge", "Assignments by work state."),
        *(f'dondoc_assignments{{state="{state}"}} {count}' for state, count in states),
        *_head("dondoc_notices", "gauge", "Notices by what became of them."),
        *(f'dondoc_notices{{state="{state}"}} {count}' for state, count in notices),
    ]


def _late(session: Session, today: object) -> list[str]:
    query = (
        select(sa.func.count()).select_from(Assignment).join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .where(Cycle.state == CycleState.ARMED, col(Assignment.state).in_(OPEN), col(Assignment.due_on) < today)
    )  # fmt: skip
    return [
        *_head("dondoc_overdue", "gauge", "Open assignments past their deadline."),
        f"dondoc_overdue {session.exec(query).one()}",
    ]


def _engine(session: Session) -> list[str]:
    beat = session.exec(
        select(sa.func.max(WorkerBeat.beat_at)).where(col(WorkerBeat.stopped_at).is_(None))
    ).one()
    moment = getattr(beat, "timestamp", lambda: 0)()
    return [
        *_head("dondoc_ledger_rows", "counter", "Rows in the ledger."),
        f"dondoc_ledger_rows {ledger.head(session)[0]}",
        *_head("dondoc_worker_beat_timestamp_seconds", "gauge", "When a worker last gave a sign of life."),
        f"dondoc_worker_beat_timestamp_seconds {moment}",
        *_head("dondoc_sending_stopped", "gauge", "1 while the switch that stops all sending is on."),
        f"dondoc_sending_stopped {int(switch(session, 'sending') == 'stopped')}",
    ]
