"""What is described is what happens, whatever is sent: schemathesis over every operation of a shop full of cases.

PORTAL_FUZZ=200 tries that many requests of each.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.generation import GenerationMode

from portal.schemas.operations import OPERATIONS, Operation
from portal.web.security.limits import CALLS
from tests.support.staff import Office, open_office

pytestmark = [pytest.mark.req("P12"), pytest.mark.timeout(600)]
FUZZ = os.environ.get("PORTAL_FUZZ", "")
EXAMPLES = int(FUZZ) if FUZZ.isdigit() else 3
ALWAYS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/x-ndjson")
def as_lines(_context: Any, value: Any) -> bytes:
    """A body of one line."""
    return json.dumps(value).encode()


@pytest.fixture
def office(app: Flask) -> Office:
    """A shop with an order and a case that waits."""
    app.config[CALLS] = "1000000 per minute"
    office = open_office(app)
    office.waiting()
    office.take()
    return office


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_nothing_that_is_sent_is_answered_otherwise_than_described(office: Office, one: Operation, mode: Any) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", office.app)
    # The test client unpacks nothing.
    headers = {"Authorization": f"Bearer {office.made.keys.token}", "Accept-Encoding": "identity"}

    # Slow is the machine, and what is drawn is drawn anew: neither says anything of the API.
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def send(case: Any) -> None:
        response = case.call(headers=headers)
        case.validate_response(response, checks=ALWAYS, headers=headers)

    given(case=schema[one.path][one.method.upper()].as_strategy(generation_mode=mode))(send)()
