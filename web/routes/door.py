"""The door: sign in and out with a password and a code, choose a password, choose a language."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from actions import accounts, second_factor, sessions
from actions.accounts import SignInRefused
from models.accounts import KeyPurpose
from models.database import reading, unit_of_work
from models.people import Person
from web import signing_in
from web.cookies import LANG_COOKIE, SESSION_COOKIE
from web.sections import HOMES
from web.signing_in import HalfWay, form_page, go_on, inside
from web.visit import Anybody, Visit

router = APIRouter()


@router.get("/")
def home(visit: Anybody) -> Response:
    """Where this person's day starts; a stranger signs in."""
    return RedirectResponse(HOMES[visit.person.role] if visit.person else "/sign-in", 303)


@router.get("/sign-in")
def show_sign_in(visit: Anybody) -> Response:
    """The form for code and password."""
    if visit.person is not None:
        wanted = inside(visit.request.query_params.get("next", ""))
        return RedirectResponse(wanted or HOMES[visit.person.role], 303)
    return form_page(visit)


@router.post("/sign-in")
def sign_in(visit: Anybody) -> Response:
    """The first step; for who has no second factor the only one."""
    code, secret = visit.form.text("code"), ""
    try:
        with unit_of_work(visit.url) as session:
            person = accounts.know(
                session, code, visit.form.raw("password"), signing_in.source(visit), now=visit.now
            )
            if not second_factor.in_use(session, person):
                secret = signing_in.start(visit, session, person, "password")
    except SignInRefused as error:
        signing_in.tell_refused(visit, error, code)
        return form_page(visit, status=401, problems=error.problems, typed=visit.form)
    if secret:
        return go_on(visit, person, secret)
    return form_page(visit, "sign-in-code.html", half=HalfWay(person.id or 0).sign(visit))


@router.post("/sign-in/code")
def give_code(visit: Anybody) -> Response:
    """The second step: a code from the phone, or a recovery code."""
    half = HalfWay.read(visit)
    if half is None:
        return RedirectResponse("/sign-in?said=too-slow", 303)
    with reading(visit.url) as session:
        person = session.get(Person, half.person_id)
    if person is None or not person.active:
        return RedirectResponse("/sign-in", 303)
    try:
        secret = _with_code(visit, person)
    except SignInRefused as error:
        signing_in.tell_refused(visit, error, second_factor.tries_of(person))
        return form_page(
            visit, "sign-in-code.html", 401, half=visit.form.text("half"), problems=error.problems
        )
    return go_on(visit, person, secret)


def _with_code(visit: Visit, person: Person) -> str:
    seal = visit.place.seal(second_factor.PURPOSE)
    with unit_of_work(visit.url) as session:
        how = second_factor.check(
            session,
            person,
            visit.form.text("code"),
            signing_in.source(visit),
            seal,
            now=visit.now,
            at=visit.at,
        )
        return signing_in.start(visit, session, person, f"password+{how}")


@router.post("/sign-out")
def sign_out(visit: Anybody) -> Response:
    """End this session, here and on the server; the provider's own is left to its page."""
    with unit_of_work(visit.url) as session:
        sessions.sign_out(session, visit.session_secret, now=visit.now, at=visit.at)
    by_provider = visit.signed_in is not None and visit.signed_in.session.how == "oidc"
    response = RedirectResponse(f"/sign-in?said=signed-out{'&provider=1' if by_provider else ''}", 303)
    visit.drop_cookie(response, SESSION_COOKIE)
    return response


@router.get("/set-password/{secret}")
def show_set_password(secret: str, visit: Anybody) -> Response:
    """The form for a new password, behind a one-time key; looking does not use it up."""
    with reading(visit.url) as session:
        found = accounts.whose_key(session, secret, KeyPurpose.SET_PASSWORD, visit.now)
    return visit.page("set-password.html", status=200 if found else 410, whose=found[1] if found else None)


@router.post("/set-password/{secret}")
def set_password(secret: str, visit: Anybody) -> Response:
    """Choose a password; the key is used up."""

    def step(session: Any) -> None:
        accounts.set_password(
            session, secret, visit.form.raw("password"), visit.form.raw("again"), now=visit.now, at=visit.at
        )

    def again(problems: Any) -> Response:
        with reading(visit.url) as session:
            found = accounts.whose_key(session, secret, KeyPurpose.SET_PASSWORD, visit.now)
        return visit.page("set-password.html", whose=found[1] if found else None, problems=problems)

    return visit.does(step, "/sign-in", "password-set", again)


@router.post("/language")
def language(visit: Anybody) -> Response:
    """Read in the other language from now on."""
    response = RedirectResponse(inside(visit.form.text("back")) or "/", 303)
    visit.set_cookie(response, LANG_COOKIE, "en" if visit.form.text("lang") == "en" else "vi", 365 * 86400)
    return response
