"""`make bench` opens every page: one that it has no address for is found here, not in the next measurement."""

from bench.addresses import WAYS, every_address
from tests.web.conftest import Console
from web.access import every_route
from web.api import create_api


def test_each_page_and_each_list_of_the_api_is_measured(console: Console):
    api = create_api(console.app.state.place)

    measured = {address.route for address in every_address(api)}

    pages = {access.path for access in every_route() if access.method == "GET"}
    lists = {f"/api/v1{path}" for path, methods in api.openapi()["paths"].items() if "get" in methods}
    assert measured == pages | lists
    assert set(WAYS) <= measured
