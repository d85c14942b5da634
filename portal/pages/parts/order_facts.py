"""An order as its readers have it: lines, amounts, payments, parcels, delivery details; the desk sees the same."""

from __future__ import annotations

from collections.abc import Iterable

from portal.domain.money import Money, price_times
from portal.domain.orders.order import Order, Shipment
from portal.domain.shops.settings import ShopSettings
from portal.pages.values.amounts import AmountRow
from portal.pages.values.orders import OrderPageLine, Parcel, ParcelLine, PaymentRow
from portal.pages.values.parts import Picture, Recipient
from portal.repos.order_record import OrderRecord

_DISCOUNTS = {"promotion": "discount", "coupon": "coupon", "points": "points", "adjustment": "adjustment"}
"""The row of each kind of discount; a line's own stands with the shop's promotions."""


def lines_of(record: OrderRecord) -> tuple[OrderPageLine, ...]:
    """`unit_price` is shown in the currency's digits, as the shop would; the exact one is in `paid`'s sum."""
    currency = record.order.currency
    return tuple(
        OrderPageLine(
            line_id=line.id,
            title=line.title,
            variant=line.variant,
            picture=Picture(line.title, record.lines[line.id].image_url),
            quantity=line.quantity,
            unit_price=price_times(record.lines[line.id].unit_price, 1, currency),
            paid=Money(line.net, currency),
            shipped=line.shipped,
            cancelled=line.cancelled,
            refunded=line.gone - line.cancelled,
            claimed=line.claimed,
            is_gift=line.gift_of is not None,
            is_restricted=bool({"custom", "fresh", "digital", "newspaper"} & set(line.tags)),
            stock_problem=line.stock_problem or "",
            product_address=record.lines[line.id].product_url,
            guarantee_until=line.guarantee_until,
        )
        for line in record.order.lines
    )


def amounts_of(record: OrderRecord) -> tuple[AmountRow, ...]:
    """Goods at their list price, what every kind of discount took, tax, freight (even at 0), fees, total, paid."""
    order, currency = record.order, record.order.currency
    # The freight below is what is left of it: what lowered it is in there already.
    on_goods = [discount for discount in order.discounts if discount.on == "goods"]
    off = {kind: sum(one.amount.minor for one in on_goods if one.kind == kind) for kind in _DISCOUNTS}
    off["promotion"] += sum(line.discount for line in order.lines)
    rows = [AmountRow("goods", Money(sum(line.list_price for line in order.lines), currency))]
    rows += [AmountRow(name, Money(-off[kind], currency)) for kind, name in _DISCOUNTS.items() if off[kind]]
    if tax := sum(line.tax for line in order.lines):
        rows.append(AmountRow("tax", Money(tax, currency)))
    rows.append(AmountRow("freight", order.freight + order.freight_tax))
    rows.extend(AmountRow("fee", fee.amount, title=fee.title) for fee in order.fees)
    rows.append(AmountRow("total", order.total))
    if order.payments:
        rows.append(AmountRow("paid", order.captured))
        given_back = Money(sum(payment.refunded for payment in order.payments), currency)
        if given_back:
            rows.append(AmountRow("refunded", -given_back))
        rows.append(AmountRow("refundable", order.money_left))
    return tuple(rows)


def payments_of(order: Order) -> Iterable[PaymentRow]:
    """In the order of the feed; `refunded` is what has gone back, None for nothing."""
    for payment in order.payments:
        yield PaymentRow(
            payment_no=payment.id,
            method=payment.method,
            amount=payment.captured,
            paid_at=payment.paid_at,
            reference=payment.reference,
            refunded=Money(payment.refunded, order.currency) if payment.refunded else None,
        )


def parcel_of(parcel: Shipment, order: Order, settings: ShopSettings) -> Parcel:
    """With what is in it by title and the carrier's own page; delivered once a time of delivery is known."""
    titles = {line.id: line.title for line in order.lines}
    return Parcel(
        carrier=parcel.carrier,
        tracking_no=parcel.tracking_no,
        state="delivered" if parcel.delivered_at else parcel.status,
        shipped_at=parcel.shipped_at,
        delivered_at=parcel.delivered_at,
        promised_at=parcel.promised_at,
        last_scan_at=parcel.last_scan_at,
        track_address=settings.track_link(parcel.carrier, parcel.tracking_no),
        lines=tuple(ParcelLine(title=titles[line_id], quantity=count) for line_id, count in parcel.lines),
    )


def recipient_of(record: OrderRecord) -> Recipient | None:
    """Delivery details in clear, for the customer alone; None where the order needs none, or they were erased."""
    ship_to = record.kept.ship_to
    if not ship_to.get("address"):
        return None
    return Recipient(**{name: ship_to.get(name) or "" for name in ("name", "phone", "region", "address", "postcode")})
