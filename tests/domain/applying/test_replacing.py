"""Units that are sent again or repaired, in any order with refunds: never held twice, never paid for beyond what was
paid (P20, T23)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.applying.amounts import plan_application
from portal.domain.applying.units import Claim
from portal.domain.orders import effects
from portal.domain.orders.decisions import Refused, Review
from tests.support.applications import CN, EU, LATE, bought, decide, shop_policy
from tests.support.order_facts import make_line

pytestmark = pytest.mark.req("P20")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["reship", "repair", "refund_only"]),
        st.integers(1, 4),
        st.sampled_from(["open", "sent", "paid instead", "refused"]),
    ),
    max_size=8,
)


@given(STEPS, st.integers(1, 6), st.integers(1, 100_000))
def test_no_unit_is_sent_and_paid_for_and_all_that_is_paid_is_what_was_paid(steps, quantity, total):
    order, claims = bought(make_line("1", quantity, total)), ()
    for kind, count, outcome in steps:
        asked = {"kind": kind, "reason": "damaged", "units": (("1", count),), "claims": claims}
        free = order.lines[0].quantity - order.lines[0].gone - order.lines[0].claimed
        decision = decide(order, **asked)
        assert isinstance(decision, Refused) == (count > free)
        if isinstance(decision, Refused):
            continue
        units = decision.plan.units
        if outcome == "open":
            order = effects.claimed(order, units)
            claims = (*claims, Claim(case_no=f"T{len(claims)}", kind=kind, reason="damaged", units=units))
        elif outcome == "paid instead" or (kind == "refund_only" and outcome == "sent"):
            plan = plan_application(order, units, CN, kind="refund_only", reason="damaged")
            order = effects.refunded(order, plan, at_fault=True)
        line = order.lines[0]
        assert 0 <= line.claimed + line.gone <= line.quantity
        assert line.refunded <= total and (line.gone < line.quantity or line.refunded == total)


def test_money_stays_where_goods_are_asked_for():
    for kind in ("reship", "repair"):
        decision = decide(bought(make_line("1", 2, 9000)), kind=kind, reason="damaged")
        assert isinstance(decision, Review) and not decision.plan.refund and decision.plan.count == 2
        assert decision.handling is not None and decision.handling.remedy == kind


def test_after_self_service_a_person_decides_and_a_repair_in_the_union_names_its_rule():
    decision = decide(bought(make_line("1", 1, 9000)), CN, LATE, kind="repair", reason="quality")
    assert isinstance(decision, Review)
    assert (decision.at_zero, decision.notes) == ("escalate", ("self_service_over",))
    order = bought(make_line("1", 1, 9000, currency="EUR"), currency="EUR", country="DE")
    assert "EU-15" in decide(order, EU, kind="repair", reason="quality").rules
    assert "EU-15" not in decide(order, EU, kind="reship", reason="damaged").rules


def test_a_pack_that_lists_its_kinds_leaves_them_out():
    policy = shop_policy('kinds = ["cancel", "refund_only", "return_refund"]')
    for kind in ("reship", "repair"):
        decision = decide(bought(make_line("1", 1, 9000)), policy, kind=kind, reason="damaged")
        assert isinstance(decision, Refused) and decision.why == "kind"
