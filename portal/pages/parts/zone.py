"""Which zone the times of an order are read in, where that is not the shop's (law 13)."""

from __future__ import annotations

from portal.domain.deadlines.calendars import NO_COUNTRY
from portal.domain.orders.order import Order
from portal.domain.policy.jurisdictions import place_of
from portal.domain.policy.pack import Policy


def zone_of(order: Order, policy: Policy, shop_zone: str) -> str:
    """The zone (IANA) of the country whose law counts the days of this order by the customer's clock; "" for the
    shop's, and where the country is not known. A customer whose own zone is known reads in that one."""
    if policy.clock.zone != "customer":
        return ""
    place = place_of(
        policy.clock,
        jurisdiction=order.jurisdiction,
        country=order.country,
        customer_zone=None,
        shop_zone=shop_zone,
    )
    return "" if place.country == NO_COUNTRY else place.zones[0].key
