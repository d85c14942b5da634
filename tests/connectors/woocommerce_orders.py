"""Orders as WooCommerce's REST API has them: in the shapes of its documentation, amounts as text, without tax."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

DIGITS: Mapping[str, int] = {"JPY": 0, "KRW": 0, "KWD": 3}


def written(value: Any, currency: str = "EUR") -> str:
    step = Decimal(1).scaleb(-DIGITS.get(currency, 2))
    return format(Decimal(str(value)).quantize(step, ROUND_HALF_UP), "f")


def line(line_id: int, name: str, price: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """`price` of one, without tax; `tax`: percent; `total`: what is paid for all, where a coupon took something off."""
    currency, percent = more.pop("currency", "EUR"), Decimal(str(more.pop("tax", 0)))
    subtotal = Decimal(price) * quantity
    total = Decimal(str(more.pop("total", subtotal)))
    tax, subtax = total * percent / 100, subtotal * percent / 100
    taxes = [{"id": 75, "total": written(tax, currency), "subtotal": written(subtax, currency)}] if percent else []
    return {
        "id": line_id,
        "name": name,
        "product_id": 100 + line_id,
        "variation_id": 0,
        "quantity": quantity,
        "tax_class": "",
        "subtotal": written(subtotal, currency),
        "subtotal_tax": written(subtax, currency),
        "total": written(total, currency),
        "total_tax": written(tax, currency),
        "taxes": taxes,
        "meta_data": [],
        "sku": f"SKU-{line_id}",
        "price": float(total / quantity),
    } | more


def order(order_id: int, lines: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A paid one that waits to be sent, unless `more` says otherwise. `freight`, `freight_tax`: what shipping costs."""
    currency = more.pop("currency", "EUR")
    freight, freight_tax = Decimal(more.pop("freight", "0")), Decimal(more.pop("freight_tax", "0"))
    goods = sum((Decimal(each["total"]) for each in lines), Decimal(0))
    taxes = sum((Decimal(each["total_tax"]) for each in lines), Decimal(0)) + freight_tax
    fees = sum((Decimal(f["total"]) + Decimal(f["total_tax"]) for f in more.get("fee_lines", ())), Decimal(0))
    cards = sum((Decimal(card["amount"]) for card in more.get("gift_cards", ())), Decimal(0))
    address = {"first_name": "Mia", "last_name": "Berg", "address_1": "Am Ring 1", "city": "Wien", "country": "AT"}
    shipping = {
        "id": 900 + order_id,
        "method_title": "Flat rate",
        "total": written(freight, currency),
        "total_tax": written(freight_tax, currency),
        "taxes": [{"id": 75, "total": written(freight_tax, currency)}] if freight_tax else [],
    }
    return {
        "id": order_id,
        "parent_id": 0,
        "number": str(order_id),
        "order_key": f"wc_order_{order_id}",
        "version": "10.3.0",
        "status": "processing",
        "currency": currency,
        "date_created_gmt": "2026-11-18T09:00:00",
        "date_modified_gmt": "2026-11-18T09:01:00",
        "date_paid_gmt": "2026-11-18T09:01:00",
        "date_completed": None,
        "date_completed_gmt": None,
        "customer_id": 7,
        "payment_method": "stripe",
        "payment_method_title": "Credit card",
        "transaction_id": f"ch_{order_id}",
        "billing": address | {"email": "mia@shop.example", "phone": "+43 664 1234567", "postcode": "1010", "state": ""},
        "shipping": address | {"postcode": "1010", "state": "", "company": "", "address_2": "", "phone": ""},
        "shipping_total": written(freight, currency),
        "shipping_tax": written(freight_tax, currency),
        "total": written(goods + taxes + freight + fees - cards, currency),
        "total_tax": written(taxes, currency),
        "prices_include_tax": False,
        "line_items": lines,
        "shipping_lines": [shipping] if freight else [],
        "fee_lines": [],
        "coupon_lines": [],
        "tax_lines": [],
        "refunds": [],
        "meta_data": [],
    } | more


def simple_product(product_id: int, sku: str, price: str, **more: Any) -> dict[str, Any]:
    return {
        "id": product_id,
        "name": f"Product {sku}",
        "type": "simple",
        "status": "publish",
        "sku": sku,
        "price": price,
        "purchasable": True,
        "manage_stock": True,
        "stock_quantity": 5,
        "stock_status": "instock",
        "categories": [{"id": 1, "name": "Mugs"}],
        "images": [{"src": "https://shop.example/a.jpg"}],
        "permalink": f"https://shop.example/product/{sku}",
        "date_modified_gmt": "2026-11-01T00:00:00",
        "variations": [],
    } | more
