"""The auditor's pages: the ledger with its filter, its verification and its export; assignments as files."""

import shutil
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from sqlmodel import Session, select
from starlette.background import BackgroundTask

from actions.errors import NotFound, Problem
from actions.rights import must_look_over_all
from models import ledger
from models.database import reading
from models.evidence import Paper
from models.export import write_export
from models.ledger import GENESIS, Ledger
from models.papers import PaperStore
from models.queries import Named
from models.sight import sees_all
from notifications.words import WORK_STATES
from plan.clock import local_moment
from plan.lifecycle import in_time
from tasks.mail import line
from web.exports import KINDS, file_of
from web.forms import wrong
from web.ledger_words import ACTIONS, ENGINE, about, action, assurance, content
from web.ledger_words import broken as in_words
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
    with visit.looking() as session:
        rows = _asked(session, given, SHOWN + 1)
        names = Names(session, [r.who for r in rows], f.t)
        return visit.page(
            "ledger.html", rows=rows[:SHOWN], more=len(rows) > SHOWN, whole=sees_all(session), names=names,
            head=ledger.head(session), hidden=_without(given), actions=ACTIONS,
            did={r.seq: action(r, f) for r in rows}, about=partial(about, f=f), content=partial(content, f=f),
            sure={r.assurance: assurance(r.assurance, f) for r in rows},
            moment={r.seq: f.moment(datetime.fromisoformat(r.at)) for r in rows},
        )  # fmt: skip


def _asked(session: Session, given: Any, most: int) -> list[Ledger]:
    """The rows that the query part of an address asks for, the newest first; days are Vietnam's."""
    return ledger.newest(
        session, most, about=_text(given, "about"), action=_text(given, "action"), who=_text(given, "who"),
        since=_local(_text(given, "since")), until=_local(_text(given, "until"), 1), before=_text(given, "before"),
        without=_without(given),
    )  # fmt: skip


def _without(given: Any) -> str:
    """The engine's own runs are left out unless they, or one of them, are asked for."""
    wanted = given.get("engine") or _text(given, "action") or _text(given, "about").startswith("run:")
    return "" if wanted else ENGINE


def _text(given: Any, key: str) -> str:
    return given.get(key, "").strip()


def _local(day: str, later: int = 0) -> str:
    """The stamp of the first moment of a day in Vietnam (or of the day after); what is no day narrows nothing."""
    try:
        return ledger.stamp(local_moment(date.fromisoformat(day) + timedelta(days=later), time.min))
    except ValueError:
        return ""


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
    with reading(
        visit.url
    ) as session:  # the chain holds as a whole or not at all; numbers of rows are shown, no words
        broken = list(ledger.verify(ledger.all_rows(session), head=kept, stored=ledger.head(session)))
        head, papers = ledger.head(session), session.exec(select(Paper.sha256)).all()
    store = PaperStore(visit.place.settings.evidence_url)
    lost = [sha for sha in papers if not store.intact(sha)]
    f = Phrases(visit.lang, visit.at)
    said = [(x.seq, in_words(x.what, f)) for x in broken]
    return visit.page("verify.html", broken=said, head=head, lost=lost, papers=len(papers))


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
    with reading(visit.url) as session:
        must_look_over_all(session, visit.me)
        folder = Path(tempfile.mkdtemp(prefix="dondoc-"))
        write_export(session, folder / "nhat-ky")
    file = shutil.make_archive(str(folder / "nhat-ky"), "zip", folder / "nhat-ky")
    clean = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(file, filename="dondoc-nhat-ky.zip", media_type="application/zip", background=clean)


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


_KEYS = (
    "id", "plan", "item", "task", "unit", "occurrence", "due_on", "original_due_on", "state", "days_left", "handed_in",
    "in_time",
)  # fmt: skip


@router.get("/assignments.{kind}")
def assignments_file(kind: str, visit: Looking) -> Response:
    """The tasks that are asked for as a file: csv, xlsx or json."""
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        where = Wanted.of(visit.request.query_params).where(visit.at)
        rows = find(session, where, size=MOST)
        values = [_values(row, visit, f) for row in rows]
    return _file(
        kind,
        f"nhiem-vu-{visit.day}" if visit.day else "nhiem-vu",
        [f.t(*names) for names in _COLUMNS],
        _KEYS,
        values,
    )


def _file(
    kind: str, name: str, columns: Sequence[str], keys: Sequence[str], rows: Sequence[Sequence[Any]]
) -> Response:
    if kind not in KINDS:
        raise NotFound(
            [Problem(f"no files of the kind {kind}", f"không có tệp loại {kind}; có: {', '.join(KINDS)}")]
        )
    return file_of(kind, name, columns, keys, rows)


_LEDGER_KEYS = ("seq", "at", "who", "assurance", "action", "subject", "data", "previous", "hash")


@router.get("/ledger.{kind}")
def ledger_file(kind: str, visit: Auditing) -> Response:
    """The rows of the ledger that are asked for as a file, with their hashes."""
    with visit.looking() as session:
        rows = _asked(session, visit.request.query_params, MOST)[::-1]
    values = [[getattr(row, key) for key in _LEDGER_KEYS] for row in rows]
    return _file(kind, "nhat-ky", _LEDGER_KEYS, _LEDGER_KEYS, values)
