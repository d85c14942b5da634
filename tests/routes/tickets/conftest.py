import pytest
from flask import Flask

from tests.support.applications import IN_WINDOW
from tests.support.shopper import Shopfront
from tests.support.signing_in import Place, place


@pytest.fixture
def here(app: Flask) -> Place:
    """A shop whose goods can still be sent back."""
    found = place(app)
    found.clock.set(IN_WINDOW)
    return found


@pytest.fixture
def front(here: Place) -> Shopfront:
    return Shopfront(here.app, here.made)
