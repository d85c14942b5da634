"""What the demo shop sells today: not all it ever did, and not always at the price of then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.demo.catalogue import GOODS, Good

_DEARER = {"tee": "85.00", "flask": "139.00", "teapot": "388.00"}
_CHEAPER = {"jacket": "399.00", "keyboard": "259.00", "towel": "25.90"}
_STOCK = {"lamp": 0, "scarf": 1, "socks": 400, "mug": 12}
_OFF_SALE = frozenset({"software", "suitcase"})
_UNLISTED = frozenset({"newspaper", "coaster", "tote"})
_GROUPS = {"hoodie": ("189.00", "199.00"), "shoes": ("329.00", "309.00")}
"""Goods of which every variant is a product of its own, which an exchange may choose, with what the others cost."""
_OFFERS = {
    "socks": ({"title": "第二件半价", "min_quantity": 2},),
    "tee": ({"title": "满2件9折", "min_quantity": 2},),
    "jacket": ({"title": "会员再减¥20"},),
}


def demo_products(now: datetime, image_base: str) -> list[tuple[str, dict[str, Any]]]:
    """(sku, body) of `PUT /products/{sku}`."""
    sold = [(good.sku, _body(good, now, image_base)) for name, good in GOODS.items() if name not in _UNLISTED]
    return sold + [variant for name in _GROUPS for variant in _variants(GOODS[name], now, image_base)]


def _variants(good: Good, now: datetime, image_base: str) -> list[tuple[str, dict[str, Any]]]:
    """Those besides the usual one."""
    others = zip(good.variants[1:], _GROUPS[good.picture], strict=True)
    return [
        (variant_sku(good, place), _body(good, now, image_base) | {"variant": variant, "price": price, "stock": 9})
        for place, (variant, price) in enumerate(others, 2)
    ]


def variant_sku(good: Good, place: int) -> str:
    """Of the variant at this place; the first is the good's own."""
    return f"{good.sku}-{place}"


def _body(good: Good, now: datetime, image_base: str) -> dict[str, Any]:
    name = good.picture
    body: dict[str, Any] = {
        "title": good.title,
        "price": _DEARER.get(name) or _CHEAPER.get(name) or good.price,
        "currency": "CNY",
        "on_sale": name not in _OFF_SALE,
        "category": good.category,
        "tags": list(good.tags),
        "image_url": f"{image_base}/{name}.svg",
        "product_url": f"https://shop.tepai.example/p/{good.sku}",
        "offers": list(_OFFERS.get(name, ())),
        "updated_at": now.isoformat(timespec="seconds"),
    }
    if name in _GROUPS:
        body |= {"group": good.sku, "variant": good.variants[0]}
    return body | ({"stock": _STOCK[name]} if name in _STOCK else {})
