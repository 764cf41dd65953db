"""The real plan of Hà Nội, rehearsed for its year through the real engine, with a real mail server receiving."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from models import ledger
from models.cycles import Assignment
from models.database import reading
from models.engine import EngineRun
from models.evidence import Submission, SubmissionPaper
from models.ledger import Ledger
from models.notices import Attempt, Digest, Notice, NoticeState
from models.plans import PlanItem
from plan.clock import local_day
from plan.lifecycle import WorkState, in_time
from tests.engine import years
from tests.engine.mail_servers import running
from tests.engine.years import ROOT, Keeper, Row, dondoc, rehearse, written

TEXT = (
    Path(os.environ.get("DONDOC_SHARED", ROOT.parent / "shared"))
    / "plans/texts/ha-noi-92-2021-thong-tin-doi-ngoai.txt"
)
pytestmark = pytest.mark.skipif(not TEXT.exists(), reason="the plans' texts are not here (DONDOC_SHARED)")

PLAN = "92/KH-UBND"
SUPERIOR = "\n      - {{address: giam-doc@{code}.example, role: superior, name: Giám đốc}}"
CODES = ("so-tttt", "so-dl", "so-ngv", "bao-hnm", "ban-tg")
UNITS = (
    "groups:\n  - {code: cac-so, name: Các Sở}\nunits:\n"
    + "".join(
        f"  - code: {code}\n    name: Đơn vị {code}\n    groups: [{'cac-so' if code.startswith('so-') else ''}]\n"
        f"    contacts:\n      - {{address: van-thu@{code}.example, name: Văn thư}}"
        + SUPERIOR.format(code=code).replace("{{", "{").replace("}}", "}")
        + "\n"
        for code in CODES
    )
    + """people:
  - {code: lan, name: Lan, role: coordinator, address: lan@ubnd.example}
  - {code: cuc, name: Cúc, role: auditor, address: cuc@ubnd.example}
"""
)
DECIDED = """
items:
  - {code: II.1.1, units: [so-tttt], deadlines: [{kind: fixed, date: 2021-05-20, bound: by}]}
  - {code: II.1.2, units: [so-dl], deadlines: [{kind: fixed, date: 2021-06-18, bound: by, time: "16:00"}]}
  - {code: II.2.1, units: [bao-hnm], undated: true}
  - {code: II.2.2, groups: [cac-so], deadlines: [{kind: fixed, date: 2021-07-30, bound: by}]}
  - {code: II.3.1, units: [ban-tg], ladder: bao-cao, deadlines: [{kind: recurring, freq: quarterly, dates: ["06-14", "09-14", "12-14"]}]}
  - {code: II.3.2, units: [so-ngv], deadlines: [{kind: fixed, date: 2021-08-31, bound: before}]}
  - {code: II.4.1, units: [so-dl], deadlines: [{kind: fixed, date: 2021-09-30, bound: by}]}
  - {code: II.4.2, units: [so-tttt], deadlines: [{kind: period, start: 2021-10-01, end: 2021-12-10}]}
  - {code: II.5.1, units: [bao-hnm], deadlines: [{kind: fixed, date: 2021-10-15, bound: by}]}
  - code: II.5.2
    units: [ban-tg]
    deadlines: [{kind: relative, days: 30, anchor: tập huấn}]
    events: {tập huấn: 2021-10-01}
"""
ANSWERS = """
answers:
  - {item: II.1.1, behaviour: early, days: 10}
  - {item: II.2.2, unit: so-dl, behaviour: late, days: 9}
  - {item: II.2.2, unit: so-ngv, behaviour: never}
  - {item: II.3.2, behaviour: returned-once, days: 4}
  - {item: II.4.1, behaviour: asks-extension, days: 20}
  - {item: II.5.1, behaviour: cancelled, days: 5}
"""


@dataclass(frozen=True)
class Year:
    """A year that was rehearsed: where, what the driver reported, what the mail server got."""

    home: Path
    report: dict[str, object]
    mail: Keeper
    mornings: int

    @property
    def rehearsal(self) -> Path:
        return self.home / "rehearsal"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The plan put in, assigned and rehearsed by the command line, once for all tests here."""
    home = tmp_path_factory.mktemp("year") / "home"
    home.mkdir()
    dondoc(home, "plan", "import", TEXT)
    dondoc(home, "unit", "load", written(home.parent / "units.yaml", UNITS))
    dondoc(home, "item", "assign", PLAN, "--file", written(home.parent / "decided.yaml", DECIDED))
    keeper = Keeper()
    with running(keeper) as port:
        report = rehearse(home, PLAN, written(home.parent / "answers.yaml", ANSWERS), port)
    mornings = sum(1 for key in keeper.ids if "morning" in key)
    return Year(home, report, keeper, mornings)


@pytest.fixture
def rows(year: Year):
    with reading(years.url(year.home)) as session:
        yield session


def test_the_year_went_as_it_was_signed(year: Year):
    assert year.report["holds"] is True
    assert year.report["runs"].keys() == {"COMPLETED"}
    assert year.report["last"] == "2021-12-31"


def test_what_was_accepted_is_what_was_signed_less_what_was_made_void(rows: Session):
    first_deadlines = [n for n in rows.exec(select(Notice)) if n.version == 1 and ":" not in n.rung]
    ends = {Row.of(n): n for n in first_deadlines}
    accepted = {row for row, n in ends.items() if n.state is NoticeState.ACCEPTED}
    void = {row for row, n in ends.items() if n.state is NoticeState.VOID}

    assert len(years.signed(rows)) == len(set(years.signed(rows)))
    assert set(ends) == set(years.signed(rows))
    assert accepted == set(years.signed(rows)) - void
    assert len(accepted) > 60
    assert len(void) > 20


def test_each_void_notice_has_its_reason_in_the_ledger(rows: Session):
    said = years.told(rows)
    for notice in rows.exec(select(Notice).where(Notice.state == NoticeState.VOID)):
        assert notice.reason
        assert said[Row.of(notice)][-1] == (NoticeState.VOID, notice.reason)
    assert all(said[Row.of(n)][0][0] for n in rows.exec(select(Notice)))


def test_nothing_goes_out_about_a_date_that_is_done_moved_or_withdrawn(rows: Session):
    ends = {a.id: a for a in rows.exec(select(Assignment))}
    late = [
        n
        for n in rows.exec(select(Notice).where(Notice.state == NoticeState.ACCEPTED))
        if ":" not in n.rung
        and (
            n.version < ends[n.assignment_id].version
            and n.settled_at > ends[n.assignment_id].since
            or (end := ends[n.assignment_id].completed_at)
            and n.settled_at > end
        )
    ]
    assert late == []


def test_every_wake_is_a_completed_run_under_its_items_deployment(year: Year, rows: Session):
    codes = {item.id: item.code for item in rows.exec(select(PlanItem))}
    mirrored = {run.run_id for run in rows.exec(select(EngineRun).where(col(EngineRun.item_id).is_not(None)))}
    query = """SELECT r.id, r.state_type, d.name, r.parameters FROM flow_run r JOIN flow f ON f.id = r.flow_id
               LEFT JOIN deployment d ON d.id = r.deployment_id WHERE f.name = 'plan-item'"""
    with closing(sqlite3.connect(year.rehearsal / "prefect" / "prefect.db")) as prefect:
        runs = prefect.execute(query).fetchall()

    assert len(codes) == 10
    assert {state for _, state, _, _ in runs} == {"COMPLETED"}
    for run, _, deployment, parameters in runs:
        item = json.loads(parameters)["item_id"]
        assert deployment == f"92∕KH-UBND 2021 {codes[item]}", run
    assert len(mirrored) == len(runs)
    assert {json.loads(p)["item_id"] for *_, p in runs} == set(codes)


def test_every_run_is_called_by_what_it_did_and_for_which_minute(year: Year):
    with closing(sqlite3.connect(year.rehearsal / "prefect" / "prefect.db")) as prefect:
        names = prefect.execute(
            "SELECT f.name, r.name FROM flow_run r JOIN flow f ON f.id = r.flow_id"
        ).fetchall()

    wakes = [run for flow, run in names if flow == "plan-item"]
    others = [(flow, run) for flow, run in names if flow != "plan-item"]
    assert {"digest", "deliver", "mirror"} <= {flow for flow, _ in others}
    assert all(re.match(r"(NEW|REVIEW|[TEC][-+\d]?)", run) for run in wakes)
    assert all(re.fullmatch(rf"{flow} \d\d/\d\d/2021 \d\d:\d\d", run) for flow, run in others)


def test_every_life_ends_as_its_unit_behaved(rows: Session):
    codes = {item.id: item.code for item in rows.exec(select(PlanItem))}
    by_code: dict[str, list[Assignment]] = {}
    for assignment in rows.exec(select(Assignment).order_by(col(Assignment.id))):
        by_code.setdefault(codes[assignment.item_id], []).append(assignment)
    states = {code: Counter(a.state for a in found) for code, found in by_code.items()}

    assert states.pop("II.2.2") == {WorkState.COMPLETED: 2, WorkState.ASSIGNED: 1}
    assert states.pop("II.5.1") == {WorkState.CANCELLED: 1}
    assert states.pop("II.3.1") == {WorkState.COMPLETED: 3}
    assert len(states) == 7
    assert all(state == {WorkState.COMPLETED: 1} for state in states.values())

    verdicts = {
        code: [judged(a, a.due_on) for a in found if a.state is WorkState.COMPLETED]
        for code, found in by_code.items()
    }
    assert sorted(verdicts.pop("II.2.2")) == [False, True]
    assert verdicts.pop("II.2.1") == [None]
    assert all(all(found) for found in verdicts.values())

    (extended,) = by_code["II.4.1"]
    assert (extended.original_due_on, extended.due_on) == (date(2021, 9, 30), date(2021, 10, 20))
    assert judged(extended, extended.original_due_on) is False
    assert judged(extended, extended.due_on) is True


def judged(assignment: Assignment, due_on: date | None) -> bool | None:
    """Whether an accepted assignment was in time against this date."""
    assert assignment.handed_in_at is not None
    return in_time(due_on, assignment.due_time, assignment.handed_in_at)


def test_an_early_unit_hears_nothing_more_and_one_that_never_answers_is_reported(rows: Session):
    codes = {item.id: item.code for item in rows.exec(select(PlanItem))}
    (early,) = [a for a in rows.exec(select(Assignment)) if codes[a.item_id] == "II.1.1"]
    (never,) = [a for a in rows.exec(select(Assignment)) if a.state is WorkState.ASSIGNED]
    sent = select(Notice).where(Notice.state == NoticeState.ACCEPTED)

    about_early = [n for n in rows.exec(sent.where(Notice.assignment_id == early.id)) if ":" not in n.rung]
    assert local_day(early.handed_in_at) == date(2021, 5, 10)
    assert all(n.day <= date(2021, 5, 10) for n in about_early)
    rungs = {n.rung for n in rows.exec(sent.where(Notice.assignment_id == never.id))}
    assert {"T", "T+1", "E+7", "E+30", "T+56"} <= rungs


def test_a_returned_task_is_handed_in_twice_and_in_time(rows: Session):
    codes = {item.id: item.code for item in rows.exec(select(PlanItem))}
    (returned,) = [a for a in rows.exec(select(Assignment)) if codes[a.item_id] == "II.3.2"]
    handed_in = rows.exec(select(Submission).where(Submission.assignment_id == returned.id)).all()

    assert [str(s.verdict) for s in handed_in] == ["returned", "accepted"]
    assert returned.handed_in_at == handed_in[-1].submitted_at


def test_the_mails_that_arrived_are_the_attempts_that_were_accepted(year: Year, rows: Session):
    assert year.mail.twice == {}
    assert set(year.mail.ids) == years.taken(rows)
    assert years.one_attempt_each(rows)
    assert years.stuck(rows) == []
    alone = {n.message_id for n in rows.exec(select(Notice).where(Notice.state == NoticeState.ACCEPTED))}
    digests = {d.message_id for d in rows.exec(select(Digest).where(Digest.state == NoticeState.ACCEPTED))}
    attempts = rows.exec(select(Attempt.message_id)).all()
    assert len(attempts) == len(set(attempts))
    assert set(attempts) == alone | digests
    assert year.mornings > 0


def test_every_evidence_file_is_in_the_store(year: Year, rows: Session):
    papers = rows.exec(select(SubmissionPaper.sha256)).all()

    assert len(papers) == len(rows.exec(select(Submission)).all()) >= 13
    assert f"{len(set(papers))} files" in audit(year.rehearsal)


# Tampering: each on a copy of the year.


def audit(home: Path, *words: str, code: int = 0) -> str:
    """`dondoc audit verify` in `home`."""
    return dondoc(home, "audit", "verify", *words, code=code, DONDOC_LANG="en")


@pytest.fixture
def copy(year: Year, tmp_path: Path) -> Path:
    """A copy of the year's database and evidence."""
    with closing(sqlite3.connect(year.rehearsal / "dondoc.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    home = tmp_path / "copy"
    home.mkdir()
    shutil.copy(year.rehearsal / "dondoc.db", home)
    shutil.copytree(year.rehearsal / "evidence", home / "evidence")
    return home


def write(home: Path, *statements: str) -> None:
    """Change the database behind the program's back, its triggers out of the way."""
    with closing(sqlite3.connect(home / "dondoc.db")) as db:
        triggers = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", ("ledger",)
        ).fetchall()
        for (name,) in triggers:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
        db.commit()


def other(text: str, place: int) -> str:
    """`text` with one character exchanged for another of the same kind."""
    was = text[place]
    return text[:place] + ("1" if was != "1" else "2") + text[place + 1 :]


COLUMNS = ("seq", "at", "who", "assurance", "action", "subject", "data", "previous", "hash")


@pytest.mark.parametrize("column", COLUMNS)
def test_one_changed_byte_of_any_column_is_found(column: str, copy: Path):
    with closing(sqlite3.connect(copy / "dondoc.db")) as db:
        last = db.execute("SELECT max(seq) FROM ledger").fetchone()[0]
    found: list[bool] = []
    for seq in (1, last // 2, last):
        with closing(sqlite3.connect(copy / "dondoc.db")) as db:
            old = db.execute(f"SELECT {column} FROM ledger WHERE seq = ?", (seq,)).fetchone()[0]
        new = other(str(old), len(str(old)) // 2)
        new = str(int(new) + 10 * last) if column == "seq" else new.replace("'", "''")
        where = f"seq = {new}" if column == "seq" else f"seq = {seq}"
        write(copy, f"UPDATE ledger SET {column} = '{new}' WHERE seq = {seq}")
        with reading(f"sqlite:///{copy / 'dondoc.db'}") as session:
            found.append(bool(years.broken(session)))
        back = str(old).replace("'", "''")
        write(copy, f"UPDATE ledger SET {column} = '{back}' WHERE {where}")
    assert found == [True, True, True]
    with reading(f"sqlite:///{copy / 'dondoc.db'}") as session:
        assert years.broken(session) == []


def test_the_command_finds_a_changed_row_and_says_where(copy: Path):
    write(copy, "UPDATE ledger SET who = 'person:99' WHERE seq = 7")

    assert "BROKEN at row 7" in audit(copy, code=5)


def test_one_changed_byte_of_an_evidence_file_is_found(copy: Path):
    paper = next(path for path in sorted((copy / "evidence").rglob("*")) if path.is_file())
    data = bytearray(paper.read_bytes())
    data[len(data) // 2] ^= 1
    paper.write_bytes(data)

    assert f"BROKEN evidence {paper.name}" in audit(copy, code=5)


def test_a_lost_evidence_file_is_found(copy: Path):
    paper = next(path for path in sorted((copy / "evidence").rglob("*")) if path.is_file())
    paper.unlink()

    assert paper.name in audit(copy, code=5)


def cut(home: Path) -> tuple[str, str]:
    """Cut the last rows off, so that the chain holds; answers the head before and after."""
    with closing(sqlite3.connect(home / "dondoc.db")) as db:
        seq, digest = db.execute("SELECT seq, hash FROM ledger_head").fetchone()
        left = db.execute("SELECT seq, hash FROM ledger WHERE seq = ?", (seq - 3,)).fetchone()
    write(
        home, f"DELETE FROM ledger WHERE seq > {left[0]}",
        f"UPDATE ledger_head SET seq = {left[0]}, hash = '{left[1]}'",
    )  # fmt: skip
    return f"{seq}:{digest}", f"{left[0]}:{left[1]}"


def test_a_cut_tail_is_found_by_a_head_that_was_kept_elsewhere(copy: Path):
    before, after = cut(copy)

    assert "The ledger holds" in audit(copy)
    assert "The ledger holds" in audit(copy, "--head", after)
    assert "cut off" in audit(copy, "--head", before, code=5)


# The export, verified by a script that needs nothing of this program.


@pytest.fixture
def export(copy: Path) -> Path:
    dondoc(copy, "audit", "export", copy / "export")
    return copy / "export"


def verified(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The stand-alone script, run apart from everything that is installed for this user."""
    script = [sys.executable, "-I", "-S", str(folder / "verify.py"), *words]
    return subprocess.run(
        script,
        capture_output=True,
        text=True,
        cwd=folder.parent,
        env={"PATH": os.environ["PATH"]},
        check=False,
    )


def test_the_exported_ledger_holds_without_this_program(export: Path, rows: Session):
    done = verified(export)
    seq, digest = ledger.head(rows)

    assert (done.returncode, done.stdout.strip()) == (0, f"the ledger holds; head {seq}:{digest}")
    assert len((export / "ledger.jsonl").read_text("utf-8").splitlines()) == len(
        rows.exec(select(Ledger.seq)).all()
    )


@pytest.mark.parametrize("column", COLUMNS)
def test_the_script_finds_one_changed_byte_of_any_column(column: str, export: Path):
    file = export / "ledger.jsonl"
    lines = file.read_text("utf-8").splitlines()
    row = json.loads(lines[len(lines) // 2])
    old = str(row[column])
    new = other(old, len(old) // 2)
    row[column] = int(new) if column == "seq" else new
    lines[len(lines) // 2] = json.dumps(row, ensure_ascii=False)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    done = verified(export)
    assert done.returncode == 5
    assert "BROKEN" in done.stdout


def test_the_script_finds_a_cut_tail_by_the_head(export: Path):
    file, head = export / "ledger.jsonl", (export / "head.txt").read_text("utf-8").strip()
    lines = file.read_text("utf-8").splitlines()[:-2]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    last = json.loads(lines[-1])
    (export / "head.txt").write_text(f"{last['seq']}:{last['hash']}\n", encoding="utf-8")

    assert verified(export).returncode == 0
    assert verified(export, "--head", head).returncode == 5
