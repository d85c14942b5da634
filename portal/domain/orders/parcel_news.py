"""What a carrier says of a parcel later: the order, or nothing where something newer is known already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from portal.domain.errors import Conflict
from portal.domain.orders.order import Order, Shipment, packed_units, parcels_count

ParcelState = Literal["in_transit", "delivered", "refused", "returned", "lost"]
Heard = Literal["updated", "unchanged", "older"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelNews:
    """`at`: when the carrier saw it so (aware UTC)."""

    status: ParcelState
    at: datetime


def heard(known: str, seen_at: datetime | None, news: ParcelNews) -> Heard:
    """Whether `news` of a parcel of that state, last seen then, is any. What was handed over stays so: a scan behind it
    is late. Raises Conflict("delivered") where another end than that is told of it."""
    if (known, seen_at) == (news.status, news.at):
        return "unchanged"
    if seen_at and news.at < seen_at:
        return "older"
    if known == "delivered" != news.status:
        if news.status == "in_transit":
            return "older"
        raise Conflict("delivered")
    return "unchanged" if known == news.status == "delivered" else "updated"


def after_news(order: Order, shipment: Shipment, news: ParcelNews) -> Order:
    """The order with that parcel as it is now; its counters, and where all has arrived its state, follow."""
    delivered_at = news.at if news.status == "delivered" else shipment.delivered_at
    seen = replace(shipment, status=news.status, last_scan_at=news.at, delivered_at=delivered_at)
    shipments = tuple(seen if one.id == shipment.id else one for one in order.shipments)
    packed = packed_units(order.status, shipments)
    lines = []
    for line in order.lines:
        shipped, delivered = parcels_count(line.id, line.quantity, order.status, shipments, packed)
        most = line.quantity - line.cancelled
        shipped, delivered = max(line.shipped, min(shipped, most)), max(line.delivered, min(delivered, most))
        lines.append(replace(line, shipped=shipped, delivered=delivered))
    return replace(order, shipments=shipments, lines=tuple(lines))
