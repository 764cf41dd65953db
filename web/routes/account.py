"""One's own account: the password, where one is signed in, keys for programs, the calendar feed."""

from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from actions import accounts, second_factor, sessions
from actions.accounts import SignInRefused
from actions.errors import Problem, Refused
from models.accounts import AccessKey, Credential, KeyPurpose, KeyScope
from models.database import reading, unit_of_work
from web import signing_in
from web.cookies import SESSION_COOKIE, idle
from web.forms import wrong
from web.visit import SignedIn, Visit

router = APIRouter(prefix="/account")

LIVES = {"30": 30, "90": 90, "365": 365}
"""For how many days a key for programs may be made."""


@router.get("")
def show(visit: SignedIn) -> Response:
    """What the person who is signed in can come in with, and where they have."""
    return _page(visit)


def _page(visit: Visit, problems: Sequence[Problem] = (), made: str = "") -> Response:
    with reading(visit.url) as session:
        query = select(AccessKey).where(
            AccessKey.person_id == visit.me.id, col(AccessKey.revoked_at).is_(None)
        )
        keys = session.exec(
            query.where(AccessKey.purpose != KeyPurpose.SET_PASSWORD).order_by(col(AccessKey.id))
        ).all()
        return visit.page(
            "account.html", keys=keys, made=made, problems=problems, typed=visit.form, scopes=list(KeyScope),
            has_password=session.get(Credential, visit.me.id) is not None,
            has_factor=second_factor.in_use(session, visit.me), lives=list(LIVES),
            open_ones=sessions.open_sessions(session, visit.me, visit.now, idle(visit.place.settings)),
            this=visit.signed_in.session.number if visit.signed_in else "",
        )  # fmt: skip


@router.post("/password")
def change_password(visit: SignedIn) -> Response:
    """Another password, for who knows the old one; every other sign-in ends."""
    form = visit.form
    try:
        with unit_of_work(visit.url) as session:
            accounts.change_password(
                session, visit.me, form.raw("old"), form.raw("password"), form.raw("again"),
                signing_in.source(visit), now=visit.now, at=visit.at,
            )  # fmt: skip
            how = visit.signed_in.session.how if visit.signed_in else "password"
            secret = signing_in.start(visit, session, visit.me, how)
    except SignInRefused as error:
        signing_in.tell_refused(visit, error, visit.me.code)
        return visit.refused(error, lambda p: _page(visit, p))
    except Refused as error:
        return visit.refused(error, lambda p: _page(visit, p))
    response = RedirectResponse("/account?said=password-changed", 303)
    visit.signs_in(response, secret)
    return response


@router.post("/sessions/{session_id}/end")
def end_session(session_id: str, visit: SignedIn) -> Response:
    """End one sign-in of one's own, on whatever machine."""

    def step(session: Session) -> None:
        sessions.end_session(session, visit.me, session_id, now=visit.now, at=visit.at, actor=visit.actor)

    response = visit.does(step, "/account", "session-ended", lambda p: _page(visit, p))
    if visit.signed_in and session_id == visit.signed_in.session.number:
        visit.drop_cookie(response, SESSION_COOKIE)
    return response


@router.post("/keys")
def make_key(visit: SignedIn) -> Response:
    """A new address of the calendar feed, or a new key for a program; shown once, here."""
    calendar = visit.form.text("purpose") == KeyPurpose.CALENDAR
    try:
        with unit_of_work(visit.url) as session:
            secret = _calendar_key(session, visit) if calendar else _program_key(session, visit)
    except Refused as error:
        return visit.refused(error, lambda p: _page(visit, p))
    return _page(
        visit, made=f"{visit.place.settings.public_url}/calendar/{secret}.ics" if calendar else secret
    )


def _calendar_key(session: Session, visit: Visit) -> str:
    return accounts.make_key(
        session, visit.me, KeyPurpose.CALENDAR, now=visit.now, at=visit.at, actor=visit.actor
    )


def _program_key(session: Session, visit: Visit) -> str:
    if not visit.form.text("name"):
        raise wrong(
            "name",
            "hãy đặt tên cho khóa, để biết thu hồi khóa nào",
            "name the key, so that you know which to revoke",
        )
    chosen = {KeyScope(s) for s in visit.form.all("scopes") if s in set(KeyScope)}
    if not chosen:
        raise wrong("scopes", "hãy chọn khóa được làm gì", "choose what the key may do")
    days = LIVES.get(visit.form.text("days"), 365)
    return accounts.make_key(
        session, visit.me, KeyPurpose.API, now=visit.now, at=visit.at, actor=visit.actor,
        name=visit.form.text("name"), scopes=chosen, life=timedelta(days=days),
    )  # fmt: skip


@router.post("/keys/{key_id}/revoke")
def revoke_key(key_id: int, visit: SignedIn) -> Response:
    """End a key."""

    def step(session: Session) -> None:
        accounts.revoke_key(session, key_id, visit.me, now=visit.now, at=visit.at, actor=visit.actor)

    return visit.does(step, "/account", "revoked", lambda p: _page(visit, p))
