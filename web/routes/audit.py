"""The auditor's pages: the ledger with its filter, its verification and its export; assignments as files."""

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response, StreamingResponse
from sqlmodel import Session, select
from starlette.background import BackgroundTask

from models import ledger
from models.database import reading
from models.evidence import Paper
from models.export import write_export
from models.ledger import GENESIS
from models.papers import PaperStore
from models.queries import Named
from notifications.words import WORK_STATES
from plan.lifecycle import in_time
from tasks.mail import line
from web.forms import wrong
from web.lists import Wanted, find
from web.naming import Names
from web.pages import Phrases
from web.visit import Auditing, Looking, Visit

router = APIRouter()

SHOWN = 100
MOST = 200_000
"""How many assignments one file holds."""


@router.get("/ledger")
def show(visit: Auditing) -> Response:
    """The ledger, the newest first, narrowed by subject, action, person and day."""
    f = Phrases(visit.lang, visit.at)
    given = visit.request.query_params
    with reading(visit.url) as session:
        rows = ledger.newest(
            session, SHOWN + 1, about=_text(given, "about"), action=_text(given, "action"), who=_text(given, "who"),
            since=_text(given, "since"), before=_text(given, "before"),
        )  # fmt: skip
        names = Names(session, [r.who for r in rows], f.t)
        return visit.page(
            "ledger.html", rows=rows[:SHOWN], more=len(rows) > SHOWN, names=names, head=ledger.head(session)
        )


def _text(given: Any, key: str) -> str:
    return given.get(key, "").strip()


@router.get("/ledger/verify")
def verify(visit: Auditing) -> Response:
    """Compute the whole chain and every evidence file anew, and hold it against a head that was kept elsewhere."""
    try:
        kept = _head(visit.request.query_params.get("head", "").strip())
    except ValueError:
        error = wrong(
            "head", "đầu chuỗi có dạng số:mã băm 64 ký tự", "a head is number:hash of 64 characters"
        )
        return visit.refused(
            error, lambda p: visit.page("verify.html", problems=p, broken=None, head=None, lost=[], papers=0)
        )
    with reading(visit.url) as session:
        broken = list(ledger.verify(ledger.all_rows(session), head=kept or ledger.head(session)))
        head, papers = ledger.head(session), session.exec(select(Paper.sha256)).all()
    store = PaperStore(visit.place.settings.evidence_url)
    lost = [sha for sha in papers if not store.intact(sha)]
    return visit.page("verify.html", broken=broken, head=head, lost=lost, papers=len(papers))


def _head(text: str) -> tuple[int, str] | None:
    """A head as the morning mail gives it; raises ValueError for anything else."""
    if not text:
        return None
    number, _, digest = text.partition(":")
    if len(digest) != len(GENESIS):
        raise ValueError(text)
    return int(number), digest


@router.get("/ledger/export.zip")
def export(visit: Auditing) -> Response:
    """The ledger with a verifier that needs nothing but Python."""
    folder = Path(tempfile.mkdtemp(prefix="dondoc-"))
    with reading(visit.url) as session:
        write_export(session, folder / "nhat-ky")
    file = shutil.make_archive(str(folder / "nhat-ky"), "zip", folder / "nhat-ky")
    clean = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(file, filename="dondoc-nhat-ky.zip", media_type="application/zip", background=clean)


def _rows(session: Session, visit: Visit) -> Iterator[list[Any]]:
    """The assignments that are asked for, as plain values, after a line with the names of the columns."""
    f = Phrases(visit.lang, visit.at)
    yield [f.t(*names) for names in _COLUMNS]
    for row in find(session, Wanted.of(visit.request.query_params).where(visit.at), size=MOST):
        yield _values(row, visit, f)


_COLUMNS = (
    ("Số", "Number"), ("Kế hoạch", "Plan"), ("Mục", "Item"), ("Nhiệm vụ", "Task"), ("Đơn vị", "Unit"),
    ("Kỳ", "Occurrence"),
    ("Thời hạn", "Deadline"), ("Thời hạn ban đầu", "First deadline"), ("Tình trạng", "Status"),
    ("Số ngày còn lại", "Days left"),
    ("Nộp lúc", "Handed in"), ("Đúng hạn", "In time"),
)  # fmt: skip


def _values(row: Named, visit: Visit, f: Phrases) -> list[Any]:
    a, task = row.assignment, line(row, visit.at)
    kept = in_time(a.due_on, a.due_time, a.handed_in_at) if a.handed_in_at else None
    words = "" if kept is None else f.t("đúng hạn", "in time") if kept else f.t("trễ hạn", "late")
    return [
        a.id, row.plan.number, row.item.code, row.item.text, row.unit.name, a.occurrence, a.due_on, a.original_due_on,
        WORK_STATES[visit.lang][a.state], task.days_left if a.unfinished else None,
        f.moment(a.handed_in_at) if a.handed_in_at else "", words,
    ]  # fmt: skip


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _safe(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


@router.get("/assignments.csv")
def as_csv(visit: Looking) -> Response:
    """The list as CSV, in UTF-8 with the mark that spreadsheets want."""
    out = io.StringIO()
    with reading(visit.url) as session:
        csv.writer(out).writerows([_safe(v) for v in values] for values in _rows(session, visit))
    body = iter([("\ufeff" + out.getvalue()).encode()])
    headers = {"content-disposition": "attachment; filename=nhiem-vu.csv"}
    return StreamingResponse(body, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/assignments.xlsx")
def as_xlsx(visit: Looking) -> Response:
    """The list as an Excel workbook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Nhiệm vụ")
    with reading(visit.url) as session:
        for values in _rows(session, visit):
            sheet.append([_safe(v) for v in values])
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Response(
        out.getvalue(), media_type=kind, headers={"content-disposition": "attachment; filename=nhiem-vu.xlsx"}
    )
