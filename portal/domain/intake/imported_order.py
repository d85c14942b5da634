"""An order as imported (INTERFACE, order): every field of the format, typed, with its discounts apportioned.

What a feed can say wrong is a `OrderProblem`; what a file had that was not accepted is a `Reject`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from portal.domain.money import Money, total
from portal.domain.orders.order import (
    Discount,
    FreightWaived,
    OrderFee,
    Payment,
    Restriction,
    Shipment,
    Status,
    Units,
)

PaymentTerms = Literal["prepaid", "cod"]


@dataclass(frozen=True, slots=True)
class OrderProblem:
    """Why an order cannot be imported: `field` is a dotted path (`lines.0.unit_price`), `reason` fit to be shown."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCustomer:
    """`phone` in E.164 where it can be read so, else as it came; `mail` as it came."""

    id: str
    name: str = ""
    phone: str = ""
    mail: str = ""
    locale: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderContact:
    """How whoever ordered can be reached, with or without an account; as those of a customer."""

    phone: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipTo:
    """`country` is ISO 3166 in capitals, or empty."""

    name: str
    phone: str
    region: str
    address: str
    country: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """What the shop has issued: electronic (`e`) or on paper; "" where it has no number yet."""

    kind: Literal["e", "paper"]
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLine:
    """A line with its shares of the order's discounts, in minor units for all its units (ARCHITECTURE law 3).

    `total` = quantity × unit_price rounded half up − discount + tax. `shares` are (index of the discount, minor
    units), those above 0 only; promotion, coupon, points and adjustment are their sums by kind.
    """

    id: str
    sku: str
    title: str
    variant: str
    quantity: int
    unit_price: Decimal
    discount: Money
    tax: Money
    total: Money
    category: str = ""
    tags: tuple[str, ...] = ()
    opened_at: datetime | None = None
    return_days: int | None = None
    gift_of: str | None = None
    gift_value: Money | None = None
    restriction: Restriction | None = None
    image_url: str = ""
    product_url: str = ""
    stock_problem: str | None = None
    promotion: int = 0
    coupon: int = 0
    points: int = 0
    adjustment: int = 0
    points_count: int = 0
    shares: tuple[tuple[int, int], ...] = ()

    @property
    def net(self) -> int:
        """What is paid for all its units, minor units."""
        return self.total.minor - self.promotion - self.coupon - self.points - self.adjustment


@dataclass(frozen=True, slots=True)
class CountedLine:
    """What of a line a refund of the shop was counted for: units gone, those of them that never left, minor units."""

    line_id: str
    units: int
    cancelled: int
    worth: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What a refund of the shop has changed in the order: minor units of its payment, done or in flight, and lines."""

    amount: int
    in_flight: bool = False
    lines: tuple[CountedLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRefund:
    """Money the shop itself gave back, or units without any. `reference` may be a number of ours: then it is not
    counted again. `counted` is what of it was, None before that (of those of old, what it says)."""

    id: str
    payment_id: str
    amount: Money
    at: datetime
    lines: Units = ()
    reference: str = ""
    status: Literal["succeeded", "pending", "failed"] = "succeeded"
    counted: Counted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedOrder:
    """An order that is coherent in itself. Times are aware UTC; `unknown` are dotted paths that were ignored and
    `left_out` what of it was not imported, to be told."""

    number: str
    placed_at: datetime
    updated_at: datetime
    currency: str
    status: Status
    lines: tuple[ImportedLine, ...]
    freight: Money
    freight_tax: Money
    promised_ship_by: datetime | None = None
    pay_by: datetime | None = None
    pay_url: str = ""
    jurisdiction: str = ""
    payment_terms: PaymentTerms = "prepaid"
    points_earned: int = 0
    invoice: Invoice | None = None
    customer: ImportedCustomer | None = None
    contact: OrderContact | None = None
    ship_to: ShipTo | None = None
    fees: tuple[OrderFee, ...] = ()
    freight_waived: FreightWaived | None = None
    discounts: tuple[Discount, ...] = ()
    payments: tuple[Payment, ...] = ()
    refunds: tuple[FeedRefund, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    unknown: tuple[str, ...] = ()
    left_out: tuple[OrderProblem, ...] = ()

    @property
    def total(self) -> Money:
        """Σ lines − Σ discounts + freight + freight_tax + Σ fees."""
        goods = Money(sum(line.net for line in self.lines), self.currency)
        return goods + self.freight + self.freight_tax + total((fee.amount for fee in self.fees), self.currency)

    @property
    def paid(self) -> Money:
        return total((payment.captured for payment in self.payments), self.currency)


Result = Literal["created", "updated", "unchanged", "older"]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of an order. `left_out`: what of it was not imported, as the rejects of an import tell it."""

    result: Result
    left_out: tuple[OrderProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """An order as a file has it, not yet checked. `line` is where it starts (1-based); `line_of` that of each line."""

    line: int
    order: str
    data: Mapping[str, Any]
    line_of: tuple[int, ...] = ()

    def where(self, field: str) -> int:
        """The line of the file that a dotted path speaks of."""
        parts = field.split(".", 2)
        if parts[0] == "lines" and len(parts) > 1 and parts[1].isdecimal() and int(parts[1]) < len(self.line_of):
            return self.line_of[int(parts[1])]
        return self.line


@dataclass(frozen=True, slots=True)
class Reject:
    """Something of a file that was not accepted: an order, or (`is_order` False) a line left out of one that was."""

    line: int
    order: str
    field: str
    reason: str
    is_order: bool = True


def number_of(data: Mapping[str, Any]) -> str:
    """The order number as far as it can be said, for a report of what is wrong with it."""
    number = data.get("number")
    return number[:64] if isinstance(number, str) else ""
