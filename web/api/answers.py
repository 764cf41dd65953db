"""The answers of the API that are no success, described once."""

from typing import Any

from pydantic import BaseModel

Answers = dict[int | str, dict[str, Any]]

MEDIA = "application/problem+json"


class Fault(BaseModel):
    """One thing that is wrong; `pointer` leads to it in the body (RFC 6901) or names the parameter."""

    detail: str
    pointer: str | None = None


class ProblemOut(BaseModel):
    """An error (RFC 9457), in Vietnamese or English by Accept-Language."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault]


_WORDS = {
    400: "The request cannot be read",
    401: "No good key",
    403: "The key or its person may not do this",
    404: "Not there, or not this person's",
    405: "Not this way",
    409: "Somebody else has changed it meanwhile",
    412: "It no longer has the ETag of If-Match",
    413: "Too large",
    415: "Not the media type that is taken here",
    422: "Wrong values, or refused by the rules; `errors` names every reason",
    503: "The database or the store does not answer now",
}


def faults(*statuses: int) -> Answers:
    """How these refusals are described."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
    example = {"example": {
        "type": "urn:dondoc:problem:refused", "title": "Bị từ chối", "status": 422,
        "detail": "xin gia hạn phải nêu lý do",
        "errors": [{"detail": "xin gia hạn phải nêu lý do", "pointer": None}],
    }}  # fmt: skip
    out: Answers = {}
    for status in statuses:
        out[status] = {
            "description": _WORDS[status],
            "content": {MEDIA: {**schema, **(example if status == 422 else {})}},
        }
        if status == 401:
            out[status]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return out


_LINK = {"headers": {"Link": {"description": "next and first page (RFC 8288)", "schema": {"type": "string"}}}}
_TAG = {"headers": {"ETag": {"description": "Give it back in If-Match", "schema": {"type": "string"}}}}
_REPLAY = {"headers": {"Idempotency-Replayed": {
    "description": "The answer is the one given before for this key", "schema": {"type": "string"},
}}}  # fmt: skip

READS: Answers = faults(401, 403, 404, 422, 503)
LISTS: Answers = {200: {"description": "One page", **_LINK}, **READS}
TAGGED: Answers = {
    200: {"description": "As it stands", **_TAG},
    304: {"description": "As you have it", **_TAG},
    **READS,
}
CHANGES: Answers = {200: {"description": "Done", **_REPLAY}, **faults(400, 401, 403, 404, 409, 412, 422, 503)}
MAKES: Answers = {201: {"description": "Made", **_REPLAY}, **faults(400, 401, 403, 404, 409, 412, 422, 503)}
UPLOADS: Answers = {201: {"description": "Taken in"}, **faults(400, 401, 403, 413, 422, 503)}
