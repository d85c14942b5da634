"""Until when an order of a list can be returned, said by what its page would ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.domain.applying.returnable import returnable_until
from portal.domain.applying.terms import Surroundings
from portal.domain.policy.jurisdictions import place_of
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.order_lists import ListedOrder
from portal.repos.unit_of_work import UnitOfWork


def returnable_of(
    work: UnitOfWork, orders: Sequence[ListedOrder], settings: ShopSettings, deps: Deps
) -> dict[int, datetime]:
    """By the id of the order; those that cannot be returned without a reason are left out.

    No query, but one for orders judged by their customer's own clock, and of packs that nobody has read before.
    """
    found: dict[int, datetime] = {}
    for order in orders if settings.returns else ():
        if not order.card.there.goods:
            continue
        policy = work.policies.in_force(order.shop_version_id, order.law_version_id)
        around = _around(work, order, policy, settings, deps)
        if until := returnable_until(order.card.there, order.placed_at, policy, around, work.now):
            found[order.id] = until
    return found


def _around(work: UnitOfWork, order: ListedOrder, policy: Policy, settings: ShopSettings, deps: Deps) -> Surroundings:
    is_by_customer = policy.clock.zone == "customer" and order.customer_id is not None
    place = place_of(
        policy.clock,
        jurisdiction=order.jurisdiction,
        country=order.country,
        customer_zone=work.accounts.zone_of(order.customer_id or 0) if is_by_customer else "",
        shop_zone=settings.zone,
    )
    zone = ZoneInfo(settings.zone)
    return Surroundings(place=place, calendar=deps.calendar, zone=zone, informed=settings.eu_information_given)
