"""Webhooks through the API: made, listed, looked at, changed, ended."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session, col, select

from actions import webhooks
from models.database import reading
from models.hooks import HookMessage, Webhook
from models.people import PersonRole
from notifications.webhook import new_secret
from web.api.answers import CHANGES, LISTS, MAKES
from web.api.assignments import Number
from web.api.caller import Caller, ManagesHooks
from web.api.listing import Asked, PageOf
from web.api.shapes import HookIn, HookMade, HookMessageOut, HookOut
from web.api.writing import Write, once, write
from web.hook_forms import looked_at

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

How = Annotated[Write, Depends(write)]
ADMINISTRATORS = frozenset({PersonRole.ADMINISTRATOR})


@router.get("", responses=LISTS)
def hooks(who: ManagesHooks, asked: Asked) -> PageOf[HookOut]:
    """Every webhook, by number."""
    who.must_be(ADMINISTRATORS)
    with reading(who.place.url) as session:
        query = select(Webhook).where(col(Webhook.id) > asked.after).order_by(col(Webhook.id))
        return asked.of(session.exec(query.limit(asked.limit + 1)).all(), HookOut.model_validate)


@router.post("", status_code=201, responses=MAKES, response_model=HookMade)
def make(request: Request, body: HookIn, who: ManagesHooks, asked: How) -> Any:
    """Subscribe to what happens from now on. The secret, shown this once, signs each message (Standard Webhooks)."""
    url = looked_at(body.url, who.place.settings)
    secret, seal = new_secret(), who.place.seal(webhooks.PURPOSE)

    def do(session: Session) -> HookMade:
        hook = webhooks.make(
            session, url, body.events, secret, seal, note=body.note, at=who.at, actor=who.actor
        )
        return HookMade(**HookOut.model_validate(hook).model_dump(), secret=secret)

    return once(who, asked, 201, do, keeps=False)


@router.post("/{number}/rotate", responses=CHANGES, response_model=HookMade)
def rotate(request: Request, number: Number, who: ManagesHooks, asked: How) -> Any:
    """A new secret; the old one signs beside it for a day."""
    secret, seal = new_secret(), who.place.seal(webhooks.PURPOSE)

    def do(session: Session) -> HookMade:
        hook = webhooks.rotate(session, number, secret, seal, at=who.at, actor=who.actor)
        return HookMade(**HookOut.model_validate(hook).model_dump(), secret=secret)

    return once(who, asked, 200, do, keeps=False)


def _switch(who: Caller, number: int, asked: Write, *, active: bool) -> Any:
    def do(session: Session) -> HookOut:
        hook = webhooks.set_active(session, number, active=active, at=who.at, actor=who.actor)
        return HookOut.model_validate(hook)

    return once(who, asked, 200, do)


@router.post("/{number}/off", responses=CHANGES, response_model=HookOut)
def off(number: Number, who: ManagesHooks, asked: How) -> Any:
    """Send nothing more."""
    return _switch(who, number, asked, active=False)


@router.post("/{number}/on", responses=CHANGES, response_model=HookOut)
def on(number: Number, who: ManagesHooks, asked: How) -> Any:
    """Send again, what happens from now on."""
    return _switch(who, number, asked, active=True)


@router.post("/{number}/ping", responses=CHANGES, response_model=HookOut)
def ping(number: Number, who: ManagesHooks, asked: How) -> Any:
    """Send a message that says nothing, with the next run."""

    def do(session: Session) -> HookOut:
        webhooks.ping(session, number, at=who.at, actor=who.actor)
        return HookOut.model_validate(webhooks.hook_numbered(session, number))

    return once(who, asked, 200, do)


@router.get("/{number}/messages", responses=LISTS)
def messages(number: Number, who: ManagesHooks, asked: Asked) -> PageOf[HookMessageOut]:
    """What became of each message, by number."""
    who.must_be(ADMINISTRATORS)
    with reading(who.place.url) as session:
        webhooks.hook_numbered(session, number)
        query = select(HookMessage).where(HookMessage.webhook_id == number, col(HookMessage.id) > asked.after)
        rows = session.exec(query.order_by(col(HookMessage.id)).limit(asked.limit + 1)).all()
        return asked.of(rows, HookMessageOut.model_validate)
