"""What stands between the network and the pages: headers, the form mark, cookies."""

import hashlib
import hmac
import secrets
from collections.abc import MutableMapping
from typing import Any

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Everything from here and nothing from anywhere else; no inline script or style runs."""

HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def framed(html: str, *, leads_out: bool = False) -> HTMLResponse:
    """A mail for a frame in which nothing runs and nothing is fetched; `leads_out` lets its links open a window."""
    windows = " allow-popups allow-popups-to-escape-sandbox" if leads_out else ""
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox{windows}"
    shown = html.replace("<head>", '<head><base target="_blank">', 1) if leads_out else html
    return HTMLResponse(shown, headers={"content-security-policy": policy, "x-frame-options": "SAMEORIGIN"})


class SecurityHeaders:
    """Puts the headers on every answer; pages are never kept by a cache, because they show who is late."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """Wrap `app`; `https` says that people reach it by https, so that browsers must go on doing so."""
        self.app = app
        self.headers = HEADERS | ({"strict-transport-security": "max-age=31536000"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(message, self.headers)
            await send(message)

        await self.app(scope, receive, guarded)


def _add(message: MutableMapping[str, Any], headers: dict[str, str]) -> None:
    there = {name.lower() for name, _ in message["headers"]}
    wanted = headers | {"cache-control": "no-store"}
    message["headers"] = [
        *message["headers"],
        *((name.encode(), value.encode()) for name, value in wanted.items() if name.encode() not in there),
    ]


def form_mark(key: bytes, whose: str) -> str:
    """What a form must carry to count: nobody else's page can know it. `whose` is the session, cookie or link."""
    return hmac.new(key, f"form:{whose}".encode(), hashlib.sha256).hexdigest()


def masked(mark: str) -> str:
    """The mark as one page carries it, different each time: pages are compressed, and from the length of many pages
    with guesses in their address a mark that stays the same could be read off (BREACH).
    """
    pad = secrets.token_bytes(len(mark) // 2)
    return (pad + _xor(bytes.fromhex(mark), pad)).hex()


def same(mark: str, given: str) -> bool:
    """Whether a form carries the right mark, under whatever mask."""
    try:
        both = bytes.fromhex(given)
    except ValueError:
        return False
    pad, rest = both[: len(both) // 2], both[len(both) // 2 :]
    return len(pad) == len(rest) and hmac.compare_digest(bytes.fromhex(mark), _xor(rest, pad))


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def new_cookie() -> str:
    """A value that nobody can guess."""
    return secrets.token_urlsafe(24)
