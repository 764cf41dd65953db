"""The REST API under /api/v1: the same rows and actions as the pages, for programs, with keys.

Errors are problem+json; lists come in pages; the description is at /api/v1/openapi.json.
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from actions.errors import NotAllowed, Refused
from models.database import StoreError
from tasks.place import Place
from web.api import (
    assignments,
    evidence,
    extensions,
    hooks,
    next_years,
    others,
    past,
    planning,
    plans,
    years,
)
from web.api.answers import ProblemOut
from web.errors import answer_problem, tell_refusal
from web.visit import SignInNeeded

PARTS = (others, plans, planning, years, next_years, assignments, past, evidence, extensions, hooks)
"""Every part of the API, in the order of its description."""

DESCRIPTION = """What the console shows and does, for programs.

**Key**: `Authorization: Bearer …`, made on the page Account or with `dondoc key make`. It acts as its person,
within that person's role, plans and units, and within its own scopes.

**Pages**: lists come by number; `next` and the `Link` header lead to the page after.

**Changes**: send `Idempotency-Key` and a request that is sent twice counts once; send the `ETag` back in `If-Match`
and a change made in between is not overwritten (412).

**Errors**: `application/problem+json` (RFC 9457) in Vietnamese or English by `Accept-Language`, with every
reason at once.
"""


def create_api(place: Place, key: bytes, kick: Callable[[Place], None]) -> FastAPI:
    """The API as an application of its own, to be mounted under /api/v1."""
    api = FastAPI(
        title="Đôn Đốc", version="1", description=DESCRIPTION, docs_url=None, redoc_url=None,
        openapi_tags=[{"name": n} for n in ("key", "plans", "years", "assignments", "evidence", "extensions", "notices",
                                            "units", "ledger", "webhooks")],
    )  # fmt: skip
    api.state.place, api.state.key, api.state.kick = place, key, kick
    for part in PARTS:
        api.include_router(part.router)
    for error in (SignInNeeded, Refused, StoreError, HTTPException, RequestValidationError):
        api.add_exception_handler(error, _answer)
    _describe(api)
    return api


async def _answer(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, NotAllowed):
        await run_in_threadpool(tell_refusal, request, error)
    return answer_problem(error, request)


def _describe(api: FastAPI) -> None:
    """The description, with the shape of every error in it and none of the framework's own."""
    made = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            found = made()
            shapes = found["components"]["schemas"]
            problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
            shapes |= problem.pop("$defs", {}) | {"ProblemOut": problem}
            for name in ("HTTPValidationError", "ValidationError"):
                shapes.pop(name, None)
            api.openapi_schema = found
        return api.openapi_schema

    api.openapi = openapi
