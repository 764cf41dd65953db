"""The checks of `dondoc doctor`: those of the console's page, the packages, and Prefect's own database and port."""

from collections.abc import Iterator

from deployments.kick import prefect_place
from deployments.prefect_server import PrefectServerError, check, healthy
from deployments.size import asks_for_postgresql
from deployments.versions import VersionsError, check_versions
from models.database import reading
from tasks.checkup import OWN, REST, Finding, look_at
from tasks.place import Place


def check_up(place: Place) -> list[Finding]:
    """Every check in turn; one that fails does not keep the others from being made."""
    return look_at(place, [_versions, *OWN, _prefect, _size, *REST])


def _versions(_: Place) -> Iterator[Finding]:
    try:
        check_versions()
        yield Finding("packages", "ok", "known to work together")
    except VersionsError as error:
        yield Finding("packages", "error", str(error), "make setup")


def _prefect(place: Place) -> Iterator[Finding]:
    where = prefect_place(place.settings)
    if healthy(where.api_url):
        yield Finding("prefect", "ok", f"answers at {where.api_url}")
        return
    try:
        check(where)
    except PrefectServerError as error:
        yield Finding("prefect", "error", str(error))
        return
    yield Finding("prefect", "warning", "is not running", "dondoc up")


def _size(place: Place) -> Iterator[Finding]:
    with reading(place.url) as session:
        why = asks_for_postgresql(session, place.settings, place.now)
    if why:
        yield Finding("prefect", "warning", why, "set DONDOC_PREFECT_DATABASE_URL")
