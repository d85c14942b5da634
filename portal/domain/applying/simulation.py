"""Past applications decided again under one policy, in the order they came, each seeing what the earlier ones took.

Nothing is changed: an order is a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast, get_args

from portal.domain.applying.decide import CONDITIONS, decide_application
from portal.domain.applying.reasons import at_fault, is_in_hand
from portal.domain.applying.terms import ApplicationTerms, LineTerms, Surroundings, lines_terms
from portal.domain.applying.units import units_left
from portal.domain.cancelling.decide import CancelAsk, CancelTerms, decide_cancel
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.life_cycle import REPLACING_KINDS, CaseKind
from portal.domain.orders import effects
from portal.domain.orders.decisions import Allowed, Decision, Refused, Review
from portal.domain.orders.order import Order, Shipment, Status, parcels_count
from portal.domain.policy.merge_packs import merge_packs
from portal.domain.policy.pack import Pack, Policy

KINDS = get_args(CaseKind)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastApplication:
    """One row. `requested_at` aware UTC, None where it could not be read; `quantity` 0 where it is no whole number."""

    order_no: str
    line_id: str
    quantity: int
    kind: str
    reason: str
    requested_at: datetime | None


def alone(pack: Pack, packs: Mapping[str, Pack]) -> Policy:
    """What `pack` says by itself, whatever law an order stands under; one on a legal pack keeps that law's days."""
    base = packs.get(pack.on) if pack.kind == "shop" else None
    return merge_packs(pack, base if base and base.kind == "legal" else None)


class SimulatedOrder:
    """One order, as far as the applications decided so far have changed it. Orders do not touch each other."""

    def __init__(self, order: Order, lines_asked: Set[str], policy: Policy, around: Surroundings) -> None:
        self._order, self._asked, self._policy, self._around = order, lines_asked, policy, around
        self._terms: tuple[LineTerms, ...] | None = None

    def decide(self, past: PastApplication) -> Decision:
        """Decides one more and takes what it approves. Applications come in the order of their time."""
        line = next((line for line in self._order.lines if line.id == past.line_id), None)
        if line is None or past.line_id not in self._asked:
            return unusable("no_such_line")
        if past.requested_at is None or past.quantity < 1 or past.kind not in KINDS:
            return unusable("unreadable")
        at = past.requested_at
        seen = as_of(self._order, at)
        if past.kind == "cancel" and not self._takes_everything(seen, past):
            return self._cancel(seen, past, at)
        ask = ApplicationAsk(
            kind=cast(CaseKind, past.kind),
            units=((past.line_id, past.quantity),),
            reason=past.reason or "no_reason",
            received=is_in_hand(past.reason),
            conditions=CONDITIONS,
        )
        decision = decide_application(
            seen, ask, self._policy, self._terms_at(seen, past.requested_at), past.requested_at
        )
        if isinstance(decision, Allowed) and past.kind in REPLACING_KINDS:
            self._order = effects.claimed(self._order, ask.units)
        elif isinstance(decision, Allowed):
            self._order = effects.refunded(self._order, decision.plan, at_fault=at_fault(past.reason))
        return decision

    def _takes_everything(self, seen: Order, past: PastApplication) -> bool:
        """A pack that approves everything takes delivered units back under any name."""
        line = next(line for line in seen.lines if line.id == past.line_id)
        return self._policy.approves == "everything" and units_left(line).delivered >= past.quantity

    def _cancel(self, seen: Order, past: PastApplication, at: datetime) -> Decision:
        terms = CancelTerms(ship_within=self._policy.ship_within.nominal, answer_by=at)
        decision = decide_cancel(seen, CancelAsk(units=((past.line_id, past.quantity),), reason=past.reason), terms, at)
        if isinstance(decision, Allowed):
            self._order, self._terms = effects.cancelled(self._order, decision.plan), None
        return decision

    def _terms_at(self, seen: Order, at: datetime) -> ApplicationTerms:
        """Windows are counted once; nobody waits for an answer here, so those moments stay that of asking."""
        lines = self._terms
        if lines is None or seen is not self._order:
            lines = lines_terms(seen, self._policy, self._around, self._asked)
            if seen is self._order:
                self._terms = lines
        return ApplicationTerms(lines=lines, answer_return_by=at, answer_refund_by=at, send_back_by=at)


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


def came_at(past: PastApplication) -> datetime:
    """For sorting: those without a readable time first, where they take nothing."""
    return past.requested_at or _BEFORE_ALL


def verdict_of(decision: Decision) -> str:
    match decision:
        case Allowed():
            return "approved"
        case Review():
            return "review"
    return "refused"


def unusable(why: str) -> Refused:
    """Nothing that could be applied for: no such order or line, or a row that cannot be read."""
    return Refused(rules=("SHOP-6",), why=why)
