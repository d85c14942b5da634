"""How far an order has come: placed, paid, shipped and signed for, each with its day (DESIGN, order)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.orders.order import Order

Standing = Literal["past", "now", "next"]
OrderStepCode = Literal["placed", "paid", "shipped", "delivered"]
_PREPAID: tuple[OrderStepCode, ...] = ("placed", "paid", "shipped", "delivered")
_ON_DELIVERY: tuple[OrderStepCode, ...] = ("placed", "shipped", "delivered", "paid")


@dataclass(frozen=True, slots=True)
class OrderStep:
    """`at`: when it was done; `until`: by when the one under way has to be. Aware UTC, None where nobody said."""

    code: OrderStepCode
    standing: Standing
    at: datetime | None = None
    until: datetime | None = None


def order_progress(order: Order, *, ship_by: datetime | None) -> tuple[OrderStep, ...]:
    """The four steps of `order` in their order, none of one that was cancelled: it goes nowhere any more.

    One step at most is under way, none once all are done. Of goods paid for on delivery paying comes last. `ship_by`:
    until when the shop means to send it.
    """
    if order.state == "cancelled":
        return ()
    way = _ON_DELIVERY if order.payment_terms == "cod" else _PREPAID
    done = _done_at(order)
    reached = next((index for index, code in enumerate(way) if code not in done), len(way))
    return tuple(
        OrderStep(code, "past", at=done.get(code))
        if index < reached
        else OrderStep(code, "now", until=_until(code, order, ship_by))
        if index == reached
        else OrderStep(code, "next")
        for index, code in enumerate(way)
    )


def _done_at(order: Order) -> Mapping[str, datetime | None]:
    """The steps that are done, with the time where it is known."""
    done: dict[str, datetime | None] = {"placed": order.placed_at}
    if order.payments or (order.payment_terms == "prepaid" and order.status != "awaiting_payment"):
        done["paid"] = min((payment.paid_at for payment in order.payments), default=None)
    if order.state in ("delivered", "completed") or (order.state == "shipped" and not _waits(order)):
        done["shipped"] = min((parcel.shipped_at for parcel in order.shipments), default=None)
    if order.state in ("delivered", "completed"):
        came = [parcel.delivered_at for parcel in order.shipments if parcel.delivered_at]
        done["delivered"] = max(came, default=None)
    return done


def _waits(order: Order) -> bool:
    """Something of it has not been sent yet."""
    return any(line.quantity - line.cancelled > line.shipped for line in order.lines)


def _until(code: str, order: Order, ship_by: datetime | None) -> datetime | None:
    if code == "paid":
        return order.pay_by
    if code == "shipped":
        return ship_by
    on_the_way = [parcel.promised_at for parcel in order.shipments if parcel.promised_at and not parcel.delivered_at]
    return max(on_the_way, default=None)
