"""What a cancelled order, its refunds, events and the rail's books must say, computed again from what was imported."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import select

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.cases.life_cycle import CANCEL_TRANSITIONS
from portal.domain.orders.order import Order
from portal.domain.records.events import CHAIN, GENESIS, linked
from portal.domain.refunds.life_cycle import REFUND_TRANSITIONS
from portal.models.case import Case
from portal.models.case import Decision as DecisionRow
from portal.models.event import Event
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from tests.support.dying_rail import DeadlyRail
from tests.support.world import World

REACHABLE_CASES = {state: set(steps.values()) for state, steps in CANCEL_TRANSITIONS.items()}
REACHABLE_REFUNDS = {state: set(steps.values()) for state, steps in REFUND_TRANSITIONS.items()}


@dataclass
class Life:
    """What the model knows of one order: as it was imported, and what was last asked."""

    number: str
    first: Order
    states: dict[str, str] = field(default_factory=dict)
    last: tuple[CancelAsk, str, str, str] | None = None
    asked: int = 0


class Promises(RuleBasedStateMachine):
    """What must hold of every order after every step, whatever the steps are."""

    world: World
    deps: Deps
    rail: DeadlyRail
    lives: list[Life]

    def _order(self, life: Life) -> Order:
        return self.world.order(life.number)

    def _check_all(self) -> None:
        for life in self.lives:
            self._check(life)

    def _check(self, life: Life) -> None:
        order = self._order(life)
        rows = self._rows_of(life)
        events = [json.loads(row["text"]) for row in rows["events"]]
        self._check_money(life, order, rows["refunds"], events)
        self._check_units(order, rows["cases"], events)
        self._check_once(order, rows, events)
        self._check_chain(rows["events"])
        self._check_steps(life, rows)

    def _rows_of(self, life: Life) -> dict[str, list[Any]]:
        found = {}
        with reading(self.deps) as work:
            order_id = work.orders.get(life.number, self.world.shopper).id
            found["refunds"] = [
                {"refund_id": one.refund_id, "payment_id": one.payment_id, "state": one.state, "amount": one.amount}
                for one in work.refunds.of_order(order_id)
            ]
            for name, model in {"events": Event, "cases": Case, "decisions": DecisionRow}.items():
                table = model.__table__
                query = select(table).where(table.c.order_id == order_id).order_by(table.c.id)
                found[name] = list(work.connection.execute(query).mappings())
        return found

    def _check_money(self, life: Life, order: Order, refunds: list[Any], events: list[dict[str, Any]]) -> None:
        """Σ given back + what named rules keep = Σ paid; counters, refunds, events and the rail say the same."""
        paid = life.first.captured.minor
        given = sum(refund["amount"].minor for refund in refunds)
        worth = sum(line.net * line.cancelled // line.quantity for line in order.lines)
        costs = order.freight.minor + order.freight_tax.minor + sum(fee.amount.minor for fee in order.fees)
        kept_goods = sum(line.net for line in order.lines) - worth
        kept_costs = 0 if order.freight_returned else costs
        if paid:
            assert given + kept_goods + kept_costs == paid
        else:
            assert given == 0
        assert given == sum(e["data"]["refund"] for e in events if e["kind"].endswith(":cancelled"))
        for payment in order.payments:
            mine = [refund for refund in refunds if refund["payment_id"] == payment.id]
            done = sum(refund["amount"].minor for refund in mine if refund["state"] == "succeeded")
            assert payment.refunded == done
            assert payment.in_flight == sum(refund["amount"].minor for refund in mine) - done
            assert payment.refunded + payment.in_flight <= payment.captured.minor
            assert done <= self.rail.moved(payment.reference) <= payment.refunded + payment.in_flight
            assert sum(refund["state"] in ("submitted", "pending") for refund in mine) <= 1
        succeeded = [e["data"]["amount"] for e in events if e["kind"] == "rail:refund:succeeded"]
        sent_back = [e["data"]["amount"] for e in events if e["kind"] == "rail:refund:reversed"]
        assert sum(succeeded) - sum(sent_back) == sum(payment.refunded for payment in order.payments)

    def _check_units(self, order: Order, cases: list[Any], events: list[dict[str, Any]]) -> None:
        """Counters are what the events add up to."""
        cancelled: dict[str, int] = {}
        shipped: dict[str, int] = {}
        for event in events:
            target = shipped if event["kind"] == "feed:parcel:shipped" else cancelled
            if event["kind"] == "feed:parcel:shipped" or event["kind"].endswith(":cancelled"):
                for line_id, count in event["data"]["units"]:
                    target[line_id] = target.get(line_id, 0) + count
        waiting = [case for case in cases if case["state"] == "submitted"]
        assert [case["case_no"] for case in waiting] == ([order.waiting_case] if order.waiting_case else [])
        claimed = {line_id: count for case in waiting for line_id, count in case["summary"]["units"]}
        for line in order.lines:
            assert line.cancelled == line.gone == cancelled.get(line.id, 0)
            assert line.shipped == shipped.get(line.id, 0)
            assert line.claimed == claimed.get(line.id, 0)
            assert line.cancelled + line.claimed + line.shipped <= line.quantity
            assert 0 <= line.refunded <= line.net

    def _check_once(self, order: Order, rows: dict[str, list[Any]], events: list[dict[str, Any]]) -> None:
        """A refund per decision and tender; freight, points and coupons once."""
        acts = [e for e in events if e["kind"].endswith((":order:cancelled", ":units:cancelled"))]
        planned = [e for e in events if e["kind"] == "system:refund:planned"]
        assert len(planned) == len(rows["refunds"]) == len({row["refund_id"] for row in rows["refunds"]})
        assert len(acts) <= len(rows["decisions"]) + 1
        freight = sum(event["data"]["freight"] for event in acts)
        assert freight == (order.freight.minor + order.freight_tax.minor if order.freight_returned else 0)
        back = sum(e["data"]["points"] for e in events if e["kind"] == "system:points:returned")
        assert back == sum(line.points_count * line.cancelled // line.quantity for line in order.lines)
        coupons = [e["data"]["coupon"] for e in events if e["kind"] == "system:coupon:returned"]
        for discount in order.discounts:
            if discount.kind == "coupon":
                covered = [line for line in order.lines if discount.covers(line.id)]
                assert coupons.count(discount.code) == all(line.cancelled == line.quantity for line in covered)

    def _check_chain(self, rows: list[Any]) -> None:
        head = GENESIS
        for place, row in enumerate(rows, 1):
            assert (row["seq"], row["previous"]) == (place, head)
            head = self.deps.vault.digest(CHAIN, linked(head, row["text"]))
            assert row["hash"] == head

    def _check_steps(self, life: Life, rows: dict[str, list[Any]]) -> None:
        """States have left only by their tables since they were last looked at."""
        for name, key, reachable in (
            ("cases", "case_no", REACHABLE_CASES),
            ("refunds", "refund_id", REACHABLE_REFUNDS),
        ):
            for row in rows[name]:
                before, after = life.states.get(row[key]), row["state"]
                start = "submitted" if name == "cases" else "planned"
                assert after in _closure(reachable, before or start), (row[key], before, after)
                life.states[row[key]] = after

    def _check_at_the_end(self, life: Life) -> None:
        order = self._order(life)
        refunds = self._rows_of(life)["refunds"]
        assert {refund["state"] for refund in refunds} <= {"succeeded"}
        for payment in order.payments:
            assert payment.in_flight == 0
            assert payment.refunded == self.rail.moved(payment.reference)
        if order.state == "cancelled" and not order.is_shipped_at_all:
            assert sum(payment.refunded for payment in order.payments) == life.first.captured.minor
        for case in self._rows_of(life)["cases"]:
            assert case["state"] != "refunding"


def _closure(reachable: dict[str, set[str]], state: str) -> set[str]:
    found, new = {state}, {state}
    while new:
        new = {after for at in new for after in reachable[at]} - found
        found |= new
    return found
