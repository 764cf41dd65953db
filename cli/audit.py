"""`dondoc audit`: verify the ledger, export it for a verifier that needs nothing else, read it."""

from datetime import datetime
from pathlib import Path

from cyclopts import App
from sqlmodel import col, select

from actions.errors import Refused
from cli.here import open_place
from cli.show import Output, out, print_json, say, table, tell
from models import ledger
from models.database import reading
from models.evidence import Paper
from models.export import write_export
from models.ledger import Ledger
from models.papers import PaperStore

app = App(name="audit")

FOUND_WRONG = 5


@app.command
def verify(*, head: str | None = None, evidence: bool = True, output: Output = "text") -> int:
    """Re-compute the whole chain and every evidence file; exit code 5 where something does not hold. (Kiểm tra)

    Parameters
    ----------
    head
        A head that was kept elsewhere, "number:hash" as in the morning mail: shows a cut tail.
    evidence
        Also re-compute the hash of every stored file.
    """
    place = open_place()
    with reading(place.url) as session:
        broken = list(ledger.verify(ledger.all_rows(session), head=_head(head), stored=ledger.head(session)))
        seq, digest = ledger.head(session)
        papers: list[str] = list(session.exec(select(Paper.sha256))) if evidence else []
    store = PaperStore(place.settings.evidence_url)
    lost = [sha for sha in papers if not store.intact(sha)]
    if output == "json":
        print_json(
            {
                "rows": seq,
                "head": f"{seq}:{digest}",
                "broken": [vars(b) for b in broken],
                "evidence": len(papers),
                "evidence_broken": lost,
            }
        )
    else:
        for place_ in broken:
            out.print(
                say(f"SAI ở dòng {place_.seq}: {place_.what}", f"BROKEN at row {place_.seq}: {place_.what}"),
                markup=False,
            )
        for sha in lost:
            out.print(
                say(
                    f"SAI tệp minh chứng {sha}: mất hoặc đã bị sửa",
                    f"BROKEN evidence {sha}: missing or changed",
                ),
                markup=False,
            )
        if not broken and not lost:
            tell(f"Nhật ký nguyên vẹn: {seq} dòng, {len(papers)} tệp. Đầu chuỗi {seq}:{digest}",
                 f"The ledger holds: {seq} rows, {len(papers)} files. Head {seq}:{digest}")  # fmt: skip
    return FOUND_WRONG if broken or lost else 0


def _head(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    seq, _, digest = text.partition(":")
    if not seq.isdigit() or len(digest) != len(ledger.GENESIS):
        raise Refused.because(
            f"a head is number:hash (64 characters), not {text!r}",
            f"đầu chuỗi có dạng số:mã băm (64 ký tự), không phải {text!r}",
        )
    return int(seq), digest


@app.command
def head(*, output: Output = "text") -> None:
    """Print the ledger's head, to be kept elsewhere. (Đầu chuỗi)"""
    with reading(open_place().url) as session:
        seq, digest = ledger.head(session)
    if output == "json":
        print_json({"seq": seq, "hash": digest})
    else:
        out.print(f"{seq}:{digest}", markup=False)


@app.command
def export(folder: Path) -> None:
    """Write the ledger and a verifier that needs only Python into an empty folder. (Xuất nhật ký)"""
    with reading(open_place().url) as session:
        rows = write_export(session, folder)
    tell(
        f"Đã xuất {rows} dòng. Kiểm tra: python3 {folder}/verify.py",
        f"Exported {rows} rows. Verify: python3 {folder}/verify.py",
    )


@app.command
def log(
    *,
    about: str | None = None,
    action: str | None = None,
    since: datetime | None = None,
    limit: int = 100,
    output: Output = "text",
) -> None:
    """Read the ledger, the newest first. (Xem nhật ký)

    Parameters
    ----------
    about
        Only what concerns this subject: "item:3", "assignment:7", "cycle:1".
    action
        Only actions that begin with this: "evidence.", "cycle.armed".
    """
    query = select(Ledger).order_by(col(Ledger.seq).desc()).limit(limit)
    query = query.where(Ledger.subject == about) if about else query
    query = query.where(col(Ledger.action).startswith(action)) if action else query
    query = query.where(Ledger.at >= ledger.stamp(since.astimezone())) if since else query
    with reading(open_place().url) as session:
        rows = session.exec(query).all()
    table(
        (
            {
                "seq": r.seq,
                "at": r.at,
                "who": r.who,
                "sure": r.assurance,
                "action": r.action,
                "about": r.subject,
                "data": r.data,
            }
            for r in rows
        ),
        output,
    )
