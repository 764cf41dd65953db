"""Changes through the API: one transaction each, counted once however often it is sent, about what was seen."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import sqlalchemy as sa
from fastapi import Header, Request, Response
from pydantic import BaseModel
from sqlmodel import Session, col, select
from starlette.background import BackgroundTask

from actions.errors import Problem, Refused
from models.accounts import Idempotent
from models.database import unit_of_work
from web.api.caller import Caller
from web.errors import PreconditionFailed
from web.visit import nudge_engine

KEEP = timedelta(hours=24)
"""How long an answer is kept for its key."""


class Write:
    """How a change is asked for: its key (Idempotency-Key) and the ETag that it is about (If-Match)."""

    def __init__(self, request: Request, key: str | None, if_match: str | None, body: bytes) -> None:
        """Take the headers and the body."""
        self.key, self.if_match = key, if_match
        where = f"{request.method} {request.url.path}".encode()
        self.asked = hashlib.sha256(where + b"\0" + body).hexdigest()

    def must_match(self, tag: str) -> None:
        """Raise :class:`PreconditionFailed` where the change is about another state than the present one."""
        if self.if_match is None or self.if_match.strip() == "*":
            return
        if tag not in {part.strip() for part in self.if_match.split(",")}:
            raise PreconditionFailed([Problem(
                "it has changed since you read it (If-Match); read it again",
                "nội dung đã thay đổi sau khi đọc (If-Match); hãy đọc lại",
            )])  # fmt: skip


async def write(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$",
            description="The same key within a day gives the same answer and changes nothing twice",
        ),
    ] = None,
    if_match: Annotated[
        str | None, Header(max_length=500, pattern=r"^[\x20-\x7e]*$", description="Only if it still has this ETag")
    ] = None,
) -> Write:  # fmt: skip
    """How this change is asked for."""
    return Write(request, idempotency_key, if_match, await request.body())


def once(
    who: Caller,
    asked: Write,
    status: int,
    do: Callable[[Session], BaseModel],
    *,
    kick: bool = False,
    keeps: bool = True,
) -> Response:
    """Do it in one transaction and answer; under a key that was used before, the answer is the one given then.

    With `keeps=False` the answer holds a secret and is not kept: such a request sent again is refused.
    """
    with unit_of_work(who.place.url) as session:
        if found := _before(session, who, asked):
            if not keeps:
                raise _shown_once()
            return _json(found.body, found.status, {"idempotency-replayed": "true"})
        body = do(session).model_dump_json()
        if asked.key:
            _keep(session, who, asked, status, body if keeps else "")
    answer = _json(body, status, {})
    if kick:
        answer.background = BackgroundTask(nudge_engine, who.kick, who.place)
    return answer


def _shown_once() -> Refused:
    return Refused([Problem(
        "this was done under the same Idempotency-Key, and its secret is shown once only; change the secret",
        "việc này đã làm với cùng Idempotency-Key và bí mật chỉ hiện một lần; hãy đổi bí mật",
    )])  # fmt: skip


def _before(session: Session, who: Caller, asked: Write) -> Idempotent | None:
    if not asked.key:
        return None
    query = select(Idempotent).where(Idempotent.person_id == who.person.id, Idempotent.key == asked.key)
    found = session.exec(query.where(Idempotent.made_at > who.now - KEEP)).one_or_none()
    if found is not None and found.asked != asked.asked:
        raise Refused([Problem(
            "this Idempotency-Key was used for another request; take a new one",
            "Idempotency-Key này đã dùng cho yêu cầu khác; hãy dùng khóa mới",
        )])  # fmt: skip
    return found


def _keep(session: Session, who: Caller, asked: Write, status: int, body: str) -> None:
    session.connection().execute(sa.delete(Idempotent).where(col(Idempotent.made_at) <= who.now - KEEP))
    session.add(
        Idempotent(
            person_id=who.person.id or 0, key=asked.key or "", asked=asked.asked, status=status, body=body,
            made_at=who.now,
        )
    )  # fmt: skip


def _json(body: str, status: int, headers: dict[str, str]) -> Response:
    return Response(body, status, headers, media_type="application/json")
