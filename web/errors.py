"""Errors as programs get them: problem+json (RFC 9457)."""

from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from web.visit import SignInNeeded, StaleForm, problems_of, status_of


def answer_problem(error: Exception) -> JSONResponse:
    """The answer to a program whose request was refused."""
    match error:
        case SignInNeeded() | StaleForm():
            status, details = 401, ["a key is needed: Authorization: Bearer …"]
        case HTTPException():
            status, details = error.status_code, [str(error.detail)]
        case _:
            status, details = status_of(error), [p.en for p in problems_of(error)]
    body = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Refused"),
        "status": status,
        "detail": "; ".join(details),
        "errors": details,
    }
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(body, status, media_type="application/problem+json", headers=headers)


_TITLES = {
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Wrong method",
    409: "Changed meanwhile",
    413: "Too large",
    422: "Refused",
}
