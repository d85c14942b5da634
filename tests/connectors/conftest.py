"""Counterparts of platforms, each as good as new."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.shopify_counterpart import Counterpart, running
from tests.connectors.woocommerce_counterpart import Woo
from tests.support.fakes import NOON


@pytest.fixture
def woo() -> Iterator[Woo]:
    provider = Woo(NOON)
    yield provider
    provider.close()


@pytest.fixture
def shopify() -> Iterator[Counterpart]:
    with running() as other:
        yield other
