"""What goes wrong in the course of a year: refused in words, in both languages, by the command line, nothing half done."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlmodel import select

from models.cycles import Assignment, Cycle, Extension, ExtensionState
from models.database import engine_for, reading
from models.moment import mark_as_rehearsal
from models.year import Rollover
from tests.builders import moment
from tests.db.command_line import EXAMPLES, PLAN, ROOT, Home

PAPER = ("--decided-on", "2026-02-27", "--yes")
COMMAND = (sys.executable, "-c", "from cli.app import main; main()")


@pytest.fixture
def year(office: Home) -> Home:
    """The example year, running since Monday 02/03/2026; Hạnh gives the commands unless somebody else is named."""
    mark_as_rehearsal(office.url, moment("2026-03-02"))
    office.patch.setenv("DONDOC_BY", "hanh")
    office.good("item", "assign", PLAN, "--file", EXAMPLES / "assignments.yaml")
    office.good("cycle", "arm", PLAN, "--yes")
    return office


def task(home: Home, item: str) -> Assignment:
    """The first assignment of an item of the example plan."""
    from models.queries import named

    with reading(home.url) as session:
        return next(row.assignment for row in named(session) if row.item.code == item)


def at_once(home: Home, *commands: Sequence[str | Path]) -> list[tuple[int, str]]:
    """Commands given at the same time, each in a process of its own: exit codes and what they said."""
    engine_for(home.url).dispose()
    environment = {**os.environ, "DONDOC_LANG": "en", "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(
            [*COMMAND, *(str(word) for word in words)], env=environment, cwd=home.folder.parent, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        for words in commands
    ]  # fmt: skip
    said = [process.communicate(timeout=180)[0] for process in running]
    return [(process.returncode, text) for process, text in zip(running, said, strict=True)]


def test_two_decisions_about_one_day_are_refused_with_both_named(year: Home) -> None:
    year.good("calendar", "override", "2026-08-14", "--no-works", "--decision", "12/TB-BNV", *PAPER)
    said = year.refused("calendar", "override", "2026-08-14", "--works", "--decision", "15/QĐ-UBND", *PAPER)
    for lang in ("vi", "en"):
        assert "12/TB-BNV" in said[lang]
        assert "15/QĐ-UBND" in said[lang]
    assert "mỗi ngày chỉ được điều chỉnh một lần" in said["vi"]


def test_a_file_that_says_one_day_twice_changes_no_day(year: Home) -> None:
    line = "  - {{day: 2026-08-{day}, works: false, decision: {paper}, decided_on: 2026-02-27}}\n"
    twice = [("14", "1/TB"), ("14", "2/TB"), ("17", "1/TB")]
    text = "days:\n" + "".join(line.format(day=day, paper=paper) for day, paper in twice)
    year.refused("calendar", "override", "--file", year.file("days.yaml", text), "--yes")
    assert "1/TB" not in year.good("calendar", "show", "2026")


def test_a_ladder_that_never_ends_is_refused_with_its_place(year: Home) -> None:
    text = "ladders:\n  - {name: mai, title: Mãi, rungs: [{days: -3}, {days: 7, every: 7}]}\n"
    said = year.refused("ladder", "load", year.file("mai.yaml", text), "--yes")
    assert "bậc nhắc phải có điểm dừng" in said["vi"]
    assert "ladders.0.rungs.1" in said["en"]
    assert "a ladder must end" in said["en"]


def test_deputies_who_stand_in_for_each_other_are_refused_by_name(year: Home) -> None:
    days = ("--first", "2026-04-01", "--last", "2026-04-10")
    year.good("absence", "add", "linh", "minh", *days)
    said = year.refused("absence", "add", "minh", "linh", *days)
    for lang in ("vi", "en"):
        assert "Cao Nhật Minh → Mai Phương Linh → Cao Nhật Minh" in said[lang]


def test_an_extension_into_the_past_is_refused_for_everything_wrong_with_it(year: Home) -> None:
    number = task(year, "II.1.b").id
    said = year.refused("extension", "ask", str(number), "2026-03-01", "--reason", "  ")
    assert "đã qua" in said["vi"]
    assert "phải nêu lý do" in said["vi"]
    assert "lies in the past" in said["en"]


def test_of_two_who_decide_one_request_at_once_one_decides_and_the_other_is_told(year: Home) -> None:
    number = str(task(year, "II.1.b").id)
    year.good("extension", "ask", number, "2026-12-01", "--reason", "chờ số liệu")
    grant = ("extension", "grant", "1", "--by", "hanh")
    refuse = ("extension", "refuse", "1", "--words", "không có lý do", "--by", "admin")
    ends = at_once(year, grant, refuse)
    assert sorted(code for code, _ in ends) == [0, 1], ends
    assert "has been answered already" in next(text for code, text in ends if code == 1)
    with reading(year.url) as session:
        (request,) = session.exec(select(Extension)).all()
    granted = request.state is ExtensionState.GRANTED
    assert granted == (ends[0][0] == 0)
    assert (task(year, "II.1.b").version == 2) == granted


def test_of_two_who_roll_a_year_over_at_once_one_does_and_a_third_is_told_too(year: Home) -> None:
    file = year.folder.parent / "next.yaml"
    year.good("rollover", "propose", PLAN, "--file", file)
    accept = ("rollover", "accept", file, "--signed-on", "2027-01-05", "--number")
    ends = at_once(year, (*accept, "3/KH-UBND"), (*accept, "4/KH-UBND"))
    assert sorted(code for code, _ in ends) == [0, 1], ends
    said = year.refused(*accept, "5/KH-UBND")
    assert "đã được chuyển sang năm 2027" in said["vi"]
    assert "has been rolled over already" in said["en"]
    with reading(year.url) as session:
        assert len(session.exec(select(Rollover)).all()) == 1
        assert len(session.exec(select(Cycle).where(Cycle.year == 2027)).all()) == 1


@pytest.mark.parametrize("way", ["II.1.b", "II.1.b=monthly", "II.1.b=weekday/never"])
def test_a_way_of_re_dating_that_nobody_knows_is_refused(year: Home, way: str) -> None:
    said = year.refused("rollover", "propose", PLAN, "--item", way, "--item", "=")
    assert f"'{way}'" in said["vi"]
    assert "''" not in said["en"]
    assert "weekday" in said["en"]


def test_a_rule_that_is_no_rrule_is_refused_with_its_place(office: Home) -> None:
    text = "items:\n  - {code: II.1.b, units: [so-nv], deadlines: [{kind: rule, rrule: mỗi tuần, start: 2026-01-05}]}\n"
    said = office.refused("item", "assign", PLAN, "--file", office.file("luat.yaml", text))
    assert "RFC 5545" in said["en"]
    assert "luat.yaml" in said["en"]
