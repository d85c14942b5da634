import pytest
from flask import Flask

from tests.support.page import Browserless
from tests.support.shopper import Shopfront, open_shop, sign_in


@pytest.fixture
def front(app: Flask) -> Shopfront:
    """A shop with one customer, on the app of this test."""
    return open_shop(app)


@pytest.fixture
def shopper(front: Shopfront, visitor: Browserless) -> Browserless:
    """Its customer, signed in: once with plain pages and once with htmx."""
    sign_in(visitor)
    return visitor
