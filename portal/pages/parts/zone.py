"""In which zone the times of an order are told to a customer whose own is not known (law 13)."""

from __future__ import annotations

from portal.domain.orders.order import Order
from portal.domain.policy.jurisdictions import order_zone


def zone_of(order: Order) -> str:
    """IANA; "": the shop's."""
    return order_zone(jurisdiction=order.jurisdiction, country=order.country)
