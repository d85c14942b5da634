"""What a newer version of an order meets, and what is done of it: the values of `merge`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from portal.domain.intake.feed_refunds import units_of
from portal.domain.intake.imported_order import FeedRefund
from portal.domain.orders.order import Order, Payment, Shipment


@dataclass(frozen=True, slots=True)
class Price:
    """What a line was imported at, besides what `Line` says. `discount` and `tax` in minor units."""

    unit_price: Decimal
    discount: int
    tax: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An order as it is in. `our_refunds` are the ids of the portal's own; `after_sales`: a case or refund exists."""

    order: Order
    updated_at: datetime
    digest: str = ""
    prices: Mapping[str, Price]
    feed_refunds: tuple[FeedRefund, ...] = ()
    our_refunds: frozenset[str] = frozenset()
    cancelled_by: str | None = None
    after_sales: bool = False

    @property
    def is_cancelled_by_portal(self) -> bool:
        return self.cancelled_by == "portal" and self.order.state == "cancelled"

    @property
    def is_frozen(self) -> bool:
        """Lines, prices, discounts and freight stay as they are once a case, a cancel or a refund counts on them."""
        given_back: dict[str, int] = {}
        for refund in self.feed_refunds:
            for line_id, count in units_of(refund):
                given_back[line_id] = given_back.get(line_id, 0) + count
        is_touched = any(line.claimed or line.gone > given_back.get(line.id, 0) for line in self.order.lines)
        return self.after_sales or self.cancelled_by is not None or is_touched


@dataclass(frozen=True, slots=True)
class Task:
    """What only a person can settle."""

    kind: Literal["shipped_after_cancel", "payment_left", "feed_refund_collides"]
    detail: dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """`order` are the facts after it. Late payments came after our cancel: they are to go back, whole."""

    order: Order
    takes_lines: bool
    new_shipments: tuple[Shipment, ...] = ()
    new_payments: tuple[Payment, ...] = ()
    new_refunds: tuple[FeedRefund, ...] = ()
    feed_refunds: tuple[FeedRefund, ...] = ()
    late_payments: tuple[Payment, ...] = ()
    tasks: tuple[Task, ...] = ()
    is_called_off: bool = False


@dataclass(frozen=True, slots=True)
class MergeProblem:
    """`reason` is `frozen` or `cancel_open`; `field` what brings it."""

    reason: Literal["frozen", "cancel_open"]
    field: str
    case_no: str = ""
