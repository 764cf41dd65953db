"""What people give by mistake and what machines do to them: refused in words, in both languages, nothing half done.

Every case goes through the command line, with its exit code: 1 refused, 2 wrong usage, 3 not there, 4 a part of the
program does not work.
"""

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from models.cycles import Assignment, Cycle, Simulation
from models.database import engine_for, reading
from models.ledger import all_rows, verify
from models.plans import Plan
from models.queries import units_by_code
from tests.db.command_line import EXAMPLES, PLAN, ROOT, Home

# Files.


@pytest.mark.parametrize(
    "words",
    [("unit", "load"), ("item", "assign", PLAN, "--file"), ("plan", "import")],
    ids=["units", "assignments", "plan"],
)
def test_broken_yaml_is_told_with_its_line(office: Home, words: tuple[str, ...]):
    said = office.refused(*words, office.file("hong.yaml", "units:\n  - {code: a\n  - b: [\n"))

    assert "line 3" in said["en"]
    assert words[0] == "plan" or ("hong.yaml dòng 3" in said["vi"] and "YAML hỏng" in said["vi"])


@pytest.mark.parametrize(
    "words", [("unit", "load"), ("item", "assign", PLAN, "--file"), ("plan", "import"), ("plan", "read")]
)
def test_a_file_that_is_not_there_is_named(home: Home, words: tuple[str, ...]):
    said = home.refused(*words, "khong-co.yaml")

    assert "khong-co.yaml: không mở được" in said["vi"]
    assert "khong-co.yaml: cannot be opened" in said["en"]


def test_a_folder_in_place_of_a_file_is_refused(home: Home, tmp_path: Path):
    assert "cannot be opened" in home.refused("unit", "load", tmp_path)["en"]


@pytest.mark.parametrize("name", ["units.yaml", "units.csv"])
def test_a_directory_that_is_not_utf_8_is_refused(home: Home, name: str):
    said = home.refused("unit", "load", home.file(name, "code,name\na,Sở Tài chính".encode("utf-16-le")[1:]))

    assert "không phải UTF-8" in said["vi"]
    assert "not UTF-8" in said["en"]


def test_a_plan_in_no_known_encoding_is_refused(home: Home):
    said = home.refused("plan", "import", home.file("kh.txt", b"\xff\xfe\x00\xd8\x00\x00\xff\x81\x8d"))

    assert "bảng mã" in said["vi"]
    assert "kh.txt" in said["en"]


def test_a_file_that_is_no_plan_is_refused_for_everything_it_lacks(home: Home):
    said = home.refused("plan", "import", home.file("thu.txt", "Kính gửi anh chị,\n\nhôm nay trời đẹp.\n"))

    assert "không tìm thấy số hiệu" in said["vi"] and "không tìm thấy ngày ký" in said["vi"]
    assert "no number of the plan" in said["en"] and "no date of signing" in said["en"]


# Names and numbers.


def test_an_unknown_unit_is_refused_with_everything_else_that_is_unknown(office: Home):
    file = office.file(
        "giao.yaml", "items:\n  - {code: II.1.a, units: [so-khong-co]}\n  - {code: IX.9, units: [so-nv]}\n"
    )
    said = office.refused("item", "assign", PLAN, "--file", file)

    assert "so-khong-co" in said["vi"] and "IX.9" in said["vi"]
    assert "so-khong-co" in said["en"] and "IX.9" in said["en"]
    with reading(office.url) as session:
        assert session.exec(select(Assignment)).all() == []


def test_an_unknown_parent_unit_leaves_the_directory_as_it_was(office: Home):
    file = office.file("dv.yaml", "units:\n  - {code: moi, name: Mới, parent: khong-co}\n")

    assert "khong-co" in office.refused("unit", "load", file)["vi"]
    with reading(office.url) as session:
        assert "moi" not in units_by_code(session)


def test_a_number_already_used_in_that_year_is_refused_and_says_what_to_do(office: Home):
    text = (EXAMPLES / "ke-hoach-thong-tin-doi-ngoai-2026.txt").read_text("utf-8").replace("quý", "Quý", 1)
    said = office.refused("plan", "import", office.file("khac.txt", text))

    assert f"kế hoạch {PLAN} năm 2026 đã có" in said["vi"] and "--new-version" in said["vi"]
    assert f"plan {PLAN} of 2026 is already there" in said["en"] and "--new-version" in said["en"]
    with reading(office.url) as session:
        assert len(session.exec(select(Plan)).all()) == 1


def test_a_next_version_says_what_it_changes(office: Home):
    text = (EXAMPLES / "ke-hoach-thong-tin-doi-ngoai-2026.txt").read_text("utf-8").replace("quý", "Quý", 1)
    file = office.file("ban-2.txt", text)

    assert "Against the version before" in office.type("plan", "import", file, "--new-version")[1]
    assert "unchanged" in office.type("amendment", "show", PLAN)[1]


def test_a_plan_that_is_not_there_has_an_exit_code_of_its_own(office: Home):
    said = office.refused("cycle", "simulate", "1/KH-UBND", code=3)

    assert f"không có kế hoạch 1/KH-UBND; đã có: {PLAN}@2026" in said["vi"]
    assert f"there is no plan 1/KH-UBND; known: {PLAN}@2026" in said["en"]


# Days.


@pytest.mark.parametrize("day", ["2026-02-30", "'2026-02-30'", "30/02/2026", "2026-13-01", "mai"])
def test_a_day_that_does_not_exist_is_refused_with_its_place(office: Home, day: str):
    text = f"items:\n  - {{code: II.1.a, units: [so-nv], deadlines: [{{kind: fixed, date: {day}}}]}}\n"
    said = office.refused("item", "assign", PLAN, "--file", office.file("giao.yaml", text))

    assert "giao.yaml" in said["vi"]
    assert "giao.yaml" in said["en"]
    assert day.strip("'") in said["en"] or "day is out of range" in said["en"]


def test_a_rhythm_on_a_day_that_no_month_has_is_refused(office: Home):
    text = "items:\n  - {code: II.1.a, units: [so-nv], deadlines: [{kind: recurring, freq: monthly, dates: ['32']}]}\n"

    assert (
        "'32' is neither a day of the month"
        in office.refused("item", "assign", PLAN, "--file", office.file("giao.yaml", text))["en"]
    )


def test_a_period_that_ends_before_it_starts_is_refused(office: Home):
    text = "items:\n  - {code: II.1.a, units: [so-nv], deadlines: [{kind: period, start: 2026-09-01, end: 2026-08-01}]}\n"

    assert (
        "ends on 2026-08-01 before it starts"
        in office.refused("item", "assign", PLAN, "--file", office.file("giao.yaml", text))["en"]
    )


def test_a_date_of_signing_that_does_not_exist_is_wrong_usage(home: Home):
    code, said = home.type("plan", "import", EXAMPLES / "units.yaml", "--signed-on", "2026-02-30")

    assert code == 2
    assert "2026-02-30" in said


def test_a_deadline_before_the_plan_and_a_unit_without_address_are_refused_together_on_arming(office: Home):
    office.good("unit", "load", office.file("moi.yaml", "units:\n  - {code: moi, name: Mới lập}\n"))
    text = (
        "items:\n  - {code: II.1.a, units: [moi]}\n"
        "  - {code: II.1.c, units: [so-nv], deadlines: [{kind: fixed, date: 2026-01-02}]}\n"
        "  - {code: II.2.a, units: [so-nv], deadlines: []}\n"
    )
    office.good("item", "assign", PLAN, "--file", office.file("giao.yaml", text))
    said = office.refused("cycle", "arm", PLAN, "--yes")

    assert "moi (Mới lập) chưa có địa chỉ nhận" in said["vi"] and "trước ngày ký" in said["vi"]
    assert "nobody can receive mail for unit moi" in said["en"] and "before the plan was signed" in said["en"]
    assert "II.2.a" in said["en"] and "no date and not marked undated" in said["en"]
    with reading(office.url) as session:
        assert session.exec(select(Simulation)).all() == []


# Machines. Each in a process of its own, whose rights and file sizes are limited.

DONDOC = [sys.executable, "-c", "from cli import main; main()"]


def limited(home: Home, limit: Callable[[], None], *words: str | Path, lang: str = "en") -> tuple[int, str]:
    """Type a command in a process that `limit` has limited."""
    done = subprocess.run(
        [*DONDOC, *map(str, words)], check=False, capture_output=True, text=True, timeout=120, cwd=home.folder.parent,
        env={**os.environ, "DONDOC_LANG": lang, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}, preexec_fn=limit,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def full_disk() -> None:
    """No file may grow beyond 40 KiB: writing fails as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (40 * 1024, 40 * 1024))


def no_override() -> None:
    """Let an administrator meet rights as others do: without the capability to write where nobody may."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE


@pytest.mark.parametrize(("lang", "words"), [("vi", "ổ đĩa"), ("en", "the disk")])
def test_a_full_disk_writes_nothing_and_says_so(office: Home, lang: str, words: str):
    before = office.ledger()
    engine_for(office.url).dispose()
    code, said = limited(
        office, full_disk, "item", "assign", PLAN, "--file", EXAMPLES / "assignments.yaml", lang=lang
    )

    assert code == 4, said
    assert words in said
    assert "Traceback" not in said
    assert office.ledger() == before
    with reading(office.url) as session:
        assert list(verify(all_rows(session))) == []
        assert session.exec(select(Cycle)).all() == []


@pytest.mark.parametrize(("lang", "words"), [("vi", "ổ đĩa"), ("en", "the disk")])
def test_a_full_disk_at_the_first_command_says_so(home: Home, lang: str, words: str):
    code, said = limited(home, full_disk, "unit", "load", EXAMPLES / "units.yaml", lang=lang)

    assert code == 4, said
    assert words in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("lang", "words"), [("vi", "không ghi được"), ("en", "read-only")])
def test_a_read_only_disk_is_told(office: Home, lang: str, words: str):
    engine_for(office.url).dispose()
    for path in (*office.folder.iterdir(), office.folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        code, said = limited(office, no_override, "unit", "load", EXAMPLES / "units.yaml", lang=lang)
    finally:
        office.folder.chmod(0o755)

    assert code == 4, said
    assert words in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("lang", "words"), [("vi", "không tạo được thư mục"), ("en", "cannot make the folder")]
)
def test_a_home_that_cannot_be_made_is_told(home: Home, tmp_path: Path, lang: str, words: str):
    tmp_path.chmod(0o555)
    try:
        code, said = limited(home, no_override, "unit", "load", EXAMPLES / "units.yaml", lang=lang)
    finally:
        tmp_path.chmod(0o755)

    assert code == 4, said
    assert words in said


@pytest.mark.parametrize(("lang", "words"), [("vi", "kho minh chứng"), ("en", "the evidence store")])
def test_evidence_that_does_not_fit_on_the_disk_is_refused_whole(office: Home, lang: str, words: str):
    office.good("item", "assign", PLAN, "--file", EXAMPLES / "assignments.yaml")
    office.good("cycle", "arm", PLAN, "--yes")
    before = office.ledger()
    big = office.file("bao-cao.txt", "Báo cáo kết quả thực hiện.\n" * 4000)
    code, said = limited(office, full_disk, "evidence", "submit", "1", big, "--by", "ha", lang=lang)

    assert code == 4, said
    assert words in said
    assert office.ledger() == before
    assert [path for path in (office.folder / "evidence").rglob("*") if path.is_file()] == []


def test_a_damaged_database_is_told_and_a_backup_named(office: Home):
    engine_for(office.url).dispose()
    (office.folder / "dondoc.db").write_bytes(b"khong phai SQLite" * 100)
    for side in ("dondoc.db-wal", "dondoc.db-shm"):
        (office.folder / side).unlink(missing_ok=True)
    for lang, words in (("vi", "dondoc restore"), ("en", "restore a backup")):
        code, said = office.type("unit", "list", lang=lang)

        assert code == 4, said
        assert words in said


def test_of_two_who_arm_at_once_one_arms_and_the_other_is_told(office: Home):
    office.good("item", "assign", PLAN, "--file", EXAMPLES / "assignments.yaml")
    engine_for(office.url).dispose()
    environment = {**os.environ, "DONDOC_LANG": "en", "PYTHONPATH": str(ROOT)}
    both = [
        subprocess.Popen(
            [*DONDOC, "cycle", "arm", PLAN, "--yes"], env=environment, cwd=office.folder.parent, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=120)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    assert sorted("Armed before" in text for text in said) == [False, True]
    assert office.ledger().count("cycle.armed") == 1
    with reading(office.url) as session:
        assert len(session.exec(select(Simulation)).all()) == 1
