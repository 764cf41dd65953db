"""Webhooks on the administrator's desk: who is told of what, what became of it, and the secret, once."""

from collections.abc import Callable, Sequence

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import webhooks
from actions.errors import Problem, Refused
from models.database import reading, unit_of_work
from models.hooks import HookMessage, Webhook
from notifications.webhook import new_secret
from web.hook_forms import looked_at
from web.visit import Administering, Visit

router = APIRouter(prefix="/office/webhooks")

EVENTS = {
    "assignment.": (
        "Việc giao: nhận, nộp, hoàn thành, tạm dừng…",
        "Assignments: received, handed in, completed…",
    ),
    "evidence.": ("Minh chứng: nộp, nghiệm thu, trả lại", "Evidence: handed in, accepted, returned"),
    "extension.": ("Gia hạn: xin, đồng ý, từ chối", "Extensions: asked, granted, refused"),
    "dispute.": ("Ý kiến về việc giao", "Disputes"),
    "notices.": ("Thông báo: quyết định, đã gửi, thôi gửi", "Notices: decided, sent, void"),
    "plan.": ("Kế hoạch", "Plans"),
    "cycle.": ("Chu kỳ năm: kích hoạt, đóng", "Years: armed, closed"),
}
"""What can be ticked: how the ledger's actions begin, in Vietnamese and English."""


@router.get("")
def show(visit: Administering) -> Response:
    """Every webhook with its last messages, and the form for one more."""
    return _page(visit)


def _page(
    visit: Visit, problems: Sequence[Problem] = (), made: tuple[Webhook, str] | None = None
) -> Response:
    with reading(visit.url) as session:
        hooks = session.exec(select(Webhook).order_by(col(Webhook.id).desc())).all()
        last = {hook.id: _last(session, hook) for hook in hooks}
    return visit.page(
        "hooks.html", hooks=hooks, last=last, events=EVENTS, made=made, problems=problems, typed=visit.form
    )


def _last(session: Session, hook: Webhook) -> Sequence[HookMessage]:
    query = select(HookMessage).where(HookMessage.webhook_id == hook.id).order_by(col(HookMessage.id).desc())
    return session.exec(query.limit(5)).all()


def _with_secret(visit: Visit, step: Callable[[Session, str], Webhook]) -> Response:
    secret = new_secret()
    try:
        with unit_of_work(visit.url) as session:
            hook = step(session, secret)
    except Refused as error:
        return visit.refused(error, lambda p: _page(visit, p))
    return _page(visit, made=(hook, secret))


@router.post("")
def make(visit: Administering) -> Response:
    """Subscribe; the secret is shown once, here."""

    def step(session: Session, secret: str) -> Webhook:
        url = looked_at(visit.form.text("url"), visit.place.settings)
        return webhooks.make(
            session, url, visit.form.all("events"), secret, visit.place.seal(webhooks.PURPOSE),
            note=visit.form.text("note"), at=visit.at, actor=visit.actor,
        )  # fmt: skip

    return _with_secret(visit, step)


@router.post("/{number}/rotate")
def rotate(number: int, visit: Administering) -> Response:
    """A new secret, shown once, here."""

    def step(session: Session, secret: str) -> Webhook:
        sealed = visit.place.seal(webhooks.PURPOSE)
        return webhooks.rotate(session, number, secret, sealed, at=visit.at, actor=visit.actor)

    return _with_secret(visit, step)


@router.post("/{number}/active")
def set_active(number: int, visit: Administering) -> Response:
    """Switch one off, or on again."""
    active = visit.form.text("active") == "yes"

    def step(session: Session) -> None:
        webhooks.set_active(session, number, active=active, at=visit.at, actor=visit.actor)

    return visit.does(step, "/office/webhooks", "saved", lambda p: _page(visit, p))


@router.post("/{number}/ping")
def ping(number: int, visit: Administering) -> Response:
    """Send a message that says nothing."""

    def step(session: Session) -> None:
        webhooks.ping(session, number, at=visit.at, actor=visit.actor)

    return visit.does(step, "/office/webhooks", "pinged", lambda p: _page(visit, p))
