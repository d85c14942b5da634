"""An order as facts: lines counted in units, money as it was apportioned at intake, what moved since.

Facts are per unit, held as counters: a line of 80,995 units is five integers. The order's state is derived from
its furthest unit that is not cancelled (INTERFACE, marks).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from portal.domain.money import Money, total

Status = Literal["awaiting_payment", "paid", "picking", "shipped", "delivered", "completed", "cancelled"]
STATUSES: tuple[Status, ...] = ("awaiting_payment", "paid", "picking", "shipped", "delivered", "completed", "cancelled")
DiscountKind = Literal["promotion", "coupon", "points", "adjustment"]
Units = tuple[tuple[str, int], ...]
"""(line id, quantity > 0) pairs in the order's line order: what an application is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """An order-level discount. `line_ids` empty = all lines. `points` is the count spent where kind is points. One `on`
    freight has lowered the freight already; none of it is in the lines."""

    kind: DiscountKind
    amount: Money
    code: str = ""
    points: int = 0
    line_ids: tuple[str, ...] = ()
    expires_at: datetime | None = None
    threshold: Money | None = None
    on: Literal["goods", "freight"] = "goods"

    def covers(self, line_id: str) -> bool:
        return not self.line_ids or line_id in self.line_ids


@dataclass(frozen=True, slots=True)
class Restriction:
    """Goods confirmed as restricted at this very purchase, on a ground of the law such as CN-3 (CN-4)."""

    ground: str
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FreightWaived:
    """What freight would have cost below `threshold` (CN-20)."""

    amount: Money
    threshold: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the order. `total` is its price after its own `discount`, `tax` included, both for all its units and in
    minor units (INTERFACE, order); the shares are what the order-level discounts took of it (law 3), each for all its
    units; `points_count` are the points spent on it.

    `gone` = units cancelled or refunded, `cancelled` those of them that never left, `claimed` = units in open
    applications, `shipped` ≥ `delivered` from the parcels; `refunded` is the money that went or is going back for it.
    `faulted`: those of `gone` for which the shop was at fault (freight goes back when that is the whole order);
    `guarantee_until` is known once a repair has lengthened it (EU-15).
    """

    id: str
    sku: str
    title: str
    quantity: int
    total: Money
    variant: str = ""
    promotion: int = 0
    coupon: int = 0
    points: int = 0
    adjustment: int = 0
    points_count: int = 0
    discount: int = 0
    tax: int = 0
    claimed: int = 0
    gone: int = 0
    cancelled: int = 0
    shipped: int = 0
    delivered: int = 0
    refunded: int = 0
    gift_of: str | None = None
    gift_value: Money | None = None
    stock_problem: str | None = None
    tags: tuple[str, ...] = ()
    category: str = ""
    return_days: int | None = None
    opened_at: datetime | None = None
    restriction: Restriction | None = None
    faulted: int = 0
    guarantee_until: datetime | None = None

    @property
    def list_price(self) -> int:
        """quantity × unit price as the shop had it, minor units: before every discount, without tax."""
        return self.total.minor + self.discount - self.tax

    @property
    def net(self) -> int:
        """What was paid for all its units, minor units."""
        return self.total.minor - self.promotion - self.coupon - self.points - self.adjustment

    @property
    def left(self) -> int:
        """Units neither gone nor claimed."""
        return self.quantity - self.gone - self.claimed

    @property
    def unshipped(self) -> int:
        """Units that may still be cancelled: not gone, not claimed, not in a parcel."""
        return max(0, min(self.left, self.quantity - self.shipped - self.cancelled))


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Captured money. `in_flight` is reserved for refunds that have not succeeded yet (PAYMENTS rule 4)."""

    id: str
    method: str
    captured: Money
    refunded: int = 0
    in_flight: int = 0
    paid_at: datetime
    reference: str = ""

    @property
    def left(self) -> int:
        return self.captured.minor - self.refunded - self.in_flight


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A parcel, times aware UTC. `lines` are (line id, units) in it; `status` is the carrier's last word."""

    id: str
    carrier: str
    tracking_no: str
    shipped_at: datetime
    delivered_at: datetime | None = None
    status: str = "in_transit"
    promised_at: datetime | None = None
    last_scan_at: datetime | None = None
    lines: Units = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFee:
    """An order-level charge beside freight, such as gift wrapping; it goes as freight does (law 3)."""

    title: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything a decision about an order may look at. `version` rises with every change of any of it.

    `agreed_ship_by`: by when the shop ships since its customer asked for later (S17).
    """

    no: str
    currency: str
    status: Status
    placed_at: datetime
    lines: tuple[Line, ...]
    version: int = 1
    payments: tuple[Payment, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    discounts: tuple[Discount, ...] = ()
    fees: tuple[OrderFee, ...] = ()
    freight: Money
    freight_tax: Money
    freight_returned: bool = False
    freight_waived: FreightWaived | None = None
    promised_ship_by: datetime | None = None
    agreed_ship_by: datetime | None = None
    pay_by: datetime | None = None
    pay_url: str = ""
    payment_terms: Literal["prepaid", "cod"] = "prepaid"
    jurisdiction: str = ""
    country: str = ""
    points_earned: int = 0
    waiting_case: str | None = None

    @property
    def state(self) -> Status:
        """The state of its furthest unit not cancelled."""
        live = [line for line in self.lines if line.cancelled < line.quantity]
        if self.status == "cancelled" or not live:
            return "cancelled"
        if not any(line.shipped for line in live):
            return self.status
        if all(line.delivered >= line.quantity - line.cancelled for line in live):
            return "completed" if self.status == "completed" else "delivered"
        return "shipped"

    @property
    def captured(self) -> Money:
        return total((payment.captured for payment in self.payments), self.currency)

    @property
    def total(self) -> Money:
        """What the order costs: Σ lines after all discounts + freight + its tax + fees."""
        goods = Money(sum(line.net for line in self.lines), self.currency)
        return goods + self.freight + self.freight_tax + total((fee.amount for fee in self.fees), self.currency)

    @property
    def money_left(self) -> Money:
        """Ceiling of any refund: paid − done − in flight (TRAPS T7)."""
        return Money(sum(payment.left for payment in self.payments), self.currency)

    @property
    def paid_at(self) -> datetime | None:
        return max((payment.paid_at for payment in self.payments), default=None)

    @property
    def is_shipped_at_all(self) -> bool:
        return any(line.shipped for line in self.lines)

    def units_unshipped(self) -> Units:
        return tuple((line.id, line.unshipped) for line in self.lines if line.unshipped)

    def ship_due(self, ship_within: timedelta) -> datetime | None:
        """What was agreed with the customer, else the promised ship date, or paid + `ship_within` where none was given
        (POLICY, first table)."""
        if self.agreed_ship_by:
            return self.agreed_ship_by
        if self.promised_ship_by or self.status not in ("paid", "picking"):
            return self.promised_ship_by
        start = self.paid_at or self.placed_at
        return start + ship_within

    def is_late(self, now: datetime, ship_within: timedelta) -> bool:
        due = self.ship_due(ship_within)
        return self.state in ("paid", "picking") and due is not None and now > due

    def marks(self, now: datetime, ship_within: timedelta) -> tuple[str, ...]:
        """Derived marks, in the order INTERFACE lists them."""
        cancelled = sum(line.cancelled for line in self.lines)
        state, given_back = self.state, sum(payment.refunded for payment in self.payments)
        found = {
            "partly_shipped": state == "shipped" and any(x.quantity - x.cancelled > x.shipped for x in self.lines),
            "partly_cancelled": cancelled > 0 and state != "cancelled",
            "refunded": given_back > 0 and given_back == self.captured.minor,
            "partly_refunded": 0 < given_back < self.captured.minor,
            "late": self.is_late(now, ship_within),
        }
        return tuple(mark for mark, holds in found.items() if holds)


Packed = tuple[dict[str, int], dict[str, int]]
"""Units by line that are in parcels, and those of them that were delivered."""


def packed_units(status: str, shipments: tuple[Shipment, ...]) -> Packed:
    """What the parcels hold, counted once for all lines of an order, which may be many."""
    shipped: dict[str, int] = {}
    delivered: dict[str, int] = {}
    is_over = status in ("delivered", "completed")
    for shipment in shipments:
        is_there = shipment.delivered_at or shipment.status == "delivered"
        is_there = is_there or (is_over and shipment.status == "in_transit")
        for line_id, count in shipment.lines:
            shipped[line_id] = shipped.get(line_id, 0) + count
            if is_there:
                delivered[line_id] = delivered.get(line_id, 0) + count
    return shipped, delivered


def parcels_count(
    line_id: str, quantity: int, status: str, shipments: tuple[Shipment, ...], packed: Packed | None = None
) -> tuple[int, int]:
    """(shipped, delivered) units of a line, from the parcels; a feed that only names a state means all units.

    A delivered or completed order without dates counts as delivered: whether a window runs is another question. But
    units in no parcel of an order that has parcels have not left, whatever is said of the order (TRAPS T37).
    """
    if not shipments:
        is_over = status in ("delivered", "completed")
        return (quantity if is_over or status == "shipped" else 0), (quantity if is_over else 0)
    shipped, delivered = packed or packed_units(status, shipments)
    return min(shipped.get(line_id, 0), quantity), min(delivered.get(line_id, 0), quantity)


TAB_OF: dict[str, str] = {
    "awaiting_payment": "awaiting_payment",
    "paid": "to_ship",
    "picking": "to_ship",
    "shipped": "to_receive",
    "delivered": "completed",
    "completed": "completed",
    "cancelled": "cancelled",
}
"""Which tab of 我的订单 shows a state (WORDS, order states)."""
