"""Evidence: files taken in, handed in for an assignment, read and downloaded."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Path, Request, Response, UploadFile
from sqlmodel import Session, col, select

from actions import moves
from actions.errors import NotFound, Problem
from actions.papers import remember
from models.database import unit_of_work
from models.evidence import Paper, Submission, SubmissionPaper
from models.papers import PaperStore
from web.api.answers import MAKES, READS, UPLOADS
from web.api.assignments import Number, tag_of, the_row
from web.api.caller import Caller, Downloads, Reads, Writes
from web.api.shapes import FileOut, KeptFile, SubmissionIn, SubmissionOut
from web.api.writing import Write, once, write
from web.downloads import download
from web.forms import wrong
from web.uploads import Uploads

router = APIRouter(tags=["evidence"])

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


def _uploads(request: Request, who: Caller) -> Uploads:
    return Uploads(who.place, request.app.state.key, who.actor)


@router.post("/files", status_code=201, responses=UPLOADS)
def take_file(request: Request, who: Writes, file: Annotated[UploadFile, File()]) -> KeptFile:
    """Take a file in: PDF, Word, Excel, picture, text or ZIP, by its content. Hand it in by its `token`."""
    upload = _uploads(request, who).take([file], "file")[0]
    with unit_of_work(who.place.url) as session:
        remember(session, upload.kept, who.at)
    kept = upload.kept
    return KeptFile(
        sha256=kept.sha256, name=upload.name, size=kept.size, media_type=kept.media_type, token=upload.token
    )


@router.post(
    "/assignments/{number}/submissions", status_code=201, responses=MAKES, response_model=SubmissionOut
)
def hand_in(
    request: Request, number: Number, body: SubmissionIn, who: Writes, asked: Annotated[Write, Depends(write)]
) -> Any:
    """Hand in words and files for an assignment."""
    kept = _uploads(request, who).again(body.files)
    if len(kept) != len(body.files):
        raise wrong(
            "files", "files: có token không phải do hệ thống cấp", "files: a token is not one that we gave"
        )

    def do(session: Session) -> SubmissionOut:
        asked.must_match(tag_of(session, the_row(session, who, number), who.at))
        for upload in kept:
            remember(session, upload.kept, who.at)
        made = moves.submit(
            session, number, who.doer(session), who.at, files=[u.stored for u in kept], note=body.note,
            paper_on=body.paper_on,
        )  # fmt: skip
        session.flush()
        return _shown(session, made)

    return once(who, asked, 201, do, kick=True)


@router.get("/assignments/{number}/submissions", responses=READS)
def submissions(number: Number, who: Reads) -> list[SubmissionOut]:
    """Every handing-in for an assignment, the newest first."""
    with who.looking() as session:
        the_row(session, who, number)
        rows = session.exec(
            select(Submission).where(Submission.assignment_id == number).order_by(col(Submission.id).desc())
        ).all()
        return [_shown(session, row) for row in rows]


@router.get("/submissions/{number}", responses=READS)
def submission(number: Number, who: Reads) -> SubmissionOut:
    """One handing-in with its files."""
    with who.looking() as session:
        return _shown(session, _the_submission(session, who, number))


def _the_submission(session: Session, who: Caller, number: int) -> Submission:
    found = session.get(Submission, number)
    if found is None:
        raise NotFound([Problem(f"there is no submission {number}", f"không có lần nộp số {number}")])
    the_row(session, who, found.assignment_id)
    return found


def _shown(session: Session, row: Submission) -> SubmissionOut:
    files = session.exec(
        select(SubmissionPaper, Paper).join(Paper, col(Paper.sha256) == col(SubmissionPaper.sha256))
        .where(SubmissionPaper.submission_id == row.id).order_by(SubmissionPaper.name)
    ).all()  # fmt: skip
    return SubmissionOut(
        **row.model_dump(),
        files=[
            FileOut(sha256=p.sha256, name=sp.name, size=p.size, media_type=p.media_type) for sp, p in files
        ],
    )


_BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The bytes of the file, as an attachment",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/submissions/{number}/files/{sha256}", responses=_BYTES | READS, response_class=Response)
def file(number: Number, sha256: Sha256, who: Downloads) -> Any:
    """One file that was handed in."""
    with who.looking() as session:
        handed = _the_submission(session, who, number)
        found = session.get(SubmissionPaper, (handed.id, sha256))
        if found is None:
            raise NotFound([Problem("there is no such file", "không có tệp này")])
        paper = session.get_one(Paper, sha256)
    return download(PaperStore(who.place.settings.evidence_url), paper, found.name)
