"""Any order, any sequence of cancels, pure: what goes back is what was paid (P4, TRAPS T1, T5, T8)."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal.domain.cancelling.decide import CancelAsk, decide_cancel
from portal.domain.orders import effects
from portal.domain.orders.decisions import Allowed, Refused, Review
from portal.domain.orders.order import Order
from portal.services.orders.ship_order import with_shipment
from tests.support.any_orders import any_order, some_units
from tests.support.order_facts import NOON, TERMS, parcel

EXAMPLES = int(os.environ.get("PORTAL_EXAMPLES", "0")) or 60


class Cancelling(RuleBasedStateMachine):
    """One order; `given` is Σ of what the plans gave back, by part."""

    @initialize(order=any_order(statuses=("paid", "picking")))
    def begin(self, order: Order) -> None:
        self.first = self.order = order
        self.given = self.points = self.taken = self.freight = 0
        self.coupons: list[str] = []

    @rule(data=st.data())
    @precondition(lambda self: self.order.units_unshipped())
    def cancel_some(self, data: st.DataObject) -> None:
        self._cancel(CancelAsk(units=data.draw(some_units(self.order))))

    @rule()
    def cancel_what_is_left(self) -> None:
        self._cancel(CancelAsk())

    @rule(data=st.data())
    @precondition(lambda self: self.order.units_unshipped())
    def ship_some(self, data: st.DataObject) -> None:
        units = data.draw(some_units(self.order))
        number = len(self.order.shipments) + 1
        self.order = with_shipment(self.order, replace(parcel(*units), id=f"s-{number}"))

    @rule(data=st.data())
    @precondition(lambda self: self.order.payments)
    def some_money_arrives(self, data: st.DataObject) -> None:
        payment = data.draw(st.sampled_from(self.order.payments))
        self.order = effects.settled(self.order, payment.id, data.draw(st.integers(0, payment.in_flight)))

    def _cancel(self, ask: CancelAsk) -> None:
        decision = decide_cancel(self.order, ask, TERMS, NOON)
        if isinstance(decision, Refused):
            assert not self.order.units_unshipped()
            return
        assert isinstance(decision, Allowed | Review)
        plan = decision.plan
        parts = [part for line in plan.lines for part in (line.goods, line.promotion, line.coupon, line.points)]
        assert min([*parts, *(line.amount for line in plan.lines), plan.freight.minor, plan.refund.minor]) >= 0
        assert sum(tender.amount.minor for tender in plan.tenders) == plan.refund.minor
        assert len({tender.payment_id for tender in plan.tenders}) == len(plan.tenders)
        assert plan.already.minor == 0
        self.given += plan.refund.minor
        self.points += plan.points_back
        self.taken += plan.points_taken
        self.freight += plan.freight_returned
        self.coupons += [coupon.code for coupon in plan.coupons_back]
        self.order = effects.cancelled(self.order, plan)

    @invariant()
    def every_minor_unit_is_given_back_or_kept_for_a_named_reason(self) -> None:
        order = self.order
        kept_goods = sum(line.net - line.net * line.gone // line.quantity for line in order.lines)
        costs = order.freight.minor + order.freight_tax.minor + sum(fee.amount.minor for fee in order.fees)
        kept_costs = 0 if order.freight_returned else costs
        assert self.given + kept_goods + kept_costs == self.first.captured.minor
        assert sum(payment.refunded + payment.in_flight for payment in order.payments) == self.given

    @invariant()
    def counters_stay_inside_their_bounds(self) -> None:
        for line in self.order.lines:
            assert 0 <= line.cancelled == line.gone <= line.quantity
            assert line.cancelled + line.shipped <= line.quantity
            assert 0 <= line.refunded <= line.net
        for payment in self.order.payments:
            assert 0 <= payment.refunded + payment.in_flight <= payment.captured.minor

    @invariant()
    def freight_points_and_coupons_go_back_once_and_only_when_their_units_have(self) -> None:
        order = self.order
        is_all_cancelled = all(line.cancelled == line.quantity for line in order.lines)
        assert self.freight == (1 if is_all_cancelled and not order.is_shipped_at_all else 0)
        assert self.points == sum(line.points_count * line.gone // line.quantity for line in order.lines)
        assert self.taken <= order.points_earned
        for discount in order.discounts:
            if discount.kind == "coupon":
                covered = [line for line in order.lines if discount.covers(line.id)]
                assert self.coupons.count(discount.code) == all(line.gone == line.quantity for line in covered)
        if is_all_cancelled:
            assert self.given == self.first.captured.minor
            assert self.points == sum(discount.points for discount in order.discounts)
            assert self.taken == order.points_earned
            assert order.state == "cancelled"


@pytest.mark.req("P3", "P4", "S10", "S12")
@pytest.mark.timeout(0 if "PORTAL_EXAMPLES" in os.environ else 120)
def test_any_sequence_of_cancels_gives_back_what_was_paid() -> None:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(max_examples=EXAMPLES, stateful_step_count=12, suppress_health_check=slow)
    run_state_machine_as_test(Cancelling, settings=chosen)
