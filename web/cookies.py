"""Cookies: their names, and how strictly browsers hold them."""

from datetime import timedelta

from fastapi import Request
from fastapi.responses import Response

from settings import Settings

SESSION_COOKIE, FORM_COOKIE, LANG_COOKIE = "dondoc_session", "dondoc_form", "dondoc_lang"
PROVIDER_COOKIE = "dondoc_provider"


def by_https(settings: Settings) -> bool:
    """Whether people reach the console by https."""
    return settings.public_url.startswith("https")


def cookie_name(settings: Settings, name: str) -> str:
    """A cookie's name; by https browsers then take it from this very host only, whole and encrypted."""
    return f"__Host-{name}" if by_https(settings) else name


def cookie_of(request: Request, settings: Settings, name: str) -> str:
    """What the browser has kept under a name; nothing if it kept nothing."""
    return request.cookies.get(cookie_name(settings, name), "")


def set_cookie(
    response: Response, settings: Settings, name: str, value: str, seconds: int | None = None
) -> None:
    """Keep something in the browser where no script reads it and no other site's form sends it."""
    response.set_cookie(
        cookie_name(settings, name),
        value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=by_https(settings),
    )


def drop_cookie(response: Response, settings: Settings, name: str) -> None:
    """Let the browser forget something."""
    response.delete_cookie(
        cookie_name(settings, name), httponly=True, samesite="lax", secure=by_https(settings)
    )


def idle(settings: Settings) -> timedelta:
    """How long a session may lie unused."""
    return timedelta(minutes=settings.session_idle)
