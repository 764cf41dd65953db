"""What stands before every page: the name under which we are called, how much is sent, and how slowly."""

import asyncio
import time
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from settings import Settings
from web.forms import BODY_LIMIT

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PROBES = frozenset({"/health", "/metrics"})
"""What machines ask under whatever name they know us by."""
SILENCE, SLOWEST = 30.0, 16 << 10
"""Seconds without a byte, and bytes a second on the whole, after which an upload is given up."""
GRACE = 60.0

_WORDS = {
    400: (
        "Địa chỉ này không phải của hệ thống; hãy mở lại từ liên kết trong thư.",
        "This is not our address.",
    ),
    404: ("Địa chỉ này có ký tự không đọc được; hãy mở lại từ trang trước.", "This address cannot be read."),
    408: ("Gửi quá chậm nên đã dừng; hãy kiểm tra mạng rồi gửi lại.", "It came too slowly; send it again."),
    413: (
        f"Gửi quá nhiều một lần: tối đa {BODY_LIMIT >> 20} MB; hãy chia nhỏ.",
        f"Too much at once: at most {BODY_LIMIT >> 20} MiB.",
    ),
}


class _Stopped(Exception):
    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(status)


def hosts_of(settings: Settings) -> frozenset[str]:
    """The names under which people reach the console: the public one, and this machine's own."""
    return LOOPBACK | {urlsplit(settings.public_url).hostname or ""}


class Limits:
    """Refuses foreign Host headers, bodies that are too large, and senders that stall."""

    def __init__(
        self, app: ASGIApp, *, hosts: frozenset[str], most: int = BODY_LIMIT, silence: float = SILENCE
    ) -> None:
        """Wrap `app`, which is called by the names `hosts`; `most` bytes are taken, `silence` seconds waited."""
        self.app, self.hosts, self.most, self.silence = app, hosts, most, silence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] not in PROBES and _host(scope) not in self.hosts:
            await _answer(scope, 400)(scope, receive, send)
            return
        if not scope["path"].startswith("/api/"):
            if "\x00" in scope["path"]:
                await _answer(scope, 404)(scope, receive, send)
                return
            scope["query_string"] = scope.get("query_string", b"").replace(
                b"%00", b""
            )  # no database keeps it
        begun = False

        async def noting(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, _Measured(receive, self.most, self.silence), noting)
        except _Stopped as stopped:
            if begun:
                raise
            await _answer(scope, stopped.status)(scope, receive, send)


class _Measured:
    """Receives a body, counting bytes and seconds."""

    def __init__(self, receive: Receive, most: int, silence: float) -> None:
        self._receive, self._taken, self._since = receive, 0, time.monotonic()
        self._most, self._silence = most, silence
        self._more = True

    async def __call__(self) -> MutableMapping[str, Any]:
        if not self._more:
            return await self._receive()  # waits for the caller to leave, however long the answer takes
        try:
            message = await asyncio.wait_for(self._receive(), self._silence)
        except TimeoutError as error:
            raise _Stopped(408) from error
        self._more = message.get("more_body", False)
        self._taken += len(message.get("body", b""))
        if self._taken > self._most:
            raise _Stopped(413)
        if self._more and time.monotonic() - self._since > GRACE + self._taken / SLOWEST:
            raise _Stopped(408)
        return message


def _host(scope: Scope) -> str:
    found = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    try:
        return (urlsplit(f"//{found}").hostname or "").casefold()
    except ValueError:
        return ""


def _answer(scope: Scope, status: int) -> Response:
    vi, en = _WORDS[status]
    headers = {"connection": "close"}
    if scope["path"].startswith("/api/"):
        body = {"type": "about:blank", "title": en, "status": status, "detail": en, "errors": [en]}
        return JSONResponse(body, status, headers, media_type="application/problem+json")
    return PlainTextResponse(f"{vi}\n{en}\n", status, headers)
