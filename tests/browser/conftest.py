import pytest
from flask import Flask

from tests.browsers import Live, Screen
from tests.shopper import PASSWORD, Shopfront, open_shop


@pytest.fixture
def front(app: Flask) -> Shopfront:
    return open_shop(app)


@pytest.fixture
def shopper(front: Shopfront, live: Live, screen: Screen) -> Screen:
    """A window in which the shop's customer is signed in, at 我的订单."""
    page = screen.open(f"{live.url}/orders")
    page.fill("[name=login]", "c-1")
    page.fill("[name=password]", PASSWORD)
    page.click("main button:not([formaction])")
    page.wait_for_url("**/orders")
    return screen
