"""`python -m cli.reference`: docs/reference/commands.md, written from the commands themselves."""

import re
from pathlib import Path

from cli.app import app

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "commands.md"


def commands_page() -> str:
    """The page as it should stand, in Markdown."""
    page = app.generate_docs(output_format="markdown", recursive=True)
    return (
        re.sub(r" -m \S+(?= |$)", "", page, flags=re.MULTILINE).rstrip() + "\n"
    )  # how *this* program was started


if __name__ == "__main__":
    PAGE.write_text(commands_page(), encoding="utf-8")
