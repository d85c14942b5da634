"""A taken order as rows. The counterpart of order_rows: the only other place that knows both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.applying.returnable import goods_there
from portal.domain.cases.search_keys import phone_end
from portal.domain.codec import to_plain
from portal.domain.identity.phones import digits_of
from portal.domain.intake.imported_order import FeedRefund, ImportedCustomer, ImportedLine, ImportedOrder, ShipTo
from portal.domain.orders.card import PICTURES, card_of
from portal.domain.orders.order import TAB_OF, Line, Order, Payment
from portal.domain.typed import as_key, folded_mail, search_form, searched


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order to be stored: as it was taken, as facts, and what holds for it."""

    taken: ImportedOrder
    order: Order
    shop_version_id: int
    law_version_id: int | None
    ship_due_at: datetime | None
    digest: str
    feed_refunds: tuple[FeedRefund, ...] = ()


def order_values(new: NewOrder) -> dict[str, Any]:
    """Columns of the order row that intake decides; not its id, its owner, its chain."""
    taken, order = new.taken, new.order
    state = order.state
    return {
        "number": order.no,
        "number_key": as_key(order.no),
        "search": searched(order.no, taken.ship_to.name if taken.ship_to else ""),
        "currency": order.currency,
        "status": order.status,
        "state": state,
        "tab": TAB_OF[state],
        "placed_at": order.placed_at,
        "updated_at": taken.updated_at,
        "promised_ship_by": order.promised_ship_by,
        "pay_by": order.pay_by,
        "pay_url": order.pay_url,
        "payment_terms": order.payment_terms,
        "jurisdiction": order.jurisdiction,
        "country": order.country,
        "total_minor": order.total.minor,
        "freight_minor": order.freight.minor,
        "freight_tax_minor": order.freight_tax.minor,
        "points_earned": order.points_earned,
        "item_count": sum(line.quantity for line in order.lines),
        "recipient": taken.ship_to.name if taken.ship_to else "",
        "ship_to": address_of(taken.ship_to),
        "discounts": to_plain(order.discounts),
        "fees": to_plain(order.fees),
        "shipments": to_plain(order.shipments),
        "feed_refunds": to_plain(new.feed_refunds),
        "card": to_plain(card_of(order, pictures_of(taken.lines), goods_there(order))),
        "extra": extra_of(taken),
        "ship_due_at": new.ship_due_at,
        "digest": new.digest,
        "law_version_id": new.law_version_id,
        "shop_version_id": new.shop_version_id,
    }


def address_of(ship_to: ShipTo | None) -> dict[str, Any]:
    return {} if ship_to is None else {name: getattr(ship_to, name) for name in ShipTo.__dataclass_fields__}


def pictures_of(lines: Iterable[ImportedLine]) -> tuple[tuple[str, str], ...]:
    return tuple((line.title, line.image_url) for line, _ in zip(lines, range(PICTURES), strict=False))


def extra_of(taken: ImportedOrder) -> dict[str, Any]:
    """What pages show and no query asks for; `fed_ship_to` tells a new address of the feed from one it repeats."""
    found: dict[str, Any] = {}
    if taken.invoice:
        found["invoice"] = to_plain(taken.invoice)
    if taken.freight_waived:
        found["freight_waived"] = to_plain(taken.freight_waived)
    if taken.ship_to:
        found["fed_ship_to"] = address_of(taken.ship_to)
    if taken.contact:
        found["contact"] = {"phone": taken.contact.phone, "mail": taken.contact.mail}
    return found


def line_values(taken: ImportedLine, line: Line, position: int) -> dict[str, Any]:
    return {
        "line_id": taken.id,
        "position": position,
        "sku": taken.sku,
        "title": taken.title,
        "search": search_form(taken.title),
        "variant": taken.variant,
        "quantity": taken.quantity,
        "unit_price": str(taken.unit_price),
        "discount_minor": taken.discount.minor,
        "tax_minor": taken.tax.minor,
        "total_minor": taken.total.minor,
        "promotion": taken.promotion,
        "coupon": taken.coupon,
        "points": taken.points,
        "adjustment": taken.adjustment,
        "points_count": taken.points_count,
        "claimed": line.claimed,
        "gone": line.gone,
        "cancelled": line.cancelled,
        "shipped": line.shipped,
        "delivered": line.delivered,
        "refunded_minor": line.refunded,
        "return_days": taken.return_days,
        "category": taken.category,
        "tags": list(taken.tags),
        "opened_at": taken.opened_at,
        "gift_of": taken.gift_of,
        "gift_value_minor": taken.gift_value.minor if taken.gift_value else None,
        "restriction": to_plain(taken.restriction),
        "stock_problem": taken.stock_problem,
        "image_url": taken.image_url,
        "product_url": taken.product_url,
    }


def payment_values(payment: Payment) -> dict[str, Any]:
    return {
        "payment_id": payment.id,
        "method": payment.method,
        "captured_minor": payment.captured.minor,
        "refunded_minor": payment.refunded,
        "in_flight_minor": payment.in_flight,
        "paid_at": payment.paid_at,
        "reference": payment.reference,
    }


def customer_values(customer: ImportedCustomer) -> dict[str, Any]:
    return {
        "external_id": customer.id,
        "name": customer.name,
        "phone": customer.phone or None,
        "mail": customer.mail or None,
        "login_key": as_key(customer.id),
        "phone_key": digits_of(customer.phone)[:64] or None,
        "phone_end": phone_end(customer.phone) or None,
        "mail_key": folded_mail(customer.mail) if customer.mail else None,
        "locale": customer.locale,
        "zone": customer.zone,
    }
