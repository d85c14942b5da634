"""What the shop sells is fed: its price, stock and whether it is on sale, for buying again and for product pages."""

from __future__ import annotations

from portal.domain.orders.product import Product, Taken
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work


def import_product(*, shop_id: int, product: Product, deps: Deps) -> Taken:
    """Sent twice it changes nothing; an older version is ignored. It is nobody's, so it is in no trail and no event."""
    with unit_of_work(deps) as work:
        return work.products.put(shop_id, product)
