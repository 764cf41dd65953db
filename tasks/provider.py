"""Talking to an OpenID Connect provider: discovery, the code flow with PKCE, and what it has signed (OIDC Core 1.0).

Only asymmetric signatures count. Keys are fetched once, and once more for a key that is not known yet, as providers
change theirs without notice.
"""

import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import httpx
from authlib.oauth2 import rfc7636  # pyright: ignore[reportMissingTypeStubs]
from authlib.oidc.core import CodeIDToken  # pyright: ignore[reportMissingTypeStubs]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from settings import Settings

LEEWAY = 120
"""Seconds by which the provider's clock may differ from ours."""
KEEP = 3600.0
"""Seconds for which discovery and keys are kept."""
TIMEOUT = 10.0
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
BACK = "/sign-in/oidc/back"


class ProviderError(Exception):
    """The provider does not answer, or answers what cannot be trusted; the message says what."""


@dataclass(frozen=True)
class Started:
    """One sign-in under way: what the browser must bring back, and what only we know."""

    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))


class Provider:
    """The provider that the settings name."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is asked of it yet."""
        self._settings = settings
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    @property
    def name(self) -> str:
        """What its button says."""
        return self._settings.oidc_name or urlsplit(self._settings.oidc_issuer or "").hostname or ""

    @property
    def redirect(self) -> str:
        """Where it sends people back to."""
        return f"{self._settings.public_url}{BACK}"

    def discover(self) -> dict[str, Any]:
        """Its discovery document; raises :class:`ProviderError` for one that is missing, incomplete or another's."""
        issuer = self._settings.oidc_issuer or ""
        found = self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if lost := [name for name in NEEDED if not isinstance(found.get(name), str)]:
            raise ProviderError(f"{issuer}: its discovery document lacks {', '.join(lost)}")
        if found["issuer"].rstrip("/") != issuer.rstrip("/"):
            raise ProviderError(f"{issuer}: its discovery document is about {found['issuer']}")
        return found

    def keys(self) -> int:
        """How many keys it signs with; raises :class:`ProviderError`."""
        return len(self._keys(self.discover()).keys)

    def start(self, started: Started) -> str:
        """The address at the provider to which the browser goes."""
        endpoint = self.discover()["authorization_endpoint"]
        challenge: str = cast("Any", rfc7636).create_s256_code_challenge(started.verifier)
        asked = {
            "response_type": "code", "client_id": self._settings.oidc_client_id, "redirect_uri": self.redirect,
            "scope": self._settings.oidc_scopes, "state": started.state, "nonce": started.nonce,
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def finish(self, query: str, started: Started, now: datetime) -> dict[str, Any]:
        """What the provider says about whoever comes back with this query; raises :class:`ProviderError`."""
        given = {name: values[0] for name, values in parse_qs(query).items()}
        if not secrets.compare_digest(given.get("state", "").encode(), started.state.encode()):
            raise ProviderError("the answer belongs to another sign-in (state)")
        if "error" in given:
            raise ProviderError(f"the provider refuses: {given['error'][:80]}")
        known = self.discover()
        if given.get("iss", known["issuer"]) != known["issuer"]:  # RFC 9207
            raise ProviderError("the answer comes from another provider (iss)")
        token = self._exchange(known, given.get("code", ""), started)
        claims = self._verified(known, token, started, now)
        return claims | self._more(known, token, claims)

    def end(self, back: str) -> str | None:
        """The address that ends the session at the provider too, if it has one."""
        endpoint = self.discover().get("end_session_endpoint")
        if not isinstance(endpoint, str):
            return None
        asked = {"client_id": self._settings.oidc_client_id, "post_logout_redirect_uri": back}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def _exchange(self, known: dict[str, Any], code: str, started: Started) -> dict[str, Any]:
        body = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect,
            "code_verifier": started.verifier, "client_id": self._settings.oidc_client_id,
        }  # fmt: skip
        secret = self._settings.oidc_client_secret.get_secret_value()
        ways = known.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        auth: httpx.Auth | None = None
        if secret and "client_secret_basic" in ways:  # both parts are form-encoded first (RFC 6749, 2.3.1)
            auth = httpx.BasicAuth(quote(self._settings.oidc_client_id, safe=""), quote(secret, safe=""))
        elif secret:
            body["client_secret"] = secret
        found = self._ask("POST", known["token_endpoint"], data=body, auth=auth)
        if not isinstance(found.get("id_token"), str):
            raise ProviderError("the provider gave no id_token")
        return found

    def _verified(
        self, known: dict[str, Any], token: dict[str, Any], started: Started, now: datetime
    ) -> dict[str, Any]:
        try:
            try:
                read = jwt.decode(token["id_token"], self._keys(known), ALGORITHMS)
            except (
                JoseError,
                ValueError,
            ):  # a key that is not known yet, or a forged token: look at the keys anew, once
                read = jwt.decode(token["id_token"], self._keys(known, anew=True), ALGORITHMS)
            client = self._settings.oidc_client_id
            options = {
                "iss": {"essential": True, "value": known["issuer"]},
                "aud": {"essential": True, "value": client},
            }
            params = {"client_id": client, "nonce": started.nonce, "access_token": token.get("access_token")}
            claims = CodeIDToken(read.claims, read.header, cast("Any", options), cast("Any", params))
            cast("Any", claims).validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError) as error:
            raise ProviderError(f"what the provider signed does not hold: {error}") from error
        return dict(cast("dict[str, Any]", claims))

    def _more(self, known: dict[str, Any], token: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
        """What the provider tells only when asked (userinfo): used where it is about the same subject."""
        endpoint, access = known.get("userinfo_endpoint"), token.get("access_token")
        role = self._settings.oidc_role_claim
        whole = "email" in claims and (not role or _at(claims, role) is not None)
        if whole or not isinstance(endpoint, str) or not access:
            return {}
        found = self._ask("GET", endpoint, headers={"authorization": f"Bearer {access}"})
        if found.get("sub") != claims["sub"]:
            raise ProviderError("the provider's userinfo is about somebody else")
        return {name: value for name, value in found.items() if name not in claims}

    def _keys(self, known: dict[str, Any], *, anew: bool = False) -> KeySet:
        found = self._get(known["jwks_uri"], anew=anew)
        try:
            return KeySet.import_key_set(cast("Any", found))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderError(f"{known['jwks_uri']}: no set of keys ({error})") from error

    def _get(self, url: str, *, anew: bool = False) -> dict[str, Any]:
        at, found = self._kept.get(url, (0.0, None))
        if found is None or anew or time.monotonic() - at > KEEP:
            found = self._ask("GET", url)
            self._kept[url] = (time.monotonic(), found)
        return found

    def _ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        try:
            answer = httpx.request(method, url, timeout=TIMEOUT, **more)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderError(f"{url} does not answer: {error or type(error).__name__}") from error
        if answer.status_code != 200:
            raise ProviderError(f"{url} answers {answer.status_code}")
        try:
            found: object = answer.json()
        except ValueError as error:
            raise ProviderError(f"{url} does not answer with JSON") from error
        if not isinstance(found, dict):
            raise ProviderError(f"{url} does not answer with an object")
        return cast("dict[str, Any]", found)


def _at(claims: dict[str, Any], path: str) -> Any:
    """A claim by its name; "realm_access.roles" looks inside."""
    found: Any = claims
    for name in [path] if path in claims else path.split("."):
        found = cast("dict[str, Any]", found).get(name) if isinstance(found, dict) else None
    return found


def roles_in(claims: dict[str, Any], path: str) -> tuple[str, ...] | None:
    """The values of the claim that names roles; None where no claim is set to do so."""
    if not path:
        return None
    found = _at(claims, path)
    values = (
        [found] if isinstance(found, str) else cast("list[Any]", found) if isinstance(found, list) else []
    )
    return tuple(value for value in values if isinstance(value, str))
