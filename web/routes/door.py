"""The door: sign in and out, choose a password, choose a language."""

import json
from typing import Any, cast

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from actions import accounts
from actions.accounts import SignInRefused
from models.accounts import KeyPurpose
from models.database import reading, unit_of_work
from web.visit import HOMES, LANG_COOKIE, SESSION_COOKIE, Anybody, Visit

router = APIRouter()


@router.get("/")
def home(visit: Anybody) -> Response:
    """Where this person's day starts; a stranger signs in."""
    return RedirectResponse(HOMES[visit.person.role] if visit.person else "/sign-in", 303)


@router.get("/sign-in")
def show_sign_in(visit: Anybody) -> Response:
    """The form for code and password."""
    if visit.person is not None:
        return RedirectResponse(
            _inside(visit.request.query_params.get("next", "")) or HOMES[visit.person.role], 303
        )
    return _form(visit)


def _form(visit: Visit, status: int = 200, **values: Any) -> Response:
    kept = _kept(visit)
    target = visit.form.text("next") or visit.request.query_params.get("next", "")
    return visit.page(
        "sign-in.html",
        status=status,
        next=_inside(target),
        kept=kept,
        kept_path=_inside(visit.form.text("kept_path")),
        **values,
    )


def _inside(path: str) -> str:
    """A path of this console, or nothing: nobody is sent elsewhere after signing in."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path else ""


def _kept(visit: Visit) -> dict[str, list[str]]:
    """What was being typed when the session ended."""
    try:
        found: object = json.loads(visit.form.text("kept") or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    fields = cast("dict[str, Any]", found)
    return {
        str(k): [str(v) for v in cast("list[Any]", values)]
        for k, values in fields.items()
        if isinstance(values, list)
    }


@router.post("/sign-in")
def sign_in(visit: Anybody) -> Response:
    """Sign in; what was typed when the last session ended is offered again."""
    code, source = visit.form.text("code"), visit.request.client.host if visit.request.client else ""
    try:
        with unit_of_work(visit.url) as session:
            secret, person = accounts.sign_in(
                session, code, visit.form.raw("password"), source, now=visit.now, at=visit.at
            )
    except SignInRefused as error:
        with unit_of_work(visit.url) as session:
            accounts.refused(session, error, code, source, now=visit.now, at=visit.at)
        return _form(visit, 401, problems=error.problems, typed=visit.form)
    kept, path = _kept(visit), _inside(visit.form.text("kept_path"))
    if kept and path:
        visit.person, visit.mark_for = person, f"session:{secret}"
        response: Response = visit.page("resume.html", kept=kept, kept_path=path)
    else:
        response = RedirectResponse(_inside(visit.form.text("next")) or HOMES[person.role], 303)
    visit.set_cookie(response, SESSION_COOKIE, secret, int(accounts.SESSION_LIFE.total_seconds()))
    return response


@router.post("/sign-out")
def sign_out(visit: Anybody) -> Response:
    """End this session, here and on the server."""
    with unit_of_work(visit.url) as session:
        accounts.sign_out(session, visit.session_secret, now=visit.now, at=visit.at)
    response = RedirectResponse("/sign-in?said=signed-out", 303)
    response.delete_cookie(SESSION_COOKIE)
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
    response = RedirectResponse(_inside(visit.form.text("back")) or "/", 303)
    visit.set_cookie(response, LANG_COOKIE, "en" if visit.form.text("lang") == "en" else "vi", 365 * 86400)
    return response
