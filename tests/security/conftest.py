"""A shop with a customer on a real app; ASVS 5.0's chapters are walked over HTTP."""

import pytest
from flask import Flask

from tests.support.shopper import Shopfront
from tests.support.signing_in import Place, place


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@pytest.fixture
def front(here: Place) -> Shopfront:
    return Shopfront(here.app, here.made)
