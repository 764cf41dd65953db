"""Forms with large files are read only from whoever may be going to hand something in, before a byte is stored."""

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from actions.errors import NotAllowed, Problem
from actions.sessions import knows_session
from models.database import reading
from models.moment import now_in
from notifications.answer_links import links
from notifications.links import LinkError
from tasks.place import Place
from web.cookies import SESSION_COOKIE, cookie_of
from web.forms import Form, read_form

SMALL = 2 << 20
"""The largest form, in bytes, that is read before it is known who sends it."""


async def read_fitting_form(request: Request) -> Form:
    """The form; raises :class:`NotAllowed` for a large one of somebody who has neither a sign-in nor a mailed link."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > SMALL and not await run_in_threadpool(_is_known, request):
        request.state.unread = True
        raise NotAllowed([Problem(
            "files are taken from who is signed in or has a mailed link; sign in and send it again",
            "chỉ nhận tệp từ người đã đăng nhập hoặc có liên kết trong thư; hãy đăng nhập rồi gửi lại",
        )])  # fmt: skip
    return await read_form(request)


async def form_again(request: Request) -> Form:
    """The form for a page about an error: read once more, unless it was refused unread."""
    return Form() if getattr(request.state, "unread", False) else await read_form(request)


def _is_known(request: Request) -> bool:
    """A session counts even when it has ended: what was typed in it is kept."""
    place: Place = request.app.state.place
    secret = cookie_of(request, place.settings, SESSION_COOKIE)
    with reading(place.url) as session:
        known = knows_session(session, secret)
    return known or _has_link(request, place)


def _has_link(request: Request, place: Place) -> bool:
    token = request.path_params.get("token", "")
    if not token or not request.url.path.startswith("/a/"):
        return False
    try:
        links(place.settings).read(token, now_in(place.url))
    except LinkError:
        return False
    return True
