"""Rows of an order to domain facts. The only place that knows both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.domain.codec import from_plain
from portal.domain.intake.imported_order import FeedRefund, Invoice
from portal.domain.money import Money
from portal.domain.orders.order import Discount, FreightWaived, Line, Order, OrderFee, Payment, Restriction, Shipment
from portal.repos.order_record import KeptWithLine, KeptWithOrder
from portal.repos.rows import Row


def line_facts(row: Row, currency: str) -> Line:
    return Line(
        id=row["line_id"],
        sku=row["sku"],
        title=row["title"],
        variant=row["variant"],
        quantity=row["quantity"],
        total=Money(row["total_minor"], currency),
        promotion=row["promotion"],
        coupon=row["coupon"],
        points=row["points"],
        adjustment=row["adjustment"],
        points_count=row["points_count"],
        discount=row["discount_minor"],
        tax=row["tax_minor"],
        claimed=row["claimed"],
        gone=row["gone"],
        cancelled=row["cancelled"],
        shipped=row["shipped"],
        delivered=row["delivered"],
        refunded=row["refunded_minor"],
        gift_of=row["gift_of"],
        gift_value=None if row["gift_value_minor"] is None else Money(row["gift_value_minor"], currency),
        stock_problem=row["stock_problem"],
        tags=tuple(row["tags"]),
        category=row["category"],
        return_days=row["return_days"],
        opened_at=row["opened_at"],
        restriction=from_plain(Restriction, row["restriction"]) if row["restriction"] else None,
        faulted=row["faulted"],
        guarantee_until=row["guarantee_until"],
    )


def payment_facts(row: Row, currency: str) -> Payment:
    """Columns carry the prefix `p_`, so that a payment may be read in one query with its refunds."""
    return Payment(
        id=row["p_payment_id"],
        method=row["p_method"],
        captured=Money(row["p_captured_minor"], currency),
        refunded=row["p_refunded_minor"],
        in_flight=row["p_in_flight_minor"],
        paid_at=row["p_paid_at"],
        reference=row["p_reference"],
    )


def order_facts(row: Row, lines: tuple[Line, ...], payments: tuple[Payment, ...]) -> Order:
    """Discounts, fees and parcels are stored as the codec writes the domain's values."""
    currency = row["currency"]
    return Order(
        no=row["number"],
        currency=currency,
        status=row["status"],
        placed_at=row["placed_at"],
        version=row["version"],
        lines=lines,
        payments=payments,
        shipments=_each(Shipment, row["shipments"]),
        discounts=_each(Discount, row["discounts"]),
        fees=_each(OrderFee, row["fees"]),
        freight=Money(row["freight_minor"], currency),
        freight_tax=Money(row["freight_tax_minor"], currency),
        freight_returned=row["freight_returned"],
        freight_waived=_waived(row["extra"].get("freight_waived")),
        promised_ship_by=row["promised_ship_by"],
        agreed_ship_by=row["agreed_ship_by"],
        pay_by=row["pay_by"],
        pay_url=row["pay_url"],
        payment_terms=row["payment_terms"],
        jurisdiction=row["jurisdiction"],
        country=row["country"],
        points_earned=row["points_earned"],
        waiting_case=row["waiting_case"],
    )


def kept_with_order(row: Row) -> KeptWithOrder:
    """What of the order's row is no fact of a decision."""
    extra = row["extra"]
    return KeptWithOrder(
        shop_version_id=row["shop_version_id"],
        law_version_id=row["law_version_id"],
        updated_at=row["updated_at"],
        ship_due_at=row["ship_due_at"],
        later_note=row["later_note"],
        urged_at=row["urged_at"],
        recipient=row["recipient"],
        ship_to=row["ship_to"],
        fed_ship_to=extra.get("fed_ship_to"),
        invoice=from_plain(Invoice, extra["invoice"]) if extra.get("invoice") else None,
        feed_refunds=_each(FeedRefund, row["feed_refunds"]),
        refund_state=row["refund_state"],
        cancelled_by=row["cancelled_by"],
        events_count=row["events_count"],
        digest=row["digest"],
        extra=extra,
    )


def kept_with_line(row: Row) -> KeptWithLine:
    """What of a line's row is no fact of a decision."""
    return KeptWithLine(
        id=row["id"],
        title=row["title"],
        unit_price=Decimal(row["unit_price"]),
        discount_minor=row["discount_minor"],
        tax_minor=row["tax_minor"],
        image_url=row["image_url"],
        product_url=row["product_url"],
    )


def _waived(stored: Any) -> FreightWaived | None:
    return from_plain(FreightWaived, stored) if stored else None


def _each(kind: type[Any], items: list[Any]) -> tuple[Any, ...]:
    return tuple(from_plain(kind, item) for item in items)
