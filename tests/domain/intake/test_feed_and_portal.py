"""The feed and the portal act on one order in any order: money and units go once, no counter breaks (T7, T38)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from portal.domain.intake.balance import balance_problem
from portal.domain.intake.feed_refunds import with_feed_refunds
from portal.domain.intake.imported_order import ImportedOrder
from portal.domain.intake.merge import merge
from portal.domain.intake.order_facts import order_of
from portal.domain.intake.stored_order import Price, Stored, Update
from portal.domain.orders import effects
from portal.domain.orders.order import Order, Units
from portal.domain.orders.planning import plan_units
from portal.schemas.order import read_order
from tests.support.feed import fed_line, fed_order, fed_parcel, fed_payment

START = datetime(2026, 11, 1, 12, tzinfo=UTC)


def taken(data: dict[str, Any]) -> ImportedOrder:
    order = read_order(data)
    assert isinstance(order, ImportedOrder), order
    return order


class FeedAndPortal(RuleBasedStateMachine):
    """`fed` is what the feed says next; `given` what it truly gave back, `ours` what the portal did, minor units."""

    @initialize(counts=st.tuples(st.integers(1, 3), st.integers(1, 3)), freight=st.sampled_from(["0.00", "7.50"]))
    def place(self, counts: tuple[int, int], freight: str) -> None:
        self.counts = dict(zip(("1", "2"), counts, strict=True))
        lines = [fed_line(line, count, "19.99") for line, count in self.counts.items()]
        self.captured = sum(counts) * 1999 + round(float(freight) * 100)
        payment = fed_payment(f"{self.captured / 100:.2f}")
        self.fed = fed_order(lines=lines, freight=freight, payments=[payment])
        order = taken(self.fed)
        prices = {line.id: Price(line.unit_price, line.discount.minor, line.tax.minor) for line in order.lines}
        self.stored = Stored(order=order_of(order), updated_at=order.updated_at, digest="0", prices=prices)
        self.ours, self.versions, self.our_units = 0, 0, dict.fromkeys(self.counts, 0)

    def send(self, *, is_later: bool = True, **changes: Any) -> bool:
        """Whether the version was taken; one that was not is forgotten, as the feed's next one starts from before."""
        self.versions += 1
        at = START + timedelta(hours=self.versions) if is_later else self.stored.updated_at
        version = self.fed | changes | {"updated_at": at.isoformat()}
        order = read_order(version)
        if not isinstance(order, ImportedOrder):
            return False
        outcome = merge(self.stored, order, digest=str(self.versions))
        if not isinstance(outcome, Update):
            return False
        self.fed = version
        self.stored = replace(
            self.stored,
            order=outcome.order,
            updated_at=order.updated_at,
            digest=str(self.versions),
            feed_refunds=outcome.feed_refunds,
            cancelled_by="feed" if outcome.is_called_off else self.stored.cancelled_by,
        )
        if outcome.takes_lines:
            priced = {line.id: Price(line.unit_price, line.discount.minor, line.tax.minor) for line in order.lines}
            self.stored = replace(self.stored, prices=priced)
        self.captured = sum(payment.captured.minor for payment in outcome.order.payments)
        return True

    @property
    def given(self) -> int:
        return sum(
            round(float(one["amount"]) * 100) for one in self.fed.get("refunds", ()) if one["status"] != "failed"
        )

    @rule(
        cents=st.integers(0, 6000),
        line=st.sampled_from(["1", "2"]),
        units=st.integers(0, 2),
        status=st.sampled_from(["succeeded", "pending", "failed"]),
        is_later=st.booleans(),
    )
    def feed_refunds(self, cents: int, line: str, units: int, status: str, is_later: bool) -> None:
        known = list(self.fed.get("refunds", ()))
        one = {"id": f"r-{len(known)}", "payment": "p-1", "amount": f"{cents / 100:.2f}", "status": status}
        one |= {"at": "2026-11-02T00:00:00Z", "lines": [{"line": line, "quantity": units}] if units else []}
        self.send(refunds=[*known, one], is_later=is_later)

    @rule(which=st.integers(0, 5), status=st.sampled_from(["succeeded", "failed"]))
    def feed_settles_a_refund(self, which: int, status: str) -> None:
        known = [dict(one) for one in self.fed.get("refunds", ())]
        pending = [one for one in known if one["status"] == "pending"]
        if pending:
            pending[which % len(pending)]["status"] = status
            self.send(refunds=known)

    @rule(line=st.sampled_from(["1", "2"]), units=st.integers(1, 3))
    def feed_ships(self, line: str, units: int) -> None:
        known = list(self.fed.get("shipments", ()))
        parcel = fed_parcel(units, line, id=f"s-{len(known)}", tracking_no=f"SF{len(known)}")
        self.send(shipments=[*known, parcel], status="shipped")

    @rule()
    def feed_delivers(self) -> None:
        self.send(status="delivered")

    @rule()
    def feed_cancels(self) -> None:
        self.send(status="cancelled")

    @rule(price=st.sampled_from(["19.99", "15.00", "25.00"]))
    def feed_changes_a_price(self, price: str) -> None:
        lines = [{**line, "unit_price": price} if line["id"] == "1" else line for line in self.fed["lines"]]
        total = sum(round(float(line["unit_price"]) * 100) * line["quantity"] for line in lines)
        total += round(float(self.fed["freight"]) * 100)
        self.send(lines=lines, payments=[fed_payment(f"{total / 100:.2f}")])

    @precondition(lambda self: self.stored.order.units_unshipped())
    @rule(data=st.data())
    def portal_cancels(self, data: st.DataObject) -> None:
        units = self._some(data, self.stored.order.units_unshipped())
        order = self.stored.order
        going = dict(units)
        is_all = all(line.gone + going.get(line.id, 0) == line.quantity for line in order.lines)
        plan = plan_units(order, units, with_freight=is_all and not order.is_shipped_at_all)
        self._lets_go(plan.refund.minor, units)
        by = "portal" if is_all else self.stored.cancelled_by
        self.stored = replace(self.stored, order=effects.cancelled(order, plan), cancelled_by=by, after_sales=True)

    @precondition(lambda self: any(line.delivered and line.left for line in self.stored.order.lines))
    @rule(data=st.data())
    def portal_refunds(self, data: st.DataObject) -> None:
        order = self.stored.order
        there = tuple((line.id, min(line.left, line.delivered)) for line in order.lines if line.left and line.delivered)
        units = self._some(data, there)
        plan = plan_units(order, units, with_freight=False)
        self._lets_go(plan.refund.minor, units)
        self.stored = replace(self.stored, order=effects.refunded(order, plan), after_sales=True)

    def _some(self, data: st.DataObject, there: Units) -> Units:
        line_id, most = data.draw(st.sampled_from(there))
        return ((line_id, data.draw(st.integers(1, most))),)

    def _lets_go(self, amount: int, units: Units) -> None:
        assert amount <= max(0, self.captured - self.given - self.ours)
        self.ours += amount
        for line_id, count in units:
            self.our_units[line_id] += count
            named = sum(
                unit["quantity"]
                for one in self.fed.get("refunds", ())
                for unit in one["lines"]
                if one["status"] != "failed" and unit["line"] == line_id
            )
            assert self.our_units[line_id] + named <= self.counts[line_id]

    @invariant()
    def counters_hold(self) -> None:
        if not hasattr(self, "stored"):
            return
        order: Order = self.stored.order
        for line in order.lines:
            assert 0 <= line.cancelled <= line.gone <= line.quantity - line.claimed
            assert 0 <= line.delivered <= line.shipped <= line.quantity
            assert line.refunded >= 0
        for payment in order.payments:
            assert payment.refunded >= 0 and payment.in_flight >= 0
            assert payment.refunded + payment.in_flight <= payment.captured.minor


FeedAndPortal.TestCase.settings = settings(max_examples=150, stateful_step_count=12, deadline=None)
TestFeedAndPortal = FeedAndPortal.TestCase


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    """Any shape of the kinds that feeds send: discounts on goods and freight, points that paid freight, split tenders,
    refunds with and without money, on their way or failed, parcels with some of the units."""
    lines = [
        fed_line(str(number), draw(st.integers(0, 3)) or 1, draw(st.sampled_from(["5.00", "19.99", "0.01"])))
        for number in range(draw(st.integers(1, 3)))
    ]
    goods = sum(round(float(line["unit_price"]) * 100) * line["quantity"] for line in lines)
    freight = draw(st.sampled_from([0, 600]))
    discounts, off = [], 0
    if draw(st.booleans()):
        off_goods = draw(st.integers(0, goods))
        discounts.append({"kind": "coupon", "code": "C", "amount": f"{off_goods / 100:.2f}"})
        off += off_goods
    if draw(st.booleans()):
        off_freight = draw(st.integers(0, freight))
        discounts.append({"kind": "promotion", "amount": f"{off_freight / 100:.2f}", "on": "freight"})
        off += off_freight
    if draw(st.booleans()):
        points = draw(st.integers(0, goods + freight - off))
        discounts.append({"kind": "points", "points": points, "amount": f"{points / 100:.2f}"})
        off += points
    due = goods + freight - off
    first = draw(st.integers(0, due))
    payments = [fed_payment(f"{part / 100:.2f}", name) for name, part in (("p-1", first), ("p-2", due - first)) if part]
    refunds = [
        {
            "id": f"r-{number}",
            "payment": draw(st.sampled_from(payments))["id"] if payments else None,
            "amount": f"{draw(st.integers(0, due)) / 100:.2f}" if payments else "0.00",
            "at": "2026-11-02T00:00:00Z",
            "status": draw(st.sampled_from(["succeeded", "pending", "failed"])),
            "lines": [{"line": line["id"], "quantity": 1} for line in lines if draw(st.booleans())],
        }
        for number in range(draw(st.integers(0, 3)))
    ]
    parcels = [
        fed_parcel(draw(st.integers(1, line["quantity"])), line["id"], id=line["id"], tracking_no=line["id"])
        for line in lines
        if draw(st.booleans())
    ]
    status = draw(st.sampled_from(["paid", "shipped", "delivered", "completed", "cancelled"]))
    found = fed_order(lines=lines, freight=f"{freight / 100:.2f}", discounts=discounts, payments=payments)
    return found | {"refunds": refunds, "shipments": parcels, "status": status}


@settings(max_examples=400, deadline=None)
@given(orders())
def test_what_the_portal_lets_go_is_never_more_than_paid_less_given_back_less_on_its_way(data: dict[str, Any]) -> None:
    order = read_order(data)
    if not isinstance(order, ImportedOrder):
        return
    assert balance_problem(order) is None or not order.payments
    facts = with_feed_refunds(order_of(order), order.refunds).order
    back = sum(refund.amount.minor for refund in order.refunds if refund.status != "failed")
    assert facts.money_left.minor == order.paid.minor - back
    every = tuple((line.id, line.left) for line in facts.lines if line.left)
    plan = plan_units(facts, every, with_freight=True)
    assert 0 <= plan.refund.minor <= order.paid.minor - back
    assert sum(tender.amount.minor for tender in plan.tenders) == plan.refund.minor
    packed = {line: count for parcel in order.shipments for line, count in parcel.lines}
    for line in facts.lines:
        assert not order.shipments or line.delivered <= packed.get(line.id, 0)
