"""再次购买 (S16): which goods of an order can be bought again now, at what price, and why the others cannot.

Only what is still on sale goes into the basket, at today's price and stock; the shop's own basket has the last word on
price, freight and offers. Two lines of the same goods share their stock. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.money import Money, total
from portal.domain.orders.order import Line, Order
from portal.domain.orders.product import Product

Why = Literal["", "fewer", "unknown", "sold_out", "off_sale", "unlisted", "gift"]
"""Why not all, or none, of a line: fewer are in stock; it is sold out, no longer sold, not among what the shop sells,
or was given away with something. unknown: the shop says nothing of what it sells, so its own page must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTerms:
    """What delivery costs today; nothing from `free_from` on."""

    freight: Money
    free_from: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAgain:
    """A line as it could be bought now: `units` of the `wanted`. `price`: of one today, None where that is not known;
    `offers`: what the shop grants on so many."""

    line_id: str
    sku: str
    wanted: int
    units: int
    why: Why
    price: Money | None = None
    offers: tuple[str, ...] = ()

    @property
    def total(self) -> Money | None:
        """Today's price of its units."""
        return Money(self.price.minor * self.units, self.price.currency) if self.price else None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyAgain:
    """`goods` and `freight` only where every price is known, in one currency; `freight` None: the shop's basket says.

    `is_known`: the shop tells what it sells.
    """

    lines: tuple[LineAgain, ...]
    is_known: bool
    goods: Money | None = None
    freight: Money | None = None

    @property
    def items(self) -> tuple[tuple[str, int], ...]:
        """(sku, units) for the shop's basket, each sku once, in the order of the lines."""
        found: dict[str, int] = {}
        for line in self.lines:
            if line.units:
                found[line.sku] = found.get(line.sku, 0) + line.units
        return tuple(found.items())

    @property
    def total(self) -> Money | None:
        """Goods and freight, where both are known."""
        return self.goods + self.freight if self.goods is not None and self.freight is not None else None


def buy_again(
    order: Order, products: Mapping[str, Product] | None, delivery: DeliveryTerms | None, now: datetime
) -> BuyAgain:
    """Every unit that was ordered, cancelled or not, as far as it can be had at `now` (aware UTC).

    `products`: by sku, those of the order's that the shop has told of; None: it tells of none at all.
    """
    if products is None:
        return BuyAgain(lines=tuple(_unknown(line) for line in order.lines), is_known=False)
    left = {sku: product.stock for sku, product in products.items()}
    lines = tuple(_line(line, products.get(line.sku), left, now) for line in order.lines)
    goods = _sum(line.total for line in lines if line.units)
    return BuyAgain(lines=lines, is_known=True, goods=goods, freight=_freight(goods, delivery))


def _line(line: Line, product: Product | None, left: dict[str, int | None], now: datetime) -> LineAgain:
    """`left`: what of the stock no line before has taken."""
    stock = left.get(line.sku)
    units = line.quantity if stock is None else min(line.quantity, stock)
    why = _why_none(line, product, units)
    if why or product is None:
        return _none(line, why, product)
    if stock is not None:
        left[line.sku] = stock - units
    return LineAgain(
        line_id=line.id,
        sku=line.sku,
        wanted=line.quantity,
        units=units,
        why="fewer" if units < line.quantity else "",
        price=product.price,
        offers=tuple(offer.title for offer in product.offers if offer.applies(units, now)),
    )


def _why_none(line: Line, product: Product | None, units: int) -> Why:
    if line.gift_of is not None:
        return "gift"
    if product is None:
        return "unlisted"
    if not product.on_sale:
        return "off_sale"
    return "" if units else "sold_out"


def _none(line: Line, why: Why, product: Product | None) -> LineAgain:
    price = product.price if product and product.on_sale else None
    return LineAgain(line_id=line.id, sku=line.sku, wanted=line.quantity, units=0, why=why, price=price)


def _unknown(line: Line) -> LineAgain:
    """All of it, for the shop's basket to look at."""
    is_given = line.gift_of is not None
    why: Why = "gift" if is_given else "unknown" if line.sku else "unlisted"
    units = line.quantity if why == "unknown" else 0
    return LineAgain(line_id=line.id, sku=line.sku, wanted=line.quantity, units=units, why=why)


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    """None for nothing, and for what is not all known in one currency."""
    found = list(amounts)
    known = [amount for amount in found if amount is not None]
    if not known or len(known) < len(found) or len({amount.currency for amount in known}) > 1:
        return None
    return total(known, known[0].currency)


def _freight(goods: Money | None, delivery: DeliveryTerms | None) -> Money | None:
    if goods is None or delivery is None or goods.currency != delivery.freight.currency:
        return None
    is_free = delivery.free_from is not None and delivery.free_from <= goods
    return Money(0, goods.currency) if is_free else delivery.freight
