"""Orders as a feed sends them, in the order format of INTERFACE."""

from __future__ import annotations

from typing import Any

NEVER = object()


def fed_line(line_id: str = "1", quantity: int = 2, unit_price: str = "59.90", **values: Any) -> dict[str, Any]:
    return {
        "id": line_id,
        "sku": f"S-{line_id}",
        "title": "衬衫",
        "quantity": quantity,
        "unit_price": unit_price,
    } | values


def fed_payment(amount: str = "119.80", payment_id: str = "p-1", **values: Any) -> dict[str, Any]:
    return {
        "id": payment_id,
        "method": "alipay",
        "amount": amount,
        "paid_at": "2026-11-01T10:05:00+08:00",
        "reference": f"ref-{payment_id}",
    } | values


def fed_parcel(units: int = 2, line_id: str = "1", **values: Any) -> dict[str, Any]:
    return {
        "id": "s-1",
        "carrier": "SF",
        "tracking_no": "SF1",
        "shipped_at": "2026-11-03T10:00:00+08:00",
        "lines": [{"line": line_id, "quantity": units}],
    } | values


def fed_order(**values: Any) -> dict[str, Any]:
    """A paid order of two shirts, 119.80; `values` replace its fields, NEVER takes one away."""
    order = {
        "number": "F-1",
        "placed_at": "2026-11-01T10:00:00+08:00",
        "updated_at": "2026-11-01T11:00:00+08:00",
        "currency": "CNY",
        "status": "paid",
        "customer": {"id": "c-1", "name": "张三", "phone": "+8613800000001", "mail": "C1@Example.com"},
        "ship_to": {
            "name": "张三",
            "phone": "13800000001",
            "country": "CN",
            "region": "浙江省杭州市",
            "address": "文三路1号",
        },
        "lines": [fed_line()],
        "payments": [fed_payment()],
    } | values
    return {name: value for name, value in order.items() if value is not NEVER}


def later(order: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A version of a day later."""
    return order | {"updated_at": "2026-11-02T11:00:00+08:00"} | values
