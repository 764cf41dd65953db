"""Files out of the store: as attachments under their senders' names, in a place where nothing in them runs."""

from typing import Any
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse

from actions.errors import Refused
from models.evidence import Paper
from models.papers import PaperStore

LOCKED = {"content-security-policy": "default-src 'none'; sandbox"}
"""For answers that hold what somebody handed in: no script runs in them, whatever they are."""


def download(store: PaperStore, paper: Paper, name: str) -> Response:
    """A file under its sender's name; raises :class:`Refused` where its bytes are no longer those of its hash."""
    if not store.intact(paper.sha256):
        raise Refused.because(
            "the file is missing or has been changed in the store; tell the auditor",
            "tệp bị mất hoặc đã bị sửa trong kho lưu trữ; hãy báo người kiểm tra",
        )
    headers: dict[str, Any] = {
        **LOCKED,
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-length": str(paper.size),
        "x-content-type-options": "nosniff",
    }
    return StreamingResponse(store.chunks(paper.sha256), media_type=paper.media_type, headers=headers)
