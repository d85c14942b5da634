"""Whatever an inspector finds of goods that were paid for at the hand-over: refunded − invoiced is their worth."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.cases.found import LineFound
from tests.services.applying.test_apply_for import apply, no_differences
from tests.support.early_refunds import WIDE, forgive, looked_at, order_of, quick_shop, refunded, sent
from tests.support.early_refunds import invoices as invoices_of
from tests.support.order_facts import make_line
from tests.support.world import World

QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
HELD = (("1", 5), ("2", 2))


@pytest.mark.req("P17", "N11")
def test_refunded_less_invoiced_is_what_the_accepted_units_are_worth(world: World) -> None:
    version = quick_shop(world, WIDE)

    @QUICK
    @given(data=st.data(), nets=st.tuples(st.integers(7, 30_000), st.integers(7, 30_000)))
    def walk(data: st.DataObject, nets: tuple[int, int]) -> None:
        forgive(world)
        before, owed_before = refunded(world), sum(amount for _, amount in invoices_of(world))
        number = order_of(world, version, make_line("1", 6, nets[0]), make_line("2", 2, nets[1]))
        case_no = apply(world, number, units=HELD)
        sent(world, case_no)
        early = refunded(world) - before
        assert early == nets[0] * 5 // 6 + nets[1]
        found = tuple(_found(data, *one) for one in HELD)
        if not any(line.received for line in found):
            found = (LineFound(line_id="1", received=1, accepted=1), found[1])
        looked_at(world, case_no, found)
        owed = sum(amount for _, amount in invoices_of(world)) - owed_before
        accepted = {line.line_id: line.accepted for line in found}
        worth = nets[0] * accepted["1"] // 6 + nets[1] * accepted["2"] // 2
        assert (refunded(world) - before, owed) == (early, early - worth)

    walk()
    no_differences(world)


def _found(data: st.DataObject, line_id: str, most: int) -> LineFound:
    received = data.draw(st.integers(0, most))
    accepted = data.draw(st.integers(0, received))
    known: dict[str, Any] = {"line_id": line_id, "received": received, "accepted": accepted}
    return LineFound(**known, rejected=received - accepted)
