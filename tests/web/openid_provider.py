"""A small OpenID Connect provider: a real HTTP server that signs with real keys, and can be told to misbehave.

It holds its callers to the rules: redirect address, client secret, PKCE S256, each code once.
"""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from plan import clock

CLIENT, SECRET = "đôn-đốc", "bí mật: có & dấu"


@dataclass
class Given:
    """What one code stands for."""

    nonce: str
    challenge: str
    redirect: str


@dataclass
class OpenIdProvider:
    """What the provider says about whoever signs in, and how it misbehaves."""

    redirect: str
    claims: dict[str, Any] = field(default_factory=dict[str, Any])
    told_apart: dict[str, Any] = field(default_factory=dict[str, Any])
    """Claims that only userinfo tells."""
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    shown: list[Any] = field(default_factory=list[Any])
    """The keys that it shows; empty: the one it signs with."""
    algorithm: str = "RS256"
    basic: bool = True
    change: dict[str, Any] = field(default_factory=dict[str, Any])
    """Claims that it signs wrongly."""
    discovery: dict[str, Any] = field(default_factory=dict[str, Any])
    issuer: str = ""
    codes: dict[str, Given] = field(default_factory=dict[str, Given])
    asked: list[str] = field(default_factory=list[str])
    skew: int = 0

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo", "end_session_endpoint": f"{self.issuer}/out",
            "token_endpoint_auth_methods_supported": ["client_secret_basic" if self.basic else "client_secret_post"],
            **self.discovery,
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        return dict(KeySet(list(self.shown or [self.key])).as_dict(private=False))

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent after somebody has signed in."""
        assert (query["client_id"], query["response_type"]) == (CLIENT, "code")
        assert query["redirect_uri"] == self.redirect
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = Given(query["nonce"], query["code_challenge"], query["redirect_uri"])
        return f"{self.redirect}?{urlencode({'code': code, 'state': query['state'], 'iss': self.issuer})}"

    def token(self, form: dict[str, str], client: tuple[str, str]) -> tuple[int, dict[str, Any]]:
        given = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if given is None or challenge != given.challenge or form["redirect_uri"] != given.redirect:
            return 400, {"error": "invalid_grant"}
        if client != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": self.sign(given.nonce)}

    def sign(self, nonce: str) -> str:
        at = int(clock.now().timestamp()) + self.skew
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "u-1", "iat": at, "exp": at + 300, "nonce": nonce,
            **self.claims, **self.change,
        }  # fmt: skip
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(
            header, {k: v for k, v in claims.items() if v is not None}, self.key, [self.algorithm]
        )


class _Handler(BaseHTTPRequestHandler):
    provider: OpenIdProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                self._json(200, self.provider.document())
            case "/keys":
                self._json(200, self.provider.keys())
            case "/userinfo":
                subject = self.provider.claims.get("sub", "u-1")
                self._json(200, {"sub": subject, **self.provider.told_apart})
            case "/authorize":
                self.send_response(303)
                self.send_header("location", self.provider.authorize(_single(parts.query)))
                self.end_headers()
            case _:
                self._json(404, {})

    def do_POST(self) -> None:
        form = _single(self.rfile.read(int(self.headers["content-length"])).decode())
        client = (form.get("client_id", ""), form.get("client_secret", ""))
        if self.headers.get("authorization", "").startswith("Basic "):
            name, _, secret = base64.b64decode(self.headers["authorization"][6:]).decode().partition(":")
            client = (unquote(name), unquote(secret))
        self._json(*self.provider.token(form, client))

    def _json(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def serving(provider: OpenIdProvider) -> Iterator[OpenIdProvider]:
    """The provider on a free port of this machine."""
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def other_key(kid: str = "k2") -> Any:
    """Another key of the same kind."""
    return RSAKey.generate_key(2048, {"kid": kid})


def curve_key() -> Any:
    """A key on a curve."""
    return ECKey.generate_key("P-256", {"kid": "ec"})
