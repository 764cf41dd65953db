"""Signing in with the office's own account (OpenID Connect): to the provider and back, and out again.

What only this browser may know (state, nonce, PKCE verifier) lies in a signed cookie for ten minutes; nothing is
written before the provider's answer has been verified.
"""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadData, URLSafeSerializer

from actions import provider as accounts_of
from actions.accounts import SignInRefused
from actions.errors import NotFound, Problem
from actions.provider import Claims, Rules
from models.database import unit_of_work
from tasks.provider import Provider, ProviderError, Started, roles_in
from web import signing_in
from web.cookies import PROVIDER_COOKIE, cookie_of
from web.signing_in import form_page, go_on, inside
from web.visit import Anybody, Visit

router = APIRouter(prefix="/sign-in/oidc")

ON_THE_WAY = timedelta(minutes=10)


def the_provider(visit: Visit) -> Provider:
    """The provider that is set; raises :class:`NotFound` where there is none."""
    if not visit.place.settings.oidc_issuer:
        raise NotFound([Problem("sign in with a password here", "ở đây đăng nhập bằng mật khẩu")])
    app = visit.request.app
    if not hasattr(app.state, "provider"):
        app.state.provider = Provider(visit.place.settings)  # it keeps what it has discovered
    return app.state.provider


@router.get("")
def go(visit: Anybody) -> Response:
    """To the provider."""
    started, target = Started(), inside(visit.request.query_params.get("next", ""))
    try:
        address = the_provider(visit).start(started)
    except ProviderError as error:
        return _failed(visit, error)
    response = RedirectResponse(address, 303)
    ends = (visit.now + ON_THE_WAY).timestamp()
    value = _signer(visit).dumps([started.state, started.nonce, started.verifier, target, ends])
    visit.set_cookie(response, PROVIDER_COOKIE, str(value), int(ON_THE_WAY.total_seconds()))
    return response


@router.get("/back")
def back(visit: Anybody) -> Response:
    """Back from the provider: what it has signed is verified, then whoever it names is signed in."""
    on_the_way = _read(visit)
    if on_the_way is None:
        return RedirectResponse("/sign-in?said=too-slow", 303)
    started, target = on_the_way
    try:
        claims = _claims(visit, the_provider(visit).finish(visit.request.url.query, started, visit.now))
        response = _sign_in(visit, claims, target)
    except ProviderError as error:
        response = _failed(visit, error)
    except SignInRefused as error:
        signing_in.tell_refused(visit, error, "oidc")
        response = form_page(visit, status=403, problems=error.problems)
    visit.drop_cookie(response, PROVIDER_COOKIE)
    return response


@router.get("/out")
def out(visit: Anybody) -> Response:
    """To the provider's own page for signing out."""
    try:
        address = the_provider(visit).end(f"{visit.place.settings.public_url}/sign-in")
    except ProviderError as error:
        return _failed(visit, error)
    return RedirectResponse(address or "/sign-in", 303)


def _sign_in(visit: Visit, claims: Claims, target: str) -> Response:
    settings = visit.place.settings
    with unit_of_work(visit.url) as session:
        rules = Rules(settings.role_map, settings.oidc_create)
        person = accounts_of.person_behind(session, claims, rules, now=visit.now, at=visit.at)
        secret = signing_in.start(visit, session, person, "oidc")
    return go_on(visit, person, secret, target)


def _claims(visit: Visit, found: dict[str, object]) -> Claims:
    return Claims(
        issuer=str(found["iss"]), subject=str(found["sub"]), address=str(found.get("email") or ""),
        verified=found.get("email_verified") is True, name=str(found.get("name") or ""),
        roles=roles_in(found, visit.place.settings.oidc_role_claim),
    )  # fmt: skip


def _failed(visit: Visit, error: ProviderError) -> Response:
    """The provider's fault, told at the door and in the ledger."""
    refusal = SignInRefused(
        Problem(
            f"signing in with the office account failed: {error}; try again, or use your password",
            f"đăng nhập bằng tài khoản cơ quan không thành công ({error}); hãy thử lại hoặc dùng mật khẩu",
        ),
        "oidc: provider",
    )
    signing_in.tell_refused(visit, refusal, "oidc")
    return form_page(visit, status=502, problems=refusal.problems)


def _signer(visit: Visit) -> URLSafeSerializer:
    return URLSafeSerializer(visit.key, salt="dondoc.provider.v1")


def _read(visit: Visit) -> tuple[Started, str] | None:
    try:
        state, nonce, verifier, target, ends = _signer(visit).loads(
            cookie_of(visit.request, visit.place.settings, PROVIDER_COOKIE)
        )
    except (BadData, ValueError, TypeError):
        return None
    return (Started(state, nonce, verifier), target) if visit.now.timestamp() < ends else None
