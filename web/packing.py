"""Pages compressed for browsers that take it: communes have slow lines, and tables shrink to a tenth.

Pages alone: files are compressed already. A page holds one secret, the mark of its forms, and that is masked anew on
each (:func:`web.guard.masked`), so that lengths give nothing away.
"""

import gzip

from fastapi import Request
from fastapi.responses import HTMLResponse

PACK_FROM = 2000
"""From how many bytes on a page is compressed; shorter ones fit into two packets as they are."""


def packed(request: Request, response: HTMLResponse) -> HTMLResponse:
    """The same page, compressed where it helps."""
    body = bytes(response.body)
    response.headers["vary"] = "Accept-Encoding"
    if len(body) >= PACK_FROM and "gzip" in request.headers.get("accept-encoding", ""):
        response.body = gzip.compress(body, 5, mtime=0)
        response.headers["content-encoding"] = "gzip"
        response.headers["content-length"] = str(len(response.body))
    return response
