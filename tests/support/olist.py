"""Joins the Olist set (orders, items, payments, customers) into the order format.

`python -m tests.support.olist FOLDER > orders.ndjson`. For tests only: the set may be tried with, never shipped.
Times are São Paulo's; an item row is one unit.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Sao_Paulo")
STATUS = {
    "created": "awaiting_payment",
    "approved": "paid",
    "unavailable": "paid",
    "processing": "picking",
    "invoiced": "picking",
    "shipped": "shipped",
    "delivered": "delivered",
    "canceled": "cancelled",
}
METHODS = {"credit_card": "card", "debit_card": "card", "voucher": "gift_card"}
Row = dict[str, str]


def rows(folder: Path, name: str) -> Iterator[Row]:
    with gzip.open(folder / f"olist_{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def by_order(folder: Path, name: str, key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows(folder, name):
        found[row["order_id"]].append(row)
    return {order: sorted(items, key=lambda row: int(row[key])) for order, items in found.items()}


def olist_orders(folder: Path) -> Iterator[dict[str, Any]]:
    items = by_order(folder, "order_items", "order_item_id")
    payments = by_order(folder, "order_payments", "payment_sequential")
    people = {row["customer_id"]: row for row in rows(folder, "customers")}
    for order in rows(folder, "orders"):
        number = order["order_id"]
        yield joined(order, items.get(number, []), payments.get(number, []), people.get(order["customer_id"]))


def joined(order: Row, items: list[Row], payments: list[Row], person: Row | None) -> dict[str, Any]:
    placed, approved = order["order_purchase_timestamp"], order["order_approved_at"]
    moments = [placed, approved, order["order_delivered_carrier_date"], order["order_delivered_customer_date"]]
    data: dict[str, Any] = {
        "number": order["order_id"],
        "placed_at": local(placed),
        "updated_at": local(max(moments)),
        "currency": "BRL",
        "status": STATUS[order["order_status"]],
        "lines": [
            {
                "id": row["order_item_id"],
                "sku": row["product_id"],
                "title": row["product_id"],
                "quantity": 1,
                "unit_price": row["price"],
            }
            for row in items
        ],
        "freight": str(sum((Decimal(row["freight_value"]) for row in items), Decimal(0))),
        "payments": [
            {
                "id": row["payment_sequential"],
                "method": METHODS.get(row["payment_type"], row["payment_type"]),
                "amount": row["payment_value"],
                "paid_at": local(approved or placed),
                "reference": f"{row['order_id']}-{row['payment_sequential']}",
            }
            for row in payments
        ],
    }
    if items:
        data["promised_ship_by"] = local(max(row["shipping_limit_date"] for row in items))
    if person:
        data["customer"] = {"id": person["customer_unique_id"]}
    if sent := order["order_delivered_carrier_date"]:
        data["shipments"] = [parcel(order, items, sent)] if items else []
    return data


def parcel(order: Row, items: list[Row], sent: str) -> dict[str, Any]:
    found = {
        "id": "1",
        "carrier": "Correios",
        "tracking_no": "",
        "shipped_at": local(sent),
        "promised_at": local(order["order_estimated_delivery_date"]),
        "lines": [{"line": row["order_item_id"], "quantity": 1} for row in items],
    }
    arrived = order["order_delivered_customer_date"]
    return found | ({"delivered_at": local(arrived)} if arrived else {})


def local(text: str) -> str:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).isoformat()


if __name__ == "__main__":
    for found in olist_orders(Path(sys.argv[1])):
        print(json.dumps(found))
