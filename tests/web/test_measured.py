"""`make bench` opens every page: one that it has no address for is found here, not in the next measurement."""

from bench.addresses import WAYS, every_address, sign_in
from tests.web.conftest import Console
from web.access import every_route


def test_each_page_and_each_list_of_the_api_is_measured(console: Console):
    measured = {address.route for address in every_address(console.app)}

    pages = {access.path for access in every_route() if access.method == "GET"}
    paths = console.app.state.api.openapi()["paths"]
    lists = {f"/api/v1{path}" for path, methods in paths.items() if "get" in methods}
    assert measured == pages | lists
    assert set(WAYS) <= measured


def test_those_who_look_are_signed_in_and_a_program_has_its_key(console: Console):
    cookies = sign_in(console.settings)

    lan = console.browser()
    lan.client.cookies.set("dondoc_session", cookies["lan"])
    assert lan.get("/morning").status_code == 200
    listed = lan.client.get("/api/v1/assignments", headers={"authorization": f"Bearer {cookies['API']}"})
    assert len(listed.json()["items"]) == 3
