"""An import never keeps others from writing for long: its batches shrink where the machine is slow."""

from __future__ import annotations

import pytest

from portal.services.intake.import_orders import FEWEST_ORDERS, LONGEST_LOCK, MOST_ORDERS, BatchSize


@pytest.mark.req("N8", "S37")
@pytest.mark.parametrize("seconds_an_order", [0.0, 0.0002, 0.0005, 0.001, 0.002])
def test_batches_become_as_large_as_fits_into_the_longest_lock(seconds_an_order: float) -> None:
    size = BatchSize()
    for _ in range(6):
        size.adapt(size.orders * seconds_an_order)
    assert FEWEST_ORDERS <= size.orders <= MOST_ORDERS
    assert size.orders * seconds_an_order <= LONGEST_LOCK
    assert size.orders == MOST_ORDERS or size.orders * seconds_an_order > LONGEST_LOCK * 0.9


@pytest.mark.req("N8", "S37")
def test_one_slow_batch_does_not_end_an_import_in_single_orders() -> None:
    size = BatchSize()
    size.adapt(30.0)
    assert size.orders == FEWEST_ORDERS
    for _ in range(8):
        size.adapt(size.orders * 0.0001)
    assert size.orders == MOST_ORDERS
