"""Many applications on one order, in any order of events, on both databases: no unit twice, money conserved.

What must hold is worked out from the order as it was imported and from the cases' own rows, not from the planning code.
"""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.case import Case
from portal.domain.cases.found import LineFound
from portal.domain.cases.life_cycle import CLOSED_STATES
from portal.domain.errors import Conflict, Invalid, ProviderUnavailable, RefusedError
from portal.domain.money import Money
from portal.domain.orders.order import Discount
from portal.models.case import CaseLine
from portal.models.event import Event
from portal.models.fee import Fee, FeePayment
from portal.ports import CollectAnswer
from portal.repos.unit_of_work import reading
from portal.services.applying.apply_for import apply_for
from portal.services.applying.edit_application import edit_application
from portal.services.applying.resubmit import resubmit_case
from portal.services.cases.appeal import appeal_case
from portal.services.deadlines.run import run_deadlines
from portal.services.messages.ask_customer import ask_customer
from portal.services.messages.write_message import answer_shop
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.returning.choose_rejected import choose_rejected
from portal.services.returning.receive_parcel import receive_goods
from portal.services.returning.send_back import delivered_to_customer, send_goods_back
from portal.services.withdrawing.close_with_consent import close_with_consent
from portal.services.withdrawing.pay_fee import pay_fee
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.offer_rules import REASONS, Offers
from tests.support.applications import bought
from tests.support.fees import AMOUNT, charge
from tests.support.order_facts import NOON, make_line
from tests.support.said import decide_case, inspect_goods, ship_back
from tests.support.world import World, world_on

LONG = int(os.environ.get("PORTAL_EXAMPLES", "0"))
PAYMENTS: dict[str, CollectAnswer | Exception | None] = {
    "paid": None,
    "wrong_password": CollectAnswer(outcome="wrong_password"),
    "down": CollectAnswer(outcome="unavailable"),
    "less": CollectAnswer(outcome="paid", amount=Money(1, "CNY")),
    "pending": CollectAnswer(outcome="pending"),
    "late": ProviderUnavailable("fake", "timeout"),
}


class Applications(Offers):
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.clock.set(NOON)
        charge(self.world)
        self.count = 0

    @initialize(
        quantities=st.lists(st.integers(1, 4), min_size=1, max_size=3),
        totals=st.lists(st.integers(0, 20_000), min_size=3, max_size=3),
        coupon=st.integers(0, 50),
        policy=st.sampled_from(["cn", "open"]),
    )
    def an_order(self, quantities: list[int], totals: list[int], coupon: int, policy: str) -> None:
        lines = [make_line(str(n), count, 100 + totals[n - 1]) for n, count in enumerate(quantities, 1)]
        off = (Discount(kind="coupon", code="C", amount=Money(coupon, "CNY")),) if coupon else ()
        self.first = bought(*lines, freight=300, discounts=off, tenders=None)
        self.number = self.world.take(self.first, policy=policy)

    @rule(data=st.data(), kind=st.sampled_from(sorted(REASONS)), less=st.integers(0, 3))
    def apply(self, data: st.DataObject, kind: Any, less: int) -> None:
        ask = self._ask(data, kind, less)
        with suppress(RefusedError, Invalid):
            apply_for(order_no=self.number, ask=ask, **self._by("shopper"))

    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        if case := self._case(data):
            with suppress(RefusedError, Invalid, Conflict):
                edit_application(case_no=case.case_no, ask=self._ask(data, case.kind, 0), **self._by("shopper"))

    @rule(
        data=st.data(),
        decision=st.sampled_from(["accept", "partly", "refuse"]),
        amount=st.sampled_from(["", "0.50"]),
    )
    def decide(self, data: st.DataObject, decision: Any, amount: str) -> None:
        if case := self._case(data):
            with suppress(Invalid, Conflict):
                decide_case(
                    case_no=case.case_no, decision=decision, amount=amount, reason="看过了", **self._by("agent")
                )

    def _second(self) -> dict[str, Any]:
        who = self._by("agent")
        return who | {"actor": replace(who["actor"], id=2)}

    @rule(data=st.data())
    def ask_for_more(self, data: st.DataObject) -> None:
        if case := self._case(data):
            with suppress(Conflict):
                ask_customer(case_no=case.case_no, body="请补充", **self._by("agent"))

    @rule(data=st.data())
    def customer_writes(self, data: st.DataObject) -> None:
        if case := self._case(data):
            answer_shop(case_no=case.case_no, body="好的", **self._by("shopper"))

    @rule(data=st.data(), part=st.booleans())
    def withdraw(self, data: st.DataObject, part: bool) -> None:
        if case := self._case(data):
            held = (row for row in self.world.rows(CaseLine) if row["case_id"] == case.id and row["claimed"])
            line = next(held, None)
            units = ((line["line_id"], 1),) if part and line else ()
            with suppress(Conflict, Invalid):
                withdraw_case(case_no=case.case_no, reason="mistake", units=units, **self._by("shopper"))

    @rule(data=st.data())
    def ship_back(self, data: st.DataObject) -> None:
        if case := self._case(data):
            with suppress(Conflict):
                ship_back(case_no=case.case_no, carrier="SF", tracking_no="SF1000", **self._by("shopper"))

    @rule(line=st.integers(0, 2))
    def send_one_back_and_change_ones_mind(self, line: int) -> None:
        """The long way to a fee, in one step: by single steps nobody gets there."""
        chosen = self.first.lines[line % len(self.first.lines)].id
        ask = ApplicationAsk(
            kind="return_refund", units=((chosen, 1),), reason="no_reason", received=True, conditions=CONDITIONS
        )
        with suppress(RefusedError, Invalid, Conflict):
            done = apply_for(order_no=self.number, ask=ask, **self._by("shopper"))
            case_no = done.case_no
            ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", **self._by("shopper"))
            withdraw_case(case_no=case_no, reason="changed_mind", **self._by("shopper"))

    @rule(
        data=st.data(),
        method=st.sampled_from(["alipay", "card", "cod"]),
        outcome=st.sampled_from([*PAYMENTS, "paid"]),
    )
    def pay_the_fee(self, data: st.DataObject, method: str, outcome: str) -> None:
        due = {row["case_id"]: row["for_what"] for row in self.world.rows(Fee) if row["state"] == "due"}
        cases = [case for case in self._cases() if case.id in due]
        if not cases:
            return
        answer = PAYMENTS[outcome]
        if answer is not None and method != "cod":
            self.world.rail.next_collect(answer, booked=outcome == "late")
        case = data.draw(st.sampled_from(cases))
        # No courier comes to whom an invoice of what was paid early could be paid.
        at_the_door = method == "cod" and due[case.id] == "return"
        with pytest.raises(Invalid) if at_the_door else nullcontext():
            pay_fee(case_no=case.case_no, method=method, **self._by("shopper"))

    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        if case := self._case(data):
            with suppress(Conflict):
                close_with_consent(case_no=case.case_no, reason="电话同意", **self._by("agent"))

    @rule(data=st.data())
    def receive(self, data: st.DataObject) -> None:
        if case := self._case(data):
            with suppress(Conflict):
                receive_goods(case_no=case.case_no, **self._by("warehouse"))

    @rule(data=st.data())
    def inspect(self, data: st.DataObject) -> None:
        if case := self._case(data):
            held = [row for row in self.world.rows(CaseLine) if row["case_id"] == case.id and row["claimed"]]
            found = tuple(self._found(data, row) for row in held)
            with suppress(Conflict, Invalid):
                inspect_goods(case_no=case.case_no, found=found, reason="看过了", **self._by("warehouse"))

    @rule(data=st.data(), choice=st.sampled_from(["send_back", "give_up"]))
    def choose(self, data: st.DataObject, choice: Any) -> None:
        if case := self._case(data):
            with suppress(Conflict):
                choose_rejected(case_no=case.case_no, choice=choice, **self._by("shopper"))

    @rule(data=st.data())
    def send_to_the_customer(self, data: st.DataObject) -> None:
        if case := self._case(data):
            with suppress(Conflict):
                send_goods_back(case_no=case.case_no, carrier="SF", tracking_no="SF2000", **self._by("warehouse"))

    @rule(data=st.data(), accepted=st.booleans())
    def hand_over(self, data: st.DataObject, accepted: bool) -> None:
        if case := self._case(data):
            with suppress(Conflict):
                delivered_to_customer(case_no=case.case_no, accepted=accepted, **self._by("warehouse"))

    @rule(data=st.data())
    def appeal(self, data: st.DataObject) -> None:
        if case := self._case(data):
            with suppress(RefusedError):
                appeal_case(case_no=case.case_no, body="请再看看", **self._by("shopper"))

    @rule(
        data=st.data(), decision=st.sampled_from(["accept", "partly", "refuse"]), amount=st.sampled_from(["", "0.50"])
    )
    def a_colleague_decides(self, data: st.DataObject, decision: Any, amount: str) -> None:
        if case := self._case(data):
            who = self._by("agent")
            who["actor"] = replace(who["actor"], id=2)
            answer = {"case_no": case.case_no, "decision": decision, "amount": amount, "reason": "复核过了"}
            with suppress(Invalid, Conflict):
                decide_case(**answer, **who)

    @rule(
        line=st.integers(0, 2),
        amount=st.sampled_from(["0.50", "1.00"]),
        settles=st.booleans(),
        decision=st.sampled_from(["accept", "partly", "refuse"]),
    )
    def a_part_is_granted_and_contested(self, line: int, amount: str, settles: bool, decision: Any) -> None:
        """The long way in one step, its last answer given twice."""
        chosen = self.first.lines[line % len(self.first.lines)]
        ask = ApplicationAsk(kind="refund_only", units=((chosen.id, chosen.quantity),), reason="quality", received=True)
        with suppress(RefusedError, Invalid, Conflict):
            case_no = apply_for(order_no=self.number, ask=ask, **self._by("shopper")).case_no
            decide_case(case_no=case_no, decision="partly", amount=amount, reason="补偿", **self._by("agent"))
            if settles:
                self.world.settle(4)
            appeal_case(case_no=case_no, body="请再看看", **self._by("shopper"))
            who = self._by("agent")
            who["actor"] = replace(who["actor"], id=2)
            for _ in range(2):
                decide_case(case_no=case_no, decision=decision, amount="0.10", reason="复核", **who)

    @rule(data=st.data())
    def apply_again(self, data: st.DataObject) -> None:
        if case := self._case(data):
            with suppress(RefusedError, Invalid):
                resubmit_case(case_no=case.case_no, ask=self._ask(data, case.kind, 0), **self._by("shopper"))

    @rule(hours=st.sampled_from([1, 49, 200]))
    def time_passes(self, hours: int) -> None:
        run_deadlines(as_of=self.world.clock.now() + timedelta(hours=hours), deps=self.world.deps)

    @rule()
    def the_rail_works(self) -> None:
        self.world.settle(4)

    @invariant()
    def every_unit_is_counted_once(self) -> None:
        order = self.world.order(self.number)
        claimed: dict[str, int] = {}
        mine = {case.id for case in self._cases()}
        for row in self.world.rows(CaseLine):
            if row["case_id"] in mine:
                claimed[row["line_id"]] = claimed.get(row["line_id"], 0) + row["claimed"]
        for line in order.lines:
            assert line.claimed == claimed.get(line.id, 0)
            assert 0 <= line.gone <= line.quantity - line.claimed
            assert 0 <= line.faulted <= line.gone

    @invariant()
    def closed_cases_hold_nothing(self) -> None:
        holding = {row["case_id"] for row in self.world.rows(CaseLine) if row["claimed"]}
        for case in self._cases():
            is_over = case.state in CLOSED_STATES and not case.is_under_appeal
            assert case.is_open != is_over
            if not case.is_open or (case.state == "refunding" and not case.is_under_appeal):
                assert case.id not in holding

    @invariant()
    def no_case_is_paid_more_than_it_asked_for(self) -> None:
        """Whatever was granted of it first, and by an appeal then; return freight comes on top."""
        paid: dict[int | None, int] = {}
        for refund in self._refunds():
            paid[refund.case_id] = paid.get(refund.case_id, 0) + refund.amount.minor
        for case in self._cases():
            if case.outcome.requested and case.outcome.answer != "offer":
                carriage = case.plan.carriage.minor if case.plan.carriage else 0
                assert paid.get(case.id, 0) <= case.outcome.requested.minor + carriage

    @invariant()
    def a_fee_waits_only_where_its_goods_are(self) -> None:
        """Due while they are on their way, collected while they come back; nobody knows how long a rail confirms."""
        states = {case.id: case.state for case in self._cases()}
        for fee in self.world.rows(Fee):
            if fee["case_id"] in states and fee["state"] in ("due", "on_delivery"):
                assert states[fee["case_id"]] == {"due": "in_transit", "on_delivery": "sending_back"}[fee["state"]]

    @invariant()
    def fees_are_taken_once_and_never_more_than_they_are(self) -> None:
        fees = {row["id"]: row for row in self.world.rows(Fee)}
        kept = dict.fromkeys(fees, 0)
        for row in self.world.rows(FeePayment):
            assert 0 <= row["returned_minor"] <= row["got_minor"] <= AMOUNT
            kept[row["fee_id"]] += row["got_minor"] if row["state"] == "paid" else 0
        for fee_id, fee in fees.items():
            assert fee["amount_minor"] <= AMOUNT
            assert kept[fee_id] in (0, fee["amount_minor"])
            assert not kept[fee_id] or fee["state"] == "paid"

    @invariant()
    def only_what_was_accepted_is_paid(self) -> None:
        for row in self.world.rows(CaseLine):
            assert row["accepted"] + row["rejected"] == row["received"] <= row["quantity"]
            assert row["resellable"] <= row["accepted"]
        stock = [row["key"] for row in self.world.rows(Event) if row["kind"] == "system:stock:returned"]
        assert len(stock) == len(set(stock))

    @invariant()
    def money_is_conserved(self) -> None:
        order = self.world.order(self.number)
        promised = sum(refund.amount.minor for refund in self._refunds())
        assert promised == sum(payment.refunded + payment.in_flight for payment in order.payments)
        assert promised <= order.captured.minor
        freight = promised - sum(line.refunded for line in order.lines)
        assert 0 <= freight <= 300
        assert freight < 300 or order.freight_returned
        assert all(0 <= line.refunded <= line.net for line in order.lines)

    def teardown(self) -> None:
        """Left alone, the rail brings every payment to its end, and its books are ours."""
        self.world.settle(6)
        assert reconcile_refunds(deps=self.world.deps) == []
        states = {row["state"] for row in self.world.rows(FeePayment)}
        assert states <= {"paid", "failed", "returned"}

    def _found(self, data: st.DataObject, row: Any) -> LineFound:
        received = data.draw(st.integers(0, row["claimed"]))
        accepted = data.draw(st.integers(0, received))
        return LineFound(
            line_id=row["line_id"],
            received=received,
            accepted=accepted,
            rejected=received - accepted,
            resellable=data.draw(st.integers(0, accepted)),
        )

    def _by(self, who: str) -> dict[str, Any]:
        self.count += 1
        actor = self.world.shopper if who == "shopper" else self.world.made.staff(who)
        return {"actor": actor, "request_id": f"{self.number}-{self.count}", "deps": self.world.deps}

    def _ask(self, data: st.DataObject, kind: Any, less: int) -> ApplicationAsk:
        chosen = [(line.id, data.draw(st.integers(0, line.quantity))) for line in self.first.lines]
        reason = data.draw(st.sampled_from(REASONS[kind]))
        return ApplicationAsk(
            kind=kind,
            units=tuple((line_id, count) for line_id, count in chosen if count),
            reason=reason,
            received=reason != "signed_not_received",
            amount=Money(50 * less, "CNY") if less and kind == "refund_only" else None,
            conditions=data.draw(st.sampled_from([CONDITIONS, ()])),
        )

    def _cases(self) -> list[Case]:
        with reading(self.world.deps) as work:
            record = work.orders.get(self.number, self.world.shopper)
            return work.cases.of_order(record.id)

    def _refunds(self) -> list[Any]:
        with reading(self.world.deps) as work:
            return work.orders.get_with_refunds(self.number, self.world.shopper)[1]

    def _case(self, data: st.DataObject) -> Case | None:
        found = self._cases()
        return data.draw(st.sampled_from(found)) if found else None


@pytest.mark.req("S37", "P4", "N3")
@pytest.mark.timeout(0 if LONG else 120)
@pytest.mark.parametrize(("kind", "examples"), [("sqlite", LONG or 12), ("postgresql", LONG or 5)])
def test_many_applications_on_one_order_conserve_units_and_money(
    request: pytest.FixtureRequest, kind: str, examples: int
) -> None:
    with world_on(request.getfixturevalue(f"{kind}_url")) as world:
        machine = type("Machine", (Applications,), {"world": world})
        quick = settings(
            max_examples=examples,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(machine, settings=quick)
