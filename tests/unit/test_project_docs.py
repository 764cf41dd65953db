"""The documentation says what the program does: its commands and its life cycle."""

from pathlib import Path

from cli.reference import PAGE, commands_page
from plan.lifecycle import MOVES

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_command_and_option_stands_in_the_reference():
    assert PAGE.read_text("utf-8") == commands_page(), "write it anew: make docs"


def test_the_life_cycle_in_the_docs_is_the_one_that_runs():
    page = (DOCS / "reference" / "life-cycle.md").read_text("utf-8")
    rows = {
        tuple(cell.strip() for cell in line.split("|")[1:5])
        for line in page.splitlines()
        if line.startswith("| ")
    }
    moves = {(s.value, e.value, to.value, ", ".join(sorted(who))) for (s, e), (to, who) in MOVES.items()}
    assert rows - {("state", "event", "becomes", "who")} == moves


def test_every_page_is_reached_from_the_index():
    index = (DOCS / "index.md").read_text("utf-8")
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")} - {"index.md"}
    assert {page for page in pages if f"({page})" not in index} == set()
