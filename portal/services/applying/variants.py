"""Which goods an order's lines can be exchanged for now, by what the shop has told of its products."""

from __future__ import annotations

from portal.domain.cases.ask import ApplicationAsk
from portal.domain.exchanging.variants import Offered, priced, variants_on_offer
from portal.services.act import Act


def find_variants(act: Act) -> Offered:
    """Nothing, so that a line gets the same goods or none, where the shop tells of no products. Two queries at most."""
    order, shop_id, products = act.order, act.record.shop_id, act.work.products
    known = products.of_skus(shop_id, [line.sku for line in order.lines if line.sku]) or {}
    groups = {product.group for product in known.values() if product.group}
    if not groups:
        return {}
    return variants_on_offer(order.lines, known, products.of_groups(shop_id, groups), order.currency)


def with_prices(act: Act, ask: ApplicationAsk) -> ApplicationAsk:
    """`ask` as it is decided on: of an exchange the price of every variant is today's, and holds from now on.

    Raises Invalid (`variant-<line id>`) for what is not on offer any more. No query where it wants the same goods.
    """
    if ask.kind != "exchange" or not ask.variants:
        return ask
    return priced(ask, find_variants(act))
