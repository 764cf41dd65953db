"""`dondoc webhook`: where other programs are told what happens."""

from cyclopts import App
from sqlmodel import col, select

from actions import webhooks
from actions.errors import Refused
from cli.here import acting, open_place
from cli.show import Output, table, tell
from models.database import reading, unit_of_work
from models.hooks import HookMessage, Webhook
from notifications.webhook import TargetRefused, check_target, new_secret

app = App(name="webhook")


@app.command(name="list")
def list_(*, output: Output = "text") -> None:
    """List webhooks. (Danh sách webhook)"""
    with reading(open_place().url) as session:
        rows = session.exec(select(Webhook).order_by(col(Webhook.id))).all()
    keys = ("id", "url", "events", "note", "made_at", "failing_since", "disabled_at", "why")
    table(({key: getattr(row, key) for key in keys} for row in rows), output)


@app.command
def make(url: str, *events: str, note: str = "", by: str | None = None) -> None:
    """Subscribe an address to events, named by how the ledger's actions begin; shows the secret once. (Đăng ký webhook)

    Parameters
    ----------
    url
        Where signed messages go; https, and not inside a private network unless DONDOC_WEBHOOK_PRIVATE.
    events
        Such as assignment. extension. evidence.accepted
    note
        What it is for.
    """
    place, secret = open_place(), new_secret()
    seal = place.seal(webhooks.PURPOSE)
    try:
        check_target(url, private=place.settings.webhook_private)
    except TargetRefused as error:
        raise Refused.because(
            f"{url}: {error}", f"{url}: không gửi được đến địa chỉ này ({error})"
        ) from error
    with unit_of_work(place.url) as session:
        actor = acting(session, by, place)
        hook = webhooks.make(session, url, events, secret, seal, note=note, at=place.now, actor=actor)
    _show_secret(hook, secret)


def _show_secret(hook: Webhook, secret: str) -> None:
    tell(
        f"Webhook số {hook.id}. Bí mật, chỉ hiện một lần: {secret}",
        f"Webhook {hook.id}. The secret, shown once: {secret}",
    )


@app.command
def rotate(number: int, *, by: str | None = None) -> None:
    """Change the secret; the old one signs too for a day. (Đổi bí mật)"""
    place, secret = open_place(), new_secret()
    with unit_of_work(place.url) as session:
        actor = acting(session, by, place)
        hook = webhooks.rotate(
            session, number, secret, place.seal(webhooks.PURPOSE), at=place.now, actor=actor
        )
    _show_secret(hook, secret)


@app.command
def off(number: int, *, by: str | None = None) -> None:
    """Send nothing more. (Tắt)"""
    _switch(number, by, active=False)


@app.command
def on(number: int, *, by: str | None = None) -> None:
    """Send again, what happens from now on. (Bật lại)"""
    _switch(number, by, active=True)


def _switch(number: int, by: str | None, *, active: bool) -> None:
    place = open_place()
    with unit_of_work(place.url) as session:
        webhooks.set_active(session, number, active=active, at=place.now, actor=acting(session, by, place))
    tell("Đã ghi nhận.", "Done.")


@app.command
def ping(number: int, *, by: str | None = None) -> None:
    """Send a message that says nothing, with the next run. (Gửi thử)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        webhooks.ping(session, number, at=place.now, actor=acting(session, by, place))
    tell("Tin thử sẽ được gửi trong lượt tới.", "A test message goes out with the next run.")


@app.command
def messages(number: int, *, limit: int = 100, output: Output = "text") -> None:
    """List messages with what became of them, the newest first. (Các tin đã gửi)"""
    with reading(open_place().url) as session:
        query = select(HookMessage).where(HookMessage.webhook_id == number)
        rows = session.exec(query.order_by(col(HookMessage.id).desc()).limit(limit)).all()
    keys = ("seq", "state", "tries", "code", "answer", "made_at", "next_try_at", "settled_at")
    table(({key: getattr(row, key) for key in keys} for row in rows), output)
