"""The same for a shop that refunds at hand-over: what was refunded and not invoiced is what was accepted (P17)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from portal.domain.cases.case import Case
from portal.domain.cases.early_refund import early_left
from portal.domain.money import Money
from portal.domain.orders.order import Discount
from portal.models.fee import Fee, FeePayment
from portal.services.deadlines.run import run_deadlines
from tests.services.applying.test_state_machine import LONG, Applications
from tests.support.applications import bought
from tests.support.early_refunds import WIDE, forgive, quick_shop, under
from tests.support.fees import AMOUNT
from tests.support.order_facts import make_line
from tests.support.world import world_on


class EarlyApplications(Applications):
    version: int

    @initialize(
        quantities=st.lists(st.integers(1, 4), min_size=1, max_size=3),
        totals=st.lists(st.integers(0, 20_000), min_size=3, max_size=3),
        coupon=st.integers(0, 50),
        policy=st.sampled_from(["cn"]),
    )
    def an_order(self, quantities: list[int], totals: list[int], coupon: int, policy: str) -> None:
        forgive(self.world)
        lines = [make_line(str(n), count, 100 + totals[n - 1]) for n, count in enumerate(quantities, 1)]
        off = (Discount(kind="coupon", code="C", amount=Money(coupon, "CNY")),) if coupon else ()
        self.first = bought(*lines, freight=300, discounts=off, tenders=None)
        self.number = under(self.world, self.version, self.first, policy)

    @rule()
    def goods_do_not_come(self) -> None:
        days = 24
        run_deadlines(as_of=self.world.clock.now() + timedelta(days=days), deps=self.world.deps)

    @invariant()
    def refunded_less_invoiced_is_what_was_accepted(self) -> None:
        refunds = self._refunds()
        for case in self._early():
            paid = sum(refund.amount.minor for refund in refunds if refund.case_id == case.id)
            early = case.parcel.paid.refund.minor if case.parcel and case.parcel.paid else 0
            owed = self._owed(case)
            if case.inspection:
                assert paid - owed == case.plan.refund.minor
            else:
                assert paid == early and owed in (0, early)

    @invariant()
    def money_is_conserved(self) -> None:
        """What was paid early is in no line before the inspection, or the end, says what it is for."""
        order = self.world.order(self.number)
        promised = sum(refund.amount.minor for refund in self._refunds())
        assert promised == sum(payment.refunded + payment.in_flight for payment in order.payments)
        assert promised <= order.captured.minor
        waits = (case for case in self._early() if case.is_open and case.inspection is None)
        before = sum(early_left(case, "CNY").minor for case in waits)
        assert 0 <= promised - before - sum(line.refunded for line in order.lines) <= 300
        assert all(0 <= line.refunded <= line.net for line in order.lines)

    @invariant()
    def a_fee_waits_only_where_its_goods_are(self) -> None:
        states = {case.id: case.state for case in self._cases()}
        for fee in self.world.rows(Fee):
            is_here = fee["case_id"] in states and fee["for_what"] != "return"
            if is_here and fee["state"] in ("due", "on_delivery"):
                assert states[fee["case_id"]] == {"due": "in_transit", "on_delivery": "sending_back"}[fee["state"]]

    @invariant()
    def fees_are_taken_once_and_never_more_than_they_are(self) -> None:
        fees = {row["id"]: row for row in self.world.rows(Fee)}
        kept = dict.fromkeys(fees, 0)
        for row in self.world.rows(FeePayment):
            assert 0 <= row["returned_minor"] <= row["got_minor"] <= fees[row["fee_id"]]["amount_minor"]
            kept[row["fee_id"]] += row["got_minor"] if row["state"] == "paid" else 0
        for fee_id, fee in fees.items():
            assert fee["for_what"] == "return" or fee["amount_minor"] <= AMOUNT
            assert kept[fee_id] in (0, fee["amount_minor"])

    def teardown(self) -> None:
        """More is paid one after the other on one payment: early, what was missing, what an appeal gave."""
        self.world.settle()
        super().teardown()

    def _early(self) -> list[Case]:
        return [case for case in self._cases() if case.is_paid_early]

    def _owed(self, case: Case) -> int:
        """The case's invoice, also one that the shop does without; none that is void, or goes back."""
        mine = [row for row in self.world.rows(Fee) if row["case_id"] == case.id and row["for_what"] == "return"]
        if not mine or mine[-1]["state"] in ("voided", "refunded"):
            return 0
        tries = [row["state"] for row in self.world.rows(FeePayment) if row["fee_id"] == mine[-1]["id"]]
        is_back = mine[-1]["state"] == "paid" and "paid" not in tries
        return 0 if is_back else int(mine[-1]["amount_minor"])


@pytest.mark.req("P17", "P4", "N3")
@pytest.mark.timeout(0 if LONG else 120)
@pytest.mark.parametrize(("kind", "examples"), [("sqlite", LONG or 12), ("postgresql", LONG or 5)])
def test_early_refunds_conserve_units_and_money(request: pytest.FixtureRequest, kind: str, examples: int) -> None:
    with world_on(request.getfixturevalue(f"{kind}_url")) as world:
        known: dict[str, Any] = {"world": world, "version": quick_shop(world, WIDE.replace("proven = 1", "proven = 0"))}
        quick = settings(
            max_examples=examples, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        )
        run_state_machine_as_test(type("Machine", (EarlyApplications,), known), settings=quick)
