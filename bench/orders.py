"""Orders as a feed brings them: the forty patterns of the benchmark's shop, and any number for the intake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from portal.domain.intake.imported_order import Read

PATTERN_COUNT = 40
STATES = (
    *(
        "awaiting_payment",
        "paid",
        "picking",
        "paid",
        "shipped",
        "shipped",
        "paid",
        "delivered",
        "delivered",
        "delivered",
    ),
    *("delivered", "cancelled", "delivered", "completed", "shipped", "completed", "completed", "delivered"),
    *("completed", "cancelled"),
)
"""Of the newest twenty patterns; the twenty before them are completed."""
WAITING, CANCELLABLE = "B-3", "B-7"
"""The one in picking, which gets a case, and one that the portal cancels, which gets a refund."""
TITLES = ("纯棉圆领短袖T恤", "不锈钢保温杯500毫升", "蓝牙降噪耳机", "加厚法兰绒毛毯", "儿童绘本套装", "无线充电台灯")
HOUR = timedelta(hours=1)


def pattern_orders(now: datetime) -> Iterator[Read]:
    for number in range(1, PATTERN_COUNT + 1):
        status = STATES[number - 1] if number <= len(STATES) else "completed"
        yield Read(number, f"B-{number}", feed_order(number, status, now - number * HOUR))


def many_orders(count: int, now: datetime, lines: int = 3) -> Iterator[dict[str, Any]]:
    """For the intake: three lines each, delivered, 20,000 customers."""
    for number in range(count):
        placed = now - timedelta(days=700) + number * timedelta(seconds=3)
        order = feed_order(number, "delivered", placed, lines=lines)
        order["customer"] |= {"id": f"c-{number % 20_000}", "phone": f"+86138{number % 20_000:08}"}
        yield order


def feed_order(number: int, status: str, placed: datetime, lines: int = 3, tenders: int = 1) -> dict[str, Any]:
    """As the order format has it: a coupon over all lines, freight, payments; parcels where they have left."""
    rows = [feed_line(number, position) for position in range(1, lines + 1)]
    cents = sum(_cents(row["unit_price"]) * row["quantity"] for row in rows) - 500 + 1000
    order: dict[str, Any] = {
        "number": f"B-{number}",
        "placed_at": placed.isoformat(),
        "updated_at": placed.isoformat(),
        "currency": "CNY",
        "status": status,
        "customer": {
            "id": "c-1",
            "name": "张三",
            "phone": "+8613800000001",
            "mail": "a@example.com",
            "locale": "zh-CN",
        },
        "ship_to": _address(),
        "lines": rows,
        "freight": "10.00",
        "discounts": [{"kind": "coupon", "code": "C-9", "amount": "5.00"}],
    }
    if status == "awaiting_payment":
        return order | {"pay_by": (placed + 72 * HOUR).isoformat(), "pay_url": f"https://shop.example/pay/B-{number}"}
    order["payments"] = list(_payments(number, placed, cents, tenders))
    if status in ("paid", "picking"):
        order["promised_ship_by"] = (placed + 96 * HOUR).isoformat()
    if status == "cancelled":
        order["refunds"] = [
            {"id": "r-1", "payment": "p-1", "amount": order["payments"][0]["amount"], "at": placed.isoformat()}
        ]
    if status in ("shipped", "delivered", "completed"):
        order["shipments"] = [_parcel(number, status, placed, rows)]
    return order


def feed_line(number: int, position: int) -> dict[str, Any]:
    at = (number + position) % len(TITLES)
    return {
        "id": str(position),
        "sku": f"S-{at}-{number % 100}",
        "title": TITLES[at],
        "variant": ("白色 M", "黑色 L", "均码")[position % 3],
        "quantity": 1 + number % 2,
        "unit_price": f"{19 + at * 20}.90",
        "category": "home",
        "image_url": f"https://shop.example/img/{at}.jpg",
        "product_url": f"https://shop.example/p/{at}",
    }


def _cents(price: str) -> int:
    return int(price.replace(".", ""))


def _address() -> dict[str, str]:
    return {
        "name": "张三",
        "phone": "+8613800000001",
        "country": "CN",
        "region": "浙江省杭州市西湖区",
        "address": "文三路1号",
        "postcode": "310000",
    }


def _payments(number: int, placed: datetime, cents: int, count: int) -> Iterator[dict[str, str]]:
    """`cents` in `count` payments, the last the largest."""
    paid = (placed + timedelta(minutes=2)).isoformat()
    for place in range(1, count + 1):
        part = 1000 if place < count else cents - 1000 * (count - 1)
        amount, reference = f"{part // 100}.{part % 100:02}", f"2026{number:012}{place}"
        method = ("alipay", "wechat", "card")[place % 3 - 1]
        yield {"id": f"p-{place}", "method": method, "amount": amount, "paid_at": paid, "reference": reference}


def _parcel(number: int, status: str, placed: datetime, rows: list[dict[str, Any]]) -> dict[str, Any]:
    parcel = {
        "id": "s-1",
        "carrier": "SF",
        "tracking_no": f"SF{number:012}",
        "shipped_at": (placed + timedelta(minutes=20)).isoformat(),
        "lines": [{"line": row["id"], "quantity": row["quantity"]} for row in rows],
    }
    return parcel | ({} if status == "shipped" else {"delivered_at": (placed + timedelta(minutes=50)).isoformat()})
