"""What machines ask: whether the console works, and figures for Prometheus."""

import logging
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest
from sqlmodel import Session, col, select

import migrations
from models import ledger
from models.accounts import SignInAttempt
from models.cycles import Assignment, Cycle, CycleState
from models.database import StoreError, reading
from models.engine import WorkerBeat
from models.hooks import HookMessage, HookState, Webhook
from models.moment import now_in
from models.notices import UNSETTLED, Notice, NoticeState
from models.queries import switch
from plan.clock import local_day
from plan.lifecycle import OPEN, WorkState
from tasks.place import Place

router = APIRouter()
log = logging.getLogger(__name__)


@router.api_route("/health", methods=["GET", "HEAD"])
def health(request: Request) -> JSONResponse:
    """200 while the database answers with the schema that this program needs, else 503 with the reason."""
    place: Place = request.app.state.place
    try:
        current = migrations.current(place.url)
    except StoreError as error:
        log.warning("health: %s", error)
        why = "the database does not answer; see: dondoc doctor"  # its address is nobody's business out there
        return JSONResponse({"status": "broken", "why": why}, 503)
    if current is not None and current != migrations.head():
        return JSONResponse(
            {"status": "broken", "why": "the database has another revision; run: dondoc db upgrade"}, 503
        )
    return JSONResponse({"status": "ok"})


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Figures in the text format of Prometheus: counts and moments only, no names, no addresses, no ids."""
    place: Place = request.app.state.place
    at = now_in(place.url)
    registry = CollectorRegistry()
    with reading(place.url) as session:
        _work(session, registry)
        _late(session, registry, local_day(at))
        _engine(session, registry)
        _door(session, registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _gauge(registry: CollectorRegistry, name: str, help_: str, value: float) -> None:
    Gauge(name, help_, registry=registry).set(value)


def _by_state(
    registry: CollectorRegistry, name: str, help_: str, states: Iterable[str], found: Mapping[Any, int]
) -> None:
    """One series for each state, those that nothing is in too, so that none of them is ever missing."""
    gauge = Gauge(name, help_, ["state"], registry=registry)
    for state in states:
        gauge.labels(state).set(found.get(state, 0))


def _work(session: Session, registry: CollectorRegistry) -> None:
    counted: Any = sa.func.count()
    states = session.exec(select(Assignment.state, counted).group_by(col(Assignment.state)))
    _by_state(registry, "dondoc_assignments", "Assignments by work state.", WorkState, dict(states.all()))
    found = _notices(session)
    _by_state(registry, "dondoc_notices", "Notices by what became of them.", NoticeState, found)
    messages = session.exec(select(HookMessage.state, counted).group_by(col(HookMessage.state)))
    help_ = "Webhook messages by what became of them."
    _by_state(registry, "dondoc_webhook_messages", help_, HookState, dict(messages.all()))


def _notices(session: Session) -> dict[NoticeState, int]:
    """How many notices are in each state: the few unsettled by their index; of a million, only the void are counted."""
    counted: Any = sa.func.count()
    few = select(Notice.state, counted).where(UNSETTLED).group_by(col(Notice.state))
    out = {NoticeState(state): number for state, number in session.exec(few)}
    every = session.exec(select(counted).select_from(Notice)).one()
    void = session.exec(select(counted).select_from(Notice).where(Notice.state == NoticeState.VOID)).one()
    return {NoticeState.ACCEPTED: every - void - sum(out.values()), NoticeState.VOID: void, **out}


def _late(session: Session, registry: CollectorRegistry, today: date) -> None:
    query = (
        select(sa.func.count()).select_from(Assignment).join(Cycle, col(Cycle.id) == col(Assignment.cycle_id))
        .where(Cycle.state == CycleState.ARMED, col(Assignment.state).in_(OPEN), col(Assignment.due_on) < today)
    )  # fmt: skip
    _gauge(registry, "dondoc_overdue", "Open assignments past their deadline.", session.exec(query).one())


def _engine(session: Session, registry: CollectorRegistry) -> None:
    beat = session.exec(
        select(sa.func.max(WorkerBeat.beat_at)).where(col(WorkerBeat.stopped_at).is_(None))
    ).one()
    _gauge(
        registry, "dondoc_worker_beat_timestamp_seconds", "When a worker last gave a sign of life.",
        beat.timestamp() if beat else 0,
    )  # fmt: skip
    rows = Counter("dondoc_ledger_rows", "Rows in the ledger.", registry=registry)
    rows.inc(ledger.head(session)[0])
    stopped = switch(session, "sending") == "stopped"
    _gauge(
        registry, "dondoc_sending_stopped", "1 while the switch that stops all sending is on.", int(stopped)
    )


def _door(session: Session, registry: CollectorRegistry) -> None:
    tries = session.exec(select(sa.func.count()).select_from(SignInAttempt)).one()
    _gauge(registry, "dondoc_failed_sign_ins", "Failed tries to sign in of the last 15 minutes.", tries)
    off = select(sa.func.count()).select_from(Webhook).where(Webhook.why != "")
    _gauge(
        registry,
        "dondoc_webhooks_given_up",
        "Webhooks switched off because they failed.",
        session.exec(off).one(),
    )
