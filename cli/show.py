"""How results and refusals are shown: tables for people, JSON for programs, progress on a terminal."""

import json
import os
import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.headers import HEADERS
from plan.clock import LOCAL

Output = Literal["text", "json"]
"""What a command prints: for people, or for programs."""

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def lang() -> Literal["vi", "en"]:
    """The language of sentences on the command line: DONDOC_LANG, Vietnamese where it is not set."""
    return "en" if os.environ.get("DONDOC_LANG", "vi").lower().startswith("en") else "vi"


def say(vi: str, en: str) -> str:
    """The sentence in the language of the command line."""
    return en if lang() == "en" else vi


def tell(vi: str, en: str) -> None:
    """Print one sentence."""
    out.print(say(vi, en), markup=False)


def complain(sentences: Sequence[str]) -> None:
    """Print what is wrong to standard error, one line each."""
    head = say("Không làm được:", "Not done:")
    err.print(f"[bold red]{head}[/]")
    for sentence in sentences:
        for row, text in enumerate(sentence.splitlines() or [""]):
            err.print(("  • " if row == 0 else "    ") + text, markup=False)


def plain(value: object) -> Any:
    """`value` as JSON knows it."""
    match value:
        case datetime():
            return value.astimezone(LOCAL).isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case _ if hasattr(
            value, "model_dump"
        ):  # one of pydantic's, which is not loaded to show a line of help
            return cast("Any", value).model_dump(mode="json")
        case Mapping():
            return {str(k): plain(v) for k, v in cast("Mapping[object, object]", value).items()}
        case list() | tuple() | set() | frozenset():
            return [plain(v) for v in cast("Iterable[object]", value)]
        case _:
            return value


def print_json(value: object) -> None:
    """Print one JSON value."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def table(rows: Iterable[Mapping[str, object]], output: Output, *, title: str | None = None) -> None:
    """Print rows as a table for people or a JSON list for programs."""
    rows = list(rows)
    if output == "json":
        print_json(rows)
        return
    if not rows:
        tell("(không có gì)", "(nothing)")
        return
    shown = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in rows[0]:
        shown.add_column(say(HEADERS.get(column, column), column), overflow="fold")
    for row in rows:
        shown.add_row(*("" if v is None else str(plain(v)) for v in row.values()))
    out.print(shown, markup=False)


@contextmanager
def progress(vi: str, en: str) -> Generator[Progress]:
    """A progress bar on a terminal; elsewhere nothing but the result."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as bar:
        bar.add_task(say(vi, en), total=None)
        yield bar


def confirm(vi: str, en: str, *, yes: bool) -> bool:
    """Ask on a terminal; elsewhere only `--yes` says yes."""
    if yes:
        return True
    if not sys.stdin.isatty():
        complain([say(f"{vi} Thêm --yes để đồng ý.", f"{en} Add --yes to agree.")])
        return False
    answer = input(say(f"{vi} [c/K] ", f"{en} [y/N] ")).strip().lower()
    return answer in ({"y", "yes"} if lang() == "en" else {"c", "có", "co", "y", "yes"})


def shorten(text: str, width: int = 70) -> str:
    """`text` on one line, cut to `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
