"""Lists in pages: each page names the next one by a cursor, in its body and in a Link header (RFC 8288)."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel

from actions.errors import Problem, Refused

MOST = 200
"""How many rows one page holds at most."""

Shape = TypeVar("Shape")
Row = TypeVar("Row")

Id = Annotated[int, Query(ge=1, le=2**31 - 1)]
Text = Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class PageOf(BaseModel, Generic[Shape]):
    """One page of a list; `next` is the cursor of the page after it, null on the last one."""

    items: list[Shape]
    next: str | None


class Paging:
    """Which page is asked for: rows come by their number, so none is missed or comes twice while others are written."""

    def __init__(
        self,
        request: Request,
        response: Response,
        cursor: Annotated[
            str | None, Query(max_length=60, description="What the page before gave as `next`")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> None:
        """Read the cursor; raises :class:`Refused` for one that we did not give."""
        self._request, self._response = request, response
        self.after, self.limit = _read(cursor) if cursor is not None else 0, limit

    def page(
        self, rows: Sequence[Row], number: Callable[[Row], int], shape: Callable[[Row], Shape]
    ) -> PageOf[Shape]:
        """The page of these rows, of which one more than `limit` were asked for; sets the Link header."""
        shown = rows[: self.limit]
        cursor = _give(number(shown[-1])) if len(rows) > self.limit else None
        here = self._request.url
        links = [f'<{here.path}?{here.remove_query_params("cursor").query}>; rel="first"']
        if cursor:
            links.insert(0, f'<{here.path}?{here.include_query_params(cursor=cursor).query}>; rel="next"')
        self._response.headers["link"] = ", ".join(links)
        return PageOf(items=[shape(row) for row in shown], next=cursor)

    def of(self, rows: Sequence[Any], shape: Callable[[Any], Shape]) -> PageOf[Shape]:
        """The page of rows that have an `id`."""
        return self.page(rows, lambda row: row.id or 0, shape)


Asked = Annotated[Paging, Depends(Paging)]


def _give(number: int) -> str:
    return base64.urlsafe_b64encode(f"after:{number}".encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        word, _, number = text.partition(":")
        if (
            word == "after"
            and number.isascii()
            and number.isdigit()
            and len(number) < 19
            and _give(int(number)) == cursor
        ):
            return int(number)
    except (ValueError, binascii.Error):
        pass
    raise Refused([Problem(
        "cursor: take it from `next` of the page before, unchanged",
        "cursor: hãy lấy nguyên giá trị `next` của trang trước",
    )])  # fmt: skip
