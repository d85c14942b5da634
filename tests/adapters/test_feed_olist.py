"""A real marketplace's orders, joined: what adds up goes in with all its tenders, what does not is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.domain.intake.balance import balance_problem
from portal.domain.intake.imported_order import ImportedOrder
from portal.schemas.order import read_order
from tests.support.olist import olist_orders


@pytest.mark.req("P2")
def test_143_orders_with_split_payments_go_in_and_28_that_do_not_add_up_are_named(
    shared_data: Callable[[str], Path],
) -> None:
    counted: Counter[str] = Counter()
    for data in olist_orders(shared_data("olist")):
        order = read_order(data)
        if not isinstance(order, ImportedOrder):
            assert {problem.field for problem in order} == {"lines"}
            counted["without lines"] += 1
        elif problem := balance_problem(order):
            assert "difference" in problem.reason
            counted["does not add up"] += 1
        else:
            counted["in"] += 1
            counted["split"] += len(order.payments) > 1
    assert counted == {"in": 5466, "split": 143, "does not add up": 28, "without lines": 42}
