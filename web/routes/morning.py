"""The coordinator's morning: what is late, due, waiting, what did not arrive, and the switch that stops all sending."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions import switches
from actions.errors import Problem
from actions.outbox import waiting
from models import ledger
from notifications.words import KINDS
from plan.lifecycle import WorkState
from tasks.mail import line
from web.figures import delivery, figures
from web.first_steps import first_steps
from web.forms import wrong
from web.lists import Wanted, find
from web.visit import Coordinating, Visit
from web.waiting import that_wait

router = APIRouter()

SHOWN = 12
"""How many rows of each kind the page shows; the rest is behind a link."""


@router.get("/morning")
def morning(visit: Coordinating) -> Response:
    """Everything a coordinator looks at first."""
    with visit.looking() as session:
        wanted = {when: Wanted(when=when) for when in ("late", "today", "soon")}
        wanted["review"] = Wanted(state=WorkState.SUBMITTED)
        lists = {when: find(session, w.where(visit.at), size=SHOWN) for when, w in wanted.items()}
        shown = {when: [line(row, visit.at) for row in rows] for when, rows in lists.items()}
        found = figures(session, visit.at)
        steps = first_steps(session, visit) if not (found.open or found.done) else ()
        return visit.page(
            "morning.html", figures=found, lists=shown, steps=steps,
            delivery=delivery(session, visit.at), head=ledger.head(session), waiting=waiting(session),
        )  # fmt: skip


@router.get("/sending")
def sending(visit: Coordinating) -> Response:
    """The switch, and what waits behind it."""
    return _switch(visit)


def _switch(visit: Visit, problems: Sequence[Problem] = ()) -> Response:
    with visit.looking() as session:
        return visit.page(
            "sending.html", waiting=waiting(session), lines=that_wait(session), problems=problems, typed=visit.form,
            kinds=KINDS[visit.lang],
        )  # fmt: skip


@router.post("/sending/stop")
def stop(visit: Coordinating) -> Response:
    """Nothing goes out from now on."""

    def step(session: Session) -> None:
        if not visit.form.text("reason"):
            raise wrong("reason", "dừng gửi phải nêu lý do", "stopping needs a reason")
        switches.stop_sending(session, visit.at, visit.actor, visit.form.text("reason"))

    return visit.does(step, "/sending", "stopped", lambda problems: _switch(visit, problems))


@router.post("/sending/resume")
def resume(visit: Coordinating) -> Response:
    """Let sending go on, with what waits or without it."""
    drop = visit.form.text("what") == "drop"
    return visit.does(
        lambda s: switches.resume_sending(s, visit.at, visit.actor, drop=drop), "/sending", "resumed-sending",
        lambda problems: _switch(visit, problems),
    )  # fmt: skip
