"""Past applications decided again under one policy, in the order they came, each seeing what the earlier ones took.

Nothing is changed: orders are values, and what live cases took of them is put back first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast, get_args

from portal.domain import effects
from portal.domain.applying import CONDITIONS, ApplicationAsk, decide_application
from portal.domain.applying_reasons import at_fault, is_in_hand
from portal.domain.applying_terms import ApplicationTerms, LineTerms, Surroundings, lines_terms
from portal.domain.applying_units import units_left
from portal.domain.calendars import Calendar
from portal.domain.cancelling import CancelAsk, CancelTerms, decide_cancel
from portal.domain.cases import CaseKind
from portal.domain.decisions import Allowed, Decision, Refused, Review
from portal.domain.jurisdictions import place_of
from portal.domain.orders import Order, Shipment, Status, parcels_count
from portal.domain.policy import Pack, Policy
from portal.domain.policy_laying import lay

KINDS = get_args(CaseKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastApplication:
    """One row. `requested_at` aware, None where it could not be read; `quantity` 0 where it is no whole number."""

    order_no: str
    line_id: str
    quantity: int
    kind: str
    reason: str
    requested_at: datetime | None


def alone(pack: Pack, packs: Mapping[str, Pack]) -> Policy:
    """What `pack` says by itself, whatever law an order stands under; one on a legal pack keeps that law's days."""
    base = packs.get(pack.on) if pack.kind == "shop" else None
    return lay(pack, base if base and base.kind == "legal" else None)


class PastOrders:
    """Orders as far as the applications decided so far have changed them."""

    def __init__(
        self,
        orders: Iterable[Order],
        policy: Policy,
        calendar: Calendar,
        *,
        shop_zone: str,
        customer_zones: Mapping[str, str],
        lines_asked: Mapping[str, set[str]],
        informed: bool = True,
    ) -> None:
        self._orders = {order.no: order for order in orders}
        self._policy, self._calendar, self._shop_zone = policy, calendar, shop_zone
        self._zones, self._asked, self._informed = customer_zones, lines_asked, informed
        self._terms: dict[str, tuple[LineTerms, ...]] = {}

    def decide(self, past: PastApplication) -> Decision:
        """Decides one more and takes what it approves. Applications come in the order of their time."""
        order = self._orders.get(past.order_no)
        if order is None:
            return _unusable("no_such_order")
        if past.line_id not in self._asked[order.no] or all(line.id != past.line_id for line in order.lines):
            return _unusable("no_such_line")
        if past.requested_at is None or past.quantity < 1 or past.kind not in KINDS:
            return _unusable("unreadable")
        seen = as_of(order, past.requested_at)
        if past.kind == "cancel" and not self._takes_everything_of(seen, past):
            return self._cancel(order, seen, past, past.requested_at)
        ask = ApplicationAsk(
            kind=cast(CaseKind, past.kind),
            units=((past.line_id, past.quantity),),
            reason=past.reason or "no_reason",
            received=is_in_hand(past.reason),
            conditions=CONDITIONS,
        )
        decision = decide_application(seen, ask, self._policy, self._terms_of(order, seen, past), past.requested_at)
        if isinstance(decision, Allowed):
            if past.kind == "exchange":
                self._orders[order.no] = effects.claimed(order, ask.units)
            else:
                self._orders[order.no] = effects.refunded(order, decision.plan, at_fault=at_fault(past.reason))
        return decision

    def _takes_everything_of(self, seen: Order, past: PastApplication) -> bool:
        """A pack that approves everything takes delivered units back under any name."""
        if self._policy.approves != "everything":
            return False
        line = next(line for line in seen.lines if line.id == past.line_id)
        return units_left(line).delivered >= past.quantity

    def _cancel(self, order: Order, seen: Order, past: PastApplication, at: datetime) -> Decision:
        terms = CancelTerms(ship_within=self._policy.ship_within.nominal, answer_by=at)
        ask = CancelAsk(units=((past.line_id, past.quantity),), reason=past.reason)
        decision = decide_cancel(seen, ask, terms, at)
        if isinstance(decision, Allowed):
            self._orders[order.no] = effects.cancelled(order, decision.plan)
            self._terms.pop(order.no, None)
        return decision

    def _terms_of(self, order: Order, seen: Order, past: PastApplication) -> ApplicationTerms:
        """Windows are counted once per order; nobody waits for an answer here, so those moments stay that of asking."""
        if seen is order and order.no in self._terms:
            lines = self._terms[order.no]
        else:
            lines = lines_terms(seen, self._policy, self._around(order), self._asked[order.no])
            if seen is order:
                self._terms[order.no] = lines
        at = cast(datetime, past.requested_at)
        return ApplicationTerms(lines=lines, answer_return_by=at, answer_refund_by=at, send_back_by=at)

    def _around(self, order: Order) -> Surroundings:
        place = place_of(
            self._policy.clock,
            jurisdiction=order.jurisdiction,
            country=order.country,
            customer_zone=self._zones.get(order.no, ""),
            shop_zone=self._shop_zone,
        )
        return Surroundings(place=place, calendar=self._calendar, zone=place.zones[0], informed=self._informed)


def as_of(order: Order, at: datetime) -> Order:
    """The order as its parcels were at `at`; itself where nothing happened since."""
    if all(parcel.shipped_at <= at and (parcel.delivered_at or at) <= at for parcel in order.shipments):
        return order
    parcels = tuple(_parcels_then(order.shipments, at))
    status: Status = "shipped" if parcels else "paid"
    counted = {line.id: parcels_count(line.id, line.quantity, status, parcels) for line in order.lines}
    return replace(
        order,
        status=status,
        shipments=parcels,
        lines=tuple(replace(line, shipped=counted[line.id][0], delivered=counted[line.id][1]) for line in order.lines),
    )


def _parcels_then(parcels: Iterable[Shipment], at: datetime) -> Iterator[Shipment]:
    for parcel in parcels:
        if parcel.delivered_at and parcel.shipped_at <= at < parcel.delivered_at:
            yield replace(parcel, delivered_at=None, status="in_transit")
        elif parcel.shipped_at <= at:
            yield parcel


def in_order(applications: list[PastApplication]) -> list[int]:
    """The places of `applications` by the time they came, ties as they stand; the unreadable first."""

    def came(place: int) -> tuple[bool, float]:
        at = applications[place].requested_at
        return (at is not None, at.timestamp() if at else 0.0)

    return sorted(range(len(applications)), key=came)


def verdict_of(decision: Decision) -> str:
    match decision:
        case Allowed():
            return "approved"
        case Review():
            return "review"
    return "refused"


def _unusable(why: str) -> Refused:
    """Nothing that could be applied for: no such order or line, or a row that cannot be read."""
    return Refused(rules=("SHOP-6",), why=why)
