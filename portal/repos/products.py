"""What shops sell: fed one by one, read by sku."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select, update

from portal.domain.codec import from_plain, to_plain
from portal.domain.money import Money
from portal.domain.orders.product import Product, ProductOffer, Taken, take_product
from portal.models.product import Product as ProductRow
from portal.repos.dialects import upsert
from portal.repos.rows import Row, all_rows, row_or_none

PRODUCTS = ProductRow.__table__
_AT_ONCE = 500


class Products:
    """`work.products`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, shop_id: int, sku: str) -> Product | None:
        """What of it the shop has said last."""
        row = row_or_none(self._connection.execute(select(PRODUCTS).where(*_named(shop_id, sku))))
        return _product(row) if row else None

    def of_skus(self, shop_id: int, skus: Collection[str]) -> dict[str, Product] | None:
        """Those that the shop has told of, by sku; None where it has never told of any product."""
        wanted, found = sorted(set(skus)), dict[str, Product]()
        for start in range(0, len(wanted), _AT_ONCE):
            some = PRODUCTS.c.sku.in_(wanted[start : start + _AT_ONCE])
            rows = all_rows(self._connection.execute(select(PRODUCTS).where(PRODUCTS.c.shop_id == shop_id, some)))
            found |= {row["sku"]: _product(row) for row in rows}
        return found if found or self._has_any(shop_id) else None

    def of_groups(self, shop_id: int, groups: Collection[str]) -> tuple[Product, ...]:
        """Every variant of these groups, cheapest first in each."""
        wanted, found = sorted(set(groups)), list[Product]()
        order = (PRODUCTS.c.group_key, PRODUCTS.c.price_minor, PRODUCTS.c.sku)
        for start in range(0, len(wanted), _AT_ONCE):
            some = PRODUCTS.c.group_key.in_(wanted[start : start + _AT_ONCE])
            query = select(PRODUCTS).where(PRODUCTS.c.shop_id == shop_id, some).order_by(*order)
            found += map(_product, all_rows(self._connection.execute(query)))
        return tuple(found)

    def _has_any(self, shop_id: int) -> bool:
        query = select(PRODUCTS.c.id).where(PRODUCTS.c.shop_id == shop_id).limit(1)
        return self._connection.execute(query).first() is not None

    def put(self, shop_id: int, sent: Product) -> Taken:
        """Kept unless it is older than what is there, or the same. Of two at once one waits for the other."""
        row = _columns(sent) | {"shop_id": shop_id}
        added = upsert(self._connection, PRODUCTS).values(row).on_conflict_do_nothing().returning(PRODUCTS.c.id)
        if self._connection.execute(added).first() is not None:
            return "created"
        mine = _named(shop_id, sent.sku)
        kept = row_or_none(self._connection.execute(select(PRODUCTS).where(*mine).with_for_update()))
        taken = take_product(_product(kept) if kept else None, sent)
        if taken != "older":
            self._connection.execute(update(PRODUCTS).where(*mine).values(_columns(sent)))
        return taken


def _named(shop_id: int, sku: str) -> tuple[Any, ...]:
    return PRODUCTS.c.shop_id == shop_id, PRODUCTS.c.sku == sku


def _columns(product: Product) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "title": product.title,
        "currency": product.price.currency,
        "price_minor": product.price.minor,
        "on_sale": product.on_sale,
        "stock": product.stock,
        "category": product.category,
        "tags": list(product.tags),
        "return_days": product.return_days,
        "image_url": product.image_url,
        "product_url": product.product_url,
        "group_key": product.group or None,
        "variant": product.variant,
        "offers": to_plain(product.offers),
        "updated_at": product.updated_at,
    }


def _product(row: Row) -> Product:
    return Product(
        sku=row["sku"],
        title=row["title"],
        price=Money(row["price_minor"], row["currency"]),
        on_sale=row["on_sale"],
        stock=row["stock"],
        category=row["category"],
        tags=tuple(row["tags"]),
        return_days=row["return_days"],
        image_url=row["image_url"],
        product_url=row["product_url"],
        group=row["group_key"] or "",
        variant=row["variant"],
        offers=tuple(from_plain(ProductOffer, offer) for offer in row["offers"]),
        updated_at=row["updated_at"],
    )
