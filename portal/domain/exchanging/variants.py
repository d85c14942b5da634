"""换货: which other goods of the shop a line can be exchanged for now, and what was chosen with its price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from portal.domain.cases.ask import ApplicationAsk, WantedVariant
from portal.domain.errors import Invalid
from portal.domain.money import Money
from portal.domain.orders.order import Line
from portal.domain.orders.product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Other goods of the same kind that are on sale. `stock`: how many there are, None where it is not counted."""

    sku: str
    name: str
    price: Money
    stock: int | None = None


Offered = Mapping[str, tuple[Variant, ...]]
"""By line id; a line that is left out can be exchanged for the same goods only."""


def variants_on_offer(
    lines: Iterable[Line], products: Mapping[str, Product], others: Iterable[Product], currency: str
) -> dict[str, tuple[Variant, ...]]:
    """`products`: what the shop says of the lines' own goods, by sku; `others`: all that is in a group of one of them.

    Only what is on sale, in stock and priced in the order's currency: an exchange into another one has no difference.
    """
    by_group: dict[str, list[Variant]] = {}
    for product in others:
        if product.on_sale and product.stock != 0 and product.price.currency == currency:
            by_group.setdefault(product.group, []).append(_variant(product))
    found = {}
    for line in lines:
        own = products.get(line.sku)
        if own and own.group and line.gift_of is None:
            found[line.id] = tuple(one for one in by_group.get(own.group, ()) if one.sku != line.sku)
    return {line_id: variants for line_id, variants in found.items() if variants}


def _variant(product: Product) -> Variant:
    return Variant(
        sku=product.sku,
        name=product.variant or product.title or product.sku,
        price=product.price,
        stock=product.stock,
    )


def priced(ask: ApplicationAsk, offered: Offered) -> ApplicationAsk:
    """`ask` with the name and today's price of every variant that it wants; those of lines it is not about are dropped.

    Raises Invalid (`variant-<line id>`) for what is not on offer, and where fewer are there than all lines want of it.
    """
    units, problems, taken = dict(ask.units), [], dict[str, int]()
    variants = []
    for wanted in ask.variants:
        if not units.get(wanted.line_id):
            continue
        found = next((one for one in offered.get(wanted.line_id, ()) if one.sku == wanted.sku), None)
        if found is None:
            problems.append((f"variant-{wanted.line_id}", "not_offered"))
            continue
        taken[found.sku] = taken.get(found.sku, 0) + units[wanted.line_id]
        if found.stock is not None and taken[found.sku] > found.stock:
            problems.append((f"variant-{wanted.line_id}", "too_few"))
        variants.append(WantedVariant(line_id=wanted.line_id, sku=found.sku, name=found.name, price=found.price))
    if problems:
        raise Invalid(tuple(problems))
    return replace(ask, variants=tuple(variants))
