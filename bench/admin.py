"""The rival of the console: sqladmin, a well-kept admin for SQLAlchemy, over the same database.

Its list of assignments (50 by deadline) and the page of one, beside ours; each opened so often by turns, each server on
the same core. Its pages show an assignment's own columns; ours the names of plan, task and unit, filters with their
choices, and on the page of one all that has happened.
"""

import os
import sys
from statistics import median
from typing import ClassVar

from fastapi import FastAPI
from sqladmin import Admin, ModelView

from models.cycles import Assignment
from models.database import engine_for

LIST, ONE = "list of assignments", "one assignment"
THEIRS = {
    LIST: "/admin/assignment/list?pageSize=50&sortBy=due_on&sort=asc",
    ONE: "/admin/assignment/details/{assignment}",
}
OURS = {LIST: "/assignments?state=&page={page}", ONE: "/assignments/{assignment}"}


class AssignmentAdmin(ModelView, model=Assignment):
    """What it shows: every column of one, the most telling ones in the list."""

    column_list: ClassVar = ["id", "item_id", "unit_id", "occurrence", "state", "due_on", "handed_in_at"]
    column_details_list: ClassVar = [column.name for column in Assignment.__table__.columns]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    column_sortable_list: ClassVar = ["due_on"]
    page_size = 50
    page_size_options: ClassVar = [50]
    can_export = False


def app() -> FastAPI:
    """The admin of the database in DONDOC_DATABASE_URL."""
    made = FastAPI()
    Admin(made, engine_for(os.environ["DONDOC_DATABASE_URL"])).add_view(AssignmentAdmin)
    return made


def beside(port: int, env: dict[str, str], rows: list[dict[str, object]], cookie: str) -> None:
    """Measure both and print, for each page, the medians and ours as a part of theirs."""
    from bench.web import serving

    ours = [sys.executable, "-m", "web"]
    theirs = [
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        "bench.admin:app",
        "--port",
        str(port + 1),
        "--log-level",
        "error",
    ]
    seen: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with serving(ours, port, env) as console, serving(theirs, port + 1, env) as rival:
        for number, row in enumerate(rows * 2):
            for page in (LIST, ONE):
                for who, server, address in (("ours", console, OURS[page]), ("theirs", rival, THEIRS[page])):
                    wall, cpu, response, _ = server.get(
                        address.format(page=number % 40 + 1, **row), {"cookie": f"dondoc_session={cookie}"}
                    )
                    assert response.status == 200, address
                    seen.setdefault((page, who), []).append((wall, cpu))
    print("  beside sqladmin, milliseconds at the median (server's CPU):")
    for page in (LIST, ONE):
        wall, cpu = _medians(seen[page, "ours"])
        their_wall, their_cpu = _medians(seen[page, "theirs"])
        print(
            f"    {page:20} ours {wall:5.0f} ({cpu:.0f})   sqladmin {their_wall:5.0f} ({their_cpu:.0f})"
            f"   ours / theirs {wall / their_wall:.2f} ({cpu / their_cpu:.2f})"
        )


def _medians(taken: list[tuple[float, float]]) -> tuple[float, float]:
    return median(wall for wall, _ in taken), median(cpu for _, cpu in taken)
