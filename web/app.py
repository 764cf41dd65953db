"""The console as an application: pages, files, errors in words."""

from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from actions.errors import NotAllowed, Problem, Refused
from models.database import StoreError
from plan.calendar import CalendarError
from settings import Settings
from tasks.place import Place, at_place
from web.api import create_api
from web.engine import mail_fresh_link, tell_engine
from web.errors import answer_problem
from web.guard import SecurityHeaders
from web.large_forms import form_again
from web.limits import Limits, hosts_of
from web.routes import ROUTERS
from web.signing_in import provider_name
from web.visit import (
    SecondFactorNeeded,
    SignInNeeded,
    StaleForm,
    Visit,
    arrive,
    problems_of,
    sign_in_address,
    status_of,
)

STATIC = Path(__file__).parent / "static"


class OwnFiles(StaticFiles):
    """Our own style and scripts; their addresses carry their content's hash, so that browsers may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def create_app(
    settings: Settings,
    *,
    kick: Callable[[Place], None] = tell_engine,
    fresh_link: Callable[[Place, int], None] = mail_fresh_link,
) -> FastAPI:
    """The console and the REST API of the office that `settings` describe; `kick` tells the engine that rows changed,
    `fresh_link` mails a new link to a contact.

    Nothing is read or written until the first request, except the signing key. Raises OSError where `home` cannot be
    written.
    """
    app = FastAPI(title="Đôn Đốc", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.place = at_place(settings)
    app.state.key = settings.signing_key()
    app.state.kick = kick
    app.state.fresh_link = fresh_link
    app.add_middleware(Limits, hosts=hosts_of(settings))
    app.add_middleware(SecurityHeaders, https=settings.public_url.startswith("https"))
    for router in ROUTERS:
        app.include_router(router)
    app.state.api = create_api(app.state.place, app.state.key, kick)
    app.mount("/api/v1", app.state.api)
    app.mount("/static", OwnFiles(directory=STATIC), name="static")
    for error in (
        SignInNeeded,
        SecondFactorNeeded,
        StaleForm,
        Refused,
        StoreError,
        CalendarError,
        HTTPException,
        RequestValidationError,
        OverflowError,
    ):
        app.add_exception_handler(error, _answer)
    return app


async def _answer(request: Request, error: Exception) -> Response:
    """An error as a page in words; as problem+json to programs."""
    if isinstance(error, RequestValidationError | OverflowError):  # a number in the address that is none
        error = HTTPException(404)
    if request.url.path.startswith("/api/"):
        return answer_problem(error, request)
    if isinstance(error, SignInNeeded) and request.method == "GET":
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(sign_in_address(path), 303)
    if isinstance(error, StoreError) and not isinstance(error, Refused):
        return await run_in_threadpool(_broken, error)
    if isinstance(error, SecondFactorNeeded):
        return RedirectResponse("/account/second-factor", 303)
    form = await form_again(request)
    return await run_in_threadpool(lambda: _page(arrive(request, form), error))


def _broken(error: StoreError) -> Response:
    """The database itself does not answer, so this page asks nothing of it."""
    words = (
        "<!doctype html><html lang=vi><meta charset=utf-8><title>Tạm thời không làm việc được</title>"
        "<h1>Tạm thời không làm việc được</h1><p>Cơ sở dữ liệu chưa sẵn sàng. Hãy thử lại sau ít phút; nếu vẫn vậy, "
        "báo người quản trị chạy lệnh <code>dondoc doctor</code>.</p>"
    )
    return HTMLResponse(words, 503, headers={"retry-after": "60"})


def _page(visit: Visit, error: Exception) -> Response:
    if isinstance(error, SignInNeeded):
        return visit.page(
            "sign-in.html", status=401, next="", kept=visit.form.typed(), kept_path=visit.request.url.path,
            provider=provider_name(visit),
        )  # fmt: skip
    if isinstance(error, StaleForm):
        return visit.page("stale.html", status=403, kept=visit.form.typed(), kept_path=visit.request.url.path)
    if isinstance(error, HTTPException):
        status, problems = error.status_code, [_in_words(error)]
    else:
        status, problems = status_of(error), problems_of(error)
    if isinstance(error, NotAllowed):
        visit.tell_refusal(str(error))
    return visit.page("refused.html", status=status, code=status, problems=problems)


def _in_words(error: HTTPException) -> Problem:
    match error.status_code:
        case 404:
            return Problem(
                "there is no such page; the address may be old or incomplete",
                "không có trang này; địa chỉ có thể đã cũ hoặc thiếu",
            )
        case 405:
            return Problem(
                "this address cannot be used in this way", "địa chỉ này không dùng theo cách đó được"
            )
        case _:
            return Problem(str(error.detail), "không đọc được nội dung gửi lên; hãy quay lại và thử lần nữa")
