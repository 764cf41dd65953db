"""Schemathesis over the whole API: whatever is sent, no answer is a server error or one that is not described.

Half of the examples fit the description, half break it; numbers are often ones that exist. What a rule refuses although its
shape fits is 422 like a wrong shape, so the check that each fitting request succeeds has nothing to hold on to here.
"""

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.python.asgi import ASGIClient

from models.accounts import KeyScope
from tests import builders as b
from tests.web.conftest import Console
from tests.web.test_api import caller
from tests.web.test_work import hand_in
from web.access import api_operations

ADDRESS = "http://127.0.0.1:8787"
EXAMPLES = int(os.environ.get("DONDOC_TEST_EXAMPLES", "12"))
NAMES = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "negative_data_rejection", "unsupported_method",
)  # fmt: skip


@pytest.mark.parametrize("code", ["admin", "minh"])
@pytest.mark.parametrize("operation", api_operations(), ids=lambda o: f"{o[0]} {o[1]}")
def test_whatever_is_sent_gets_a_described_answer(console: Console, operation: tuple[str, str], code: str):
    hand_in(console)
    key = caller(console, code, *KeyScope).headers["authorization"]
    schema = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", console.app, headers={"host": "127.0.0.1"}
    )
    tried = schema[operation[1]][operation[0]]
    file = operation[1] == "/files"  # any bytes are a file there, so no body has a wrong shape
    checks = [CHECKS.get_one(name) for name in NAMES if not (file and name == "negative_data_rejection")]
    session = ASGIClient(console.app, ADDRESS)

    def try_one(case: Any, number: int | None) -> None:
        if number is not None and "number" in case.path_parameters:
            case.path_parameters["number"] = number
        answer = case.call(session=session, base_url=f"{ADDRESS}/api/v1", headers={"authorization": key})
        case.validate_response(answer, checks=checks)

    for mode in GenerationMode:
        cases = tried.as_strategy(generation_mode=mode)
        numbers = st.integers(1, 4) if mode is GenerationMode.POSITIVE else st.none()
        rules = settings(
            max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        rules(given(case=cases, number=numbers)(try_one))()

    assert b.broken(console.url) == []
