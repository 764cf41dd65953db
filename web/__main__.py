"""`python -m web`: the console on this machine's console port, until it is told to stop.

With the word `announced` behind it, whoever starts it has told the first administrator's address already.
"""

import gc
import sys

import uvicorn
from fastapi import FastAPI
from sqlalchemy.orm import configure_mappers

import migrations
from actions.accounts import first_administrator
from models.database import StoreError, unit_of_work
from models.moment import now_in
from plan import clock
from plan.calendar import WorkingCalendar
from plan.clock import local_day
from settings import Settings, SettingsError, load_settings
from web.app import create_app
from web.pages import load_every_template


def announce(settings: Settings) -> str | None:
    """The sentence with the one-time address for the first administrator; None once one can sign in."""
    at = now_in(settings.database_url)
    with unit_of_work(settings.database_url) as session:
        secret = first_administrator(session, now=clock.now(), at=at)
    if secret is None:
        return None
    address = f"{settings.public_url}/set-password/{secret}"
    if settings.lang == "en":
        return f"First start: choose the administrator's password at {address} (once, within 3 days)"
    return f"Lần đầu khởi động: đặt mật khẩu quản trị tại {address} (một lần, trong 3 ngày)"


def get_ready(app: FastAPI) -> None:
    """What the first visitors would wait for; what is loaded for good is then left out of every later collection."""
    configure_mappers()
    load_every_template()
    app.state.api.openapi()
    WorkingCalendar().why_off(local_day(clock.now()))
    gc.collect()
    gc.freeze()
    # Most of what a page makes is gone with it, and a look at everything takes as long as a page.
    gc.set_threshold(50_000, 20, 50)


def main() -> int:
    """Bring the database up, print the first administrator's address, serve."""
    try:
        settings = load_settings()
        if migrations.current(settings.database_url) is None:
            migrations.upgrade(settings.database_url)
        if "announced" not in sys.argv[1:] and (sentence := announce(settings)):
            sys.stdout.write(sentence + "\n")
            sys.stdout.flush()
        app = create_app(settings)
    except (SettingsError, StoreError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 4
    get_ready(app)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=settings.console_port,
        log_level="warning",
        server_header=False,
        date_header=True,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
