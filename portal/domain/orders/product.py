"""Goods as the shop sells them today (`PUT /products/{sku}`): what buying again and product pages ask about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from portal.domain.money import Money

Taken = Literal["created", "updated", "unchanged", "older"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOffer:
    """What the shop grants on these goods, in its own words: from `min_quantity` units on, between its two times."""

    title: str
    min_quantity: int = 1
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def applies(self, units: int, now: datetime) -> bool:
        """To so many units bought at `now`; the end is exclusive."""
        has_begun = self.starts_at is None or self.starts_at <= now
        return has_begun and (self.ends_at is None or now < self.ends_at) and units >= self.min_quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """`stock` None: the shop does not count it. Tags, category and `return_days` as on a line of an order.

    Products of the same `group` ("" for none) are variants of one thing, `variant` is what tells each from the others.
    """

    sku: str
    price: Money
    on_sale: bool
    updated_at: datetime
    title: str = ""
    stock: int | None = None
    category: str = ""
    tags: tuple[str, ...] = ()
    return_days: int | None = None
    image_url: str = ""
    product_url: str = ""
    group: str = ""
    variant: str = ""
    offers: tuple[ProductOffer, ...] = ()


def take_product(kept: Product | None, sent: Product) -> Taken:
    """What a version of a product that is sent means beside the one that is kept: an older `updated_at` is ignored and
    the same content changes nothing, as with orders (INTERFACE)."""
    if kept is None:
        return "created"
    if sent.updated_at < kept.updated_at:
        return "older"
    return "unchanged" if replace(kept, updated_at=sent.updated_at) == sent else "updated"
