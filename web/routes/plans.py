"""Plans: the list, and putting one in."""

import hashlib
import io
from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadData, URLSafeSerializer
from sqlmodel import Session, col, select

from actions.errors import Problem, Refused
from actions.plans import import_plan
from models.cycles import Cycle
from models.papers import PaperStore
from models.plans import Plan
from plan.calendar import DaysOff
from web.document_in import read_document, taken
from web.forms import wrong
from web.plan_pages import chosen_year, the_plan
from web.visit import Coordinating, Looking, Visit

router = APIRouter()


@router.get("/plans")
def list_(visit: Looking) -> Response:
    """Every plan with its years, the newest first."""
    return _list(visit)


def _list(visit: Visit, problems: Sequence[Problem] = (), kept: tuple[str, str] | None = None) -> Response:
    with visit.looking() as session:
        newest = select(Plan).order_by(col(Plan.signed_on).desc(), col(Plan.id).desc())
        plans = session.exec(newest).all()
        cycles: dict[int, list[Cycle]] = {}
        for cycle in session.exec(select(Cycle).order_by(col(Cycle.year))):
            cycles.setdefault(cycle.plan_id, []).append(cycle)
        return visit.page(
            "plans.html", plans=plans, cycles=cycles, problems=problems, typed=visit.form, kept=kept
        )


def _signer(visit: Visit) -> URLSafeSerializer:
    return URLSafeSerializer(visit.key, salt="dondoc.document.v1")


@router.post("/plans")
def put_in(visit: Coordinating) -> Response:
    """Read a document and store it as a plan with draft items; what the text does not say may be typed beside it."""
    kept: tuple[str, str] | None = None
    try:
        name, data, kept = _document(visit)
        draft = read_document(data, name, visit.form.text("number") or None, visit.form.day("signed_on"))
    except Refused as error:
        return visit.refused(error, lambda problems: _list(visit, problems, kept))
    made: list[int] = []
    days_off = (
        DaysOff(visit.form.text("days_off")) if visit.form.text("days_off") in set(DaysOff) else DaysOff.KEEP
    )

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        new = visit.form.checked("new_version")
        done = import_plan(session, draft, at=visit.at, actor=visit.actor, new_version=new, days_off=days_off)
        made.append(done.plan.id or 0)

    return visit.does(
        step, lambda: f"/plans/{made[0]}", "imported", lambda problems: _list(visit, problems, kept)
    )


def _document(visit: Visit) -> tuple[str, bytes, tuple[str, str]]:
    """The document chosen now, or the one that the form shown again has sent before."""
    store = PaperStore(visit.place.settings.evidence_url)
    files = visit.form.files("document")
    if files:
        name, data = taken(files[0])
        sha = hashlib.sha256(data).hexdigest()
        store.put_back(sha, io.BytesIO(data))
        return name, data, (name, str(_signer(visit).dumps([name, sha])))
    try:
        name, sha = _signer(visit).loads(visit.form.raw("kept_document"))
    except (BadData, ValueError) as error:
        raise wrong("document", "hãy chọn một văn bản", "choose a document") from error
    with store.open(sha) as stream:
        return name, stream.read(), (name, visit.form.raw("kept_document"))


@router.get("/plans/{number}/text")
def plain_text(number: int, visit: Looking) -> Response:
    """The plan's text as it was read, to compare with its SHA-256."""
    with visit.looking() as session:
        text = the_plan(session, number).text
    return Response(
        text,
        media_type="text/plain; charset=utf-8",
        headers={"content-disposition": "attachment; filename=plan.txt"},
    )


@router.get("/plans/{number}/cycle")
def to_year(number: int, visit: Looking) -> Response:
    """On to the year of a plan."""
    with visit.looking() as session:
        year = chosen_year(visit, the_plan(session, number))
    return RedirectResponse(f"/plans/{number}/years/{year}", 303)
