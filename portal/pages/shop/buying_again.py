"""再次购买: today's price, stock and offers beside what was paid then, and the shop's basket (S16). Five queries."""

from __future__ import annotations

from portal.domain.identity.access import Actor
from portal.domain.money import price_times
from portal.domain.orders.buying_again import BuyAgain, DeliveryTerms, LineAgain, buy_again
from portal.domain.orders.order import Line
from portal.domain.orders.product import Product
from portal.domain.shops.profile import Delivery
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.zone import zone_of
from portal.pages.values.buying_again import BuyAgainLine, BuyAgainPage
from portal.pages.values.parts import Picture
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import reading

MOST_ITEMS = 100
"""In one basket: its address has to fit into what servers take."""


def buy_again_page(*, order_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> BuyAgainPage:
    """Of any order, in whatever state. Raises NotFound."""
    with reading(deps) as work:
        record = work.orders.get(order_no, actor)
        skus = [line.sku for line in record.order.lines if line.sku]
        products = work.products.of_skus(record.shop_id, skus)
    found = buy_again(record.order, products, _delivery(settings.delivery), deps.clock.now())
    each = zip(record.order.lines, found.lines, strict=True)
    lines = tuple(_line(line, again, record, (products or {}).get(line.sku)) for line, again in each)
    return BuyAgainPage(
        order_no=order_no,
        lines=tuple(line for line in lines if line.units),
        others=tuple(line for line in lines if not line.units),
        units=sum(line.units for line in lines),
        goods=found.goods,
        freight=found.freight,
        total=found.total,
        basket=_basket(found, settings, order_no),
        is_known=found.is_known,
        is_cut=len(found.items) > MOST_ITEMS and "{items}" in settings.links.basket,
        zone=zone_of(record.order),
    )


def _delivery(terms: Delivery) -> DeliveryTerms | None:
    return DeliveryTerms(freight=terms.freight, free_from=terms.free_from) if terms.freight is not None else None


def _basket(found: BuyAgain, settings: ShopSettings, order_no: str) -> str:
    return settings.basket_link(found.items[:MOST_ITEMS], order_no) if found.items else ""


def _line(line: Line, again: LineAgain, record: OrderRecord, product: Product | None) -> BuyAgainLine:
    kept = record.lines[line.id]
    image = (product.image_url if product else "") or kept.image_url
    return BuyAgainLine(
        line_id=line.id,
        title=line.title,
        variant=line.variant,
        picture=Picture(line.title, image),
        wanted=again.wanted,
        units=again.units,
        why=again.why,
        then=price_times(kept.unit_price, 1, record.order.currency),
        price=again.price,
        offers=again.offers,
        address=(product.product_url if product else "") or kept.product_url,
    )
