"""WooCommerce's products as bodies of `PUT /products/{sku}`: for buying again and for exchanges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from portal.adapters.feed_translation import Json, amount, objects, plain, whole_number, without_empty, words
from portal.ports import PlatformProduct


def bodies_of(row: Json, variations: Sequence[Json]) -> Iterator[PlatformProduct]:
    """One a variation, else one of the product itself; by sku, or by its own id as lines of orders have it then."""
    if row.get("type") in ("grouped", "external"):
        return
    for one in variations or [row]:
        sku = words(one.get("sku")) or words(one.get("id"))
        if sku and words(one.get("price")):
            yield PlatformProduct(sku=sku[:200], body=_body(row, one, is_variant=bool(variations)))


def _body(row: Json, one: Json, *, is_variant: bool) -> Mapping[str, Any]:
    is_counted = one.get("manage_stock") is True
    units = whole_number(one.get("stock_quantity"))
    is_there = one.get("stock_status") != "outofstock" and one.get("purchasable") is not False
    moment = words(one.get("date_modified_gmt"))
    found = {
        "title": words(row.get("name"))[:2_000],
        "price": plain(amount(one.get("price"))),
        "on_sale": is_there and words(one.get("status") or row.get("status")) == "publish",
        "stock": max(0, units) if is_counted and isinstance(units, int) else None,
        "category": words(*(category.get("name") for category in objects(row, "categories")[:1]))[:200],
        "image_url": _image(one) or _image(row),
        "product_url": _link(words(one.get("permalink") or row.get("permalink"))),
        "group": words(row.get("id")) if is_variant else "",
        "variant": ", ".join(f"{words(e.get('name'))}: {words(e.get('option'))}" for e in objects(one, "attributes"))[
            :200
        ]
        if is_variant
        else "",
        "updated_at": f"{moment}Z" if moment else "",
    }
    return without_empty(found)


def _image(row: Json) -> str:
    pictures = [*objects(row, "images"), *([row["image"]] if isinstance(row.get("image"), dict) else [])]
    return next((_link(words(picture.get("src"))) for picture in pictures), "")


def _link(url: str) -> str:
    return url if url.startswith("https://") else ""
