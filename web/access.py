"""Who may do what, read off the routes themselves: the table in the documentation and the test are made from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from models.people import PersonRole
from web.api import PARTS
from web.api.caller import Needs
from web.routes import ROUTERS
from web.visit import Only


@dataclass(frozen=True)
class Access:
    """One address with one method; `roles` are let in, None means that nobody has to sign in."""

    method: str
    path: str
    roles: frozenset[PersonRole] | None


def every_route() -> list[Access]:
    """Every page and form of the console, in the order of its parts."""
    return [
        Access(method, route.path, _roles(route.dependant))
        for router in ROUTERS
        for route in _api_routes(router.routes)
        for method in sorted((route.methods or set[str]()) - {"HEAD"})
    ]


def api_operations() -> list[tuple[str, str]]:
    """Every operation of the API: its verb and its path, in the order of its parts."""
    return [
        (method.lower(), route.path)
        for part in PARTS
        for route in _api_routes(part.router.routes)
        for method in sorted(route.methods or set[str]())
    ]


def _api_routes(routes: list[Any]) -> Iterator[APIRoute]:
    yield from (route for route in routes if isinstance(route, APIRoute))


def _roles(dependant: Dependant) -> frozenset[PersonRole] | None:
    for one in dependant.dependencies:
        if isinstance(one.call, Only):
            return one.call.roles
        found = _roles(one)
        if found is not None:
            return found
    return None


def api_table() -> str:
    """The operations of the API as Markdown, with the scope that a key needs."""
    rows = (
        f"| `{method} /api/v1{route.path}` | {_scope(route.dependant)} |"
        for part in PARTS
        for route in _api_routes(part.router.routes)
        for method in sorted(route.methods or set[str]())
    )
    return "\n".join(["| | scope |\n|---|---|", *rows])


def _scope(dependant: Dependant) -> str:
    found = [_scope(one) for one in dependant.dependencies if not isinstance(one.call, Needs)]
    own = (str(one.call.scope) for one in dependant.dependencies if isinstance(one.call, Needs))
    return next(own, next((scope for scope in found if scope), ""))


def table() -> str:
    """The table as Markdown, with a mark for each role that is let in."""
    head = "| | " + " | ".join(PersonRole) + " | nobody signed in |\n|---|" + "---|" * (len(PersonRole) + 1)
    rows = (
        f"| `{a.method} {a.path}` | "
        + " | ".join("yes" if a.roles is None or role in a.roles else "–" for role in PersonRole)
        + f" | {'yes' if a.roles is None else '–'} |"
        for a in every_route()
    )
    return "\n".join([head, *rows])


PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "access.md"


def access_page() -> str:
    """The page of the documentation as it should stand, in Markdown."""
    return f"""# Who may open what

Written from the routes themselves by `make docs`; a test tries each of them with each role, with nobody signed in, with
another unit's person and with a coordinator of another plan. Beyond the role, what an address is about must be within
reach: a unit's person (and their deputy on days of absence) reaches their unit's tasks, a coordinator who is limited
to some plans reaches those. The actions ask the same by themselves, whichever door was used. Each refusal is in the
ledger.

## The console

{table()}

## The API

A key acts as its person, so the rules above hold for it too.

{api_table()}
"""


if __name__ == "__main__":
    PAGE.write_text(access_page(), encoding="utf-8")
