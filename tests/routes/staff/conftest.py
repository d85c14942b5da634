import pytest
from flask import Flask

from tests.support.staff import Office, open_office


@pytest.fixture
def office(app: Flask) -> Office:
    """A shop and its staff, on the app of this test."""
    return open_office(app)


@pytest.fixture(params=["page", "htmx"])
def htmx(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "htmx")
