"""Orders of the first shopper that have arrived: in their window, restricted, over; and those cancelled before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from portal.demo.drafts import Draft, DraftParcel, Item, coupon, item, points, promotion
from portal.demo.moments import Moments
from portal.demo.people import PEOPLE

_LIN = PEOPLE["c-1001"]
_GIFT_WRAP = ("礼品包装", "8.00")


def orders_arrived(when: Moments) -> Iterator[Draft]:
    yield from _arrived(when)
    yield from _restricted(when)
    yield from _over(when)
    yield from _cancelled(when)


def _arrived(when: Moments) -> Iterator[Draft]:
    yield delivered(when, 2, [item("tee", 2, 1), item("cap")], freight="10.00", discounts=[points(200)])
    yield delivered(
        when,
        5,
        [item("headphones", variant=1), item("tote", gift_of="1", unit_price="0.00", gift_value="29.00")],
        pays=[("card", None)],
        head={"invoice": {"kind": "e", "number": "26332000000000010001"}},
    )
    yield delivered(when, when.last_saturday(), [item("trousers", variant=2), item("scarf", variant=1)], carrier="JD")
    yield delivered(
        when,
        3,
        [item("mug", 12), item("coaster", 4)],
        carrier="ZTO",
        discounts=[promotion("满500减60", "60.00", "500.00"), coupon("家居券10元", "10.00", when.end_of_day(6))],
    )
    yield delivered(
        when,
        6,
        [item("umbrella", 2), item("backpack", variant=1)],
        pays=[("wechat", None)],
        refunds=[("69.00", [("1", 1)], when.at(4, "10:22"))],
    )
    yield delivered(when, 12, [item("toothbrush", return_days=30), item("serum", return_days=30)], carrier="JD")
    yield delivered(when, 20, [item("hoodie", variant=1), item("socks", 2)], carrier="YTO", freight="8.00")
    yield Draft(
        buyer=_LIN,
        status="delivered",
        placed_at=when.at(10, "11:11"),
        items=[item("blocks", 2)],
        parcels=[
            DraftParcel(
                carrier="EMS", shipped_at=when.at(9, "15:00"), status="delivered", promised_at=when.end_of_day(-5)
            )
        ],
    )


def _restricted(when: Moments) -> Iterator[Draft]:
    yield delivered(when, 3, [item("ring"), item("mug")], fees=[_GIFT_WRAP])
    yield delivered(when, 4, [item("frame", 2, 1)], carrier="YTO")
    yield delivered(when, 1, [item("orange", 2), item("flowers")], pays=[("wechat", None)])
    yield delivered(when, 4, [item("software", opened_at=when.at(3, "21:00"))], carrier="EMS")
    yield delivered(when, 5, [item("newspaper"), item("book")], carrier="EMS", freight="5.00")
    yield delivered(
        when,
        2,
        [
            item("serum", 2, restriction={"ground": "CN-3", "confirmed_at": when.at(5, "10:01").isoformat()}),
            item("towel", 2),
        ],
    )


def _over(when: Moments) -> Iterator[Draft]:
    yield delivered(
        when,
        55,
        [item("suitcase"), item("jacket", variant=2)],
        status="completed",
        head={"invoice": {"kind": "paper", "number": "033002600111"}},
        discounts=[points(1000)],
    )
    yield delivered(when, 25, [item("plant", 3), item("orange", 1, 1)], status="completed", carrier="ZTO")
    yield delivered(
        when, 33, [item("dress", variant=1)], status="completed", refunds=[(None, [("1", 1)], when.at(24, "16:45"))]
    )


def _cancelled(when: Moments) -> Iterator[Draft]:
    yield Draft(
        buyer=_LIN,
        status="cancelled",
        placed_at=when.at(7, "23:02"),
        pays=(),
        items=[item("keyboard", variant=1)],
        changed_at=when.at(6, "23:02"),
    )
    yield Draft(
        buyer=_LIN,
        status="cancelled",
        placed_at=when.at(15, "17:50"),
        pays=[("wechat", None)],
        freight="10.00",
        items=[item("kettle", variant=1), item("mug", variant=1)],
        refunds=[(None, [], when.at(15, "18:31"))],
    )


def delivered(
    when: Moments, days_ago: int, items: list[Item], *, carrier: str = "SF", status: str = "delivered", **more: Any
) -> Draft:
    """Signed for `days_ago` days ago, after three days from the order to the door."""
    delivered_at = when.at(days_ago, "14:38")
    return Draft(
        buyer=_LIN,
        status=status,
        placed_at=when.at(days_ago + 3, "09:58"),
        items=items,
        parcels=[
            DraftParcel(
                carrier=carrier,
                shipped_at=when.at(days_ago + 2, "17:05"),
                delivered_at=delivered_at,
                promised_at=when.end_of_day(-days_ago),
                last_scan_at=delivered_at,
            )
        ],
        changed_at=delivered_at + timedelta(days=15) if status == "completed" else None,
        **more,
    )
