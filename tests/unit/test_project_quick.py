"""The command line answers at once: a question about it, or a document to read, loads no database and no engine."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "ke-hoach-thong-tin-doi-ngoai-2026.txt"
HEAVY = {
    "sqlalchemy",
    "sqlmodel",
    "alembic",
    "prefect",
    "apprise",
    "fastapi",
    "pydantic_settings",
    "openpyxl",
}
ASK = """
import sys
from cli.app import app, run
sys.argv = ["dondoc", *sys.argv[1:]]
try:
    run(lambda: app(sys.argv[1:], exit_on_error=False))
finally:
    print(*sorted(m for m in sys.modules if "." not in m), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "asked", [["--help"], ["plan", "read", str(EXAMPLE)]], ids=["help", "reading a document"]
)
def test_what_needs_no_database_loads_none(asked: list[str]):
    done = subprocess.run([sys.executable, "-c", ASK, *asked], capture_output=True, text=True, check=True)

    assert done.stdout
    assert HEAVY & set(done.stderr.split()) == set()


def test_every_command_is_still_there():
    from cli.app import COMMANDS, app

    for name in COMMANDS:
        assert app[name].help
