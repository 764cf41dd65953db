"""One webhook message: signed as Standard Webhooks 1.0 has it, and posted to an address that is not inside the office.

The name is resolved here and the connection goes to the very address that was looked at, so that a name which changes
its mind in between (DNS rebinding) leads nowhere; redirects are not followed.
"""

import base64
import hashlib
import hmac
import ipaddress
import secrets
import socket
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore

PREFIX, KEY_BYTES = "whsec_", 32
TIMEOUT = 15.0
ANSWER_MOST = 500
"""How many bytes of the receiver's answer are kept."""
GONE = 410
"""The receiver wants no more (Standard Webhooks)."""


class TargetRefused(Exception):
    """The address is not one to which messages may go; the message says why."""


@dataclass(frozen=True)
class Posted:
    """What came back: `code` None where nobody answered."""

    code: int | None
    answer: str

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.code is not None and 200 <= self.code < 300


def new_secret() -> str:
    """A secret as receivers' libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def signature(keys: Sequence[str], message_id: str, moment: int, body: bytes) -> str:
    """The header webhook-signature: one part for each secret in force."""
    signed = f"{message_id}.{moment}.".encode() + body
    return " ".join(
        "v1," + base64.b64encode(
            hmac.new(base64.b64decode(key.removeprefix(PREFIX)), signed, hashlib.sha256).digest()
        ).decode()
        for key in keys
    )  # fmt: skip


def check_target(url: str, *, private: bool) -> None:
    """Raise :class:`TargetRefused` for an address that no setting lets messages go to; asks no name server."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise TargetRefused(str(error)) from error
    if parts.scheme not in {"https", "http"} or not host:
        raise TargetRefused("an address begins with https://")
    if parts.username or parts.password or parts.fragment:
        raise TargetRefused("an address holds no user, password or fragment; the signature proves who sends")
    if private:
        return
    if parts.scheme != "https":
        raise TargetRefused("an address outside this machine begins with https://")
    try:
        addresses = [ipaddress.ip_address(host)]
    except ValueError:
        if "." not in host.rstrip(".") or host.rstrip(".").endswith((".localhost", ".local", ".internal")):
            raise TargetRefused(f"{host} is a name inside the office") from None
        return
    _must_be_outside(addresses)


def _must_be_outside(addresses: Iterable[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> None:
    for address in addresses:
        plain = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
        if not plain.is_global or plain.is_multicast:
            raise TargetRefused(f"{address} is this machine or a private network (DONDOC_WEBHOOK_PRIVATE)")


class _Guarded(httpcore.SyncBackend):
    """Connects to the address that it has looked at, and to none inside."""

    def __init__(self, *, private: bool) -> None:
        super().__init__()
        self._private = private

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host}: no such name") from error
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        if not self._private:
            _must_be_outside(addresses)
        return super().connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)


def post(
    url: str, body: bytes, keys: Sequence[str], *, message_id: str, moment: int, private: bool
) -> Posted:
    """Post one message, `moment` in seconds since 1970; whatever goes wrong is an answer without a code."""
    headers = [
        (b"content-type", b"application/json"), (b"user-agent", b"dondoc-webhooks/1"),
        (b"webhook-id", message_id.encode()), (b"webhook-timestamp", str(moment).encode()),
        (b"webhook-signature", signature(keys, message_id, moment, body).encode()),
    ]  # fmt: skip
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT)
    try:
        check_target(url, private=private)
        with httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=_Guarded(private=private)
        ) as pool, pool.stream(
            "POST", url, headers=_with_host(url, headers, body), content=body, extensions={"timeout": timeouts}
        ) as answer:  # fmt: skip
            return Posted(answer.status, _beginning(answer))
    except TargetRefused as error:
        return Posted(None, str(error))
    except (
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        OSError,
        ValueError,
    ) as error:
        return Posted(None, f"{type(error).__name__}: {error}"[:ANSWER_MOST])


def _with_host(url: str, headers: list[tuple[bytes, bytes]], body: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"host", urlsplit(url).netloc.encode()), *headers, (b"content-length", str(len(body)).encode()),
    ]  # fmt: skip


def _beginning(answer: httpcore.Response) -> str:
    said = b""
    for piece in answer.iter_stream():
        said += piece
        if len(said) >= ANSWER_MOST:
            break
    return said[:ANSWER_MOST].decode("utf-8", "replace")
