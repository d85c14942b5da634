"""Which units of a line an application can be about: those still here, on their way, or delivered, and until when.

Units are not told apart, only counted, so what is already gone or claimed is taken from where it costs the customer
least: what went is taken from the parcels that came first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from portal.domain.applying.reasons import ON_THE_WAY
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.orders.order import Line, Order, Shipment, Units
from portal.domain.policy.pack import Waits

Pool = Literal["left", "on_the_way", "delivered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An open case of the order and the units it holds."""

    case_no: str
    kind: CaseKind
    reason: str
    state: str = "submitted"
    units: Units

    def of(self, line_id: str) -> int:
        return sum(count for held, count in self.units if held == line_id)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Units of a line that were delivered together; `at` is None where nobody said when."""

    units: int
    at: datetime | None
    shipped_at: datetime


@dataclass(frozen=True, slots=True)
class UnitsLeft:
    """Units of a line that can still be applied for. `claimed` are in other cases; `went` delivered ones are gone."""

    left: int
    on_the_way: int
    delivered: int
    claimed: int
    went: int

    def of(self, pool: Pool) -> int:
        return {"left": self.left, "on_the_way": self.on_the_way, "delivered": self.delivered}[pool]


def pool_of(kind: CaseKind, reason: str) -> Pool:
    """Which units such an application is about. A contract can be withdrawn from before the goods come (EU-2)."""
    if kind == "contract_withdrawal":
        return "left"
    return "on_the_way" if reason in ON_THE_WAY else "delivered"


def units_left(line: Line, claims: tuple[Claim, ...] = ()) -> UnitsLeft:
    """`claims` are the order's open cases: they tell units claimed while on their way from delivered ones."""
    if not line.claimed and not line.gone:
        return UnitsLeft(line.quantity, line.shipped - line.delivered, line.delivered, 0, 0)
    travelling = line.shipped - line.delivered
    unsent = sum(claim.of(line.id) for claim in claims if claim.kind == "cancel")
    lost = sum(claim.of(line.id) for claim in claims if claim.kind != "cancel" and claim.reason in ON_THE_WAY)
    held = max(0, line.claimed - unsent - lost) + max(0, lost - travelling)
    # Units refunded as never received are gone without having been delivered; which they were is not counted.
    went = max(0, line.gone - line.cancelled - travelling)
    left = max(0, line.left)
    return UnitsLeft(
        left=left,
        on_the_way=max(0, min(left, travelling - min(lost, travelling))),
        delivered=max(0, min(left, line.delivered - went - held)),
        claimed=line.claimed,
        went=went + held,
    )


Parcels = dict[str, list[tuple[Shipment, int]]]


def parcels_by_line(order: Order) -> Parcels:
    """For each line the parcels it went in, with its units, those delivered with a date first, the earliest of them."""
    found: Parcels = {}
    for parcel in sorted(order.shipments, key=_arrived_at):
        for line_id, count in parcel.lines:
            found.setdefault(line_id, []).append((parcel, count))
    return found


def deliveries_of(order: Order, line: Line, parcels: Parcels) -> tuple[Delivery, ...]:
    """The delivered units of `line`, earliest first, those without a date last."""
    found: list[Delivery] = []
    rest, sent = min(line.delivered, line.quantity - line.cancelled), order.placed_at
    for parcel, count in parcels.get(line.id, ()):
        units, sent = min(rest, count), parcel.shipped_at
        came = parcel.delivered_at or parcel.status == "delivered" or line.delivered == line.quantity
        if units and came:
            found.append(Delivery(units, parcel.delivered_at, sent))
            rest -= units
    if rest:
        found.append(Delivery(rest, None, sent))
    return tuple(found)


def last_delivered_at(order: Order, parcels: Parcels) -> datetime | None:
    """When the customer had the last goods of the order (EU-2); None while any that were not cancelled have no date."""
    last = None
    for line in order.lines:
        if line.delivered < line.quantity - line.cancelled:
            return None
        for delivery in deliveries_of(order, line, parcels):
            if delivery.at is None:
                return None
            last = max(last or delivery.at, delivery.at)
    return last


def undated_from(order: Order, parcels: Parcels, waits: Waits) -> datetime | None:
    """From when on a person decides, where everything has been delivered but not all of it with a date; else None."""
    if any(line.delivered < line.quantity - line.cancelled for line in order.lines):
        return None
    undated = [d for line in order.lines for d in deliveries_of(order, line, parcels) if d.at is None]
    return max((review_from(delivery, waits) for delivery in undated), default=None)


def missing_since(order: Order, line_id: str, waits: Waits) -> datetime | None:
    """From when on units of the line on their way may be said never to have come; None where nothing was sent.

    Promised arrival + 3 days or no scan for 72 hours; where neither is known 7 days after shipping (POLICY).
    """
    parcels = [parcel for parcel in order.shipments if any(held == line_id for held, _ in parcel.lines)]
    moments = [_missing_from(parcel, waits) for parcel in parcels if _is_out(parcel)]
    if moments:
        return min(moments)
    if any(line.id == line_id and line.shipped > line.delivered for line in order.lines):
        return order.placed_at + waits.not_received_after_shipping.nominal
    return None


def _missing_from(parcel: Shipment, waits: Waits) -> datetime:
    if parcel.status in ("lost", "returned"):
        return parcel.shipped_at
    known = []
    if parcel.promised_at:
        known.append(parcel.promised_at + waits.not_received_after_promise.nominal)
    if parcel.last_scan_at:
        known.append(parcel.last_scan_at + waits.not_received_without_scan.nominal)
    return min(known, default=parcel.shipped_at + waits.not_received_after_shipping.nominal)


def _is_out(parcel: Shipment) -> bool:
    return parcel.delivered_at is None and parcel.status != "delivered"


def _arrived_at(parcel: Shipment) -> tuple[bool, datetime]:
    return (parcel.delivered_at is None, parcel.delivered_at or parcel.shipped_at)


def review_from(delivery: Delivery, waits: Waits) -> datetime:
    """From when on goods delivered without a date are reviewed by a person: so many days after shipping (T29)."""
    wait: timedelta = waits.undated_delivery.nominal
    return delivery.shipped_at + wait
