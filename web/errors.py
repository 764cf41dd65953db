"""Errors as programs get them: problem+json (RFC 9457), in the language that they ask for."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlmodel import select
from starlette.exceptions import HTTPException

from actions.errors import ChangedMeanwhile, NotAllowed
from documents.shape_words import in_vietnamese
from models import ledger
from models.accounts import AccessKey, KeyPurpose, digest
from models.database import Conflict, StoreError, reading, unit_of_work
from models.ledger import Actor
from models.moment import now_in
from models.papers import PaperRefused
from notifications.messages import Lang
from tasks.place import Place
from web.visit import SignInNeeded, StaleForm, problems_of, status_of

MEDIA = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One kind of error: its name, and its title in both languages."""

    name: str
    vi: str
    en: str


_KINDS = {
    400: Kind("unreadable", "Không đọc được yêu cầu", "Cannot be read"),
    401: Kind("no-key", "Chưa có khóa", "No good key"),
    403: Kind("not-allowed", "Không được phép", "Not allowed"),
    404: Kind("not-found", "Không có", "Not found"),
    405: Kind("wrong-method", "Sai phương thức", "Wrong method"),
    409: Kind("changed-meanwhile", "Vừa có thay đổi", "Changed meanwhile"),
    412: Kind("stale", "Đã thay đổi sau khi đọc", "Changed since it was read"),
    413: Kind("too-large", "Quá lớn", "Too large"),
    422: Kind("refused", "Bị từ chối", "Refused"),
    503: Kind("unavailable", "Tạm thời không làm việc được", "Not available now"),
}
_OTHER = Kind("refused", "Bị từ chối", "Refused")


class PreconditionFailed(ChangedMeanwhile):
    """The row is no longer the one whose ETag was given (If-Match)."""


def lang_of(request: Request) -> Lang:
    """The language that the caller asks for, else the office's."""
    place: Place = request.app.state.place
    wanted: list[tuple[float, Lang]] = []
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, more = part.strip().partition(";")
        lang = tag.partition("-")[0].casefold()
        if lang in ("vi", "en"):
            wanted.append((_weight(more), lang))
    best = max(wanted, key=lambda one: one[0], default=(0.0, place.settings.lang))
    return best[1] if best[0] > 0 else place.settings.lang


def _weight(text: str) -> float:
    name, _, value = text.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def answer_problem(error: Exception, request: Request) -> JSONResponse:
    """The answer to a program whose request was refused."""
    lang = lang_of(request)
    status, faults, headers = _read(error, lang)
    kind = _KINDS.get(status, _OTHER)
    body = {
        "type": f"urn:dondoc:problem:{kind.name}",
        "title": kind.vi if lang == "vi" else kind.en,
        "status": status,
        "detail": "; ".join(fault["detail"] for fault in faults),
        "errors": faults,
    }
    return JSONResponse(
        body, status, {**headers, "content-language": lang, "vary": "accept-language"}, media_type=MEDIA
    )


def _read(error: Exception, lang: Lang) -> tuple[int, list[dict[str, Any]], dict[str, str]]:
    match error:
        case SignInNeeded() | StaleForm():
            words = ("cần khóa: Authorization: Bearer …", "a key is needed: Authorization: Bearer …")
            return 401, [_fault(words[lang == "en"])], {"www-authenticate": "Bearer"}
        case RequestValidationError():
            unreadable = any(one["type"] == "json_invalid" for one in error.errors())
            return 400 if unreadable else 422, [_shape(one, lang) for one in error.errors()], {}
        case HTTPException():
            return error.status_code, [_fault(_http(error, lang))], dict(error.headers or {})
        case StoreError() if not isinstance(error, Conflict | PaperRefused):
            return 503, [_fault(error.vi if lang == "vi" else error.en)], {"retry-after": "60"}
        case _:
            status = 412 if isinstance(error, PreconditionFailed) else status_of(error)
            faults = [_fault(p.vi if lang == "vi" else p.en) for p in problems_of(error)]
            return status, faults, {}


def _fault(detail: str, pointer: str | None = None) -> dict[str, Any]:
    return {"detail": detail, "pointer": pointer}


def _http(error: HTTPException, lang: Lang) -> str:
    kind = _KINDS.get(error.status_code)
    return (kind.vi if lang == "vi" else kind.en) if kind else str(error.detail)


def _shape(one: Any, lang: Lang) -> dict[str, Any]:
    """A value of the wrong shape, with the place where it stands."""
    place = [str(part) for part in one["loc"]]
    pointer = "/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in place[1:])
    words = in_vietnamese(one["type"]) if lang == "vi" else one["msg"]
    where = f"{place[-1]}: " if place else ""
    return _fault(f"{where}{words}", pointer if place and place[0] == "body" else ".".join(place[1:]) or None)


def tell_refusal(request: Request, error: NotAllowed) -> None:
    """Put into the ledger that a key was used for what it may not do."""
    place: Place = request.app.state.place
    secret = request.headers.get("authorization", "").partition(" ")[2]
    with reading(place.url) as session:
        key = session.exec(
            select(AccessKey).where(AccessKey.digest == digest(secret), AccessKey.purpose == KeyPurpose.API)
        ).one_or_none()
    if key is None:
        return
    with unit_of_work(place.url) as session:
        actor = Actor(f"person:{key.person_id}", "api-key")
        where = f"{request.method} {request.url.path}"
        ledger.record(
            session,
            now_in(place.url),
            actor,
            "access.refused",
            f"person:{key.person_id}",
            where=where,
            why=str(error),
        )
