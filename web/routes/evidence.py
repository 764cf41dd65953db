"""Files that units hand in: as attachments, and to look at as pictures and plain words, in which nothing can run."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions.errors import NotFound, Problem
from documents.readers.pdf_pictures import picture
from models.cycles import Extension
from models.evidence import ExtensionPaper, Paper, Submission, SubmissionPaper
from models.papers import PaperStore
from web.downloads import LOCKED, download
from web.lists import Wanted
from web.routes.work import the_row
from web.visit import SignedIn, Visit

router = APIRouter()

PDF_LIMIT = 40 << 20
"""The largest PDF that is shown as pictures, in bytes; larger ones are downloaded."""
WORDS_LIMIT = 20_000
"""How many characters of a plain text are shown."""


def _handed_in(session: Session, visit: Visit, submission: int, sha256: str) -> tuple[SubmissionPaper, Paper]:
    found = session.get(SubmissionPaper, (submission, sha256))
    handed = session.get(Submission, submission)
    if found is None or handed is None:
        raise _no_file()
    the_row(session, visit, handed.assignment_id)
    return found, session.get_one(Paper, sha256)


def _no_file() -> NotFound:
    return NotFound([Problem("there is no such file", "không có tệp này")])


@router.get("/evidence/{submission}/{sha256}")
def evidence(submission: int, sha256: str, visit: SignedIn) -> Response:
    """One file that was handed in, as an attachment: nothing in it runs here."""
    with visit.looking() as session:
        found, paper = _handed_in(session, visit, submission, sha256)
    return download(_store(visit), paper, found.name)


@router.get("/extensions/{number}/papers/{sha256}")
def of_extension(number: int, sha256: str, visit: SignedIn) -> Response:
    """One file that came with a request for more time or its answer, as an attachment."""
    with visit.looking() as session:
        request = session.get(Extension, number)
        found = next(
            (f for of in (False, True) if (f := session.get(ExtensionPaper, (number, sha256, of)))), None
        )
        if request is None or found is None:
            raise _no_file()
        the_row(session, visit, request.assignment_id)
        paper = session.get_one(Paper, sha256)
    return download(_store(visit), paper, found.name)


@router.get("/evidence/{submission}/{sha256}/view")
def view(submission: int, sha256: str, visit: SignedIn) -> Response:
    """One file to look at, page by page."""
    with visit.looking() as session:
        found, paper = _handed_in(session, visit, submission, sha256)
        handed = session.get_one(Submission, submission)
        row = the_row(session, visit, handed.assignment_id)
    page = Wanted.of(visit.request.query_params).page
    shown = picture(_whole(visit, paper), page) if _is_pdf(paper) else None
    words = _words(visit, paper) if paper.media_type == "text/plain" else ""
    return visit.page(
        "evidence.html", row=row, paper=paper, file=found.name, page=page, pages=shown.pages if shown else 0,
        words=words, address=f"/evidence/{submission}/{sha256}", image=paper.media_type in IMAGES,
    )  # fmt: skip


IMAGES = frozenset({"image/jpeg", "image/png"})
"""Kinds of pictures that every browser shows."""


def _is_pdf(paper: Paper) -> bool:
    return paper.media_type == "application/pdf" and paper.size <= PDF_LIMIT


def _whole(visit: Visit, paper: Paper) -> bytes:
    with _store(visit).open(paper.sha256) as stream:
        return stream.read()


def _words(visit: Visit, paper: Paper) -> str:
    with _store(visit).open(paper.sha256) as stream:
        return stream.read(4 * WORDS_LIMIT).decode("utf-8", errors="replace")[:WORDS_LIMIT]


@router.get("/evidence/{submission}/{sha256}/page/{page}")
def page_of(submission: int, sha256: str, page: int, visit: SignedIn) -> Response:
    """One page of a PDF as a picture."""
    with visit.looking() as session:
        _found, paper = _handed_in(session, visit, submission, sha256)
    shown = picture(_whole(visit, paper), page) if _is_pdf(paper) else None
    if shown is None:
        raise _no_file()
    return Response(
        shown.png, media_type="image/png", headers={**LOCKED, "cache-control": "private, max-age=3600"}
    )


def _store(visit: Visit) -> PaperStore:
    return PaperStore(visit.place.settings.evidence_url)
